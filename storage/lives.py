"""One made-up conversation and what staff make of it: the real engine, on a clock of its own.

She, the worker and time each have a next moment; whoever comes first acts. Nothing is stored and nobody is rung.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from flows import engine
from flows.handoff import VISIBLE_HOUSE, is_open
from flows.intake import INTAKE
from flows.ladder import LADDERS
from flows.logbook import DONE
from flows.model import (
    Colour,
    Content,
    Event,
    Handoff,
    House,
    Intake,
    Pressed,
    Said,
    StaffDid,
    Turn,
    Urgency,
    Waited,
)
from storage import women
from storage.women import MADE_UP, Woman, chosen

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
NEVER = float("inf")
MOST = 400  # turns of one life: whatever the chances are, it ends
WORKS_FROM, WORKS_TILL = 8, 20  # by day there is more staff
# What a worker needs before taking a case: the median, by day and by night.
TAKES = {
    Urgency.NOW: (70.0, 150.0),
    Urgency.TODAY: (14 * MINUTE, 45 * MINUTE),
    Urgency.THIS_WEEK: (5 * HOUR, 11 * HOUR),
}
OUTCOMES = {
    Colour.RED: {"secure_shelter": 52, "other_shelter": 9, "police": 12, "advice": 9, "lost_contact": 18},
    Colour.ORANGE: {
        VISIBLE_HOUSE: 20,
        "other_shelter": 8,
        "secure_shelter": 3,
        "advice": 39,
        "lost_contact": 14,
        "not_needed": 16,
    },
    Colour.GREEN: {"advice": 70, "not_needed": 30},
}
SILENT = {"lost_contact": 62, "not_needed": 18, "advice": 20}  # who may not be contacted first
ANYWHERE = {
    "danger_now": 5,
    "leave": 50,
    "back": 75,
    "menu": 24,
    "human": 22,
    "help_lines": 20,
    "again": 12,
    "language": 8,
    "delete": 3,
}
CONTENTS = {Content.TEXT: 60, Content.VOICE: 18, Content.PHOTO: 10, Content.STICKER: 8, Content.LOCATION: 4}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker will do, and when."""

    at: float
    deed: StaffDid


@dataclass(frozen=True, slots=True)
class Intent:
    """What a worker means to do, so long after what went before."""

    after: float
    did: str
    text: str = ""
    colour: Colour | None = None
    second: str = ""


class Life:
    """One life till `horizon`: by then staff have closed what they had. Lives for one call of turns()."""

    def __init__(
        self, rng: Random, started: float, horizon: float, staff: Sequence[str], timezone: str
    ) -> None:
        self.rng = rng
        self.woman: Woman = women.somebody(rng)
        self.horizon = horizon
        self.staff = staff
        self.zone = ZoneInfo(timezone)
        self.house = House(on_duty=rng.random() > 0.02, timezone=timezone)
        self.intake: Intake = engine.begin(self.woman.channel, self.woman.language, started)
        self.hers = started  # when she does something next
        self.plan: Plan | None = None
        self.course: deque[Intent] = deque()
        self.on_course = False
        self.may_write = True
        self.wait: Waited | None = None

    def turns(self) -> Iterator[Turn]:
        for _ in range(MOST):
            event = self._next()
            if event is None:
                return
            turn = engine.advance(INTAKE, self.intake, event, self.house)
            self.intake = turn.intake
            self.wait = Waited(turn.wait.what, turn.wait.due) if turn.wait else None
            if isinstance(event, StaffDid):
                self._after_deed(event, turn.refused)
            elif not isinstance(event, Waited):
                self._after_hers(event)
            self._make_plan(event.at)
            yield turn

    def _next(self) -> Event | None:
        """Whoever comes first: she, the worker, or time."""
        hers = self.hers if self.hers <= self.horizon and not self.intake.ended else NEVER
        staff = self.plan.at if self.plan else NEVER
        timer = self.wait.at if self.wait and self.wait.at <= self.horizon else NEVER
        first = min(hers, staff, timer)
        if first == NEVER:
            return None
        if first == timer:
            return self.wait
        if first == staff:
            return self.plan.deed if self.plan else None
        return self._she_does(first)

    # --- she ----------------------------------------------------------------------------------------------

    def _she_does(self, at: float) -> Event:
        rng, intake = self.rng, self.intake
        step = INTAKE.by_name[intake.step]
        if intake.talking and not intake.left:
            return Said(MADE_UP, at, chosen(rng, CONTENTS))
        if intake.seq and rng.random() < 0.03 and step.name != INTAKE.start:
            return Pressed("", chosen(rng, ANYWHERE), at)
        if rng.random() < 0.006:
            return Said(MADE_UP, at, chosen(rng, CONTENTS))
        if step.skippable and rng.random() < self.woman.skips:
            return Pressed("", "skip", at)
        if step.text and (not step.options or rng.random() < self.woman.types):
            return Said("06 00000000" if step.name == "number" else MADE_UP, at)
        return Pressed(step.name, women.press(rng, self.woman, step), at, intake.seq)

    def _after_hers(self, event: Event) -> None:
        """When she goes on, if she does."""
        rng, intake = self.rng, self.intake
        stops = women.STOPS.get(intake.step, women.STOP)
        if intake.ended:
            self.hers = NEVER
        elif intake.left:
            comes_back = rng.random() < 0.45
            self.hers = event.at + rng.lognormvariate(9.0, 1.4) if comes_back else NEVER
        elif intake.talking:
            self.hers = NEVER  # she waits for what the worker writes
        elif intake.step in DONE:
            self.hers = event.at + 6 * HOUR * rng.random() if rng.random() < 0.06 else NEVER
        elif rng.random() < stops:
            self.hers = NEVER if rng.random() < 0.75 else event.at + rng.lognormvariate(8.5, 1.5)
        else:
            self.hers = event.at + self._thinks(intake.step)

    def _thinks(self, step: str) -> float:
        """How long she looks at a question: reading, thinking, now and then somebody comes in."""
        heavy = 1.8 if INTAKE.by_name[step].block else 2.6 if INTAKE.by_name[step].text else 1.0
        pause = self.rng.lognormvariate(6.5, 0.8) if self.rng.random() < 0.012 else 0.0
        return 1.0 + self.woman.pace * heavy * self.rng.lognormvariate(0, 0.6) * 0.5 + pause

    # --- staff --------------------------------------------------------------------------------------------

    def _make_plan(self, at: float) -> None:
        handoff = self.intake.handoff
        if handoff is None or not is_open(handoff):
            self.plan = None
        elif self.plan is None:
            self.plan = self._planned(at, handoff)

    def _planned(self, at: float, handoff: Handoff) -> Plan:
        if handoff.state in ("offered", "raised"):
            self.on_course = False
            return self._plan(at, Intent(self._takes_after(at, handoff), "take"), self.rng.choice(self.staff))
        if handoff.state == "claimed":
            # Now and then it is forgotten, and goes back to the ladder.
            after = 12 * MINUTE if self.rng.random() < 0.06 else self.rng.lognormvariate(5.0, 0.5)
            return self._plan(at, Intent(after, "in_touch"), handoff.by)
        if not self.on_course:
            self.course, self.on_course = deque(self._worked_out()), True
        intent = self.course.popleft() if self.course else Intent(2 * HOUR, "close", self._outcome())
        if intent.did == "close" and not intent.text:
            intent = Intent(intent.after, "close", self._outcome())
        return self._plan(at, intent, handoff.by)

    def _plan(self, at: float, intent: Intent, by: str) -> Plan:
        """At the end of the made-up year everything is closed."""
        when = max(at, min(at + intent.after, self.horizon))
        return Plan(when, StaffDid(intent.did, by, when, intent.text, intent.colour, intent.second))

    def _takes_after(self, at: float, handoff: Handoff) -> float:
        urgency = next((one for one, rungs in LADDERS.items() if rungs == handoff.ladder), Urgency.TODAY)
        by_day, by_night = TAKES[urgency]
        hour = datetime.fromtimestamp(at, self.zone).hour
        median = by_day if WORKS_FROM <= hour < WORKS_TILL else by_night
        slow = 7.0 if self.rng.random() < 0.05 else 1.0
        return 5.0 + median * slow * self.rng.lognormvariate(0, 0.7)

    def _worked_out(self) -> Iterator[Intent]:
        """What a worker does with a case, once in touch."""
        rng, colour = self.rng, engine.assess(INTAKE, self.intake).colour
        if not self._do_not_contact():
            for _ in range(rng.choice((0, 1, 1, 2, 3))):
                yield Intent(rng.lognormvariate(5.0, 0.8), "write", MADE_UP)
            if rng.random() < 0.25:
                yield Intent(5 * MINUTE, "hand_back")
            if rng.random() < 0.75:
                yield Intent(rng.lognormvariate(7.0, 0.8), "spoken_live")
        if rng.random() < 0.03:
            yield Intent(20 * MINUTE, "give_back")
        yield from self._changed_colour(colour)
        yield from self._placed()
        yield Intent(rng.lognormvariate(9.6, 1.0), "close")

    def _changed_colour(self, colour: Colour) -> Iterator[Intent]:
        chance, after = self.rng.random(), self.rng.lognormvariate(7.5, 0.6)
        if colour is Colour.RED and chance < 0.11:
            second = self.rng.choice(self.staff)  # not always somebody else: then it is refused
            yield Intent(after, "lower", MADE_UP, Colour.ORANGE, second)
        elif colour is Colour.ORANGE and chance < 0.05:
            yield Intent(after, "lower", MADE_UP, Colour.GREEN)
        elif colour is not Colour.RED and chance > 0.96:
            yield Intent(after, "raise", MADE_UP, Colour.RED)

    def _placed(self) -> Iterator[Intent]:
        """Where placing joins: what a worker does to bring her somewhere, between the intake talk and closing."""
        yield from ()

    def _do_not_contact(self) -> bool:
        marks = self.intake.handoff.marks if self.intake.handoff else ()
        return bool({"unfinished", "contact_lost"} & set(marks))

    def _outcome(self) -> str:
        if self._do_not_contact():
            return chosen(self.rng, SILENT)
        found = engine.assess(INTAKE, self.intake)
        known = OUTCOMES[found.colour]
        return chosen(self.rng, known if found.visible_house else known | {VISIBLE_HOUSE: 0})

    def _after_deed(self, deed: StaffDid, refused: str) -> None:
        self.plan = None
        if refused == "answer_first":
            again = Intent(20.0, deed.did, deed.text, deed.colour, deed.second)
            first = "write" if self.may_write else "hand_back"
            self.course.extendleft((again, Intent(3 * MINUTE, first, MADE_UP)))
        elif refused == "do_not_contact":
            self.may_write = False
        elif deed.did in ("write", "hand_back") and not refused:
            answers = self.rng.random() < 0.8
            self.hers = deed.at + self.rng.lognormvariate(4.2, 0.9) if answers else NEVER
