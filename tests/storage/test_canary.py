"""Whoever holds the file alone reads nothing of hers."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from storage import parked
from storage.store import Store
from storage.tables import metadata
from tests.storage.her import Her, Phone, Worker

WORDS = "kanarie-in-de-mijn"
CHAT = "31415926535"
WORKER_WORDS = "antwoord-van-een-mens"


def fill(store: Store) -> Her:
    her = Her(store, CHAT)
    her.walks("talk", "go_on")
    her.says(WORDS, message_id=11)
    her.is_in_danger()
    web = Her(store, CHAT + "-web", channel="web", bot="web")
    web.says(WORDS)
    Worker(store, her.intake_id).does("take")
    Worker(store, her.intake_id).does("write", WORKER_WORDS)
    parked.park(store, her.bot, "u1x", WORDS.encode(), "KeyError", her.at)
    return her


def test_nothing_of_hers_is_in_the_file_or_its_log_in_clear(sqlite_store: Store) -> None:
    """Her words, a worker's and her chat's id stand on disk only sealed, after sending and leaving too."""
    her = fill(sqlite_store)
    phone = Phone(sqlite_store)
    rows = phone.sends_all(her.at + 200)
    assert any(row.say and row.say.text == WORKER_WORDS for row in rows)
    her.everywhere("leave")
    folder = Path(str(sqlite_store.engine.url.database)).parent
    files = [path.read_bytes() for path in folder.iterdir()]
    assert len(files) >= 2  # the write-ahead log is there too
    for words in (WORDS, WORKER_WORDS, CHAT):
        assert not any(words.encode() in content for content in files)


def test_nothing_of_hers_is_in_any_column_in_clear(store: Store) -> None:
    """Every value of every row, in either database, is looked through: who may read the tables reads nothing."""
    fill(store)
    with store.read() as conn:
        values = [
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for table in metadata.sorted_tables
            for row in conn.execute(select(table))
            for value in row
        ]
    assert len(values) > 100
    for words in (WORDS, WORKER_WORDS, CHAT):
        assert not any(words.encode() in value for value in values)


def found_on_disk(store: Store, content: bytes) -> bool:
    folder = Path(str(store.engine.url.database)).parent
    return any(content in path.read_bytes() for path in folder.iterdir())


def wrapped_key(her: Her) -> bytes:
    """The key of her case, as it is kept."""
    cases = her.store.keys.cases
    keys = cases.tables.case_keys
    with cases.engine.connect() as conn:
        return bytes(conn.execute(select(keys.c.wrapped).where(keys.c.case_id == her.intake_id)).scalar_one())


def test_forgotten_key_is_nowhere_on_disk(sqlite_store: Store) -> None:
    """Neither in a free page nor in the write-ahead log."""
    her = Her(sqlite_store)
    her.walks("talk")
    wrapped = wrapped_key(her)
    her.everywhere("delete")
    assert found_on_disk(sqlite_store, wrapped)
    her.presses("yes", "delete")
    assert not found_on_disk(sqlite_store, wrapped)


def test_forgotten_key_is_gone_once_nobody_reads_any_more(sqlite_store: Store) -> None:
    """A reader at that moment keeps the old page alive; the next turn after it cleans up what was left."""
    her = Her(sqlite_store)
    her.walks("talk")
    wrapped = wrapped_key(her)
    her.everywhere("delete")
    with sqlite_store.read() as conn:
        conn.execute(select(metadata.tables["intakes"])).all()
        her.presses("yes", "delete")
        assert sqlite_store.forgetting
    Her(sqlite_store, "other").says("/start")
    assert not found_on_disk(sqlite_store, wrapped)


def test_sqlite_keeps_what_is_temporary_in_memory_and_overwrites_what_goes(sqlite_store: Store) -> None:
    """Of every connection, to the data and to the keys; nor does a file's own schema run anything."""
    wanted = {"temp_store": 2, "secure_delete": 1, "trusted_schema": 0}
    for engine in (sqlite_store.engine, sqlite_store.keys.cases.engine):
        with engine.connect() as conn:
            found = {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
        assert found == wanted
