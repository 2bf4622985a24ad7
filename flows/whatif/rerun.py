"""One past conversation under one version of the flow: `rerun()` walks the version's declaration with her answers.

A past conversation is the codes of its log (flows.whatif.past). `rerun` walks a version's declaration with her answers:

- It asks the version's own questions in the version's own order. Where she answered that question, whenever that was,
  the answer counts as the version declares it; where she did not, it is unknown, never "no".
- An answer to a question that the version does not come to was never given: what it showed is not seen.
- What she did beside the questions (danger now, asking for a human, leaving, what could not be read) she does at the
  same question, or at the end where the version never comes there.
- Words are not there and are not missed: a typed answer counts as what the record says of it, what the rules of
  that day saw in it or that nobody read it.
- It says what the rules say. What a human decided afterwards is their word, and no version takes it back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.whatif.past import Act, Past

MOST = 200  # steps of one walk: whatever a draft declares, it ends
RED = 2
DELETED = Act("delete", "answer", "yes")


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """What is used of one version's `flows`: its declaration and pure functions (flows.whatif.versions loads one)."""

    name: str
    flow: Any
    begin: Callable[..., Any]
    assess: Callable[..., Any]
    reasons: Callable[..., list[Any]]
    unknown: Callable[..., tuple[str, ...]]
    finding: Callable[..., Any]
    sign: Callable[..., Any]  # Raise
    indicators: Any
    handoff: Any  # one that is open
    beside: frozenset[str]
    options: dict[tuple[str, str], Any] = field(init=False)  # by step and code

    def __post_init__(self) -> None:
        options = {(step.name, one.code): one for step in self.flow.steps for one in step.options}
        object.__setattr__(self, "options", options)


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a version brings a conversation. `reds`: the rules that make it red; `after`: answers till it was red."""

    colour: int
    urgency: int
    desks: tuple[str, ...]
    rules: frozenset[str]
    reds: frozenset[str]
    after: int


def rerun(version: Version, past: Past) -> Routed:
    """Where `version` would have brought it."""
    return walked(version, past.acts)


def walked(version: Version, acts: tuple[Act, ...]) -> Routed:
    """The same for what she did alone: equal acts come to the same."""
    walk = _Walk(version)
    for once in _rounds(acts):
        walk.round(once)
    return walk.routed()


def _rounds(acts: tuple[Act, ...]) -> Iterator[list[Act]]:
    """Whoever deleted while staff held her case begins anew when she comes back, and nothing found is lost."""
    now: list[Act] = []
    for act in acts:
        now.append(act)
        if act == DELETED:
            yield now
            now = []
    yield now


class _Walk:
    """One version's way through one past. Lives for one call."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.intake = version.begin("past", "nl", 0.0)
        self.answers: dict[str, str] = self.intake.answers  # of this walk alone, so written in place
        self.waiting: dict[str, list[Act]] = {}  # what she did at the questions that are still to come
        self.met: set[str] = set()
        self.elsewhere: list[str] = []  # where answers that she took back would have led
        self.given = 0
        self.red_after = -1

    def round(self, acts: list[Act]) -> None:
        """Once through the conversation, from its beginning."""
        self.waiting, self.met = defaultdict(list), set()
        for act in acts:
            self.waiting[act.step].append(act)
        self.along(self.version.flow.start)
        self.the_rest()

    def along(self, step: str) -> None:
        """From this step on, by the version's own edges, till there is nothing new, or nothing left to bring in."""
        by_name = self.version.flow.by_name
        for _ in range(MOST):
            if step in self.met or step not in by_name or not self.waiting:
                return
            self.met.add(step)
            step = self._pass(by_name[step])

    def the_rest(self) -> None:
        """What is left: answers that she took back, second visits, and what she did where it never came."""
        while self.elsewhere:
            self.along(self.elsewhere.pop())
        for step, acts in list(self.waiting.items()):
            reached = step in self.met or step in self.version.beside
            for act in acts:
                if act.what != "answer":
                    self._do(act)
                elif reached:
                    self._answer(self.version.flow.by_name.get(step), act.code)

    def routed(self) -> Routed:
        intake = self.intake
        found = self.version.assess(intake, self.version.unknown(self.version.flow, intake))
        rules = [reason for reason in found.reasons if reason.indicators]
        return Routed(
            int(found.colour),
            int(found.urgency),
            tuple(str(desk) for desk in found.desks),
            frozenset(reason.rule for reason in rules),
            frozenset(reason.rule for reason in rules if reason.colour == RED),
            self.red_after,
        )

    def _pass(self, step: Any) -> str:
        """All that she did here the first time; where it leads. A corrected answer counts at once, as the last word."""
        acts = self.waiting.pop(step.name, ())
        if not acts:
            return self._leads(step)
        if len(acts) == 1 and acts[0].what == "answer":  # as it is nearly always
            self._answer(step, acts[0].code)
            return self._leads(step)
        first = next((n for n, act in enumerate(acts) if act.what == "answer"), len(acts))
        moved = ""
        for act in acts[:first]:
            moved = self._do(act) or moved
        codes = [act.code for act in acts[first:] if act.what == "answer"]
        for code in codes:
            self._answer(step, code)
            self.elsewhere.append(self._leads(step))
        later = [act for act in acts[first:] if act.what != "answer"]
        if later:
            self.waiting[step.name] = later
        return moved or (self.elsewhere.pop() if codes else self._leads(step))

    def _leads(self, step: Any) -> str:
        intake = self.intake
        for goto in step.gotos:
            if goto.when is None or goto.when.holds(intake):
                return str(goto.to)
        return ""

    def _answer(self, step: Any, code: str) -> None:
        if step is None:
            return
        self.given += 1
        option = self.version.options.get((step.name, code))
        if code == "skip" and step.block:
            self._find("SKIPPED")
        for sign in option.raises if option else ():
            self._find(sign.indicator, sign.when)
        # An option that this version does not have tells it nothing.
        if option or code in ("skip", "text"):
            self.answers[step.name] = code
        if step.name == "consent" and code == "yes":
            self._hand_on()

    def _do(self, act: Act) -> str:
        """What she did beside the questions; where it moved her, if it did."""
        if act.what == "unread":
            self._find("UNREAD")
        elif act.what in ("read", "doubt"):
            self._read(act)
        elif act.what == "late":
            self._late(act.code)
        elif act.what == "silence" or act.code in ("leave", "blocked"):
            if self.intake.findings and self.answers.get("consent") != "no":
                self._hand_on()
        elif act.code in ("danger_now", "human"):
            return self._alarm(act)
        return ""

    def _read(self, act: Act) -> None:
        """What a rule saw in her own words counts again; a doubt that nobody could settle is as possible as it was."""
        indicator, _, when = act.code.partition(".")
        if act.what == "doubt":
            known = self.version.indicators.get(indicator)
            indicator = "POSSIBLE_RED" if known and int(known.colour) == RED else "POSSIBLE"
        dates = type(self.version.sign(indicator).when)
        self._find(indicator, dates(when))

    def _late(self, code: str) -> None:
        """An old button: it was shown to her only if this version asks that question."""
        name, _, option = code.partition(".")
        known = self.version.options.get((name, option))
        if known and (name in self.met or name in self.version.beside):
            for sign in known.raises:
                self._find(sign.indicator, sign.when)

    def _alarm(self, act: Act) -> str:
        alarm = self.version.flow.alarm_by_option.get(act.code)
        if alarm is None:
            return ""
        for sign in alarm.raises:
            self._find(sign.indicator, sign.when)
        self._hand_on()
        if not alarm.to or act.step not in alarm.moves_from:
            return ""
        self.answers[alarm.to] = alarm.answer
        self.met.add(alarm.to)
        return self._leads(self.version.flow.by_name[alarm.to])

    def _find(self, indicator: str, when: Any = None) -> None:
        if indicator not in self.version.indicators:
            return
        sign = self.version.sign(indicator) if when is None else self.version.sign(indicator, when)
        finding = self.version.finding(sign.indicator, sign.when, "", 0.0, "")
        self.intake = self.intake.but(findings=(*self.intake.findings, finding))
        if self.red_after < 0 or self.intake.handoff is None:
            self._look()

    def _look(self) -> None:
        """Red, or urgency now, is handed on at once: from then on only what bringing her needs is asked."""
        reasons = self.version.reasons(self.intake.findings)
        if self.red_after < 0 and any(reason.colour == RED for reason in reasons):
            self.red_after = self.given
        if any(reason.colour == RED or reason.urgency == 2 for reason in reasons):
            self._hand_on()

    def _hand_on(self) -> None:
        if self.intake.handoff is None:
            self.intake = self.intake.but(handoff=self.version.handoff)
