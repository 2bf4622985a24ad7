"""What signs of danger mean, alone and together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine import begin
from flows.indicators import INDICATORS, assess
from flows.model import Assessment, Colour, Desk, Finding, Urgency, When
from flows.promises import RED_ALONE

RED_NOW = {"NOW", "LOCK", "FEAR", "CHILD"}


def found(*codes: str, when: When = When.UNKNOWN, unknown: tuple[str, ...] = ()) -> Assessment:
    findings = tuple(Finding(code, when, "test", 0.0, "test") for code in codes)
    return assess(begin("web", "nl", 0.0).but(findings=findings), unknown)


@pytest.mark.parametrize("code", sorted(RED_ALONE))
def test_each_red_sign_alone_is_red_and_rings_now(code: str) -> None:
    """A red act of unknown date is red and rings now."""
    assert (found(code).colour, found(code).urgency) == (Colour.RED, Urgency.NOW)


@pytest.mark.parametrize("code", sorted(RED_ALONE - RED_NOW))
def test_an_older_red_keeps_its_colour_and_rings_as_today(code: str) -> None:
    """Colour and urgency are two questions: which roof, and who is woken."""
    older = found(code, when=When.BEFORE)

    assert (older.colour, older.urgency) == (Colour.RED, Urgency.TODAY)


@pytest.mark.parametrize("code", sorted(RED_NOW))
def test_what_is_about_this_moment_has_no_long_ago(code: str) -> None:
    """Immediate danger, locked in, fear of being killed and a child in danger ring now, whatever the date."""
    assert found(code, when=When.BEFORE).urgency is Urgency.NOW


def test_the_engine_and_the_promises_name_the_same_red_signs() -> None:
    """The promises' own table was typed apart; where the two differ, one of them is wrong."""
    assert {code for code, sign in INDICATORS.items() if sign.colour is Colour.RED} == RED_ALONE


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("four_secondary", ("SEP", "UNEMP", "STEP", "GUN")),
        ("four_secondary", ("STALK", "UNEMP", "SUIH", "JEAL")),
        ("three_of_five", ("ESC", "JEAL", "PREG")),
        ("his_suicide_and_child", ("SUIH", "STEP")),
        ("cluster_of_three", ("SEP", "CTRL", "PHYS")),
        ("cluster_of_three", ("SEP", "CTRL", "SEX")),
        ("gun_and_violence", ("GUN", "PHYS")),
        ("followed_after_leaving", ("STALK", "SEP")),
        ("followed_after_leaving", ("ESC", "SEP")),
    ],
)
def test_signs_that_mean_more_together_are_red(rule: str, codes: tuple[str, ...]) -> None:
    """Each combination makes red, and the reason names the rule and what it used; one sign fewer does not."""
    together = found(*codes)

    assert together.colour is Colour.RED
    assert set(next(reason.indicators for reason in together.reasons if reason.rule == rule)) >= set(codes)
    for missing in codes:
        fewer = found(*(code for code in codes if code != missing))
        assert rule not in {reason.rule for reason in fewer.reasons}


def test_control_and_jealousy_are_one_factor() -> None:
    """The published screen counts them as one item (domain.md 1.3, item 6)."""
    assert found("CTRL", "JEAL", "UNEMP", "STEP").colour is Colour.ORANGE


def test_our_own_combinations_are_marked_as_proposals() -> None:
    """Professionals still have to confirm these two; staff see it."""
    proposals = {reason.rule for reason in found("GUN", "PHYS", "SEP", "STALK").reasons if reason.proposal}

    assert proposals == {"gun_and_violence", "followed_after_leaving"}


@pytest.mark.parametrize("code", ["SUIS", "MED"])
def test_her_own_life_and_body_bar_the_visible_house_without_being_red(code: str) -> None:
    """They ring at once and go to on-call intake; to placement only if violence is red too."""
    alone, with_violence = found(code), found(code, "STR")

    assert (alone.colour, alone.urgency, alone.visible_house) == (Colour.ORANGE, Urgency.NOW, False)
    assert alone.desks == (Desk.ON_CALL,)
    assert with_violence.desks == (Desk.PLACEMENT, Desk.ON_CALL)


def test_green_needs_every_answer() -> None:
    """One danger question without an answer is enough for orange; none found and all answered is green."""
    assert found(unknown=("throat",)).colour is Colour.ORANGE
    assert found().colour is Colour.GREEN


codes = st.lists(st.sampled_from(sorted(INDICATORS)), max_size=8)
whens = st.sampled_from(list(When))


@given(codes, codes, whens)
def test_more_danger_never_lowers(fewer: list[str], more: list[str], when: When) -> None:
    """Adding signs to any set of signs raises colour and urgency or leaves them."""
    before, after = found(*fewer, when=when), found(*fewer, *more, when=when)

    assert after.colour >= before.colour
    assert after.urgency >= before.urgency
    assert after.visible_house <= before.visible_house
    assert {reason.rule for reason in before.reasons} <= {reason.rule for reason in after.reasons}


@given(codes)
def test_every_sign_has_a_reason_that_names_it(signs: list[str]) -> None:
    """Nothing found is without an explanation."""
    explained = {code for reason in found(*signs).reasons for code in reason.indicators}

    assert set(signs) == explained
