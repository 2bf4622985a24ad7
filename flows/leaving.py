"""Going away: by the quick exit, by deleting, by blocking. It cancels no handoff, ladder or finding."""

from __future__ import annotations

from flows.handoff import is_open
from flows.machine import BESIDE
from flows.making import Making
from flows.model import Blocked


def leave(making: Making, mark: str = "left") -> None:
    """Everything on her phone goes, one neutral line stays, and the chat is the guide again."""
    clear(making)
    _unfinished(making, mark)


def clear(making: Making) -> None:
    """The same, where she does not go away: nothing is told to staff."""
    to_guide(making)
    _wipe(making)


def to_guide(making: Making) -> None:
    """Back to the harmless front; where she was is kept."""
    intake = making.intake
    place = intake.aside or intake.step
    making.change(
        resume=intake.resume if place in BESIDE else place, aside="", left=True, lapsed=False, shown=None
    )
    making.go("leave")


def _wipe(making: Making) -> None:
    making.wipe = True
    making.change(open=False)
    making.say("left", protect=False)


def _unfinished(making: Making, mark: str) -> None:
    """Stopping half-way with any finding: staff see it, and do not contact her first."""
    intake = making.intake
    if is_open(intake.handoff):
        making.mark(mark)
    elif intake.findings and intake.answers.get("consent") != "no" and not intake.ended:
        making.open_handoff("unfinished", mark)


def delete(making: Making) -> None:
    """Her phone is wiped at once, always with the same neutral line; the key goes unless staff hold the case."""
    held = is_open(making.intake.handoff)
    if held:
        leave(making, "asked_delete")
        making.change(resume="")
    else:
        forget(making)
        _wipe(making)
    making.log("deleted", code="kept_for_staff" if held else "forgotten")


def forget(making: Making) -> None:
    """Nothing of her is kept from here on: with this turn the case's key goes."""
    making.change(aside="", left=True, ended=True, forgotten=True)


def blocked(making: Making, event: Blocked) -> None:
    making.code = "unblocked" if event.back else "blocked"
    if event.back:
        making.unmark("contact_lost")
        to_guide(making)  # whoever blocked us may be somebody else
        return
    _unfinished(making, "contact_lost")
