"""What time alone brings about: rungs, lapsed claims, silence. Derived from the intake, so never lost or stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flows import doubts, guide
from flows.handoff import is_open, move
from flows.indicators import OWN_LIFE
from flows.ladder import CONTACT_WITHIN, LADDERS, UNANSWERED_AFTER
from flows.logbook import DONE
from flows.making import Making
from flows.model import Handoff, Intake, Timer, Urgency, Waited
from flows.placing import expire

SILENCE_IN_DANGER = 5 * 60.0  # then staff see that she is silent; she is never pushed
SILENCE_HALF_WAY = 30 * 60.0  # then what was found goes to staff as unfinished
UNREAD_AFTER = 3 * 60.0  # her message to a worker, unread so long, rings on call


def next_wait(intake: Intake) -> Timer | None:
    """The next timer of this intake, or None. A new event changes it by changing the intake."""
    return min(pending(intake), key=lambda timer: timer.due, default=None)


def pending(intake: Intake) -> Iterator[Timer]:
    """All that time alone will bring, as things are; the earliest comes first."""
    handoff = intake.handoff
    if intake.open:
        yield Timer("gap", intake.heard + intake.gap)
    if intake.ended:
        return
    if intake.doubts:
        yield Timer("doubt", intake.doubted + doubts.UNANSWERED_AFTER)
    if handoff is not None and is_open(handoff):
        yield from _while_open(intake, handoff)
    elif intake.findings and handoff is None and intake.answers.get("consent") != "no":
        yield Timer("silence", intake.heard + SILENCE_HALF_WAY)


def _while_open(intake: Intake, handoff: Handoff) -> Iterator[Timer]:
    pressing = handoff.ladder == LADDERS[Urgency.NOW]
    untaken = handoff.state in ("offered", "raised")
    if untaken and handoff.due is not None:
        yield Timer("rung", handoff.due)
    if untaken and pressing and "unanswered" not in handoff.marks:
        yield Timer("unanswered", handoff.opened + UNANSWERED_AFTER)
    if handoff.state == "claimed" and handoff.taken is not None:
        yield Timer("contact", handoff.taken + CONTACT_WITHIN)
    if pressing and not intake.left and intake.step not in DONE and "silent" not in handoff.marks:
        yield Timer("silence", intake.heard + SILENCE_IN_DANGER)
    if "wrote" in handoff.marks and "wrote_long" not in handoff.marks:
        yield Timer("unread", intake.heard + UNREAD_AFTER)
    if intake.placement is not None and intake.placement.state == "held":
        yield Timer("hold", intake.placement.until)


def waited(making: Making) -> None:
    """A timer went off. One that the intake no longer waits for, or too early, changes nothing.

    Raises TypeError for anything else that happened.
    """
    event = making.event
    if not isinstance(event, Waited):
        raise TypeError(type(event).__name__)
    making.code = event.what
    due = {timer.what: timer.due for timer in pending(making.intake)}
    if due.get(event.what, event.at + 1) > event.at:
        making.log("waited", code="stale")
        return
    _WAITED[event.what](making)


def _rung(making: Making) -> None:
    handoff = making.held
    making.hold(move(handoff, "ring") or handoff)
    making.ring_next()
    if handoff.ladder == LADDERS[Urgency.NOW] and handoff.rung <= 2:
        _news(making, f"news.rung_{min(handoff.rung, 2)}")


def _contact(making: Making) -> None:
    """Taken, but not in touch in time: back to the ladder, at its next rung."""
    handoff = making.held
    lapsed = move(handoff, "lapse") or handoff
    making.hold(replace(lapsed, by="", taken=None))
    making.ring_next()


def _unanswered(making: Making) -> None:
    making.mark("unanswered")
    found = frozenset(finding.indicator for finding in making.intake.findings)
    _news(making, "news.unanswered_self" if found & OWN_LIFE else "news.unanswered")


def _silence(making: Making) -> None:
    if is_open(making.intake.handoff):
        making.mark("silent")
    else:
        making.open_handoff("unfinished")


def _doubt(making: Making) -> None:
    """No answer counts as possible; her place is hers again, and nothing is said: her screen stays as it is."""
    doubts.settle(making)


def _unread(making: Making) -> None:
    making.mark("wrote_long")
    making.ring("on_call")


def _gap(making: Making) -> None:
    """Nothing of hers stands in the chat any more, and nothing is sent: an empty chat shows the guide."""
    guide.lapse(making)
    making.wipe = True


def _news(making: Making, key: str) -> None:
    """Said only where the conversation is open; it edits what stands there."""
    if making.is_open and not making.intake.talking:
        making.ask(key, news=True)


_WAITED = {
    "rung": _rung,
    "contact": _contact,
    "unanswered": _unanswered,
    "silence": _silence,
    "unread": _unread,
    "doubt": _doubt,
    "hold": expire,
    "gap": _gap,
}
