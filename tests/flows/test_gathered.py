"""Several words of one sign together, and one that stands alone; with a small lexicon of its own."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.lexicon import files, gathered
from flows.lexicon.index import Index
from flows.lexicon.reader import Reader
from flows.model import Colour
from tests.flows.test_lexicon import signs

DUTCH = '''
common = """ik hij zij het de een en van in op is heb wil mijn me niet dat die met zo tas geld naar huis alle dag weer
gaat gaan voor"""
idioms = []
[words]
HE = "hij"
ME = "me mijn ik"
OTHERS = "zus*"
NOT = "niet geen"
LAUGH = "haha"
FILM = "film"
TOPICS = "recept"
PASS = "pinpas bankpas"
RECEIPT = "bonnetje* kassabon*"
COUNTS = "narekent natelt"
ALLOWANCE = "zakgeld leefgeld"
ACCOUNT = "boekhouder"
TAX = "belasting*"
KEEPS = "inpikt afpakt"
THROAT = "keel"
HAND = "handen"
EVERYDAY = "tas geld huis"
[answers]
[[rule]]
id = "money"
indicator = "CTRL"
reason = "her money is kept from her"
ask = ["PASS KEEPS", "RECEIPT COUNTS", "ALLOWANCE RECEIPT", "EVERYDAY KEEPS"]
unless = ["ACCOUNT", "TAX"]
[[rule]]
id = "throat"
indicator = "STR"
reason = "hands on her throat"
ask = ["HAND ~ THROAT"]
[[rule]]
id = "looks"
indicator = "JEAL"
reason = "he is jealous"
ask = ["jaloers"]
sure = ["ziekelijk jaloers"]
'''
TOGETHER = "hij wil mijn pinpas en dat ik bonnetjes heb en zakgeld"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Index((files.lexicon_of("nl", tomllib.loads(DUTCH)),)))


def test_three_words_of_one_sign_are_asked_about_without_a_pattern(reader: Reader) -> None:
    """With him and her in it; it names a rule of its own and quotes from the first of them to the last."""
    (sign,) = reader.read(TOGETHER).signs
    assert (sign.indicator, sign.strength, sign.rule) == ("CTRL", "ask", "nl.CTRL.several-words")
    assert sign.quote == "pinpas en dat ik bonnetjes heb en zakgeld"


@pytest.mark.parametrize(
    "text",
    [
        "hij wil mijn pinpas en dat ik bonnetjes heb",
        "hij wil mijn tas en geld en huis en dat ik bonnetjes heb",
        "pinpas bonnetjes zakgeld",
        "hij is boekhouder en wil mijn pinpas en bonnetjes en zakgeld voor de belasting",
    ],
    ids=["two", "everyday words", "nobody in it", "other meanings"],
)
def test_fewer_of_them_or_everyday_ones_are_not(reader: Reader, text: str) -> None:
    """A pass and a receipt are in every bag; so is what everybody talks of, and an accountant asks for them."""
    assert signs(reader.read(text)) == []


def test_a_joke_and_a_recipe_hold_it_back_as_any_question(reader: Reader) -> None:
    """It stays visible, with the reason."""
    assert signs(reader.read(f"{TOGETHER} haha")) == [("CTRL", "note", "joke")]
    assert signs(reader.read(f"{TOGETHER} recept")) == [("CTRL", "note", "everyday")]


def test_a_word_that_only_perhaps_means_danger_needs_company(reader: Reader) -> None:
    """Alone in a long message it is shown and not asked about; in a short one there is no room for more."""
    assert signs(reader.read("zo jaloers op de tas van die dag")) == [("JEAL", "note", "alone")]
    assert signs(reader.read("zo jaloers")) == [("JEAL", "ask", "")]
    assert signs(reader.read("hij is zo ziekelijk jaloers op me dat ik niet naar huis wil")) == [
        ("JEAL", "sure", "")
    ]


def test_what_is_red_is_asked_about_also_alone(reader: Reader) -> None:
    """However little stands beside it."""
    assert ("STR", "ask", "") in signs(reader.read("en van de handen op de keel gaat het niet weg"))


@given(st.sampled_from(gathered.SIGNS), st.sampled_from(["sure", "ask", "note"]))
def test_nothing_red_and_nothing_of_this_moment_is_ever_less_than_asked(sign: str, strength: str) -> None:
    """Whatever the thresholds: sure becomes a question at most, and a question of a red stays one."""
    red = gathered.INDICATORS[sign].colour is Colour.RED
    if strength == "ask" and (red or sign in gathered.MOMENT):
        assert gathered.company(sign, strength) == 0
    assert gathered.company(sign, "note") == 0
