"""Going on: an answer is noted, danger in it is handed on in this very turn, and the next question is asked."""

from __future__ import annotations

from flows import doubts
from flows.handoff import is_open
from flows.machine import BESIDE
from flows.making import Making
from flows.model import Pressed, Raise

SHOWS_LINES = frozenset({"minor", "only_advice"})  # help lines open now stand above these
SKIPPED = Raise("SKIPPED")
# Beside the conversation, where she is till she has answered; then she is back at her place.
ASIDES = frozenset({"language", "delete", "return_word", "duress_word"}) | doubts.STEPS


def answer(making: Making, code: str) -> None:
    """She answered the open question: what it says about danger counts first, then she moves on."""
    making.change(in_a_row=0)
    step = making.step
    option = step.option(code)
    for sign in option.raises if option else ():
        making.find(sign, f"{step.name}.{code}")
    note(making, code)
    hand_on_and_move(making)


def note(making: Making, code: str) -> None:
    intake = making.intake
    trail = intake.trail if intake.step in BESIDE else (*intake.trail, intake.step)
    making.change(answers={**intake.answers, intake.step: code}, trail=trail)


def hand_on_and_move(making: Making, *first: str) -> None:
    asked = making.intake.step
    hand_on(making)
    if asked == "consent" and making.intake.answers["consent"] == "yes":
        _consented(making)
    making.go("answer")
    ask_next(making, asked, *first)


def _consented(making: Making) -> None:
    if is_open(making.intake.handoff):
        making.unmark("unfinished")
    else:
        making.open_handoff()


def hand_on(making: Making) -> None:
    """Danger is handed on in this very turn; she hears it named, why, and whom to reach, once it is sure."""
    rings = making.rung_so_far
    making.hand_on()
    making.pass_over()
    sure = not making.found or making.found - doubts.POSSIBLE
    if sure and making.assessment.pressing and making.rung_so_far > rings:
        making.unmark("unfinished")
        making.beats()


def hand_on_from(making: Making, *first: str) -> None:
    """Danger is handed on; from a danger question she moves on, since a person has it now; else her place is kept."""
    rings = making.rung_so_far
    hand_on(making)
    handed_on = making.rung_so_far > rings
    if handed_on and making.step.block:
        note(making, "text")
        making.go("answer")
    ask_next(making, making.before.step, *(() if handed_on else first))


def ask_next(making: Making, asked: str, *first: str) -> None:
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


def clarified(making: Making, code: str) -> None:
    """Her answer to a question about what she may have meant; then back to her place, or past it once handed on."""
    first = doubts.answered(making, code)
    making.go("answer")
    making.change(aside="")
    hand_on_from(making, first)


def keep(making: Making, *first: str) -> None:
    """A humane answer that keeps her place."""
    doubts.turn_to(making)
    making.ask(*first)


def skip(making: Making) -> None:
    if not making.step.skippable:
        return making.ask()
    if making.step.block:
        making.find(SKIPPED, f"skipped.{making.step.name}")
    note(making, "skip")
    hand_on_and_move(making)


def back(making: Making) -> None:
    came_from = making.intake.trail[-1:]
    making.go("back")
    if making.intake.step in came_from:
        making.change(trail=making.intake.trail[:-1])
    making.ask()


# --- beside the conversation -------------------------------------------------------------------------------------


def aside(making: Making, trigger: str = "") -> None:
    if making.intake.step not in ASIDES:
        making.change(aside=making.intake.step)
    making.go(trigger or making.code)
    making.ask()


def own_word(making: Making) -> None:
    """To the page a code leads back; a word of hers is there only for when somebody makes her write."""
    aside(making, "word" if making.in_messenger else "forced")


def aside_done(making: Making, *first: str) -> None:
    making.go("answer")
    if making.intake.step not in ASIDES:
        making.change(aside="")
        doubts.turn_to(making)
    making.ask(*first)


def old_signs(making: Making, event: Pressed) -> None:
    """What an old button says of danger counts. A clearer "no" lowers nothing."""
    step = making.flow.by_name.get(event.step)
    option = step.option(event.option) if step else None
    for sign in option.raises if option else ():
        making.find(sign, f"{event.step}.{event.option}.late")
    if (event.step, event.option) == (doubts.UNDERSTOOD, "yes"):
        doubts.late_yes(making, event.moment)


# --- danger now, and a human ---------------------------------------------------------------------------------------


def danger_now(making: Making) -> None:
    for sign in making.flow.alarm_by_option["danger_now"].raises:
        making.find(sign, "button.danger_now")
    making.change(left=False)
    in_danger_now(making)


def in_danger_now(making: Making) -> None:
    """Before the needs it answers the first danger question; later she keeps her place."""
    alarm = making.flow.alarm_by_option["danger_now"]
    if making.intake.step in alarm.moves_from:
        making.go("danger_now")
        note(making, alarm.answer)
        making.hand_on()
        making.beats()
        making.go("answer")
    else:
        making.hand_on()
        making.beats()
    making.ask()


def human(making: Making) -> None:
    ask_for_human(making)
    making.ask("human", making.told())


def ask_for_human(making: Making) -> None:
    making.find(making.flow.alarm_by_option["human"].raises[0], "button.human")
    if is_open(making.intake.handoff):
        making.hand_on()
        making.unmark("unfinished")
        making.mark("asked_human")
    else:
        making.open_handoff("asked_human")
