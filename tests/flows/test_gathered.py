"""Several words of one sign together, and one that stands alone; with a small lexicon of its own."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.lexicon import files, gathered
from flows.lexicon.index import Index
from flows.lexicon.reader import Reader
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
id = "locked"
indicator = "LOCK"
reason = "locked in"
ask = ["op slot"]
[[rule]]
id = "knife"
indicator = "WPN"
reason = "a knife"
ask = ["mes"]
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


def test_two_are_enough_where_he_and_she_are_in_it(reader: Reader) -> None:
    """Whose pass it is, and who wants it, says as much as a third word."""
    assert signs(reader.read("hij wil mijn pinpas en dat ik bonnetjes heb")) == [("CTRL", "ask", "")]


@pytest.mark.parametrize(
    "text",
    [
        "ik heb mijn pinpas en al die bonnetjes",
        "hij wil mijn tas en geld en huis en dat ik bonnetjes heb",
        "pinpas bonnetjes zakgeld",
        "hij is boekhouder en wil mijn pinpas en die bonnetjes voor de belasting",
    ],
    ids=["two without him", "everyday words", "nobody in it", "other meanings"],
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


def test_what_is_of_this_moment_is_asked_about_also_alone(reader: Reader) -> None:
    """However little stands beside it; anything else needs company: two telling words are that of each other."""
    assert ("LOCK", "ask", "") in signs(reader.read("en van de deur op slot gaat het niet weg"))
    assert ("STR", "ask", "") in signs(reader.read("en van de handen op de keel gaat het niet weg"))
    assert ("WPN", "note", "alone") in signs(reader.read("en van het mes daar gaat het niet weg"))


def test_the_day_of_somebody_is_no_sign(reader: Reader) -> None:
    """The same words, each in a sentence of its own: nobody means one thing by them together."""
    apart = (
        "hij wil mijn pinpas voor de boodschappen van deze hele week. "
        "ik heb twee bonnetjes van die zaak in de tas laten zitten. "
        "het zakgeld voor de kinderen komt pas in de nieuwe maand."
    )
    assert signs(reader.read(apart)) == []
    assert signs(reader.read(apart.replace(".", ""))) == [("CTRL", "ask", "")]


def test_a_match_across_a_full_stop_counts_for_less(reader: Reader) -> None:
    """What ends one sentence and what begins the next are two things."""
    assert signs(reader.read("zijn handen om mijn keel")) == [("STR", "ask", "")]
    assert signs(reader.read("zijn handen. mijn keel")) == [("STR", "note", "sentences")]


@pytest.mark.parametrize(
    ("words", "lengths"),
    [
        ("a b . c d", [5]),
        (f"{'a ' * 10}. {'b ' * 10}", [10, 11]),
        (f"a . {'b ' * 14}. c ? {'d ' * 30}", [16, 2, 31]),
    ],
)
def test_a_breath_is_a_sentence_or_short_ones_together(words: str, lengths: list[int]) -> None:
    """So many words of a message are told in one breath; a long sentence is one, however long."""
    assert [breath.bit_count() for breath in gathered.breaths(words.split())] == lengths


@given(st.lists(st.sampled_from(["a", "b", ".", "?", ","]), max_size=80))
def test_every_word_stands_in_one_breath(words: list[str]) -> None:
    """However it is punctuated; and a breath holds more than so many words only where one sentence does."""
    found = gathered.breaths(words)
    assert sum(found) == (1 << len(words)) - 1
    for breath in found:
        inside = [word for place, word in enumerate(words) if breath >> place & 1]
        assert len(inside) <= gathered.BREATH or not {".", "?"} & set(inside[1:-1])


@given(st.sampled_from(gathered.SIGNS), st.sampled_from(["sure", "ask", "note"]))
def test_nothing_of_this_moment_ever_counts_for_less_alone(sign: str, strength: str) -> None:
    """Whatever the thresholds."""
    if sign in gathered.MOMENT:
        assert gathered.company(sign, strength) == 0
    assert gathered.company(sign, "note") == 0
