"""One row a conversation: what its log amounts to, brought up to date in each turn. Nothing in it is hers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Double, bindparam, case, func, true, update
from sqlalchemy.engine import Connection

from flows import logbook
from flows.indicators import reasons
from flows.model import Intake, Turn
from storage.lean import Lean, insert_new
from storage.tables import traces

_FIXED = ("trace", "started", "week", "hour", "channel")
_FOUND = ("highest", "signs", "rules")  # what only new findings change
# The first moment counts: a case that goes back to the ladder keeps the time at which she first had a human.
_FIRST = ("opened", "taken", "touched", "closed", "placed_at")


def _update(*left_out: str) -> Lean:
    """All that may have changed; what adds up is added, what happened first stays."""
    names = [c.name for c in traces.columns if c.name not in (*_FIXED, *left_out)]
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    values |= {name: func.coalesce(traces.c[name], bindparam(name, type_=Double)) for name in _FIRST}
    values["rungs"] = traces.c.rungs + bindparam("rungs")
    values["no_place"] = case((traces.c.no_place.is_(true()), true()), else_=bindparam("no_place"))
    values["placed"] = case((traces.c.placed != "", traces.c.placed), else_=bindparam("placed"))
    return Lean(update(traces).where(traces.c.trace == bindparam("the_trace")).values(values))


_INSERT = insert_new(traces)
_UPDATE, _UPDATE_FOUND = _update(*_FOUND), _update()


def note(conn: Connection, trace: str, turn: Turn, timezone: str, chain: bytes) -> None:
    """After a turn. A conversation that began before this table did gets its row now.

    `chain`: the hash of its last entry in the log (storage.logs.chain).
    """
    known = facts(turn) | {"chain": chain}
    if turn.entry.findings or turn.intake.seq == 1:
        known |= found(turn.intake)
    if turn.intake.seq > 1:
        statement = _UPDATE_FOUND if turn.entry.findings else _UPDATE
        if statement.count(conn, known | {"the_trace": trace}):
            return
    _INSERT.run(conn, found(turn.intake) | known | began(turn.intake, timezone) | {"trace": trace})


def folded(known: dict[str, Any] | None, trace: str, turn: Turn, timezone: str) -> dict[str, Any]:
    """As `note`, but in memory: the row after this turn, out of the row before it (None: there was none)."""
    now = facts(turn)
    if known is None:
        return found(turn.intake) | now | began(turn.intake, timezone) | {"trace": trace}
    now |= {name: known[name] for name in _FIRST if known[name] is not None}
    now["rungs"] += known["rungs"]
    now["no_place"] = known["no_place"] or now["no_place"]
    now["placed"] = known["placed"] or now["placed"]
    return known | now | (found(turn.intake) if turn.entry.findings else {})


def began(intake: Intake, timezone: str) -> dict[str, Any]:
    """What never changes: when it began, by the house's own clock, and where."""
    week, hour = local(intake.started, timezone)
    return {"started": intake.started, "week": week, "hour": hour, "channel": intake.channel}


def local(at: float, timezone: str) -> tuple[int, int]:
    """The Monday of its week as a day number, and the hour of that week, 0 to 167, on the clock of the house."""
    then = datetime.fromtimestamp(at, _zone(timezone))
    monday = then.date() - timedelta(days=then.weekday())
    return monday.toordinal(), then.weekday() * 24 + then.hour


@lru_cache
def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)


def facts(turn: Turn) -> dict[str, Any]:
    """What any turn may have changed."""
    intake, at = turn.intake, turn.entry.event.at
    handoff, placement = intake.handoff, intake.placement
    known: dict[str, Any] = {
        "last_at": at,
        "language": intake.language,
        "version": intake.flow,
        "step": (intake.resume if intake.left else "") or intake.step,
        "turns": intake.seq,
        "colour": int(turn.assessment.colour),
        "urgency": int(turn.assessment.urgency),
        "ended": logbook.ending(intake),
        "overridden": intake.decision is not None,
        "rungs": sum(entry.kind == "rung" for entry in turn.log),
        "no_place": any(entry.kind == "no_place" and entry.code == "since" for entry in turn.log),
        "placed": placement.place.kind.value if placement and placement.arrived else "",
        "placed_at": placement.arrived if placement else None,
    }
    if handoff is None:
        return known | _NO_HANDOFF
    closed = at if handoff.state == "closed" else None
    return known | {
        "handoff": handoff.state,
        "opened": handoff.opened,
        "taken": handoff.taken,
        "touched": handoff.touched,
        "closed": closed,
        "outcome": handoff.outcome,
    }


_NO_HANDOFF = {"handoff": "", "opened": None, "taken": None, "touched": None, "closed": None, "outcome": ""}


def found(intake: Intake) -> dict[str, Any]:
    """Every sign and every rule that ever counted, whatever a human decided since."""
    ever = reasons(intake.findings)
    return {
        "highest": max((int(reason.colour) for reason in ever), default=0),
        "signs": _words(finding.indicator for finding in intake.findings),
        "rules": _words(reason.rule for reason in ever),
    }


def _words(codes: Iterable[str]) -> str:
    """Between spaces, so that one code can be looked for as a whole word."""
    found = " ".join(dict.fromkeys(codes))
    return f" {found} " if found else ""
