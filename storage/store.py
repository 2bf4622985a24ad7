"""Opens the store (SQLite by default, PostgreSQL for more than one worker), or says why it must not."""

from __future__ import annotations

import functools
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import create_engine, event, insert, inspect, select, text, update
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from storage import schema, tables, vault
from storage.keys.keystore import KeyStore
from storage.sealed import KEY_BYTES, Keyring, Masters, SealBroken, read_masters
from storage.settings import Settings
from storage.tables import intakes

BUSY_SECONDS = 10
IMMEDIATE = "drempel_immediate"
P = ParamSpec("P")
T = TypeVar("T")


class StoreTrouble(Exception):
    """The store cannot be used; the words say why, in one line fit to be printed."""


class Store:
    """An open store. `wipe_after`: seconds that a message may stand on her phone."""

    def __init__(
        self, engine: Engine, keys: Keyring, staff_chat: str = "", wipe_after: float = 24 * 3600.0
    ) -> None:
        self.engine = engine
        self.keys = keys
        self.dialect = engine.dialect.name
        self.staff_chat = staff_chat
        self.wipe_after = wipe_after
        self.certified = True  # False: this release was never proven, and only says the last-resort words
        self.forgot: set[int] = set()  # cases that were emptied, and whose keys may still be there
        self._unscrubbed = False  # SQLite's write-ahead log still holds what was deleted
        self._writing = engine.execution_options(**{IMMEDIATE: True})

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write: it holds SQLite's one write lock from its first moment."""
        with self._writing.begin() as conn:
            yield conn
        if self.forgot or self._unscrubbed:
            self._forget()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads. Writing in it may fail on SQLite."""
        with self.engine.begin() as conn:
            yield conn

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Reads one moment: a transaction of SQLite always does, one of PostgreSQL has to be asked."""
        with self.engine.connect() as conn:
            if self.dialect == "postgresql":
                conn.execution_options(isolation_level="REPEATABLE READ")
            with conn.begin():
                yield conn

    @property
    def forgetting(self) -> bool:
        """Whether something that was forgotten can still be found on disk: a reader holds an old page."""
        return bool(self.forgot) or self._unscrubbed

    def _forget(self) -> None:
        """Destroys the keys of cases that were emptied, if that was written, and what is left of both in the logs."""
        case_ids, self.forgot = self.forgot, set()
        self.destroy_emptied(case_ids)
        self._unscrubbed = not all([_scrub(self.engine), _scrub(self.keys.cases.engine)])

    def destroy_emptied(self, case_ids: Iterable[int]) -> int:
        """Destroys the keys of those among these cases that are empty, and drops those of none; how many."""
        wanted = set(case_ids)
        if not wanted:
            return 0
        with self.read() as conn:
            rows = conn.execute(select(intakes.c.id, intakes.c.head).where(intakes.c.id.in_(wanted))).all()
        emptied = {row.id for row in rows if row.head is None}
        never_written = wanted - {row.id for row in rows}
        self.keys.cases.destroy(emptied, time.time())
        self.keys.cases.drop(never_written)
        return len(emptied | never_written)

    def close(self) -> None:
        _dispose(self.engine, self.keys.cases.engine)


def _scrub(engine: Engine) -> bool:
    """Empties the write-ahead log, where what was deleted can still be found; False while somebody reads it."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or path is None:
        return True
    try:
        with closing(sqlite3.connect(path, timeout=0)) as own:
            return not own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError:  # what was written stands; this is tried again after the next turn
        return False


def alone(fn: Callable[Concatenate[Store, Connection, P], T]) -> Callable[Concatenate[Store, P], T]:
    """The same function in a write transaction of its own."""

    @functools.wraps(fn)
    def in_its_own(store: Store, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with store.write() as conn:
            return fn(store, conn, *args, **kwargs)

    return in_its_own


# --- opening --------------------------------------------------------------------------------------


def open_store(settings: Settings, *, restoring: bool = False) -> Store:
    """The store, checked: it can be read, all migrations are done, and all its keys are its own and ours.

    `restoring`: its keys may be those of data that are still to come. Raises StoreTrouble.
    """
    engine = connect(settings.database_url)
    masters = Masters(read_masters(settings.secret_key.get_secret_value()))
    cases = KeyStore(_key_engine(engine), masters)
    try:
        behind = schema.behind(engine)
        if behind:
            raise StoreTrouble(f"the store is not up to date ({behind}): run  python -m storage migrate")
        _check_keys(engine, cases)
        keys = _open_vault(engine, masters, cases)
        _check_owner(keys, restoring=restoring)
    except SQLAlchemyError as error:
        _dispose(engine, cases.engine)
        raise StoreTrouble(f"the store at {_shown(engine.url)} cannot be read: {_reason(error)}") from None
    except StoreTrouble:
        _dispose(engine, cases.engine)
        raise
    return Store(engine, keys, settings.staff_chat, settings.wipe_after)


def _check_keys(engine: Engine, cases: KeyStore) -> None:
    """Makes the key store of a store that has no cases. Raises StoreTrouble where it is gone and cases need it."""
    known = set(inspect(cases.engine).get_table_names(schema=cases.tables.metadata.schema))
    if "case_keys" in known:
        if cases.tables.owner.name not in known:  # from before keys knew whose they are
            cases.create()
        return
    with engine.connect() as conn:
        if conn.execute(select(intakes.c.id).where(intakes.c.head.is_not(None)).limit(1)).first():
            where = _shown(cases.engine.url)
            raise StoreTrouble(f"the keys of the cases are not at {where}: put their newest backup there")
    cases.create()


def _check_owner(keys: Keyring, *, restoring: bool) -> None:
    """Raises StoreTrouble where the keys of the cases are those of other data, or one is out of our reach.

    Beside data that are not theirs every key would be one of no case, and be swept away.
    """
    cases, owner = keys.cases, keys.cases.owner()
    if restoring:
        pass  # whose they are is known once both are there
    elif not owner:
        cases.belong_to(keys.name)
    elif owner != keys.name:
        raise StoreTrouble(
            "the keys of the cases are those of other data: restore the data they belong to, or put their own "
            "keys there; until then nothing may run"
        )
    if missing := cases.out_of_reach():
        raise StoreTrouble(
            f"keys of cases are wrapped by {', '.join(missing)}: DREMPEL_SECRET_KEY must hold that one too, till "
            "python -m storage rotate-key  has wrapped them anew"
        )


def _dispose(*engines: Engine) -> None:
    for engine in engines:
        engine.dispose()


def _key_engine(engine: Engine) -> Engine:
    """Where the keys are: a file beside SQLite's, a schema of its own in PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return engine
    path = key_file(Path(engine.url.database or ""))
    if path.parent.is_dir():
        _own_file(path)
    return connect(f"sqlite:///{path}")


def key_file(path: Path) -> Path:
    """data/drempel.db keeps its keys in data/drempel-keys.db."""
    return path.with_name(f"{path.stem}-keys{path.suffix}")


def _move_keys(engine: Engine, cases: KeyStore) -> None:
    """Keys that stood beside their cases, as they did before migration 0010, are safe in their own store first."""
    columns = {one["name"] for one in inspect(engine).get_columns("intakes")} if _has_cases(engine) else set()
    if "wrapped_key" not in columns:
        return
    cases.create()
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT id, key_id, wrapped_key FROM intakes WHERE wrapped_key IS NOT NULL"))
        for row in rows.all():
            cases.put(row.id, row.key_id, bytes(row.wrapped_key))


def _has_cases(engine: Engine) -> bool:
    return inspect(engine).has_table("intakes")


def migrate(settings: Settings) -> None:
    """Brings the store to its newest shape, creating it where there is none. Raises StoreTrouble."""
    url = make_url(settings.database_url)
    engine = connect(settings.database_url)
    masters = Masters(read_masters(settings.secret_key.get_secret_value()))
    try:
        if url.get_backend_name() == "sqlite" and url.database:
            _own_file(Path(url.database))
        cases = KeyStore(_key_engine(engine), masters)
        try:
            _move_keys(engine, cases)
            schema.upgrade(engine)
            _check_keys(
                engine, cases
            )  # made here: the programs themselves may not be allowed to make a table
        finally:
            cases.engine.dispose()
        _scrub(engine)
    except (SQLAlchemyError, OSError) as error:
        raise StoreTrouble(
            f"the store at {_shown(url)} cannot be brought up to date: {_reason(error)}"
        ) from None
    finally:
        engine.dispose()


def _own_file(path: Path) -> None:
    """The file and, with it, the write-ahead log beside it can be read by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)


def connect(database_url: str) -> Engine:
    """An engine for this address, with what each database needs for us."""
    # hide_parameters: what she said may stand in no exception, sealed or not.
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url.set(drivername="postgresql+psycopg"), pool_size=8, pool_pre_ping=True, hide_parameters=True
        )
    if not url.database or ":memory:" in url.database:
        raise StoreTrouble("DREMPEL_DATABASE_URL names no file: two processes meet in it")
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=8, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: we say when, and how
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
        "cache_size=-8000",
    ):
        connection.execute("PRAGMA " + pragma)


def _begin_sqlite(conn: Connection) -> None:
    # A reader that becomes a writer fails at once, without waiting: whoever may write says so at the start.
    conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get(IMMEDIATE) else "BEGIN")


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _reason(error: Exception) -> str:
    words = str(getattr(error, "orig", None) or error).strip().splitlines()
    return words[0] if words else type(error).__name__


# --- the vault ------------------------------------------------------------------------------------


def _open_vault(engine: Engine, masters: Masters, cases: KeyStore) -> Keyring:
    """The store's own keys; made at its first opening, wrapped anew when the master keys changed places."""
    with engine.execution_options(**{IMMEDIATE: True}).begin() as conn:
        found = {name: _vault_key(conn, masters, name) for name in ("staff", "lookup", "log")}
    return Keyring(cases, **found)


def _vault_key(conn: Connection, masters: Masters, name: str) -> bytes:
    row: Any = conn.execute(
        select(tables.vault).where(tables.vault.c.name == name).with_for_update()
    ).one_or_none()
    if row is None:
        raw = secrets.token_bytes(KEY_BYTES)
        values = {"name": name, "key_id": masters.current, "wrapped": masters.wrap(raw, vault.place(name))}
        try:
            with conn.begin_nested():
                conn.execute(insert(tables.vault).values(values))
        except IntegrityError:  # another process opened the new store in the same moment
            return _vault_key(conn, masters, name)
        return raw
    try:
        raw, place = vault.opened(masters, row)
    except SealBroken:
        raise StoreTrouble(
            f"this store was made with another key ({row.key_id}): DREMPEL_SECRET_KEY must hold that one"
        ) from None
    if row.key_id != masters.current:
        renewed = {"key_id": masters.current, "wrapped": masters.wrap(raw, place)}
        conn.execute(update(tables.vault).where(tables.vault.c.name == name).values(renewed))
    return raw
