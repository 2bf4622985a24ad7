"""The visible house and the secure shelters side by side: who arrived, how soon, and how it ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from flows.placement import Kind
from storage.figures.asked import Asked, those
from storage.figures.spread import Spread, spread
from storage.suppress import published
from storage.tables import traces, traffic

SIDE_BY_SIDE = (Kind.VISIBLE_HOUSE, Kind.SECURE)
BROKEN_OFF = ("released", "expired", "withdrawn")


@dataclass(frozen=True, slots=True)
class House:
    """One kind of house. `soon`: from being handed on to arriving. `broken_off`: places that came to nothing."""

    kind: Kind
    arrived: int | None
    soon: Spread
    outcomes: tuple[tuple[str, int | None], ...]
    broken_off: tuple[tuple[str, int | None], ...]


def houses(conn: Connection, asked: Asked) -> tuple[House, ...]:
    took: defaultdict[str, list[float]] = defaultdict(list)
    arrived: Counter[str] = Counter()
    outcomes: Counter[tuple[str, str]] = Counter()
    wanted = select(traces.c.placed, traces.c.placed_at - traces.c.opened, traces.c.outcome)
    for kind, seconds, outcome in conn.execute(wanted.where(*those(asked), traces.c.placed != "")):
        if seconds is not None:
            took[kind].append(seconds)
        arrived[kind] += 1
        outcomes[kind, outcome] += 1
    ended = _ended(conn, asked)
    return tuple(
        House(
            kind,
            published(arrived[kind]),
            spread(took[kind]),
            tuple((code, published(n)) for (of, code), n in sorted(outcomes.items()) if of == kind and code),
            tuple((state, published(ended.get(f"{kind}:{state}", 0))) for state in BROKEN_OFF),
        )
        for kind in SIDE_BY_SIDE
    )


def _ended(conn: Connection, asked: Asked) -> dict[str, int]:
    """Conversations in which a place was released, ran out, or no longer fitted. Not by channel."""
    wanted = (
        select(traffic.c.what, func.sum(traffic.c.n))
        .where(*those(asked, traffic), traffic.c.kind == "place")
        .group_by(traffic.c.what)
    )
    return {what: int(n) for what, n in conn.execute(wanted)}
