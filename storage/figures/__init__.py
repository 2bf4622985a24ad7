"""The figures of the house, as frozen values: counted from traces and traffic, suppressed before they leave."""

from __future__ import annotations

from dataclasses import dataclass

from storage.figures.asked import Asked, Choices, choices, within
from storage.figures.endings import Endings, endings
from storage.figures.hours import Hours, hours
from storage.figures.houses import House, houses
from storage.figures.nights import Nights, nights
from storage.figures.rules import Rules, rules
from storage.figures.rungs import Rung, rungs
from storage.figures.traffic import Drop, StepTraffic, Traffic, drops, traffic_of
from storage.figures.waits import Wait, waits
from storage.store import Store

__all__ = [
    "Asked",
    "Choices",
    "Figures",
    "StepTraffic",
    "Traffic",
    "choices",
    "figures",
    "traffic_of",
    "within",
]


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them, of one moment."""

    hours: Hours
    endings: Endings
    drops: tuple[Drop, ...]
    waits: tuple[Wait, ...]
    rungs: tuple[Rung, ...]
    rules: Rules
    nights: Nights
    houses: tuple[House, ...]


def figures(store: Store, asked: Asked, now: float, timezone: str) -> Figures:
    with store.read() as conn:
        return Figures(
            hours(conn, asked),
            endings(conn, asked, now),
            drops(conn, asked, now),
            waits(conn, asked),
            rungs(conn, asked),
            rules(conn, asked),
            nights(conn, asked, timezone),
            houses(conn, asked),
        )
