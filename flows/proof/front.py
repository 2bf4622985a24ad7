"""Promises about one way on at the guide, and about small things that a turn must not forget: asked of every edge."""

from __future__ import annotations

from flows.handoff import is_open
from flows.model import Intake, Pressed, Said, StaffDid, Turn
from flows.proof.explorer import State, Step

(
    CARD,
    UNCOVERED,
    WRITTEN,
    SKIPPED,
    ONLY_ASKED,
    LOST_PLACE,
    COUNTED,
    FORCED,
    PERHAPS,
    CHOSEN,
    OLD,
    CARRIED,
    HALF_WAY,
) = (
    "danger at the guide gets its card",
    "a cover text opens where no word was chosen",
    "what she writes to a worker is marked",
    "skipping is heard where it is about danger",
    "only who asks for a human has asked",
    "no place is lost unheard",
    "the gap is no leaving",
    "duress is heard, and lifted by two",
    "perhaps not her",
    "a chosen word is kept, a refused one is not",
    "an old button is heard",
    "her place goes along",
    "silence hands on what was found",
)
SAYS = {
    CARD: "Typed to the guide, what is surely danger gets the card, and nothing else does.",
    UNCOVERED: "The button under a cover text asks whether nobody looks, unless she has a word or is in duress.",
    WRITTEN: "A text of hers while a worker writes with her is marked for the worker, and no other text is.",
    SKIPPED: "What may be skipped is left behind; a danger question then stays unknown, and another says nothing.",
    ONLY_ASKED: "A case opens as one that asked for a human only where she did.",
    LOST_PLACE: "Whoever loses a place because it fits no more is marked, and whoever places is rung.",
    FORCED: "Her duress word counts wherever she types it; two people with a reason lift it, and nobody else.",
    PERHAPS: "What is typed to a guide that hides her is marked as perhaps not hers, and nothing else is.",
    CHOSEN: "Which words lead behind the guide is known; a refused one leaves things as they were, and says why.",
    OLD: "An old button raises what it always raised, also where the guide stands.",
    CARRIED: "Her link empties the chat, tells staff nothing new, keeps what was found and where she was, and no word.",
    HALF_WAY: "Falling silent hands on whoever something was found of and who did not refuse; nobody else.",
    COUNTED: "Falling silent does not count as leaving; what was in doubt then counts as possible.",
}
FRONT = "front"
ARRIVING = frozenset({FRONT, "notice", "safe"})
BESIDE = frozenset({FRONT, "safe_again", "cannot_write", "devices", "web_chat"})  # not where she goes on from


def card(state: State, _step: Step, turn: Turn) -> str:
    if state.intake.step != FRONT or not isinstance(turn.entry.event, Said):
        return ""
    sure = any(sign.strength == "sure" for sign in turn.entry.reading.signs)
    shown = any("guide.emergency" in say.keys for say in turn.says)
    return "" if shown == sure else CARD


def uncovered(state: State, step: Step, turn: Turn) -> str:
    before = state.intake
    barred = before.step != FRONT or before.word or before.duress
    if step.label != "open" or barred or not _hidden(before):
        return ""
    return "" if turn.intake.step == "safe_again" else UNCOVERED


def _hidden(intake: Intake) -> bool:
    return intake.left and bool(intake.findings or intake.handoff or intake.answers.keys() - ARRIVING)


def written(state: State, _step: Step, turn: Turn) -> str:
    if not isinstance(turn.entry.event, Said) or not is_open(state.intake.handoff):
        return ""
    new = "wrote" in _marks(turn.intake) and "wrote" not in _marks(state.intake)
    if state.intake.talking:
        return "" if "wrote" in _marks(turn.intake) else WRITTEN
    return WRITTEN if new else ""


def _marks(intake: Intake) -> tuple[str, ...]:
    return intake.handoff.marks if intake.handoff else ()


def skipped(state: State, step: Step, turn: Turn) -> str:
    if step.label != "skip":
        return ""
    told = any(finding.indicator == "SKIPPED" for finding in turn.entry.findings)
    stands = turn.intake.answers.get(state.intake.step) == "skip"
    asked = state.flow.by_name[state.intake.step]
    if asked.skippable and turn.intake.step == state.intake.step:
        return SKIPPED
    return SKIPPED if told != (stands and bool(asked.block)) else ""


def only_asked(_state: State, _step: Step, turn: Turn) -> str:
    event = turn.entry.event
    asked = any(finding.indicator == "ASKED" for finding in turn.entry.findings)
    return ONLY_ASKED if asked and not (isinstance(event, Pressed) and event.option == "human") else ""


def lost_place(state: State, _step: Step, turn: Turn) -> str:
    former, now = state.intake.placement, turn.intake.placement
    withdrawn = (
        now is not None and now.state == "withdrawn" and (former is None or former.state != "withdrawn")
    )
    if not withdrawn or not is_open(turn.intake.handoff):
        return ""
    rung = any(ring.who == "placement" for ring in turn.rings)
    return "" if rung and "place_withdrawn" in _marks(turn.intake) else LOST_PLACE


def counted(state: State, step: Step, turn: Turn) -> str:
    if step.label != "timer:gap":
        return ""
    right = turn.intake.lapsed == (state.intake.lapsed or not state.intake.left)
    return "" if right and not turn.intake.doubts else COUNTED


def half_way(state: State, step: Step, turn: Turn) -> str:
    """Half an hour of silence, before anybody of staff has her case."""
    before = state.intake
    if step.label != "timer:silence" or before.handoff is not None:
        return ""
    wanted = bool(before.findings) and before.answers.get("consent") != "no"
    handed_on = is_open(turn.intake.handoff) and "unfinished" in _marks(turn.intake)
    return "" if wanted and handed_on else HALF_WAY


def forced(state: State, step: Step, turn: Turn) -> str:
    """Her duress word, and the deed that lifts it."""
    before, event = state.intake, step.event
    if step.label == "word:duress":
        return "" if turn.intake.duress and is_open(turn.intake.handoff) else FORCED
    if not isinstance(event, StaffDid) or event.did != "lift_duress":
        return ""
    whole = before.duress and bool(event.text.strip()) and event.second not in ("", event.by)
    held = is_open(before.handoff)
    return "" if (before.duress and not turn.intake.duress) == (whole and held) else FORCED


def perhaps(state: State, _step: Step, turn: Turn) -> str:
    """Only what came from behind a guide that hides her is marked as perhaps not hers."""
    if not isinstance(turn.entry.event, Said):
        return ""
    here = state.intake.step == FRONT and _hidden(state.intake) and is_open(turn.intake.handoff)
    new = "perhaps_not_her" in _marks(turn.intake)
    if here:
        return "" if new else PERHAPS
    return PERHAPS if new and "perhaps_not_her" not in _marks(state.intake) else ""


def chosen(state: State, step: Step, turn: Turn) -> str:
    if step.label not in ("chosen", "refused"):
        return ""
    at = state.intake.step
    if step.label == "refused":
        told = any(key.startswith("word.") for say in turn.says for key in say.keys)
        return "" if told and turn.intake.word == state.intake.word else CHOSEN
    known = at.removesuffix("_word") if state.intake.channel != "web" else state.intake.word
    return "" if turn.intake.word == known else CHOSEN


def old_button(state: State, step: Step, turn: Turn) -> str:
    """An old button says what it always said, at the guide too."""
    event = turn.entry.event
    if step.label != "old" or not isinstance(event, Pressed):
        return ""
    known = state.flow.by_name[event.step].option(event.option)
    wanted = {sign.indicator for sign in known.raises} if known else set()
    return "" if wanted <= {finding.indicator for finding in turn.entry.findings} else OLD


def carried(state: State, step: Step, turn: Turn) -> str:
    """Nothing stays in the chat that she leaves, and nothing of hers is lost on the way."""
    if step.label != "carried":
        return ""
    before, after = state.intake, turn.intake
    emptied = (
        turn.wipe and after.left and after.step == FRONT and [say.keys for say in turn.says] == [("left",)]
    )
    kept = set(before.findings) <= set(after.findings)
    # What was still in doubt counts from here on, and may hand her on.
    quiet = _told(before) == _told(after) or bool(turn.entry.findings)
    place = _place(before)
    there = after.resume == place if place else after.resume in ("", *_leads(state, before))
    return "" if emptied and kept and quiet and there and not after.word and not after.open else CARRIED


def _told(intake: Intake) -> tuple[bool, tuple[str, ...]]:
    return is_open(intake.handoff), _marks(intake)


def _place(intake: Intake) -> str:
    """Where she is in the conversation, or was before she stood beside it."""
    place = intake.aside or intake.step
    return place if place not in BESIDE else intake.resume


def _leads(state: State, intake: Intake) -> set[str]:
    """Where the open question may lead."""
    return {goto.to for goto in state.flow.by_name[intake.aside or intake.step].gotos}


HERS = (card, uncovered, skipped, only_asked, counted, half_way, forced, perhaps, chosen, old_button, carried)
WITH_STAFF = (card, uncovered, written, lost_place, only_asked, forced, perhaps, old_button, carried)
