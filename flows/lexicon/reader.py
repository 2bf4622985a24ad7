"""Reads one message for danger, in all languages at once: `read(text)`. Deterministic, no state, no I/O.

Rules written by people, with no learned model anywhere in the danger path (domain.md 5, AI Act).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from flows.lexicon.files import STRENGTHS, Lexicon, Rule, Unreadable, lexicon
from flows.lexicon.patterns import NoPattern, Pattern, Places, each, parse
from flows.lexicon.spelling import ASKED, END, MARKS, PAUSE, spelled, words_of
from flows.lexicon.vocabulary import Vocabulary
from flows.lexicon.weighing import Around, Weight, around, weigh
from flows.model import NOTHING_READ, Reading, Sign, When
from flows.tongues import LANGUAGES

LONGEST = 4096  # characters; what Telegram's longest message holds
WEIGHED = 96  # matches of one message; beyond them each counts as its rule says, unweighed
CLEAR_FROM = 4  # words: of fewer, a language cannot be told for sure
OF_ONE_PATTERN = 4  # matches that are weighed
_CHUNK = re.compile(r"[^ \t]+")
_COMMON = "=common"


@dataclass(frozen=True, slots=True)
class Known:
    """One pattern of one rule, and the language it belongs to."""

    language: int
    rule: Rule
    strength: str
    pattern: Pattern
    must: frozenset[int]  # classes without which it cannot match


class Reader:
    """All lexicons, made ready once."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self.lexicons = tuple(lexicons)
        self._numbers: dict[tuple[int, str], int] = {}
        self._vocabulary = Vocabulary()
        self._several: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
        self._not: dict[int, int] = {}  # of a class, the number of the words that are not meant
        self._answers: dict[str, str] = {}
        for language, one in enumerate(self.lexicons):
            self._learn(language, one)
        self._patterns = self._by_rarest(self._all())
        self.idioms = [
            tuple(self._parsed(language, "idioms", written) for written in one.idioms)
            for language, one in enumerate(self.lexicons)
        ]
        self.classes = [
            {name: self._numbers[language, name] for name in (*one.classes, _COMMON)}
            for language, one in enumerate(self.lexicons)
        ]
        self._common = [classes[_COMMON] for classes in self.classes]
        self._language_of = [language for language, _ in self._numbers]
        self._vocabulary.close()

    # --- getting ready ----------------------------------------------------------------------------------------

    def _learn(self, language: int, one: Lexicon) -> None:
        for name, entries in one.classes.items():
            number = self._number(language, name)
            for entry in entries:
                if entry[0] == "-":
                    self._add(
                        language, self._not.setdefault(number, self._number(language, f"-{name}")), entry[1:]
                    )
                else:
                    self._add(language, number, entry)
        common = self._number(language, _COMMON)
        for word in one.common:
            self._add(language, common, word)
        for answer, said in one.answers.items():
            self._answers |= {spelled(text): answer for text in said}

    def _number(self, language: int, name: str) -> int:
        return self._numbers.setdefault((language, name), len(self._numbers))

    def _add(self, language: int, number: int, entry: str) -> None:
        """One word goes into the vocabulary; several become a sequence of single ones."""
        words = words_of(entry)
        if len(words) == 1:
            self._vocabulary.add(number, language, words[0])
            return
        singles = tuple(self._word(language, word) for word in words)
        self._several.setdefault(singles[0], []).append((number, singles[1:]))

    def _expression(self, language: int, entry: str) -> int:
        """The number of a word, or of several in a row ("mijn_man"), that stand for themselves in a pattern."""
        words = words_of(entry)
        if len(words) == 1:
            return self._word(language, words[0])
        known = (language, f"={entry}") in self._numbers
        number = self._number(language, f"={entry}")
        if not known:
            self._add(language, number, entry)
        return number

    def _word(self, language: int, word: str) -> int:
        """The number of a word that stands for itself."""
        known = (language, f"={word}") in self._numbers
        number = self._number(language, f"={word}")
        if not known:
            self._vocabulary.add(number, language, word)
        return number

    def _all(self) -> Iterator[Known]:
        for language, one in enumerate(self.lexicons):
            for rule in one.rules:
                if missing := set(rule.unless) - set(one.classes):
                    raise Unreadable(f"{rule.name}: there is no class {min(missing)}")
                for strength in STRENGTHS:
                    for written in getattr(rule, strength):
                        pattern = self._parsed(language, rule.name, written)
                        must = frozenset(link.classes[0] for link in pattern.links if len(link.classes) == 1)
                        yield Known(language, rule, strength, pattern, must)

    def _parsed(self, language: int, where: str, written: str) -> Pattern:
        classes = self.lexicons[language].classes

        def number(name: str) -> int:
            if name in classes:
                return self._numbers[language, name]
            if name.isupper() and name.isascii():
                raise Unreadable(f"{where}: there is no class {name}")
            return self._expression(language, name)

        try:
            return parse(written, number)
        except NoPattern as trouble:
            raise Unreadable(f"{where}: {trouble}") from None

    def _by_rarest(self, patterns: Iterable[Known]) -> dict[int, list[Known]]:
        """Each pattern under the classes of its element that fewest patterns use: only those are tried."""
        every = list(patterns)
        uses: dict[int, int] = {}
        for known in every:
            for number in {number for link in known.pattern.links for number in link.classes}:
                uses[number] = uses.get(number, 0) + 1
        found: dict[int, list[Known]] = {}
        for known in every:
            rarest = min(known.pattern.links, key=lambda link: sum(uses[n] for n in link.classes))
            for number in rarest.classes:
                found.setdefault(number, []).append(known)
        return found

    # --- reading ----------------------------------------------------------------------------------------------

    def read(self, text: str) -> Reading:
        """The signs of danger in a message, strongest first; its language ("" where none is recognised)."""
        text = text[:LONGEST]
        plain = spelled(text)
        words = plain.split()
        if MARKS.issuperset(words):
            return NOTHING_READ
        words, origin, bits = self._found(words)
        language, clear = self._language(words, bits)
        matches = _Message(self, words, bits, language).matches()
        best = self.lexicons[language].language if language is not None else ""
        return Reading(
            _signs(matches.values(), text, origin),
            best,
            best if clear else "",
            self._answers.get(plain.strip(" .,"), ""),
        )

    def _found(self, words: list[str]) -> tuple[list[str], list[int], dict[int, int]]:
        """Words typed as one come apart; `origin`: which word of the message each word comes from."""
        origin = list(range(len(words)))
        bits, known = self._vocabulary.find(words)
        if joined := self._vocabulary.apart(words, known):
            for place, pieces in reversed(joined):
                words[place : place + 1] = pieces
                origin[place : place + 1] = [place] * len(pieces)
            bits, known = self._vocabulary.find(words)
        self._vocabulary.mend(words, bits, known)
        self._put_together(bits)
        for number, meant_not in self._not.items():
            if meant_not in bits and number in bits:
                bits[number] &= ~bits[meant_not]
        return words, origin, bits

    def _put_together(self, bits: dict[int, int]) -> None:
        """Expressions of several words: they stand where their last word stands."""
        for first in [number for number in bits if number in self._several]:
            for number, rest in self._several[first]:
                here = bits[first]
                for following in rest:
                    here = here << 1 & bits.get(following, 0)
                if here:
                    bits[number] = bits.get(number, 0) | here

    def _language(self, words: list[str], bits: Mapping[int, int]) -> tuple[int | None, bool]:
        """The language most of whose words stand here, at least a third; and whether no other comes near it."""
        spoken = self.spoken(bits)
        second, most = sorted(spoken)[-2:]
        counted = sum(word not in MARKS for word in words)
        if not most[0] or most[0] * 3 < counted:
            return None, False
        return spoken.index(most), counted >= CLEAR_FROM and most[0] >= 2 * second[0]

    def candidates(self, bits: Mapping[int, int]) -> Iterator[Known]:
        """The patterns whose rarest element stands in the message."""
        for number in [number for number in bits if number in self._patterns]:
            yield from self._patterns[number]

    def spoken(self, bits: Mapping[int, int]) -> list[tuple[int, int]]:
        """For each language, how many words of the message it knows, and how many as its common ones."""
        places = [0] * len(self.lexicons)
        language_of = self._language_of
        for number, here in bits.items():
            places[language_of[number]] |= here
        return [
            (known.bit_count(), bits.get(common, 0).bit_count())
            for known, common in zip(places, self._common, strict=True)
        ]


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

    def __init__(self, reader: Reader, words: list[str], bits: dict[int, int], language: int | None) -> None:
        self._reader = reader
        self._bits = bits
        said = [place for place, word in enumerate(words) if word not in MARKS]
        self._places = Places(bits, said[0], said[-1])
        self._language = language
        self._marks = (_places_of(END, words), _places_of(PAUSE, words), _places_of(ASKED, words))
        self._around: dict[int, Around] = {}
        self._held: dict[str, tuple[int, str]] = {}
        self._weighed = 0

    def matches(self) -> dict[str, _Match]:
        """The strongest match of each indicator."""
        best: dict[str, _Match] = {}
        present = self._bits.keys()
        possible = [known for known in self._reader.candidates(self._bits) if known.must <= present]
        for known in sorted(possible, key=_strength):
            found = best.get(known.rule.indicator)
            if found and found.order < (0, True):
                continue
            if ends := self._places.ends(known.pattern):
                for match in self._of(known, ends):
                    if found is None or match.order < found.order:
                        best[known.rule.indicator] = found = match
        return best

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
        if weight.held and weight.strength == "note":
            self._held[known.rule.name] = (held | own, weight.held)
        return weight

    def _seen(self, language: int) -> Around:
        if language not in self._around:
            names = self._reader.classes[language]
            places = {name: self._bits[number] for name, number in names.items() if number in self._bits}
            idiom = 0
            for pattern in self._reader.idioms[language]:
                for end in each(self._places.ends(pattern), OF_ONE_PATTERN):
                    idiom |= sum({1 << place for place in self._places.positions(pattern, end)})
            self._around[language] = around(self._reader.lexicons[language], places, self._marks, idiom)
        return self._around[language]

    def _is_foreign(self, language: int, positions: tuple[int, ...]) -> bool:
        """Words of one language that are everyday words of the one she writes in: "mes" is no knife in French."""
        if self._language is None or self._language == language:
            return False
        reader = self._reader
        ours = self._bits.get(reader.classes[self._language][_COMMON], 0)
        spoken = reader.spoken(self._bits)
        theirs, here = spoken[language][0], spoken[self._language][0]
        return theirs * 2 < here and all(ours >> place & 1 for place in positions)


def _strength(known: Known) -> int:
    return STRENGTHS.index(known.strength)


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
    return Reader(lexicon(language) for language in LANGUAGES)


def read(text: str) -> Reading:
    """What the lexicons find in a message."""
    return lexicons().read(text)
