"""What she types or sends in the conversation: danger in it comes first, then what it answers."""

from __future__ import annotations

import re
from dataclasses import replace

from flows import doubts, onward
from flows.handoff import move
from flows.making import Making
from flows.model import Content, Finding, Option, Raise, Said, Sign, When

TYPED = frozenset({Content.TEXT, Content.COMMAND})
READABLE = TYPED | {Content.EDITED, Content.FORWARDED}
PHONE = re.compile(r"[+\d][\d\s().-]{5,19}")
UNREAD, TOLD = Raise("UNREAD"), Raise("TOLD")
AGAIN = 10 * 60.0  # seconds in which the same words are the same sign
FEW_WORDS = 3  # fewer, with nothing found in them, are no story
NOT_A_NAME = 4, 40  # words, or letters, from which an answer in no language that we know is more than a name


def said(making: Making, event: Said) -> None:
    """Danger in her words first, at every step; then what they answer, if anything."""
    making.code = event.content
    intake = making.intake
    at_ease = not event.late
    if intake.step in doubts.STEPS and at_ease:
        doubts.settle(making)
    danger_in(making, ask=at_ease and not intake.talking)
    speaks(making)
    if intake.talking:
        making.hand_on()
        return _to_worker(making)
    if making.step.text and event.content is Content.TEXT and at_ease:
        return _typed_answer(making, event)
    if at_ease and (code := _answered_by(making)):
        onward.note(making, code)
        return onward.hand_on_and_move(making)
    in_her_own_words(making, event)
    if at_ease and "NOW" in making.found:
        return onward.in_danger_now(making)
    sure = making.found - {"UNREAD", "TOLD"}
    heard = "heard.danger" if sure and event.content in READABLE else f"heard.{event.content}"
    onward.hand_on_from(making, heard)


def danger_in(making: Making, *, ask: bool) -> None:
    """What was read counts at once where it is sure; where it is not, she is asked, or it counts as possible."""
    signs = making.reading.signs
    for sign in signs:
        if sign.strength == "note":
            making.log("held", code=sign.held or "note", indicator=sign.indicator, rule=sign.rule)
    sure = [sign for sign in signs if sign.strength == "sure" and not _seen(making, sign)]
    for sign in sure:
        making.find(Raise(sign.indicator, sign.when), sign.rule, sign.quote)
    _for_whom(making, sure)
    if ask:
        doubts.date(making, sure)
    asks = [sign for sign in signs if sign.strength == "ask"]
    doubts.doubt(making, asks, ask=ask and not making.assessment.pressing)


def _seen(making: Making, sign: Sign) -> bool:
    """The same rule saw the same a moment ago: an edited message, or the same words again."""

    def same(finding: Finding) -> bool:
        alike = (finding.source, finding.when) == (sign.rule, sign.when)
        return alike and making.event.at - finding.at < AGAIN

    return any(same(finding) for finding in making.before.findings)


def _for_whom(making: Making, sure: list[Sign]) -> None:
    """Somebody else's danger, or that she is under 18, stood in her own words: the branch changes, not the alarm."""
    answers = making.intake.answers
    if not sure or "for_whom" in answers or "who" in answers or making.intake.step in ("for_whom", "who"):
        return
    whom = _whom(making)
    if whom:
        making.change(answers={**answers, "for_whom": whom})


def _whom(making: Making) -> str:
    reading = making.reading
    if reading.voice == "other":
        return "other"
    return "minor" if any((s.indicator, s.strength) == ("MINOR", "sure") for s in reading.signs) else ""


def speaks(making: Making) -> None:
    """She writes in another language than she is answered in, and never chose one: the answers follow hers."""
    intake, reading = making.intake, making.reading
    if reading.speaks and reading.speaks != intake.language and not intake.spoken:
        making.change(language=reading.speaks)


def _answered_by(making: Making) -> str:
    """What her words answer to the open question: its option's code, "text" for a yes without a date, or nothing."""
    step = making.step
    if step.name in ("for_whom", "who") and (whom := _whom(making)):
        return whom
    for sign in making.reading.signs:
        if sign.strength == "sure" and sign.voice == "self":
            for option in step.options:
                if _says(option, sign):
                    return option.code
    dated = step.option("recent")
    if dated and making.reading.answer == "yes":
        indicator = dated.raises[0].indicator
        making.find(Raise(indicator), f"{step.name}.yes")
        making.change(undated=indicator, dated=(*making.intake.dated, indicator))
        return "text"
    return ""


def _says(option: Option, sign: Sign) -> bool:
    return any(
        raised.indicator == sign.indicator and raised.when in (sign.when, When.UNKNOWN)
        for raised in option.raises
    )


def in_her_own_words(making: Making, event: Said) -> None:
    """What no rule saw danger in is for a person to read; in no language that we know, it is unread."""
    if event.content not in READABLE:
        making.find(UNREAD, f"unread.{event.content}", event.text)
    elif any(sign.strength != "note" for sign in making.reading.signs):
        return
    elif not making.reading.language:
        making.find(UNREAD, f"unread.{event.content}", event.text)
    elif len(event.text.split()) >= FEW_WORDS or event.content is Content.FORWARDED:
        making.find(TOLD, f"told.{event.content}", event.text)


def _typed_answer(making: Making, event: Said) -> None:
    step = making.step.name
    making.code = "text"
    making.change(in_a_row=0)
    typed = event.text.strip()
    number = step == "number" and PHONE.fullmatch(typed)
    long = len(typed.split()) >= NOT_A_NAME[0] or len(typed) >= NOT_A_NAME[1]
    if long and not (number or making.reading.language or making.reading.signs):
        making.find(UNREAD, f"unread.{step}", event.text)
    making.change(texts={**making.intake.texts, step: event.text})
    onward.note(making, "text")
    onward.hand_on_and_move(making, "heard.answer")


def _to_worker(making: Making) -> None:
    """A worker reads this too: the bot is silent. Her answer shows that they are in touch."""
    handoff = making.intake.handoff
    touched = move(handoff, "in_touch") if handoff else None
    if touched:
        making.hold(replace(touched, touched=making.event.at))
        making.log("handoff", code="in_touch")
    making.mark("wrote")
    making.card = True
