"""Backups: the data and the keys apart, restored into either database, and who was forgotten stays so."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from storage import backup, book, retention
from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import Store, StoreTrouble, migrate, open_store
from storage.tables import intakes, log, metadata
from tests.storage.conftest import settings_for
from tests.storage.her import Her, Worker
from tests.storage.test_canary import CHAT, WORDS, fill

NOW = time.time()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """An empty store of the default kind, made with the same master key."""
    settings = settings_for(f"sqlite:///{tmp_path / 'other' / 'drempel.db'}")
    migrate(settings)
    with closing(open_store(settings)) as store:
        yield store


def kept(store: Store, folder: Path) -> tuple[Path, Path]:
    """A backup of the data, and one of the keys."""
    data = folder / "monday.data"
    backup.write(store, data)
    keys, _ = backup.write_keys(store, folder / "keys", NOW)
    return data, keys


def test_what_was_kept_can_be_gone_on_with(store: Store, other: Store, tmp_path: Path) -> None:
    """From either database into an empty one: every row is there, the case opens, and the next turn is taken."""
    her = fill(store)
    case_id = her.intake_id
    data, keys = kept(store, tmp_path)
    backup.restore_keys(other, keys)
    assert backup.restore(other, data).lost == 0
    with store.read() as old, other.read() as new:
        for table in metadata.sorted_tables:
            counted = select(func.count()).select_from(table)
            assert old.scalar(counted) == new.scalar(counted), table.name
    worker = Worker(other, case_id, at=her.at + 500)
    assert worker.replays()
    assert worker.does("write", "Ben je er nog?").turn is not None


def test_a_backup_of_the_data_alone_opens_nothing(sqlite_store: Store, other: Store, tmp_path: Path) -> None:
    """Nothing of hers is in it in clear, and without the keys no case opens: the command counts them."""
    fill(sqlite_store)
    data, keys = kept(sqlite_store, tmp_path)
    for path in (data, keys):
        assert path.stat().st_mode & 0o777 == 0o600
        assert WORDS.encode() not in path.read_bytes()
        assert CHAT.encode() not in path.read_bytes()
    assert sorted(one.name for one in tmp_path.glob("monday*")) == ["monday.data"]
    assert backup.restore(other, data).lost == 2


def test_who_was_forgotten_stays_forgotten(store: Store, other: Store, tmp_path: Path) -> None:
    """She deletes after the backup was made: restored with today's keys, her case is empty again."""
    her = Her(store)
    her.walks("talk")
    case_id = her.intake_id
    data, _ = kept(store, tmp_path)
    her.everywhere("delete")
    her.presses("yes", "delete")
    newest, _ = backup.write_keys(store, tmp_path / "keys", NOW + 60)
    backup.restore_keys(other, newest)
    assert backup.restore(other, data).lost == 0
    with other.read() as conn:
        assert conn.scalar(select(intakes.c.head).where(intakes.c.id == case_id)) is None
        assert conn.scalar(select(func.count()).select_from(log))
        with pytest.raises(book.Forgotten):
            book.peek(other, conn, case_id)


def test_an_older_backup_of_the_keys_brings_nobody_back(store: Store, tmp_path: Path) -> None:
    """Her key of yesterday is in it, and is left there."""
    her = Her(store)
    her.walks("talk")
    case_id = her.intake_id
    _, yesterday = kept(store, tmp_path)
    her.everywhere("delete")
    her.presses("yes", "delete")
    backup.restore_keys(store, yesterday)
    assert case_id not in store.keys.cases.held(NOW + 10**6)


def test_backups_of_the_keys_live_a_week_and_apart_from_the_data(sqlite_store: Store, tmp_path: Path) -> None:
    """The eighth day's are deleted by the next; a folder with data in it is refused."""
    folder = tmp_path / "keys"
    first, _ = backup.write_keys(sqlite_store, folder, NOW)
    (folder / (first.name + ".part")).write_text("what an interrupted run left")
    second, gone = backup.write_keys(sqlite_store, folder, NOW + backup.KEYS_KEPT + 5)
    assert (gone, list(folder.iterdir())) == (1, [second])
    backup.write(sqlite_store, tmp_path / "all.data")
    with pytest.raises(StoreTrouble, match="somewhere else"):
        backup.write_keys(sqlite_store, tmp_path, NOW)


def test_keys_beside_data_that_are_not_theirs_stay(sqlite_settings: Settings, tmp_path: Path) -> None:
    """The data file is lost and made anew: nothing runs, no key is swept, and the restored data open as before."""
    with closing(open_store(sqlite_settings)) as store:
        her = fill(store)
        case_id, path = her.intake_id, Path(str(store.engine.url.database))
        data, _ = kept(store, tmp_path)
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()
    migrate(sqlite_settings)
    with pytest.raises(StoreTrouble, match="those of other data"):
        open_store(sqlite_settings)
    with closing(open_store(sqlite_settings, restoring=True)) as store:
        assert backup.restore(store, data).lost == 0
    with closing(open_store(sqlite_settings)) as store:
        retention.daily(store, her.at)
        assert Worker(store, case_id, at=her.at + 500).replays()


def test_keys_from_before_they_knew_whose_they_are_come_back(
    sqlite_store: Store, other: Store, tmp_path: Path
) -> None:
    """A backup of the release before names no data: the data that are restored with it say whose they are."""
    her = fill(sqlite_store)
    case_id = her.intake_id
    data, keys = kept(sqlite_store, tmp_path)
    with closing(sqlite3.connect(keys)) as file:
        file.execute("DROP TABLE owner")
        file.commit()
    backup.restore_keys(other, keys)
    assert backup.restore(other, data).lost == 0
    assert other.keys.cases.owner() == sqlite_store.keys.name
    assert Worker(other, case_id, at=her.at + 500).replays()


def test_keys_and_data_of_two_stores_are_not_mixed(
    sqlite_store: Store, postgres_settings: Settings, tmp_path: Path
) -> None:
    """Keys that came from elsewhere are refused beside other keys, and data beside keys that are not theirs."""
    fill(sqlite_store)
    data, keys = kept(sqlite_store, tmp_path)
    with closing(open_store(postgres_settings)) as other:
        Her(other).says("/start")
        with pytest.raises(StoreTrouble, match="other data"):
            backup.restore_keys(other, keys)
        with other.write() as conn:
            for table in reversed(metadata.sorted_tables):
                if table.name != "vault":
                    conn.execute(table.delete())
        with pytest.raises(StoreTrouble, match="other data"):
            backup.restore(other, data)


def test_a_backup_that_the_master_key_does_not_open_is_refused_at_once(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Before anything is written, and the file stays as it was, to the byte."""
    fill(sqlite_store)
    data, _ = kept(sqlite_store, tmp_path)
    before = data.read_bytes()
    settings = settings_for(f"sqlite:///{tmp_path / 'third' / 'drempel.db'}")
    settings = settings.model_copy(update={"secret_key": SecretStr(new_secret("k9"))})
    migrate(settings)
    with closing(open_store(settings)) as store, pytest.raises(StoreTrouble, match="master key k1"):
        backup.restore(store, data)
    assert data.read_bytes() == before


def test_nothing_is_written_over(store: Store, other: Store, tmp_path: Path) -> None:
    """A file that is there, a store with cases, a file that is none: each is refused in one line."""
    her = Her(store)
    her.says("/start")
    data, _ = kept(store, tmp_path)
    with pytest.raises(StoreTrouble, match="is there already"):
        backup.write(store, data)
    with pytest.raises(StoreTrouble, match="into an empty one"):
        backup.restore(store, data)
    (tmp_path / "no.data").write_text("no")
    with pytest.raises(StoreTrouble, match="cannot be restored"):
        backup.restore(other, tmp_path / "no.data")
    with pytest.raises(StoreTrouble, match="is not there"):
        backup.restore(other, tmp_path / "nowhere.data")


def test_a_restored_postgresql_counts_on(
    sqlite_store: Store, postgres_settings: Settings, tmp_path: Path
) -> None:
    """From a file into PostgreSQL: what is written next gets a number of its own."""
    her = fill(sqlite_store)
    case_id = her.intake_id
    data, keys = kept(sqlite_store, tmp_path)
    with closing(open_store(postgres_settings)) as store:
        backup.restore_keys(store, keys)
        assert backup.restore(store, data).lost == 0
        worker = Worker(store, case_id, at=her.at + 500)
        assert worker.does("write", "Ben je er nog?").turn is not None
        assert worker.replays()
