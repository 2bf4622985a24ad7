"""Backups of the data and of the keys, apart from each other: a file of the data alone opens nothing.

Both are SQLite files, whatever the store is, read in one snapshot while programs run; so a backup can also be restored
into the other kind of database. Keys are kept a week: after that, whoever was forgotten is forgotten in every copy.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import Table, create_engine, func, insert, inspect, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from storage import book, schema
from storage.keys.tables import tables
from storage.sealed import named
from storage.store import Store, StoreTrouble, connect
from storage.tables import intakes, metadata, vault
from storage.vault import opened

KEYS_KEPT = 7 * 24 * 3600.0  # seconds
KEYS_NAME = "drempel-keys-{stamp}.backup"
AT_ONCE = 500

Step = Callable[[str], None]  # told which table is being copied


# --- the data ---------------------------------------------------------------------------------------------------


def write(store: Store, to: Path, step: Step = lambda _: None) -> None:
    """All tables but the keys, as they are at one moment. Raises StoreTrouble where the file is there already."""
    with _new_file(to) as target, store.snapshot() as source, target.begin() as conn:
        metadata.create_all(conn)
        _stamp(conn, schema.head() or "")
        for table in metadata.sorted_tables:
            step(table.name)
            _copy(source, table, conn, table)


class Restored(NamedTuple):
    """How many of its cases were forgotten since, and are empty again; and how many have no key."""

    forgotten: int
    lost: int


def restore(store: Store, path: Path, step: Step = lambda _: None) -> Restored:
    """Fills an empty store; then forgets again whoever was forgotten since.

    Raises StoreTrouble where the store is not empty, the file is none of ours, of another version or made with another
    master key, or the keys here are those of other data.
    """
    with _kept_file(path) as source, store.write() as conn:
        _check(conn, source)
        _check_owner(store, source)
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
        for table in metadata.sorted_tables:
            step(table.name)
            _copy(source, table, conn, table)
            _count_on(conn, table)
        return _forget_again(store, conn)


def _check(conn: Connection, source: Connection) -> None:
    if conn.scalar(select(intakes.c.id).limit(1)) is not None:
        raise StoreTrouble("this store holds cases: a backup is restored into an empty one")
    made = source.scalar(text("SELECT version_num FROM alembic_version"))
    if made != schema.head():
        raise StoreTrouble(
            f"the backup is of version {made}, this release of {schema.head()}: restore it with the release "
            "that made it, then run  python -m storage migrate"
        )


def _check_owner(store: Store, source: Connection) -> None:
    """The data must be readable, and the keys that are here theirs; keys that are still to come may be anybody's."""
    row = source.execute(select(vault).where(vault.c.name == "lookup")).one()
    masters, cases = store.keys.cases.masters, store.keys.cases
    if not masters.has(row.key_id):
        raise StoreTrouble(
            f"the backup was made with master key {row.key_id}: DREMPEL_SECRET_KEY must hold that one too"
        )
    name = named(opened(masters, row)[0])
    if not cases.owner() or not cases.held(time.time() + 1):
        cases.belong_to(name)
    elif cases.owner() != name:
        raise StoreTrouble(
            "the keys here are those of other data: restore the keys that were kept with these"
        )


def _forget_again(store: Store, conn: Connection) -> Restored:
    """Empties every case whose key was destroyed since; what then still has no key was lost, and is counted."""
    forgotten, held = store.keys.cases.forgotten(), store.keys.cases.held(time.time() + 1)
    alive = set(conn.scalars(select(intakes.c.id).where(intakes.c.head.is_not(None))))
    gone = alive & forgotten.keys()
    for case_id in gone:
        book.empty(store, conn, case_id)
    return Restored(len(gone), len(alive - gone - held))


def _count_on(conn: Connection, table: Table) -> None:
    """PostgreSQL counts a table's own numbers apart from its rows."""
    if conn.dialect.name != "postgresql" or "id" not in table.c or not table.c.id.autoincrement:
        return
    sequence = conn.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    if sequence:
        highest = conn.scalar(select(func.max(table.c.id))) or 0
        conn.execute(select(func.setval(sequence, max(highest, 1), highest > 0)))


# --- the keys ---------------------------------------------------------------------------------------------------


def write_keys(store: Store, folder: Path, now: float) -> tuple[Path, int]:
    """The keys as they are now; backups of them that are older than a week are deleted. Which file, how many went."""
    if any(folder.glob("*.data")):
        raise StoreTrouble(f"{folder} holds backups of the data: keys are kept somewhere else")
    folder.mkdir(parents=True, exist_ok=True)
    to = folder / KEYS_NAME.format(stamp=_stamped(now))
    cases, plain = store.keys.cases, tables("sqlite")
    with _new_file(to) as target, cases.engine.connect() as source, target.begin() as conn:
        plain.metadata.create_all(conn)
        _copy(source, cases.tables.case_keys, conn, plain.case_keys)
        _copy(source, cases.tables.forgotten, conn, plain.forgotten)
        _copy(source, cases.tables.owner, conn, plain.owner)
    return to, _prune(folder, now)


def _prune(folder: Path, now: float) -> int:
    """By the day in its name, which no copy changes; what an interrupted run left goes as well."""
    oldest = KEYS_NAME.format(stamp=_stamped(now - KEYS_KEPT))
    old = [one for one in folder.glob(KEYS_NAME.format(stamp="*")) if one.name < oldest]
    left = folder.glob(KEYS_NAME.format(stamp="*") + ".part*")
    for one in (*old, *left):
        one.unlink()
    return len(old)


def _stamped(at: float) -> str:
    return time.strftime("%Y%m%dT%H%M%S", time.gmtime(at))


def restore_keys(store: Store, path: Path) -> int:
    """Keys that are not here, unless their case was forgotten, here or there; how many came back.

    Raises StoreTrouble where they are of other data than the keys that are here.
    """
    cases, plain = store.keys.cases, tables("sqlite")
    came = 0
    with _kept_file(path) as source:
        owner = source.scalar(select(plain.owner.c.name)) if inspect(source).has_table("owner") else None
        if not cases.held(time.time() + 1):
            cases.belong_to(
                owner or ""
            )  # kept before keys knew whose they are: the data that follow will say
        elif owner and owner != cases.owner():
            raise StoreTrouble("the keys here are those of other data than the ones in that file")
        gone = {int(row.case_id): float(row.at) for row in source.execute(select(plain.forgotten))}
        for case_id, at in gone.items():
            cases.destroy([case_id], at)
        barred, held = cases.forgotten().keys(), cases.held(time.time() + 1)
        for row in source.execute(select(plain.case_keys)):
            if row.case_id not in barred and row.case_id not in held:
                cases.put(row.case_id, row.key_id, bytes(row.wrapped))
                came += 1
    return came


# --- files ------------------------------------------------------------------------------------------------------


@contextmanager
def _new_file(to: Path) -> Iterator[Engine]:
    """A new SQLite file for its owner alone; it has its name only once it is whole."""
    if to.exists():
        raise StoreTrouble(f"{to} is there already")
    part = to.with_name(to.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    engine = connect(f"sqlite:///{part}")
    try:
        yield engine
        with engine.connect() as conn:
            conn.exec_driver_sql("COMMIT")  # no journal may be left beside the file
            conn.exec_driver_sql("PRAGMA journal_mode=DELETE")
    except BaseException:
        engine.dispose()
        part.unlink(missing_ok=True)
        raise
    engine.dispose()
    part.rename(to)


@contextmanager
def _kept_file(path: Path) -> Iterator[Connection]:
    if not path.is_file():
        raise StoreTrouble(f"{path} is not there")
    engine = create_engine(
        f"sqlite:///file:{quote(str(path.resolve()))}?mode=ro&uri=true", hide_parameters=True
    )
    try:
        with engine.connect() as conn:
            yield conn
    except SQLAlchemyError as error:
        raise StoreTrouble(f"{path} cannot be restored: {type(error).__name__}") from None
    finally:
        engine.dispose()


def _stamp(conn: Connection, revision: str) -> None:
    conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    conn.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


def _copy(source: Connection, table: Table, target: Connection, into: Table) -> None:
    """Row by row, some at a time: a store need not fit into memory."""
    rows = source.execution_options(yield_per=AT_ONCE).execute(select(table))
    for part in rows.mappings().partitions(AT_ONCE):
        target.execute(insert(into), [dict(row) for row in part])
