"""Where a case goes, with the reasons; and the gate by type: what may be placed in the visible house.

A `HouseCase` is the only thing that `into_the_house` takes, and a red, a barred or an unmet case cannot become one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flows.model import Assessment, Colour, Desk, Handoff
from flows.placement import Kind, Place, Placement, held


class Route(NamedTuple):
    """Where a case goes, and the rules that say so."""

    code: str  # secure, on_call, intake
    reasons: tuple[str, ...]


def route(assessment: Assessment) -> Route:
    """Red goes to secure shelters, her own life or body to whoever is on call, all others to staff intake."""
    strongest = tuple(r.rule for r in assessment.reasons if r.colour is assessment.colour)
    if assessment.colour is Colour.RED:
        return Route("secure", strongest)
    return Route("on_call" if Desk.ON_CALL in assessment.desks else "intake", strongest)


class NotForHouse(Exception):
    """Why she may not go to the visible house, as a code: not_visible_house, not_spoken_live, no_intake_yet."""


@dataclass(frozen=True, slots=True)
class HouseCase:
    """A case that may go to the visible house: not red, not barred, spoken with, its intake done by a worker.

    Raises NotForHouse: there is no value of this type for any other case.
    """

    assessment: Assessment
    handoff: Handoff

    def __post_init__(self) -> None:
        if self.assessment.colour is Colour.RED or not self.assessment.visible_house:
            raise NotForHouse("not_visible_house")
        if not self.handoff.spoken_live:
            raise NotForHouse("not_spoken_live")
        if not self.handoff.intake_done:
            raise NotForHouse("no_intake_yet")


def into_the_house(case: HouseCase, place: Place, by: str, at: float) -> Placement:
    """A bed held in the visible house."""
    if not isinstance(case, HouseCase):  # also for a caller that no type checker has seen
        raise NotForHouse("not_visible_house")
    return held(place, by, at)


def elsewhere(place: Place, by: str, at: float) -> Placement:
    """A bed held under any other roof. Raises NotForHouse for the visible house."""
    if place.kind is Kind.VISIBLE_HOUSE:
        raise NotForHouse("not_visible_house")
    return held(place, by, at)
