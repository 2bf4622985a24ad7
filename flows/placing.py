"""Placing her: holding a bed, confirming it, bringing her there; and what takes a place away again.

Each is a deed of staff, recorded like any other. What beds there are, the store knows: it refuses what is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flows import routing
from flows.handoff import is_open
from flows.handoff import move as move_handoff
from flows.making import Making
from flows.model import Colour, Handoff, Looked, StaffDid
from flows.placement import HOLD_SECONDS, Kind, Placement, move

NO_PLACE, WITHDRAWN = "no_place", "place_withdrawn"


def _hold(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    place, standing = deed.place, making.intake.placement
    red = making.assessment.colour is Colour.RED
    if not handoff.by:
        making.refused = "not_taken"
    elif place is None or place.beds < 1:
        making.refused = "nothing_chosen"
    elif standing is not None and standing.stands:
        making.refused = "has_place"
    elif red and place.kind is not Kind.SECURE and not deed.text.strip():
        making.refused = "needs_reason"  # a way out when nothing secure is free: a person says why
    else:
        _held(making, handoff, deed)


def _held(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    place = deed.place
    if place is None:
        return
    try:
        if place.kind is Kind.VISIBLE_HOUSE:
            case = routing.HouseCase(making.assessment, handoff)
            placement = routing.into_the_house(case, place, deed.by, deed.at)
        else:
            placement = routing.elsewhere(place, deed.by, deed.at)
    except routing.NotForHouse as closed:
        making.refused = str(closed)
        return
    making.unmark(NO_PLACE, WITHDRAWN)
    _keep(making, placement)


def _extend(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    extended = _moved(making, "extend")
    if extended:
        _keep(making, replace(extended, until=deed.at + HOLD_SECONDS), "extended")


def _confirm(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """The shelter said yes. She hears it only once a worker has spoken with her, and never where it is."""
    confirmed = _moved(making, "confirm")
    if not confirmed:
        return
    _keep(making, replace(confirmed, confirmed=deed.at))
    silent = making.intake.talking or making.intake.left or "contact_lost" in handoff.marks
    if handoff.spoken_live and not silent:
        making.ask("news.place", news=True)


def _set_out(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    if not handoff.spoken_live:
        making.refused = "not_spoken_live"
    elif deed.journey is None or not deed.journey.whole:
        making.refused = "needs_journey"
    elif under_way := _moved(making, "set_out"):
        _keep(making, replace(under_way, set_out=deed.at, journey=deed.journey))


def _arrive(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """She is there: only now the handoff is placed, and only with somebody who has spoken with her."""
    placed = move_handoff(handoff, "place")
    if not handoff.spoken_live:
        making.refused = "not_spoken_live"
    elif placed is None:
        making.refused = "not_in_touch"
    elif arrived := _moved(making, "arrive"):
        making.hold(placed)
        _keep(making, replace(arrived, arrived=deed.at))


def _release(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """Given up; where somebody else says so than who held it (the house: no), whoever places is rung."""
    released = _moved(making, "release")
    if released:
        _keep(making, released)
        if deed.by != released.by:
            making.ring("placement")


def _regions(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """Where she may not be, as a worker understood her."""
    if deed.regions is None:
        making.refused = "nothing_chosen"
    else:
        making.change(regions=deed.regions)


def _intake_done(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    if handoff.spoken_live:
        making.hold(replace(handoff, intake_done=True))
    else:
        making.refused = "not_spoken_live"


DEEDS: dict[str, Callable[[Making, Handoff, StaffDid], None]] = {
    "regions": _regions,
    "intake_done": _intake_done,
    "hold": _hold,
    "extend": _extend,
    "confirm": _confirm,
    "set_out": _set_out,
    "arrive": _arrive,
    "release": _release,
}

# --- what nobody did ------------------------------------------------------------------------------------------


def expire(making: Making) -> None:
    """A hold that nobody extended or confirmed ends; whoever places is rung."""
    expired = _moved(making, "expire")
    if expired:
        _keep(making, expired)
        making.ring("placement")


def looked(making: Making, event: Looked) -> None:
    """Nothing that fits is free: never a dead end, and a supervisor is told; or something is free again."""
    handoff, placement = making.intake.handoff, making.intake.placement
    if handoff is None or not is_open(handoff) or (placement is not None and placement.stands):
        return  # somebody found her a place while the program was still looking
    if event.free == 0 and NO_PLACE not in handoff.marks:
        making.mark(NO_PLACE)
        making.log("no_place", code="since")
        making.ring("supervisors")
    elif event.free and NO_PLACE in handoff.marks:
        making.unmark(NO_PLACE)
        making.log("no_place", code="again")


def withdraw(making: Making) -> None:
    """Held or placed in the visible house, and no longer a case for it: released in this very turn, and rung."""
    placement = making.intake.placement
    if placement is None or not placement.stands or placement.place.kind is not Kind.VISIBLE_HOUSE:
        return
    if making.assessment.visible_house:
        return
    withdrawn = _moved(making, "withdraw")
    if withdrawn is None:
        return
    _keep(making, withdrawn)
    handoff = making.intake.handoff
    if handoff is not None and is_open(handoff):
        making.hold(move_handoff(handoff, "unplace") or handoff)
        making.mark(WITHDRAWN)
        making.ring("placement")


def _moved(making: Making, trigger: str) -> Placement | None:
    """The placement after `trigger`; where there is none that allows it, the deed is refused."""
    placement = making.intake.placement
    moved = move(placement, trigger) if placement else None
    if moved is None:
        making.refused = "no_such_place"
    return moved


def _keep(making: Making, placement: Placement, code: str = "") -> None:
    making.change(placement=placement)
    making.card = True
    making.log("place", code=code or placement.state, to=placement.place.kind)
