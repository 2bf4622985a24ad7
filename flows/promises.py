"""What must always hold, checked on every Turn. It does not trust what it checks: its tables are its own.

The least colours and combinations are typed here from domain.md (1.1 to 1.11), importing neither indicators nor rules;
what needs more than one Turn to be seen is proven over the whole conversation (`flows.proof`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from flows.model import (
    Carried,
    Colour,
    Finding,
    Intake,
    Looked,
    Pressed,
    Said,
    StaffDid,
    Turn,
    Urgency,
    Waited,
    When,
    Word,
)

GREEN, ORANGE, RED = Colour.GREEN, Colour.ORANGE, Colour.RED
THIS_WEEK, TODAY, NOW = Urgency.THIS_WEEK, Urgency.TODAY, Urgency.NOW


class Least(NamedTuple):
    """The least that one sign means. `older`: its urgency where she says it was more than thirty days ago."""

    colour: Colour
    urgency: Urgency
    older: Urgency


class Together(NamedTuple):
    """Signs that mean red together: at least one out of `least` of the groups."""

    name: str
    source: str
    groups: tuple[frozenset[str], ...]
    least: int


def _each(codes: str, colour: Colour, urgency: Urgency, older: Urgency) -> dict[str, Least]:
    return dict.fromkeys(codes.split(), Least(colour, urgency, older))


# domain.md 1.1, 1.3, 1.10, 1.11: about this moment, so there is no "long ago"; then what was done, at its date.
LEAST: dict[str, Least] = {
    **_each("NOW LOCK FEAR CHILD", RED, NOW, NOW),
    **_each("KILL WPN STR LOC FIRE HBV FMAR TRAF", RED, NOW, TODAY),
    **_each("SUIS MED NOROOF", ORANGE, NOW, NOW),  # 1.11 her own life, her body; 2 shelter tonight
    **_each("GUN CTRL JEAL SEP STALK SUIH ESC PREG PHYS SEX BREACH MON", ORANGE, TODAY, TODAY),  # 1.1, 1.4
    **_each("PLAN PRESENT CHILDLEFT SUISOME MINOR LOST", ORANGE, TODAY, TODAY),  # 1.4, 2 (2), 1.11, 5
    **_each("UNREAD SKIPPED UNSURE", ORANGE, TODAY, TODAY),  # 1.3, 8 (1): unknown is never "no"
    **_each("STEP UNEMP SUBST PET", ORANGE, THIS_WEEK, THIS_WEEK),  # 1.1: factors, no act of today
    **_each("POSSIBLE_RED", ORANGE, NOW, NOW),  # 7: missing a red costs more than ten false ones
    **_each("POSSIBLE", ORANGE, TODAY, TODAY),  # 7
    **_each("TOLD", GREEN, THIS_WEEK, THIS_WEEK),  # 7: in her own words, for a person to read
    **_each("ASKED", GREEN, TODAY, TODAY),  # 3.1 (5): a human at any time; no danger in itself
}
RED_ALONE = frozenset(code for code, least in LEAST.items() if least.colour is RED)
BARRED = frozenset({"SUIS", "MED"})  # 1.11: not into the visible house until a person has decided
MINOR = frozenset({"MINOR"})  # 5: whatever a person decides about the colour
NO_FAMILY = frozenset({"HBV", "FMAR", "TRAF", "MINOR"})  # 1.11, 5: nobody around her is contacted


def _groups(*codes: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in codes)


VIOLENCE = "WPN STR LOC FIRE PREG PHYS SEX"  # 1.4: physical or sexual
# 1.3 items 4 to 11: gun, control or jealousy, leaving, stalking, his suicide, a child not his, no work.
SECONDARY = _groups("GUN", "CTRL JEAL", "SEP", "STALK", "SUIH", "STEP", "UNEMP")
SCREEN = _groups("ESC", "WPN", "FEAR", "STR PREG", "JEAL")  # 1.2, the version with strangling
CLUSTER = _groups("SEP", "CTRL", VIOLENCE)  # 1.4
TOGETHER: tuple[Together, ...] = (
    Together("four_secondary", "1.3: four or more of items 4 to 11", SECONDARY, 4),
    Together("three_of_five", "1.2: any three of five", SCREEN, 3),
    Together("his_suicide_and_child", "1.10: child killed", _groups("SUIH", "CHILD STEP"), 2),
    Together("cluster_of_three", "1.4: cluster of three", CLUSTER, 3),
    Together("gun_and_violence", "1.10: gun (ours, to be confirmed)", _groups("GUN", VIOLENCE), 2),
    Together(
        "followed_after_leaving", "1.10: stalking (ours, to be confirmed)", _groups("STALK ESC", "SEP"), 2
    ),
)
# What was done to her, so that its date matters: a combination rings now by an act that is not long ago.
ACTS = frozenset(
    ("KILL", "WPN", "STR", "LOC", "FIRE", "HBV", "FMAR", "TRAF", "STALK", "SUIH", "ESC", "PREG", "PHYS")
) | {"SEX", "BREACH", "PET"}

# Steps whose answers name a place; never repeated to her where somebody may read along (3.1, 8 (6)).
PLACES = frozenset({"where", "avoid"})
NUMBERS = frozenset({"number", "other_answers"})  # 3.1: no label beside a number
SHARED_DEVICE = frozenset({"MON"})  # 3.1: somebody may read what she reads
FILLED = frozenset(
    {"person", "until", "from", "chat_address", "gone_by"}
)  # all that a text of ours is filled with
CLARIFYING = frozenset(
    {"understood", "when_was_it"}
)  # asked beside the conversation, where her words left a doubt
OPEN = ("offered", "raised", "claimed", "in_touch", "placed")


class Broken(Exception):
    """A Turn that breaks a promise. It carries the promise's name and the step, never her words."""

    def __init__(self, promise: str, step: str) -> None:
        super().__init__(f"{promise} (at {step})")
        self.promise = promise


class _Seen(NamedTuple):
    """What the promises ask about a Turn, worked out once."""

    turn: Turn
    before: Intake
    codes: frozenset[str]  # every sign found
    fresh: frozenset[str]  # those found since a human decided
    least: Least  # what those mean at least

    @property
    def barred(self) -> bool:
        """She may not be in the visible house."""
        red = self.turn.assessment.colour is RED or self.least.colour is RED
        return red or bool(self.fresh & BARRED or self.codes & MINOR)


def keep(before: Intake, turn: Turn) -> None:
    """Raises Broken, by name, if this Turn breaks a promise."""
    seen = _seen(before, turn)
    for promise in PROMISES:
        if not promise.holds(seen):
            raise Broken(promise.name, before.step)


def _seen(before: Intake, turn: Turn) -> _Seen:
    findings, decision = turn.intake.findings, turn.intake.decision
    since = findings[decision.findings :] if decision else findings
    codes = frozenset([finding.indicator for finding in findings])
    fresh = codes if since is findings else frozenset([finding.indicator for finding in since])
    return _Seen(turn, before, codes, fresh, least(findings, len(findings) - len(since)))


def least(findings: tuple[Finding, ...], since: int = 0) -> Least:
    """The least colour and urgency of these findings; only rules in which one from `since` on takes part."""
    if len(findings) == since:
        return Least(GREEN, THIS_WEEK, THIS_WEEK)
    codes = frozenset([finding.indicator for finding in findings])
    fresh = frozenset([finding.indicator for finding in findings[since:]])
    colour = max([LEAST[code].colour for code in fresh])
    urgency = max([_urgency(finding) for finding in findings if finding.indicator in fresh])
    for used in _together(codes):
        if used & fresh:
            recent = any(f.indicator in used & ACTS and f.when is not When.BEFORE for f in findings)
            colour, urgency = RED, max(urgency, NOW if recent else TODAY)
    return Least(colour, urgency, urgency)


@lru_cache(4096)
def _together(codes: frozenset[str]) -> tuple[frozenset[str], ...]:
    """For each combination that these codes make, the groups that take part in it."""
    found = []
    for rule in TOGETHER:
        taking_part = [group for group in rule.groups if group & codes]
        if len(taking_part) >= rule.least:
            found.append(frozenset().union(*taking_part))
    return tuple(found)


def _urgency(finding: Finding) -> Urgency:
    known = LEAST[finding.indicator]
    return known.older if finding.when is When.BEFORE else known.urgency


# --- danger ---------------------------------------------------------------------------------------------------


def _red_means_red(seen: _Seen) -> bool:
    return seen.least.colour is not RED or seen.turn.assessment.colour is RED


def _never_less_than_its_signs(seen: _Seen) -> bool:
    found = seen.turn.assessment
    unanswered = bool(found.unknown) and seen.turn.intake.decision is None
    least_colour = max(seen.least.colour, ORANGE) if unanswered else seen.least.colour
    return found.colour >= least_colour and found.urgency >= seen.least.urgency


def _nothing_found_is_lost(seen: _Seen) -> bool:
    before = seen.before.findings
    return seen.turn.intake.findings[: len(before)] == before


def _lowered_by_people(seen: _Seen) -> bool:
    decision, former = seen.turn.intake.decision, seen.before.decision
    if decision is former or decision is None:
        return decision is former
    event = seen.turn.entry.event
    named = isinstance(event, StaffDid) and bool(event.by.strip()) and decision.by == event.by
    since = former.findings if former else 0
    was_red = least(seen.before.findings, since).colour is RED or (
        former is not None and former.colour is RED
    )
    alone = decision.second in ("", decision.by)
    return named and bool(decision.reason.strip()) and not (was_red and decision.colour < RED and alone)


def _handed_on_in_this_turn(seen: _Seen) -> bool:
    handoff, found = seen.turn.intake.handoff, seen.turn.assessment
    if found.colour is not RED and found.urgency is not NOW:
        return True
    return handoff is not None and (handoff.state in OPEN or not seen.turn.entry.findings)


# --- where she may be -----------------------------------------------------------------------------------------


def _red_never_in_the_visible_house(seen: _Seen) -> bool:
    """Neither offered, nor routed to, nor written down as an outcome."""
    handoff = seen.turn.intake.handoff
    placed = handoff is not None and handoff.outcome == "visible_house"
    return not seen.barred or not (seen.turn.assessment.visible_house or placed)


def _no_bed_in_the_visible_house_for_a_red(seen: _Seen) -> bool:
    """No place there is held, confirmed, on her way or slept in."""
    placement = seen.turn.intake.placement
    there = placement is not None and placement.stands and placement.place.kind.value == "visible_house"
    return not (there and seen.barred)


def _red_goes_to_secure_shelters(seen: _Seen) -> bool:
    handoff = seen.turn.intake.handoff
    if handoff is None or handoff.state not in OPEN:
        return True
    if seen.turn.assessment.colour is RED or seen.least.colour is RED:
        return handoff.route == "secure"
    return handoff.route == "on_call" if seen.fresh & BARRED else handoff.route in ("on_call", "intake")


def _house_after_a_worker(seen: _Seen) -> bool:
    """The visible house only after a worker has spoken with her and done the intake."""
    placement, handoff, former = seen.turn.intake.placement, seen.turn.intake.handoff, seen.before.placement
    new = placement is not None and placement.state == "held" and (former is None or not former.stands)
    if not new or placement is None or placement.place.kind.value != "visible_house":
        return True
    return handoff is not None and handoff.spoken_live and handoff.intake_done


def _placed_only_who_was_spoken_with(seen: _Seen) -> bool:
    handoff, placement = seen.turn.intake.handoff, seen.turn.intake.placement
    former = seen.before.placement
    moving = placement is not None and placement is not former and placement.state in ("under_way", "arrived")
    placed = handoff is not None and (
        handoff.state == "placed" or handoff.outcome in ("secure_shelter", "visible_house", "other_shelter")
    )
    return not (moving or placed) or (handoff is not None and handoff.spoken_live)


def _a_hold_ends(seen: _Seen) -> bool:
    placement, wait = seen.turn.intake.placement, seen.turn.wait
    held = placement is not None and placement.state == "held" and not seen.turn.intake.ended
    return not held or (wait is not None and placement is not None and wait.due <= placement.until)


# --- she is never left alone ----------------------------------------------------------------------------------


def _she_is_answered(seen: _Seen) -> bool:
    """Whatever she does gets an answer, unless a worker is writing with her, or it begins anew."""
    hers = isinstance(seen.turn.entry.event, Said | Pressed | Word)
    return not hers or bool(seen.turn.says) or seen.turn.intake.talking or _may_begin_anew(seen)


def _may_begin_anew(seen: _Seen) -> bool:
    """Only behind a guide that hides something: else it would begin anew for ever."""
    before, at = seen.before, seen.turn.entry.event.at
    away = before.left or (before.open and at >= before.heard + before.gap)
    return seen.turn.anew and away and _has_told(before)


def _has_told(intake: Intake) -> bool:
    """Whether there is something of hers to hide."""
    arriving = {"front", "notice", "safe"}
    return bool(intake.findings or intake.handoff or intake.answers.keys() - arriving)


def _waiting_has_a_timer(seen: _Seen) -> bool:
    """Whoever waits for staff: a case nobody is in touch with, and what was found but not handed on."""
    intake = seen.turn.intake
    handoff = intake.handoff
    if intake.ended:
        return True
    found = handoff is None and bool(seen.codes) and intake.answers.get("consent") != "no"
    waiting = handoff is not None and handoff.state in ("offered", "raised", "claimed")
    unread = handoff is not None and handoff.state in OPEN and _unread(handoff.marks)
    if intake.doubts and (seen.turn.wait is None or seen.turn.wait.due > intake.doubted + DOUBT):
        return False
    return not (found or waiting or unread) or seen.turn.wait is not None


DOUBT = 5 * 60.0  # seconds: what she may have meant counts as possible no later


def _unread(marks: tuple[str, ...]) -> bool:
    return "wrote" in marks and "wrote_long" not in marks


def _an_open_case_rings(seen: _Seen) -> bool:
    """Untaken, the next rung is due within the ladder's longest wait; opened, the first one rings in this turn."""
    handoff = seen.turn.intake.handoff
    if handoff is None or handoff.state not in ("offered", "raised"):
        return True
    former = seen.before.handoff
    opened = former is None or former.state not in OPEN
    return handoff.due is not None and (not opened or bool(seen.turn.rings))


def _only_she_moves(seen: _Seen) -> bool:
    """Time alone brings her back to her place from a question about what she may have meant, or to the guide."""
    before, after, event = seen.before, seen.turn.intake.step, seen.turn.entry.event
    if not isinstance(event, Waited | StaffDid | Looked) or after == before.step:
        return True
    guide = isinstance(event, Waited) and event.what == "gap" and after == GUIDE and seen.turn.intake.left
    return guide or (before.step in CLARIFYING and after == before.aside)


# --- what is said ---------------------------------------------------------------------------------------------


def _no_place_is_said(seen: _Seen) -> bool:
    """Red, or a device that is not hers alone: no text of ours names a place, hers or a shelter's."""
    turn = seen.turn
    if not turn.says:
        return True
    if any(not say.args.keys() <= FILLED for say in turn.says):
        return False
    shared = bool(seen.codes & SHARED_DEVICE)
    unsaid = (PLACES if shared or turn.assessment.colour is RED else frozenset()) | (
        NUMBERS if shared else frozenset()
    )
    return not any(row[0] in unsaid for say in turn.says for row in say.rows)


def _a_shared_device_is_told_little(seen: _Seen) -> bool:
    """Where somebody may read along: numbers without names, no explanations, and nothing that she did not ask for."""
    event, says = seen.turn.entry.event, seen.turn.says
    if not says or not seen.codes & SHARED_DEVICE:
        return True
    asked = isinstance(event, Said | Pressed | Word | Carried)
    if not asked and seen.turn.intake.channel != "web" and not all(say.text for say in says):
        return False
    short = all("shared" in say.variants for say in says if "help_lines" in say.keys or say.text)
    return short and not any(key.endswith(".why") for say in says for key in say.keys)


def _family_is_never_contacted(seen: _Seen) -> bool:
    """Honour, trafficking, under 18: she is not asked about it, and no earlier yes stands."""
    if not seen.codes & NO_FAMILY:
        return True
    asked = any("involve" in say.keys for say in seen.turn.says)
    return not asked and seen.turn.intake.answers.get("involve", "no") in ("no", "skip")


def _leaving_leaves_one_line(seen: _Seen) -> bool:
    """What is wiped stays wiped: only the neutral line is said with it.

    Nothing at all where time alone did it, or staff at her request while she is not in the conversation.
    """
    event = seen.turn.entry.event
    away = isinstance(event, Waited) or (isinstance(event, StaffDid) and not seen.turn.says)
    wanted = [] if away else [("left",)]
    return not seen.turn.wipe or (seen.turn.intake.left and [say.keys for say in seen.turn.says] == wanted)


# --- the guide ------------------------------------------------------------------------------------------------

GUIDE = "front"
# All that the guide says, whoever looks.
GUIDE_SAYS = frozenset({"front", "heard.front", "language", "left"})


def _the_guide_shows_nothing_of_hers(seen: _Seen) -> bool:
    """In guide mode every word is one that every chat may get: no worker's, no answer, nothing filled in."""
    if seen.before.step != GUIDE or seen.turn.intake.step != GUIDE:
        return True
    return all(
        not say.text
        and not say.rows
        and not say.audio
        and not say.args
        and not say.variants
        and all(key in GUIDE_SAYS or key.startswith("guide.") for key in say.keys)
        for say in seen.turn.says
        if not isinstance(seen.turn.entry.event, StaffDid)  # outside her time only her cover text is sent
    )


def _only_her_word_leads_behind_it(seen: _Seen) -> bool:
    """Where the guide stands before something of hers: her word, or a cover text's button where she has no word."""
    before, event = seen.before, seen.turn.entry.event
    hidden = before.left and _has_told(before)
    if not hidden or before.step != GUIDE or seen.turn.intake.step == GUIDE:
        return True
    if before.duress:
        return False
    if isinstance(event, Word):
        return event.kind == "return"
    return isinstance(event, Pressed) and event.option == "open" and not before.word


def _duress_is_silent(seen: _Seen) -> bool:
    """From her duress word on only her own presses and texts are answered, till two named people lift it."""
    event, before, after = seen.turn.entry.event, seen.before, seen.turn.intake
    if before.duress and not after.duress:
        lifted = isinstance(event, StaffDid) and event.did == "lift_duress"
        return lifted and isinstance(event, StaffDid) and event.second not in ("", event.by)
    return not after.duress or not seen.turn.says or isinstance(event, Said | Pressed | Word | Carried)


class Promise(NamedTuple):
    """One sentence that holds for every Turn. `says`: the sentence; `holds`: whether it does."""

    name: str
    says: str
    holds: Callable[[_Seen], bool]


PROMISES: tuple[Promise, ...] = (
    Promise("red means red", "Each red sign alone, and each combination, gives red.", _red_means_red),
    Promise(
        "never less than its signs",
        "Colour and urgency are never less than what was found since a human decided; nothing unanswered is green.",
        _never_less_than_its_signs,
    ),
    Promise("no finding is lost", "What was found stays found.", _nothing_found_is_lost),
    Promise(
        "lowered by named people",
        "A colour is set by a named human with a reason, a red lowered only with a second one.",
        _lowered_by_people,
    ),
    Promise(
        "handed on in that turn",
        "Red, or urgency now, opens a handoff in the turn in which it is found.",
        _handed_on_in_this_turn,
    ),
    Promise(
        "red never to the visible house",
        "Whoever is red, in mortal danger or under 18 is neither offered nor placed in the visible house.",
        _red_never_in_the_visible_house,
    ),
    Promise(
        "no bed there for a red",
        "No bed in the visible house is held for whoever may not be there, nor slept in.",
        _no_bed_in_the_visible_house_for_a_red,
    ),
    Promise(
        "red to secure shelters",
        "A red goes to secure shelters, her own life or body to whoever is on call.",
        _red_goes_to_secure_shelters,
    ),
    Promise(
        "the house after a worker",
        "A bed in the visible house is held only after a worker has spoken with her and done the intake.",
        _house_after_a_worker,
    ),
    Promise(
        "placed only who was spoken with",
        "Nobody is brought under a roof before a worker has spoken with her.",
        _placed_only_who_was_spoken_with,
    ),
    Promise("a hold ends by itself", "No bed is held without an end that time alone brings.", _a_hold_ends),
    Promise("she is answered", "Whatever she does gets an answer.", _she_is_answered),
    Promise("waiting has a timer", "Whoever waits for staff is waited for by a timer.", _waiting_has_a_timer),
    Promise(
        "an open case rings",
        "A handoff rings in the turn that opens it, and until it is taken the next rung is due.",
        _an_open_case_rings,
    ),
    Promise("only she moves", "Neither time nor staff moves her conversation.", _only_she_moves),
    Promise(
        "no place is said",
        "No text of a red or shared-device case carries a place, hers or a shelter's.",
        _no_place_is_said,
    ),
    Promise(
        "a shared device is told little",
        "Where somebody may read along nothing comes unasked but a worker's words, and a number has no name.",
        _a_shared_device_is_told_little,
    ),
    Promise(
        "family is never contacted",
        "In an honour, trafficking or minor case nobody around her may be contacted.",
        _family_is_never_contacted,
    ),
    Promise(
        "leaving leaves one line",
        "Leaving wipes her phone and leaves one neutral line; a long silence wipes it and leaves none.",
        _leaving_leaves_one_line,
    ),
    Promise(
        "the guide shows nothing of hers",
        "In guide mode nothing is shown but what every chat may be shown.",
        _the_guide_shows_nothing_of_hers,
    ),
    Promise(
        "only her word leads behind it",
        "What the guide hides opens by her word alone, or by a cover text where she chose none.",
        _only_her_word_leads_behind_it,
    ),
    Promise(
        "duress is silent",
        "After her duress word nothing is sent that she did not ask for, till two named people lift it.",
        _duress_is_silent,
    ),
)
