"""Past conversations out of the log, for `flows.whatif`: codes only, read and never written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from flows import past
from flows.past import Past
from storage import book
from storage.store import Store, connect
from storage.tables import intakes, log, traces

KINDS = ("moved", "kept", "found", "reason", "overruled")
_COLUMNS = (log.c.trace, log.c.kind, log.c.step, log.c.code, log.c.goes_to, log.c.rule, log.c.actor)


def names(store: Store, limit: int | None = None) -> list[str]:
    """The traces, in their own order. They are random, so the first of them are a fair sample of all."""
    with store.read() as conn:
        return [
            row.trace for row in conn.execute(select(traces.c.trace).order_by(traces.c.trace).limit(limit))
        ]


def of_open_cases(store: Store) -> list[str]:
    """The traces of the cases that staff hold now. In memory only: which case is whose stays in its sealed head."""
    with store.read() as conn:
        held = select(intakes.c.id).where(intakes.c.chat_hash.is_not(None), intakes.c.handoff_id.is_not(None))
        return sorted(book.peek(store, conn, row.id).head.trace for row in conn.execute(held).all())


def read(conn: Connection, wanted: Sequence[str]) -> Iterator[Past]:
    """These conversations, in the order of their traces."""
    versions = dict(
        conn.execute(select(traces.c.trace, traces.c.version).where(traces.c.trace.in_(wanted))).all()
    )
    rows = conn.execute(
        select(*_COLUMNS)
        .where(log.c.trace.in_(wanted), log.c.kind.in_(KINDS))
        .order_by(log.c.trace, log.c.id)
    )
    for trace, its in groupby(rows, key=lambda row: row.trace):
        yield past.read(trace, versions.get(trace, ""), its)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads in another process, which needs no key for it: the log is codes."""

    database_url: str

    def __call__(self, wanted: Sequence[str]) -> list[Past]:
        with _engine(self.database_url).begin() as conn:
            return list(read(conn, wanted))


@lru_cache
def _engine(database_url: str) -> Engine:
    return connect(database_url)
