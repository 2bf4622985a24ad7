"""What is kept of her, as she reads it: her right (GDPR art. 15), with a worker or by herself on the page.

Questions as she was asked them, her answers, what both sides wrote; no worker's name and no judgement of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from flows import words
from flows.making import NAME_PLACES, WITH_NUMBER, is_shared, person
from flows.model import Intake
from storage import access, book, reading, web
from storage.reading import NUMBER, Line, Told
from storage.store import Store

# Seconds that she must have had her code: whoever holds her open page for a moment could ask for a new one.
CODE_HELD = 3600.0
# Where somebody may look: neither a place nor what stands beside a number (domain.md 3.1).
UNSEEN = NAME_PLACES | WITH_NUMBER


@dataclass(frozen=True, slots=True)
class Answer:
    """A question as she was asked it, and what she answered; None where it is kept and not shown here."""

    question: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Wrote:
    """One message. `hers`: she wrote it, not a worker. `text`: empty where it held none, None where it is not shown."""

    at: float
    hers: bool
    text: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """`guarded`: her device is not hers alone, so that not all of it is shown, and no file is made of it."""

    language: str
    answers: tuple[Answer, ...]
    written: tuple[Wrote, ...]
    asked: tuple[
        str | None, ...
    ]  # what a worker keeps at hand because she asked for it; None: not shown here
    guarded: bool


def opened(store: Store, conn: Connection, session: web.Session, code: str, now: float) -> Kept | None:
    """For who has the page open and types her code, and logged. None where that is not the code of this very case."""
    led = web.led_by_held_code(store, conn, code, now, CODE_HELD)
    if session.intake_id is None or led != (session.chat, session.intake_id):
        return None
    try:
        case = book.peek(store, conn, session.intake_id)
    except book.Forgotten:
        return None
    if case.intake.left or case.intake.duress:
        return None
    access.note(store, conn, access.NOBODY, "kept:by_her", now, case=case)
    intake = case.intake
    guarded = is_shared(intake)
    lines = reading.conversation(book.begun(case), book.entries_of(conn, case))
    return Kept(
        intake.language,
        tuple(_unseen(one, guarded=guarded) for one in _told(intake)),
        tuple(_wrote(line, guarded=guarded) for line in lines),
        tuple(None if guarded else one.text for one in intake.excerpts),
        guarded,
    )


def answers(language: str, told: Iterable[Told], given: Mapping[str, str], number: str) -> list[Answer]:
    """In her language. `given`: all her answers; of the number what `number` says, where there is one."""
    named = person(given)
    return [_answer(language, one, named, number) for one in told]


def _told(intake: Intake) -> list[tuple[str, Answer]]:
    told = (*reading.about(intake), *reading.needs(intake), *reading.reaching(intake))
    shown = answers(intake.language, told, intake.answers, reading.number(intake))
    return list(zip([one.step for one in told], shown, strict=True))


def _unseen(told: tuple[str, Answer], *, guarded: bool) -> Answer:
    step, answer = told
    return Answer(answer.question, None) if guarded and step in UNSEEN else answer


def _wrote(line: Line, *, guarded: bool) -> Wrote:
    hidden = line.text == reading.WITHHELD or (guarded and line.step in UNSEEN)
    return Wrote(line.at, not line.by, None if hidden else line.text)


def _answer(language: str, told: Told, named: dict[str, str], number: str) -> Answer:
    said = number if told.step == NUMBER and number else told.text
    return Answer(
        _asked(_words(language, told.step, named)) or told.step,
        said or _words(language, f"{told.step}.{told.code}", named) or told.code,
    )


def _asked(text: str) -> str:
    """The question, without the line that leads to it ("Next question.")."""
    return text.split("\n", 1)[-1].strip()


def _words(language: str, key: str, named: dict[str, str]) -> str:
    """A text of the conversation; nothing where a newer flow has none, or it needs to know more."""
    try:
        return words.text(language, key, (), **named)
    except (KeyError, IndexError):
        return ""
