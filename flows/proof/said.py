"""What each answer says about danger, and which questions count for whom: typed a second time, held against the flow.

From the question's own words and domain.md 1.1 to 1.4, 1.11 and 2 (2); nothing here is read from the declaration.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.making import unknown
from flows.model import Flow, Intake, Raise, Step, When
from flows.proof.explorer import Breach
from flows.tongues import LANGUAGES

HEARD, COUNTED, ALARMED = (
    "every answer is heard",
    "every question counts for whom it is for",
    "every alarm raises what it says",
)
SAYS = {
    HEARD: "Each answer raises the signs that its words mean, at the date that they say.",
    COUNTED: "A danger question that is for her and has no answer is unknown, never no.",
    ALARMED: "Danger-now means danger at this moment, from every step; asking for a human is kept.",
}
DATED = {"recent": When.RECENT, "before": When.BEFORE}
# Answers without a date of their own; "recent" and "before" raise what DONE says, "unsure" raises UNSURE.
NAMED: dict[str, dict[str, str]] = {
    "devices": {"strange": "MON", "unsure": "MON"},
    "for_whom": {"minor": "MINOR"},
    "who": {"minor": "MINOR"},
    "where_is_he": {"here": "PRESENT", "near": "PRESENT"},
    "where_children": {"with_them": "CHILDLEFT"},
    "right_now": {"danger": "NOW", "locked": "LOCK", "doctor": "MED"},
    "threat": {"children": "CHILD"},
    "throat": {"fainted": "STR LOC"},
    "weapon": {"gun": "GUN"},
    "fear": {"yes": "FEAR"},
    "leaving": {"left": "SEP", "want": "PLAN"},
    "left_before": {"left": "SEP", "want": "PLAN"},
    "honour": {"threat": "HBV", "marriage": "FMAR", "abroad": "FMAR"},
    "shame": {"threat": "HBV", "marriage": "FMAR"},
    "forced": {"work": "TRAF", "papers": "TRAF", "debt": "TRAF"},
    "must_work": {"yes": "TRAF"},
    "own_life": {"now": "SUIS", "sometimes": "SUISOME"},
    "self_took": {"yes": "MED"},
    "worse": {"yes": "ESC"},
    "control": {"yes": "CTRL"},
    "jealous": {"yes": "JEAL"},
    "has_gun": {"yes": "GUN"},
    "his_suicide": {"yes": "SUIH"},
    "stepchild": {"yes": "STEP"},
    "no_work": {"yes": "UNEMP"},
    "drink": {"yes": "SUBST"},
    "broke_order": {"yes": "BREACH"},
    "watched": {"yes": "MON"},
    "pets_hurt": {"yes": "PET"},
    "where": {"lost": "LOST"},
    "shelter": {"tonight": "NOROOF"},
}
DONE = {
    "threat": "KILL", "throat": "STR", "weapon": "WPN", "hit": "PHYS", "forced_sex": "SEX", "burned": "FIRE",
    "pregnant_hit": "PREG", "follows": "STALK", "followed": "STALK",
}  # fmt: skip
# Which danger questions are for everybody, and for whom the others are (domain.md 1.1, 1.3, 1.11).
FOR_ALL = frozenset(
    ("right_now", "threat", "throat", "weapon", "fear", "own_life", "hit", "worse", "control", "forced_sex")
) | {"burned", "pregnant_hit", "has_gun", "his_suicide", "drink", "broke_order", "watched", "pets_hurt"}
BY_FEAR = {
    "partner": {"leaving", "jealous", "stepchild", "no_work", "followed", "shame", "must_work"},
    "family": {"honour", "left_before", "followed", "must_work"},
    "work": {"forced", "left_before", "followed", "shame"},
    "other": {"follows", "jealous", "stepchild", "no_work", "left_before", "shame", "must_work"},
}
QUESTIONS = FOR_ALL.union(*BY_FEAR.values())
ADULTS = frozenset({"stepchild"})


def found(flow: Flow) -> Iterator[Breach]:
    """Whatever the declaration says otherwise."""
    for step in flow.steps:
        yield from (Breach(HEARD, detail, ()) for detail in _unheard(step))
    yield from (Breach(COUNTED, detail, ()) for detail in _uncounted(flow))
    yield from (Breach(ALARMED, detail, ()) for detail in _alarms(flow))


def _unheard(step: Step) -> Iterator[str]:
    wanted = {code: frozenset(signs.split()) for code, signs in NAMED.get(step.name, {}).items()}
    if step.name in DONE:
        wanted |= dict.fromkeys(DATED, frozenset({DONE[step.name]}))
    if step.name in QUESTIONS or step.name == "self_took":
        wanted |= {"unsure": frozenset({"UNSURE"}), "no": frozenset()}
    if step.name == "language":
        wanted |= dict.fromkeys(LANGUAGES, frozenset())
    options = {option.code: option for option in step.options}
    yield from (f"{step.name}.{code} is gone" for code in wanted.keys() - options.keys())
    for code, option in options.items():
        if {sign.indicator for sign in option.raises} != wanted.get(code, frozenset()):
            yield f"{step.name}.{code}"
        elif not all(_at(code, sign) for sign in option.raises):
            yield f"{step.name}.{code} at another date"


def _at(code: str, sign: Raise) -> bool:
    return sign.when is DATED.get(code, When.UNKNOWN)


def _uncounted(flow: Flow) -> Iterator[str]:
    for feared, for_some in BY_FEAR.items():
        for whom in ("me", "minor"):
            intake = Intake("", "", 0.0, answers={"afraid_of": feared, "for_whom": whom})
            wanted = FOR_ALL | (for_some - ADULTS if whom == "minor" else for_some)
            if frozenset(unknown(flow, intake)) != wanted:
                yield f"afraid of {feared}, for {whom}"


def _alarms(flow: Flow) -> Iterator[str]:
    raised = {alarm.option: frozenset(sign.indicator for sign in alarm.raises) for alarm in flow.alarms}
    for option, wanted in (("danger_now", frozenset({"NOW"})), ("human", frozenset({"ASKED"}))):
        if raised.get(option) != wanted:
            yield option
