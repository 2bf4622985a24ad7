"""Corruptions of what decides: does the proof see each of them? Seeded, so that a score can be run again.

Each is one small wrong value in the flow, the rules, the signs, routing, gates, machines or waits, applied for as long
as the proof looks at it. One that nothing tells apart from the right thing is listed with its reason.
"""

from __future__ import annotations

import ast
import inspect
import random
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from flows import (
    deeds,
    duress,
    guide,
    handoff,
    indicators,
    ladder,
    leaving,
    making,
    onward,
    placement,
    placing,
    routing,
    waits,
)
from flows.indicators import INDICATORS
from flows.intake import INTAKE
from flows.model import Condition, Flow, Goto, Indicator, Ladder, Option, Raise, Step, Urgency, When

SEED = 2026
# What need not be seen, by how its name begins or ends, and why.
EQUIVALENT: tuple[tuple[str, str], ...] = (
    (
        r"^gate: Making\.hand_on: not self\._found and \(not steps_up\) as False$",
        "the card of staff is drawn again though nothing is new on it: nothing rings more, and nothing less",
    ),
    (
        r"^gate: Making\.pass_over: barred & intake\.answers\.keys\(\) as True$",
        "answers are copied without what is not in them: the same answers",
    ),
    (
        r"^gate: reasons: used & fresh as True$",
        "signs that were overruled together count again once anything is found: more is red, nothing less",
    ),
    (
        r"^gate: lapse: making\.intake\.doubts as True$",
        "without a doubt there is nothing to settle",
    ),
    (
        r"^guard widened: number → (cover|other_answers) ",
        "only who wants to be called is asked for a number, so what it asks for holds there always",
    ),
    (
        r"^gate: Making\.hand_on: steps_up( or rings_now)? as True$",
        "somebody is rung once more for what is new and not pressing: nothing rings less",
    ),
)


def why_equivalent(name: str) -> str:
    """The reason why nothing tells a corruption apart from the right thing; empty where there is none."""
    return next((why for what, why in EQUIVALENT if re.search(what, name)), "")


Apply = Callable[[], AbstractContextManager[Flow]]
TALK = ("beside", "branches", "danger")
STAFF = ("ladder", "worker", "roof")
RULES = ("signs", "danger")


@dataclass(frozen=True)
class Mutation:
    """One corruption: its kind, what exactly, and how it is applied."""

    kind: str
    what: str
    apply: Apply
    edge: tuple[str, int] = ("", 0)  # the way on that it corrupts, where it is one
    parts: tuple[str, ...] = TALK  # where it can be seen at all, the quick ones first

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.what}"


Taken = frozenset[tuple[str, int]]  # ways on: a step, and which of its edges


@cache
def all_of(taken: Taken, seed: int = SEED) -> list[Mutation]:
    """Every corruption of the score, in an order that is always the same. Only edges that are taken are corrupted."""
    chance = random.Random(seed)  # noqa: S311 - chosen, not secret
    found: list[Mutation] = []
    for kind, most in KINDS.items():
        of_kind = list(kind(INTAKE, chance))
        if kind in (dropped_edges, moved_edges, closed_guards):
            of_kind = [one for one in of_kind if one.edge in taken]
        found += sorted(chance.sample(of_kind, min(most, len(of_kind))), key=lambda one: one.name)
    return found


# --- the flow -----------------------------------------------------------------------------------------------------


def _with(flow: Flow, step: Step, **fields: Any) -> Apply:
    """The flow with one step changed."""
    steps = tuple(replace(one, **fields) if one is step else one for one in flow.steps)
    return _as(lambda: replace(flow, steps=steps))


def _as(make: Callable[[], Flow]) -> Apply:
    @contextmanager
    def applied() -> Iterator[Flow]:
        yield make()

    return applied


def _edges(flow: Flow) -> Iterator[tuple[Step, int, Goto]]:
    for step in flow.steps:
        for number, goto in enumerate(step.gotos):
            yield step, number, goto


def _put(gotos: tuple[Goto, ...], number: int, *new: Goto) -> tuple[Goto, ...]:
    return (*gotos[:number], *new, *gotos[number + 1 :])


def _way(step: Step, goto: Goto) -> str:
    return f"{step.name} → {goto.to}" + (f" ({goto.when.name})" if goto.when else "")


def dropped_edges(flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    for step, number, goto in _edges(flow):
        yield Mutation(
            "edge dropped",
            _way(step, goto),
            _with(flow, step, gotos=_put(step.gotos, number)),
            (step.name, number),
        )


def moved_edges(flow: Flow, chance: random.Random) -> Iterator[Mutation]:
    names = [step.name for step in flow.steps]
    for step, number, goto in _edges(flow):
        to = chance.choice([name for name in names if name not in (goto.to, step.name)])
        gotos = _put(step.gotos, number, Goto(to, goto.when))
        yield Mutation(
            "edge moved", f"{_way(step, goto)}, to {to}", _with(flow, step, gotos=gotos), (step.name, number)
        )


def widened_guards(flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    always = Condition("always", lambda _intake: True)
    for step, number, goto in _edges(flow):
        if goto.when:
            gotos = _put(step.gotos, number, Goto(goto.to, always))
            yield Mutation("guard widened", _way(step, goto), _with(flow, step, gotos=gotos))


def closed_guards(flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    never = Condition("never", lambda _intake: False)
    for step, number, goto in _edges(flow):
        gotos = _put(step.gotos, number, Goto(goto.to, never))
        yield Mutation("guard closed", _way(step, goto), _with(flow, step, gotos=gotos), (step.name, number))


def _options(flow: Flow) -> Iterator[tuple[Step, int, Option]]:
    for step in flow.steps:
        for number, option in enumerate(step.options):
            yield step, number, option


def silent_answers(flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    """An answer that no longer raises its sign."""
    for step, number, option in _options(flow):
        if option.raises:
            options = (*step.options[:number], Option(option.code), *step.options[number + 1 :])
            yield Mutation("answer unheard", f"{step.name}.{option.code}", _with(flow, step, options=options))


def weak_answers(flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    """An answer that raises something weaker, or as long ago."""
    for step, number, option in _options(flow):
        for sign in option.raises:
            older = sign.when is not When.BEFORE and INDICATORS[sign.indicator].act
            weaker = Raise(sign.indicator, When.BEFORE) if older else Raise("UNSURE")
            if sign.indicator != "UNSURE":
                options = (
                    *step.options[:number],
                    Option(option.code, (weaker,)),
                    *step.options[number + 1 :],
                )
                what = f"{step.name}.{option.code} as {weaker.indicator} {weaker.when}"
                yield Mutation("answer weakened", what, _with(flow, step, options=options))


def lost_answers(flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    for step, number, option in _options(flow):
        options = step.options[:number] + step.options[number + 1 :]
        yield Mutation("answer removed", f"{step.name}.{option.code}", _with(flow, step, options=options))


def plain_questions(flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    """A danger question that no longer counts as one, or as one that is for her."""
    never = Condition("never", lambda _intake: False)
    for step in flow.steps:
        if step.block:
            yield Mutation("question uncounted", step.name, _with(flow, step, block=""))
            yield Mutation("question for nobody", step.name, _with(flow, step, asked_if=never))
        elif step.asked_if:
            yield Mutation("question for all", step.name, _with(flow, step, asked_if=None))


def broken_alarms(flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    for number, alarm in enumerate(flow.alarms):
        for what, changed in (
            ("without its sign", replace(alarm, raises=())),
            ("raises less", replace(alarm, raises=(Raise("ASKED"),))),
            ("leads elsewhere", replace(alarm, to="next")),
        ):
            pointless = (what != "leads elsewhere" and not alarm.raises) or (
                what == "leads elsewhere" and not alarm.to
            )
            if changed != alarm and not pointless:
                alarms = (*flow.alarms[:number], changed, *flow.alarms[number + 1 :])
                yield Mutation(
                    "alarm broken",
                    f"{alarm.option} {what}",
                    _as(lambda a=alarms: replace(flow, alarms=a)),  # type: ignore[misc]
                )


# --- signs and rules ------------------------------------------------------------------------------------------------


def lower(code: str, **fields: Any) -> Apply:
    @contextmanager
    def applied() -> Iterator[Flow]:
        right = INDICATORS[code]
        INDICATORS[code] = replace(right, **fields)
        try:
            yield INTAKE
        finally:
            INDICATORS[code] = right

    return applied


def lowered_signs(_flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    for code, sign in INDICATORS.items():
        for what, weaker in _weaker(sign):
            yield Mutation("sign lowered", f"{code} {what}", lower(code, **weaker), parts=RULES)


def _weaker(sign: Indicator) -> Iterator[tuple[str, dict[str, Any]]]:
    if sign.colour:
        yield "colour", {"colour": type(sign.colour)(sign.colour - 1)}
    if sign.urgency:
        yield "urgency", {"urgency": Urgency(sign.urgency - 1)}
    if sign.older:
        yield "urgency when long ago", {"older": Urgency(sign.older - 1)}


def blind_signs(_flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    """A sign that no longer counts towards what it is part of."""
    for code, sign in INDICATORS.items():
        for name, nothing in (("secondary", ""), ("screen", ""), ("bars", False), ("act", False)):
            if getattr(sign, name):
                yield Mutation("sign blind", f"{code} {name}", lower(code, **{name: nothing}), parts=RULES)


def lost_combinations(_flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    right = indicators.COMBINATIONS
    for one in right:
        rest = tuple(other for other in right if other is not one)
        yield Mutation(
            "combination removed", one.rule, _attribute(indicators, "COMBINATIONS", rest), parts=RULES
        )
        rarely = tuple(replace(other, uses=_one_more(one)) if other is one else other for other in right)
        yield Mutation(
            "combination narrowed",
            one.rule,
            _attribute(indicators, "COMBINATIONS", rarely),
            parts=RULES,
        )


def _one_more(one: indicators.Combination) -> Callable[[frozenset[str]], frozenset[str]]:
    """It asks for one more sign than it should."""

    def uses(codes: frozenset[str]) -> frozenset[str]:
        used = one.uses(codes)
        return used if len(codes) > len(used) else frozenset()

    return uses


# --- code: gates, routing, waits ------------------------------------------------------------------------------------


def _attribute(room: Any, name: str, value: Any) -> Apply:
    @contextmanager
    def applied() -> Iterator[Flow]:
        right = getattr(room, name)
        setattr(room, name, value)
        try:
            yield INTAKE
        finally:
            setattr(room, name, right)

    return applied


def open_gates(_flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    """Each condition of a function that decides, as if it always held and as if it never did."""
    for function in GATES:
        tests = [node for node in ast.walk(_tree(function)) if isinstance(node, ast.If | ast.IfExp)]
        parts = PARTS_OF.get(function.__module__, ("signs", *STAFF))
        for number, node in enumerate(tests):
            for value in (True, False):
                what = f"{function.__qualname__}: {ast.unparse(node.test)} as {value}"
                yield Mutation("gate", what, _code(function, number, value=value), parts=parts)


PARTS_OF = {
    "flows.onward": (*TALK, "ladder", "worker"),
    "flows.leaving": (*TALK, "ladder", "worker"),
    "flows.duress": ("beside", "worker", "danger"),
    "flows.guide": ("beside", "worker", "ladder", "branches"),
    "flows.making": (*STAFF, *TALK),
    "flows.indicators": ("signs", "danger", "roof", "worker"),
    "flows.waits": ("ladder", "worker", "roof", "beside"),
}


# Where a wrong condition could cost most: the gates before roofs and colours, what opens and rings a handoff.
GATES: tuple[Any, ...] = (
    routing.route, routing.HouseCase.__post_init__, routing.elsewhere, routing.into_the_house,
    placing._hold, placing._held, placing._set_out, placing._arrive, placing._intake_done, placing.withdraw,  # noqa: SLF001
    deeds.did, deeds._raise, deeds._lower, deeds._close, deeds._not_there,  # noqa: SLF001
    making.Making.hand_on, making.Making.pass_over, making.Making.find,
    onward.danger_now, onward.skip, onward.ask_for_human, leaving._unfinished, leaving.leave,  # noqa: SLF001
    guide.lapse, guide.did, guide._entry, guide._everywhere, guide._uncover, guide._said, guide._word,  # noqa: SLF001
    guide._perhaps_not_her, guide.chose, deeds._lift_duress,  # noqa: SLF001
    duress.goes_on, duress._mark, duress._gone,  # noqa: SLF001
    waits.next_wait, waits.pending, waits._while_open, waits._silence,  # noqa: SLF001
    indicators.reasons, indicators.assess, indicators._desks, indicators._urgency,  # noqa: SLF001
)  # fmt: skip


def _tree(function: Any) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _code(function: Any, number: int, *, value: bool) -> Apply:
    """The same function with its `number`th condition replaced; everything that holds it has it changed."""

    @contextmanager
    def applied() -> Iterator[Flow]:
        right = function.__code__
        function.__code__ = _recompiled(function, number, value)
        try:
            yield INTAKE
        finally:
            function.__code__ = right

    return applied


def _recompiled(function: Any, number: int, value: bool) -> Any:
    tree = _tree(function)
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp)]
    tests[number].test = ast.copy_location(ast.Constant(value), tests[number].test)
    scope: dict[str, Any] = {}
    exec(compile(ast.fix_missing_locations(tree), "<mutation>", "exec"), function.__globals__, scope)  # noqa: S102 - our own source, one condition changed  # nosec B102
    return scope[function.__name__].__code__


def broken_machines(_flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    """A handoff or a placement that may do what its state does not allow, or may not what it does."""
    for name, room, states in (
        ("handoff", handoff, handoff.STATES),
        ("placement", placement, placement.STATES),
    ):
        machine = room._MACHINE  # noqa: SLF001
        for trigger, event in machine.events.items():
            ways = {source: way[0].dest for source, way in event.transitions.items()}
            for source, to in ways.items():
                what = f"{name} may not {trigger} from {source}"
                yield Mutation(
                    "machine", what, _transition(machine, trigger, source, to, add=False), parts=RULES[:1]
                )
            to = next(iter(ways.values()))
            for source in states:
                if source not in ways:
                    what = f"{name} may {trigger} from {source}"
                    yield Mutation(
                        "machine", what, _transition(machine, trigger, source, to, add=True), parts=RULES[:1]
                    )


def _transition(machine: Any, trigger: str, source: str, to: str, *, add: bool) -> Apply:
    @contextmanager
    def applied() -> Iterator[Flow]:
        ways = machine.events[trigger].transitions
        right = dict(ways)
        if add:
            machine.add_transition(trigger, source, to)
        else:
            ways.pop(source)
        try:
            yield INTAKE
        finally:
            ways.clear()
            ways.update(right)

    return applied


def slow_waits(_flow: Flow, _chance: random.Random) -> Iterator[Mutation]:
    for room, names in (
        (
            waits,
            ("SILENCE_IN_DANGER", "SILENCE_HALF_WAY", "UNREAD_AFTER", "CONTACT_WITHIN", "UNANSWERED_AFTER"),
        ),
        (placement, ("HOLD_SECONDS",)),
        (placing, ("HOLD_SECONDS",)),
    ):
        for name in names:
            slower = _attribute(room, name, getattr(room, name) * 2)
            yield Mutation(
                "wait doubled", f"{room.__name__}.{name}", slower, parts=("signs", *STAFF, "beside")
            )
    for urgency, right in ladder.LADDERS.items():
        for what, changed in _slower(right):
            yield Mutation(
                "ladder", f"{urgency.name.lower()} {what}", _ladder(urgency, changed), parts=("signs", *STAFF)
            )


def _slower(right: Ladder) -> Iterator[tuple[str, Ladder]]:
    for number, rung in enumerate(right.rungs):
        without = (*right.rungs[:number], *right.rungs[number + 1 :])
        later = (*right.rungs[:number], replace(rung, after=rung.after * 2 + 60), *right.rungs[number + 1 :])
        yield f"without {rung.who}", replace(right, rungs=without)
        yield f"{rung.who} later", replace(right, rungs=later)
    yield "again later", replace(right, every=right.every * 2)


def _ladder(urgency: Urgency, changed: Ladder) -> Apply:
    @contextmanager
    def applied() -> Iterator[Flow]:
        right = ladder.LADDERS[urgency]
        ladder.LADDERS[urgency] = changed
        try:
            yield INTAKE
        finally:
            ladder.LADDERS[urgency] = right

    return applied


# Each kind, and how many of it are in the score: all of the few, a sample of the many.
KINDS: dict[Callable[[Flow, random.Random], Iterator[Mutation]], int] = {
    dropped_edges: 20,
    moved_edges: 20,
    widened_guards: 20,
    closed_guards: 20,
    silent_answers: 30,
    weak_answers: 30,
    lost_answers: 20,
    plain_questions: 15,
    broken_alarms: 7,
    lowered_signs: 50,
    blind_signs: 20,
    lost_combinations: 12,
    open_gates: 40,
    broken_machines: 16,
    slow_waits: 20,
}
