"""Who the women of a made-up year are, and what they press: chances by step, so that a year looks like one.

Nobody here exists. The chances are guesses that make the pages readable, and no finding about anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from flows.model import Step

T = TypeVar("T")
MADE_UP = "verzonnen voorbeeld"
# How often each option is pressed. A step that is not here, such as one that was added since, has no preference.
ANSWERS: Mapping[str, Mapping[str, float]] = {
    "safe": {"yes": 88, "unsure": 8, "no": 4},
    "safe_again": {"yes": 93, "no": 7},
    "cannot_write": {"safe_now": 70, "look": 30},
    "devices": {"known": 60, "strange": 25, "unsure": 15},
    "for_whom": {"me": 80, "other": 14, "minor": 6},
    "who": {"me": 85, "other": 12, "minor": 3},
    "afraid_of": {"partner": 70, "family": 17, "work": 3, "other": 10},
    "where_is_he": {"here": 10, "near": 22, "away": 56, "unknown": 12},
    "where_children": {"none": 38, "with_me": 46, "with_them": 9, "safe": 7},
    "more": {"more": 38, "worker": 62},
    "consent": {"yes": 82, "no": 18},
    "shelter": {"tonight": 14, "later": 44, "advice": 42},
    "children": {"none": 40, "one": 24, "two": 22, "three": 9, "more": 5},
    "medical": {"none": 66, "pregnant": 7, "medicines": 14, "hurt": 9, "other": 4},
    "access": {"none": 88, "wheelchair": 2, "deaf": 2, "reading": 6, "other": 2},
    "money": {"own": 30, "some": 44, "none": 26},
    "pets": {"none": 72, "small": 16, "big": 12},
    "transport": {"yes": 46, "no": 54},
    "involve": {"no": 66, "later": 27, "yes": 7},
    "papers": {"with_me": 52, "not_with_me": 38, "none": 10},
    "reach_how": {"chat": 50, "call": 18, "both": 26, "not": 6},
    "reach_when": {"any": 40, "morning": 24, "afternoon": 18, "evening": 18},
    "cover": {"library": 30, "sport": 30, "weather": 40},
    "read_back": {"right": 93, "change": 7},
    "next": {"news": 1},
    "only_advice": {"yes": 15, "stop": 85},
}
# A danger question: how often the answer is yes, for somebody of middling danger; and what yes is then.
YES: Mapping[str, float] = {
    "right_now": 0.04,
    "threat": 0.09,
    "throat": 0.07,
    "weapon": 0.05,
    "fear": 0.08,
    "leaving": 0.60,
    "own_life": 0.12,
    "self_took": 0.15,
    "has_gun": 0.03,
    "burned": 0.02,
    "hit": 0.55,
    "control": 0.55,
    "jealous": 0.45,
    "pregnant_hit": 0.06,
    "must_work": 0.04,
    "shame": 0.08,
}
WHICH: Mapping[str, float] = {
    "recent": 60,
    "before": 40,
    "fainted": 12,
    "children": 12,
    "gun": 6,
    "danger": 6,
    "locked": 2,
    "doctor": 2,
    "now": 15,
    "sometimes": 85,
}
OFTEN = 0.25  # a danger question that is not in YES
SPEAKS = {"nl": 62.0, "en": 10.0, "ar": 8.0, "tr": 7.0, "pl": 4.0, "uk": 3.0, "es": 2.5, "ti": 2.0, "fr": 1.5}
DANGER = ((0.45, 50), (1.0, 32), (2.6, 18))  # how much likelier than middling, and how many women
# Where more stop than elsewhere.
STOPS: Mapping[str, float] = {
    "notice": 0.17,
    "safe": 0.07,
    "for_whom": 0.05,
    "right_now": 0.06,
    "more": 0.06,
    "consent": 0.10,
    "where": 0.06,
    "ages": 0.05,
    "number": 0.08,
}
STOP = 0.018


@dataclass(frozen=True, slots=True)
class Woman:
    """One who does not exist. `danger`: against middling; `pace`: seconds that a question usually takes her."""

    language: str
    channel: str
    danger: float
    pace: float
    skips: float
    types: float  # how often she types where she may also press


def somebody(rng: Random) -> Woman:
    return Woman(
        language=chosen(rng, SPEAKS),
        channel="telegram" if rng.random() < 0.6 else "web",
        danger=chosen(rng, dict(DANGER)),
        pace=rng.lognormvariate(2.3, 0.4),
        skips=rng.choice((0.0, 0.01, 0.03, 0.08)),
        types=rng.random() * 0.5,
    )


def chosen(rng: Random, chances: Mapping[T, float]) -> T:
    return rng.choices(list(chances), list(chances.values()))[0]


def press(rng: Random, woman: Woman, step: Step) -> str:
    """The option of this step that she presses."""
    codes = [option.code for option in step.options]
    if step.name == "speak":
        return woman.language if rng.random() < 0.8 and woman.language in codes else "interpreter"
    if step.block or step.name in YES:
        return _danger(rng, woman, step.name, codes)
    known = ANSWERS.get(step.name, {})
    return chosen(rng, {code: known.get(code, 1.0) for code in codes})


def _danger(rng: Random, woman: Woman, step: str, codes: list[str]) -> str:
    if rng.random() < 0.03:
        return "unsure"
    chance = min(YES.get(step, OFTEN) * woman.danger, 0.9)
    if rng.random() >= chance:
        return "no"
    return chosen(rng, {code: WHICH.get(code, 30.0) for code in codes if code not in ("no", "unsure")})
