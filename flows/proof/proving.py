"""The whole proof: every part explored, in two processes, and what does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from flows import processes, promises
from flows.engine import begin
from flows.intake import INTAKE
from flows.model import Flow, Intake
from flows.proof import certificate, explorer, graph, hashes, said, table, watches
from flows.proof.explorer import Breach
from flows.proof.factors import FACTORS, START

TABLE = "signs"
# The longest first, so that two processes end together.
PARTS = ("roof", "danger", "branches", "worker", "beside", "ladder", TABLE)
# Every promise: those of each Turn, of each way on, of the whole, of the signs.
SAYS: dict[str, str] = {
    **{promise.name: promise.says for promise in promises.PROMISES},
    **watches.SAYS,
    **graph.SAYS,
    **table.SAYS,
    **said.SAYS,
    explorer.EVERY_EVENT: "Every kind of event in every state gives a turn.",
    explorer.REPLAY: "Replaying the record gives the same step, colours, findings and case.",
}


@dataclass(frozen=True)
class Proved:
    """What was made of one part."""

    part: str
    states: int
    edges: int
    breaches: tuple[Breach, ...]


@dataclass(frozen=True)
class Proof:
    parts: tuple[Proved, ...]

    @property
    def breaches(self) -> list[Breach]:
        """One for each promise that does not hold: the one with the shortest conversation."""
        shortest: dict[str, Breach] = {}
        for part in self.parts:
            for breach in part.breaches:
                known = shortest.get(breach.promise)
                if known is None or len(breach.events) < len(known.events):
                    shortest[breach.promise] = breach
        return list(shortest.values())

    def certificate(self) -> certificate.Certificate:
        """Raises ValueError where a promise does not hold."""
        if self.breaches:
            raise ValueError("no certificate for a flow that breaks a promise")
        explored = tuple(
            certificate.Explored(part.part, part.states, part.edges)
            for part in self.parts
            if part.part != TABLE
        )
        sets = sum(part.states for part in self.parts if part.part == TABLE)
        return certificate.Certificate(
            INTAKE.name, INTAKE.version, hashes.of_flow(), hashes.of_words(), explored, sets, tuple(SAYS)
        )


def prove(names: Sequence[str] = PARTS, workers: int = 2) -> Proof:
    with closing(processes.in_order(_part, names, workers)) as parts:
        return Proof(tuple(parts))


def _part(name: str) -> Proved:
    return part(INTAKE, name)


def part(flow: Flow, name: str, most: int = 9) -> Proved:
    """One part of the proof, ended early once `most` promises are broken."""
    if name == TABLE:
        return Proved(TABLE, table.size(), 0, (*said.found(flow), *table.found()))
    factor = next(factor for factor in FACTORS if factor.name == name)
    found = explorer.explore(factor, flow, new(), most)
    whole = graph.breaches(found) if len(found.breaches) < most else []
    return Proved(name, len(found.states), found.edges, (*found.breaches, *whole))


def new() -> Intake:
    """The intake that every exploration begins with."""
    return begin("telegram", "nl", START)
