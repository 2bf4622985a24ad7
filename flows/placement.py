"""A placement's own life, from holding a bed to arriving: a `transitions` machine, shared by all.

It names no house: a shelter is an id. What staff arrange (who meets her, what to bring) stands in the sealed record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from transitions import Machine

from flows.carrier import allowed


class Kind(StrEnum):
    """What sort of roof it is. Only the first is secret; only the second is barred from a red."""

    SECURE = "secure"
    VISIBLE_HOUSE = "visible_house"
    HOTEL = "hotel"
    PARTNER = "partner"


HOLD_SECONDS = 2 * 3600.0  # a hold lasts so long, and so much longer each time it is extended
STATES = ("held", "confirmed", "under_way", "arrived", "released", "expired", "withdrawn")
# A bed is kept for her in these; in all others it is somebody else's again, or she sleeps in it.
KEEPING = frozenset({"held", "confirmed", "under_way"})
ENDED = frozenset({"released", "expired", "withdrawn"})

_MACHINE = Machine(
    model=None,
    states=list(STATES),
    initial=None,
    auto_transitions=False,
    transitions=[
        ["extend", "held", "held"],
        ["confirm", "held", "confirmed"],  # the shelter said yes
        ["set_out", "confirmed", "under_way"],
        ["arrive", "under_way", "arrived"],
        ["release", ["held", "confirmed", "under_way"], "released"],
        ["expire", "held", "expired"],
        # What made the place fit no longer holds: a red in the visible house.
        ["withdraw", ["held", "confirmed", "under_way", "arrived"], "withdrawn"],
    ],
)


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked for when a place is held: which shelter, of which kind, and how many beds."""

    shelter: str
    kind: Kind
    beds: int


@dataclass(frozen=True, slots=True)
class Regions:
    """Where she may not be, as a worker understood her words; a region is written as on the shelters' forms.

    `own_safe`: whether a place in her own region is safe for her; None while nobody knows.
    """

    own: str = ""
    own_safe: bool | None = None
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """How she gets there, as her worker arranged it: all three are asked before she sets out."""

    transport: str = ""
    met_by: str = ""
    bring: str = ""

    @property
    def whole(self) -> bool:
        return all(part.strip() for part in (self.transport, self.met_by, self.bring))


@dataclass(frozen=True, slots=True)
class Placement:
    """One place for one woman. `until`: when a hold ends by itself. Times are those of the deeds."""

    place: Place
    state: str
    by: str  # staff id of who holds it for her
    since: float
    until: float
    confirmed: float | None = None
    set_out: float | None = None
    arrived: float | None = None
    journey: Journey = Journey()

    @property
    def keeps_a_bed(self) -> bool:
        return self.state in KEEPING

    @property
    def stands(self) -> bool:
        """She is on her way to it, or in it."""
        return self.state not in ENDED


def held(place: Place, by: str, at: float) -> Placement:
    return Placement(place, "held", by, at, at + HOLD_SECONDS)


def move(placement: Placement, trigger: str) -> Placement | None:
    """The placement after `trigger`, or None where its state does not allow it."""
    state = allowed(_MACHINE, trigger, placement.state)
    return None if state is None else replace(placement, state=state)
