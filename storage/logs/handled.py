"""Whether danger was handled as promised, from a log alone: seen, told to staff, taken, in touch, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.ladder import CONTACT_WITHIN, PROMISED
from flows.model import Colour, Urgency
from storage.logs.course import Log, Moment, Row

TOUCHING = frozenset({"in_touch", "spoken_live"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that was promised. `at`: empty where it has not come; `took`: seconds, `promised`: those allowed."""

    what: str  # told, taken, touched; whole: from danger to being in touch
    at: float | None
    took: float | None
    promised: float
    open: bool  # it has not come, and there is still time

    @property
    def kept(self) -> bool:
        return self.took is not None and self.took <= self.promised


@dataclass(frozen=True, slots=True)
class Handled:
    """`seen`: when danger was first seen. `whole`: from then until somebody was in touch, against the promise."""

    seen: float
    colour: Colour
    urgency: Urgency
    marks: tuple[Mark, ...]
    whole: Mark


def handled(log: Log, now: float) -> Handled | None:
    """None where nothing was found that had to be handed on."""
    first = _seen(log)
    if first is None:
        return None
    seen, urgency = first.event.at, first.event.urgency
    told, taken, touched = _told(log, first), _first(log, _takes), _first(log, _touches)
    marks = (
        _mark("told", seen, told, 0.0, now),
        _mark("taken", seen, taken, PROMISED[urgency], now),
        _mark("touched", max(seen, taken or seen), touched, CONTACT_WITHIN, now),
    )
    whole = _mark("whole", seen, touched, PROMISED[urgency], now)
    return Handled(seen, first.event.colour, urgency, marks, whole)


def _seen(log: Log) -> Moment | None:
    """Where red, or urgency now, was first seen; without either, where the case was first handed on."""
    pressing = (m for m in log.moments if m.event.colour is Colour.RED or m.event.urgency is Urgency.NOW)
    handed = (m for m in log.moments if any(row.kind == "handoff" for row in m.follows))
    return next(pressing, None) or next(handed, None)


def _told(log: Log, first: Moment) -> float | None:
    """The first rung from then on; where somebody had the case already, they saw it at once."""
    rungs = (row.at for row in log.rows if row.kind == "rung" and row.at >= first.event.at)
    taken = _first(log, _takes)
    return first.event.at if taken is not None and taken < first.event.at else next(rungs, None)


def _first(log: Log, fits: Callable[[Row], bool]) -> float | None:
    return next((row.at for row in log.rows if fits(row)), None)


def _takes(row: Row) -> bool:
    return row.kind == "staff" and row.code == "take"


def _touches(row: Row) -> bool:
    return (row.kind == "staff" and row.code in TOUCHING) or (
        row.kind == "handoff" and row.code == "in_touch"
    )


def _mark(what: str, since: float, at: float | None, promised: float, now: float) -> Mark:
    took = None if at is None else max(at - since, 0.0)
    return Mark(what, at, took, promised, at is None and now - since <= promised)
