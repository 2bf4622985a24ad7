"""What a benchmark is, and what its rounds come to."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is to be measured. `say` tells how it goes, on standard error."""

    rounds: int
    quick: bool
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement of both sides, one right after the other. `peer` is None where nobody else does this.

    `more`: further numbers by name, of which the result shows the median.
    """

    ours: float
    peer: float | None = None
    more: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.peer else None


@dataclass(frozen=True, slots=True)
class Bench:
    """One claim: the ratio to the peer is `at_least` so much, or ours by itself is `below` so much."""

    name: str
    unit: str
    what: str  # both sides, in one sentence
    measure: Callable[[Plan], Iterator[Round]]
    rounds: int = 5
    at_least: float | None = None
    below: float | None = None

    @property
    def target(self) -> str:
        return f">= {self.at_least:g}" if self.at_least is not None else f"< {self.below:g}"

    def met(self, value: float) -> bool:
        return value >= self.at_least if self.at_least is not None else value < (self.below or 0.0)


def result(bench: Bench, rounds: list[Round]) -> dict[str, Any]:
    """The rounds of a benchmark as one flat object. `spread`: least and most of what `target` is about."""
    ratios = [one.ratio for one in rounds if one.ratio is not None]
    ours = [one.ours for one in rounds]
    judged = ours if bench.at_least is None else ratios
    peers = [one.peer for one in rounds if one.peer is not None]
    names = dict.fromkeys(name for one in rounds for name in one.more)
    return {
        "bench": bench.name,
        "ours": _short(median(ours)),
        "peer": _short(median(peers)) if peers else None,
        "ratio": _short(median(ratios)) if ratios else None,
        "unit": bench.unit,
        "target": bench.target,
        "met": bench.met(median(judged)),
        "runs": len(rounds),
        "spread": [_short(min(judged)), _short(max(judged))],
        **{name: _short(median(one.more[name] for one in rounds if name in one.more)) for name in names},
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }


def table(results: list[dict[str, Any]]) -> str:
    """The same for people."""
    head = ("", "ours", "peer", "ratio", "unit", "target", "", "spread")
    rows = [head, *(_row(one) for one in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    least, most = one["spread"]
    return (
        one["bench"],
        _shown(one["ours"]),
        _shown(one["peer"]),
        _shown(one["ratio"]),
        one["unit"],
        one["target"],
        "met" if one["met"] else "missed",
        f"{_shown(least)}-{_shown(most)} in {one['runs']}",
    )


def _short(value: float) -> float:
    """Three figures, and no more zeros than needed: what is noise is not printed."""
    return float(f"{value:.3g}") if abs(value) < 1000 else float(round(value))


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
