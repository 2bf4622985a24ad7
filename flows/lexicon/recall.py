"""How much danger the reader finds, and how often it disturbs: measured on labelled sentences, by language and sign."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from flows.indicators import INDICATORS
from flows.lexicon import variations
from flows.model import Reading


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence of tests/reading (its README tells the format)."""

    text: str
    kind: str  # danger, ask or harmless
    indicators: tuple[str, ...]
    voice: str
    language: str
    held: bool  # of the part that whoever writes rules has not seen
    oblique: bool = False  # danger that is hinted at, not said


@dataclass
class Score:
    """Sums over sentences of one kind of set."""

    danger: int = 0
    right: int = 0  # raised (sure or ask) with a labelled indicator
    raised: int = 0  # or one of the same colour
    sure: int = 0
    harmless: int = 0
    asked: int = 0  # harmless ones that would be asked about
    alarmed: int = 0  # harmless ones that would count as sure
    voiced: int = 0  # raised ones whose voice is right
    by_sign: Counter[str] = field(default_factory=Counter)  # labelled first, danger
    found: Counter[str] = field(default_factory=Counter)  # of them, raised

    def merge(self, other: Score) -> None:
        for name in ("danger", "right", "raised", "sure", "harmless", "asked", "alarmed", "voiced"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.by_sign.update(other.by_sign)
        self.found.update(other.found)

    def add(self, sentence: Sentence, reading: Reading) -> None:
        counts = [sign for sign in reading.signs if sign.strength != "note"]
        if sentence.kind == "harmless":
            self.harmless += 1
            self.asked += any(sign.strength == "ask" for sign in counts)
            self.alarmed += any(sign.strength == "sure" for sign in counts)
        if sentence.kind == "danger":
            found = raised(sentence, reading)
            self.danger += 1
            self.right += any(sign.indicator in sentence.indicators for sign in counts)
            self.raised += found
            self.sure += any(sign.strength == "sure" for sign in counts)
            self.voiced += found and reading.voice == sentence.voice
            self.by_sign[sentence.indicators[0]] += 1
            self.found[sentence.indicators[0]] += found


def raised(sentence: Sentence, reading: Reading) -> bool:
    """Raised with a labelled indicator, or with one of the same colour as the first of them."""
    colour = INDICATORS[sentence.indicators[0]].colour
    return any(
        sign.indicator in sentence.indicators or INDICATORS[sign.indicator].colour == colour
        for sign in reading.signs
        if sign.strength != "note"
    )


def wrong(sentence: Sentence, reading: Reading) -> bool:
    """A danger that is not raised, or something harmless that would disturb."""
    if sentence.kind == "danger":
        return not raised(sentence, reading)
    return sentence.kind == "harmless" and any(sign.strength != "note" for sign in reading.signs)


def sentences(lines: Iterable[str], language: str, held: bool) -> Iterator[Sentence]:
    for line in lines:
        one = json.loads(line)
        oblique = one["as"] == "oblique"
        yield Sentence(
            one["text"], one["kind"], tuple(one["indicators"]), one["voice"], language, held, oblique
        )


def varied(sentence: Sentence) -> Iterator[Sentence]:
    """The sentence in each way that haste changes it."""
    for _, typed in variations.of(sentence.text):
        yield Sentence(
            typed, sentence.kind, sentence.indicators, sentence.voice, sentence.language, sentence.held
        )


def measure(every: Iterable[Sentence], read: Callable[[str], Reading]) -> dict[tuple[str, str], Score]:
    """(language, part) to its score; the parts are those of flows.lexicon.published."""
    scores: dict[tuple[str, str], Score] = {}
    for sentence in every:
        part = "held" if sentence.held else "open"
        reading = read(sentence.text)
        scores.setdefault((sentence.language, part), Score()).add(sentence, reading)
        if sentence.held and not sentence.oblique:
            scores.setdefault((sentence.language, "held explicit"), Score()).add(sentence, reading)
        for typed in varied(sentence):
            haste = scores.setdefault((sentence.language, f"{part} in haste"), Score())
            haste.add(typed, read(typed.text))
    return scores
