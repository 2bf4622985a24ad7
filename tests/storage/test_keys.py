"""The keys of the cases in their own store: first there, last gone, wrapped anew, and loud where one is lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage import book, troubles
from storage.keys.keystore import KeyLost
from storage.sealed import SealBroken, new_secret
from storage.settings import Settings
from storage.store import Store, StoreTrouble, key_file, open_store
from storage.tables import handoffs, intakes, log
from tests.storage.her import Her


class FaultError(Exception):
    """A fault that a test made."""


@contextmanager
def failing(store: Store) -> Iterator[Connection]:
    """A transaction that comes to nothing."""
    with store.write() as conn:
        yield conn
        raise FaultError


def held(store: Store) -> set[int]:
    return store.keys.cases.held(float("inf"))


def deletes(her: Her) -> int:
    """She deletes everything; which case that was."""
    her.walks("talk")
    case_id = her.intake_id
    her.everywhere("delete")
    her.presses("yes", "delete")
    return case_id


def test_every_case_has_a_key_and_the_data_hold_none(store: Store) -> None:
    """The key is in the other store, under the case's number; no table of the data has a column for one."""
    her = Her(store)
    her.says("/start")

    assert her.intake_id in held(store)
    assert not [column.name for column in intakes.columns if "key" in column.name]


def test_forgetting_destroys_the_key_and_remembers_whose(store: Store) -> None:
    """From then on nothing that was sealed with it can be read, and a key that comes back is known for what it is."""
    case_id = deletes(Her(store))
    assert case_id not in held(store)
    assert case_id in store.keys.cases.forgotten()
    with store.read() as conn, pytest.raises(book.Forgotten):
        book.peek(store, conn, case_id)


def test_a_case_whose_key_is_lost_is_loud(store: Store) -> None:
    """Nobody forgot it, and it cannot be opened: that is never passed over."""
    her = Her(store)
    her.says("/start")
    case_id = her.intake_id
    store.keys.cases.destroy([case_id], 0.0)
    with store.read() as conn, pytest.raises(KeyLost):
        book.peek(store, conn, case_id)


def test_a_master_key_that_still_wraps_a_key_may_not_be_taken_out(sqlite_settings: Settings) -> None:
    """The newer one is put first; while a case's key is wrapped by the old one, nothing starts without that."""
    old, new = sqlite_settings.secret_key.get_secret_value(), new_secret("k2")

    def with_keys(*keys: str) -> Settings:
        return sqlite_settings.model_copy(update={"secret_key": SecretStr(",".join(keys))})

    with closing(open_store(sqlite_settings)) as store:
        Her(store).says("/start")
    open_store(with_keys(new, old)).close()
    with pytest.raises(StoreTrouble, match="wrapped by k1"):
        open_store(with_keys(new))
    with closing(open_store(with_keys(new, old))) as store:
        assert sum(store.keys.cases.rotate()) == 1
    open_store(with_keys(new)).close()


def test_no_time_leads_from_the_log_to_a_forgotten_case(store: Store) -> None:
    """The log keeps its moments; what is left of the case and its handoff has none of them, and no trouble names it."""
    her = Her(store)
    her.walks("talk")
    her.is_in_danger()
    case_id = her.intake_id
    troubles.report(store, her.at, "undelivered", "", case_id)
    with store.write() as conn:
        book.forget(store, conn, book.by_id(store, conn, case_id))
    with store.read() as conn:
        left = conn.execute(select(intakes.c.created, intakes.c.last_at).where(intakes.c.id == case_id)).one()
        handed = conn.execute(select(handoffs.c.opened, handoffs.c.taken, handoffs.c.closed)).one()
        assert conn.scalar(select(func.count()).select_from(log))
    assert (tuple(left), tuple(handed)) == ((0, 0), (0, None, 0))
    assert troubles.still_open(store, case_id) == []


def test_a_turn_that_fails_leaves_a_key_that_is_swept_away(store: Store) -> None:
    """Key first, then case: where the case was never written, its key is of nobody and goes."""
    before = held(store)
    with pytest.raises(FaultError), failing(store) as conn:
        book.begin(store, conn, channel="web", bot="web", chat="x" * 32, address="x", language="nl", at=1.0)
    (orphan,) = held(store) - before
    store.destroy_emptied(held(store))
    assert orphan not in held(store)


def test_a_forgetting_that_was_rolled_back_destroys_nothing(her: Her) -> None:
    """The key goes only once it is written that the case is empty."""
    her.walks("talk")
    store, case_id = her.store, her.intake_id
    with pytest.raises(FaultError), failing(store) as conn:
        book.forget(store, conn, book.by_id(store, conn, case_id))
    Her(store, "another").says("/start")
    assert case_id in held(store)
    her.presses("go_on")


def test_a_process_that_died_between_the_two_is_made_up_for(her: Her) -> None:
    """The case was emptied, the key not yet destroyed: whoever looks next destroys it."""
    her.walks("talk")
    store, case_id = her.store, her.intake_id
    with store.engine.begin() as conn:  # past Store.write, which would destroy it
        book.forget(store, conn, book.by_id(store, conn, case_id))
    store.forgot.clear()
    assert case_id in held(store)
    store.destroy_emptied(held(store))
    assert case_id not in held(store)


def test_a_stolen_backup_of_the_data_opens_nothing_after_forgetting(
    sqlite_settings: Settings, tmp_path: Path
) -> None:
    """The file as it was yesterday, with the master key and today's keys: her case cannot be read."""
    store = open_store(sqlite_settings)
    path = Path(str(store.engine.url.database))
    her = Her(store)
    her.walks("talk")
    stolen = tmp_path / "stolen" / path.name
    stolen.parent.mkdir()
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(stolen)) as target:
        source.backup(target)
    case_id = her.intake_id
    her.everywhere("delete")
    her.presses("yes", "delete")
    store.close()
    shutil.copy(key_file(path), key_file(stolen))

    with (
        closing(
            open_store(sqlite_settings.model_copy(update={"database_url": f"sqlite:///{stolen}"}))
        ) as old,
        old.read() as conn,
    ):
        assert conn.scalar(select(intakes.c.head).where(intakes.c.id == case_id)) is not None
        with pytest.raises(KeyLost):
            book.peek(old, conn, case_id)


def test_without_its_keys_a_store_does_not_open(sqlite_settings: Settings) -> None:
    """The data alone, with cases in it: said in one line, and nothing is made anew in their place."""
    store = open_store(sqlite_settings)
    Her(store).says("/start")
    path = key_file(Path(str(store.engine.url.database)))
    store.close()
    for left in path.parent.glob(path.name + "*"):
        left.unlink()
    with pytest.raises(StoreTrouble, match="keys of the cases are not at"):
        open_store(sqlite_settings)


def test_the_keys_can_be_read_by_their_owner_alone(sqlite_settings: Settings) -> None:
    """Mode 0600, as the data."""
    with closing(open_store(sqlite_settings)) as store:
        Her(store).says("/start")
        path = Path(str(store.engine.url.database))
        for file in (path, key_file(path)):
            assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_opens_only_the_case_it_was_made_for(store: Store) -> None:
    """Put under another case's number it does not open, whoever holds the master key."""
    first, second = Her(store, "1"), Her(store, "2")
    first.says("/start")
    second.says("/start")
    cases = store.keys.cases
    keys = cases.tables.case_keys
    with cases.engine.begin() as conn:
        row = conn.execute(select(keys).where(keys.c.case_id == first.intake_id)).one()
        cases._destroy.run(conn, {"case_id": second.intake_id})
        cases._keep.run(
            conn, {"case_id": second.intake_id, "key_id": row.key_id, "wrapped": row.wrapped, "made": 0.0}
        )
    cases._open.clear()
    with store.read() as conn, pytest.raises(SealBroken):
        book.peek(store, conn, second.intake_id)
