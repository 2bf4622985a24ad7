"""The visible house and the secure shelters side by side: who arrived, how soon, and how it ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from flows.placement import Kind
from storage.figures.asked import WEEK, Asked, those
from storage.figures.spread import Spread, spread
from storage.suppress import published
from storage.tables import handoffs, intakes, placements, traces

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


def houses(conn: Connection, asked: Asked, timezone: str) -> tuple[House, ...]:
    took: defaultdict[str, list[float]] = defaultdict(list)
    outcomes: Counter[tuple[str, str]] = Counter()
    wanted = select(traces.c.placed, traces.c.placed_at - traces.c.opened, traces.c.outcome)
    for kind, seconds, outcome in conn.execute(wanted.where(*those(asked), traces.c.placed != "")):
        took[kind].append(seconds)
        outcomes[kind, outcome] += 1
    ended = _ended(conn, asked, timezone)
    return tuple(
        House(
            kind,
            published(len(took[kind])),
            spread(took[kind]),
            tuple((code, published(n)) for (of, code), n in sorted(outcomes.items()) if of == kind and code),
            tuple((state, published(ended[kind, state])) for state in BROKEN_OFF),
        )
        for kind in SIDE_BY_SIDE
    )


def _ended(conn: Connection, asked: Asked, timezone: str) -> Counter[tuple[str, str]]:
    """Cases whose place was released, ran out, or no longer fitted; by when it was held."""
    by = (placements.c.kind, placements.c.state)
    since, until = _start(asked.since, timezone), _start(asked.until + WEEK, timezone)
    wanted = (
        select(*by, func.count(placements.c.intake_id.distinct()))
        .join(handoffs, handoffs.c.id == placements.c.handoff_id)
        .join(intakes, intakes.c.id == placements.c.intake_id)
        .where(placements.c.since >= since, placements.c.since < until, placements.c.state.in_(BROKEN_OFF))
        .group_by(*by)
    )
    if asked.language:
        wanted = wanted.where(handoffs.c.language == asked.language)
    if asked.channel:
        wanted = wanted.where(intakes.c.channel == asked.channel)
    return Counter({(kind, state): n for kind, state, n in conn.execute(wanted)})


def _start(day: int, timezone: str) -> float:
    return datetime.combine(date.fromordinal(day), time(), ZoneInfo(timezone)).timestamp()
