"""What she does: pressing, writing, sending what cannot be read, leaving. Alarms come before answers."""

from __future__ import annotations

import re
from dataclasses import replace

from flows import words
from flows.handoff import is_open, move
from flows.leave import everywhere
from flows.machine import BESIDE
from flows.making import Making, variants
from flows.model import Blocked, Content, Event, Flow, Intake, Pressed, Raise, Said

AWAY = 24 * 3600.0  # seconds: after so long her safety is asked first
TYPED = frozenset({Content.TEXT, Content.COMMAND})
SHOWS_LINES = frozenset({"minor", "only_advice"})  # help lines open now stand above these
PHONE = re.compile(r"[+\d][\d\s().-]{5,19}")
UNREAD, SKIPPED = Raise("UNREAD"), Raise("SKIPPED")


def understood(flow: Flow, intake: Intake, event: Event) -> Event:
    """A typed command, leave word or the exact label of a button counts as that button; all else stays as it is.

    This is the only reading of text. Its result is what the record keeps, so replaying never reads again.
    """
    if not isinstance(event, Said) or event.content not in TYPED:
        return event
    option = everywhere(event.text) or words.everywhere_of(event.text, intake.language)
    if option:
        return Pressed("", option, event.at, late=event.late and option != "leave")
    if event.content is Content.TEXT and not intake.talking and not event.late:
        step = flow.by_name.get(intake.step)
        code = words.option_of(step, event.text, intake.language, variants(intake)) if step else None
        if code:
            return Pressed(intake.step, code, event.at, intake.seq)
    return event


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
    if event.step != making.intake.step or event.late or away:
        return _old_button(making, event, away)
    if making.step.option(event.option) is None:
        return making.ask()
    if event.step == "delete":
        return _delete(making) if event.option == "yes" else _aside_done(making)
    if event.step == "language":
        making.change(language=event.option)
        return _aside_done(making)
    if event.step == "front":
        making.change(left=False)
        making.unmark("left")
    answer(making, event.option)


def answer(making: Making, code: str) -> None:
    """She answered the open question: what it says about danger counts first, then she moves on."""
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
    """Danger is handed on in this very turn; she hears it named, why, and whom to reach."""
    rings = making.rung_so_far
    making.hand_on()
    making.pass_over()
    if making.assessment.pressing and making.rung_so_far > rings:
        making.unmark("unfinished")
        making.beats()


def _ask_next(making: Making, asked: str, *first: str) -> None:
    """The next question; where a worker is writing with her, coming back leads to the worker."""
    intake = making.intake
    if intake.talking and asked in BESIDE and intake.step not in BESIDE:
        return making.say("with_worker")
    if intake.step in SHOWS_LINES:
        making.say("help_lines", protect=False)
    if intake.step == "right_now" and "right_now" not in intake.asked and not making.house.on_duty:
        first = (*first, "nobody_on_duty", making.duty())
    making.ask(*first)


def _old_button(making: Making, event: Pressed, away: bool) -> None:
    """An old keyboard: danger in it counts, the place is kept. A clearer "no" lowers nothing."""
    step = making.flow.by_name.get(event.step)
    option = step.option(event.option) if step else None
    for sign in option.raises if option else ():
        making.find(sign, f"{event.step}.{event.option}.late")
    _hand_on(making)
    _keep(making, away, "old_button")


def _keep(making: Making, away: bool, *first: str) -> None:
    """A humane answer that keeps her place; after more than a day her safety is asked first."""
    if away:
        making.change(resume=making.intake.step)
        making.go("away")
        return making.ask()
    making.ask(*(("heard.front",) if making.step.name == making.flow.start else first))


# --- buttons that work everywhere ------------------------------------------------------------------------------


def _everywhere(making: Making, event: Pressed, away: bool) -> None:
    option = making.code = event.option
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
    making.ask()  # again, and whatever a newer version may have sent


def _danger_now(making: Making) -> None:
    alarm = making.flow.alarm_by_option["danger_now"]
    for sign in alarm.raises:
        making.find(sign, "button.danger_now")
    making.change(left=False)
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
    if making.intake.step not in ("language", "delete"):
        making.change(aside=making.intake.step)
    making.go(making.code)
    making.ask()


def _aside_done(making: Making) -> None:
    making.go("answer")
    making.change(aside="")
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
    making.code = event.content
    intake = making.intake
    if intake.talking and not intake.left:
        return _to_worker(making, away)
    if making.step.text and event.content is Content.TEXT and not (event.late or away or intake.left):
        return _typed_answer(making, event)
    making.find(UNREAD, f"unread.{event.content}", event.text)
    _hand_on(making)
    _keep(making, away, f"heard.{event.content}")


def _typed_answer(making: Making, event: Said) -> None:
    step = making.step.name
    making.code = "text"
    if not (step == "number" and PHONE.fullmatch(event.text.strip())):
        making.find(UNREAD, f"unread.{step}", event.text)
    making.change(texts={**making.intake.texts, step: event.text})
    _note(making, "text")
    _hand_on_and_move(making, "heard.answer")


def _to_worker(making: Making, away: bool) -> None:
    """A worker reads this: the bot is silent. Her answer shows that they are in touch."""
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
