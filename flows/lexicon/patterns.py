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
from functools import reduce
from operator import or_

NEAR, FAR = 5, 11  # words from one to the next: four, ten between
_LINKS = {"..": (NEAR, False), "...": (FAR, False), "~": (NEAR, True), "~~": (FAR, True)}


class NoPattern(ValueError):
    """A pattern that cannot be read; says what is wrong."""


@dataclass(frozen=True, slots=True)
class Link:
    """One element: any of these classes, and how far it may stand from the element before it."""

    classes: tuple[int, ...]
    window: int = 1
    both: bool = False  # before it or after it


@dataclass(frozen=True, slots=True)
class Pattern:
    written: str
    links: tuple[Link, ...]
    begins: bool = False
    ends: bool = False


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
        links.append(Link(tuple(number(name) for name in part.split("|")), window, both))
        window, both, open_link = 1, False, False
    if open_link or not links:
        raise NoPattern(f"{written}: ends in the middle, or says nothing")
    return Pattern(written, tuple(links), begins, ends)


def spread(bits: int, window: int) -> int:
    """The positions 1 to `window` after any of these."""
    after, width = bits << 1, 1
    while width < window:
        step = min(width, window - width)
        after |= after << step
        width += step
    return after


class Places:
    """Where each class stands in one message. `first`, `last`: its outermost words, marks left aside."""

    def __init__(self, bits: Mapping[int, int], first: int, last: int) -> None:
        self.bits = bits
        self._first, self._last = 1 << first, 1 << last
        self._reach: dict[tuple[tuple[int, ...], int, bool], int] = {}

    def of(self, classes: tuple[int, ...]) -> int:
        if len(classes) == 1:
            return self.bits.get(classes[0], 0)
        return reduce(or_, (self.bits.get(one, 0) for one in classes))

    def ends(self, pattern: Pattern) -> int:
        """The positions at which the pattern's last element stands."""
        return self.stages(pattern)[-1]

    def stages(self, pattern: Pattern) -> list[int]:
        """For each element, where it may stand if all before it do; [0] at the first that cannot."""
        first, *others = pattern.links
        here = self.of(first.classes)
        if pattern.begins:
            here &= self._first
        stages = [here]
        classes = first.classes
        for link in others:
            if not here:
                return [0]
            if len(stages) == 1 and not pattern.begins:
                reach = self._reached(classes, link.window, link.both)
            else:
                reach = _reach(here, link.window, link.both)
            here = reach & self.of(link.classes)
            stages.append(here)
        if pattern.ends:
            stages[-1] = here & self._last
        return stages

    def _reached(self, classes: tuple[int, ...], window: int, both: bool) -> int:
        """Of the first element, which many patterns share."""
        key = (classes, window, both)
        if key not in self._reach:
            self._reach[key] = _reach(self.of(classes), window, both)
        return self._reach[key]

    def positions(self, pattern: Pattern, end: int) -> tuple[int, ...]:
        """Where each element stands, for the match whose last element is at `end`; the nearest ones."""
        stages = self.stages(pattern)
        found = [end]
        for link, stage in zip(reversed(pattern.links), reversed(stages[:-1]), strict=False):
            found.append(_nearest(stage, found[-1], link))
        return tuple(reversed(found))


def _reach(bits: int, window: int, both: bool) -> int:
    after = spread(bits, window)
    return after | _before(bits, window) if both else after


def _before(bits: int, window: int) -> int:
    before, width = bits >> 1, 1
    while width < window:
        step = min(width, window - width)
        before |= before >> step
        width += step
    return before


def _nearest(stage: int, position: int, link: Link) -> int:
    for away in range(1, link.window + 1):
        if position >= away and stage >> (position - away) & 1:
            return position - away
        if link.both and stage >> (position + away) & 1:
            return position + away
    return position


def each(bits: int, most: int) -> list[int]:
    """The first `most` positions that are set."""
    found: list[int] = []
    while bits and len(found) < most:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
