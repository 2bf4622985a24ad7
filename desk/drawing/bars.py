"""Bars that lie: a name, its number, and a length beneath; one kind, or two kinds side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from desk.drawing.svg import WIDTH, box, drawing, join, text

ROW, THICK, FIRST = 36.0, 11.0, 4.0
LONGEST = WIDTH - 2
PAIR_ROW, PAIR_THICK, LEGEND = 56.0, 10.0, 26.0
NUMBERS = 54.0  # kept free at the right of paired bars


@dataclass(frozen=True, slots=True)
class Bar:
    """`length` None: held back, drawn as nothing. `inner`: a part of it, drawn in its end."""

    name: str
    told: str
    length: float | None
    inner: float | None = None


def bars(name: str, title: str, told: str, rows: Sequence[Bar]) -> Markup:
    most = max((row.length or 0 for row in rows), default=0) or 1
    drawn = (_bar(row, FIRST + number * ROW, most) for number, row in enumerate(rows))
    return drawing(name, FIRST + len(rows) * ROW, title, told, *(join(one) for one in drawn))


def _bar(row: Bar, y: float, most: float) -> Iterator[Markup]:
    yield text(0.0, y + 12, row.name)
    yield text(WIDTH, y + 12, row.told, "n few" if row.length is None else "n", "end")
    yield box(0.0, y + 18, WIDTH, THICK, "ground", 3.0)
    if row.length:
        length = LONGEST * row.length / most
        inner = min(LONGEST * (row.inner or 0) / most, length)
        yield box(0.0, y + 18, length, THICK, "solid", 3.0)
        if inner:
            yield box(length - inner, y + 18, inner, THICK, "solid other", 3.0)


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing for each kind: its number in words, and how long its bar is."""

    name: str
    told: tuple[str, ...]
    lengths: tuple[float | None, ...]


def pairs(name: str, title: str, told: str, kinds: Sequence[str], rows: Sequence[Pair]) -> Markup:
    """Kinds side by side; each has its own fill, the second a pattern of its own."""
    most = max((one or 0 for row in rows for one in row.lengths), default=0) or 1
    height = LEGEND + len(rows) * PAIR_ROW
    drawn = [join(_pair(row, LEGEND + number * PAIR_ROW, most)) for number, row in enumerate(rows)]
    return drawing(name, height, title, told, join(_legend(kinds)), *drawn)


def _legend(kinds: Sequence[str]) -> Iterator[Markup]:
    for number, kind in enumerate(kinds):
        x = number * 190.0
        yield box(x, 4.0, 14.0, 11.0, _fill(number), 2.0)
        yield text(x + 20, 14.0, kind)


def _pair(row: Pair, y: float, most: float) -> Iterator[Markup]:
    yield text(0.0, y + 14, row.name)
    for number, (told, length) in enumerate(zip(row.told, row.lengths, strict=True)):
        line = y + 20 + number * (PAIR_THICK + 3)
        if length:
            yield box(0.0, line, (WIDTH - NUMBERS) * length / most, PAIR_THICK, _fill(number), 2.0)
        x = (WIDTH - NUMBERS) * (length or 0) / most + 6
        yield text(x, line + 9, told, "small few" if length is None else "small strong")


def _fill(number: int) -> str:
    return ("solid", "outlined")[number % 2]
