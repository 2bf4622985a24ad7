"""What must always hold, checked on every Turn. It does not trust what it checks: its table is its own.

The least colours are typed here from domain.md (1.1 to 1.11), importing neither indicators nor rules.
"""

from __future__ import annotations

from flows.model import Colour, Intake, Pressed, Said, Turn, Urgency

RED_ALONE = frozenset(
    {"NOW", "LOCK", "FEAR", "CHILD", "KILL", "WPN", "STR", "LOC", "FIRE", "HBV", "FMAR", "TRAF"}
)  # domain.md 1.1, 1.3, 1.10, 1.11
NOT_DANGER = frozenset({"ASKED", "TOLD"})


class Broken(Exception):
    """A Turn that breaks a promise. It carries the promise's name and the step, never her words."""


def keep(before: Intake, turn: Turn) -> None:
    """Raises Broken, by name, if this Turn breaks a promise."""
    for name, holds in _PROMISES:
        if not holds(before, turn):
            raise Broken(f"{name} (at {before.step})")


def _red_means_red(before: Intake, turn: Turn) -> bool:
    found = {finding.indicator for finding in _since_decided(turn)}
    return not found & RED_ALONE or turn.assessment.colour is Colour.RED


def _a_finding_is_never_green(before: Intake, turn: Turn) -> bool:
    found = {finding.indicator for finding in _since_decided(turn)} - NOT_DANGER
    return not found or turn.assessment.colour >= Colour.ORANGE


def _red_never_in_the_visible_house(before: Intake, turn: Turn) -> bool:
    """Neither offered nor written down as an outcome; under 18 neither."""
    found = {finding.indicator for finding in _since_decided(turn)}
    minor = any(finding.indicator == "MINOR" for finding in turn.intake.findings)
    barred = bool(found & RED_ALONE) or turn.assessment.colour is Colour.RED or minor
    handoff = turn.intake.handoff
    placed = handoff is not None and handoff.outcome == "visible_house"
    return not barred or not (turn.assessment.visible_house or placed)


def _no_bed_in_the_visible_house_for_a_red(before: Intake, turn: Turn) -> bool:
    """No place there is held, confirmed or slept in by whoever may not be there."""
    placement = turn.intake.placement
    there = placement is not None and placement.stands and placement.place.kind.value == "visible_house"
    found = {finding.indicator for finding in _since_decided(turn)}
    minor = any(finding.indicator == "MINOR" for finding in turn.intake.findings)
    return not there or not (found & RED_ALONE or turn.assessment.colour is Colour.RED or minor)


def _placed_only_who_was_spoken_with(before: Intake, turn: Turn) -> bool:
    """Nobody is brought anywhere before a worker has spoken with her."""
    handoff, placement = turn.intake.handoff, turn.intake.placement
    moving = placement is not None and placement.state in ("under_way", "arrived")
    placed = handoff is not None and handoff.state == "placed"
    return not (moving or placed) or (handoff is not None and handoff.spoken_live)


def _a_hold_ends(before: Intake, turn: Turn) -> bool:
    """No bed is held without an end that time alone brings."""
    placement = turn.intake.placement
    held = placement is not None and placement.state == "held" and not turn.intake.ended
    return not held or (turn.wait is not None and placement is not None and turn.wait.due <= placement.until)


def _handed_on_in_this_turn(before: Intake, turn: Turn) -> bool:
    pressing = turn.assessment.colour is Colour.RED or turn.assessment.urgency is Urgency.NOW
    return not pressing or turn.intake.handoff is not None


def _nothing_found_is_lost(before: Intake, turn: Turn) -> bool:
    return turn.intake.findings[: len(before.findings)] == before.findings


def _she_is_answered(before: Intake, turn: Turn) -> bool:
    """Whatever she does gets an answer, unless a worker is writing with her."""
    hers = isinstance(turn.entry.event, Said | Pressed)
    return not hers or bool(turn.says) or turn.intake.talking


def _open_danger_has_a_next_step(before: Intake, turn: Turn) -> bool:
    handoff = turn.intake.handoff
    waiting = (
        handoff is not None and handoff.state in ("offered", "raised", "claimed") and not turn.intake.ended
    )
    return not waiting or turn.wait is not None


def _since_decided(turn: Turn) -> tuple:  # type: ignore[type-arg]
    decision = turn.intake.decision
    return turn.intake.findings[decision.findings if decision else 0 :]


_PROMISES = (
    ("each red sign alone gives red", _red_means_red),
    ("no finding leaves her green", _a_finding_is_never_green),
    ("a red never may go to the visible house", _red_never_in_the_visible_house),
    ("no bed in the visible house for a red", _no_bed_in_the_visible_house_for_a_red),
    ("placed only who was spoken with", _placed_only_who_was_spoken_with),
    ("a hold ends by itself", _a_hold_ends),
    ("red or urgency now opens a handoff in that turn", _handed_on_in_this_turn),
    ("no finding is ever lost", _nothing_found_is_lost),
    ("she is always answered", _she_is_answered),
    ("an open handoff always has a next step", _open_danger_has_a_next_step),
)
