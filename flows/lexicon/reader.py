"""Reads one message for danger, in all languages at once: `read(text)`. Deterministic, no state, no I/O.

Rules written by people, with no learned model anywhere in the danger path (domain.md 5, AI Act).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from operator import itemgetter
from typing import NamedTuple

from flows.lexicon import gathered
from flows.lexicon.files import HE, ME, NOT, OTHERS, STRENGTHS, Rule
from flows.lexicon.gathered import Breaths, Gathered
from flows.lexicon.index import NAMED, Index, Known
from flows.lexicon.patterns import Pattern, Places, each
from flows.lexicon.ready import ready
from flows.lexicon.scripts import cyrillic, is_latin
from flows.lexicon.spelling import ASKED, END, MARKS, PAUSE, spelled
from flows.lexicon.vocabulary import Found
from flows.lexicon.weighing import WEAKER, Around, Weight, around, weigh
from flows.model import NOTHING_READ, Reading, Sign, When

LONGEST = 4096  # characters; what Telegram's longest message holds
WEIGHED = 96  # matches of one message; beyond them each counts as its rule says, unweighed
OF_ONE_PATTERN = 4  # matches that are weighed
SCRIPTED = 60  # words that are looked for in another script
PEOPLE = tuple(NAMED.index(name) for name in (HE, ME, OTHERS))
ASK, NO_PATTERN = STRENGTHS.index("ask"), Pattern(())
CLEAR_FROM = 4  # words: of fewer, a language cannot be told for sure
_CHUNK = re.compile(r"[^ \t]+")


class Reader:
    """All lexicons, made ready once."""

    def __init__(self, index: Index) -> None:
        self.index = index
        scripts = {"uk": cyrillic, "ar": index.arabic.word}
        self._scripts = [(n, scripts[one]) for n, one in enumerate(index.languages) if one in scripts]
        self._in_latin = [n for n, one in enumerate(index.languages) if one not in scripts]

    def read(self, text: str) -> Reading:
        """The signs of danger in a message, strongest first; its language ("" where none is recognised)."""
        text = text[:LONGEST]
        plain = spelled(text)
        words = plain.split()
        if MARKS.issuperset(words):
            return NOTHING_READ
        found, origin = self._found(words)
        meant, found = self._in_her_script(words, found)
        language, clear = self._language(words, found)
        guessed = self._mend(meant, found, language, clear)
        if guessed:
            language, clear = self._language(words, found)
        matches = _Message(self.index, words, found, language, guessed).matches()
        best = self.index.languages[language] if language is not None else ""
        return Reading(
            _signs(matches.values(), text, origin),
            best,
            best if clear else "",
            self.index.answers.get(plain.strip(" .,"), ""),
        )

    def _found(self, words: list[str]) -> tuple[Found, Sequence[int]]:
        """Words typed as one come apart; also which word of the message each comes from."""
        vocabulary = self.index.vocabulary
        found = vocabulary.find(words)
        if found.settled.bit_count() == len(words) or not (joined := vocabulary.apart(words, found.settled)):
            return found, range(len(words))
        origin = list(range(len(words)))
        for place, pieces in reversed(joined):
            words[place : place + 1] = pieces
            origin[place : place + 1] = [place] * len(pieces)
        return vocabulary.find(words), origin

    def _in_her_script(self, words: list[str], found: Found) -> tuple[list[str], Found]:
        """Words that were typed in Latin letters for want of their own, put back, and what they say in either."""
        most = max((found.spoken[one].bit_count() for one in self._in_latin), default=0)
        meant, also = words, found
        if most * 2 > len(words) or not is_latin(words):
            return words, found
        for language, written in self._scripts:
            some = [*map(written, words[:SCRIPTED]), *words[SCRIPTED:]]
            other = self.index.vocabulary.find(some)
            if (known := other.spoken[language].bit_count()) > most:
                most, meant, also = known, some, found.and_also(other)
        return meant, also

    def _mend(self, words: list[str], found: Found, language: int | None, clear: bool) -> int:
        """Slips are guessed; their places."""
        # A word that only another language knows may be a slip of this one.
        clearly = found.spoken[language] if language is not None and clear else found.known
        guessed = 0
        if clearly.bit_count() < len(words):
            guessed = self.index.vocabulary.mend(words, found, clearly)
        self.index.complete(found.bits)
        return guessed

    def _language(self, words: list[str], found: Found) -> tuple[int | None, bool]:
        """The language most of whose words stand here, at least a third; and whether no other comes near it."""
        second, most, best = (0, 0), (0, 0), -1
        for language, known in enumerate(found.spoken):
            if known:
                share = (known.bit_count(), found.everyday[language].bit_count())
                if share > most:
                    second, most, best = most, share, language
                elif share > second:
                    second = share
        counted = len(words) - sum(map(words.count, MARKS))
        if not most[0] or most[0] * 3 < counted:
            return None, False
        return best, counted >= CLEAR_FROM and most[0] >= 2 * second[0]


class _Match(NamedTuple):
    """A match weighed, not yet quoted. `first`, `last`: its outermost words."""

    order: tuple[int, bool, bool, bool]
    rule: Rule
    weight: Weight
    first: int
    last: int


def _says_nothing(weight: Weight) -> bool:
    """Whether a match is only shown, and nothing of it was held back: then it was not understood otherwise either."""
    return weight.strength == "note" and not weight.held


def _order(weight: Weight) -> tuple[int, bool, bool, bool]:
    """The strongest first; where they are equal, the one that is not long ago, and about herself."""
    return STRENGTHS.index(weight.strength), weight.when is When.BEFORE, weight.other, bool(weight.held)


def _weaker(one: _Match) -> _Match:
    """With nothing beside it."""
    return _reweighed(one, strength=WEAKER[one.weight.strength], held=one.weight.held or "alone")


def _reweighed(one: _Match, **changed: str) -> _Match:
    weight = one.weight._replace(**changed)  # type: ignore[arg-type]
    return one._replace(order=_order(weight), weight=weight)


def _outermost(one: _Match) -> int:
    """The places of its outermost words."""
    return 1 << one.first | 1 << one.last


class _Message:
    """One message being read. Lives for one call."""

    def __init__(
        self,
        index: Index,
        words: list[str],
        found: Found,
        language: int | None,
        guessed: int,
    ) -> None:
        self._index = index
        self._words = words
        self._bits = found.bits
        self._spoken = found.spoken
        self._inside = found.inside
        self._language = language
        self._guessed = guessed
        self._around: dict[int, Around] = {}
        self._held: dict[str, tuple[int, str]] = {}
        self._weighed = 0

    def matches(self) -> dict[str, _Match]:
        """The strongest match of each indicator."""
        best: dict[str, _Match] = {}
        *tried, self._figures = self._possible()
        for strength, some in enumerate(tried):
            self._look(some, (strength, True), best)
        if self._language is not None:
            self._take_together(self._language, best)
        return best

    @cached_property
    def _said(self) -> list[int]:
        """Where words stand, and no marks."""
        return [place for place, word in enumerate(self._words) if word not in MARKS]

    @cached_property
    def _places(self) -> Places:
        return Places(self._bits, self._said[0], self._said[-1])

    def _breaths(self, language: int) -> Breaths:
        named, unless = self._index.named[language], self._index.unless[language]
        he, me, others = (self._bits.get(named[at], 0) for at in PEOPLE)
        return Breaths(
            self._index.telling, language, self._bits, self._words, (he, me, others), unless.values()
        )

    def _take_together(self, language: int, best: dict[str, _Match]) -> None:
        """Several words of one sign are asked about without a pattern; a match with little beside it counts less."""
        breaths = self._breaths(language)
        if all(_says_nothing(one.weight) for one in best.values()):
            if breaths.about_people:
                found, worth = breaths.most()
                if found is not None and worth > gathered.ENOUGH:
                    best[found.sign] = self._together(language, found)
            return
        self._weaken(self._index.languages[language] + ".", breaths, best)
        for sign, one in best.items():
            # What an everyday subject beside it made a note is asked about where enough points to danger.
            noted = one.weight[:2] == ("note", "everyday")
            if noted and breaths.around(_outermost(one)) >= gathered.DESPITE_TOPICS:
                best[sign] = _reweighed(one, strength="ask")

    def _weaken(self, own: str, breaths: Breaths, best: dict[str, _Match]) -> None:
        """What has little beside it counts for less. `own`: how the rules of her language begin."""
        if len(self._said) < gathered.ALONE_FROM:
            return
        for sign, one in best.items():
            least = gathered.company(sign, one.weight.strength) if one.rule.name.startswith(own) else 0
            if least and breaths.around(_outermost(one)) < least:
                best[sign] = _weaker(one)

    def _together(self, language: int, found: Gathered) -> _Match:
        rule = gathered.rule_of(self._index.languages[language], found.sign)
        weight = self._weigh(Known(language, rule, ASK, NO_PATTERN), found.positions)
        return _Match(_order(weight), rule, weight, found.positions[0], found.positions[-1])

    def _possible(self) -> tuple[list[int], ...]:
        """The patterns of which two elements stand here, by strength; and the figures of speech."""
        bits = self._bits
        patterns, starts, others, ones = self._index.tried
        both = set[int]()
        for number in bits:
            begin, end = starts[number], starts[number + 1]
            if begin < end:
                pairs = zip(others[begin:end], ones[begin:end], strict=True)
                both.update([one for other, one in pairs if other in bits])
        possible: tuple[list[int], ...] = ([], [], [], [])
        for one in sorted(both):
            possible[patterns.strength(one)].append(one)
        return possible

    def _look(self, some: list[int], enough: tuple[int, bool], best: dict[str, _Match]) -> None:
        """Patterns of one strength, of each indicator while one may say more than what is found of it already."""
        patterns = self._index.tried.patterns
        for one in some:
            indicator = patterns.indicator(one)
            found = best.get(indicator)
            if found is None or found.order >= enough:
                known = patterns[one]
                for match in self._of(known, self._places.ends(known.pattern)):
                    if found is None or match.order < found.order:
                        best[indicator] = found = match

    def _of(self, known: Known, ends: int) -> Iterator[_Match]:
        for end in each(ends, OF_ONE_PATTERN):
            positions = self._places.positions(known.pattern, end)
            weight = self._weigh(known, positions)
            yield _Match(_order(weight), known.rule, weight, min(positions), max(positions))

    def _weigh(self, known: Known, positions: tuple[int, ...]) -> Weight:
        self._weighed += 1
        if self._weighed > WEIGHED:
            return Weight(STRENGTHS[known.strength])
        weight = weigh(known.rule, STRENGTHS[known.strength], positions, self._seen(known.language))
        own = sum({1 << place for place in positions})
        held, why = self._held.get(known.rule.name, (0, ""))
        if not weight.held and own & ~held == 0:
            return weight._replace(strength="note", held=why)
        if not weight.held and self._is_foreign(known.language, positions):
            return weight._replace(strength="note", held="language")
        if own & self._guessed and weight.strength == "sure":
            return weight._replace(strength="ask", held=weight.held or "slip")
        if weight.held and weight.strength == "note":
            self._held[known.rule.name] = (held | own, weight.held)
        return weight

    def _seen(self, language: int) -> Around:
        if language not in self._around:
            bits, words, index = self._bits, self._words, self._index
            places = dict(zip(NAMED, [bits.get(number, 0) for number in index.named[language]], strict=True))
            places[NOT] &= ~self._inside  # a NOT inside an expression is what the expression says
            marks = (_places_of(END, words), _places_of(PAUSE, words), _places_of(ASKED, words))
            unless = {name: bits[number] for name, number in index.unless[language].items() if number in bits}
            idioms = (
                self._own_idioms if language == self._language else self._own_idioms | self._idioms(language)
            )
            self._around[language] = around(places, unless, marks, idioms, index.negation[language])
        return self._around[language]

    @cached_property
    def _own_idioms(self) -> int:
        """Those of the language that she writes in: they hold against the rules of every language."""
        return 0 if self._language is None else self._idioms(self._language)

    @cached_property
    def _idioms_here(self) -> list[Known]:
        return [self._index.tried.patterns[one] for one in self._figures]

    def _idioms(self, language: int) -> int:
        """The places of words that belong to a figure of speech of one language."""
        found = 0
        for known in self._idioms_here:
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
        words = 1 if typed.isalnum() else 2 if _ends_with_mark(typed) else len(spelled(typed).split())
        spans += [chunk.span()] * words
    return spans


def _ends_with_mark(typed: str) -> bool:
    return typed[-1] in ".,!?" and typed[:-1].isalnum()


def _signs(matches: Iterable[_Match], text: str, origin: Sequence[int]) -> tuple[Sign, ...]:
    """Each match with her own words, from the first to the last that matched."""
    ordered = sorted(matches, key=itemgetter(0))
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
    return Reader(ready())


def read(text: str) -> Reading:
    """What the lexicons find in a message."""
    return lexicons().read(text)
