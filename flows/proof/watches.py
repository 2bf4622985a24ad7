"""Promises about one way on, for which what was before it must be known: asked of every edge that is explored.

Their tables are their own, typed from domain.md: which signs everybody is asked about, and how soon somebody is rung.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flows import promises
from flows.handoff import is_open
from flows.machine import BESIDE
from flows.model import Colour, Flow, Intake, StaffDid, Timer, Turn, Urgency, Waited
from flows.proof import front, unseen
from flows.proof.explorer import State, Step
from flows.waits import pending

AT_HAND, BY_PEOPLE, ASKED, NEEDED, FIRST, LED, FOR_HER, IN_TIME, KEPT, STANDS, HELD = (
    "out, danger, help and a human at hand",
    "nothing falls without a named human",
    "everybody is asked about danger",
    "everybody is asked what she needs",
    "alert first, ask later",
    "an answer leads where it says",
    "only what is for her is asked",
    "nobody waits longer than promised",
    "her place is kept",
    "what a human decides stands",
    "no deed without what it needs",
)
SAYS = {
    **front.SAYS,
    **unseen.SAYS,
    AT_HAND: "From every step leaving, danger-now, help and a human are one event away.",
    BY_PEOPLE: "Neither colour nor urgency falls but by a named human.",
    ASKED: "Nobody is asked for consent before the questions about danger that are for her.",
    NEEDED: "Nobody's needs are read back before all of them were asked.",
    FIRST: "Once her case is handed on, no further question about danger keeps her from what helps.",
    LED: "An answer that says what happens next is followed by just that.",
    FOR_HER: "She is asked all that is for her and nothing else; her needs once her case is with staff.",
    IN_TIME: "No timer is later than the wait that was promised, and none that went off is due again at once.",
    KEPT: "Leaving keeps where she was, and never a step beside the conversation.",
    STANDS: "A decided colour is the colour until more is found, and what was overruled stays so.",
    HELD: "No bed is replaced, no red elsewhere without a reason, no journey half arranged, no end while she waits.",
}

# --- at hand ----------------------------------------------------------------------------------------------------


def at_hand(state: State, step: Step, turn: Turn) -> str:
    """Help lines are not shown where somebody else may look first: on the harmless front, where danger brings the
    guide's card, and where she is first asked whether she can write. Behind a guide that hides her, danger-now begins
    anew, and is proven from there.
    """
    check = _AT_HAND.get(step.label)
    return "" if check is None or turn.anew or check(state, turn) else AT_HAND


def _keys(turn: Turn) -> Iterator[str]:
    return (key for say in turn.says for key in say.keys)


def _leaves(_state: State, turn: Turn) -> bool:
    return turn.wipe and turn.intake.left and turn.intake.step == "front"


def _danger(_state: State, turn: Turn) -> bool:
    found = turn.assessment
    urgent = found.colour is Colour.RED and found.urgency is Urgency.NOW
    told = any(key.startswith("beats.") for key in _keys(turn))
    return urgent and told and bool(turn.rings) and is_open(turn.intake.handoff)


def _helps(state: State, turn: Turn) -> bool:
    harmless = {"front", "safe_again"} & {state.intake.step, turn.intake.step}
    return "help_lines" in _keys(turn) or bool(harmless)


def _human(_state: State, turn: Turn) -> bool:
    return is_open(turn.intake.handoff)


_AT_HAND = {"leave": _leaves, "danger_now": _danger, "help_lines": _helps, "human": _human}

# --- by people --------------------------------------------------------------------------------------------------


def by_people(state: State, step: Step, turn: Turn) -> str:
    """Orange only because questions were still open may become green by her answers; all else stays."""
    before, after = state.assessment, turn.assessment
    if after.urgency < before.urgency:
        return BY_PEOPLE
    if after.colour >= before.colour:
        return ""
    event = step.event
    if isinstance(event, StaffDid):
        return "" if event.did == "lower" and event.by and event.text else BY_PEOPLE
    found = promises.least(state.intake.findings).colour is not Colour.GREEN or state.intake.decision
    return BY_PEOPLE if found else ""


# --- what is asked ----------------------------------------------------------------------------------------------

# domain.md 1.1, 1.3, 1.11: asked of everybody before she is offered that the rest is left for a worker.
CORE = frozenset({"NOW", "LOCK", "MED", "KILL", "CHILD", "STR", "LOC", "WPN", "GUN", "FEAR", "SUIS"})
BY_FEAR = {
    "partner": frozenset({"SEP"}),
    "family": frozenset({"HBV", "FMAR"}),
    "work": frozenset({"TRAF"}),
}
ANYBODY = frozenset({"STALK"})
REST = frozenset(
    {"PHYS", "ESC", "CTRL", "SEX", "FIRE", "PREG", "SUIH", "SUBST", "BREACH", "MON", "PET", "SEP", "STALK"}
    | {"HBV", "TRAF"}
)
PARTNERS = frozenset(
    {"JEAL", "UNEMP"}
)  # published for partners only; a child not his (STEP) for adults as well


def asked(state: State, step: Step, turn: Turn) -> str:
    intake = turn.intake
    if intake.step != "consent" or state.intake.step == "consent" or intake.handoff is not None:
        return ""
    if step.label.startswith(("back", "story")) or state.intake.step in ("only_advice", "goodbye"):
        return ""
    return "" if _must_ask(intake) <= _was_asked(state, intake) else ASKED


def _must_ask(intake: Intake) -> frozenset[str]:
    feared = intake.answers.get("afraid_of", "")
    must = CORE | BY_FEAR.get(feared, ANYBODY)
    if intake.answers.get("more") != "more":
        return must
    must |= REST
    if feared in ("partner", "other", "skip"):
        must |= PARTNERS
        if intake.answers.get("for_whom") != "minor":
            must |= {"STEP"}
    return must


def _was_asked(state: State, intake: Intake) -> frozenset[str]:
    raises = _raises(state.flow)
    return frozenset().union(*(raises.get(name, frozenset()) for name in intake.answers))


@cache
def _raises(flow: Flow) -> dict[str, frozenset[str]]:
    return {
        step.name: frozenset(sign.indicator for option in step.options for sign in option.raises)
        for step in flow.steps
    }


# domain.md 2 "Needs": what whoever brings her must know of everybody; the others hang on what she said before.
OF_ALL = frozenset(
    {"where", "medical", "speak", "access", "pets", "transport", "avoid", "never_tell", "reach_how"}
)
UNHURRIED = frozenset({"money", "around", "papers"})


def needed(state: State, step: Step, turn: Turn) -> str:
    intake = turn.intake
    if intake.step != "read_back" or state.intake.step in ASIDE | {"read_back"}:
        return ""
    if step.label.startswith(("back", "story")):
        return ""
    answers, must = intake.answers, set(OF_ALL)
    if "minor" not in (answers.get("for_whom"), answers.get("who")):
        must.add("children")
    if answers.get("own_life") != "now":
        must.add("shelter")
    if answers.get("consent") == "yes":
        must |= UNHURRIED
    if answers.get("reach_how") in ("call", "both"):
        must |= {"number", "other_answers"}
    if answers.get("reach_how") != "not":
        must |= {"reach_when", "cover"}
    if answers.get("children") in ("one", "two", "three", "more") and "children" in must:
        must.add("ages")
    if "for_whom" not in answers:
        must.add("who")
    return "" if must <= answers.keys() else NEEDED


def alert_first(state: State, step: Step, turn: Turn) -> str:
    """Forward only: going back to a question about danger, or coming back to the one where she was, is her choice.
    Whether she is in danger at this very moment is asked of everybody.
    """
    if turn.intake.handoff is None or turn.intake.step == state.intake.step or state.intake.step in BESIDE:
        return ""
    forward = step.label.startswith(("answer:", "skip", "text", "danger_now"))
    to = turn.intake.step
    asks = state.flow.by_name[to].block and to != "right_now"
    hurried = to in UNHURRIED and turn.intake.answers.get("consent") != "yes"
    hurried |= to in ("more", "consent") and state.intake.step not in ("only_advice", "goodbye")
    return FIRST if forward and (asks or hurried) else ""


_PARTNERS, _ALL = ("partner", "other", "skip"), ("partner", "family", "work", "other", "skip")
# Whom a question is for, by what she said before; all that is not named is for everybody.
FOR = {
    "leaving": ("afraid_of", ("partner",)),
    "honour": ("afraid_of", ("family",)),
    "forced": ("afraid_of", ("work",)),
    "follows": ("afraid_of", ("other", "skip")),
    "jealous": ("afraid_of", _PARTNERS),
    "no_work": ("afraid_of", _PARTNERS),
    "stepchild": ("afraid_of", _PARTNERS),
    "left_before": ("afraid_of", tuple(who for who in _ALL if who != "partner")),
    "followed": ("afraid_of", ("partner", "family", "work")),
    "shame": ("afraid_of", tuple(who for who in _ALL if who != "family")),
    "must_work": ("afraid_of", tuple(who for who in _ALL if who != "work")),
    "self_took": ("own_life", ("now",)),
    "helper": ("for_whom", ("other",)),
    "minor": ("for_whom", ("minor",)),
    "who": ("for_whom", ("",)),
    "ages": ("children", ("one", "two", "three", "more")),
    "number": ("reach_how", ("call", "both")),
    "other_answers": ("reach_how", ("call", "both")),
    "involve": ("afraid_of", ("partner",)),
    "for_whom": ("for_whom", ("", "me", "skip")),  # it may stand in her own words already
}
ON_REQUEST = frozenset(  # only where she said that she wants to be asked more
    ("hit", "worse", "control", "forced_sex", "burned", "pregnant_hit", "has_gun", "his_suicide", "drink")
) | {"broke_order", "watched", "pets_hurt"}


def for_her(state: State, step: Step, turn: Turn) -> str:
    """Forward only, as above. Her needs are asked once her case is with staff, never before."""
    to = turn.intake.step
    if to == state.intake.step or not step.label.startswith(("answer:", "skip", "text")):
        return ""
    back = to in (state.intake.resume, state.intake.aside)  # to where she was, whatever was said since
    back |= state.intake.step in ("only_advice", "goodbye")  # asked once more because she wants to be
    if not back and (not _is_for(to, turn.intake) or _passed_over(state.intake.step, to, turn.intake)):
        return FOR_HER
    needs = to in OF_ALL | UNHURRIED | {"read_back", "next", "shelter", "children"}
    return FOR_HER if needs and turn.intake.handoff is None else ""


# The order (domain.md 2): danger first; then where she is, which whoever comes needs most, and what helps her.
ORDER = (
    "right_now", "threat", "throat", "weapon", "fear", "leaving", "honour", "forced", "follows", "own_life",
    "self_took", "more", "hit", "worse", "control", "jealous", "forced_sex", "burned", "pregnant_hit", "has_gun",
    "his_suicide", "stepchild", "no_work", "drink", "broke_order", "watched", "pets_hurt", "left_before", "followed",
    "shame", "must_work", "consent", "where", "who", "shelter", "children", "ages", "medical", "speak", "access",
    "money", "pets", "transport", "avoid", "around", "never_tell", "involve", "papers", "reach_how", "reach_when",
    "number", "other_answers", "cover", "read_back",
)  # fmt: skip
PLACE = {name: number for number, name in enumerate(ORDER)}
BEFORE_NEEDS = frozenset(ORDER[1 : PLACE["where"]]) - {"self_took"}  # asked only while nobody has her case


def _passed_over(step: str, to: str, intake: Intake) -> bool:
    """Whether a question between the two is for her; "no" to the read-back leads back to the first need."""
    if step not in PLACE or to not in PLACE:
        return False
    return any(_is_for(name, intake) for name in ORDER[PLACE[step] + 1 : PLACE[to]])


def _is_for(name: str, intake: Intake) -> bool:
    answers, handed = intake.answers, intake.handoff is not None
    about, wanted = FOR.get(name, ("", ()))
    if about and answers.get(about, "") not in wanted:
        return False
    minor = "minor" in (answers.get("for_whom"), answers.get("who"))
    if minor and name in ("stepchild", "children", "ages"):
        return False
    if name in BEFORE_NEEDS and handed:
        return False
    if name in ON_REQUEST | RATHER_LATE and answers.get("more") != "more":
        return False
    if name in UNHURRIED and handed and answers.get("consent") != "yes":
        return False
    if name == "involve":
        found = {finding.indicator for finding in intake.findings}
        other = "other" in (answers.get("for_whom"), answers.get("who"))
        return not (minor or other or found & promises.NO_FAMILY)
    return not (
        (name == "shelter" and answers.get("own_life") == "now")
        or (name in ("reach_when", "cover") and answers.get("reach_how") == "not")
    )


RATHER_LATE = frozenset({"jealous", "stepchild", "no_work", "left_before", "followed", "shame", "must_work"})

GUIDE = ("coffee", "meal", "lessons", "mending", "sport", "library")
# What an answer itself promises: where it leads, whatever else she said.
LEADS = {
    **dict.fromkeys((("front", entry) for entry in GUIDE), "front"),
    ("safe", "no"): "cannot_write",
    ("safe", "unsure"): "devices",
    ("safe_again", "no"): "cannot_write",
    ("cannot_write", "look"): "devices",
    ("devices", "strange"): "web_chat",
    ("for_whom", "other"): "helper",
    ("for_whom", "minor"): "minor",
    ("own_life", "now"): "self_took",
    ("consent", "no"): "only_advice",
    ("only_advice", "yes"): "consent",
    ("only_advice", "stop"): "goodbye",
    ("goodbye", "again"): "consent",
    ("read_back", "change"): "where",
    ("next", "news"): "next",
}


def leads(state: State, step: Step, turn: Turn) -> str:
    kind, _, code = step.label.partition(":")
    if kind != "answer":
        return ""
    wanted = LEADS.get((state.intake.step, code), "")
    if state.intake.step == "children" and code != "none" and turn.intake.answers.get("for_whom") != "minor":
        wanted = "" if turn.intake.answers.get("who") == "minor" else "ages"
    first = turn.intake.step in promises.CLARIFYING  # what she may have meant is asked before that
    return LED if wanted and wanted != (turn.intake.aside if first else turn.intake.step) else ""


# --- how soon ---------------------------------------------------------------------------------------------------

MINUTE, HOUR = 60.0, 3600.0
# domain.md 2 "Speed": from one rung to the next, by how urgent it is.
RUNGS = {Urgency.NOW: 5 * MINUTE, Urgency.TODAY: 2 * HOUR, Urgency.THIS_WEEK: 24 * HOUR}
WITHIN = {
    "gap": 30 * MINUTE,
    "contact": 10 * MINUTE,
    "unanswered": 15 * MINUTE,
    "unread": 3 * MINUTE,
    "hold": 2 * HOUR,
}


def in_time(_state: State, step: Step, turn: Turn) -> str:
    """Each timer that now runs, from the moment it counts from."""
    event = turn.entry.event
    for timer in pending(turn.intake):
        again = isinstance(event, Waited) and step.label != "timer:stale" and timer.what == event.what
        if timer.due > _latest(turn, timer) or (again and timer.due <= event.at):
            return IN_TIME
    return ""


def _latest(turn: Turn, timer: Timer) -> float:
    intake, handoff, placement = turn.intake, turn.intake.handoff, turn.intake.placement
    urgency = max(turn.assessment.urgency, Urgency.THIS_WEEK)
    now = turn.entry.event.at
    if timer.what == "gap":
        return intake.heard + WITHIN["gap"]
    if timer.what == "silence" or handoff is None:
        pressing = handoff is not None and urgency is Urgency.NOW
        return intake.heard + (5 * MINUTE if pressing else 30 * MINUTE)
    since = {
        "contact": handoff.taken or 0.0,
        "unanswered": handoff.opened,
        "unread": intake.heard,
        "hold": placement.until if placement else 0.0,
    }
    if timer.what == "doubt":
        return intake.doubted + 5 * MINUTE
    if timer.what == "hold":
        return now + WITHIN["hold"]
    return since[timer.what] + WITHIN[timer.what] if timer.what in since else now + RUNGS[urgency]


# --- what stays -------------------------------------------------------------------------------------------------

ASIDE = frozenset({"front", "safe_again", "cannot_write", "devices", "web_chat", "language", "delete"}) | {
    "return_word",
    "duress_word",
}


def keeps(state: State, step: Step, turn: Turn) -> str:
    before = state.intake
    place = before.aside or before.step
    if turn.intake.resume in ASIDE | promises.CLARIFYING:
        return KEPT
    if step.label not in ("leave", "timer:gap"):
        return ""
    return "" if turn.intake.resume == (before.resume if place in ASIDE else place) else KEPT


def stands(state: State, _step: Step, turn: Turn) -> str:
    decision, former = turn.intake.decision, state.intake.decision
    if decision is None or decision is former:
        return ""
    kept = former is None or decision.findings >= former.findings
    return "" if kept and turn.assessment.colour is decision.colour else STANDS


ENDS = frozenset(
    {"secure_shelter", "visible_house", "other_shelter", "advice", "police", "lost_contact", "not_needed"}
)
# domain.md 2 "Needs", 8 (10): under which roof of ours an outcome says that she is.
UNDER = {"secure_shelter": "secure", "visible_house": "visible_house"}


def deeds(state: State, step: Step, turn: Turn) -> str:
    """What staff do has what it needs, and what was refused is logged as that."""
    event = step.event
    if not isinstance(event, StaffDid):
        return ""
    refused = any(row.kind == "refused" for row in turn.log)
    return "" if refused == bool(turn.refused) and _has_its_needs(state, event, turn) else HELD


def _has_its_needs(state: State, deed: StaffDid, turn: Turn) -> bool:
    former, now, handoff = state.intake.placement, turn.intake.placement, turn.intake.handoff
    case = state.intake.handoff
    if now is not former and now is not None:
        if deed.did == "hold" and former is not None and former.stands:
            return False
        red = turn.assessment.colour is Colour.RED
        if deed.did == "hold" and red and now.place.kind.value != "secure" and not deed.text.strip():
            return False
        if now.state == "under_way" and not now.journey.whole:
            return False
    closed = handoff is not None and handoff.state == "closed" and case is not None and case.state != "closed"
    decided = turn.intake.decision is not state.intake.decision and deed.did == "lower"
    if (closed or decided) and case is not None and "wrote" in case.marks:
        return False
    if closed and handoff is not None and handoff.outcome not in ENDS:
        return False
    if turn.intake.forgotten and not _may_forget(state, deed):
        return False
    if not closed or handoff is None or handoff.outcome not in UNDER:
        return True
    return now is not None and (now.state, now.place.kind.value) == ("arrived", UNDER[handoff.outcome])


def _may_forget(state: State, deed: StaffDid) -> bool:
    """GDPR art. 17, domain.md 5: she asked it herself, live; of a red two named people say so."""
    case = state.intake.handoff
    alone = deed.second in ("", deed.by)
    asked = deed.did == "forget" and bool(deed.text.strip()) and case is not None and case.spoken_live
    return asked and not state.intake.duress and not (alone and state.assessment.colour is Colour.RED)


ALL = (
    at_hand,
    by_people,
    asked,
    needed,
    alert_first,
    leads,
    for_her,
    keeps,
    in_time,
    *front.HERS,
    *unseen.HERS,
)
WITH_STAFF = (at_hand, by_people, in_time, keeps, stands, deeds, *front.WITH_STAFF)
