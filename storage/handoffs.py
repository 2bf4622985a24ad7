"""A handoff as the queue shows it: a projection of the intake, written in the same turn; card and alerts.

Nothing in it is sealed, because nothing in it is hers: a case name, codes and times.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.engine import Connection

from flows.handoff import is_open
from flows.model import Handoff, Lane, Turn
from storage import outrows
from storage.book import Case
from storage.lean import Lean, insert_new
from storage.names import two_words
from storage.store import Store
from storage.tables import handoffs

BURST = 5  # new pressing cases within BURST_SECONDS that each ring by themselves
BURST_SECONDS = 5 * 60.0
SLOT_SECONDS = 20.0  # beyond that, those of one slot ring as one alert
NAME_TRIES = 50
UNTAKEN = ("offered", "raised")

_FACTS = (
    *("colour", "urgency", "language", "state", "taken_by", "taken", "touched", "due", "rung", "spoken_live"),
    *("talking", "marks", "desks", "closed", "outcome"),
)
_INSERT = insert_new(handoffs, "id")
_NAMED = Lean(
    select(handoffs.c.id).where(handoffs.c.case_name == bindparam("case_name"), handoffs.c.closed.is_(None))
)
_UPDATE = Lean(
    update(handoffs)
    .where(handoffs.c.id == bindparam("the_id"))
    .values(
        {
            **{name: bindparam(name) for name in _FACTS},
            "version": handoffs.c.version + 1,
            "closed": func.coalesce(handoffs.c.closed, bindparam("closed")),
        }
    )
)
_PRESSING = or_(handoffs.c.colour == 2, handoffs.c.urgency == 2)
_UNTAKEN = or_(*(handoffs.c.state == state for state in UNTAKEN))
_NEW = Lean(select(func.count()).where(handoffs.c.opened > bindparam("since"), _PRESSING))
_WAITING = Lean(select(func.count()).where(handoffs.c.closed.is_(None), _UNTAKEN, _PRESSING))


def project(store: Store, conn: Connection, case: Case, turn: Turn, at: float) -> None:
    """Brings the queue's row in line with the turn, and asks for its card and alerts."""
    handoff = turn.intake.handoff
    if handoff is None:
        return
    before = case.intake.handoff
    facts = facts_of(turn, handoff, at)
    handoff_id = case.handoff_id
    if handoff_id is None or before is None or before.opened != handoff.opened:
        handoff_id = case.handoff_id = _open(conn, case, handoff, facts)
    else:
        _UPDATE.run(conn, facts | {"the_id": handoff_id})
    pressing = turn.assessment.colour == 2 or turn.assessment.urgency == 2
    if before is not None and before.state in UNTAKEN and handoff.state not in UNTAKEN:
        outrows.cancel_alerts(conn, handoff_id)
    if turn.card and store.staff_chat:
        outrows.card(conn, store, handoff_id, Lane.RED if pressing else Lane.REPLY, at)
    _ring(conn, handoff_id, turn, at, pressing=pressing)


def facts_of(turn: Turn, handoff: Handoff, at: float) -> dict[str, Any]:
    """What the queue's row says of a handoff after a turn."""
    return {
        "colour": int(turn.assessment.colour),
        "urgency": int(turn.assessment.urgency),
        "language": turn.intake.language,
        "state": handoff.state,
        "taken_by": handoff.by,
        "taken": handoff.taken,
        "touched": handoff.touched,
        "due": handoff.due,
        "rung": handoff.rung,
        "spoken_live": handoff.spoken_live,
        "talking": turn.intake.talking,
        "marks": " ".join(handoff.marks),
        "desks": " ".join(turn.assessment.desks),
        "closed": None if is_open(handoff) else at,
        "outcome": handoff.outcome,
    }


def _open(conn: Connection, case: Case, handoff: Handoff, facts: dict[str, Any]) -> int:
    """A new row under a name that no other open case has; returns its id."""
    for attempt in range(NAME_TRIES):
        name = two_words() if attempt < NAME_TRIES // 2 else f"{two_words()} {attempt}"
        values = facts | {
            "intake_id": case.id,
            "case_name": name,
            "opened": handoff.opened,
            "version": 1,
            "card_message_id": None,
        }
        if _INSERT.count(conn, values) == 1:
            return int(_NAMED.one(conn, {"case_name": name})[0])
    raise RuntimeError("no free name for a new case")


def _ring(conn: Connection, handoff_id: int, turn: Turn, at: float, *, pressing: bool) -> None:
    rings = [ring for ring in turn.rings if ring.who != "board"]  # the board wakes nobody
    if not rings:
        return
    together = pressing and _burst(conn, at)
    for ring in rings:
        if together:
            outrows.alert_together(conn, handoff_id, ring, at, (at // SLOT_SECONDS + 1) * SLOT_SECONDS)
        else:
            outrows.alert(conn, handoff_id, ring, at)


def _burst(conn: Connection, at: float) -> bool:
    new = _NEW.one(conn, {"since": at - BURST_SECONDS})[0]
    return bool(new > BURST or _WAITING.one(conn, {})[0] > BURST)
