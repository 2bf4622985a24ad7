"""Looks for a place for every case that needs one now: where nothing that fits is free, a supervisor is told."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.engine import Connection

from flows import engine, needs
from flows.intake import INTAKE
from flows.model import House
from flows.placing import NO_PLACE
from flows.shelters import Shelter, free_now, match
from storage import book, turns
from storage.places import shelters
from storage.store import Store
from storage.tables import handoffs, placements

MOST = 200  # cases looked at in one round, the longest waiting first


def look(store: Store, now: float, house: House) -> int:
    """For how many cases the answer has changed. A shelter without a list of houses is never told that all are full."""
    changed = [
        (intake_id, free) for intake_id, free, was_none in _answers(store, now) if (free == 0) != was_none
    ]
    for intake_id, free in changed:
        with suppress(book.Forgotten):  # meanwhile; the others are not kept waiting for it
            turns.look_turn(store, intake_id, free, now, house)
    return len(changed)


def _answers(store: Store, now: float) -> list[tuple[int, int, bool]]:
    """Each case that needs a roof now: how many places that fit are free, and whether there were none before."""
    with store.read() as conn:
        known = shelters.known_shelters(conn, now)
        if not known:
            return []
        found = (_answer(store, conn, row.intake_id, row.marks, known) for row in conn.execute(_waiting()))
        return [one for one in found if one is not None]


def _waiting() -> Select[tuple[int, str]]:
    placed = exists().where(placements.c.intake_id == handoffs.c.intake_id, placements.c.ended.is_(None))
    pressing = or_(handoffs.c.colour == 2, handoffs.c.urgency == 2)
    return (
        select(handoffs.c.intake_id, handoffs.c.marks)
        .where(handoffs.c.closed.is_(None), pressing, ~placed)
        .order_by(handoffs.c.opened)
        .limit(MOST)
    )


def _answer(
    store: Store, conn: Connection, intake_id: int, marks: str, known: list[Shelter]
) -> tuple[int, int, bool] | None:
    try:
        intake = book.peek(store, conn, intake_id).intake
    except book.Forgotten:
        return None
    assessment = engine.assess(INTAKE, intake)
    if not needs.wants_a_roof(intake, assessment):
        return None
    free = len(free_now(match(needs.need_of(intake, assessment), known)))
    return intake_id, free, NO_PLACE in marks.split()
