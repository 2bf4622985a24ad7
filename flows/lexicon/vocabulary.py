"""All words of all lexicons in one automaton: which classes of words stand where in a message.

Aho-Corasick (ahocorasick_rs): one pass, however many words are known. Words that nothing knows are tried as a slip of
one letter, then as words typed without a space between them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation

from flows.lexicon.spelling import MARKS

Numbers = tuple[int, ...]  # of classes
Before = frozenset[str]  # what may be written on before a word, the empty text among it
NOTHING: Before = frozenset()
SLIP_FROM = 6  # letters: a shorter word has too many neighbours to be taken for another
ALIKE = 7  # letters of their beginning in which words are compared first
SLIPS, JOINS = 40, 12  # at most so many words of a message are tried
JOINED_UP_TO = 40  # letters
PIECE = 12  # letters of the longest piece looked for
TAIL = 8  # letters that may follow a stem before it is tried as several words in one
ENDING = 5  # letters that may follow a stem inside joined words
SHORT = 5  # letters; a shorter piece is an everyday word: "verslaat" is not "far" and "hits"


class Vocabulary:
    """Built once: `add` every expression, then `close`."""

    def __init__(self) -> None:
        self._patterns: dict[tuple[str, Before], list[int]] = {(f" {mark} ", NOTHING): [] for mark in MARKS}
        self._words: dict[str, int] = {}  # whole word -> languages, a bit each
        self._stems: dict[str, int] = {}
        self._slips = _Slips()

    def add(
        self,
        numbers: Sequence[int],
        languages: int,
        words: Sequence[str],
        *,
        before: Before = NOTHING,
        everyday: bool = False,
    ) -> None:
        """An expression of one or more words. Only its first word may begin, only its last may end with a star.

        `before`: what may be written on before it, as one word.
        """
        starts, ends = not words[0].startswith("*"), not words[-1].endswith("*")
        core = " ".join(words).strip("*")
        before = before if starts else NOTHING
        # Where something may be written on, it is looked for without the space, which is checked afterwards.
        pattern = (" " if starts and not before else "") + core + (" " if ends else "")
        known = self._patterns.setdefault((pattern, before), [])
        known += [number for number in numbers if number not in known]
        if starts and len(words) == 1:
            if everyday or len(core) >= SHORT:
                of = self._words if ends else self._stems
                of[core] = of.get(core, 0) | languages
            if len(core) >= SLIP_FROM and numbers:
                self._slips.add(core, whole=ends, numbers=numbers)

    def close(self) -> None:
        """After the last expression: builds the automaton."""
        free: dict[str, int] = {}
        written_on: dict[str, list[tuple[Before, int]]] = {}
        ids: dict[Numbers, int] = {}
        for (pattern, before), numbers in self._patterns.items():
            same = ids.setdefault(tuple(numbers), len(ids) + 1)
            free.setdefault(pattern, 0)
            if before:
                written_on.setdefault(pattern, []).append((before, same))
            else:
                free[pattern] = same
        texts = list(free)
        self._sets: list[Numbers] = [(), *ids]
        self._free = list(free.values())
        self._written_on = [tuple(written_on.get(text, ())) for text in texts]
        self._more = bytes(len(text.split()) - 1 for text in texts)
        self._automaton = AhoCorasick(
            texts, implementation=Implementation.ContiguousNFA, store_patterns=False
        )
        self._patterns.clear()
        self._slips.close()

    def find(self, words: Sequence[str]) -> tuple[dict[int, int], int, int]:
        """Class number to its places, a bit a word; the places of known words, and of those known to their end.

        An expression stands where its last word stands. A stem that many letters follow may be several words in one.
        """
        text = f" {' '.join(words)} "
        begins = list(accumulate(map(len, words), _one_further, initial=0))
        at = dict(zip(begins, range(len(words)), strict=False))
        hits: dict[int, int] = {}
        known = settled = 0
        free, written_on, more = self._free, self._written_on, self._more
        for index, begin, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            place = at.get(begin, -1)
            if place < 0:  # inside a word: all but the last letters' space
                place = bisect_right(begins, begin - 1) - 1
            last = place + more[index]
            bit = 1 << last
            if begins[last + 1] - end <= TAIL:
                settled |= bit
            if text[begin] != " ":
                for before, one in written_on[index]:
                    if text[begins[place] + 1 : begin] in before:
                        known |= bit
                        hits[one] = hits.get(one, 0) | bit
            if one := free[index]:
                known |= bit
                hits[one] = hits.get(one, 0) | bit
        return self._spread(hits), known, known & settled

    def _spread(self, hits: dict[int, int]) -> dict[int, int]:
        """Sets of classes become classes."""
        bits: dict[int, int] = {}
        for one, here in hits.items():
            for number in self._sets[one]:
                bits[number] = bits.get(number, 0) | here
        return bits

    def mend(self, words: Sequence[str], bits: dict[int, int], known: int) -> int:
        """Adds words that are one slip away from a known one; returns their places."""
        guessed = 0
        unknown = [
            place for place, word in enumerate(words) if len(word) >= SLIP_FROM - 1 and not known >> place & 1
        ]
        for place in unknown[:SLIPS]:
            for number in self._slips.meant(words[place]):
                bits[number] = bits.get(number, 0) | 1 << place
                guessed |= 1 << place
        return guessed

    def apart(self, words: Sequence[str], settled: int) -> list[tuple[int, list[str]]]:
        """The unknown words that are several typed as one, each with its pieces."""
        unknown = [
            place
            for place, word in enumerate(words)
            if SLIP_FROM <= len(word) <= JOINED_UP_TO and not settled >> place & 1
        ]
        pieces = ((place, self._pieces(words[place])) for place in unknown[:JOINS])
        return [(place, some) for place, some in pieces if some]

    def _pieces(self, word: str) -> list[str]:
        """The fewest known words of one language that make up `word`; none where it is not so."""
        best: list[tuple[int, int, int] | None] = [(0, 0, -1)] + [None] * len(word)
        for begin in range(len(word)):
            here = best[begin]
            if here is None:
                continue
            for end, languages in self._known_from(word, begin):
                fits = languages & here[2]
                there = best[end]
                if fits and (there is None or here[0] + 1 < there[0]):
                    best[end] = (here[0] + 1, begin, fits)
        return _walked(word, best)

    def _known_from(self, word: str, begin: int) -> Iterator[tuple[int, int]]:
        """Where a known word that begins here may end, and in which languages."""
        stem, stem_end = 0, 0
        for end in range(begin + 2, min(begin + PIECE, len(word)) + 1):
            part = word[begin:end]
            if end - begin >= SHORT and (languages := self._stems.get(part)):
                stem, stem_end = stem | languages, end
            languages = self._words.get(part, 0) | (stem if end - stem_end <= ENDING else 0)
            if languages:
                yield end, languages


class _Slips:
    """Words by what is left when one letter goes: two words a slip apart share one such rest.

    Kept as one sorted array of (hash of the rest, number of the word), a tenth of what a dict of the rests would weigh.
    """

    WORD = 18  # bits for the number of a word
    HASH = (1 << 44) - 1
    SHOWN = 21  # bits of a hash that say at once that a rest is nobody's
    BYTES = (1 << (SHOWN - 3)) - 1

    def __init__(self) -> None:
        self._cores: dict[tuple[str, bool], set[int]] = {}

    def add(self, core: str, *, whole: bool, numbers: Sequence[int]) -> None:
        self._cores.setdefault((core, whole), set()).update(numbers)

    def close(self) -> None:
        self._known = [(core, whole, tuple(numbers)) for (core, whole), numbers in self._cores.items()]
        self._cores.clear()
        self._shown = bytearray(1 << (self.SHOWN - 3))
        keys = []
        for number, (core, _, _) in enumerate(self._known):
            for rest in {*_rests(core[:ALIKE])}:
                hashed = hash(rest)
                keys.append((hashed & self.HASH) << self.WORD | number)
                self._shown[hashed >> 3 & self.BYTES] |= 1 << (hashed & 7)
        self._keys = array("q", sorted(keys))

    def meant(self, word: str) -> set[int]:
        """The classes of the words that `word` may be a slip of: the same first letter, one letter apart."""
        found: set[int] = set()
        shown = self._shown
        for rest in _rests_of(word):
            hashed = hash(rest)
            if shown[hashed >> 3 & self.BYTES] >> (hashed & 7) & 1:
                for core, whole, numbers in self._with((hashed & self.HASH) << self.WORD):
                    if core[0] == word[0] and _is_slip(word, core, whole=whole):
                        found.update(numbers)
        return found

    def _with(self, key: int) -> Iterator[tuple[str, bool, Numbers]]:
        place = bisect_left(self._keys, key)
        while place < len(self._keys) and self._keys[place] >> self.WORD << self.WORD == key:
            yield self._known[self._keys[place] - key]
            place += 1


def _one_further(begin: int, length: int) -> int:
    """Where the next word begins: one space further."""
    return begin + length + 1


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


def _rests(word: str) -> list[str]:
    """The word, and it with each one of its letters left out but the first."""
    return [word, *[word[:place] + word[place + 1 :] for place in range(1, len(word))]]


def _rests_of(word: str) -> list[str]:
    """What is left of the beginning of a word in either length that is compared."""
    if len(word) <= SLIP_FROM:
        return _rests(word)
    return _rests(word[:ALIKE]) + _rests(word[:SLIP_FROM])


def _is_slip(word: str, core: str, *, whole: bool) -> bool:
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
