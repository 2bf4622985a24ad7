"""The proof as it is printed: each promise with its sentence, and the shortest conversation that breaks one."""

from __future__ import annotations

from flows.proof import journey
from flows.proof.explorer import Breach
from flows.proof.proving import SAYS, TABLE, Proof


def told(proof: Proof) -> str:
    broken = {breach.promise: breach for breach in proof.breaches}
    lines = [_promise(name, says, name in broken) for name, says in SAYS.items()]
    lines += [f"{part.part}: {_much(part.states, part.edges, part.part)}" for part in proof.parts]
    lines += [_counter_example(breach) for breach in broken.values()]
    if not broken:
        lines.append(f"certified: {proof.certificate().name}")
    return "\n".join(lines) + "\n"


def _promise(name: str, says: str, broken: bool) -> str:
    return f"{'✗' if broken else '✓'} {name}: {says}"


def _much(states: int, edges: int, part: str) -> str:
    return f"{states:,} sets of signs" if part == TABLE else f"{states:,} states, {edges:,} ways on"


def _counter_example(breach: Breach) -> str:
    head = f"\nbroken: {breach.promise} ({breach.detail})"
    return f"{head}\n{journey.page(breach.events)}" if breach.events else head
