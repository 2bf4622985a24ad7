"""A row of the outbox as words and buttons, in her language; how a channel draws them is its own affair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.channels import Sent
from flows import words
from flows.helplines import SHARED
from flows.model import Say
from storage.outbox import Row

LONGEST = 4096  # what one message can hold, counted as UTF-16 does; only her own long words come near it
# A time or a number, sent again after all was wiped: beside a cover text it looks like part of it.
BARE = re.compile(r"\+?[\d][\d .:/-]{0,18}[\d]")
COVER = "default"  # the cover text of whoever chose none


@dataclass(frozen=True, slots=True)
class Key:
    """A button: what stands on it and what it means."""

    label: str
    step: str
    option: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to be shown. `covers`: only her cover text, with one button that opens the row."""

    text: str
    keys: tuple[tuple[Key, ...], ...] = ()
    protect: bool = True
    covers: bool = False


@dataclass(frozen=True)
class Held(Sent):
    """Nothing was sent: the row waits until she does something herself."""


@dataclass(frozen=True)
class Covered(Sent):
    """Only her cover text was sent: the row waits for her press."""


def drawn(row: Row, now: float) -> Drawn:
    """The message of a `say` row as it may be shown at this moment."""
    say = row.say or Say(())
    if row.must_be_covered(now):
        return covered(row, say)
    text = clipped(words.render(row.language, say, now))
    return Drawn(text, tuple(_keys(row.language, say)), say.protect)


def is_held(row: Row, now: float) -> bool:
    """Whether not even a cover text may come by itself: somebody else reads on her device (domain.md 3.1)."""
    return row.must_be_covered(now) and row.say is not None and SHARED in row.say.variants


def covered(row: Row, say: Say) -> Drawn:
    """Her cover text and one button: nothing of what it stands for. A bare time or number says nothing by itself."""
    text = row.cover or words.text(row.language, f"cover.{row.cover_code or COVER}")
    if BARE.fullmatch(say.text.strip()):
        return Drawn(clipped(f"{text} {words.isolated(say.text.strip())}"), (), say.protect)
    opens = Key(words.text(row.language, "button.open"), "", "open")
    return Drawn(clipped(text), ((opens,),), say.protect, covers=True)


def clipped(text: str) -> str:
    """As much of it as one message holds."""
    if len(text) * 2 <= LONGEST:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= LONGEST * 2:
        return text
    return units[: (LONGEST - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _keys(language: str, say: Say) -> Iterator[tuple[Key, ...]]:
    for buttons in say.buttons:
        yield tuple(
            Key(words.label(language, one.step, one.option, say.variants, **say.args), one.step, one.option)
            for one in buttons
        )
