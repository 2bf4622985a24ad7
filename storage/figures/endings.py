"""How conversations ended, by week: finished, left, left suddenly, silent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.engine import Connection

from flows.logbook import ENDINGS, SILENT_AFTER
from storage.figures.asked import Asked, those
from storage.suppress import published
from storage.tables import traces

GOING_ON = "going_on"


@dataclass(frozen=True, slots=True)
class Endings:
    """`weeks`: a Monday, and for each of ENDINGS how many. `all`: the same over all weeks."""

    weeks: tuple[tuple[int, tuple[int | None, ...]], ...]
    all: tuple[int | None, ...]
    conversations: int | None


def endings(conn: Connection, asked: Asked, now: float) -> Endings:
    how = ending(now)
    wanted = select(traces.c.week, how, func.count()).where(*those(asked)).group_by(traces.c.week, how)
    n: Counter[tuple[int, str]] = Counter()
    total: Counter[str] = Counter()
    for week, code, count in conn.execute(wanted):
        n[week, code] += count
        total[code] += count
    weeks = tuple((week, tuple(published(n[week, code]) for code in ENDINGS)) for week in asked.weeks)
    return Endings(weeks, tuple(published(total[code]) for code in ENDINGS), published(total.total()))


def ending(now: float) -> ColumnElement[Any]:
    """As the row has it; silence is told by time alone."""
    silent = traces.c.last_at < now - SILENT_AFTER
    return case((traces.c.ended != "", traces.c.ended), (silent, "silent"), else_=GOING_ON)
