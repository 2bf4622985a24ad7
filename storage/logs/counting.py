"""Counts the log into traffic, from where the last counting ended: each conversation once for each thing it did.

Once, and not as often as it happened: a figure over five is five women, never one who went back and forth. What is
counted stays counted under the language and version that the conversation had at that moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Text, bindparam, cast, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from flows import logbook
from storage.lean import Lean, insert_new
from storage.store import Store
from storage.tables import counted, log, traces, traffic

MOST = 5_000  # numbers of the log at a time
TOGETHER = 500  # traces looked up at a time
NAME, WRITERS = "traffic", "writers"
# Beside the kinds of the log: a step that she came to, from wherever; and how long she took there.
CAME, TOOK = "came", "took"
# Which columns say what happened, for each kind that is counted.
WHAT = {
    "moved": ("goes_to",),
    "reason": ("rule",),
    "overruled": ("rule",),
    "rung": ("code",),
    "route": ("code",),
    "no_place": ("code",),
    "place": ("goes_to", "code"),  # the kind of house, and what became of the place
    "staff": ("code",),
}


class _Look(NamedTuple):
    """How far the counting has come, up to where it may go, and who was writing when that was seen."""

    log_id: int = 0
    until: int = 0
    writers: int = 0


class _Row(NamedTuple):
    trace: str
    kind: str
    step: str
    code: str
    goes_to: str
    rule: str
    took: float | None


_Key = tuple[str, str, str]  # kind, step, what
_COLUMNS = [log.c[name] for name in _Row._fields]
_NEW = Lean(
    select(*_COLUMNS, traces.c.week, traces.c.language, traces.c.version)
    .join(traces, traces.c.trace == log.c.trace)
    .where(log.c.id > bindparam("start"), log.c.id <= bindparam("end"))
    .order_by(log.c.id)
)
_SEEN = select(counted.c.name, counted.c.log_id, counted.c.until).where(counted.c.name.in_((NAME, WRITERS)))
_FIRST = insert_new(counted)
_GO_ON = Lean(
    update(counted)
    .where(
        counted.c.name == bindparam("the_name"),
        counted.c.log_id == bindparam("was"),
        counted.c.until == bindparam("was_until"),
    )
    .values(log_id=bindparam("log_id"), until=bindparam("until"))
)
_NOTE = Lean(
    update(counted).where(counted.c.name == bindparam("the_name")).values(log_id=bindparam("log_id"))
)


def count(store: Store, most: int = MOST) -> int:
    """Counts a piece, and says how many numbers of the log it went through; 0 where there is nothing for now.

    It reads without a lock; whoever else counted the same piece in the meantime was first, and counts alone.
    """
    with store.read() as conn:
        before = _last(conn)
        look, settled = _look(conn, before)
        end = min(look.until, look.log_id + most) if settled else look.log_id
        found = _tally(conn, look.log_id, end) if end > look.log_id else Counter[tuple[Any, ...]]()
    if end == before.log_id and look.until == before.until:
        return 0
    with store.write() as conn:
        if not _went_on(conn, before, look._replace(log_id=end)):
            return 0
        _ADD.many(conn, [dict(zip(_TRAFFIC, (*key, n), strict=True)) for key, n in sorted(found.items())])
    return end - look.log_id


def behind(store: Store) -> int:
    """How many numbers of the log still wait to be counted."""
    with store.read() as conn:
        return _newest(conn) - _last(conn).log_id


# --- how far ----------------------------------------------------------------------------------------------------


def _last(conn: Connection) -> _Look:
    rows = {row.name: row for row in conn.execute(_SEEN)}
    here, writers = rows.get(NAME), rows.get(WRITERS)
    return _Look(here.log_id, here.until, writers.log_id if writers else 0) if here else _Look()


def _look(conn: Connection, last: _Look) -> tuple[_Look, bool]:
    """Looks up to where it may count; and whether all who wrote at that look have finished.

    On PostgreSQL a lower number may be committed after a higher one, by whoever was writing at that moment. On
    SQLite there is one writer, and what can be seen is all there is.
    """
    oldest, upcoming = _writing(conn) if conn.dialect.name == "postgresql" else (0, 0)
    look = last if last.until > last.log_id else _Look(last.log_id, _newest(conn), upcoming)
    return look, look.writers <= oldest or conn.dialect.name == "sqlite"


def _newest(conn: Connection) -> int:
    return int(conn.execute(select(func.coalesce(func.max(log.c.id), 0))).scalar_one())


def _writing(conn: Connection) -> tuple[int, int]:
    """The oldest transaction that is still writing, and the number that the next one to begin will get."""
    now = func.pg_current_snapshot()
    oldest, upcoming = conn.execute(
        select(_number(func.pg_snapshot_xmin(now)), _number(func.pg_snapshot_xmax(now)))
    ).one()
    return int(oldest), int(upcoming)


def _number(xid: Any) -> Any:
    return cast(cast(xid, Text), BigInteger)


def _went_on(conn: Connection, before: _Look, after: _Look) -> bool:
    """Notes how far it came, unless somebody else has counted since `before`."""
    for name in (NAME, WRITERS):
        _FIRST.run(conn, {"name": name, "log_id": 0, "until": 0})
    moved = {"was": before.log_id, "was_until": before.until, "log_id": after.log_id, "until": after.until}
    if _GO_ON.count(conn, {"the_name": NAME, **moved}) != 1:
        return False
    _NOTE.run(conn, {"the_name": WRITERS, "log_id": after.writers})
    return True


# --- what -------------------------------------------------------------------------------------------------------


def _tally(conn: Connection, start: int, end: int) -> Counter[tuple[Any, ...]]:
    """Rows of traffic for what conversations did here for the first time."""
    rows = [(_Row(*found[:7]), tuple(found[7:])) for found in _NEW.all(conn, {"start": start, "end": end})]
    done = _done(conn, dict.fromkeys(row.trace for row, _ in rows), start)
    found: Counter[tuple[Any, ...]] = Counter()
    for row, about in rows:
        for key in _keys(row):
            if (row.trace, key) not in done:
                done.add((row.trace, key))
                found[(*about, *key, logbook.bucket(row.took if key[0] == TOOK else None))] += 1
    return found


def _done(conn: Connection, wanted: Iterable[str], start: int) -> set[tuple[str, _Key]]:
    """What these conversations had done before."""
    done: set[tuple[str, _Key]] = set()
    names = list(wanted)
    for first in range(0, len(names), TOGETHER):
        some = names[first : first + TOGETHER]
        earlier = select(*_COLUMNS).where(log.c.trace.in_(some), log.c.id <= start)
        for found in conn.execute(earlier):
            row = _Row(*found)
            done.update((row.trace, key) for key in _keys(row))
    return done


def _keys(row: _Row) -> Iterator[_Key]:
    what = WHAT.get(row.kind)
    if what is not None:
        yield row.kind, row.step, ":".join(getattr(row, name) for name in what)
    if row.kind == "moved":
        yield CAME, row.goes_to, ""
        if row.took is not None:
            yield TOOK, row.step, ""


_TRAFFIC = [column.name for column in traffic.columns]


def _add(dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    adding: Any = insert(traffic).values({name: bindparam(name) for name in _TRAFFIC})
    return adding.on_conflict_do_update(
        index_elements=[column.name for column in traffic.primary_key],
        set_={"n": traffic.c.n + adding.excluded.n},
    )


_ADD = Lean(_add)
