"""The mutation score: how many corruptions the proof sees, and which it rightly does not."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain

from flows import check, indicators, processes
from flows.model import Flow, Turn
from flows.proof import explorer, graph, mutations, said, table
from flows.proof.explorer import State, Step
from flows.proof.factors import FACTORS
from flows.proof.mutations import Mutation
from flows.proof.proving import TABLE, new


@dataclass(frozen=True)
class Seen:
    """What saw a corruption: a mistake of the declaration, or a promise; "" where nothing did."""

    mutation: str
    by: str


def seen(mutation: Mutation) -> Seen:
    with mutation.apply() as flow:
        indicators.holding.cache_clear()
        try:
            return Seen(mutation.name, _by(flow, mutation.parts))
        finally:
            indicators.holding.cache_clear()


def _by(flow: Flow, parts: tuple[str, ...]) -> str:
    """What is quick first: a corruption that the declaration itself shows is not explored."""
    try:
        mistake = next(chain(check.mistakes(flow), (one.promise for one in said.found(flow))), "")
        return mistake or next((by for name in parts if (by := _looked_at(flow, name))), "")
    except Exception as error:  # noqa: BLE001 - it cannot even be explored
        return f"cannot run ({type(error).__name__})"


def _looked_at(flow: Flow, name: str) -> str:
    return next((one.promise for one in table.found()), "") if name == TABLE else _explored(flow, name)


def _explored(flow: Flow, name: str) -> str:
    factor = next(factor for factor in FACTORS if factor.name == name)
    found = explorer.explore(factor, flow, new())
    breaches = found.breaches or graph.breaches(found)
    return breaches[0].promise if breaches else ""


def taken(flow: Flow) -> mutations.Taken:
    """The ways on that any state takes: an edge that none takes cannot be told from one that is not there."""
    found: set[tuple[str, int]] = set()

    def watch(state: State, step: Step, turn: Turn) -> str:
        if step.label.startswith(("answer:", "skip", "text")):
            ways = enumerate(flow.by_name[state.intake.step].gotos)
            first = next((n for n, goto in ways if goto.when is None or goto.when(turn.intake)), 0)
            found.add((state.intake.step, first))
        return ""

    for factor in FACTORS[:3]:
        explorer.explore(replace(factor, watches=(watch,)), flow, new())
    return frozenset(found)


def _numbered(part: tuple[int, mutations.Taken]) -> Seen:
    number, ways = part
    return seen(mutations.all_of(ways)[number])


def score(numbers: Sequence[int], ways: mutations.Taken, workers: int = 2) -> Generator[Seen, None, None]:
    with closing(processes.in_order(_numbered, [(number, ways) for number in numbers], workers)) as parts:
        yield from parts
