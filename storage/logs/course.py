"""One conversation as its log has it: row by row, turn by turn, and the way it took. Codes only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from flows.model import Colour, Urgency
from storage.logs.flowlogs import Trace, as_trace
from storage.store import Store
from storage.tables import log, traces

_STATES = frozenset({"moved", "kept"})  # rows that say what colour and urgency were after them


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log. `since`: seconds after the row before; `was`, `urgent`: colour and urgency before it."""

    at: float
    since: float
    kind: str
    step: str
    code: str
    to: str
    indicator: str
    rule: str
    was: Colour
    colour: Colour
    urgent: Urgency
    urgency: Urgency
    actor: str
    said: tuple[str, ...]
    took: float | None

    @property
    def staff(self) -> str:
        """The staff id of whoever did it; empty for her and for the timer."""
        return self.actor.removeprefix("staff:") if self.actor.startswith("staff:") else ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One turn: the event that moved (or kept) the conversation, and all that came of it. `since`: the turn before."""

    event: Row
    since: float
    follows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """One conversation, from its first row to its last. `path`: the steps, in order."""

    head: Trace
    rows: tuple[Row, ...]
    moments: tuple[Moment, ...]
    path: tuple[str, ...]


def one(store: Store, trace: str, now: float) -> Log | None:
    """The whole log of a conversation; None where there is none of that name."""
    with store.read() as conn:
        head = conn.execute(select(traces).where(traces.c.trace == trace)).one_or_none()
        found = conn.execute(select(log).where(log.c.trace == trace).order_by(log.c.id)).all()
    if head is None:
        return None
    rows = tuple(_rows(found))
    return Log(as_trace(head, now), rows, tuple(_moments(rows)), _path(rows))


def _rows(found: Iterable[Any]) -> Iterable[Row]:
    """Only moved and kept say what colour and urgency are from then on; those of a reason are the rule's own."""
    # Before the first question nothing is known, and what is not known is at least orange.
    at, colour, urgency = None, Colour.ORANGE, Urgency.THIS_WEEK
    for row in found:
        is_state = row.kind in _STATES
        given = (row.colour, row.urgency) if is_state or row.kind == "reason" else (colour, urgency)
        yield Row(
            at=row.at,
            since=max(row.at - at, 0.0) if at is not None else 0.0,
            kind=row.kind,
            step=row.step,
            code=row.code,
            to=row.goes_to,
            indicator=row.indicator,
            rule=row.rule,
            was=colour,
            colour=Colour(given[0]),
            urgent=urgency,
            urgency=Urgency(given[1]),
            actor=row.actor,
            said=tuple(filter(None, row.said.split(","))),
            took=row.took,
        )
        at = row.at
        if is_state:
            colour, urgency = Colour(row.colour), Urgency(row.urgency)


def _moments(rows: tuple[Row, ...]) -> Iterable[Moment]:
    starts = [place for place, row in enumerate(rows) if row.kind in _STATES]
    before = rows[0].at if rows else 0.0
    for place, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        yield Moment(rows[place], max(rows[place].at - before, 0.0), rows[place + 1 : end])
        before = rows[place].at


def _path(rows: tuple[Row, ...]) -> tuple[str, ...]:
    moved = [row for row in rows if row.kind == "moved"]
    return (moved[0].step, *(row.to for row in moved)) if moved else tuple(row.step for row in rows[:1])
