"""Patterns of meaning: classes of words with a window between them, matched on whole messages at once.

Where a class of words stands in a message is one integer, a bit a word. A pattern is a few shifts and ands of such
integers: no input makes it slow, however it is written.

    HE .. SQUEEZE ~ THROAT     capitals: a class of the lexicon; small letters: that word itself; A|B: either
    A B                        right after each other
    A .. B                     in this order, at most 4 words between;  A ... B  at most 10
    A ~ B                      in any order, at most 4 words between;   A ~~ B   at most 10
    ^ A      A $               at the beginning, at the end of the message
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from functools import cache
from typing import NamedTuple

NEAR, FAR = 5, 11  # words from one to the next: four, ten between
_LINKS = {"..": NEAR, "...": FAR, "~": -NEAR, "~~": -FAR}


class NoPattern(ValueError):
    """A pattern that cannot be read; says what is wrong."""


class Pattern(NamedTuple):
    """`elements`: the classes of each, any of which may stand there.

    `windows`: how many words each may stand after the element before it; less than 0: before it as well.
    """

    elements: Sequence[tuple[int, ...]]
    windows: Sequence[int] = ()
    begins: bool = False
    ends: bool = False


def parse(written: str, number: Callable[[str], int], everyday: Container[str] = ()) -> Pattern:
    """`number`: the number of a class, of an everyday word, or of other words together ("a|b"). Raises NoPattern."""
    parts = written.split()
    begins, ends = parts[:1] == ["^"], parts[-1:] == ["$"]
    elements: list[tuple[int, ...]] = []
    windows: list[int] = []
    window, open_link = 1, False
    for part in parts[begins : len(parts) - ends]:
        if part in _LINKS:
            if open_link or not elements:
                raise NoPattern(f"{written}: {part} stands between two words")
            window, open_link = _LINKS[part], True
            continue
        elements.append(tuple([number(name) for name in _classes(part, everyday)]))
        windows.append(window)
        window, open_link = 1, False
    if open_link or not elements:
        raise NoPattern(f"{written}: ends in the middle, or says nothing")
    return Pattern(tuple(elements), tuple(windows), begins, ends)


def _classes(part: str, everyday: Container[str]) -> list[str]:
    """The classes of one element. Its rare words are one class together: an everyday word would be of too many."""
    names = part.split("|")
    alone = [name for name in dict.fromkeys(names) if (name.isupper() and name.isascii()) or name in everyday]
    together = "|".join(sorted({*names} - {*alone}))
    return [*alone, together] if together else alone


class Places:
    """Where each class stands in one message. `first`, `last`: its outermost words, marks left aside."""

    def __init__(self, bits: Mapping[int, int], first: int, last: int) -> None:
        self.bits = bits
        self._first, self._last = 1 << first, 1 << last
        self._any: dict[int, int] = {}

    def of(self, element: tuple[int, ...]) -> int:
        """Where any of its classes stands."""
        if len(element) == 1:
            return self.bits.get(element[0], 0)
        here = self._any.get(id(element))
        if here is None:
            here = 0
            for number in element:
                here |= self.bits.get(number, 0)
            self._any[id(element)] = here
        return here

    def ends(self, pattern: Pattern) -> int:
        """The positions at which the pattern's last element stands."""
        elements, windows, begins, ends = pattern
        here = self.of(elements[0]) & (self._first if begins else -1)
        for element, window in zip(elements[1:], windows[1:], strict=True):
            if not here:
                return 0
            here = _reach(here, window) & self.of(element)
        return here & self._last if ends else here

    def positions(self, pattern: Pattern, end: int) -> tuple[int, ...]:
        """Where each element stands, for the match whose last element is at `end`; the nearest ones."""
        first, *others = pattern.elements
        windows = pattern.windows[1:]
        here = self.of(first)
        stages = [here & self._first if pattern.begins else here]
        for element, window in zip(others[:-1], windows, strict=False):
            stages.append(_reach(stages[-1], window) & self.of(element))
        found = [end]
        for window, stage in zip(reversed(windows), reversed(stages), strict=False):
            found.append(_nearest(stage, found[-1], window))
        found.reverse()
        return tuple(found)


def _reach(bits: int, window: int) -> int:
    """The positions 1 to `window` after any of these, and before them where it is less than 0."""
    after = bits << 1
    if window == 1:
        return after
    far = abs(window)
    after |= after << 1
    after |= after << 2
    if far == NEAR:
        after |= bits << NEAR
    else:
        after |= after << 4
        after |= after << FAR - 8
    return after | after >> (far + 1) if window < 0 else after


def _nearest(stage: int, position: int, window: int) -> int:
    for away in range(1, abs(window) + 1):
        if position >= away and stage >> (position - away) & 1:
            return position - away
        if window < 0 and stage >> (position + away) & 1:
            return position + away
    return position


def each(bits: int, most: int = 64) -> list[int]:
    """The first `most` positions that are set."""
    found: list[int] = []
    while bits and len(found) < most:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


@cache
def few(bits: int) -> tuple[int, ...]:
    """The positions that are set in one of the few numbers that come again and again: signs, languages."""
    return tuple(each(bits))
