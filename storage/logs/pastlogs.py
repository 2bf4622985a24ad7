"""Past conversations out of the log, for `flows.whatif`: codes only, read and never written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection, Engine

from flows.whatif import past
from flows.whatif.past import Past
from storage import book
from storage.store import Store, connect
from storage.tables import intakes, log, traces

_COLUMNS = (log.c.trace, log.c.kind, log.c.step, log.c.code, log.c.goes_to, log.c.rule, log.c.actor)
# The rows that flows.whatif.past makes something of: most of what changed nothing stays where it is.
_TELLING = or_(
    log.c.kind.in_(("moved", "reason", "overruled")),
    and_(log.c.kind == "kept", log.c.code.in_((*past.SIDES, "silence"))),
    and_(log.c.kind == "found", or_(log.c.rule.like("unread.%"), log.c.rule.like("%.late"))),
)


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
    """These conversations, in the order given."""
    versions = dict(
        conn.execute(select(traces.c.trace, traces.c.version).where(traces.c.trace.in_(wanted))).all()
    )
    its_rows = select(*_COLUMNS).where(log.c.trace.in_(wanted), _TELLING).order_by(log.c.trace, log.c.id)
    found = {trace: list(its) for trace, its in groupby(conn.execute(its_rows).all(), key=itemgetter(0))}
    for trace in wanted:
        yield past.read(trace, versions.get(trace, ""), [row[1:] for row in found.get(trace, ())])


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
