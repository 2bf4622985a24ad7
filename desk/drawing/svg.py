"""The tags of an SVG: every value is escaped, numbers are short, nothing carries a style of its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from markupsafe import Markup, escape

WIDTH = (
    400.0  # of every drawing, in its own units: a phone shows them a little smaller, a desk a little larger
)


def tag(name: str, *inside: object, **attributes: object) -> Markup:
    """`class_` becomes class, `text_anchor` text-anchor; an attribute that is None is left out."""
    given = "".join(
        [f' {_name(key)}="{_short(value)}"' for key, value in attributes.items() if value is not None]
    )
    content = "".join([escape(part) for part in inside])
    return Markup(f"<{name}{given}>{content}</{name}>")  # noqa: S704 - all of it was escaped  # nosec B704


def join(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def drawing(name: str, height: float, title: str, told: str, *inside: Markup, links: bool = False) -> Markup:
    """A whole drawing. `name` is its id on the page; `told` says in a sentence what it shows.

    With `links` it is a group and not an image: whatever can be pressed must be found in it.
    """
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", told, id=f"{name}-told"),
        *inside,
        id=name,
        class_="drawn",
        viewBox=f"0 0 {_short(WIDTH)} {_short(height)}",
        role="group" if links else "img",
        aria_labelledby=f"{name}-title {name}-told",
    )


def text(x: float, y: float, words: object, kind: str = "", anchor: str | None = None) -> Markup:
    return tag("text", words, x=x, y=y, class_=kind or None, text_anchor=anchor)


def box(x: float, y: float, width: float, height: float, kind: str, round_by: float | None = None) -> Markup:
    return tag("rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), class_=kind, rx=round_by)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _short(value: object) -> str:
    """An attribute's value, fit to stand in its quotes."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else escape(value)
