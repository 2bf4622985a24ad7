"""How far the ladder was climbed before somebody took the case. Not by channel."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.figures.asked import Asked, those
from storage.suppress import published
from storage.tables import traffic


@dataclass(frozen=True, slots=True)
class Rung:
    """How many conversations rang this rung, and whom it rang."""

    number: int
    who: str
    n: int | None


MOST = 6  # a ladder that goes on longer rings the same people again


def rungs(conn: Connection, asked: Asked) -> tuple[Rung, ...]:
    wanted = (
        select(traffic.c.what, func.sum(traffic.c.n))
        .where(*those(asked, traffic), traffic.c.kind == "rung")
        .group_by(traffic.c.what)
    )
    found = []
    for what, n in conn.execute(wanted):
        number, _, who = what.partition(":")
        if number.isdecimal() and int(number) <= MOST:
            found.append(Rung(int(number), who, published(int(n))))
    return tuple(sorted(found, key=lambda rung: (rung.number, rung.who)))
