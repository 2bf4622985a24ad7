"""All word classes of all languages in one automaton: which classes stand where in a message.

Aho-Corasick (ahocorasick_rs): one pass, however many words are known. Words that nothing knows are tried as a slip of
one letter, then as words typed without a space between them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation

from flows.lexicon.spelling import MARKS

SLIP_FROM = 6  # letters: a shorter word has too many neighbours to be taken for another
ALIKE = 7  # letters of their beginning in which words are compared first
SLIPS, JOINS = 40, 12  # at most so many words of a message are tried
JOINED_UP_TO = 40  # letters
PIECE = 12  # letters of the longest piece looked for
ENDING = 5  # letters that may follow a stem inside joined words
# Arabic writes and, so, in, for, like as part of the next word.
_ARABIC_BEFORE = ("", "و", "ف", "ب", "ل", "ك")


class Vocabulary:
    """Built once from (class number, language number, entry) triples; `entry` is one spelled word, with stars."""

    def __init__(self) -> None:
        self._patterns: dict[str, list[int]] = {f" {mark} ": [] for mark in MARKS}
        self._words: dict[str, int] = {}  # whole word -> languages, a bit each
        self._stems: dict[str, int] = {}
        self._slips: dict[str, list[tuple[str, bool, tuple[int, ...]]]] = {}

    def add(self, number: int, language: int, word: str) -> None:
        core = word.strip("*")
        starts, ends = not word.startswith("*"), not word.endswith("*")
        before = _ARABIC_BEFORE if starts and "\u0600" <= core[:1] <= "\u06ff" else ("",)
        for prefix in before:
            pattern = (" " if starts else "") + prefix + core + (" " if ends else "")
            numbers = self._patterns.setdefault(pattern, [])
            if number not in numbers:
                numbers.append(number)
        if starts:
            known = self._words if ends else self._stems
            known[core] = known.get(core, 0) | 1 << language
            if len(core) >= SLIP_FROM:
                for key in set(_keys(core[:ALIKE])):
                    self._slips.setdefault(key, []).append((core, ends, (number,)))

    def close(self) -> None:
        """After the last word: builds the automaton."""
        self._entries = [(pattern[0] == " ", tuple(numbers)) for pattern, numbers in self._patterns.items()]
        self._automaton = AhoCorasick(
            list(self._patterns), implementation=Implementation.ContiguousNFA, store_patterns=False
        )
        self._patterns.clear()

    def find(self, words: Sequence[str]) -> tuple[dict[int, int], int]:
        """Class number to its places, a bit a word; and the places of words that something knows."""
        text = f" {' '.join(words)} "
        begins = list(accumulate((len(word) + 1 for word in words), initial=0))
        at = {begin: place for place, begin in enumerate(begins)}
        bits: dict[int, int] = {}
        known = 0
        entries = self._entries
        for index, begin, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            leads, numbers = entries[index]
            bit = 1 << (at[begin] if leads else bisect_right(begins, begin - 1) - 1)
            known |= bit
            for number in numbers:
                bits[number] = bits.get(number, 0) | bit
        return bits, known

    def mend(self, words: Sequence[str], bits: dict[int, int], known: int) -> None:
        """Adds words that are one slip away from a known one."""
        unknown = [
            place for place, word in enumerate(words) if len(word) >= SLIP_FROM - 1 and not known >> place & 1
        ]
        for place in unknown[:SLIPS]:
            word = words[place]
            for number in self._meant(word):
                bits[number] = bits.get(number, 0) | 1 << place

    def _meant(self, word: str) -> set[int]:
        """The classes of the words that `word` may be a slip of: the same first letter, one letter apart."""
        found: set[int] = set()
        alike = {
            entry
            for length in (ALIKE, SLIP_FROM)
            for key in _keys(word[:length])
            for entry in self._slips.get(key, ())
        }
        for core, whole, numbers in alike:
            if core[0] == word[0] and _is_slip(word, core, whole):
                found.update(numbers)
        return found

    def apart(self, words: Sequence[str], known: int) -> list[tuple[int, list[str]]] | None:
        """The unknown words that are several typed as one, each with its pieces; None where there is none."""
        found, tried = [], 0
        for place, word in enumerate(words):
            if known >> place & 1 or not SLIP_FROM <= len(word) <= JOINED_UP_TO or tried >= JOINS:
                continue
            tried += 1
            if pieces := self._pieces(word):
                found.append((place, pieces))
        return found or None

    def _pieces(self, word: str) -> list[str]:
        """The fewest known words of one language that make up `word`; none where it is not so."""
        best: list[tuple[int, int, int] | None] = [(0, 0, -1)] + [None] * len(word)
        for begin in range(len(word)):
            here = best[begin]
            if here is None:
                continue
            for end, languages in self._known_from(word, begin):
                fits = languages & here[2]
                if fits and (best[end] is None or here[0] + 1 < best[end][0]):  # type: ignore[index]
                    best[end] = (here[0] + 1, begin, fits)
        return _walked(word, best)

    def _known_from(self, word: str, begin: int) -> Iterator[tuple[int, int]]:
        """Where a known word that begins here may end, and in which languages."""
        stem, stem_end = 0, 0
        for end in range(begin + 2, min(begin + PIECE, len(word)) + 1):
            part = word[begin:end]
            if end - begin >= 4 and (languages := self._stems.get(part)):
                stem, stem_end = stem | languages, end
            languages = self._words.get(part, 0) | (stem if end - stem_end <= ENDING else 0)
            if languages:
                yield end, languages


def _walked(word: str, best: list[tuple[int, int, int] | None]) -> list[str]:
    end, pieces = len(word), []
    last = best[end]
    if last is None or last[0] < 2 or last[0] * 2.5 > len(word):
        return []
    while end:
        _, begin, _ = best[end] or (0, 0, 0)
        pieces.append(word[begin:end])
        end = begin
    return pieces[::-1]


def _keys(word: str) -> list[str]:
    """The word, and it with each one of its letters left out but the first: two words a slip apart share one."""
    return [word, *[word[:place] + word[place + 1 :] for place in range(1, len(word))]]


def _is_slip(word: str, core: str, whole: bool) -> bool:
    if whole:
        return one_apart(core, word)
    return any(one_apart(core, word[:length]) for length in range(len(core) - 1, len(core) + 2))


def one_apart(one: str, other: str) -> bool:
    """One letter more, less, other, or two neighbours swapped (Damerau); equal does not count as a slip."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    begin = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    one, other = one[begin:], other[begin:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])
    return one[1:] == other or one == other[1:]
