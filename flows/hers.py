"""What she does: pressing, writing, sending what cannot be read, leaving. Danger in it comes before answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flows import doubts, words
from flows.handoff import is_open, move
from flows.leave import everywhere
from flows.machine import BESIDE
from flows.making import ALWAYS_SPOKEN, Making, variants
from flows.model import (
    Blocked,
    Content,
    Event,
    Finding,
    Flow,
    Intake,
    Option,
    Pressed,
    Raise,
    Reading,
    Said,
    Sign,
    Step,
    When,
)
from flows.tongues import LANGUAGES, named

AWAY = 24 * 3600.0  # seconds: after so long her safety is asked first
TYPED = frozenset({Content.TEXT, Content.COMMAND})
ASKS_LANGUAGE = "speak"  # here the name of a language is an answer
SHOWS_LINES = frozenset({"minor", "only_advice"})  # help lines open now stand above these
PHONE = re.compile(r"[+\d][\d\s().-]{5,19}")
UNREAD, TOLD, SKIPPED = Raise("UNREAD"), Raise("TOLD"), Raise("SKIPPED")
READABLE = TYPED | {Content.EDITED, Content.FORWARDED}
AGAIN = 10 * 60.0  # seconds in which the same words are the same sign
FEW_WORDS = 3  # fewer, with nothing found in them, are no story
NOT_A_NAME = 4, 40  # words, or letters, from which an answer in no language that we know is more than a name
PLAIN = {"yes": ("yes",), "no": ("no", "none", "nobody"), "unsure": ("unsure", "unknown")}


def understood(
    flow: Flow, intake: Intake, event: Event, reading: Reading, on: Sequence[str] = LANGUAGES
) -> Event:
    """A typed command, leave word, label of a button, name of a language, or a plain yes or no counts as that button.

    `on`: the languages there are. All else stays as it is. The result is what the record keeps, so replaying never
    reads again.
    """
    if isinstance(event, Pressed):
        return _if_on(event, on)
    if not isinstance(event, Said) or event.content not in TYPED:
        return event
    option = everywhere(event.text) or words.everywhere_of(event.text, intake.language)
    # A cry for help is the worker's to read, and at the front it is kept for staff as what it is.
    if option and not (option == "human" and (intake.talking or intake.step == flow.start)):
        return Pressed("", option, event.at, late=event.late and option != "leave")
    if event.content is Content.TEXT and not intake.talking and not event.late:
        step = flow.by_name.get(intake.step)
        code = words.option_of(step, event.text, intake.language, variants(intake)) if step else None
        if step and not code:
            code = _plainly(step, reading.answer)
        if code:
            return _if_on(Pressed(intake.step, code, event.at, intake.seq), on)
        tongue = named(event.text)
        if tongue and tongue in on and intake.step != ASKS_LANGUAGE:
            return Pressed("language", tongue, event.at, intake.seq)
    return event


def _if_on(event: Pressed, on: Sequence[str]) -> Pressed:
    """A language that was switched off counts as a button that is not understood; the record says so too."""
    if event.step == "language" and event.option not in on:
        return replace(event, option="off")
    return event


def _plainly(step: Step, answer: str) -> str | None:
    """The button that a typed yes, no or "I don't know" stands for at this step."""
    if step.name == doubts.UNDERSTOOD:
        return doubts.ANSWERS.get(answer)
    return next((code for code in PLAIN.get(answer, ()) if step.option(code)), None)


def did(making: Making, event: Said | Pressed | Blocked) -> None:
    if isinstance(event, Blocked):
        return _blocked(making, event)
    away = event.at - making.intake.heard > AWAY and making.intake.step not in BESIDE
    making.change(heard=max(event.at, making.intake.heard))
    making.unmark("silent", "contact_lost")
    if isinstance(event, Said):
        _said(making, event, away)
    elif event.step:
        _pressed(making, event, away)
    else:
        _everywhere(making, event, away)


# --- buttons under a question ----------------------------------------------------------------------------------


def _pressed(making: Making, event: Pressed, away: bool) -> None:
    making.code = event.option
    if event.step == "language" and event.option in LANGUAGES and not event.late:
        return _language(making, event.option, away)
    if event.step != making.intake.step or event.late or away:
        return _old_button(making, event, away)
    if making.step.option(event.option) is None:
        return making.ask()
    if event.step == "delete":
        return _delete(making) if event.option == "yes" else _aside_done(making)
    if event.step in doubts.STEPS:
        return _clarified(making, event.option)
    if event.step == "front":
        making.change(left=False)
        making.unmark("left")
    answer(making, event.option)


def _language(making: Making, language: str, away: bool) -> None:
    """Pressed, or typed by its name at any step: what is open is asked again, in it."""
    making.change(language=language, spoken=True)
    if making.intake.step == "language":
        return _aside_done(making)
    return _keep(making, away) if away else making.ask()


def answer(making: Making, code: str) -> None:
    """She answered the open question: what it says about danger counts first, then she moves on."""
    making.change(in_a_row=0)
    step = making.step
    option = step.option(code)
    for sign in option.raises if option else ():
        making.find(sign, f"{step.name}.{code}")
    _note(making, code)
    _hand_on_and_move(making)


def _note(making: Making, code: str) -> None:
    intake = making.intake
    trail = intake.trail if intake.step in BESIDE else (*intake.trail, intake.step)
    making.change(answers={**intake.answers, intake.step: code}, trail=trail)


def _hand_on_and_move(making: Making, *first: str) -> None:
    asked = making.intake.step
    _hand_on(making)
    if asked == "consent" and making.intake.answers["consent"] == "yes":
        _consented(making)
    making.go("answer")
    _ask_next(making, asked, *first)


def _consented(making: Making) -> None:
    if is_open(making.intake.handoff):
        making.unmark("unfinished")
    else:
        making.open_handoff()


def _hand_on(making: Making) -> None:
    """Danger is handed on in this very turn; she hears it named, why, and whom to reach, once it is sure."""
    rings = making.rung_so_far
    making.hand_on()
    making.pass_over()
    sure = not making.found or making.found - doubts.POSSIBLE
    if sure and making.assessment.pressing and making.rung_so_far > rings:
        making.unmark("unfinished")
        making.beats()


def _ask_next(making: Making, asked: str, *first: str) -> None:
    """The next question; where a worker is writing with her, coming back leads to the worker."""
    intake = making.intake
    if intake.talking and asked in BESIDE and intake.step not in BESIDE:
        return making.say("with_worker")
    if intake.step in SHOWS_LINES:
        making.say("help_lines", protect=False)
    if doubts.turn_to(making):
        return making.ask(*first)
    if intake.step == "right_now" and "right_now" not in intake.asked and not making.house.on_duty:
        first = (*first, "nobody_on_duty", making.duty())
    making.ask(*first)


def _clarified(making: Making, code: str) -> None:
    """Her answer to a question about what she may have meant; then back to her place, or past it once handed on."""
    first = doubts.answered(making, code)
    making.go("answer")
    making.change(aside="")
    _hand_on_from(making, first)


def _old_button(making: Making, event: Pressed, away: bool) -> None:
    """An old keyboard: danger in it counts, the place is kept. A clearer "no" lowers nothing."""
    step = making.flow.by_name.get(event.step)
    option = step.option(event.option) if step else None
    for sign in option.raises if option else ():
        making.find(sign, f"{event.step}.{event.option}.late")
    if (event.step, event.option) == (doubts.UNDERSTOOD, "yes"):
        doubts.late_yes(making, event.moment)
    _hand_on(making)
    _keep(making, away, "old_button")


def _keep(making: Making, away: bool, *first: str) -> None:
    """A humane answer that keeps her place; after more than a day her safety is asked first."""
    if away:
        making.change(resume=making.intake.step)
        making.go("away")
        return making.ask()
    if making.step.name == making.flow.start:
        first = ("heard.front",)
    elif not making.intake.left:
        doubts.turn_to(making)
    making.ask(*first)


# --- buttons that work everywhere ------------------------------------------------------------------------------


def _everywhere(making: Making, event: Pressed, away: bool) -> None:
    option = making.code = event.option
    if making.intake.step in doubts.STEPS:
        if option in ("skip", "back"):
            return _clarified(making, "rather_not")
        if option in ("leave", "danger_now", "delete"):
            doubts.settle(making)
    if option == "leave":
        return _leave(making)
    if option == "danger_now":
        return _danger_now(making)
    at_front = making.step.name == making.flow.start
    if away or (at_front and option != "language"):
        if option == "human":  # staff hear of it; what she sees gives nothing away
            _ask_for_human(making)
        return _keep(making, away) if away else making.ask()
    handler = {"skip": _skip, "back": _back, "human": _human, "language": _aside, "delete": _aside}.get(
        option
    )
    if handler:
        return handler(making)
    if option == "help_lines":
        making.say("help_lines", protect=False)
        return making.ask()
    if option == "menu":
        return making.menu()
    if option == "listen":
        making.play((making.step.name,) if making.recorded((making.step.name,)) else (ALWAYS_SPOKEN,))
    making.ask()  # again, and whatever a newer version may have sent


def _danger_now(making: Making) -> None:
    for sign in making.flow.alarm_by_option["danger_now"].raises:
        making.find(sign, "button.danger_now")
    making.change(left=False)
    _in_danger_now(making)


def _in_danger_now(making: Making) -> None:
    """Before the needs it answers the first danger question; later she keeps her place."""
    alarm = making.flow.alarm_by_option["danger_now"]
    if making.intake.step in alarm.moves_from:
        making.go("danger_now")
        _note(making, alarm.answer)
        making.hand_on()
        making.beats()
        making.go("answer")
    else:
        making.hand_on()
        making.beats()
    making.ask()


def _skip(making: Making) -> None:
    if not making.step.skippable:
        return making.ask()
    if making.step.block:
        making.find(SKIPPED, f"skipped.{making.step.name}")
    _note(making, "skip")
    _hand_on_and_move(making)


def _back(making: Making) -> None:
    came_from = making.intake.trail[-1:]
    making.go("back")
    if making.intake.step in came_from:
        making.change(trail=making.intake.trail[:-1])
    making.ask()


def _human(making: Making) -> None:
    _ask_for_human(making)
    making.ask("human", making.told())


def _ask_for_human(making: Making) -> None:
    making.find(making.flow.alarm_by_option["human"].raises[0], "button.human")
    if is_open(making.intake.handoff):
        making.hand_on()
        making.unmark("unfinished")
        making.mark("asked_human")
    else:
        making.open_handoff("asked_human")


def _aside(making: Making) -> None:
    if making.intake.step not in ("language", "delete", *doubts.STEPS):
        making.change(aside=making.intake.step)
    making.go(making.code)
    making.ask()


def _aside_done(making: Making) -> None:
    making.go("answer")
    making.change(aside="")
    doubts.turn_to(making)
    making.ask()


def _leave(making: Making, mark: str = "left", neutral: str = "left") -> None:
    """Everything on her phone goes, one neutral line stays. Cancels no handoff, ladder or finding."""
    intake = making.intake
    place = intake.aside or intake.step
    making.change(resume=intake.resume if place in BESIDE else place, aside="", left=True)
    making.go("leave")
    _unfinished(making, mark)
    making.wipe = True
    making.say(neutral, protect=False)


def _unfinished(making: Making, mark: str) -> None:
    """Stopping half-way with any finding: staff see it, and do not contact her first."""
    intake = making.intake
    if is_open(intake.handoff):
        making.mark(mark)
    elif intake.findings and intake.answers.get("consent") != "no" and not intake.ended:
        making.open_handoff("unfinished", mark)


def _delete(making: Making) -> None:
    """Her phone is wiped at once, always with the same neutral line; the key goes unless staff hold the case."""
    held = is_open(making.intake.handoff)
    if held:
        _leave(making, "asked_delete")
        making.change(resume="")
    else:
        making.change(aside="", left=True, ended=True, forgotten=True)
        making.wipe = True
        making.say("left", protect=False)
    making.log("deleted", code="kept_for_staff" if held else "forgotten")


# --- what is typed or sent -------------------------------------------------------------------------------------


def _said(making: Making, event: Said, away: bool) -> None:
    """Danger in her words first, at every step; then what they answer, if anything."""
    making.code = event.content
    intake = making.intake
    with_worker = intake.talking and not intake.left
    at_ease = not (intake.left or event.late or away or making.step.name == making.flow.start)
    if intake.step in doubts.STEPS and at_ease:
        doubts.settle(making)
    _danger_in(making, ask=at_ease and not with_worker)
    _speaks(making)
    if with_worker:
        making.hand_on()
        return _to_worker(making, away)
    if making.step.text and event.content is Content.TEXT and at_ease:
        return _typed_answer(making, event)
    if at_ease and (code := _answered_by(making)):
        _note(making, code)
        return _hand_on_and_move(making)
    _in_her_own_words(making, event)
    if making.intake.left or away:
        making.hand_on()
        return _keep(making, away, f"heard.{event.content}")
    if not event.late and "NOW" in making.found:
        return _in_danger_now(making)
    sure = making.found - {"UNREAD", "TOLD"}
    _hand_on_from(making, "heard.danger" if sure and event.content in READABLE else f"heard.{event.content}")


def _danger_in(making: Making, *, ask: bool) -> None:
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


def _speaks(making: Making) -> None:
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


def _in_her_own_words(making: Making, event: Said) -> None:
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
    _note(making, "text")
    _hand_on_and_move(making, "heard.answer")


def _hand_on_from(making: Making, *first: str) -> None:
    """Danger is handed on; from a danger question she moves on, since a person has it now; else her place is kept."""
    rings = making.rung_so_far
    _hand_on(making)
    handed_on = making.rung_so_far > rings
    if handed_on and making.step.block:
        _note(making, "text")
        making.go("answer")
    _ask_next(making, making.before.step, *(() if handed_on else first))


def _to_worker(making: Making, away: bool) -> None:
    """A worker reads this too: the bot is silent. Her answer shows that they are in touch."""
    handoff = making.intake.handoff
    touched = move(handoff, "in_touch") if handoff else None
    if touched:
        making.hold(replace(touched, touched=making.event.at))
        making.log("handoff", code="in_touch")
    making.mark("wrote")
    making.card = True
    if away:
        _keep(making, away)


def _blocked(making: Making, event: Blocked) -> None:
    making.code = "unblocked" if event.back else "blocked"
    if event.back:
        making.unmark("contact_lost")
        if making.intake.step not in BESIDE:  # whoever blocked us may be somebody else: her safety first
            making.change(resume=making.intake.step)
            making.go("away")
        return
    _unfinished(making, "contact_lost")
