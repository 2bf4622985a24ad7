"""What another version's lexicons would read differently in the labelled sentences: danger that is lost comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flows.lexicon.recall import Sentence, raised, wrong

Read = Callable[[str], Any]
SHOWN = 5  # sentences of each kind


def told(sentences: Iterable[Sentence], ours: Read, theirs: Read) -> Iterator[str]:
    """Lines for the terminal. The sentences are made up; of those held back only the number is told."""
    lost: list[Sentence] = []
    won: list[Sentence] = []
    disturbed: list[Sentence] = []
    calmed: list[Sentence] = []
    every = 0
    for sentence in sentences:
        every += 1
        now, then = ours(sentence.text), theirs(sentence.text)
        if sentence.kind == "danger" and raised(sentence, now) != raised(sentence, then):
            (lost if raised(sentence, now) else won).append(sentence)
        if sentence.kind == "harmless" and wrong(sentence, now) != wrong(sentence, then):
            (calmed if wrong(sentence, now) else disturbed).append(sentence)
    yield f"{every:,} labelled sentences, from our lexicons to theirs"
    yield from _kind("DANGER THAT WOULD NOT BE RAISED", lost)
    yield from _kind("danger raised anew", won)
    yield from _kind("everyday sentences disturbed anew", disturbed)
    yield from _kind("everyday sentences left alone anew", calmed)


def _kind(name: str, some: list[Sentence]) -> Iterator[str]:
    yield f"{name}: {len(some)}"
    for sentence in [one for one in some if not one.held][:SHOWN]:
        yield f"  {sentence.language} {','.join(sentence.indicators)}: {sentence.text}"
