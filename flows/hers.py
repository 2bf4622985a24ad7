"""What she does: pressing, writing, sending what cannot be read, leaving. Danger in it comes before answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flows import doubts, duress, guide, leaving, onward, typed, words
from flows.leave import everywhere
from flows.making import ALWAYS_SPOKEN, Making, variants
from flows.model import (
    Blocked,
    Carried,
    Content,
    Event,
    Flow,
    Hers,
    Intake,
    Pressed,
    Reading,
    Said,
    Step,
    Word,
)
from flows.tongues import LANGUAGES, named

ASKS_LANGUAGE = "speak"  # here the name of a language is an answer
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
    if not isinstance(event, Said) or event.content not in typed.TYPED:
        return event
    option = everywhere(event.text) or words.everywhere_of(event.text, intake.language)
    # A cry for help is the worker's to read, and at the front it is kept for staff as what it is.
    if option and not (option == "human" and (intake.talking or intake.step == flow.start)):
        return Pressed("", option, event.at, late=event.late and option != "leave")
    if event.content is Content.TEXT and not intake.talking and not event.late:
        step = flow.by_name.get(intake.step)
        code = words.option_of(step, event.text, intake.language, labelled(intake)) if step else None
        if step and not code:
            code = _plainly(step, reading.answer)
        if code:
            return _if_on(Pressed(intake.step, code, event.at, intake.seq), on)
        tongue = named(event.text)
        if tongue and tongue in on and intake.step != ASKS_LANGUAGE:
            return Pressed("language", tongue, event.at, intake.seq)
    return event


def labelled(intake: Intake) -> tuple[str, ...]:
    """The wordings of the buttons that she sees."""
    return (*(("web",) if intake.channel == "web" else ()), *variants(intake))


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


def did(making: Making) -> None:
    """Raises TypeError for what time or staff did."""
    event = making.event
    if not isinstance(event, Hers):
        raise TypeError(type(event).__name__)
    if isinstance(event, Blocked):
        return leaving.blocked(making, event)
    if isinstance(event, Carried):
        return guide.carry(making, event)
    if guide.is_due(making.intake, event.at):
        guide.lapse(making)
    making.change(heard=max(event.at, making.intake.heard), open=making.in_messenger)
    making.unmark("silent", "contact_lost")
    if guide.is_shown(making.intake):
        return guide.did(making, event)
    if isinstance(event, Word):
        return duress.typed(making, did) if event.kind == "duress" else guide.chose(making, event)
    if isinstance(event, Said):
        return typed.said(making, event)
    if event.step:
        return _pressed(making, event)
    return _everywhere(making, event)


def _pressed(making: Making, event: Pressed) -> None:
    """A button under a question."""
    making.code = event.option
    if event.step == "language" and event.option in LANGUAGES and not event.late:
        return _language(making, event.option)
    if event.step != making.intake.step or event.late:
        onward.old_signs(making, event)
        onward.hand_on(making)
        return onward.keep(making, "old_button")
    if making.step.option(event.option) is None:
        return making.ask()
    if event.step == "delete":
        return leaving.delete(making) if event.option == "yes" else onward.aside_done(making)
    if event.step in doubts.STEPS:
        return onward.clarified(making, event.option)
    if event.step in duress.CHOOSING:
        return guide.chose_none(making, event.option)
    onward.answer(making, event.option)


def _language(making: Making, language: str) -> None:
    """Pressed, or typed by its name at any step: what is open is asked again, in it."""
    making.change(language=language, spoken=True)
    if making.intake.step == "language":
        return onward.aside_done(making)
    making.ask()


def _everywhere(making: Making, event: Pressed) -> None:
    """A button that works at every step."""
    option = making.code = event.option
    if making.intake.step in doubts.STEPS:
        if option in ("skip", "back"):
            return onward.clarified(making, "rather_not")
        if option in ("leave", "danger_now", "delete", "word"):
            doubts.settle(making)
    handler = _EVERYWHERE.get(option)
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


_EVERYWHERE: dict[str, Callable[[Making], None]] = {
    "leave": leaving.leave,
    "danger_now": onward.danger_now,
    "skip": onward.skip,
    "back": onward.back,
    "human": onward.human,
    "language": onward.aside,
    "delete": onward.aside,
    "word": onward.own_word,
}
