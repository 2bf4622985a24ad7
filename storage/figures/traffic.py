"""What passed through each step of the conversation, by week and language: published counts only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepTraffic:
    """One step. None: fewer than five. `median`: seconds that she took there, the upper bound of its bucket."""

    passed: int | None = None
    left: int | None = None
    median: float | None = None
