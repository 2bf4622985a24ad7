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

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

NEAR, FAR = 5, 11  # words from one to the next: four, ten between
_LINKS = {"..": (NEAR, False), "...": (FAR, False), "~": (NEAR, True), "~~": (FAR, True)}


class NoPattern(ValueError):
    """A pattern that cannot be read; says what is wrong."""


@dataclass(frozen=True, slots=True)
class Link:
    """One element: a class (or any of these), and how far it may stand from the element before it."""

    numbers: tuple[int, ...]
    window: int = 1
    both: bool = False  # before it or after it


@dataclass(frozen=True, slots=True)
class Pattern:
    links: tuple[Link, ...]
    begins: bool = False
    ends: bool = False


_link = cache(Link)  # thousands of patterns share their elements


def parse(written: str, number: Callable[[str], int]) -> Pattern:
    """`number`: the number of a class or a word. Raises NoPattern."""
    parts = written.split()
    begins, ends = parts[:1] == ["^"], parts[-1:] == ["$"]
    links: list[Link] = []
    window, both, open_link = 1, False, False
    for part in parts[begins : len(parts) - ends]:
        if part in _LINKS:
            if open_link or not links:
                raise NoPattern(f"{written}: {part} stands between two words")
            (window, both), open_link = _LINKS[part], True
            continue
        links.append(_link(tuple([number(name) for name in part.split("|")]), window, both))
        window, both, open_link = 1, False, False
    if open_link or not links:
        raise NoPattern(f"{written}: ends in the middle, or says nothing")
    return Pattern(tuple(links), begins, ends)


class Places:
    """Where each class stands in one message. `first`, `last`: its outermost words, marks left aside."""

    def __init__(self, bits: Mapping[int, int], first: int, last: int) -> None:
        self.bits = bits
        self._first, self._last = 1 << first, 1 << last
        self._any: dict[int, int] = {}

    def of(self, link: Link) -> int:
        """Where any of its classes stands."""
        numbers = link.numbers
        if len(numbers) == 1:
            return self.bits.get(numbers[0], 0)
        here = self._any.get(id(link))
        if here is None:
            here = 0
            for number in numbers:
                here |= self.bits.get(number, 0)
            self._any[id(link)] = here
        return here

    def ends(self, pattern: Pattern) -> int:
        """The positions at which the pattern's last element stands."""
        first, *others = pattern.links
        here = self.of(first)
        if pattern.begins:
            here &= self._first
        for link in others:
            if not here:
                return 0
            there = self.of(link)
            here = there and _reach(here, link.window, link.both) & there
        return here & self._last if pattern.ends else here

    def positions(self, pattern: Pattern, end: int) -> tuple[int, ...]:
        """Where each element stands, for the match whose last element is at `end`; the nearest ones."""
        first, *others = pattern.links
        here = self.of(first)
        stages = [here & self._first if pattern.begins else here]
        for link in others:
            here = _reach(stages[-1], link.window, link.both) & self.of(link)
            stages.append(here)
        found = [end]
        for link, stage in zip(reversed(pattern.links), reversed(stages[:-1]), strict=False):
            found.append(_nearest(stage, found[-1], link))
        return tuple(reversed(found))


def _reach(bits: int, window: int, both: bool) -> int:
    """The positions 1 to `window` after any of these, and before them where `both`."""
    if window == 1:
        return bits << 1
    after, width = bits << 1, 1
    while width < window:
        step = min(width, window - width)
        after |= after << step
        width += step
    return after | after >> (window + 1) if both else after


def _nearest(stage: int, position: int, link: Link) -> int:
    for away in range(1, link.window + 1):
        if position >= away and stage >> (position - away) & 1:
            return position - away
        if link.both and stage >> (position + away) & 1:
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
