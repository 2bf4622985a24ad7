"""Which shelters fit her: hard rules first, unknown is never no, and every answer says why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.model import Colour
from flows.needs import ages, need_of
from flows.placement import Kind, Regions
from flows.shelters import ATTRIBUTES, LANGUAGES, Need, Shelter, Value, free_now, match
from tests.flows.walk import TO_DANGER, Walk

ADULTS = frozenset({"adults"})
ROOMY: dict[str, Value] = {
    "admits": frozenset({"adults", "no_papers"}),
    "children": True,
    "oldest_child": 17,
    "largest_family": 9,
    "rooms": 9,
    "wheelchair": True,
    "deaf": True,
    "pets": frozenset({"small", "big"}),
    "languages": frozenset(LANGUAGES),
    "specialism": frozenset({"honour", "trafficking", "psychiatric", "large_families"}),
}
KNOWN = Need(
    Colour.RED,
    may_house=False,
    people=3,
    oldest=7,
    children=True,
    wheelchair=False,
    deaf=False,
    pets="none",
    regions=Regions("zuid", own_safe=False),
)
ORANGE = replace(KNOWN, colour=Colour.ORANGE, may_house=True, regions=Regions("noord", own_safe=True))


def shelter(kind: Kind = Kind.SECURE, region: str = "noord", free: int | None = 9, **takes: Value) -> Shelter:
    return Shelter("1", kind, region, 20, free, ROOMY | takes)


def verdict(need: Need, one: Shelter) -> str:
    return match(need, [one])[0].verdict


def said(need: Need, one: Shelter) -> set[str]:
    return {answer.code for answer in match(need, [one])[0].says}


def test_a_house_that_takes_everything_fits_a_known_red() -> None:
    """With a free bed, another region and nothing unknown, nothing is to be asked first."""
    assert verdict(KNOWN, shelter()) == "fits"


@pytest.mark.parametrize("kind", [Kind.VISIBLE_HOUSE, Kind.HOTEL, Kind.PARTNER])
def test_red_fits_a_secret_address_only(kind: Kind) -> None:
    """Whatever else it can take, no other kind of house fits a red, and the page can say so."""
    assert verdict(KNOWN, shelter(kind)) == "no"
    assert "only_secure" in said(KNOWN, shelter(kind))


def test_orange_that_is_barred_does_not_fit_the_visible_house() -> None:
    """Her own life or body, or under 18: the visible house is closed, its neighbour is not."""
    barred = replace(ORANGE, may_house=False)
    assert verdict(ORANGE, shelter(Kind.VISIBLE_HOUSE)) == "fits"
    assert verdict(barred, shelter(Kind.VISIBLE_HOUSE)) == "no"
    assert verdict(barred, shelter(Kind.PARTNER)) == "fits"


def test_the_visible_house_is_the_first_for_orange_and_secret_places_are_kept_for_red() -> None:
    """The house that was made for her ranks above a secure one that could take her as well."""
    secure, house = shelter(), replace(shelter(Kind.VISIBLE_HOUSE), id="2")
    assert [one.shelter.id for one in match(ORANGE, [secure, house])] == ["2", "1"]
    assert "secure_is_scarce" in said(ORANGE, secure)


@pytest.mark.parametrize(
    ("regions", "region", "wanted"),
    [
        (Regions("noord", own_safe=False), "noord", "no"),  # her own is unsafe: another one
        (Regions("noord", own_safe=None), "noord", "check"),  # a red's own region is asked about first
        (Regions("noord", own_safe=True), "noord", "fits"),
        (Regions("zuid", own_safe=False, avoid=("noord",)), "noord", "no"),
        (Regions("zuid", own_safe=False, avoid=("west",)), "noord", "fits"),
        (Regions(), "noord", "check"),  # nobody knows where she is from
    ],
)
def test_a_red_goes_where_nobody_looks_for_her(regions: Regions, region: str, wanted: str) -> None:
    """Outside every region that she must avoid; in her own only where somebody knows that it is safe."""
    assert verdict(replace(KNOWN, regions=regions), shelter(region=region)) == wanted


def test_places_that_nobody_has_put_on_the_map_are_asked_about() -> None:
    """She named places to avoid in words: until a worker has mapped them, no house counts as safe from them."""
    assert verdict(replace(KNOWN, avoids_more=True), shelter()) == "check"


def test_beds_that_nobody_counted_lately_are_unknown_and_never_free() -> None:
    """Unknown is to be asked; it is neither full nor free."""
    assert verdict(KNOWN, shelter(free=None)) == "check"
    assert free_now(match(KNOWN, [shelter(free=None)])) == []
    assert verdict(KNOWN, shelter(free=2)) == "no"  # three are coming
    assert len(free_now(match(KNOWN, [shelter(free=3)]))) == 1


@pytest.mark.parametrize(
    ("takes", "wanted"),
    [
        ({"admits": ADULTS}, "no"),
        ({"admits": frozenset({"adults", "minors"})}, "no"),
        ({"admits": frozenset({"minors"})}, "fits"),
        (
            {"admits": frozenset({"adults", "minors"}), "specialism": frozenset({"young_women"})},
            "fits",
        ),
    ],
)
def test_minors_never_go_to_adult_shelters(takes: dict[str, Value], wanted: str) -> None:
    """Only where minors are admitted, and adults are not, or only young women are."""
    minor = replace(KNOWN, minor=True, children=False, people=1, oldest=None)
    assert verdict(minor, shelter(**takes)) == wanted


@pytest.mark.parametrize("need", ["honour", "trafficking"])
def test_honour_and_trafficking_go_to_those_who_can(need: str) -> None:
    """Where the specialism is missing it stands in the way, and says which; where it is there, it speaks for it."""
    hers = replace(KNOWN, **{need: True})
    assert verdict(hers, shelter(specialism=frozenset())) == "no"
    assert f"no_{need}" in said(hers, shelter(specialism=frozenset()))
    assert need in said(hers, shelter())


HARD = {
    "children": (True, False),
    "oldest_child": (7, 6),
    "largest_family": (3, 2),
    "wheelchair": (True, False),
    "deaf": (True, False),
}


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda one: one.code)
def test_every_attribute_can_be_asked_by_a_form_and_makes_a_difference(attribute) -> None:
    """Over the one table: a known form, and a need for which its value changes the answer."""
    assert attribute.form in ("flag", "number", "choices")
    assert (attribute.form == "choices") == bool(attribute.choices)
    needy = replace(
        KNOWN, wheelchair=True, deaf=True, pets="big", honour=True, no_papers=True, language="ti", people=3
    )
    poor: Value = {"flag": False, "number": 0, "choices": frozenset()}[attribute.form]
    assert said(needy, shelter()) != said(needy, shelter(**{attribute.code: poor}))


@pytest.mark.parametrize("code", HARD)
def test_what_is_needed_and_missing_stands_in_the_way_and_unknown_is_asked(code: str) -> None:
    """The same attribute: enough fits, too little is in the way, and not knowing whether she needs it is a question."""
    enough, too_little = HARD[code]
    asked = {"oldest_child": "oldest", "largest_family": "people"}.get(code, code)
    needy = replace(KNOWN, **{code: True}) if isinstance(enough, bool) else KNOWN
    assert verdict(needy, shelter(**{code: enough})) == "fits"
    assert verdict(needy, shelter(**{code: too_little})) == "no"
    assert code in match(needy, [shelter(**{code: too_little})])[0].in_the_way
    unknown = replace(KNOWN, **{asked: None})
    assert match(unknown, [shelter(**{code: too_little})])[0].to_check == (f"{code}_unknown",)


def test_an_animal_that_cannot_come_keeps_no_place_away() -> None:
    """Foster homes take animals in: it speaks against a house and bars none."""
    assert verdict(replace(KNOWN, pets="big"), shelter(pets=frozenset())) == "fits"


# --- what always holds --------------------------------------------------------------------------------------------

maybe = st.sampled_from([True, False, None])
values = st.fixed_dictionaries(
    {
        one.code: {
            "flag": st.booleans(),
            "number": st.integers(0, 9),
            "choices": st.frozensets(st.sampled_from(one.choices or ("",))),
        }[one.form]
        for one in ATTRIBUTES
    }
)
shelters = st.builds(
    Shelter,
    st.just("1"),
    st.sampled_from(Kind),
    st.sampled_from(["noord", "oost", "zuid"]),
    st.just(9),
    st.sampled_from([None, 0, 1, 5]),
    values,
)
needs = st.builds(
    Need,
    st.sampled_from(Colour),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, 1, 2, 6]),
    st.sampled_from([None, 0, 7, 16]),
    maybe,
    maybe,
    maybe,
    st.sampled_from([None, "none", "small", "big"]),
    st.sampled_from(LANGUAGES),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.builds(Regions, st.sampled_from(["", "noord"]), maybe, st.sampled_from([(), ("oost",)])),
    st.booleans(),
)


@settings(max_examples=120, deadline=None)
@given(needs, shelters)
def test_no_need_and_no_house_break_the_hard_rules(need: Need, one: Shelter) -> None:
    """Whatever she needs and whatever a house says: what may not be is never "fits" or "check", and says why."""
    found = match(need, [one])[0]
    if need.colour is Colour.RED and one.kind is not Kind.SECURE:
        assert found.verdict == "no"
    if one.kind is Kind.VISIBLE_HOUSE and not need.may_house:
        assert found.verdict == "no"
    if one.region in need.regions.avoid:
        assert found.verdict == "no"
    if need.minor and "minors" not in one.takes["admits"]:  # type: ignore[operator]
        assert found.verdict == "no"
    assert bool(found.in_the_way) == (found.verdict == "no")
    if one.free is None:
        assert found not in free_now([found])


@settings(max_examples=80, deadline=None)
@given(needs, shelters)
def test_what_is_unknown_is_never_in_the_way(need: Need, one: Shelter) -> None:
    """Taking knowledge away opens houses to be asked; it never closes one."""
    blank = replace(need, people=None, oldest=None, wheelchair=None, deaf=None, pets=None)
    before, after = match(need, [one])[0], match(blank, [one])[0]
    assert set(after.in_the_way) - {"full"} <= set(before.in_the_way) | {"children"}


@settings(max_examples=80, deadline=None)
@given(needs, shelters)
def test_more_danger_opens_no_further_house(need: Need, one: Shelter) -> None:
    """Red instead of orange, barred instead of open: a house that was closed stays closed."""
    graver = replace(need, colour=Colour.RED, may_house=False)
    if verdict(need, one) == "no":
        assert verdict(graver, one) == "no"


# --- her needs, from her answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("4 en 7", (4, 7)),
        ("11 maanden", (0,)),
        ("3 weken en 2 jaar", (0, 2)),
        ("geen idee", ()),
        ("3, 5, 12", (3, 5, 12)),
    ],
)
def test_ages_are_read_from_what_she_typed(typed: str, read: tuple[int, ...]) -> None:
    """Whole years; a baby's months and weeks are none; what holds no number says nothing."""
    assert ages(typed) == read


def test_a_case_with_nothing_answered_has_unknown_needs() -> None:
    """Danger was handed on before a need was asked: all of them are unknown, none is "no"."""
    her = Walk(*TO_DANGER, "danger")
    need = need_of(her.intake, her.turn.assessment)
    assert (need.people, need.wheelchair, need.deaf, need.pets) == (1, None, None, None)
    assert need.children is False  # she said that there are none
    assert need.avoids_more
    assert not need.may_house
