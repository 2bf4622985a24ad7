"""When conversations begin: by weekday and hour, on the clock of the house."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.figures.asked import Asked, those
from storage.suppress import published
from storage.tables import traces

Hours = tuple[tuple[int | None, ...], ...]  # weekday (0 is Monday) -> hour -> conversations


def hours(conn: Connection, asked: Asked) -> Hours:
    wanted = select(traces.c.hour, func.count()).where(*those(asked, rows=False)).group_by(traces.c.hour)
    n: dict[int, int] = dict(conn.execute(wanted).all())
    return tuple(tuple(published(n.get(day * 24 + hour, 0)) for hour in range(24)) for day in range(7))
