"""Several words of one sign in one breath, where no pattern of it holds; and a match with little beside it.

Patterns say how danger is told, and nobody can write down every way. So a message is asked about as well where several
words stand together that point to one sign, each of a class that holds no everyday word, and he or she is in it.
What is told of one's whole day holds such words too, far apart: each breath is counted for itself.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from flows.indicators import INDICATORS
from flows.lexicon.files import STRENGTHS, Rule
from flows.lexicon.patterns import each, few
from flows.lexicon.spelling import ASKED, END
from flows.lexicon.weighing import MOMENT, span

SIGNS = tuple(sorted(INDICATORS))
WORTH_AT, LANGUAGE_AT = 48, 56  # bits of what is kept of a class: its signs, its worth, its language
ALL_SIGNS, ALL_WORTHS = (1 << WORTH_AT) - 1, 0xFF
ENOUGH = 340  # hundredths of a word
ALONE_FROM = 6  # words of a message: in a shorter one there is no room for more
BREATH = 16  # words: so many short sentences are one
# Less than this in the same breath, and a match counts for less: sure is asked about, what is asked about is shown.
COMPANY = {"sure": 250, "ask": 200}
DESPITE_TOPICS = 450  # and an everyday subject beside a match is no reason to leave it a note
HE_IS_IN_IT, SHE_IS_IN_IT, MEANT_OTHERWISE = 100, 70, 50  # for each class that shows another meaning
OTHERWISE_AT_MOST = 2  # of those classes: a long sentence holds many that are about other signs
# What a word is worth, by how many everyday words its class holds, and by how many signs its class serves.
BY_EVERYDAY = ((0, 100), (2, 30))
BY_SIGNS = ((2, 100), (5, 60), (len(SIGNS), 25))


Told = tuple[int, int]  # a class as it is kept, and where its words stand


class Gathered(NamedTuple):
    """The sign that most words point to. `positions`: where they stand."""

    sign: str
    worth: int
    positions: tuple[int, ...]


class Telling:
    """What each class of words is worth, in which language and for which signs: eight bytes a class."""

    def __init__(self, size: int) -> None:
        self._of = array("Q", bytes(8 * size))

    def add(self, number: int, language: int, signs: Iterable[str], everyday: int) -> None:
        """A class that patterns of these signs ask for."""
        served = set(signs)
        worth = _by(BY_EVERYDAY, everyday) * _by(BY_SIGNS, len(served)) // 100
        if worth:
            signs_of = sum(1 << SIGNS.index(one) for one in served)
            self._of[number] = language + 1 << LANGUAGE_AT | worth << WORTH_AT | signs_of

    def words(self, bits: Mapping[int, int], language: int, aside: int) -> list[Told]:
        """The words of a message that tell anything, in one language. `aside`: places that do not count."""
        of, wanted = self._of, language + 1
        told = [
            (packed, here)
            for number, places in bits.items()
            if (packed := of[number]) >> LANGUAGE_AT == wanted and (here := places & ~aside)
        ]
        return sorted(told, key=lambda one: _worth(one[0]), reverse=True)


class Breaths:
    """What each breath of one message is worth, in the language she writes in. Lives for one call.

    `people`: where he, she who writes, and others stand; `unless`: the classes that show another meaning.
    """

    def __init__(
        self,
        telling: Telling,
        language: int,
        bits: Mapping[int, int],
        words: Sequence[str],
        people: tuple[int, int, int],
        unless: Iterable[int],
    ) -> None:
        self._telling, self._language, self._bits, self._words = telling, language, bits, words
        self._he, self._me, self._others = people
        self._unless = unless
        self._counted: dict[int, tuple[Gathered | None, int]] = {}

    @property
    def about_people(self) -> bool:
        """Whether he or she is in it: three numbers of a map are not."""
        return bool(self._he | self._me | self._others)

    def most(self) -> tuple[Gathered | None, int]:
        """The sign that most words of one breath point to, and what all that is worth."""
        return max(map(self._count, self._breaths), key=itemgetter(1))

    def around(self, places: int) -> int:
        """What the breath is worth in which these places stand; the best one of several."""
        return max(self._count(breath)[1] for breath in self._breaths if breath & places)

    def _count(self, breath: int) -> tuple[Gathered | None, int]:
        """More where he and she are in it, less where something else may be meant."""
        if breath not in self._counted:
            found = gather(self._told, breath)
            more = HE_IS_IN_IT * bool(self._he & breath) + SHE_IS_IN_IT * bool(self._me & breath)
            otherwise = sum(bool(places & breath) for places in self._otherwise)
            less = MEANT_OTHERWISE * min(otherwise, OTHERWISE_AT_MOST)
            self._counted[breath] = found, found.worth + more - less if found else 0
        return self._counted[breath]

    @cached_property
    def _breaths(self) -> list[int]:
        return breaths(self._words)

    @cached_property
    def _told(self) -> list[Told]:
        """The words that tell anything: also a verb that holds her ("killed-me")."""
        return self._telling.words(self._bits, self._language, self._he | self._others)

    @cached_property
    def _otherwise(self) -> list[int]:
        return [self._bits[number] for number in self._unless if number in self._bits]


def gather(told: Iterable[Told], breath: int) -> Gathered | None:
    """The sign that the words of one breath are worth most for; None where none tells anything.

    `told`: what is worth most first. A word that several classes hold counts once, for as much as the best.
    """
    worths: dict[int, int] = {}
    seen: dict[int, int] = {}
    for packed, places in told:
        if here := places & breath:
            worth = _worth(packed)
            for sign in few(packed & ALL_SIGNS):
                before = seen.get(sign, 0)
                worths[sign] = worths.get(sign, 0) + worth * (here & ~before).bit_count()
                seen[sign] = before | here
    if not worths:
        return None
    best = max(worths, key=lambda sign: (worths[sign], -sign))
    return Gathered(SIGNS[best], worths[best], tuple(each(seen[best])))


def _worth(packed: int) -> int:
    return packed >> WORTH_AT & ALL_WORTHS


def breaths(words: Sequence[str]) -> list[int]:
    """The places of what is told in one breath each: a sentence, or short ones together."""
    ends = [*(place for place, word in enumerate(words) if word in (END, ASKED)), len(words)]
    found, begin, last = [], 0, 0
    for end in ends:
        if end - begin > BREATH and last > begin:
            found.append(span(begin, last - 1))
            begin = last
        last = end
    return [*found, span(begin, last - 1)]


def _by(table: tuple[tuple[int, int], ...], count: int) -> int:
    return next((worth for most, worth in table if count <= most), 0)


def company(sign: str, strength: str) -> int:
    """What a breath must be worth for a match to keep its strength; nothing where it is about this very moment."""
    return 0 if sign in MOMENT else COMPANY.get(strength, 0)


def rule_of(language: str, sign: str) -> Rule:
    """The rule that such a question names."""
    return Rule(
        f"{language}.{sign}.several-words", sign, "several words of this sign together", negated="same"
    )


def telling(
    size: int,
    served: Iterable[tuple[int, int, int, str]],
    everyday: Counter[int],
    special: frozenset[int],
) -> Telling:
    """`served`: of each element of each pattern its class, its language, the pattern's strength, its sign."""
    signs: dict[tuple[int, int], set[str]] = defaultdict(set)
    for number, language, strength, sign in served:
        if strength < STRENGTHS.index("note") and number not in special:
            signs[number, language].add(sign)
    found = Telling(size)
    for (number, language), some in signs.items():
        found.add(number, language, some, everyday[number])
    return found
