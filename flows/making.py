"""A Turn in the making: what the parts of the engine write into while they work out one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from flows import ladder, spoken
from flows.handoff import is_open, marked, unmarked
from flows.helplines import SHARED
from flows.indicators import assess, reasons
from flows.machine import BESIDE, move
from flows.model import (
    NOTHING_READ,
    Assessment,
    Button,
    Carried,
    Colour,
    Condition,
    Entry,
    Event,
    Finding,
    Flow,
    Handoff,
    House,
    Intake,
    LogEntry,
    Looked,
    Pressed,
    Raise,
    Reading,
    Ring,
    Said,
    Say,
    StaffDid,
    Step,
    Timer,
    Turn,
    Urgency,
    Waited,
    Word,
)
from flows.routing import route
from flows.tongues import LANGUAGES

# Which version of the three beats (danger named, why, whom to reach) fits, by what was found; the first that matches.
BEATS = (
    ("self", frozenset({"SUIS"})),
    ("medical", frozenset({"MED"})),
    ("child", frozenset({"CHILD"})),
    ("trafficking", frozenset({"TRAF"})),
    ("honour", frozenset({"HBV", "FMAR"})),
    ("tonight", frozenset({"NOROOF"})),
)


# Steps whose answers name a place: not read back to her where somebody may read along (domain.md 3.1).
# Keys are kept in backups for a week (storage/backup.py); the last of those may be a day younger than her word.
COPIES_KEPT = timedelta(days=8)
NAME_PLACES = frozenset({"where", "avoid"})
# Nor, on a device that is not hers alone, what stands beside a number (domain.md 3.1).
WITH_NUMBER = frozenset({"number", "other_answers"})
FEARED = ("partner", "family", "work")  # whom texts name; anybody else is "somebody"
LISTEN = (Button("", "listen"),)
ALWAYS_SPOKEN = "help_lines"  # what is heard where the open question was not recorded
NOT_ANSWERED = frozenset({"skip", "unsure", "text"})


@cache
def _danger_questions(flow: Flow) -> tuple[tuple[str, Condition | None], ...]:
    return tuple((step.name, step.asked_if) for step in flow.steps if step.block)


def unknown(flow: Flow, intake: Intake) -> tuple[str, ...]:
    """Danger questions skipped, not understood or never reached."""
    answer = intake.answers.get
    return tuple(
        [
            name
            for name, asked_if in _danger_questions(flow)
            if answer(name, "skip") in NOT_ANSWERED and (asked_if is None or asked_if.holds(intake))
        ]
    )


@cache
def _conditional(flow: Flow) -> tuple[Step, ...]:
    return tuple(step for step in flow.steps if step.asked_if and not step.block)


def _for_her(step: Step, intake: Intake) -> bool:
    """A danger question is never taken away: one that was not for her is only not missed."""
    return step.asked_if is None or bool(step.block) or step.asked_if.holds(intake)


def _not_for_her(flow: Flow, intake: Intake) -> frozenset[str]:
    return frozenset(step.name for step in _conditional(flow) if not _for_her(step, intake))


def variants(intake: Intake) -> tuple[str, ...]:
    """Which wording fits her: staff have been told, she writes for someone else, is under 18, fears a partner ..."""
    answers, handoff = intake.answers, intake.handoff
    whom, feared = answers.get("for_whom", answers.get("who")), answers.get("afraid_of")
    told = handoff is not None and is_open(handoff) and handoff.ladder == ladder.LADDERS[Urgency.NOW]
    fitting = (
        "told" if told else "",
        whom if whom in ("other", "minor") else "",
        feared if feared in FEARED else "",
        SHARED if is_shared(intake) else "",
    )
    return tuple(filter(None, fitting))


def person(answers: Mapping[str, str]) -> dict[str, str]:
    """Whom she fears, as texts name him."""
    feared = answers.get("afraid_of", "other")
    return {"person": f"@person.{feared if feared in FEARED else 'other'}"}


def is_shared(intake: Intake) -> bool:
    """Whether somebody else may read on her device: she said so, or her words did."""
    return any(finding.indicator == "MON" for finding in intake.findings)


class Making:
    """One event being worked out. Lives for one call; everything it hands out is frozen."""

    def __init__(
        self,
        flow: Flow,
        intake: Intake,
        event: Event,
        house: House,
        reading: Reading = NOTHING_READ,
        recorded: tuple[Finding, ...] | None = None,
    ) -> None:
        self.flow = flow
        self.before = intake
        self.intake = intake
        self.event = event
        self.house = house
        self.reading = reading
        self.code = ""  # what she answered or staff did, for the log
        self.refused = ""
        self.wipe = False
        self.anew = False
        self.card = False
        self._replaying = recorded is not None
        self._found: list[Finding] = list(recorded or ())
        self._says: list[Say] = []
        self._rings: list[Ring] = []
        self._log: list[LogEntry] = []
        self._assessed: tuple[Any, Assessment] | None = None
        self._played: set[str] = set()
        if recorded:
            self.change(findings=intake.findings + recorded)

    # --- state ------------------------------------------------------------------------------------------------

    def change(self, **fields: Any) -> None:
        self.intake = self.intake.but(**fields)

    @property
    def step(self) -> Step:
        return self.flow.by_name.get(self.intake.step) or self.flow.by_name[self.flow.start]

    @property
    def assessment(self) -> Assessment:
        intake = self.intake
        known = (intake.answers, intake.findings, intake.decision)
        if self._assessed is None or any(a is not b for a, b in zip(self._assessed[0], known, strict=True)):
            self._assessed = (known, assess(intake, unknown(self.flow, intake)))
        return self._assessed[1]

    def find(self, sign: Raise, source: str, quote: str = "") -> None:
        """Adds a finding; while replaying, the recorded ones are there already."""
        if self._replaying:
            return
        finding = Finding(sign.indicator, sign.when, source, self.event.at, self.flow.version, quote)
        self._found.append(finding)
        self.change(findings=(*self.intake.findings, finding))

    @property
    def found(self) -> frozenset[str]:
        """Codes found in this very turn."""
        return frozenset(finding.indicator for finding in self._found)

    def go(self, trigger: str) -> None:
        """Moves along the declared edges; forgets a remembered step once she is back in the conversation."""
        to = move(self.flow, trigger, self.intake)
        self.change(step=to)
        if to not in BESIDE and self.intake.resume:
            self.change(resume="")
        if not _for_her(self.step, self.intake):
            self.go("answer")

    def pass_over(self) -> None:
        """What was found or said since takes away questions that are not for her: asked no more, no answer stands."""
        intake, barred = self.intake, _not_for_her(self.flow, self.intake)
        if barred & intake.answers.keys():
            answers = {step: code for step, code in intake.answers.items() if step not in barred}
            self.change(answers=answers, trail=tuple(step for step in intake.trail if step not in barred))
        if intake.step in barred:
            self.go("answer")

    # --- her duress word ----------------------------------------------------------------------------------------

    def twin(self, intake: Intake, event: Event, reading: Reading, unknown_to: str) -> Making:
        """The same turn in another conversation. `unknown_to`: the source of findings that it does not know of."""
        known = tuple(finding for finding in self._found if finding.source != unknown_to)
        return Making(self.flow, intake, event, self.house, reading, known if self._replaying else None)

    def adopt(self, twin: Making, kept: tuple[str, ...], unnamed: frozenset[str]) -> bool:
        """Takes over what the twin shows her and where she is; whether anything was found there.

        `kept`: what stays as it is here. `unnamed`: answers that are not read back.
        """
        found = () if self._replaying else tuple(twin._found)
        self._found += found
        staying = {name: getattr(self.intake, name) for name in kept}
        self.intake = twin.intake.but(**staying, findings=self.intake.findings + found, shown=twin.intake)
        for say in twin._says:
            self._says.append(replace(say, rows=tuple(row for row in say.rows if row[0] not in unnamed)))
        self._log += [entry for entry in twin._log if entry.kind in ("held", "doubt", "deleted", "waited")]
        self.wipe, self.code = twin.wipe, twin.code
        return bool(twin._found)

    # --- what is said -----------------------------------------------------------------------------------------

    def say(
        self,
        *keys: str,
        protect: bool = True,
        news: bool = False,
        text: str = "",
        buttons: tuple[tuple[Button, ...], ...] = (),
    ) -> None:
        variants = self._variants()
        if text and is_shared(
            self.intake
        ):  # also where the guide stands: it decides whether it may come by itself
            variants = (SHARED,)
        self._says.append(Say(keys, self._args(keys), buttons, variants, protect, news, text))
        if self._cannot_read:
            self.play(keys)

    def ask(self, *first: str, news: bool = False) -> None:
        """The open question, with `first` said above it and the buttons that work everywhere below."""
        step = self.step
        keys = (*first, step.name, *self._below(step))
        if step.block and step.name not in self.intake.asked:
            self.change(asked=(*self.intake.asked, step.name))
        if self._cannot_read and not news:
            self.play(keys)
        self._says.append(
            Say(
                keys,
                self._args(keys),
                self._offered(step),
                self._variants(),
                protect=step.name != self.flow.start,
                news=news,
                rows=self._read_back() if step.name == "read_back" else (),
            )
        )

    def _offered(self, step: Step) -> tuple[tuple[Button, ...], ...]:
        """The rows under a question: listening first, where it was recorded; of the languages those that are on."""
        off = set(LANGUAGES) - set(self.house.languages)
        rows = [row for row in _buttons(step) if row[0].step != "language" or row[0].option not in off]
        if step.name == self.flow.start:
            kept = {"talk", "language", *self.house.entries}
            rows = [row for row in rows if row[0].option in kept]
        return (*([LISTEN] if self.recorded((step.name,)) else []), *rows)

    # --- for who cannot read ------------------------------------------------------------------------------------

    @property
    def _cannot_read(self) -> bool:
        return self.intake.answers.get("access") == "reading"

    def recorded(self, keys: tuple[str, ...]) -> list[str]:
        """The recordings of these texts that there are in her language."""
        return [name for name in spoken.of(keys) if (self.intake.language, name) in self.house.recordings]

    def play(self, keys: tuple[str, ...]) -> None:
        """Something to listen to, once a turn; before it a line, for sound can give her away."""
        for name in self.recorded(keys):
            if name not in self._played:
                self._played.add(name)
                self._says += [Say(("listen",)), Say((), audio=name)]

    def menu(self) -> None:
        """What else works at every step; the place is kept."""
        options = ("again", "help_lines", "human", "word", "language", "delete")
        rows = [(Button("", option),) for option in options]
        listening = (LISTEN,) if self.recorded((ALWAYS_SPOKEN,)) else ()
        self._says.append(
            Say(("menu",), {}, (*listening, *rows, *everywhere(self.step)[:1]), self._variants())
        )

    def languages(self) -> None:
        """The languages that are on, where the guide stands: her place is kept."""
        offered = self._offered(self.flow.by_name["language"])
        rows = tuple(row for row in offered if row[0].step == "language")
        self.say("language", protect=False, buttons=rows)

    @property
    def is_open(self) -> bool:
        """Whether she is in the conversation, so that news of it may be said unasked.

        The guide has none; and nothing comes by itself to a phone that somebody else reads.
        """
        watched = self.in_messenger and is_shared(self.intake)
        return not self.intake.left and self.intake.step != self.flow.start and not watched

    @property
    def in_messenger(self) -> bool:
        """Where what she typed stays until it is deleted, and others may look; the page has codes to return."""
        return self.intake.channel != "web"

    def _below(self, step: Step) -> tuple[str, ...]:
        """What stands under a question: why it is asked, who is on now, where the web chat is."""
        shared = is_shared(self.intake)
        if step.block:
            return () if shared else (f"{step.name}.why",)
        if step.name == "understood" and self.intake.doubts:
            return (f"understood.{self.intake.doubts[0].indicator}",)
        if step.name == "notice":
            return ("word.notice",) if self.in_messenger else ()
        if step.name == "next":
            if shared and self.in_messenger:
                return ("shared.next",)
            offered = self.in_messenger and not self.intake.word
            return (self.duty(), *(("word.next",) if offered else ()))
        told = step.name == "web_chat" and self.in_messenger and self.house.chat_address
        return ("web_chat.address",) if told else ()

    @property
    def _at_guide(self) -> bool:
        """Where the guide stands every word is one that any chat may get: not even chosen by what is known of her."""
        return self.intake.step == self.flow.start

    def _args(self, keys: tuple[str, ...]) -> dict[str, str]:
        if self._at_guide:
            return {}
        args = person(self.intake.answers)
        for key in keys:
            if key.startswith("duty."):
                args |= self._times()
            elif key == "delete":
                args["gone_by"] = self._gone_by()
            elif key == "web_chat.address":
                args["chat_address"] = self.house.chat_address
        return args

    def _variants(self) -> tuple[str, ...]:
        return () if self._at_guide else variants(self.intake)

    def _read_back(self) -> tuple[tuple[str, str, str], ...]:
        """Needs and contact only, never danger."""
        names = [step.name for step in self.flow.steps]
        needs = names[names.index("where") : names.index("read_back")]
        answers, texts = self.intake.answers, self.intake.texts
        unsaid = NAME_PLACES if self._guarded else frozenset()
        if is_shared(self.intake):
            unsaid |= WITH_NUMBER
        return tuple(
            (name, answers[name], texts.get(name, ""))
            for name in needs
            if answers.get(name, "skip") != "skip" and name not in unsaid
        )

    @property
    def _guarded(self) -> bool:
        """Red, or a device that is not hers alone."""
        return is_shared(self.intake) or self.assessment.colour is Colour.RED

    @property
    def held(self) -> Handoff:
        """The handoff, where there is one; asking for it elsewhere is a mistake in the engine."""
        if self.intake.handoff is None:
            raise LookupError("no handoff")
        return self.intake.handoff

    # --- staff ------------------------------------------------------------------------------------------------

    def open_handoff(self, *marks: str) -> None:
        """Opens the handoff and rings its first rung in this very turn."""
        urgency = self.assessment.urgency
        rungs = ladder.LADDERS[urgency]
        if self.intake.duress:
            marks = ("duress", *marks)
        self.hold(Handoff("offered", self.event.at, rungs, marks=marks))
        self.ring_next()
        self.log("handoff", code="offered")

    def hand_on(self) -> None:
        """Red, or urgency now, opens the handoff at once; what is new and pressing rings again."""
        found = self.assessment
        handoff = self.intake.handoff
        if handoff is None or not is_open(handoff):
            if found.pressing:
                self.open_handoff()
            return
        steps_up = found.urgency > self._urgency_of(handoff)
        if not self._found and not steps_up:
            return
        self.card = True
        if steps_up:
            self.hold(replace(handoff, ladder=ladder.LADDERS[found.urgency]))
        fresh = {f.indicator for f in self._found}
        rings_now = any(
            reason.urgency is Urgency.NOW and fresh & set(reason.indicators) for reason in found.reasons
        )
        if steps_up or rings_now:
            self._press_on()

    def _press_on(self) -> None:
        """Something pressing is new: an untaken case rings from the first rung again, a taken one rings on call."""
        handoff = self.held
        if handoff.state in ("offered", "raised"):
            self.hold(replace(handoff, rung=0))
            self.ring_next()
        else:
            self.ring("on_call")

    @staticmethod
    def _urgency_of(handoff: Handoff) -> Urgency:
        return next(urgency for urgency, rungs in ladder.LADDERS.items() if rungs == handoff.ladder)

    @property
    def rung_so_far(self) -> int:
        """How often somebody is rung in this turn."""
        return len(self._rings)

    def ring(self, who: str) -> None:
        """Somebody is rung beside the ladder, which goes on as it was."""
        self._rings.append(Ring(self.held.rung, who))
        self.log("rung", code=f"{self.held.rung}:{who}")

    def ring_next(self) -> None:
        """The next rung rings and is logged."""
        handoff = self.held
        handoff, ring = ladder.ring(handoff, self.event.at)
        self.hold(handoff)
        self._rings.append(ring)
        self.log("rung", code=f"{ring.rung}:{ring.who}")

    def reroute(self) -> None:
        """Where the case goes is logged with its reasons, at first and whenever it changes."""
        handoff = self.intake.handoff
        if handoff is None or not is_open(handoff):
            return
        now = route(self.assessment)
        if now.code != handoff.route:
            self.hold(replace(handoff, route=now.code))
            for rule in now.reasons:
                self.log("route", code=now.code, rule=rule)

    def hold(self, handoff: Handoff) -> None:
        """Puts a changed handoff in place; the staff card is drawn again."""
        self.change(handoff=handoff)
        self.card = True

    def mark(self, *marks: str) -> None:
        handoff = self.intake.handoff
        if handoff is not None and not set(marks) <= set(handoff.marks):
            self.hold(marked(handoff, *marks))

    def unmark(self, *marks: str) -> None:
        handoff = self.intake.handoff
        if handoff is not None and set(marks) & set(handoff.marks):
            self.hold(unmarked(handoff, *marks))

    def beats(self) -> None:
        """Danger named plainly, why, and whom to reach now (domain.md 1.3); kept apart so that it stays readable."""
        fresh = self.found
        family = next((name for name, codes in BEATS if codes & fresh), "violence")
        self.say(f"beats.{family}", self.told())

    def told(self) -> str:
        """Who has been told by now, honestly."""
        return "told.on_duty" if self.house.on_duty else "told.nobody"

    def duty(self) -> str:
        """Who is on now, and until or from when."""
        if self.house.on_duty:
            return "duty.until" if self.house.duty_until else "duty.on"
        return "duty.from" if self.house.duty_from else "duty.off"

    def _times(self) -> dict[str, str]:
        times = (("until", self.house.duty_until), ("from", self.house.duty_from))
        return {name: self._clock(at) for name, at in times if at is not None}

    def _clock(self, at: float) -> str:
        """The house's local time, with the day where that is not today."""
        zone = ZoneInfo(self.house.timezone)
        now, then = datetime.fromtimestamp(self.event.at, zone), datetime.fromtimestamp(at, zone)
        form = "HH:mm" if then.date() == now.date() else "EEEE HH:mm"
        return format_datetime(then, form, locale=self.intake.language)

    def _gone_by(self) -> str:
        """The day from which no copy of what she deletes now is left."""
        day = datetime.fromtimestamp(self.event.at, ZoneInfo(self.house.timezone)) + COPIES_KEPT
        return format_date(day, "d MMMM", locale=self.intake.language)

    # --- the log and the result -------------------------------------------------------------------------------

    def log(self, kind: str, **codes: str) -> None:
        self._log.append(LogEntry(self.event.at, kind, actor=self._actor(), **codes))  # type: ignore[arg-type]

    def _actor(self) -> str:
        if isinstance(self.event, StaffDid):
            return f"staff:{self.event.by}"
        return "timer" if isinstance(self.event, Waited | Looked) else "she"

    @property
    def is_hers(self) -> bool:
        """Whether it came from her chat, just now."""
        return isinstance(self.event, Said | Pressed | Word | Carried)

    def _took(self) -> float | None:
        """How long she took, since she last did anything."""
        hers = self.is_hers and self.before.seq > 0
        return max(self.event.at - self.before.heard, 0.0) if hers else None

    def _reasons(self) -> list[LogEntry]:
        """The rules that count from this turn on, because of what was found in it."""
        if not self._found:
            return []
        decision = self.before.decision
        before = {one.rule for one in reasons(self.before.findings, decision.findings if decision else 0)}
        return [
            LogEntry(
                self.event.at,
                "reason",
                rule=one.rule,
                code="proposal" if one.proposal else "",
                colour=int(one.colour),
                urgency=int(one.urgency),
            )
            for one in self.assessment.reasons
            if one.indicators and one.rule not in before
        ]

    def turn(self, wait: Timer | None) -> Turn:
        found = self.assessment
        says = tuple(self._says) if self.is_hers or not self.intake.duress else ()
        said = ",".join(key for say in says for key in _logged(say))
        colour, urgency = int(found.colour), int(found.urgency)
        moved = LogEntry(
            self.event.at,
            "moved" if self.intake.step != self.before.step else "kept",
            step=self.before.step,
            code=self.code,
            to=self.intake.step,
            colour=colour,
            urgency=urgency,
            actor=self._actor(),
            said=said,
            took=self._took(),
        )
        signs = tuple(
            LogEntry(f.at, "found", step=self.before.step, indicator=f.indicator, rule=f.source, code=f.when)
            for f in self._found
        )
        return Turn(
            self.intake,
            Entry(self.event, tuple(self._found), self.reading),
            found,
            says,
            tuple(self._rings),
            wait,
            (moved, *signs, *self._reasons(), *self._log),
            self.card,
            self.wipe,
            self.anew,
            self.refused,
        )


def _logged(say: Say) -> tuple[str, ...]:
    """What the log says of a message: its keys, a recording, or that a worker wrote it."""
    return say.keys or ((f"audio.{say.audio}",) if say.audio else ("worker",))


@cache
def _buttons(step: Step) -> tuple[tuple[Button, ...], ...]:
    """All rows under a question: one option a row, then what works everywhere."""
    return (*((Button(step.name, option.code),) for option in step.options), *everywhere(step))


@cache
def everywhere(step: Step) -> tuple[tuple[Button, ...], ...]:
    """The rows under every question. The harmless front carries none that would give it away."""
    if step.name == "front":
        return ((Button("", "language"),),)
    first = (Button("", "danger_now"), Button("", "leave"))
    second = ((Button("", "skip"),) if step.skippable else ()) + (Button("", "back"), Button("", "menu"))
    return (first, second)
