"""What an opened case says, as a worker needs it. Plain functions from the record to values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import flows.model
from flows import engine
from flows.indicators import COMBINATIONS, INDICATORS, reasons
from flows.intake import INTAKE
from flows.model import (
    Colour,
    Content,
    Entry,
    Finding,
    House,
    Intake,
    Reason,
    Said,
    StaffDid,
    Step,
    Urgency,
    When,
)

ABOUT_HER = ("for_whom", "afraid_of", "where_is_he", "where_children")
REACHING = ("reach_how", "reach_when", "number", "other_answers", "cover")
NUMBER = "number"  # the step whose text is shown to the holder alone, on a press
WITHHELD = "•••"
TOLD = ("beats.", "told.", "news.", "help_lines", "nobody_on_duty")
_SOURCES = {combination.rule: combination.source for combination in COMBINATIONS}


@dataclass(frozen=True, slots=True)
class Seen:
    """One time that a sign was seen. `source`: what showed it. `quote`: her own words, if she typed them."""

    at: float
    when: When
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of danger, its published source, and each time it was seen."""

    indicator: str
    source: str
    act: bool  # something that was done, so that its date matters
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for colour and urgency: a rule and its signs. `proposal`: still to be confirmed."""

    rule: str
    colour: Colour
    urgency: Urgency
    source: str
    proposal: bool
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A danger question without an answer. `why`: skipped, unsure, typed or not_asked. Never "no"."""

    step: str
    why: str
    core: bool  # one of the first few, not of those that are only offered


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that she said about what she needs: a button, or her own words."""

    step: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation. `by`: a staff id, or empty for her. `step`: the question that stood open.

    `unread`: nobody was writing with her then, and the program did not read it. `seq`: the entry's number.
    """

    at: float
    by: str
    text: str
    content: Content = Content.TEXT
    step: str = ""
    unread: bool = False
    seq: int = 0
    signs: tuple[flows.model.Sign, ...] = ()  # what the rules saw in it, held back or not


def whys(intake: Intake) -> tuple[tuple[Why, ...], tuple[Why, ...]]:
    """The reasons that count now, and those that a human's decision has set aside; strongest first."""
    counting = engine.assess(INTAKE, intake).reasons
    all_found = reasons(intake.findings)
    known = {reason.rule for reason in counting}
    aside = [reason for reason in all_found if reason.rule not in known] if intake.decision else []
    return tuple(_why(intake, r) for r in counting), tuple(_why(intake, r) for r in aside)


def _why(intake: Intake, reason: Reason) -> Why:
    signs = tuple(_sign(intake.findings, code) for code in reason.indicators)
    return Why(
        reason.rule, reason.colour, reason.urgency, _SOURCES.get(reason.rule, ""), reason.proposal, signs
    )


def _sign(findings: Iterable[Finding], code: str) -> Sign:
    times = tuple(
        Seen(f.at, f.when, f.source, WITHHELD if f.source == f"unread.{NUMBER}" else f.quote)
        for f in findings
        if f.indicator == code
    )
    return Sign(code, INDICATORS[code].source, INDICATORS[code].act, times)


def visible_house(intake: Intake) -> bool:
    """Whether the visible house may be considered at all."""
    return engine.assess(INTAKE, intake).visible_house


def unknowns(intake: Intake) -> tuple[Unknown, ...]:
    return tuple(
        Unknown(step, _why_unknown(intake, step), INTAKE.by_name[step].block == "core")
        for step in engine.assess(INTAKE, intake).unknown
    )


def _why_unknown(intake: Intake, step: str) -> str:
    answer = intake.answers.get(step)
    if answer is None:
        return "not_asked"
    return {"unsure": "unsure", "text": "typed"}.get(answer, "skipped")


def denied(intake: Intake) -> tuple[str, ...]:
    """Danger questions that she answered with no."""
    return tuple(step.name for step in INTAKE.steps if step.block and intake.answers.get(step.name) == "no")


def about(intake: Intake) -> tuple[Told, ...]:
    return tuple(_told(intake, step) for step in ABOUT_HER if intake.answers.get(step, "skip") != "skip")


def needs(intake: Intake) -> tuple[Told, ...]:
    """What she needs, as far as she said it; how to reach her stands apart."""
    return tuple(
        _told(intake, step.name)
        for step in _need_steps()
        if step.name not in REACHING and intake.answers.get(step.name, "skip") != "skip"
    )


def needs_unknown(intake: Intake) -> tuple[str, ...]:
    """Needs that were skipped or never asked."""
    return tuple(
        step.name
        for step in _need_steps()
        if step.name not in REACHING and intake.answers.get(step.name, "skip") == "skip"
    )


def reaching(intake: Intake) -> tuple[Told, ...]:
    """How and when to reach her; of the number only that there is one."""
    found = (_told(intake, step) for step in REACHING if intake.answers.get(step, "skip") != "skip")
    return tuple(Told(t.step, t.code, WITHHELD) if t.step == NUMBER and t.text else t for t in found)


def number(intake: Intake) -> str:
    """The number for a safe call. Whoever asks must be the case's worker, and it is logged."""
    return intake.texts.get(NUMBER, "") if intake.answers.get(NUMBER) == "text" else ""


def _need_steps() -> list[Step]:
    """From where she is to the last of her needs; for whom she writes stands with what is about her."""
    names = [step.name for step in INTAKE.steps]
    asked = INTAKE.steps[names.index("where") : names.index("read_back")]
    return [step for step in asked if step.name != "who"]


def _told(intake: Intake, step: str) -> Told:
    answer = intake.answers[step]
    return Told(step, answer, intake.texts.get(step, "") if answer == "text" else "")


# --- from the record ---------------------------------------------------------------------------------------


def conversation(begun: Intake, entries: Iterable[Entry]) -> tuple[Line, ...]:
    """All that she wrote, and all that workers wrote to her.

    The record is folded once more to know which question stood open; nothing is read anew.
    """
    intake, lines = begun, []
    for seq, entry in enumerate(entries, 1):
        line = _line(intake, entry, seq)
        if line is not None:
            lines.append(line)
        intake = engine.replay(INTAKE, intake, (entry,))
    return tuple(lines)


def _line(intake: Intake, entry: Entry, seq: int) -> Line | None:
    event = entry.event
    if isinstance(event, StaffDid):
        return Line(event.at, event.by, event.text, seq=seq) if _reached_her(intake, event) else None
    if not isinstance(event, Said):
        return None
    withheld = intake.step == NUMBER and not intake.talking
    unread = any(finding.indicator == "UNREAD" for finding in entry.findings)
    signs = () if withheld else entry.reading.signs
    step = "" if intake.talking else intake.step
    return Line(event.at, "", WITHHELD if withheld else event.text, event.content, step, unread, seq, signs)


def _reached_her(intake: Intake, deed: StaffDid) -> bool:
    """Whether this was written to her: the record also keeps what was refused."""
    return deed.did == "write" and not engine.advance(INTAKE, intake, deed, House()).refused


def deeds(entries: Iterable[Entry]) -> tuple[StaffDid, ...]:
    return tuple(entry.event for entry in entries if isinstance(entry.event, StaffDid))
