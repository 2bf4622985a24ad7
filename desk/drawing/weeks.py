"""Bars that stand, a week each, made of parts: what stands lowest is told first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal
from markupsafe import Markup

from desk.drawing.scale import top
from desk.drawing.svg import WIDTH, box, drawing, join, line, tag, text

LEGEND, HIGH, FOOT, LEFT = 50.0, 170.0, 24.0, 40.0
KINDS = ("whole", "light", "sudden", "empty")


@dataclass(frozen=True, slots=True)
class Week:
    """`name` stands beneath where there is room."""

    name: str
    parts: tuple[int | None, ...]


def weeks(
    name: str, title: str, told: str, parts: Sequence[str], rows: Sequence[Week], language: str
) -> Markup:
    most = top(max((sum(one or 0 for one in row.parts) for row in rows), default=0) or 20)
    base, step = LEGEND + HIGH, (WIDTH - LEFT) / max(len(rows), 1)
    columns = [
        join(_column(row, LEFT + number * step, step, base, HIGH / most, name))
        for number, row in enumerate(rows)
    ]
    return drawing(
        name,
        base + FOOT,
        title,
        told,
        _hatch(name),
        join(_legend(parts, name)),
        join(_axis(most, base, language)),
        *columns,
        join(_names(rows, step, base)),
    )


def _hatch(name: str) -> Markup:
    """Stripes, so that what ended suddenly is told without its colour."""
    stripe = tag("path", d="M-1 5L5 -1M2 8L8 2", class_="stripe")
    ground = tag("rect", width=6, height=6, class_="stripes")
    pattern = tag(
        "pattern", ground, stripe, id=f"{name}-hatch", width=6, height=6, patternUnits="userSpaceOnUse"
    )
    return tag("defs", pattern)


def _legend(parts: Sequence[str], name: str) -> Iterator[Markup]:
    for number, part in enumerate(parts):
        x, y = (number % 2) * 190.0, (number // 2) * 20.0
        yield _part(x, y + 2, 14.0, 11.0, number, name)
        yield text(x + 20, y + 12, part)


def _axis(most: float, base: float, language: str) -> Iterator[Markup]:
    for share in (0.0, 0.5, 1.0):
        y = base - HIGH * share
        yield line(LEFT, y, WIDTH, y, "grid")
        yield text(LEFT - 6, y + 4, format_decimal(most * share, locale=language), "small", "end")


def _column(row: Week, x: float, step: float, base: float, unit: float, name: str) -> Iterator[Markup]:
    gap = 1.0 if step < 12 else min(step * 0.2, 8.0)
    y = base
    for number, part in enumerate(row.parts):
        height = (part or 0) * unit
        if height:
            y -= height
            yield _part(x + gap / 2, y, step - gap, height, number, name)


def _part(x: float, y: float, width: float, height: float, number: int, name: str) -> Markup:
    kind = KINDS[number % len(KINDS)]
    if kind != "sudden":
        return box(x, y, width, height, f"part {kind}")
    return tag("rect", x=x, y=y, width=width, height=height, fill=f"url(#{name}-hatch)")


def _names(rows: Sequence[Week], step: float, base: float) -> Iterator[Markup]:
    every = max(int(62 / step) + 1, 1)
    for number in range(0, len(rows), every):
        x = LEFT + number * step
        if x < WIDTH - 40:
            yield line(x + 0.5, base, x + 0.5, base + 5, "grid")
            yield text(x, base + 18, rows[number].name, "small")
