"""The reader of danger: spelling, patterns, what changes the weight of a match. With a small lexicon of its own."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import lexicon
from flows.__main__ import FLOOR, READING, _sentences
from flows.lexicon import files, published, ready, recall
from flows.lexicon.index import Index
from flows.lexicon.reader import Reader
from flows.lexicon.scripts import Arabic, cyrillic
from flows.lexicon.slips import one_apart
from flows.lexicon.spelling import spelled
from flows.lexicon.variations import KINDS, of
from flows.model import Reading, When
from flows.tongues import LANGUAGES

DUTCH = """
common = "ik jij hij zij het de een en van in op is heb wil mijn me niet dat die met zo mes"
idioms = ["dood van de honger"]
[negation]
before = 3
after = 2
[words]
HE = "hij mijn_man broer* -broertje"
ME = "me mijn ik"
NOT = "niet geen"
NOT_ONLY = "niet_alleen"
BUT = "maar alleen"
RECENT = "gisteren"
PAST = "vroeger"
GONE = "overleden"
FILM = "film"
LAUGH = "haha 😂"
TOPICS = "voetbal wedstrijd"
OTHERS = "zus*"
BOSS = "baas"
THROAT = "keel*"
SQUEEZE = "knijp* kneep* wurg*"
KILL = "vermoord* dood"
[answers]
yes = ["ja", "ja hoor"]
no = ["nee"]
[[rule]]
id = "squeezes"
indicator = "STR"
reason = "hands on her throat"
sure = ["SQUEEZE ~ THROAT"]
ask = ["SQUEEZE"]
unless = ["BOSS"]
[[rule]]
id = "kills"
indicator = "KILL"
reason = "a threat to kill"
sure = ["HE ... KILL ~ ME", "HE ~~ ME ~ KILL"]
ask = ["^ vermoord $"]
[[rule]]
id = "locked"
indicator = "LOCK"
reason = "kept inside"
sure = ["HE ~ NOT laten|laat ~ gaan"]
[[rule]]
id = "never"
indicator = "WPN"
reason = "stays a question when denied"
sure = ["HE ~ mes"]
negated = "ask"
"""
FRENCH = """
common = "je tu il elle mes enfants sont dans la maison avec moi"
[words]
HE = "il"
[answers]
[[rule]]
id = "nothing"
indicator = "NOW"
reason = "only to have a second language"
ask = ["HE ~ secours"]
"""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(
        Index((files.lexicon_of("nl", tomllib.loads(DUTCH)), files.lexicon_of("fr", tomllib.loads(FRENCH))))
    )


def signs(reading: Reading) -> list[tuple[str, str, str]]:
    return [(sign.indicator, sign.strength, sign.held) for sign in reading.signs]


# --- spelling --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("VERMOOORDEN", "vermorden"),
        ("m'n  m’n", "mn mn"),
        ("çık ÇIK ışık", "cik cik isik"),
        ("أنا إلى", "انا الي"),
        ("حَـــرام", "حرام"),
        ("Їй, поліція!", "и , полиция ."),
        ("ሓደ ኣነ።", "ሀደ አነ ."),
        ("é l'a — ok?!", "e la , ok ? ."),
        ("help😂😂nu", "help 😂 nu"),
    ],
)
def test_different_spellings_of_a_word_are_one(typed: str, same: str) -> None:
    """Capitals, accents, doubled letters, apostrophes, marks, letters that sound alike."""
    assert spelled(typed) == same


@given(st.text(max_size=200))
def test_spelling_twice_changes_nothing_more(text: str) -> None:
    """Rules and messages may go through it as often as they like."""
    once = spelled(text)
    assert spelled(once) in (once, spelled(spelled(once)))


# --- patterns --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hij kneep mijn keel dicht", [("STR", "sure", "")]),
        ("mijn keel doet pijn omdat hij erin kneep", [("STR", "ask", "")]),
        ("wurgen", [("STR", "ask", "")]),
        ("hij kneeep me keeltje", [("STR", "sure", "")]),
        ("hij wil me morgen vermoorden", [("KILL", "sure", "")]),
        ("hij wil me vermoordne", [("KILL", "sure", "")]),
        ("hij wil me vermrooden", [("KILL", "ask", "slip")]),
        ("hijwilmevermoorden", [("KILL", "sure", "")]),
        ("vermoord!!", [("KILL", "ask", "")]),
        ("het broertje en ik zijn dood", []),
        ("ik heb keelpijn", []),
        ("", []),
        ("?!...", []),
    ],
)
def test_meaning_is_found_in_any_order_form_and_haste(
    reader: Reader, text: str, expected: list[tuple[str, str, str]]
) -> None:
    """A class of words near another; a slip, repeated letters, words typed as one; nothing in everyday words."""
    assert signs(reader.read(text)) == expected


def test_a_finding_quotes_her_own_words_and_names_its_rule(reader: Reader) -> None:
    """As she typed them, from the first word that matched to the last."""
    (sign,) = reader.read("Gisteren... HIJ kneep m'n KÉÉL dicht!").signs
    assert (sign.rule, sign.quote, sign.when) == ("nl.STR.squeezes", "kneep m'n KÉÉL", When.RECENT)


# --- what changes its weight -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hij knijpt mijn keel niet dicht", [("STR", "note", "negated")]),
        ("hij slaat me niet, hij knijpt alleen mijn keel", [("STR", "sure", "")]),
        ("hij kneep niet alleen mijn keel", [("STR", "sure", "")]),
        ("hij laat me niet gaan", []),
        ("hij heeft geen mes", [("WPN", "ask", "negated")]),
        ("ik ga dood van de honger zegt hij tegen me", []),
        ("in de film knijpt hij haar keel dicht", [("STR", "note", "film")]),
        ("hij vermoordt me haha", [("KILL", "ask", "joke")]),
        ("hij vermoordt me na het voetbal", [("KILL", "ask", "everyday")]),
        ("hij vermoordt me na de wedstrijd haha", [("KILL", "note", "joke")]),
        ("mijn baas knijpt in zijn keel", [("STR", "note", "meaning")]),
        ("gaat hij me vermoorden?", [("KILL", "ask", "question")]),
        ("vroeger kneep hij mijn keel en hij is overleden", [("STR", "ask", "past")]),
    ],
)
def test_what_stands_around_changes_the_weight_and_never_hides(
    reader: Reader, text: str, expected: list[tuple[str, str, str]]
) -> None:
    """Each is still there, weaker, with the reason; a "not" of another clause is none."""
    found = [sign for sign in signs(reader.read(text)) if sign[0] != "LOCK"]
    assert [sign for sign in found if sign[0] in {one[0] for one in expected}] == expected


def test_a_not_that_belongs_to_the_pattern_negates_nothing(reader: Reader) -> None:
    """ "He does not let me go" is being locked in."""
    assert ("LOCK", "sure", "") in signs(reader.read("hij wil me niet laten gaan"))


def test_somebody_else_is_in_danger_only_where_she_herself_is_not(reader: Reader) -> None:
    """Third person changes the branch, with the same strength."""
    assert reader.read("mijn zus, hij kneep haar keel dicht").voice == "other"
    assert reader.read("hij kneep mijn keel dicht").voice == "self"


def test_dates_in_her_words_are_dates_of_the_act(reader: Reader) -> None:
    """Yesterday is recent, "vroeger" is long ago, no word for it is unknown."""
    told = {
        word: reader.read(f"{word} kneep hij mijn keel").signs[0].when
        for word in ("gisteren", "vroeger", "zo")
    }
    assert told == {"gisteren": When.RECENT, "vroeger": When.BEFORE, "zo": When.UNKNOWN}


def test_the_language_is_told_by_its_everyday_words(reader: Reader) -> None:
    """A third of the words is enough; letters that are no word of ours are no language."""
    assert reader.read("je suis dans la maison avec mes enfants").language == "fr"
    assert reader.read("qwrt zxcv").language == ""


def test_plain_answers_are_known_as_whole_messages(reader: Reader) -> None:
    """ "Ja hoor!" is yes; yes inside a sentence is none."""
    assert [reader.read(text).answer for text in ("Ja hoor!", "nee.", "ja dat wil ik niet")] == [
        "yes",
        "no",
        "",
    ]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("keel", "keel", False),
        ("keel", "keal", True),
        ("keel", "kel", True),
        ("keel", "kkeel", True),
        ("keel", "kele", True),
        ("keel", "kaal", False),
        ("keel", "koel2", False),
    ],
)
def test_a_slip_is_one_letter(one: str, other: str, apart: bool) -> None:
    """Missing, too many, another one, or two swapped."""
    assert one_apart(one, other) is apart


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("vin byv mene kulakamy", "він бив мене кулаками"),
        ("win bje mene", "він б'є мене"),
        ("ja bojusja joho", "я боюся його"),
        ("zhyva", "жива"),
        ("pisla shchodennyka", "піsla щоденника".replace("sla", "сла")),
    ],
)
def test_ukrainian_in_latin_letters_is_put_back(typed: str, written: str) -> None:
    """By the official table, the Polish way or none: after spelling, they are the same words."""
    assert [cyrillic(word) for word in spelled(typed).split()] == spelled(written).split()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("yhaddedni", "يهددني"),
        ("sakkine", "سكينه"),
        ("7abasni", "حبسن"),
        ("el bab", "ال باب"),
        ("welbab", "والباب"),
        ("jouyoubi", "jouyoubi"),
        ("hij", "hij"),
    ],
)
def test_arabic_in_latin_letters_is_what_a_lexicon_knows(typed: str, written: str) -> None:
    """Vowels that are not written, digits for letters, an article written on; what nobody knows stays as it is."""
    arabic = Arabic(map(spelled, ["يهددني", "سكينه", "باب", "ال"]), ["حبسن"])
    assert " ".join(map(arabic.word, spelled(typed).split())) == spelled(written)


@pytest.mark.parametrize(
    ("typed", "indicator"),
    [
        ("moj cholovik dushyv mene podushkoju", "STR"),
        ("rafa3 3alayi el sekkine w 2al ra7 edba7ek", "KILL"),
    ],
)
def test_danger_in_latin_letters_is_read(typed: str, indicator: str) -> None:
    """With all lexicons, as it is read in its own script, and quoted as it was typed."""
    signs = {sign.indicator: sign for sign in lexicon.read(typed).signs if sign.strength != "note"}
    assert indicator in signs
    assert signs[indicator].quote in typed


# --- mistakes in a file are loud ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('sure = ["SQUEEZE ~ THROAT"]', "sure"),
        ('indicator = "STR"', "no such indicator"),
        ('id = "kills"', "stands twice"),
        ('HE = "hij mijn_man broer* -broertje"', "@"),
    ],
)
def test_a_mistake_in_a_lexicon_names_the_rule(wrong: str, says: str) -> None:
    """A rule without a pattern, an unknown sign, a name twice, a class that holds itself."""
    mended = {
        "sure": DUTCH.replace(wrong, "").replace('ask = ["SQUEEZE"]', ""),
        "no such indicator": DUTCH.replace(wrong, 'indicator = "STRR"'),
        "stands twice": DUTCH.replace(wrong, 'id = "squeezes"').replace('"KILL"', '"STR"', 1),
        "@": DUTCH.replace(wrong, 'HE = "@HE"'),
    }[says]
    with pytest.raises(files.Unreadable, match=r"nl\.toml"):
        files.lexicon_of("nl", tomllib.loads(mended))


def test_a_class_that_is_not_there_is_named() -> None:
    """Before any message is read."""
    wrong = DUTCH.replace("SQUEEZE ~ THROAT", "SQUEEZE ~ NECK")
    with pytest.raises(files.Unreadable, match="NECK"):
        Reader(Index([files.lexicon_of("nl", tomllib.loads(wrong))]))


# --- the lexicons we ship ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lexicon_can_be_read_and_has_a_rule_for_each_sign_that_is_listed(language: str) -> None:
    """domain.md part 7 lists the signs; each language knows each."""
    listed = (
        "NOW KILL WPN GUN STR LOC FEAR SEX PREG ESC STALK SEP CTRL JEAL "
        "CHILD STEP SUIH SUIS BREACH HBV FMAR TRAF FIRE MED LOCK MON MINOR PET"
    )
    one = files.lexicon(language)
    assert set(listed.split()) <= {rule.indicator for rule in one.rules}
    assert {"yes", "no"} <= one.answers.keys()
    assert {"ME", "NOT", "OTHERS", "PAST", "RECENT", "FILM"} <= one.classes.keys()


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """No example of hypothesis has to wait for the lexicons."""
    lexicon.lexicons()


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """Whatever she sends gives a reading, the same each time, and quotes only what stands in it."""
    found = lexicon.read(text)
    assert found == lexicon.read(text)
    assert all(sign.quote in text for sign in found.signs)


@given(st.text(alphabet="aé😂 .?!'ـ\u0301ሀا", max_size=400))
def test_any_odd_text_is_read(text: str) -> None:
    """Signs, marks and letters of five scripts, mixed and repeated."""
    assert all(sign.quote in text for sign in lexicon.read(text).signs)


@pytest.fixture(scope="module")
def measured() -> published.Scores:
    return recall.measure(list(_sentences(None)), lexicon.read)


def test_nothing_is_read_less_well_than_what_is_published(measured: published.Scores) -> None:
    """No language, no part, in no haste; and no everyday sentence disturbs that did not before."""
    before = json.loads(FLOOR.read_text(encoding="utf-8"))
    assert list(published.fallen(before, published.floor(measured))) == []


def test_what_is_published_is_what_is_measured(measured: published.Scores) -> None:
    """`python -m flows recall --write` makes the page anew."""
    lexicons = [files.lexicon(language) for language in LANGUAGES]
    assert READING.read_text(encoding="utf-8") == published.page(measured, lexicons)


def test_variations_are_the_same_each_time_and_differ_from_the_sentence() -> None:
    """Seeded by the sentence: two runs measure the same."""
    sentence = "Hij kneep gisteren mijn keel dicht."
    assert list(of(sentence)) == list(of(sentence))
    assert {kind for kind, _ in of(sentence)} == set(KINDS)
    assert all(typed != sentence for _, typed in of(sentence))


# --- made ready ---------------------------------------------------------------------------------------------------


def test_lexicons_that_were_kept_read_as_those_just_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second program reads every sentence the same, without making the lexicons again."""
    monkeypatch.setattr(ready, "KEPT", tmp_path)
    made = Reader(ready.ready())
    assert len(kept_files(tmp_path)) == 1
    monkeypatch.setattr(ready, "_made", None)  # would be called if nothing had been kept
    kept = Reader(ready.ready())
    texts = [sentence.text for sentence in _sentences("nl") if not sentence.held]
    assert texts
    assert [kept.read(text) for text in texts] == [made.read(text) for text in texts]


@pytest.mark.parametrize("rubbish", [b"", b"x", b"\x80\x05K\x01.", b"\x80\x05cnowhere\nnothing\n."])
def test_what_was_kept_badly_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rubbish: bytes
) -> None:
    """A half-written file, or one of something else, is no lexicon; of older ones only a few are kept."""
    monkeypatch.setattr(ready, "KEPT", tmp_path)
    monkeypatch.setattr(ready, "load", lambda language: files.lexicon_of(language, tomllib.loads(DUTCH)))
    ready.ready()
    (file,) = kept_files(tmp_path)
    file.write_bytes(rubbish)
    older = [tmp_path / f"lexicons-{number}.pickle" for number in range(6)]
    for number, one in enumerate(older):
        one.touch()
        os.utime(one, (number, number))
    assert Reader(ready.ready()).read("hij knijpt mijn keel").signs
    assert set(kept_files(tmp_path)) == {file, *older[-3:]}


def test_a_place_that_cannot_be_written_to_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lexicons are ready then too, only later."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(ready, "KEPT", tmp_path / "file")
    monkeypatch.setattr(ready, "load", lambda language: files.lexicon_of(language, tomllib.loads(DUTCH)))
    assert Reader(ready.ready()).read("hij knijpt mijn keel").signs


def kept_files(folder: Path) -> list[Path]:
    return list(folder.iterdir())
