"""A placement in the store: the bed that is kept, never twice, and the row that no red in the visible house can be.

Written in the turn of the deed. What fits and what is free is answered here too, for whoever looks for a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from flows import engine, needs
from flows.intake import INTAKE
from flows.model import Intake, Turn
from flows.placement import KEEPING, Placement
from flows.shelters import FRESH_SECONDS, Match, Need, match
from storage import book
from storage.book import Case
from storage.lean import Lean, insert_all
from storage.places import shelters
from storage.store import Store
from storage.tables import handoffs, placements
from storage.tables import shelters as table


class NoBed(Exception):
    """Somebody was quicker, the house was counted too long ago, or it is not in use: nothing was held."""


_TAKE_BEDS = Lean(
    update(table)
    .where(
        table.c.id == bindparam("the_id"),
        table.c.kind == bindparam("the_kind"),
        table.c.closed.is_(None),
        table.c.counted >= bindparam("fresh"),
        table.c.free - table.c.held >= bindparam("beds"),
    )
    .values(held=table.c.held + bindparam("beds"), version=table.c.version + 1)
)
_GIVE_BACK = Lean(
    update(table)
    .where(table.c.id == bindparam("the_id"))
    .values(held=table.c.held - bindparam("beds"), version=table.c.version + 1)
)
# She sleeps in it now: it is not free any more, whatever was counted before she came.
_SLEPT_IN = Lean(
    update(table)
    .where(table.c.id == bindparam("the_id"), table.c.free >= bindparam("beds"))
    .values(free=table.c.free - bindparam("beds"))
)
_PUT = insert_all(placements, "id")
_CHANGED = ("state", "until", "confirmed", "set_out", "arrived", "ended")
_UPDATE = Lean(
    update(placements)
    .where(placements.c.intake_id == bindparam("the_intake"), placements.c.ended.is_(None))
    .values({name: bindparam(name) for name in _CHANGED})
)


def project(conn: Connection, case: Case, turn: Turn, at: float) -> None:
    """Brings beds and row in line with the turn, before the case itself changes. Raises NoBed."""
    before, after = case.intake.placement, turn.intake.placement
    if after is None or after == before:
        return
    if before is None or before.since != after.since:
        _begin(conn, case, after, at)
    else:
        _UPDATE.run(conn, _facts(after, at) | {"the_intake": case.id})
        _settle(conn, before, after)


def _begin(conn: Connection, case: Case, held: Placement, at: float) -> None:
    place = held.place
    wanted = {"the_id": int(place.shelter), "the_kind": place.kind.value, "beds": place.beds}
    if _TAKE_BEDS.count(conn, wanted | {"fresh": at - FRESH_SECONDS}) != 1:
        raise NoBed
    row = {
        "intake_id": case.id,
        "colour": case.colour,
        "may_house": bool(case.may_house),
        "handoff_id": case.handoff_id,
        "shelter_id": int(place.shelter),
        "kind": place.kind.value,
        "beds": place.beds,
        "held_by": held.by,
        "since": held.since,
    }
    _PUT.run(conn, row | _facts(held, at))


def _facts(placement: Placement, at: float) -> dict[str, Any]:
    return {
        "state": placement.state,
        "until": placement.until,
        "confirmed": placement.confirmed,
        "set_out": placement.set_out,
        "arrived": placement.arrived,
        "ended": None if placement.stands else at,
    }


def _settle(conn: Connection, before: Placement, after: Placement) -> None:
    """A bed that is kept no longer is somebody else's again; one that she sleeps in is taken."""
    if not before.keeps_a_bed or after.keeps_a_bed:
        return
    beds = {"the_id": int(after.place.shelter), "beds": after.place.beds}
    _GIVE_BACK.run(conn, beds)
    if after.state == "arrived":
        _SLEPT_IN.run(conn, beds)


# --- what fits ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What she needs of a roof, and every house against that, the best first."""

    need: Need
    matches: list[Match]


def fitting(conn: Connection, intake: Intake, now: float) -> Found:
    need = needs.need_of(intake, engine.assess(INTAKE, intake))
    return Found(need, match(need, shelters.known_shelters(conn, now)))


def for_case(store: Store, intake_id: int, now: float) -> Found:
    """What fits this case now. Whoever asks has opened it. Raises book.Forgotten."""
    with store.read() as conn:
        return fitting(conn, book.peek(store, conn, intake_id).intake, now)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where she is going, or is, as its readers may know it: the house's own name for the placement role alone."""

    placement: Placement
    shelter_id: int
    code_name: str
    region: str
    name: str  # empty for whoever may not know it
    contact: str  # the same


def standing(store: Store, conn: Connection, intake: Intake, *, named: bool) -> Standing | None:
    """The place that stands for her now, or the one that was just taken away; None where there never was one."""
    placement = intake.placement
    if placement is None:
        return None
    house = shelters.house_in(store, conn, int(placement.place.shelter))
    if house is None:
        return None
    name, contact = (house.name, house.contact) if named else ("", "")
    return Standing(placement, house.id, house.code_name, house.region, name, contact)


def kept_beds(conn: Connection) -> dict[int, int]:
    """By shelter: how many beds its placements keep. What the auditor compares with the houses' own count."""
    wanted = select(placements.c.shelter_id, placements.c.beds).where(placements.c.state.in_(sorted(KEEPING)))
    found: dict[int, int] = {}
    for shelter_id, beds in conn.execute(wanted):
        found[shelter_id] = found.get(shelter_id, 0) + beds
    return found


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who comes to a house, as the people who work there may know it: a name of two words, and beds."""

    handoff_id: int
    intake_id: int
    case_name: str
    shelter_id: int
    state: str
    beds: int
    until: float
    set_out: float | None


def coming(store: Store, shelter_ids: list[int]) -> list[Coming]:
    """Who is expected in these houses, or has just arrived, the latest first."""
    wanted = (
        select(placements, handoffs.c.case_name)
        .join(handoffs, handoffs.c.id == placements.c.handoff_id)
        .where(
            placements.c.shelter_id.in_(shelter_ids),
            placements.c.ended.is_(None),
            handoffs.c.closed.is_(None),
        )
        .order_by(placements.c.id.desc())
    )
    with store.read() as conn:
        return [
            Coming(
                row.handoff_id,
                row.intake_id,
                row.case_name,
                row.shelter_id,
                row.state,
                row.beds,
                row.until,
                row.set_out,
            )
            for row in conn.execute(wanted)
        ]
