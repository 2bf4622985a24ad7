"""The auditor: looks at facts, not at code. Whatever should be moving and is not, is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from flows.model import Lane
from flows.placement import Kind
from storage.logs import chain
from storage.outrows import WAITING
from storage.places import placing
from storage.store import Store
from storage.tables import handoffs, intakes, outbox, parked, placements, shelters, troubles

LATE = 60.0  # seconds that anything due may take


@dataclass(frozen=True, slots=True)
class Finding:
    """`code`: no_next_step, overdue, unsent, parked, beds_wrong, red_in_visible_house, unsealed, or a trouble's own.

    `detail`: a name, count or code.
    """

    code: str
    detail: str
    since: float
    intake_id: int | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


def audit(store: Store, now: float) -> list[Finding]:
    """All that is wrong at this moment, nothing when all is well."""
    with store.read() as conn:
        return [found for look in _LOOKS for found in look(conn, now)]


def _no_next_step(conn: Connection, _now: float) -> Iterator[Finding]:
    """An open case in danger that nobody is in touch with must have something due."""
    pressing = or_(handoffs.c.colour == 2, handoffs.c.urgency == 2)
    in_touch = and_(handoffs.c.taken_by != "", handoffs.c.touched.is_not(None))
    stuck = select(handoffs.c.case_name, handoffs.c.opened, handoffs.c.intake_id).join(
        intakes, intakes.c.id == handoffs.c.intake_id
    )
    for name, opened, intake_id in conn.execute(
        stuck.where(handoffs.c.closed.is_(None), pressing, ~in_touch, intakes.c.due.is_(None))
    ):
        yield Finding("no_next_step", name, opened, intake_id)


def _overdue(conn: Connection, now: float) -> Iterator[Finding]:
    late = select(intakes.c.id, intakes.c.due).where(intakes.c.due < now - LATE).order_by(intakes.c.due)
    for intake_id, due in conn.execute(late.limit(50)):
        yield Finding("overdue", "", due, intake_id)


def _unsent(conn: Connection, now: float) -> Iterator[Finding]:
    urgent = outbox.c.lane.in_([int(Lane.WIPE), int(Lane.RED)])
    waiting = select(outbox.c.kind, func.count(), func.min(outbox.c.created)).where(
        outbox.c.state == WAITING, urgent, outbox.c.created < now - LATE, outbox.c.due < now - LATE
    )
    for kind, count, oldest in conn.execute(waiting.group_by(outbox.c.kind)):
        yield Finding("unsent", f"{kind} ({count})", oldest)


def _parked(conn: Connection, _now: float) -> Iterator[Finding]:
    count, oldest = conn.execute(select(func.count(), func.min(parked.c.at))).one()
    if count:
        yield Finding("parked", str(count), oldest)


def _troubles(conn: Connection, _now: float) -> Iterator[Finding]:
    known = select(troubles.c.code, troubles.c.detail, troubles.c.at, troubles.c.intake_id)
    wanted = known.where(troubles.c.cleared.is_(None), troubles.c.code != "parked").order_by(
        troubles.c.id.desc()
    )
    for code, detail, at, intake_id in conn.execute(wanted.limit(50)):
        yield Finding(code, detail, at, intake_id)


def _beds(conn: Connection, now: float) -> Iterator[Finding]:
    """The beds that a house says are kept are those that its placements keep."""
    kept = placing.kept_beds(conn)
    for shelter_id, name, held in conn.execute(select(shelters.c.id, shelters.c.code_name, shelters.c.held)):
        if held != kept.get(shelter_id, 0):
            yield Finding("beds_wrong", name, now)


def _roofs(conn: Connection, now: float) -> Iterator[Finding]:
    """No placement stands in the visible house for a case that may not be there: not even by hand in the store."""
    standing = placements.c.ended.is_(None) & (placements.c.kind == Kind.VISIBLE_HOUSE.value)
    wrong = select(handoffs.c.case_name, placements.c.intake_id).join(
        handoffs, handoffs.c.id == placements.c.handoff_id
    )
    for name, intake_id in conn.execute(
        wrong.where(standing, or_(handoffs.c.colour == 2, ~placements.c.may_house))
    ):
        yield Finding("red_in_visible_house", name, now, intake_id)


def _unsealed(conn: Connection, now: float) -> Iterator[Finding]:
    """Each log in which an entry waits for its seal: the sealer stands still, or somebody slipped something in."""
    for name, table in chain.LOGS.items():
        oldest = conn.scalar(select(func.min(table.c.at)).where(table.c.seal.is_(None)))
        if oldest is not None and oldest < now - LATE:
            yield Finding("unsealed", name, oldest)


_LOOKS: tuple[Any, ...] = (_no_next_step, _overdue, _unsent, _parked, _beds, _roofs, _unsealed, _troubles)
