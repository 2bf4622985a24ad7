"""From a held bed to having arrived, and what takes a place away again. The invariant at every gate of the core."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows import routing
from flows.model import Colour, Turn, Urgency
from flows.placement import HOLD_SECONDS, STATES, Journey, Kind, Place, move
from flows.routing import HouseCase, NotForHouse, route
from tests.flows.walk import NO_CORE, TO_DANGER, Walk

SECURE, HOUSE = Place("1", Kind.SECURE, 2), Place("2", Kind.VISIBLE_HOUSE, 2)
HOTEL = Place("3", Kind.HOTEL, 1)
WHOLE = Journey("taxi, besteld door ons", "Sanne, bij de achterdeur", "papieren en medicijnen")


def red() -> Walk:
    """A red case, taken."""
    her = Walk(*TO_DANGER, "danger")
    her.staff("take")
    return her


def orange(*deeds: str) -> Walk:
    """An orange case that a worker has taken, and done these deeds with."""
    her = Walk(*TO_DANGER, *NO_CORE, "worker", "yes")
    assert her.turn.assessment.colour is Colour.ORANGE
    for deed in ("take", *deeds):
        assert her.staff(deed).refused == ""
    return her


def state(her: Walk) -> str:
    assert her.intake.placement is not None
    return her.intake.placement.state


def places(turn: Turn) -> list[tuple[str, str]]:
    return [(row.code, row.to) for row in turn.log if row.kind == "place"]


def test_a_red_is_held_confirmed_brought_and_placed() -> None:
    """The whole way; the log tells each step with the kind of house and never with the house."""
    her = red()
    for deed, about in (
        ("hold", {"place": SECURE}),
        ("confirm", {}),
        ("spoken_live", {}),
        ("set_out", {"journey": WHOLE}),
        ("arrive", {}),
    ):
        assert her.staff(deed, **about).refused == "", deed
    assert state(her) == "arrived"
    assert her.intake.handoff is not None
    assert her.intake.handoff.state == "placed"
    logged = [pair for turn in her.turns for pair in places(turn)]
    assert logged == [(state, "secure") for state in ("held", "confirmed", "under_way", "arrived")]
    assert her.staff("close", text="secure_shelter").refused == ""
    assert her.replayed() == her.intake


def test_nobody_sets_out_before_somebody_has_spoken_with_her() -> None:
    """Held and confirmed a bed may be; but until a worker has heard her, she is neither brought nor placed."""
    her = red()
    her.staff("hold", place=SECURE)
    her.staff("confirm")
    assert her.staff("set_out", journey=WHOLE).refused == "not_spoken_live"
    assert her.staff("arrive").refused == "not_spoken_live"
    assert state(her) == "confirmed"


def test_setting_out_asks_how_by_whom_and_with_what() -> None:
    """All three are told before she leaves; one that is missing is asked for."""
    her = red()
    her.staff("spoken_live")
    her.staff("hold", place=SECURE)
    her.staff("confirm")
    assert her.staff("set_out", journey=Journey("taxi", "", "papieren")).refused == "needs_journey"
    assert her.staff("set_out").refused == "needs_journey"
    assert her.staff("set_out", journey=WHOLE).refused == ""


def test_what_she_hears_of_a_confirmed_place_names_nothing() -> None:
    """One sentence, once she has been spoken with; before that, nothing at all."""
    unmet, met = red(), red()
    met.staff("spoken_live")
    for her in (unmet, met):
        her.staff("hold", place=SECURE)
        her.staff("confirm")
    assert unmet.said() == []
    assert "news.place" in met.said()


def test_a_hold_ends_by_itself_and_rings_whoever_places() -> None:
    """After two hours nobody keeps a bed for her any more, and somebody is told to look again."""
    her = red()
    her.staff("spoken_live")
    held_at = her.now + 1
    her.staff("hold", place=SECURE)
    turns = her.waits_until(HOLD_SECONDS + 60)
    assert state(her) == "expired"
    expired = next(turn for turn in turns if ("expired", "secure") in places(turn))
    assert expired.entry.event.at == held_at + HOLD_SECONDS
    assert [ring.who for ring in expired.rings] == ["placement"]
    assert her.staff("hold", place=SECURE).refused == ""  # and a new one can be held


def test_a_hold_can_be_kept_longer_and_given_up() -> None:
    """Two more hours from now; given up by somebody else, whoever placed is rung."""
    her = red()
    her.staff("spoken_live")
    her.staff("hold", place=SECURE)
    her.later(3600)
    her.staff("extend")
    assert her.intake.placement is not None
    assert her.intake.placement.until == her.now + HOLD_SECONDS
    turn = her.staff("release", by="noor")
    assert state(her) == "released"
    assert [ring.who for ring in turn.rings] == ["placement"]


def test_two_places_for_one_woman_are_refused() -> None:
    """The first is given up before a second is held."""
    her = red()
    her.staff("hold", place=SECURE)
    assert her.staff("hold", place=SECURE).refused == "has_place"


def test_a_place_that_is_not_there_can_be_neither_confirmed_nor_left() -> None:
    """No deed about a place without one; none that its state does not allow."""
    her = red()
    for deed in ("extend", "confirm", "release"):
        assert her.staff(deed).refused == "no_such_place"
    assert her.staff("hold").refused == "nothing_chosen"


def test_a_case_that_nobody_has_gets_no_place() -> None:
    """Somebody must be there to bring her: a place is held for a taken case."""
    her = Walk(*TO_DANGER, "danger")
    assert her.staff("hold", place=SECURE).refused == "not_taken"


def test_a_red_under_another_roof_needs_a_reason() -> None:
    """When nothing secure is free a person may decide so, and says why; never for the visible house."""
    her = red()
    assert her.staff("hold", place=HOTEL).refused == "needs_reason"
    assert her.staff("hold", place=HOUSE, text="nergens anders plek").refused == "not_visible_house"
    assert her.staff("hold", place=HOTEL, text="nergens anders plek").refused == ""


def test_orange_goes_to_the_visible_house_only_after_a_talk_and_the_intake() -> None:
    """Spoken with live first, then the intake by a worker; then the bed can be held."""
    assert orange().staff("hold", place=HOUSE).refused == "not_spoken_live"
    assert orange("spoken_live").staff("hold", place=HOUSE).refused == "no_intake_yet"
    assert orange("spoken_live", "intake_done").staff("hold", place=HOUSE).refused == ""
    assert orange().staff("intake_done").refused == "not_spoken_live"


# --- the gate by type ---------------------------------------------------------------------------------------------


def test_a_red_case_cannot_become_what_the_visible_house_takes() -> None:
    """There is no HouseCase of a red, not even by hand; and nothing else is let in."""
    her = red()
    handoff = her.intake.handoff
    assert handoff is not None
    with pytest.raises(NotForHouse, match="not_visible_house"):
        HouseCase(her.turn.assessment, handoff)
    with pytest.raises(NotForHouse):
        routing.into_the_house((her.turn.assessment, handoff), HOUSE, "sanne", her.now)  # type: ignore[arg-type]
    with pytest.raises(NotForHouse):
        routing.elsewhere(HOUSE, "sanne", her.now)
    met = orange("spoken_live", "intake_done")
    assert met.intake.handoff is not None
    case = HouseCase(met.turn.assessment, met.intake.handoff)
    with pytest.raises(NotForHouse):
        replace(case, assessment=her.turn.assessment)


# --- turning red --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how_far", ["held", "confirmed", "under_way", "arrived"])
def test_turning_red_takes_the_visible_house_away_in_that_turn(how_far: str) -> None:
    """However far she was: the place is withdrawn, placement is rung, and staff see that it does not fit any more."""
    her = orange("spoken_live", "intake_done")
    her.staff("hold", place=HOUSE)
    for deed, about in (("confirm", {}), ("set_out", {"journey": WHOLE}), ("arrive", {})):
        if state(her) != how_far:
            her.staff(deed, **about)
    assert state(her) == how_far
    turn = her.button("danger_now")
    assert turn.assessment.colour is Colour.RED
    assert state(her) == "withdrawn"
    assert ("withdrawn", "visible_house") in places(turn)
    assert "placement" in [ring.who for ring in turn.rings]
    assert her.intake.handoff is not None
    assert "place_withdrawn" in her.intake.handoff.marks
    assert her.intake.handoff.state == "in_touch"
    assert her.replayed() == her.intake


def test_her_own_life_takes_the_visible_house_away_too() -> None:
    """Barred is enough, red or not."""
    her = orange("spoken_live", "intake_done")
    her.staff("hold", place=HOUSE)
    turn = her.old_button("own_life", "now")
    assert turn.assessment.colour is Colour.ORANGE
    assert state(her) == "withdrawn"


def test_a_human_raising_the_colour_takes_it_away_as_well() -> None:
    """It does not matter who sees the danger."""
    her = orange("spoken_live", "intake_done")
    her.staff("hold", place=HOUSE)
    her.staff("raise", text="hij staat voor de deur", colour=Colour.RED)
    assert state(her) == "withdrawn"


def test_a_secret_place_stays_when_she_turns_red() -> None:
    """Only the visible house stops fitting."""
    her = orange("spoken_live")
    her.staff("hold", place=SECURE)
    her.button("danger_now")
    assert state(her) == "held"


# --- closing ------------------------------------------------------------------------------------------------------


def test_closing_says_what_is_true_of_the_place() -> None:
    """Under a roof of ours only who arrived there; nothing is closed while a bed is kept; elsewhere needs a talk."""
    her = red()
    assert her.staff("close", text="other_shelter").refused == "not_spoken_live"
    her.staff("spoken_live")
    assert her.staff("close", text="secure_shelter").refused == "not_placed"
    her.staff("hold", place=SECURE)
    assert her.staff("close", text="police").refused == "place_open"
    her.staff("release")
    assert her.staff("close", text="other_shelter").refused == ""


# --- when nothing is free -----------------------------------------------------------------------------------------


def test_when_nothing_is_free_a_supervisor_is_told_once() -> None:
    """The first time it is so; the mark goes when something is free again."""
    her = red()
    assert [ring.who for ring in her.looked(0).rings] == ["supervisors"]
    assert her.looked(0).rings == ()
    assert her.intake.handoff is not None
    assert "no_place" in her.intake.handoff.marks
    her.looked(2)
    assert "no_place" not in her.intake.handoff.marks
    codes = [row.code for turn in her.turns for row in turn.log if row.kind == "no_place"]
    assert codes == ["since", "again"]
    assert her.replayed() == her.intake


def test_a_place_found_while_the_program_looked_is_no_lack_of_one() -> None:
    """What it saw a moment ago rings nobody for a woman who has a bed by now."""
    her = red()
    her.staff("hold", place=SECURE)
    turn = her.looked(0)
    assert turn.rings == ()
    assert turn.intake.handoff is not None
    assert "no_place" not in turn.intake.handoff.marks


# --- routes -------------------------------------------------------------------------------------------------------


def test_each_route_is_logged_with_its_reasons_when_it_begins() -> None:
    """First staff intake, then, once danger is seen, secure: each with the rules that say so."""
    her = orange()
    her.button("danger_now")
    rows = [row for turn in her.turns for row in turn.log if row.kind == "route"]
    codes = list(dict.fromkeys(row.code for row in rows))
    assert codes == ["intake", "secure"]
    assert "NOW" in {row.rule for row in rows if row.code == "secure"}
    assert route(her.turn.assessment).code == "secure"
    assert her.turn.assessment.urgency is Urgency.NOW


@pytest.mark.parametrize("name", STATES)
def test_what_has_ended_never_begins_again(name: str) -> None:
    """Released, lapsed and withdrawn are final; arrived can only be withdrawn."""
    her = red()
    her.staff("hold", place=SECURE)
    held = her.intake.placement
    assert held is not None
    triggers = ("extend", "confirm", "set_out", "arrive", "release", "expire", "withdraw")
    ways = {trigger for trigger in triggers if move(replace(held, state=name), trigger)}
    wanted = {"arrived": {"withdraw"}, "released": set(), "expired": set(), "withdrawn": set()}
    assert ways == wanted.get(name, ways)
    assert ways or name in wanted
