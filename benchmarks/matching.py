"""How long it takes to weigh a thousand shelters against the needs for which every rule has something to say."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from benchmarks.measure import Bench, Plan, Round
from flows.model import Colour
from flows.placement import Kind, Regions
from flows.shelters import ATTRIBUTES, Need, Shelter, Value, match

HOUSES = 1000
REGIONS = tuple("abcdefgh")
# Nothing is left out by a rule that makes no difference to her: the slowest woman to find a place for.
NEEDY = Need(
    Colour.RED,
    may_house=False,
    people=5,
    oldest=7,
    children=True,
    wheelchair=True,
    deaf=None,
    pets="small",
    language="ti",
    no_papers=True,
    honour=True,
    trafficking=True,
    psychiatric=True,
    regions=Regions("a", own_safe=False, avoid=("b", "c")),
    avoids_more=True,
)


def measure(plan: Plan) -> Iterator[Round]:
    houses = _houses(random.Random(1))
    times = 20 if plan.quick else 200
    for _ in range(plan.rounds):
        yield Round(min(_once(houses) for _ in range(times)) * 1000)


def _once(houses: list[Shelter]) -> float:
    """Seconds. The fastest of many is what the work itself takes: the others were waiting for the machine."""
    begun = time.perf_counter()
    match(NEEDY, houses)
    return time.perf_counter() - begun


def _houses(chance: random.Random) -> list[Shelter]:
    return [
        Shelter(
            str(number),
            chance.choice(list(Kind)),
            chance.choice(REGIONS),
            8,
            chance.choice([None, 0, 1, 4]),
            {one.code: _value(chance, one.form, one.choices) for one in ATTRIBUTES},
        )
        for number in range(HOUSES)
    ]


def _value(chance: random.Random, form: str, choices: tuple[str, ...]) -> Value:
    if form == "flag":
        return chance.random() < 0.5
    if form == "number":
        return chance.randint(0, 17)
    return frozenset(choice for choice in choices if chance.random() < 0.5)


BENCH = Bench(
    name="matching_ms",
    unit="ms",
    what=f"weighing {HOUSES:,} shelters against one woman's needs, on one core",
    measure=measure,
    rounds=3,
    below=5.0,
)
