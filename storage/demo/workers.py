"""What a made-up worker does with a case, once it is handed on: chances by colour, as guesses, like those of women."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from flows import engine
from flows.handoff import VISIBLE_HOUSE
from flows.intake import INTAKE
from flows.ladder import LADDERS
from flows.model import Colour, Handoff, Intake, Looked, StaffDid, Urgency
from flows.placement import Journey, Kind, Place
from storage.demo.women import MADE_UP, chosen

MINUTE, HOUR = 60.0, 3600.0
WORKS_FROM, WORKS_TILL = 8, 20  # by day there is more staff
# What a worker needs before taking a case: the median, by day and by night.
TAKES = {
    Urgency.NOW: (70.0, 150.0),
    Urgency.TODAY: (14 * MINUTE, 45 * MINUTE),
    Urgency.THIS_WEEK: (5 * HOUR, 11 * HOUR),
}
# How a case ends for which no roof was found, or needed.
OUTCOMES = {
    Colour.RED: {"other_shelter": 12, "police": 20, "advice": 24, "lost_contact": 44},
    Colour.ORANGE: {"other_shelter": 8, "advice": 56, "lost_contact": 16, "not_needed": 20},
    Colour.GREEN: {"advice": 70, "not_needed": 30},
}
SILENT = {"lost_contact": 62, "not_needed": 18, "advice": 20}  # who may not be contacted first
ARRIVED = {Kind.SECURE: "secure_shelter", Kind.VISIBLE_HOUSE: VISIBLE_HOUSE}
BEDS = {1: 46, 2: 22, 3: 21, 4: 11}
JOURNEY = Journey(MADE_UP, MADE_UP, MADE_UP)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a worker means to do, so long after what went before; `looked` is the program looking for free places."""

    after: float
    did: str
    text: str = ""
    colour: Colour | None = None
    second: str = ""
    place: Place | None = None
    free: int = 0

    def event(self, by: str, at: float) -> StaffDid | Looked:
        if self.did == "looked":
            return Looked(self.free, at)
        journey = JOURNEY if self.did == "set_out" else None
        return StaffDid(self.did, by, at, self.text, self.colour, self.second, self.place, journey)


def takes_after(rng: Random, handoff: Handoff, hour: int) -> float:
    """Seconds till somebody takes it, by its ladder and the hour of the day; now and then far too long."""
    urgency = next((one for one, rungs in LADDERS.items() if rungs == handoff.ladder), Urgency.TODAY)
    by_day, by_night = TAKES[urgency]
    median = by_day if WORKS_FROM <= hour < WORKS_TILL else by_night
    slow = 7.0 if rng.random() < 0.05 else 1.0
    return 5.0 + median * slow * rng.lognormvariate(0, 0.7)


def course(rng: Random, intake: Intake, staff: Sequence[str]) -> Iterator[Intent]:
    """From being in touch till it is closed. The last one, closing, gets its outcome when it comes to that."""
    colour = engine.assess(INTAKE, intake).colour
    if not do_not_contact(intake):
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            yield Intent(rng.lognormvariate(5.0, 0.8), "write", MADE_UP)
        if rng.random() < 0.25:
            yield Intent(5 * MINUTE, "hand_back")
    if rng.random() < 0.03:
        yield Intent(20 * MINUTE, "give_back")
    yield from _changed_colour(rng, colour, staff)
    if not do_not_contact(intake) and rng.random() < 0.78:
        yield Intent(rng.lognormvariate(7.0, 0.8), "spoken_live")
        yield Intent(rng.lognormvariate(6.5, 0.7), "intake_done")
        yield from _placed(rng, intake)
    yield Intent(rng.lognormvariate(9.6, 1.0), "close")


def _changed_colour(rng: Random, colour: Colour, staff: Sequence[str]) -> Iterator[Intent]:
    chance, after = rng.random(), rng.lognormvariate(7.5, 0.6)
    if colour is Colour.RED and chance < 0.11:
        # Not always somebody else: then it is refused.
        yield Intent(after, "lower", MADE_UP, Colour.ORANGE, rng.choice(staff))
    elif colour is Colour.ORANGE and chance < 0.05:
        yield Intent(after, "lower", MADE_UP, Colour.GREEN)
    elif colour is not Colour.RED and chance > 0.96:
        yield Intent(after, "raise", MADE_UP, Colour.RED)


def _placed(rng: Random, intake: Intake) -> Iterator[Intent]:
    """From looking for a roof to arriving under it; what its state does not allow, the engine refuses."""
    kind = _roof(rng, intake)
    if kind is None:
        return
    if rng.random() < (0.16 if kind is Kind.SECURE else 0.05):
        yield Intent(MINUTE, "looked", free=0)
        yield Intent(rng.lognormvariate(9.8, 0.8), "looked", free=1)
    place = Place("0", kind, chosen(rng, BEDS))  # of no house that there is
    yield Intent(rng.lognormvariate(6.2, 0.7), "hold", MADE_UP, place=place)
    if rng.random() < 0.08:
        yield Intent(30 * MINUTE, "release")
        yield Intent(20 * MINUTE, "hold", MADE_UP, place=place)
    if rng.random() < 0.15:
        yield Intent(100 * MINUTE, "extend")
    yield Intent(rng.lognormvariate(7.4, 0.6), "confirm")
    yield Intent(rng.lognormvariate(8.0, 0.7), "set_out")
    yield Intent(rng.lognormvariate(8.2, 0.5), "arrive")


def _roof(rng: Random, intake: Intake) -> Kind | None:
    found = engine.assess(INTAKE, intake)
    if found.colour is Colour.RED:
        known: dict[Kind | None, float] = {Kind.SECURE: 78, Kind.HOTEL: 4, Kind.PARTNER: 3, None: 15}
    else:
        house = 30 if found.visible_house and found.colour is Colour.ORANGE else 0
        known = {Kind.VISIBLE_HOUSE: house, Kind.PARTNER: 4, Kind.HOTEL: 3, Kind.SECURE: 2, None: 61}
    return chosen(rng, known)


def do_not_contact(intake: Intake) -> bool:
    marks = intake.handoff.marks if intake.handoff else ()
    return bool({"unfinished", "contact_lost"} & set(marks))


def closing(rng: Random, intake: Intake, after: float) -> Intent:
    """The last deed: with the outcome that is true by then. A bed that is kept for her is given up first."""
    placement, handoff = intake.placement, intake.handoff
    if placement is not None and placement.keeps_a_bed:
        return Intent(after, "release")
    if placement is not None and placement.state == "arrived":
        return Intent(after, "close", ARRIVED.get(placement.place.kind, "other_shelter"))
    if do_not_contact(intake):
        return Intent(after, "close", chosen(rng, SILENT))
    known = OUTCOMES[engine.assess(INTAKE, intake).colour]
    met = handoff is not None and handoff.spoken_live
    return Intent(after, "close", chosen(rng, known if met else known | {"other_shelter": 0}))
