"""A word with one letter wrong: which known words it may have been meant to be."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from flows.lexicon.packed import places

SLIP_FROM = 6  # letters: a shorter word has too many neighbours to be taken for another
ALIKE = 7  # letters of their beginning in which words are compared first
_SHOWN = 21  # bits of a sum that say at once that a rest is nobody's
_BYTES = (1 << (_SHOWN - 3)) - 1


class Slips:
    """Words by what is left when one letter goes: two words a slip apart share one such rest.

    Kept as two arrays, sorted by the sum of the rest: a tenth of what a dict of the rests would weigh.
    """

    def __init__(self) -> None:
        self._added: dict[tuple[str, bool], None] = {}

    def add(self, core: str, *, whole: bool) -> None:
        self._added[core, whole] = None

    def close(self, words: Mapping[str, int], stems: Mapping[str, int]) -> None:
        """`words`, `stems`: the number of the sense of each."""
        self._cores = [core for core, _ in self._added]
        self._whole = bytes(whole for _, whole in self._added)
        self._senses = array("I", [(words if whole else stems)[core] for core, whole in self._added])
        del self._added
        self._shown = bytearray(1 << (_SHOWN - 3))
        pairs = set[tuple[int, int]]()
        for number, core in enumerate(self._cores):
            for rest in _rests(core[:ALIKE]):
                summed = _sum(rest)
                pairs.add((summed, number))
                self._shown[summed >> 3 & _BYTES] |= 1 << (summed & 7)
        ordered = sorted(pairs)
        self._sums = array("I", [summed for summed, _ in ordered])
        self._numbers = array("H", [number for _, number in ordered])

    def packed(self, words: Sequence[str]) -> dict[str, Any]:
        """`words`: all words and stems; the cores are among them."""
        return vars(self) | {"_cores": places(self._cores, words)}

    @classmethod
    def opened(cls, state: dict[str, Any], words: Sequence[str]) -> Slips:
        found = cls.__new__(cls)
        vars(found).update(state, _cores=[words[place] for place in state["_cores"]])
        return found

    def meant(self, word: str) -> set[int]:
        """The senses of the words that `word` may be a slip of: the same first letter, one letter apart."""
        found: set[int] = set()
        shown = self._shown
        for rest in _rests_of(word):
            summed = _sum(rest)
            if shown[summed >> 3 & _BYTES] >> (summed & 7) & 1:
                found.update(
                    self._senses[number]
                    for number in self._with(summed)
                    if _is_slip(word, self._cores[number], whole=bool(self._whole[number]))
                )
        return found

    def _with(self, summed: int) -> array[int]:
        """The numbers of the words with such a rest."""
        return self._numbers[bisect_left(self._sums, summed) : bisect_right(self._sums, summed)]


def _sum(rest: str) -> int:
    return crc32(rest.encode())


def _rests(word: str) -> list[str]:
    """The word, and it with each one of its letters left out but the first."""
    return [word, *[word[:place] + word[place + 1 :] for place in range(1, len(word))]]


def _rests_of(word: str) -> list[str]:
    """What is left of the beginning of a word in either length that is compared."""
    if len(word) <= SLIP_FROM:
        return _rests(word)
    return _rests(word[:ALIKE]) + _rests(word[:SLIP_FROM])


def _is_slip(word: str, core: str, *, whole: bool) -> bool:
    if core[0] != word[0]:
        return False
    if whole:
        return one_apart(core, word)
    return any(one_apart(core, word[:length]) for length in range(len(core) - 1, len(core) + 2))


def one_apart(one: str, other: str) -> bool:
    """One letter more, less, other, or two neighbours swapped (Damerau); equal does not count as a slip."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    shorter = min(len(one), len(other))
    begin = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    one, other = one[begin:], other[begin:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])
    return one[1:] == other or one == other[1:]
