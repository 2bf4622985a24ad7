"""What a staff card or an alert may say of a case: a name of two words, codes and times, nothing of hers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from flows.model import Colour, Urgency
from storage import accounts, troubles
from storage.store import Store
from storage.tables import handoffs
from storage.tables import troubles as table

MOVED = "staff_chat_moved"
# How the catalogue's keys name them: card.colour.red, card.urgency.now.
COLOURS = {Colour.RED: "red", Colour.ORANGE: "orange", Colour.GREEN: "green"}
URGENCIES = {Urgency.NOW: "now", Urgency.TODAY: "today", Urgency.THIS_WEEK: "week"}


@dataclass(frozen=True, slots=True)
class Facts:
    """One handoff, as staff may see it on their phones."""

    handoff_id: int
    intake_id: int
    name: str
    colour: Colour
    urgency: Urgency
    language: str
    state: str
    opened: float
    holder: str  # the name of who has it; "" while nobody has
    marks: frozenset[str]
    desks: tuple[str, ...]
    spoken_live: bool

    @property
    def closed(self) -> bool:
        return self.state == "closed"


def facts(store: Store, handoff_ids: Iterable[int]) -> list[Facts]:
    """In the order in which they were opened; those that are gone are left out."""
    wanted = select(handoffs).where(handoffs.c.id.in_(list(handoff_ids))).order_by(handoffs.c.opened)
    with store.read() as conn:
        rows = conn.execute(wanted).all()
        names = accounts.names(conn) if any(row.taken_by for row in rows) else {}
    return [
        Facts(
            row.id,
            row.intake_id,
            row.case_name,
            Colour(row.colour),
            Urgency(row.urgency),
            row.language,
            row.state,
            row.opened,
            names.get(row.taken_by, row.taken_by),
            frozenset(row.marks.split()),
            tuple(row.desks.split()),
            bool(row.spoken_live),
        )
        for row in rows
    ]


# --- the staff group may get another number ----------------------------------------------------------------


def note_move(store: Store, old: str, new: str, now: float) -> None:
    """The group became a supergroup: its new number is used from now on, and staff are told to set it."""
    if moved_to(store, old) != new:
        troubles.report(store, now, MOVED, f"{old}>{new}")


def moved_to(store: Store, chat: str) -> str:
    """The number that the staff group has now."""
    known = select(table.c.detail).where(table.c.code == MOVED).order_by(table.c.id)
    with store.read() as conn:
        moves = dict(row[0].split(">", 1) for row in conn.execute(known))
    for _ in moves:
        chat = moves.get(chat, chat)
    return chat
