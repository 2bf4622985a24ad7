"""How long something took for a group: its middle, its slowest tenth, its worst; as suppress allows it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from flows.logbook import LONGEST, longest_of
from storage import suppress


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds, each the end of a bucket; None where the group is too small to tell."""

    n: int | None = None
    median: float | None = None
    ninety: float | None = None
    worst: float | None = None


_ENDS = tuple(longest_of(step) for step in range(LONGEST))  # of all buckets but the last, which has none


def spread(seconds: Iterable[float]) -> Spread:
    """A logarithm for each of tens of thousands takes longer than to sort them and look where buckets end."""
    ordered = sorted(seconds)
    upto = [0, *(bisect_left(ordered, end) for end in _ENDS), len(ordered)]
    known = {step: more - less for step, (less, more) in enumerate(pairwise(upto)) if more > less}
    return Spread(
        suppress.published(sum(known.values())),
        suppress.quantile(known, 0.5),
        suppress.quantile(known, 0.9, suppress.TAIL),
        suppress.quantile(known, 1.0),
    )
