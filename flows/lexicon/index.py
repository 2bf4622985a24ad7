"""All rules of all lexicons made ready to be matched: words with numbers, patterns by their rarest element."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from flows.lexicon import files
from flows.lexicon.files import STRENGTHS, Lexicon, Rule, Unreadable
from flows.lexicon.patterns import NoPattern, Pattern, parse
from flows.lexicon.spelling import spelled, words_of
from flows.lexicon.vocabulary import Vocabulary

COMMON = "=common"
NAMED = (
    *(files.ME, files.OTHERS, files.NOT, files.NOT_ONLY, files.BUT, files.NOW, files.RECENT, files.PAST),
    *(files.GONE, files.FILM, files.LAUGH),
)  # classes that the reader itself looks at


@dataclass(frozen=True, slots=True)
class Known:
    """One pattern of one rule. `also`: another class without which it cannot match."""

    language: int
    rule: Rule
    strength: str
    pattern: Pattern
    also: int


# For each strength, the patterns of each indicator: what is sure of one needs no further look.
Tried = tuple[tuple[tuple[str, tuple[Known, ...]], ...], ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """An expression with a star inside ("knijp*_dicht"): the classes it is of, and its words after the first."""

    numbers: tuple[int, ...]
    rest: tuple[int, ...]


class Index:
    """Built once from the lexicons. Raises Unreadable where a pattern or class is wrong."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        every = tuple(lexicons)
        self.languages = tuple(one.language for one in every)
        self.negation = tuple((one.not_before, one.not_after) for one in every)
        self.vocabulary = Vocabulary()
        self.numbers: dict[tuple[int, str], int] = {}
        self.not_meant: dict[int, int] = {}  # of a class, the number of the words that are not meant
        self.unions: dict[int, tuple[int, ...]] = {}  # of A|B where some words of A or B are not meant
        self.sequences: dict[int, dict[int, list[Sequence]]] = {}  # by first and second word
        self.answers = {
            spelled(text): answer for one in every for answer, said in one.answers.items() for text in said
        }
        known = [pattern for language, one in enumerate(every) for pattern in self._rules(language, one)]
        idioms = [pattern for language, one in enumerate(every) for pattern in self._idioms(language, one)]
        for language, one in enumerate(every):
            for name in (*NAMED, COMMON, *(name for rule in one.rules for name in rule.unless)):
                self._number(language, name)
            self._learn(language, one)
        self.tried = self._by_rarest(known)
        self.idioms = {
            number: tuple(one for _, some in tried[0] for one in some)
            for number, tried in self._by_rarest(idioms).items()
        }
        self.parts: dict[int, list[int]] = {}  # of each part of such a union, the unions
        for union, parts in self.unions.items():
            for part in parts:
                self.parts.setdefault(part, []).append(union)
        self.common = tuple(self.numbers[language, COMMON] for language in range(len(every)))
        self.named = tuple(
            {name: self.numbers[language, name] for name in NAMED} for language in range(len(every))
        )
        self.unless = tuple(
            {name: self.numbers[language, name] for rule in one.rules for name in rule.unless}
            for language, one in enumerate(every)
        )
        self.language_of = [language for language, _ in self.numbers]
        self.vocabulary.close()

    # --- patterns -----------------------------------------------------------------------------------------------

    def _rules(self, language: int, one: Lexicon) -> Iterator[tuple[int, Rule, str, Pattern]]:
        for rule in one.rules:
            if missing := set(rule.unless) - set(one.classes):
                raise Unreadable(f"{rule.name}: there is no class {min(missing)}")
            for strength in STRENGTHS:
                for written in getattr(rule, strength):
                    yield language, rule, strength, self._parsed(language, one, rule.name, written)

    def _idioms(self, language: int, one: Lexicon) -> Iterator[tuple[int, Rule, str, Pattern]]:
        nothing = Rule(f"{one.language}.idioms", "", "")
        for written in one.idioms:
            yield language, nothing, STRENGTHS[0], self._parsed(language, one, nothing.name, written)

    def _parsed(self, language: int, one: Lexicon, where: str, written: str) -> Pattern:
        def number(names: str) -> int:
            for name in names.split("|"):
                if name.isupper() and name.isascii() and name not in one.classes:
                    raise Unreadable(f"{where}: there is no class {name}")
            return self._number(language, names)

        try:
            return parse(written, number)
        except NoPattern as trouble:
            raise Unreadable(f"{where}: {trouble}") from None

    def _number(self, language: int, name: str) -> int:
        return self.numbers.setdefault((language, name), len(self.numbers))

    def _by_rarest(self, every: list[tuple[int, Rule, str, Pattern]]) -> dict[int, Tried]:
        """Each pattern under the class of its element that fewest patterns use: only those are tried."""
        uses = Counter(number for *_, pattern in every for number in {link.number for link in pattern.links})
        found: dict[int, list[Known]] = {}
        for language, rule, strength, pattern in every:
            rarest, *others = sorted({link.number for link in pattern.links}, key=lambda number: uses[number])
            also = others[0] if others else rarest
            found.setdefault(rarest, []).append(Known(language, rule, strength, pattern, also))
        return {number: _sorted(known) for number, known in found.items()}

    # --- words --------------------------------------------------------------------------------------------------

    def _learn(self, language: int, one: Lexicon) -> None:
        """Every word of every class that a pattern or the reader looks at, and the common words."""
        wanted: dict[str, list[int]] = {word: [] for word in one.common}
        for (of, names), number in [*self.numbers.items()]:
            if of == language:
                for entry in self._entries(language, one, names, number):
                    wanted.setdefault(entry, []).append(number)
        common = self._number(language, COMMON)
        for word in one.common:
            wanted[word].append(common)
        for entry, numbers in wanted.items():
            self._add(language, numbers, words_of(entry))

    def _entries(self, language: int, one: Lexicon, names: str, number: int) -> Iterator[str]:
        """The words of a class, of a word that stands for itself, or of several with | between."""
        parts = names.split("|")
        if len(parts) > 1 and any(entry[0] == "-" for part in parts for entry in one.classes.get(part, ())):
            self.unions[number] = tuple(self._number_of(language, one, part) for part in parts)
            return
        for name in parts:
            for entry in one.classes.get(name, () if name in NAMED or name == COMMON else (name,)):
                if entry[0] != "-":
                    yield entry
                elif number not in self.not_meant:
                    self.not_meant[number] = self._number(language, f"-{name}")
                    words = [entry[1:] for entry in one.classes[name] if entry[0] == "-"]
                    for word in words:
                        self._add(language, [self.not_meant[number]], words_of(word))

    def _number_of(self, language: int, one: Lexicon, name: str) -> int:
        """The number of a part of A|B that no pattern names alone: its words are learnt now."""
        if (language, name) in self.numbers:
            return self.numbers[language, name]
        number = self._number(language, name)
        for entry in self._entries(language, one, name, number):
            self._add(language, [number], words_of(entry))
        return number

    def _add(self, language: int, numbers: list[int], words: tuple[str, ...]) -> None:
        if not words:
            raise Unreadable(f"{self.languages[language]}.toml: an entry holds no letter")
        inside = any(word.endswith("*") for word in words[:-1]) or any(word[0] == "*" for word in words[1:])
        if not inside:
            self.vocabulary.add(numbers, 1 << language, words)
            return
        first, *rest = (self._star(language, word) for word in words)
        self.sequences.setdefault(first, {}).setdefault(rest[0], []).append(
            Sequence(tuple(numbers), tuple(rest))
        )

    def _star(self, language: int, word: str) -> int:
        """The number of one word of a sequence."""
        known = (language, f"={word}") in self.numbers
        number = self._number(language, f"={word}")
        if not known:
            self.vocabulary.add([number], 1 << language, (word,))
        return number

    # --- a message ----------------------------------------------------------------------------------------------

    def complete(self, bits: dict[int, int]) -> None:
        """What the automaton alone cannot say: expressions with stars inside, and words that are not meant."""
        for first in bits.keys() & self.sequences.keys():
            seconds = self.sequences[first]
            for second in seconds.keys() & bits.keys():
                for sequence in seconds[second]:
                    _put_together(bits, bits[first], sequence)
        for number in bits.keys() & self.not_meant.keys():
            bits[number] &= ~bits.get(self.not_meant[number], 0)
        for number in {number for part in bits.keys() & self.parts.keys() for number in self.parts[part]}:
            bits[number] = reduce(or_, (bits.get(part, 0) for part in self.unions[number]))

    def spoken(self, bits: Mapping[int, int]) -> list[tuple[int, int]]:
        """For each language, how many words of the message it knows, and how many as its common ones."""
        places = [0] * len(self.languages)
        language_of = self.language_of
        for number, here in bits.items():
            places[language_of[number]] |= here
        return [
            (known.bit_count(), bits.get(common, 0).bit_count())
            for known, common in zip(places, self.common, strict=True)
        ]


def _put_together(bits: dict[int, int], here: int, sequence: Sequence) -> None:
    for following in sequence.rest:
        here = here << 1 & bits.get(following, 0)
    if here:
        for number in sequence.numbers:
            bits[number] = bits.get(number, 0) | here


def _sorted(known: list[Known]) -> Tried:
    of: dict[tuple[str, str], list[Known]] = {}
    for one in known:
        of.setdefault((one.strength, one.rule.indicator), []).append(one)
    return tuple(
        tuple((indicator, tuple(some)) for (strength, indicator), some in of.items() if strength == wanted)
        for wanted in STRENGTHS
    )
