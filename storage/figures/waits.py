"""How long until a human was in touch with her, by urgency, beside what the ladder promises."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from flows.ladder import PROMISED
from flows.model import Urgency
from storage.figures.asked import Asked, those
from storage.figures.spread import Spread, spread
from storage.lean import Lean
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
    wanted = wanted.where(*those(asked), traces.c.opened.is_not(None))
    found: defaultdict[int, list[float]] = defaultdict(list)
    untouched: Counter[int] = Counter()
    # By the driver itself: these are tens of thousands of rows.
    for urgency, took in Lean(wanted).all(conn, {}):
        if took is None:
            untouched[urgency] += 1
        else:
            found[urgency].append(took)
    return tuple(
        _wait(urgency, sorted(found[urgency]), untouched[urgency])
        for urgency in sorted(Urgency, reverse=True)
    )


def _wait(urgency: Urgency, took: list[float], untouched: int) -> Wait:
    """`took`: the shortest first."""
    promised = PROMISED[urgency]
    handed_on = published(len(took) + untouched)
    kept = share(published(bisect_right(took, promised)), handed_on)
    return Wait(urgency, promised, spread(took), handed_on, published(untouched), kept)
