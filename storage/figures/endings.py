"""How conversations ended, by week: finished, left, left suddenly, silent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.engine import Connection

from flows.logbook import ENDINGS, SILENT_AFTER
from storage.figures.asked import Asked, those
from storage.suppress import published
from storage.tables import traces


@dataclass(frozen=True, slots=True)
class Endings:
    """`weeks`: a Monday, and for each of ENDINGS how many. `all`: the same over all weeks."""

    weeks: tuple[tuple[int, tuple[int | None, ...]], ...]
    all: tuple[int | None, ...]
    conversations: int | None


def endings(conn: Connection, asked: Asked, now: float) -> Endings:
    """Sums by week, not groups by week and ending: a group has to be sorted first."""
    sums = [func.sum(case((ended(code, now), 1), else_=0)) for code in ENDINGS]
    wanted = select(traces.c.week, *sums, func.count()).where(*those(asked)).group_by(traces.c.week)
    n = {week: [int(one) for one in each] for week, *each in conn.execute(wanted)}
    nobody = [0] * (len(ENDINGS) + 1)
    total = [sum(each) for each in zip(nobody, *n.values(), strict=True)]
    weeks = tuple((week, tuple(map(published, n.get(week, nobody)[:-1]))) for week in asked.weeks)
    return Endings(weeks, tuple(map(published, total[:-1])), published(total[-1]))


def ended(code: str, now: float) -> ColumnElement[bool]:
    """Whether a conversation ended so; silence is told by time alone."""
    if code != "silent":
        return traces.c.ended == code
    return and_(traces.c.ended == "", traces.c.last_at < now - SILENT_AFTER)
