"""Reads one message for danger, in all languages at once: `read(text)`. Deterministic, no state, no I/O.

Rules written by people, with no learned model anywhere in the danger path (domain.md 5, AI Act).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from flows.lexicon.files import STRENGTHS, Lexicon, Rule, load
from flows.lexicon.index import Index, Known
from flows.lexicon.patterns import Places, each
from flows.lexicon.spelling import ASKED, END, MARKS, PAUSE, spelled
from flows.lexicon.weighing import Around, Weight, around, weigh
from flows.model import NOTHING_READ, Reading, Sign, When
from flows.tongues import LANGUAGES

LONGEST = 4096  # characters; what Telegram's longest message holds
WEIGHED = 96  # matches of one message; beyond them each counts as its rule says, unweighed
OF_ONE_PATTERN = 4  # matches that are weighed
CLEAR_FROM = 4  # words: of fewer, a language cannot be told for sure
_CHUNK = re.compile(r"[^ \t]+")


class Reader:
    """All lexicons, made ready once."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self.index = Index(lexicons)

    def read(self, text: str) -> Reading:
        """The signs of danger in a message, strongest first; its language ("" where none is recognised)."""
        text = text[:LONGEST]
        plain = spelled(text)
        words = plain.split()
        if MARKS.issuperset(words):
            return NOTHING_READ
        words, origin, bits, guessed = self._found(words)
        spoken = self.index.spoken(bits)
        language, clear = self._language(words, spoken, bits)
        matches = _Message(self.index, words, bits, spoken, language, guessed).matches()
        best = self.index.languages[language] if language is not None else ""
        return Reading(
            _signs(matches.values(), text, origin),
            best,
            best if clear else "",
            self.index.answers.get(plain.strip(" .,"), ""),
        )

    def _found(self, words: list[str]) -> tuple[list[str], list[int], dict[int, int], int]:
        """Words typed as one come apart, slips are guessed; `origin`: which word of the message each comes from."""
        vocabulary = self.index.vocabulary
        origin = list(range(len(words)))
        bits, known, settled = vocabulary.find(words)
        if settled.bit_count() < len(words) and (joined := vocabulary.apart(words, settled)):
            for place, pieces in reversed(joined):
                words[place : place + 1] = pieces
                origin[place : place + 1] = [place] * len(pieces)
            bits, known, _ = vocabulary.find(words)
        spoken = self.index.spoken(bits)
        language, clear = self._language(words, spoken, bits)
        # A word that only another language knows may be a slip of this one.
        clearly = spoken[language] if language is not None and clear else known
        guessed = vocabulary.mend(words, bits, clearly)
        self.index.complete(bits)
        return words, origin, bits, guessed

    def _language(
        self, words: list[str], spoken: list[int], bits: Mapping[int, int]
    ) -> tuple[int | None, bool]:
        """The language most of whose words stand here, at least a third; and whether no other comes near it."""
        shares = [
            (known.bit_count(), bits.get(common, 0).bit_count())
            for known, common in zip(spoken, self.index.common, strict=True)
        ]
        second, most = sorted([(0, 0), *shares])[-2:]
        counted = sum(word not in MARKS for word in words)
        if not most[0] or most[0] * 3 < counted:
            return None, False
        return shares.index(most), counted >= CLEAR_FROM and most[0] >= 2 * second[0]


@dataclass(frozen=True, slots=True)
class _Match:
    """A match weighed, not yet quoted. `first`, `last`: its outermost words."""

    rule: Rule
    weight: Weight
    first: int
    last: int

    @property
    def order(self) -> tuple[int, bool, bool, bool]:
        """The strongest first; where they are equal, the one that is not long ago, and about herself."""
        weight = self.weight
        return STRENGTHS.index(weight.strength), weight.when is When.BEFORE, weight.other, bool(weight.held)


class _Message:
    """One message being read. Lives for one call."""

    def __init__(
        self,
        index: Index,
        words: list[str],
        bits: dict[int, int],
        spoken: list[int],
        language: int | None,
        guessed: int,
    ) -> None:
        self._guessed = guessed
        self._index = index
        self._bits = bits
        self._words = words
        self._spoken = spoken
        self._language = language
        self._around: dict[int, Around] = {}
        self._held: dict[str, tuple[int, str]] = {}
        self._weighed = 0

    def matches(self) -> dict[str, _Match]:
        """The strongest match of each indicator."""
        tried = self._index.tried
        groups = [tried[number] for number in self._bits if number in tried]
        best: dict[str, _Match] = {}
        if groups:
            said = [place for place, word in enumerate(self._words) if word not in MARKS]
            self._places = Places(self._bits, said[0], said[-1])
            for strength in range(len(STRENGTHS)):
                for group in groups:
                    for indicator, some in group[strength]:
                        self._look(indicator, some, strength, best)
        return best

    def _look(self, indicator: str, some: tuple[Known, ...], strength: int, best: dict[str, _Match]) -> None:
        """The patterns of one indicator, while one may say more than what is found of it already."""
        found = best.get(indicator)
        enough = (strength, True)
        bits, ends_of = self._bits, self._places.ends
        for known in some:
            if found is not None and found.order < enough:
                return
            for number in known.also:
                if number in bits:
                    break
            else:
                continue
            if ends := ends_of(known.pattern):
                for match in self._of(known, ends):
                    if found is None or match.order < found.order:
                        best[indicator] = found = match

    def _of(self, known: Known, ends: int) -> Iterator[_Match]:
        for end in each(ends, OF_ONE_PATTERN):
            positions = self._places.positions(known.pattern, end)
            weight = self._weigh(known, positions)
            yield _Match(known.rule, weight, min(positions), max(positions))

    def _weigh(self, known: Known, positions: tuple[int, ...]) -> Weight:
        self._weighed += 1
        if self._weighed > WEIGHED:
            return Weight(known.strength)
        weight = weigh(known.rule, known.strength, positions, self._seen(known.language))
        own = sum({1 << place for place in positions})
        held, why = self._held.get(known.rule.name, (0, ""))
        if not weight.held and own & ~held == 0:
            return replace(weight, strength="note", held=why)
        if not weight.held and self._is_foreign(known.language, positions):
            return replace(weight, strength="note", held="language")
        if own & self._guessed and weight.strength == "sure":
            return replace(weight, strength="ask", held=weight.held or "slip")
        if weight.held and weight.strength == "note":
            self._held[known.rule.name] = (held | own, weight.held)
        return weight

    def _seen(self, language: int) -> Around:
        if language not in self._around:
            bits, named = self._bits, self._index.named[language]
            places = {name: bits.get(number, 0) for name, number in named.items()}
            marks = (
                _places_of(END, self._words),
                _places_of(PAUSE, self._words),
                _places_of(ASKED, self._words),
            )
            unless = {
                name: bits[number] for name, number in self._index.unless[language].items() if number in bits
            }
            self._around[language] = around(
                places, unless, marks, self._idioms(language), self._index.negation[language]
            )
        return self._around[language]

    def _idioms(self, language: int) -> int:
        """The places of words that belong to a figure of speech."""
        found = 0
        for number in self._bits:
            for known in self._index.idioms.get(number, ()):
                if known.language == language:
                    for end in each(self._places.ends(known.pattern), OF_ONE_PATTERN):
                        positions = self._places.positions(known.pattern, end)
                        found |= sum({1 << place for place in positions})
        return found

    def _is_foreign(self, language: int, positions: tuple[int, ...]) -> bool:
        """Words of one language that are everyday words of the one she writes in: "mes" is no knife in French."""
        if self._language is None or self._language == language:
            return False
        theirs, ours = self._spoken[language], self._spoken[self._language]
        fewer = theirs.bit_count() < ours.bit_count()
        return fewer and all(ours >> place & 1 for place in positions)


def _places_of(mark: str, words: list[str]) -> int:
    return sum(1 << place for place, word in enumerate(words) if word == mark) if mark in words else 0


def _spans(text: str) -> list[tuple[int, int]]:
    """For each spelled word, where what was typed stands in the text."""
    spans = []
    for chunk in _CHUNK.finditer(text):
        typed = chunk.group()
        words = 1 if typed.isalnum() else len(spelled(typed).split())
        spans += [chunk.span()] * words
    return spans


def _signs(matches: Iterable[_Match], text: str, origin: list[int]) -> tuple[Sign, ...]:
    """Each match with her own words, from the first to the last that matched."""
    ordered = sorted(matches, key=lambda match: match.order)
    spans = _spans(text) if ordered else []
    return tuple(
        Sign(
            match.rule.indicator,
            match.weight.strength,
            match.rule.name,
            text[spans[origin[match.first]][0] : spans[origin[match.last]][1]],
            match.weight.when,
            "other" if match.weight.other else "self",
            match.weight.held,
        )
        for match in ordered
    )


@cache
def lexicons() -> Reader:
    """All lexicons; raises files.Unreadable where one cannot be read."""
    return Reader(load(language) for language in LANGUAGES)


def read(text: str) -> Reading:
    """What the lexicons find in a message."""
    return lexicons().read(text)
