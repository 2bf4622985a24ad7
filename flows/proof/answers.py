"""Which answers can still matter at a step: only those that a way on may ask about before they are given anew.

Worked out from the declaration: the conditions of each step are held against answers that are made up as they are
asked for, so what a condition never reaches is never kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from flows.machine import BESIDE
from flows.model import Finding, Flow, Handoff, Intake, Ladder, Step, When

OTHER = "*"  # an answer that no condition names
_OPEN = Handoff("offered", 0.0, Ladder((), 0.0))
_HONOUR = Finding("HBV", When.UNKNOWN, "", 0.0, "")


class _Asked(Exception):
    """A condition asked for an answer that has not been made up yet."""


class _MadeUp(dict[str, str]):
    """Answers that say when one is asked for that they do not hold; "" stands for none given."""

    def get(self, step: str, default: object = None) -> object:  # type: ignore[override]
        if not super().__contains__(step):
            raise _Asked(step)
        return self[step] or default

    def __contains__(self, step: object) -> bool:
        return bool(self.get(str(step)))


@cache
def named(flow: Flow) -> dict[str, frozenset[str]]:
    """For each step, the answers to it that any condition tells apart."""
    found: dict[str, set[str]] = {}
    for step in flow.steps:
        for goto in step.gotos:
            for about, code in goto.when.about if goto.when else ():
                found.setdefault(about, set()).add(code)
    return {step: frozenset(codes) for step, codes in found.items()}


@cache
def live(flow: Flow) -> dict[str, dict[str, frozenset[str]]]:
    """For each step, the answers that can still matter there: of which other steps, and which of them.

    Going back more than a step and danger-now are left out: what they lead to is reached with every such answer by
    other ways too, and full histories are held against that (tests/flows/test_proof.py).
    """
    ways = {step.name: list(_every_way(flow, step)) for step in flow.steps}
    asks = {
        name: _others(name, frozenset().union(*(about for about, _ in found))) for name, found in ways.items()
    }
    ahead = {name: frozenset(to for _, to in found) for name, found in ways.items()}
    found: dict[str, frozenset[tuple[str, str]]] = dict.fromkeys(asks, frozenset())
    while True:
        now = {
            name: _others(name, asks[name].union(*(found.get(to, frozenset()) for to in ahead[name])))
            for name in asks
        }
        if now == found:
            return {name: _by_step(pairs | _own(flow, name, found)) for name, pairs in found.items()}
        found = now


def _own(flow: Flow, name: str, found: dict[str, frozenset[tuple[str, str]]]) -> frozenset[tuple[str, str]]:
    """An answer given here before, where it matters at a step that she may go back to."""
    return frozenset(pair for step in before(flow, name) for pair in found[step] if pair[0] == name)


def _others(name: str, pairs: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for pair in pairs if pair[0] != name)


def _by_step(pairs: frozenset[tuple[str, str]]) -> dict[str, frozenset[str]]:
    return {
        step: frozenset(code for one, code in pairs if one == step)
        for step in sorted({step for step, _ in pairs})
    }


@cache
def before(flow: Flow, name: str) -> tuple[str, ...]:
    """The steps that "back" can lead to from this one."""
    return tuple(
        step.name
        for step in flow.steps
        if step.name not in BESIDE and any(goto.to == name for goto in step.gotos)
    )


def kept(flow: Flow, intake: Intake) -> tuple[str, ...]:
    """What of her answers can still matter where she is, and where she may go on from there."""
    alive, answers, same = live(flow), intake.answers, _same(flow)
    found = [
        f"{step}={same[step, code]}"
        for place in (intake.step, intake.resume, intake.aside)
        if place in alive
        for step, codes in alive[place].items()
        if (code := answers.get(step, "")) in codes
    ]
    return tuple(found)


@cache
def _same(flow: Flow) -> dict[tuple[str, str], str]:
    """For each answer the first one that every condition names together with it: "skip" as "other"."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, when in enumerate(goto.when for step in flow.steps for goto in step.gotos if goto.when):
        for pair in when.about:
            groups.setdefault(pair, []).append(number)
    first: dict[tuple[str, tuple[int, ...]], str] = {}
    for (step, code), numbers in sorted(groups.items()):
        first.setdefault((step, tuple(numbers)), code)
    return {(step, code): first[step, tuple(numbers)] for (step, code), numbers in groups.items()}


def _every_way(flow: Flow, step: Step) -> Iterator[tuple[frozenset[tuple[str, str]], str]]:
    """Every way on from a step, with the steps whose answers it asks about."""
    for handoff, honour, resume in product((None, _OPEN), (False, True), ("", "next")):
        findings = (_HONOUR,) if honour else ()
        intake = Intake("", "", 0.0, step=step.name, handoff=handoff, findings=findings, resume=resume)
        yield from _ways(flow, step, intake, {})


def _ways(
    flow: Flow, step: Step, intake: Intake, answers: dict[str, str]
) -> Iterator[tuple[frozenset[tuple[str, str]], str]]:
    """Every combination of answers that its ways on tell apart, as far as they ask."""
    held = intake.but(answers=_MadeUp(answers))
    try:
        way = next((goto for goto in step.gotos if goto.when is None or goto.when(held)), None)
    except _Asked as asked:
        about = str(asked)
        for code in (*sorted(named(flow).get(about, ())), OTHER):
            yield from _ways(flow, step, intake, {**answers, about: code})
    else:
        passed = step.gotos[: step.gotos.index(way) + 1] if way else step.gotos
        pairs = frozenset().union(*(goto.when.about for goto in passed if goto.when))
        yield frozenset(pair for pair in pairs if pair[0] in answers), way.to if way else ""
