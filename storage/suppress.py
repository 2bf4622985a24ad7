"""The one rule for numbers that leave the store as figures: no group under five, and all others in fives.

Zero and "under five" look the same: None. Because every number is rounded to a multiple of five, no subtraction of
two views gives a smaller group; which single view holds one woman more or less cannot be read from a difference of
five. Shares are worked out of published numbers only. How long something took is told as the end of its bucket.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.logbook import longest_of

K = 5
TAIL = 2 * K  # the slowest tenth says something only of so many


def published(n: int) -> int | None:
    """None under five, else the nearest multiple of five."""
    return None if n < K else K * round(n / K)


def share(part: int | None, whole: int | None) -> float | None:
    """Of published counts: between 0 and 1, or None where either is held back."""
    return None if part is None or not whole else min(part / whole, 1.0)


def quantile(buckets: Mapping[int, int], at: float, least: int = K) -> float | None:
    """The end of the bucket below which a part `at` of them lies, in seconds; None for fewer than `least`."""
    total = sum(buckets.values())
    if total < least:
        return None
    reached = 0
    for step in sorted(buckets):
        reached += buckets[step]
        if reached >= at * total:
            return longest_of(step)
    return None
