"""How long until a human was in touch with her, by urgency, beside what the ladder promises."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from flows.ladder import PROMISED
from flows.model import Urgency
from storage.figures.asked import Asked, those
from storage.figures.spread import Spread, spread
from storage.suppress import published, share
from storage.tables import traces


@dataclass(frozen=True, slots=True)
class Wait:
    """One urgency. `kept`: the part of all handed on that somebody was in touch with in time."""

    urgency: Urgency
    promised: float
    took: Spread
    handed_on: int | None
    untouched: int | None  # nobody is known to have been in touch
    kept: float | None


def waits(conn: Connection, asked: Asked) -> tuple[Wait, ...]:
    wanted = select(traces.c.urgency, traces.c.touched - traces.c.opened)
    found: defaultdict[int, list[float | None]] = defaultdict(list)
    for urgency, took in conn.execute(wanted.where(*those(asked), traces.c.opened.is_not(None))).tuples():
        found[urgency].append(took)
    return tuple(_wait(urgency, found[urgency]) for urgency in sorted(Urgency, reverse=True))


def _wait(urgency: Urgency, took: list[float | None]) -> Wait:
    known = [one for one in took if one is not None]
    in_time = published(sum(one <= PROMISED[urgency] for one in known))
    handed_on = published(len(took))
    untouched = published(len(took) - len(known))
    return Wait(urgency, PROMISED[urgency], spread(known), handed_on, untouched, share(in_time, handed_on))
