"""How long something took for a group: its middle, its slowest tenth, its worst; as suppress allows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flows.logbook import bucket
from storage import suppress


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds, each the end of a bucket; None where the group is too small to tell."""

    n: int | None = None
    median: float | None = None
    ninety: float | None = None
    worst: float | None = None


def spread(seconds: Iterable[float]) -> Spread:
    return of_buckets(Counter(map(bucket, seconds)))


def of_buckets(buckets: Counter[int]) -> Spread:
    known = {step: n for step, n in buckets.items() if step >= 0}
    return Spread(
        suppress.published(sum(known.values())),
        suppress.quantile(known, 0.5),
        suppress.quantile(known, 0.9, suppress.TAIL),
        suppress.quantile(known, 1.0),
    )
