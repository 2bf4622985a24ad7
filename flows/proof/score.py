"""The mutation score: how many corruptions the proof sees, and which it rightly does not."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

from flows import check, indicators, processes
from flows.model import Flow
from flows.proof import explorer, graph, mutations, said, table
from flows.proof.factors import FACTORS
from flows.proof.mutations import Mutation
from flows.proof.proving import new


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
    try:
        signs = (one.promise for one in chain(said.found(flow), table.found()))
        mistake = next(iter(check.mistakes(flow)), "") or next(signs, "")
        return mistake or next((by for name in parts if (by := _explored(flow, name))), "")
    except Exception as error:  # noqa: BLE001 - it cannot even be explored
        return f"cannot run ({type(error).__name__})"


def _explored(flow: Flow, name: str) -> str:
    factor = next(factor for factor in FACTORS if factor.name == name)
    found = explorer.explore(factor, flow, new())
    breaches = found.breaches or graph.breaches(found)
    return breaches[0].promise if breaches else ""


def taken(flow: Flow) -> mutations.Taken:
    """The ways on that any state takes: an edge that none takes cannot be told from one that is not there."""
    pairs: set[tuple[str, str]] = set()
    for factor in FACTORS[:3]:
        found = explorer.explore(factor, flow, new())
        pairs |= {
            (state.intake.step, found.states[way.to].intake.step)
            for state in found.states
            for way in state.ways
            if way.label.startswith(("answer:", "skip", "text"))
        }
    return frozenset(pairs)


def _numbered(part: tuple[int, mutations.Taken]) -> Seen:
    number, ways = part
    return seen(mutations.all_of(ways)[number])


def score(numbers: Sequence[int], ways: mutations.Taken, workers: int = 2) -> Generator[Seen, None, None]:
    with closing(processes.in_order(_numbered, [(number, ways) for number in numbers], workers)) as parts:
        yield from parts
