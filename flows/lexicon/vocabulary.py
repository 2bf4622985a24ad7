"""All words of all lexicons: which classes of words stand where in a message.

One look-up a word: all that a known word says, also by its stem or a part of it, was put together when the lexicons
were made ready. Only a word that none of them holds is looked through: its stems and parts, then as a slip of one
letter, then as several words typed without a space.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from flows.lexicon.packed import opened, packed
from flows.lexicon.patterns import few
from flows.lexicon.slips import SLIP_FROM, Slips
from flows.lexicon.spelling import MARKS, weight

SLIPS, JOINS = 40, 12  # at most so many words of a message are tried
JOINED_UP_TO = 40  # letters
PIECE = 12  # letters of the longest piece looked for
TAIL = 8  # letters that may follow a stem before it is tried as several words in one
ENDING = 5  # letters that may follow a stem inside joined words
SHORT = 5  # letters; a shorter piece is an everyday word: "verslaat" is not "far" and "hits"
HEAD = 2  # letters by which the stems are found that a word may begin with
NOTHING_SAID = 0  # the number of a sense that says nothing
_TABLES = ("_words", "_stems", "_pairs")  # of text to the number of a sense
Rests = tuple[tuple[str, int], ...]  # how an expression goes on, and the number of its sense


class Found(NamedTuple):
    """Places are integers, a bit a word.

    `bits`: of each class; `spoken`: of each language, where the words stand that it knows; `everyday`: where they
    are everyday words of it; `known`: words that something knows; `settled`: to their end, for a stem that many
    letters follow may be several words in one; `inside`: words of an expression before its last one.
    """

    bits: dict[int, int]
    spoken: list[int]
    everyday: list[int]
    known: int
    settled: int
    inside: int

    def and_also(self, other: Found) -> Found:
        """The same message in other letters: what either of them says."""
        bits = {
            number: self.bits.get(number, 0) | other.bits.get(number, 0) for number in self.bits | other.bits
        }
        spoken = [here | there for here, there in zip(self.spoken, other.spoken, strict=True)]
        everyday = [here | there for here, there in zip(self.everyday, other.everyday, strict=True)]
        more = self.known | other.known, self.settled | other.settled, self.inside | other.inside
        return Found(bits, spoken, everyday, *more)


class Sense(NamedTuple):
    """What a word says: the classes that it is of, its languages, and those in which it is everyday, a bit each."""

    numbers: tuple[int, ...] = ()
    languages: int = 0
    everyday: int = 0

    def and_also(self, numbers: Iterable[int], languages: int, everyday: int = 0) -> Sense:
        together = tuple(dict.fromkeys((*self.numbers, *numbers)))
        return Sense(together, self.languages | languages, self.everyday | everyday)


class Vocabulary:
    """Built once: `add` every expression, then `close`. `languages`: how many.

    `letters`, `written_on`: what may be written on before words that begin with these letters, as one word.
    """

    def __init__(self, languages: int, letters: str = "", written_on: frozenset[str] = frozenset()) -> None:
        self._languages = languages
        self._letters = frozenset(letters)
        self._written_on = written_on - {""}
        self._longest_on = max(map(len, self._written_on), default=0)
        self._whole: dict[str, Sense] = {mark: Sense() for mark in MARKS}
        self._begin: dict[str, Sense] = {}  # stems
        self._parts: dict[str, Sense] = {}  # of a word; with a space after it: at its end
        self._several: dict[str, Sense] = {}  # expressions of several words
        self._slips = Slips()

    def add(
        self, numbers: Sequence[int], languages: int, words: Sequence[str], *, everyday: bool = False
    ) -> None:
        """An expression of one or more words. Only the last may end with a star; a single one may begin with one."""
        core, ends = " ".join(words).strip("*"), not words[-1].endswith("*")
        if len(words) > 1:
            among, core = self._several, core if ends else f"{core}*"
        elif words[0].startswith("*"):
            among, core = self._parts, core + (" " if ends else "")
        else:
            among = self._whole if ends else self._begin
            if numbers and weight(core) >= SLIP_FROM:
                self._slips.add(core, whole=ends)
        among[core] = among.get(core, Sense()).and_also(numbers, languages, languages if everyday else 0)

    # --- made ready -----------------------------------------------------------------------------------------------

    def close(self) -> None:
        """After the last expression."""
        self._ids: dict[Sense, int] = {Sense(): NOTHING_SAID}
        self._of_part = [self._id(sense) for sense in self._parts.values()]
        self._part_texts = tuple(self._parts)
        self._automaton = _automaton(self._part_texts)
        self._stems = {stem: self._id(sense) for stem, sense in self._begin.items()}
        self._lengths = _lengths(self._begin)
        self._words = {word: self._id(sense) for word, sense in self._whole.items()}
        self._slips.close(self._words, self._stems)
        alone = list(self._ids)
        self._words |= {
            word: self._id(self._together(word, alone)) for word in self._whole if word not in MARKS
        }
        self._by_first_words()
        self._fill(self._ids)
        del self._ids, self._whole, self._begin, self._parts, self._several

    def known(self) -> tuple[Iterable[str], Iterable[str]]:
        """All whole words, and all stems."""
        return self._words, self._stems

    def _id(self, sense: Sense) -> int:
        return self._ids.setdefault(sense, len(self._ids))

    def _together(self, word: str, senses: Sequence[Sense]) -> Sense:
        """What a whole word says with what its stems and parts say."""
        sense = self._whole[word]
        for one, _ in self._within(word):
            sense = sense.and_also(*senses[one])
        return sense

    def _by_first_words(self) -> None:
        """Expressions by their first two words, or by the first where the second ends with a star."""
        self._pairs: dict[str, int] = {}
        longer: dict[str, list[tuple[str, int]]] = {}
        starred: dict[str, list[tuple[str, int]]] = {}
        for text, sense in self._several.items():
            first, second, *rest = text.split()
            if second.endswith("*"):
                starred.setdefault(first, []).append((second[:-1], self._id(sense)))
                continue
            pair = f"{first} {second}"
            self._pairs.setdefault(pair, NOTHING_SAID)
            if rest:
                longer.setdefault(pair, []).append((" ".join(rest), self._id(sense)))
            else:
                self._pairs[pair] = self._id(sense)
        self._longer = {pair: tuple(some) for pair, some in longer.items()}
        self._starred = {
            first: (tuple(stem for stem, _ in some), tuple(some)) for first, some in starred.items()
        }

    def _fill(self, senses: Iterable[Sense]) -> None:
        """All senses in a few arrays: many times smaller than objects, and so faster to get at."""
        self._numbers, self._starts = array("H"), array("I", [0])
        self._tongues, self._everyday = array("H"), array("H")
        for sense in senses:
            self._numbers.extend(sense.numbers)
            self._starts.append(len(self._numbers))
            self._tongues.append(sense.languages)
            self._everyday.append(sense.everyday)

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(self).items() if name != "_automaton"}
        return kept | {
            **{name: packed(kept[name]) for name in _TABLES},
            "_slips": self._slips.packed([*self._words, *self._stems]),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        same = [*range(len(state["_starts"]))]
        state |= {name: opened(state[name], same) for name in _TABLES}
        state["_slips"] = Slips.opened(state["_slips"], [*state["_words"], *state["_stems"]])
        self._automaton = _automaton(state.pop("_part_texts"))
        vars(self).update(state)

    # --- a message ------------------------------------------------------------------------------------------------

    def find(self, words: Sequence[str]) -> Found:
        """Which classes stand where. An expression stands where its last word stands."""
        hits: dict[int, int] = {}
        known_words, bit = self._words, 1
        known = settled = (1 << len(words)) - 1
        for word in words:
            if (one := known_words.get(word)) is not None:
                hits[one] = hits.get(one, 0) | bit
            else:
                ended = False
                within = self._within(word)
                for one, left in within:
                    hits[one] = hits.get(one, 0) | bit
                    ended = ended or left <= TAIL
                if not ended:
                    settled ^= bit
                    if not within:
                        known ^= bit
            bit <<= 1
        inside = self._find_several(words, hits) if len(words) > 1 else 0
        return Found(*self._spread(hits), known, settled, inside)

    def _within(self, word: str) -> list[tuple[int, int]]:
        """The stems that a word begins with and the parts that it holds, and how many letters follow each."""
        stems, length = self._stems, len(word)
        ends = self._lengths.get(word[:HEAD], b"")
        found = [(one, length - end) for end in ends if (one := stems.get(word[:end])) is not None]
        parts = self._automaton.find_matches_as_indexes(word + " ", overlapping=True)
        found += [(self._of_part[index], max(0, length - end)) for index, _, end in parts]
        if word[0] in self._letters:
            found += self._written_together(word)
        return found

    def _written_together(self, word: str) -> list[tuple[int, int]]:
        """What is left of a word when what is written on before it goes: "والبيت"."""
        found = []
        for end in self._on(word):
            rest = word[end:]
            if (one := self._words.get(rest)) is not None:
                found.append((one, 0))
            else:
                found += [
                    (self._stems[rest[:length]], len(rest) - length)
                    for length in self._lengths.get(rest[:HEAD], b"")
                    if rest[:length] in self._stems
                ]
        return found

    def _on(self, word: str) -> list[int]:
        """Where the rest of a word may begin."""
        ends = range(1, min(self._longest_on + 1, len(word)))
        return [end for end in ends if word[:end] in self._written_on and word[end] in self._letters]

    def _find_several(self, words: Sequence[str], hits: dict[int, int]) -> int:
        """Adds the expressions of several words; returns the places of their words before the last."""
        inside = 0
        bit, word = 1, words[0]
        for following in words[1:]:
            inside |= self._expressions(word, following, words, bit, hits)
            if word[0] in self._letters:
                for end in self._on(word):
                    inside |= self._expressions(word[end:], following, words, bit, hits)
            bit, word = bit << 1, following
        return inside

    def _expressions(
        self, word: str, following: str, words: Sequence[str], bit: int, hits: dict[int, int]
    ) -> int:
        """Those that begin with these two words."""
        inside = 0
        if (one := self._pairs.get(pair := f"{word} {following}")) is not None:
            if one:
                hits[one] = hits.get(one, 0) | bit << 1
                inside = bit
            for rest, one in self._longer.get(pair, ()):
                if more := _continues(words, bit.bit_length() + 1, rest):
                    last = bit << 1 + more
                    hits[one] = hits.get(one, 0) | last
                    inside |= last - bit
        if (stems := self._starred.get(word)) and following.startswith(stems[0]):
            for stem, one in stems[1]:
                if following.startswith(stem):
                    hits[one] = hits.get(one, 0) | bit << 1
            inside |= bit
        return inside

    def _spread(self, hits: dict[int, int]) -> tuple[dict[int, int], list[int], list[int]]:
        """Senses become classes, languages, and languages in which they are everyday."""
        bits: dict[int, int] = {}
        tongues: dict[int, int] = {}
        everyday: dict[int, int] = {}
        numbers, starts, of_tongues, of_everyday = self._numbers, self._starts, self._tongues, self._everyday
        for one, here in hits.items():
            for number in numbers[starts[one] : starts[one + 1]]:
                bits[number] = bits.get(number, 0) | here
            some = of_tongues[one]
            tongues[some] = tongues.get(some, 0) | here
            if some := of_everyday[one]:
                everyday[some] = everyday.get(some, 0) | here
        return bits, self._by_language(tongues), self._by_language(everyday)

    def _by_language(self, sets: dict[int, int]) -> list[int]:
        """Places by sets of languages become places by language."""
        places = [0] * self._languages
        for some, here in sets.items():
            for language in few(some):
                places[language] |= here
        return places

    def mend(self, words: Sequence[str], found: Found, known: int) -> int:
        """Adds words that are one slip away from a known one; returns their places."""
        guessed, bits, spoken = 0, found.bits, found.spoken
        unknown = [
            place
            for place, word in enumerate(words)
            if not known >> place & 1 and weight(word) >= SLIP_FROM - 1
        ]
        for place in unknown[:SLIPS]:
            for one in self._slips.meant(words[place]):
                bit = 1 << place
                guessed |= bit
                for number in self._numbers[self._starts[one] : self._starts[one + 1]]:
                    bits[number] = bits.get(number, 0) | bit
                for language, here in enumerate(self._by_language({self._tongues[one]: bit})):
                    spoken[language] |= here
        return guessed

    def apart(self, words: Sequence[str], settled: int) -> list[tuple[int, list[str]]]:
        """The unknown words that are several typed as one, each with its pieces."""
        unknown = [
            place
            for place, word in enumerate(words)
            if not settled >> place & 1 and SLIP_FROM <= weight(word) <= JOINED_UP_TO
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
            long = weight(part) >= SHORT
            if long and (one := self._stems.get(part)) is not None:
                stem, stem_end = stem | self._tongues[one], end
            whole = self._words.get(part, 0)
            languages = self._tongues[whole] if long else self._everyday[whole]
            if end - stem_end <= ENDING:
                languages |= stem
            if languages:
                yield end, languages


def _automaton(texts: Sequence[str]) -> AhoCorasick:
    return AhoCorasick(texts, implementation=Implementation.ContiguousNFA, store_patterns=False)


def _lengths(stems: Iterable[str]) -> dict[str, bytes]:
    """By the first letters of a word, the lengths that stems with this beginning have."""
    of: dict[str, set[int]] = {}
    for stem in stems:
        of.setdefault(stem[:HEAD], set()).add(len(stem))
    return {head: bytes(sorted(lengths)) for head, lengths in of.items()}


def _continues(words: Sequence[str], place: int, rest: str) -> int:
    """How many words `rest` has, where it stands from `place` on; 0 where something else does."""
    wanted = rest.split()
    there = words[place : place + len(wanted)]
    if len(there) < len(wanted) or there[:-1] != wanted[:-1]:
        return 0
    last = wanted[-1]
    same = there[-1].startswith(last[:-1]) if last[-1] == "*" else there[-1] == last
    return len(wanted) if same else 0


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
