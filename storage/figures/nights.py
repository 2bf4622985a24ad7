"""Nights without a bed: when nothing that fits was free, and for how many women."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
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
TOGETHER = 500  # conversations looked up at a time


@dataclass(frozen=True, slots=True)
class Nights:
    """`blocks`: by four weeks, the Monday of the first, how many women. Nights are told for five women or more."""

    nights: int | None
    women: int | None
    blocks: tuple[tuple[int, int | None], ...]


def nights(conn: Connection, asked: Asked, timezone: str) -> Nights:
    concerned = select(traces.c.trace, traces.c.week).where(*those(asked), traces.c.no_place.is_(true()))
    weeks: dict[str, int] = {row.trace: row.week for row in conn.execute(concerned)}
    dates = {_night(at, timezone) for at in _since(conn, list(weeks))}
    women = published(len(weeks))
    by_block = Counter((week - asked.since) // BLOCK for week in weeks.values())
    blocks = range((asked.until - asked.since) // BLOCK + 1)
    return Nights(
        published(len(dates)) if women else None,
        women,
        tuple((asked.since + number * BLOCK, published(by_block[number])) for number in blocks),
    )


def _since(conn: Connection, concerned: list[str]) -> Iterator[float]:
    """When it began that nothing was free for them; asked for some at a time, so that no database reads all the log."""
    for first in range(0, len(concerned), TOGETHER):
        some = log.c.trace.in_(concerned[first : first + TOGETHER])
        wanted = select(log.c.at).where(some, log.c.kind == "no_place", log.c.code == "since")
        yield from conn.execute(wanted).scalars()


def _night(at: float, timezone: str) -> date:
    local = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(timezone))
    return (local - MIDDAY).date()
