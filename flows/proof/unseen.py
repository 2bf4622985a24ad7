"""Her duress word in the open conversation: nobody who looks at her screen can tell that it was one.

Where she types it, every way on is gone twice: in her case, and in the same conversation without the word. What is
said, what goes and where she is must be alike; and in her case staff know, and nothing else reaches her.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import promises
from flows.engine import advance
from flows.handoff import is_open
from flows.model import Event, Intake, Pressed, Reading, Said, Say, StaffDid, Turn, Word
from flows.proof import events
from flows.proof.explorer import HOUSE, State, Step

WORD, GUIDE = "word:duress", "front"
HIDDEN, KNOWN = "duress is never seen", "duress is known in the open conversation"
PLACES = frozenset({"where", "avoid"})
MARKED = {"leave": "left", "human": "asked_human"}
SAYS = {
    HIDDEN: "After her duress word the open conversation says, asks and moves as after any other text.",
    KNOWN: "There too staff know at once, whatever is done next; her place is kept; they cannot write to her.",
}


def hidden(state: State, step: Step, turn: Turn) -> str:
    """The word itself beside any other text, and each way on from there beside the same one without the word."""
    shown = turn.intake.shown
    if step.label != WORD or shown is None:
        return ""
    try:
        return _told_apart(state, turn, shown, step.event.at)
    except promises.Broken as broken:
        return broken.promise


def _told_apart(state: State, turn: Turn, shown: Intake, at: float) -> str:
    if not _alike(turn, advance(state.flow, state.intake, _any_other(state, at), HOUSE, _any_text)):
        return HIDDEN
    for event in _ways_on(state, turn, at):
        forced = advance(state.flow, turn.intake, event, HOUSE, events.read)
        free = advance(state.flow, shown, event, HOUSE, events.read)
        if not _alike(forced, free):
            return HIDDEN
        if _leaves(event) and forced.intake.resume != free.intake.resume:
            return KNOWN
        if not _staff_know(turn.intake, event, forced):
            return KNOWN
    return ""


def known(state: State, step: Step, turn: Turn) -> str:
    if step.label != WORD or turn.intake.shown is None:
        return ""
    now = step.event.at + events.SOON
    handoff, former = turn.intake.handoff, state.intake.handoff
    marks, before = set(handoff.marks if handoff else ()), set(former.marks if former else ())
    marked = "duress" in marks and "asked_delete" not in marks - before
    deeds = (StaffDid("take", events.WORKER, now), StaffDid("write", events.WORKER, now, "dag"))
    said = any(advance(state.flow, turn.intake, deed, HOUSE).says for deed in deeds)
    return "" if marked and turn.intake.duress and not said else KNOWN


def _staff_know(before: Intake, event: Event, turn: Turn) -> bool:
    """The case stays open and in duress; what is found, and what she does, shows on its card."""
    handoff = turn.intake.handoff
    if handoff is None or not (turn.intake.duress and is_open(handoff)):
        return False
    wanted = MARKED.get(event.option, "") if isinstance(event, Pressed) else ""
    if isinstance(event, Said) and before.talking:
        wanted = "wrote"
    if isinstance(event, Pressed) and (before.step, event.step, event.option) == ("delete", "delete", "yes"):
        wanted = "asked_delete"
    asked = wanted == "asked_delete" or "asked_delete" in (before.handoff.marks if before.handoff else ())
    told = not wanted or wanted in handoff.marks
    return told and asked == ("asked_delete" in handoff.marks) and (turn.card or not turn.entry.findings)


def _leaves(event: Event) -> bool:
    return isinstance(event, Pressed) and event.option == "leave"


def _any_other(state: State, at: float) -> Event:
    """The same without its meaning: where a word is asked for, any is chosen."""
    chosen = state.intake.step in ("return_word", "duress_word")
    return Word("chosen", at) if chosen else Said(events.UNKNOWN, at)


def _any_text(_text: str) -> Reading:
    return Reading(language="nl")


def _alike(one: Turn, other: Turn) -> bool:
    return _seen(one) == _seen(other)


def _seen(turn: Turn) -> tuple[object, ...]:
    """All that a screen shows. Of a read-back not the places: that of a red names none, whoever looks."""
    intake = turn.intake
    where = GUIDE if intake.left else intake.step  # emptied: what stands behind the guide cannot be seen
    return where, intake.language, turn.wipe, turn.anew, *map(_shown, turn.says)


def _shown(say: Say) -> tuple[object, ...]:
    rows = tuple(row for row in say.rows if row[0] not in PLACES)
    return (
        say.keys,
        tuple(say.args.items()),
        rows,
        say.buttons,
        say.variants,
        say.protect,
        say.text,
        say.audio,
    )


def _ways_on(state: State, turn: Turn, at: float) -> Iterator[Event]:
    """Each answer, buttons that change where she is or what is known, texts with and without danger in them."""
    now = at + events.SOON
    yield from (step.event for step in events.answers(state.flow, turn.intake, at))
    yield from (step.event for step in events.urgent(at))
    yield from (step.event for step in events.corrections(at, events.RED))
    yield from (step.event for step in events.texts(at, events.UNKNOWN, events.SURE, events.DOUBT))
    yield from (Pressed("", option, now) for option in ("leave", "delete", "back"))


HERS = (hidden, known)
