"""Scales of a drawing: round numbers for its axis, and lengths of time on a scale that holds seconds and weeks."""

from __future__ import annotations

from math import ceil, log, log10

STEPS = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)


def top(most: float) -> float:
    """The round number at or above `most`."""
    if most <= 0:
        return 1.0
    power: float = 10.0 ** (ceil(log10(most)) - 1)
    return next(step * power for step in STEPS if step * power >= most)


def part(seconds: float, first: float, last: float) -> float:
    """Where a time lies between two others, by its logarithm: 0 to 1."""
    inside = min(max(seconds, first), last)
    return log(inside / first) / log(last / first)
