"""The migrations make exactly the tables that the code knows."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect, select, text

from storage import schema
from storage.settings import Settings
from storage.store import Store, StoreTrouble, connect, migrate, open_store
from storage.tables import metadata
from tests.storage.conftest import SECRET, settings_for
from tests.storage.her import Her


def test_migrated_store_has_exactly_the_tables_of_the_code(store: Store) -> None:
    """Alembic finds no difference, in either database, between what migrations made and what the code declares."""
    with store.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_migrating_twice_changes_nothing(settings: Settings, her: Her) -> None:
    """A second run leaves every table, every row of a red case and the version as they were; her case goes on."""
    her.is_in_danger()
    engine = connect(settings.database_url)
    before = everything(engine)
    assert {"intakes", "entries", "handoffs", "outbox", "alembic_version"} <= {
        name for name in before if before[name]
    }
    migrate(settings)
    assert everything(engine) == before
    assert schema.behind(engine) == ""
    engine.dispose()
    assert her.says("hallo").turn is not None


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All rows of each table there is, of ours or not."""
    there = MetaData()
    there.reflect(engine)
    with engine.connect() as conn:
        return {
            name: sorted(map(tuple, conn.execute(select(table))), key=repr)
            for name, table in there.tables.items()
        }


def test_store_that_is_behind_does_not_open(tmp_path: Path) -> None:
    """The error names the command that brings it up to date; after that it opens."""
    settings = settings_for(f"sqlite:///{tmp_path}/old.db")
    engine = connect(settings.database_url)
    with engine.begin() as conn:
        command.upgrade(schema.config(conn), "0001")
    engine.dispose()
    with pytest.raises(StoreTrouble, match="python -m storage migrate"):
        open_store(settings)
    migrate(settings)
    open_store(settings).close()


def test_every_migration_can_be_taken_back(tmp_path: Path) -> None:
    """Taken back to the beginning, no table of ours is left."""
    engine = connect(f"sqlite:///{tmp_path}/back.db")
    schema.upgrade(engine)
    with engine.begin() as conn:
        command.downgrade(schema.config(conn), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_store_that_is_not_there_is_not_made_by_opening_it(tmp_path: Path) -> None:
    """A mistyped path is an error, and not an empty store in which every case seems gone."""
    with pytest.raises(StoreTrouble):
        open_store(settings_for(f"sqlite:///{tmp_path}/none/drempel.db"))
    with pytest.raises(StoreTrouble, match="no tables"):
        open_store(settings_for(f"sqlite:///{tmp_path}/drempel.db"))


def test_file_that_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    """The error says what SQLite found, in place of a traceback."""
    path = tmp_path / "drempel.db"
    path.write_text("not a database" * 100)
    with pytest.raises(StoreTrouble, match="cannot be read: file is not a database"):
        open_store(settings_for(f"sqlite:///{path}"))


def test_server_that_does_not_answer_is_said_without_its_password(free_port) -> None:
    """The address of the database holds its password, and the error must be fit for a log."""
    url = f"postgresql://me:very-secret@127.0.0.1:{free_port()}/drempel"
    with pytest.raises(StoreTrouble, match="cannot be read") as trouble:
        open_store(settings_for(url))
    assert "very-secret" not in str(trouble.value)


def test_memory_is_no_store() -> None:
    """A database in memory is refused, for it would lose every case at each restart."""
    with pytest.raises(StoreTrouble, match="names no file"):
        open_store(settings_for("sqlite://"))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)],
)
def test_sqlite_is_set_up_to_keep_and_to_forget(sqlite_store: Store, pragma: str, value: object) -> None:
    """On every connection, also a new one: each commit is on disk, and deleted content is overwritten."""
    for _ in range(2):
        with sqlite_store.read() as conn:
            assert conn.execute(text(f"PRAGMA {pragma}")).scalar() == value
        sqlite_store.engine.dispose()


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    """The store and the write-ahead log beside it, also where the folder's own habits are laxer."""
    path = tmp_path / "drempel.db"
    settings = Settings(secret_key=SECRET, database_url=f"sqlite:///{path}", _env_file=None)  # type: ignore[call-arg]
    migrate(settings)
    with closing(open_store(settings)) as store, store.write():
        modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
