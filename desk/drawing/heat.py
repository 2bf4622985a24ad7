"""Weekday by hour: the more, the larger and the darker the square, so that it is read without colour as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

from markupsafe import Markup

from desk.drawing.svg import WIDTH, box, drawing, join, text

LEFT, TOP, FOOT = 30.0, 4.0, 22.0
CELL = (WIDTH - LEFT) / 24
ROW = 22.0
SHADES = 4


def heat(
    name: str, title: str, told: str, days: Sequence[str], rows: Sequence[Sequence[int | None]]
) -> Markup:
    most = max((n or 0 for row in rows for n in row), default=0)
    drawn = [join(_day(days[day], row, TOP + day * ROW, most)) for day, row in enumerate(rows)]
    return drawing(name, TOP + 7 * ROW + FOOT, title, told, *drawn, join(_hours()))


def _day(name: str, row: Sequence[int | None], y: float, most: int) -> Iterator[Markup]:
    yield text(0.0, y + ROW / 2 + 4, name, "small strong")
    for hour, n in enumerate(row):
        x, middle = LEFT + hour * CELL + CELL / 2, y + ROW / 2
        if not n:
            yield box(x - 1, middle - 1, 2.0, 2.0, "dot")
            continue
        side = max(CELL * sqrt(n / most), 3.0) - 1
        shade = min(int(SHADES * n / most), SHADES - 1)
        yield box(x - side / 2, middle - side / 2, side, side, f"shade s{shade}", 2.0)


def _hours() -> Iterator[Markup]:
    for hour in range(0, 24, 3):
        yield text(LEFT + hour * CELL + CELL / 2, TOP + 7 * ROW + 15, f"{hour}", "small", "middle")
