"""Nights without a bed: when nothing that fits was free, and for how many women."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, true
from sqlalchemy.engine import Connection

from storage.figures.asked import WEEK, Asked, those
from storage.suppress import published
from storage.tables import log, traces

MIDDAY = timedelta(hours=12)  # until noon it is still the night before
BLOCK = 4 * WEEK


@dataclass(frozen=True, slots=True)
class Nights:
    """`blocks`: by four weeks, the Monday of the first, how many women. Nights are told for five women or more."""

    nights: int | None
    women: int | None
    blocks: tuple[tuple[int, int | None], ...]


def nights(conn: Connection, asked: Asked, timezone: str) -> Nights:
    wanted = (
        select(log.c.trace, log.c.at, traces.c.week)
        .join(traces, traces.c.trace == log.c.trace)
        .where(*those(asked), traces.c.no_place.is_(true()), log.c.kind == "no_place", log.c.code == "since")
    )
    dates: defaultdict[str, set[date]] = defaultdict(set)
    weeks: dict[str, int] = {}
    for trace, at, week in conn.execute(wanted):
        dates[trace].add(_night(at, timezone))
        weeks[trace] = week
    women = published(len(weeks))
    by_block = Counter((week - asked.since) // BLOCK for week in weeks.values())
    blocks = range((asked.until - asked.since) // BLOCK + 1)
    return Nights(
        published(len(set().union(*dates.values()))) if women else None,
        women,
        tuple((asked.since + number * BLOCK, published(by_block[number])) for number in blocks),
    )


def _night(at: float, timezone: str) -> date:
    local = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(timezone))
    return (local - MIDDAY).date()
