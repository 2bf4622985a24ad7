"""All rules of all lexicons made ready to be matched: words with numbers, patterns by their rarest element."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate
from typing import Any, NamedTuple

from flows.lexicon import files
from flows.lexicon.files import STRENGTHS, Lexicon, Rule, Unreadable
from flows.lexicon.gathered import Telling, telling
from flows.lexicon.patterns import NoPattern, Pattern, parse
from flows.lexicon.scripts import Arabic
from flows.lexicon.spelling import MARKS, spelled, words_of
from flows.lexicon.vocabulary import Vocabulary

IDIOM = len(STRENGTHS)  # what a figure of speech weighs
FEW = 3  # elements of patterns
EVERYDAY = 100  # so many patterns weigh as much as one common word in a class
NAMED = (
    *(files.ME, files.OTHERS, files.NOT, files.NOT_ONLY, files.BUT, files.NOW, files.RECENT, files.PAST),
    *(files.GONE, files.FILM, files.LAUGH, files.TOPICS, files.HE),
)  # classes that the reader itself looks at


class Known(NamedTuple):
    """One pattern of one rule."""

    language: int
    rule: Rule
    strength: int  # of STRENGTHS, or IDIOM
    pattern: Pattern


class Patterns:
    """All patterns, by number. Kept flat, for they are many: as objects they would weigh ten times as much."""

    def __init__(self, every: Iterable[Known]) -> None:
        rules: dict[tuple[int, Rule], int] = {}
        elements: dict[tuple[int, ...], int] = {}
        self._rule, self._strength, self._at_ends = array("H"), bytearray(), bytearray()
        self._elements, self._windows, self._starts = array("H"), array("b"), array("I", [0])
        for known in every:
            of_known, windows, begins, ends = known.pattern
            self._rule.append(rules.setdefault((known.language, known.rule), len(rules)))
            self._strength.append(known.strength)
            self._at_ends.append(begins + 2 * ends)
            self._elements.extend(elements.setdefault(one, len(elements)) for one in of_known)
            self._windows.extend(windows)
            self._starts.append(len(self._elements))
        self._every_rule, self._every_element = tuple(rules), tuple(elements)

    def strength(self, number: int) -> int:
        return self._strength[number]

    def indicator(self, number: int) -> str:
        return self._every_rule[self._rule[number]][1].indicator

    def __getitem__(self, number: int) -> Known:
        language, rule = self._every_rule[self._rule[number]]
        at_ends, every = self._at_ends[number], self._every_element
        begin, end = self._starts[number], self._starts[number + 1]
        elements = [every[one] for one in self._elements[begin:end]]
        pattern = Pattern(elements, self._windows[begin:end], at_ends & 1 == 1, at_ends & 2 == 2)
        return Known(language, rule, self._strength[number], pattern)


class Tried(NamedTuple):
    """Patterns by a class of their rarest element and one of another: both must stand in a message.

    From `starts` of one class to that of the next stand in `others` the second classes, in `ones` which pattern.
    """

    patterns: Patterns
    starts: array[int]
    others: array[int]
    ones: array[int]


class Sequence(NamedTuple):
    """An expression with a star inside ("knijp*_dicht"): the classes it is of, and its words after the first."""

    numbers: tuple[int, ...]
    rest: tuple[int, ...]


class Index:
    """Built once from the lexicons. Raises Unreadable where a pattern or class is wrong."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        every = tuple(lexicons)
        self.languages = tuple(one.language for one in every)
        self.negation = tuple((one.not_before, one.not_after) for one in every)
        everyday = frozenset(words_of(word) for one in every for word in one.common)
        self._alone = tuple(_alone(one, everyday) for one in every)
        letters = "".join(one.written_on[0] for one in every)
        self.vocabulary = Vocabulary(
            len(every), letters, frozenset().union(*(one.written_on[1] for one in every))
        )
        self.numbers: dict[tuple[int, str], int] = {}
        self.not_meant: dict[int, int] = {}  # of a class, the number of the words that are not meant
        self.everyday = Counter[int]()  # how many common words a class holds
        self.sequences: dict[int, dict[int, list[Sequence]]] = {}  # by first and second word
        self.answers = {
            spelled(text): answer for one in every for answer, said in one.answers.items() for text in said
        }
        known = [pattern for language, one in enumerate(every) for pattern in self._rules(language, one)]
        idioms = [pattern for language, one in enumerate(every) for pattern in self._idioms(language, one)]
        for language, one in enumerate(every):
            for name in (*NAMED, *(name for rule in one.rules for name in rule.unless)):
                self._number(language, name)
            self._learn(language, one)
        self.tried = self._by_rarest([*known, *idioms])
        self.named = tuple(
            tuple(self.numbers[language, name] for name in NAMED) for language in range(len(every))
        )
        self.unless = tuple(
            {name: self.numbers[language, name] for rule in one.rules for name in rule.unless}
            for language, one in enumerate(every)
        )
        self.telling = self._telling(known)
        self.vocabulary.close()
        self.arabic = Arabic(*self.vocabulary.known())
        del self.numbers, self._alone, self.everyday  # of no use any more

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "arabic"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, arabic=Arabic(*state["vocabulary"].known()))

    # --- patterns -----------------------------------------------------------------------------------------------

    def _rules(self, language: int, one: Lexicon) -> Iterator[Known]:
        for rule in one.rules:
            if missing := set(rule.unless) - set(one.classes):
                raise Unreadable(f"{rule.name}: there is no class {min(missing)}")
            bare = replace(rule, sure=(), ask=(), note=())  # what was written is of no use any more
            for strength, name in enumerate(STRENGTHS):
                for written in getattr(rule, name):
                    yield Known(language, bare, strength, self._parsed(language, one, rule.name, written))

    def _idioms(self, language: int, one: Lexicon) -> Iterator[Known]:
        nothing = Rule(f"{one.language}.idioms", "", "")
        for written in one.idioms:
            yield Known(language, nothing, IDIOM, self._parsed(language, one, nothing.name, written))

    def _parsed(self, language: int, one: Lexicon, where: str, written: str) -> Pattern:
        def number(name: str) -> int:
            if name.isupper() and name.isascii() and name not in one.classes:
                raise Unreadable(f"{where}: there is no class {name}")
            return self._number(language, name)

        try:
            return parse(written, number, self._alone[language])
        except NoPattern as trouble:
            raise Unreadable(f"{where}: {trouble}") from None

    def _number(self, language: int, name: str) -> int:
        return self.numbers.setdefault((language, name), len(self.numbers))

    def _by_rarest(self, every: list[Known]) -> Tried:
        """Each pattern under its element that occurs least: only those are tried."""
        uses = Counter(number for one in every for element in one.pattern.elements for number in element)

        def often(element: tuple[int, ...]) -> int:
            return sum(uses[number] + EVERYDAY * self.everyday[number] for number in element)

        pairs = set[tuple[int, int, int]]()
        for one, known in enumerate(every):
            rarest, *more = sorted(known.pattern.elements, key=often)
            other = min(more, key=lambda element: len(element) * (often(element) + EVERYDAY), default=rarest)
            pairs |= {(number, second, one) for number in rarest for second in other}
        of = Counter(number for number, _, _ in pairs)
        starts = accumulate((of[number] for number in range(len(self.numbers))), initial=0)
        ordered = sorted(pairs)
        return Tried(
            Patterns(every),
            array("I", starts),
            array("H", [other for _, other, _ in ordered]),
            array("H", [one for _, _, one in ordered]),
        )

    def _telling(self, known: Iterable[Known]) -> Telling:
        served = (
            (number, one.language, one.strength, one.rule.indicator)
            for one in known
            for element in one.pattern.elements
            for number in element
        )
        marks = {number for (_, name), number in self.numbers.items() if name in MARKS}
        special = frozenset(number for of in self.named for number in of) | marks
        return telling(len(self.numbers), served, self.everyday, special)

    # --- words --------------------------------------------------------------------------------------------------

    def _learn(self, language: int, one: Lexicon) -> None:
        """Every word of every class that a pattern or the reader looks at, and the common words."""
        wanted: dict[str, list[int]] = {word: [] for word in one.common}
        for (of, name), number in [*self.numbers.items()]:
            if of == language:
                for entry in one.classes.get(name, () if name in NAMED else name.split("|")):
                    wanted.setdefault(entry, []).append(number)
        everyday = {words_of(word) for word in one.common}
        for entry, of_entry in wanted.items():
            unwanted = entry[0] == "-"
            numbers = [self._not_meant(language, number) for number in of_entry] if unwanted else of_entry
            words = words_of(entry.removeprefix("-"))
            if words in everyday:
                self.everyday.update(numbers)
            self._add(language, numbers, words, everyday=words in everyday)

    def _not_meant(self, language: int, number: int) -> int:
        """The number of the words that a class does not mean."""
        return self.not_meant.setdefault(number, self._number(language, f"-{number}"))

    def _add(
        self, language: int, numbers: list[int], words: tuple[str, ...], *, everyday: bool = False
    ) -> None:
        if not words:
            raise Unreadable(f"{self.languages[language]}.toml: an entry holds no letter")
        if _is_plain(words):
            self.vocabulary.add(numbers, 1 << language, words, everyday=everyday)
            for word in words if len(words) > 1 else ():
                if "*" not in word:  # so that it is not taken apart before the expression is looked for
                    self.vocabulary.add((), 1 << language, (word,))
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


def _is_plain(words: tuple[str, ...]) -> bool:
    """One word, or several without a star but at the end of the last."""
    *before, last = words
    return not before or not any("*" in word for word in (*before, last[:-1]))


def _put_together(bits: dict[int, int], here: int, sequence: Sequence) -> None:
    for following in sequence.rest:
        here = here << 1 & bits.get(following, 0)
    if here:
        for number in sequence.numbers:
            bits[number] = bits.get(number, 0) | here


def _alone(one: Lexicon, everyday: frozenset[tuple[str, ...]]) -> frozenset[str]:
    """The words of patterns that are a class of their own: those of everyday, and those of many elements."""
    patterns = [*one.idioms, *(text for rule in one.rules for text in (*rule.sure, *rule.ask, *rule.note))]
    elements = {part for written in patterns for part in written.split()}
    of = Counter(name for element in elements for name in {*element.split("|")})
    return frozenset(name for name, many in of.items() if many > FEW or words_of(name) in everyday)
