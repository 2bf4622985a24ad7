"""`advance()`: one event, one Turn. Pure and total: any event at any step gives a Turn.

`replay()` folds the same events with the findings that the record holds; it never reads a text again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from flows import deeds, duress, hers, lexicon, placing, promises, waits
from flows.indicators import assess as _assess
from flows.making import Making, unknown
from flows.model import (
    GAP,
    NOTHING_READ,
    Assessment,
    Entry,
    Event,
    Flow,
    House,
    Intake,
    Looked,
    Reading,
    Said,
    StaffDid,
    Turn,
    Waited,
)

Read = Callable[[str], Reading]

__all__ = ["advance", "assess", "begin", "next_wait", "replay"]

next_wait = waits.next_wait


def begin(channel: str, language: str, at: float, gap: float = GAP, *, duress: bool = False) -> Intake:
    """A new intake, before its first event. `language`: what the channel guesses; she can change it at any step.

    `gap`: seconds of silence after which the chat is the guide again. `duress`: it begins anew behind one in duress.
    """
    return Intake(flow="", channel=channel, started=at, heard=at, language=language, gap=gap, duress=duress)


def advance(flow: Flow, intake: Intake, event: Event, house: House, read: Read = lexicon.read) -> Turn:
    """What `event` brings about. Every text in it is read, once, with `read`: all lexicons.

    Raises promises.Broken where a Turn would break what must always hold.
    """
    reading = read(event.text) if isinstance(event, Said) and event.text else NOTHING_READ
    if reading.speaks not in house.languages:  # she is not answered in a language that is off
        reading = replace(reading, speaks="")
    making = Making(
        flow,
        intake,
        hers.understood(flow, intake.shown or intake, event, reading, house.languages),
        house,
        reading,
    )
    _bring_about(making)
    turn = making.turn(next_wait(making.intake))
    promises.keep(intake, turn)
    return turn


def replay(flow: Flow, begun: Intake, entries: Iterable[Entry]) -> Intake:
    """Where the record leads; findings are taken as recorded."""
    intake = begun
    for entry in entries:
        making = Making(flow, intake, entry.event, House(), entry.reading, entry.findings)
        _bring_about(making)
        intake = making.intake
    return intake


def assess(flow: Flow, intake: Intake) -> Assessment:
    """Colour, urgency, reasons and who acts, for what is known so far."""
    return _assess(intake, unknown(flow, intake))


def _bring_about(making: Making) -> None:
    making.change(seq=making.intake.seq + 1, flow=making.flow.version)
    event = making.event
    if making.intake.shown is not None and duress.is_of_hers(event):
        duress.goes_on(making, waits.waited if isinstance(event, Waited) else hers.did)
    elif isinstance(event, Waited):
        waits.waited(making)
    elif isinstance(event, StaffDid):
        deeds.did(making, event)
    elif isinstance(event, Looked):
        placing.looked(making, event)
    else:
        hers.did(making)
    placing.withdraw(making)
    making.reroute()
