"""How long something took, on a scale that holds minutes and weeks: the middle, nine in ten, the worst, the promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from desk.drawing import numbers
from desk.drawing.scale import part
from desk.drawing.svg import WIDTH, drawing, join, line, tag, text
from desk.tongue import Tongue
from storage.figures.spread import Spread

FIRST, LAST = 30.0, 30 * numbers.DAY
TICKS = (60.0, 600.0, 3600.0, 6 * 3600.0, numbers.DAY, 7 * numbers.DAY)
ROW, TOP, FOOT = 58.0, 4.0, 22.0
LEFT, RIGHT = 6.0, WIDTH - 8.0


@dataclass(frozen=True, slots=True)
class Row:
    """`promised`: seconds, where something was promised."""

    name: str
    took: Spread
    promised: float | None = None


def spreads(name: str, title: str, told: str, rows: Sequence[Row], tongue: Tongue) -> Markup:
    base = TOP + len(rows) * ROW
    drawn = [join(_row(row, TOP + number * ROW, tongue)) for number, row in enumerate(rows)]
    return drawing(
        name,
        base + FOOT + 22,
        title,
        told,
        join(_axis(base, tongue)),
        *drawn,
        join(_legend(base, tongue, rows)),
    )


def _x(seconds: float) -> float:
    return LEFT + (RIGHT - LEFT) * part(seconds, FIRST, LAST)


def _axis(base: float, tongue: Tongue) -> Iterator[Markup]:
    for seconds in TICKS:
        x = _x(seconds)
        yield line(x, TOP + 20, x, base, "grid")
        yield text(x, base + 14, numbers.tick(tongue, seconds), "small", "middle")


def _row(row: Row, y: float, tongue: Tongue) -> Iterator[Markup]:
    middle, took = y + 38, row.took
    yield text(0.0, y + 14, row.name, "strong")
    if row.promised is not None:
        x = _x(row.promised)
        yield line(x, middle - 17, x, middle + 13, "promise")
        told = tongue.t("desk.figures.promised", time=numbers.tick(tongue, row.promised))
        yield text(WIDTH, y + 14, told, "small", "end")
        yield tag("path", d=f"M{x - 5:.1f} {middle - 18:.0f}h10l-5 7z", class_="promise flag")
    if took.median is None:
        yield text(WIDTH / 2, middle + 4, tongue.t("desk.few"), "n few", "middle")
        return
    if took.worst is not None:
        yield line(_x(took.median), middle, _x(took.worst), middle, "thin")
    if took.ninety is not None:
        yield line(_x(took.median), middle, _x(took.ninety), middle, "thick")
    yield from _marks(took, middle)


def _marks(took: Spread, y: float) -> Iterator[Markup]:
    if took.worst is not None:
        yield _mark("worst", _x(took.worst), y)
    if took.ninety is not None:
        yield _mark("ninety", _x(took.ninety), y)
    if took.median is not None:
        yield _mark("median", _x(took.median), y)


def _mark(what: str, x: float, y: float) -> Markup:
    """Each has its own shape."""
    if what == "median":
        return tag("circle", cx=x, cy=y, r=6.5, class_="mark-median")
    if what == "ninety":
        return tag("path", d=f"M{x:.1f} {y - 7:.0f}l7 7l-7 7l-7 -7z", class_="mark-ninety")
    return tag("circle", cx=x, cy=y, r=5.0, class_="mark-worst")


def _legend(base: float, tongue: Tongue, rows: Sequence[Row]) -> Iterator[Markup]:
    for number, what in enumerate(("median", "ninety", "worst")):
        x, y = 8 + number * 112.0, base + FOOT + 13
        yield _mark(what, x, y - 4)
        yield text(x + 12, y, tongue.t(f"desk.figures.{what}"), "small")
    if any(row.promised is not None for row in rows):
        yield tag("path", d=f"M{338} {base + FOOT + 4:.0f}h10l-5 7z", class_="promise flag")
        yield text(WIDTH, base + FOOT + 13, tongue.t("desk.figures.promise"), "small", "end")
