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
from flows.handoff import is_open
from flows.intake import INTAKE
from flows.logbook import DONE
from flows.model import (
    Content,
    Event,
    Handoff,
    House,
    Intake,
    Looked,
    Pressed,
    Said,
    StaffDid,
    Turn,
    Waited,
)
from storage.demo import women, workers
from storage.demo.women import MADE_UP, Woman, chosen
from storage.demo.workers import Intent

MINUTE, HOUR = 60.0, 3600.0
NEVER = float("inf")
MOST = 400  # turns of one life: whatever the chances are, it ends
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
    deed: StaffDid | Looked


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
            if isinstance(event, StaffDid | Looked):
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
        rng, hour = self.rng, datetime.fromtimestamp(at, self.zone).hour
        if handoff.state in ("offered", "raised"):
            self.on_course = False
            intent = Intent(workers.takes_after(rng, handoff, hour), "take")
            return self._plan(at, intent, rng.choice(self.staff))
        if handoff.state == "claimed":
            # Now and then it is forgotten, and goes back to the ladder.
            after = 12 * MINUTE if rng.random() < 0.06 else rng.lognormvariate(5.0, 0.5)
            return self._plan(at, Intent(after, "in_touch"), handoff.by)
        if not self.on_course:
            self.course, self.on_course = deque(workers.course(rng, self.intake, self.staff)), True
        intent = self.course.popleft() if self.course else Intent(2 * HOUR, "close")
        if intent.did == "close":
            intent = workers.closing(rng, self.intake, intent.after)
        return self._plan(at, intent, handoff.by)

    def _plan(self, at: float, intent: Intent, by: str) -> Plan:
        """At the end of the made-up year everything is closed."""
        when = max(at, min(at + intent.after, self.horizon))
        return Plan(when, intent.event(by, when))

    def _after_deed(self, deed: StaffDid | Looked, refused: str) -> None:
        self.plan = None
        if isinstance(deed, Looked):
            return
        if refused == "answer_first":
            again = Intent(20.0, deed.did, deed.text, deed.colour, deed.second)
            first = "write" if self.may_write else "hand_back"
            self.course.extendleft((again, Intent(3 * MINUTE, first, MADE_UP)))
        elif refused == "do_not_contact":
            self.may_write = False
        elif deed.did in ("write", "hand_back") and not refused:
            answers = self.rng.random() < 0.8
            self.hers = deed.at + self.rng.lognormvariate(4.2, 0.9) if answers else NEVER
