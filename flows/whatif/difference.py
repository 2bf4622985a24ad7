"""What another version of the flow would have made of past conversations: who would have been routed differently.

Each is walked by both versions (rerun.py says how, and what that does not know); the reds that would have been missed
come first, with the rule that no longer fires. Traces and codes only: nothing is sent, nothing is written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from flows.whatif.past import Act, Past
from flows.whatif.rerun import RED, Routed, Version, rerun, walked

__all__ = ["Difference", "Kind", "Routed", "Version", "compare", "rerun"]

EXAMPLES = 20  # traces that are named for each kind of difference
CACHED = 20_000  # walks that each process remembers
COLOURS = ("green", "orange", "red")
URGENCIES = ("this_week", "today", "now")


@dataclass(slots=True)
class Kind:
    """One kind of difference: how many, and some of them by their traces."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, trace: str) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(trace)

    def merge(self, other: Kind) -> None:
        self.count += other.count
        self.examples = [*self.examples, *other.examples][:EXAMPLES]


Kinds = dict[str, Kind]


def _kinds() -> Kinds:
    return defaultdict(Kind)


@dataclass(slots=True)
class Difference:
    """What changes from one version to another over many conversations, the worst first.

    missed: reds that would not have been red, by the rule that no longer makes them so; `missed_reds` counts each
    conversation once, and `overruled` those of them that a human lowered at the time.
    later: red in both, but only after more questions.  new: reds that are new, by rule.
    urgency, desks: "now>today", "placement>intake".  matrix: old colour, new colour.
    unlike: the old version's rules do not give what its own log says, so such a log is understood only in part.
    """

    logs: int = 0
    changed: int = 0
    missed_reds: int = 0
    overruled: int = 0
    unlike: int = 0
    missed: Kinds = field(default_factory=_kinds)
    later: Kind = field(default_factory=Kind)
    new: Kinds = field(default_factory=_kinds)
    urgency: Kinds = field(default_factory=_kinds)
    desks: Kinds = field(default_factory=_kinds)
    matrix: Counter[tuple[int, int]] = field(default_factory=Counter)
    cells: dict[tuple[int, int], Kind] = field(default_factory=lambda: defaultdict(Kind))

    def merge(self, other: Difference) -> None:
        """Adds what another process found."""
        for name in ("logs", "changed", "missed_reds", "overruled", "unlike"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in zip(self._tables(), other._tables(), strict=True):
            for code, kind in theirs.items():
                mine[code].merge(kind)
        for cell, kind in other.cells.items():
            self.cells[cell].merge(kind)
        self.later.merge(other.later)
        self.matrix += other.matrix

    def _tables(self) -> tuple[Kinds, ...]:
        return (self.missed, self.new, self.urgency, self.desks)


def compare(old: Version, new: Version, pasts: Iterable[Past]) -> Difference:
    """Who would have been routed differently. Equal answers in equal order are walked once."""
    before, after = (_cached(version) for version in (old, new))
    found = Difference()
    for past in pasts:
        _count(found, past, old, before(past.acts), after(past.acts))
    return found


@lru_cache(maxsize=4)
def _cached(version: Version) -> Callable[[tuple[Act, ...]], Routed]:
    return lru_cache(CACHED)(lambda acts: walked(version, acts))


def _count(found: Difference, past: Past, version: Version, old: Routed, new: Routed) -> None:
    found.logs += 1
    found.matrix[old.colour, new.colour] += 1
    if past.version == version.name and old.rules != past.rules:
        found.unlike += 1
    if old == new:
        return
    if (old.colour, old.urgency, old.desks) != (new.colour, new.urgency, new.desks):
        found.changed += 1
    trace = past.trace
    if old.colour != new.colour:
        found.cells[old.colour, new.colour].add(trace)
    if old.colour == RED and new.colour != RED:
        found.missed_reds += 1
        found.overruled += past.overruled
        for rule in sorted(old.reds - new.reds):
            found.missed[rule].add(trace)
    elif new.colour == RED and old.colour != RED:
        for rule in sorted(new.reds - old.reds):
            found.new[rule].add(trace)
    elif old.colour == RED and new.after > old.after:
        found.later.add(trace)
    if old.urgency != new.urgency:
        found.urgency[f"{URGENCIES[old.urgency]}>{URGENCIES[new.urgency]}"].add(trace)
    if old.desks != new.desks:
        found.desks[f"{'+'.join(old.desks)}>{'+'.join(new.desks)}"].add(trace)
