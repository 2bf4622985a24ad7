"""Our words as HTML: paragraphs, lines, lists, and telephone numbers that can be called with one tap."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from flows import words
from flows.helplines import LINES
from flows.words import END, ISOLATE

# A number inside a word is the word's: the app 112NL is not to be called.
_NUMBER = re.compile(f"{ISOLATE}([^{END}]*){END}(?!\\w)")
_CALLED = frozenset(help_line.number for help_line in LINES.values())
_BULLET = "• "
AUDIO = "/audio"
_AUDIO = Markup(
    '<audio controls preload="none" controlslist="nodownload noremoteplayback" disableremoteplayback'
    ' aria-label="{}" src="{}"></audio>'
)


def html(text: str) -> Markup:
    """A text of the catalogue."""
    return Markup("").join(_paragraph(part) for part in text.split("\n\n") if part.strip())


def typed(text: str) -> Markup:
    """What a person typed: her, or a worker."""
    paragraphs = (escape(part.strip()).replace("\n", Markup("<br>")) for part in text.split("\n\n"))
    return Markup("").join(Markup('<p dir="auto">{}</p>').format(part) for part in paragraphs if part)


def audio(language: str, name: str) -> Markup:
    """Something to listen to, which begins only when she presses it, and is kept nowhere."""
    return _AUDIO.format(words.text(language, "button.listen"), f"{AUDIO}/{language}/{name}.ogg")


def _paragraph(text: str) -> Markup:
    lines = text.strip().split("\n")
    told = [line for line in lines if not line.startswith(_BULLET)]
    listed = [line.removeprefix(_BULLET) for line in lines if line.startswith(_BULLET)]
    html = Markup("")
    if told:
        html += Markup("<p>{}</p>").format(_rows(told))
    if listed:
        items = (Markup("<li>{}</li>").format(line(row)) for row in listed)
        html += Markup("<ul>{}</ul>").format(Markup("").join(items))
    return html


def _rows(told: list[str]) -> Markup:
    """Each on a line of its own; a single one needs nothing around it."""
    if len(told) == 1:
        return line(told[0])
    return Markup(" ").join(Markup('<span class="row">{}</span>').format(line(row)) for row in told)


def line(text: str) -> Markup:
    parts = _NUMBER.split(text)
    return Markup("").join(_isolated(part) if odd % 2 else escape(part) for odd, part in enumerate(parts))


def _isolated(shown: str) -> Markup:
    """A help line can be called; a time, or what somebody typed, only keeps its own direction."""
    if shown not in _CALLED:
        return Markup("<bdi>{}</bdi>").format(shown)
    digits = "".join(sign for sign in shown if sign.isdigit())
    return Markup('<a class="tel" href="tel:{}" dir="ltr">{}</a>').format(digits, shown)
