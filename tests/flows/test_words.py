"""Everything she reads: complete in each language, plain, harmless at first sight, no number typed."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from flows import wording, words
from flows.check import mistakes
from flows.helplines import LINES, SHOWN
from flows.intake import INTAKE
from flows.leave import everywhere
from flows.making import BEATS
from flows.model import Content, Say, Step
from flows.tongues import FALLBACK, LANGUAGES, STAFF_LANGUAGES, known
from flows.wording import FILLED, PERSONS, of_hers
from flows.words import END, ISOLATE, catalogue, variables

VARIANTS = frozenset({"other", "minor", "partner", "family", "work", "web", "told"})
DANGER = tuple(step for step in INTAKE.steps if step.block)
OTHERS = {"nl": r"\b(bij|voor) andere(n| kinderen)\b", "en": r"\bfor other(s| children)\b"}
BEAT_NAMES = ("violence", *(name for name, _ in BEATS))
# The wording itself is looked at by hand where it was written, in Dutch and English.
SOURCES = STAFF_LANGUAGES


def plain_key(key: str) -> str:
    return key.partition("@")[0]


def is_label(key: str) -> bool:
    return wording.is_label(INTAKE, key)


def cases(languages: tuple[str, ...] = LANGUAGES) -> list[tuple[str, str, str]]:
    return [
        (language, key, said)
        for language in languages
        for key, said in of_hers(catalogue(language)).items()
        if not key.startswith("page.")
    ]


# --- complete --------------------------------------------------------------------------------


def test_the_check_finds_nothing_missing() -> None:
    """The conversation as declared and its words in every language give the loud check nothing to say."""
    assert mistakes(INTAKE) == []


def test_every_variant_is_one_that_the_conversation_prefers_and_has_a_plain_text() -> None:
    """After the @ stands a word that the conversation or the page asks for, and without it there is a text as well."""
    for language, key, _ in cases():
        base, at, variant = key.partition("@")
        if at:
            assert variant in VARIANTS, (language, key)
            assert base in catalogue(language), (language, key)


@pytest.mark.parametrize("step", DANGER, ids=lambda step: step.name)
def test_every_danger_question_says_why_in_one_line(step: Step) -> None:
    """Under each question of the danger block stands why it is asked, short enough to be read there."""
    for language in LANGUAGES:
        assert "\n" not in catalogue(language)[f"{step.name}.why"]


YOU = re.compile(r"\b(je|jij|jou|jouw|you|your|yours)\b|\{person\}", re.IGNORECASE)
STEPS = [step.name for step in INTAKE.steps]
NEEDS = tuple(STEPS[STEPS.index("shelter") : STEPS.index("reach_how")])
OF_HER = (*(step.name for step in DANGER), *NEEDS, "self_took", "afraid_of", "where_is_he", "where_children")
# Never asked of one who writes for someone else; or a word to whoever reads ("you may say it here").
TO_THE_READER = {"involve", "throat.why", "own_life.why", "forced_sex.why"}


def test_who_writes_for_someone_else_is_asked_about_her() -> None:
    """Danger, why and needs: each text that speaks of "you" or their person has one that fits."""
    for language, name in product(SOURCES, (*OF_HER, *(f"{step.name}.why" for step in DANGER))):
        texts = catalogue(language)
        asks_the_reader = YOU.search(texts[name].replace("Dank je", "").replace("Thank you", ""))
        assert not asks_the_reader or name in TO_THE_READER or f"{name}@other" in texts, (language, name)


def test_for_someone_else_no_text_names_the_readers_own_person() -> None:
    """To who writes for her, no text speaks of a partner or family as if they were the reader's own."""
    for language, key, said in cases():
        assert not (key.endswith("@other") and "{person}" in said), (language, key)


@pytest.mark.parametrize("name", BEAT_NAMES)
@pytest.mark.parametrize("variant", ["", "other", "minor"])
def test_the_beats_are_three_and_end_with_whom_to_reach(name: str, variant: str) -> None:
    """Whatever she told: it is named, others know it too, and the last paragraph holds a number."""
    for language in LANGUAGES:
        key = f"beats.{name}@{variant}" if variant else f"beats.{name}"
        named, why, reach = catalogue(language)[key].split("\n\n")
        assert named
        assert re.search(OTHERS.get(language, "."), why, re.IGNORECASE), (language, key)
        assert variables(reach) & {"n_emergency", "n_suicide"}


def test_thoughts_of_ending_her_life_lead_to_their_own_line_and_to_the_emergency_number() -> None:
    """Both numbers stand there for every kind of reader, and again when nobody answered."""
    for language, variant in product(LANGUAGES, ("", "@other", "@minor")):
        assert {"n_suicide", "n_emergency"} <= variables(catalogue(language)[f"beats.self{variant}"])
        assert {"n_suicide", "n_emergency"} <= variables(catalogue(language)["news.unanswered_self"])


@pytest.mark.parametrize(
    "key", ["told.nobody", "nobody_on_duty", "last_resort", "news.unanswered", "next", "goodbye"]
)
def test_what_works_now_is_named_where_nobody_may_answer(key: str) -> None:
    """Each text after which she may be alone holds the emergency number and that of Safe at Home."""
    for language in LANGUAGES:
        assert {"n_emergency", "n_safe_home"} <= variables(catalogue(language)[key])


def test_every_kind_of_message_has_an_answer_that_offers_the_danger_button() -> None:
    """We cannot hear a voice message or see a photo: the answer names the button that brings a person at once."""
    for language, content in product(LANGUAGES, Content):
        said = catalogue(language)[f"heard.{content}"]
        assert words.label(language, "", "danger_now") in said, (language, content)


def test_nobody_is_told_to_call_and_stay_silent() -> None:
    """A silent call is cut off here; every mention of silence says so."""
    for language, key, said in cases():
        for sentence in re.split(r"[.!?]", said):
            if re.search(r"\bstil\b|\bsilent\b|\bsilence\b", sentence, re.IGNORECASE):
                assert re.search(r"verbroken|cut off", sentence), (language, key)


def test_a_minor_is_never_told_that_parents_hear_of_it() -> None:
    """Wherever parents are spoken of, the sentence says that they do not; this holds for every text."""
    for language, key, said in cases(SOURCES):
        for sentence in re.split(r"[.!?\n]", said):
            if re.search(r"\bouders\b|\bparents\b", sentence):
                assert re.search(r"\bniet\b|don't", sentence), (language, key)


# --- plain --------------------------------------------------------------------------------


def test_the_notice_is_one_short_screen() -> None:
    """The notice is nine lines at most, blank ones among them."""
    for language in LANGUAGES:
        assert len(catalogue(language)["notice"].split("\n")) <= 9


def test_the_one_she_fears_has_no_gender() -> None:
    """English says "she" of the woman someone writes for; never "he"."""
    for language, key, said in cases(SOURCES):
        found = {"nl": r"\b(hij|hem|dader)\b", "en": r"\b(he|him|his|husband)\b"}[language]
        assert not re.search(found, said, re.IGNORECASE), (language, key, said)
        if "@other" not in key and key != "helper" and language == "en":
            assert not re.search(r"\b(she|her)\b", said, re.IGNORECASE), (language, key, said)


def test_a_person_phrase_never_begins_a_sentence() -> None:
    """The phrases are written small; at the beginning of a sentence they would lack their capital."""
    for language, key, said in cases():
        assert not re.search(r"(^|[.!?\n]\s*)\{person\}", said), (language, key)


UNSAID = re.compile(
    r"huiselijk|domestic|slachtoffer|victim|\bbots?\b|try again later|probeer het later", re.IGNORECASE
)


def test_no_label_for_what_she_lives_through_and_no_word_bot() -> None:
    """No victim, no domestic violence, no bot and no "try again later", in any text of either language."""
    for language, key, said in cases(SOURCES):
        assert not UNSAID.search(said), (language, key)


# --- harmless at first sight --------------------------------------------------------------------------------


# --- leaving --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["çık", "ÇIK", "Çik.", "cik", "خروج", "توقف؟"])
def test_a_leave_word_leaves_however_turkish_and_arabic_write_it(typed: str) -> None:
    """Turkish has a dotted and a dotless i, Arabic marks of its own: none of them keeps her here."""
    assert everywhere(typed) == "leave"


def test_the_words_that_the_notice_names_do_leave() -> None:
    """Every word that the notice puts in quotes leaves when it is typed."""
    for language in LANGUAGES:
        named = re.findall(r"“([^”]+)”", catalogue(language)["notice"])
        assert named
        assert {everywhere(word) for word in named} == {"leave"}


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_stands_in_isolates_wherever_it_is_said(language: str) -> None:
    """Each number is wrapped so that a right-to-left text around it cannot turn its digits about."""
    said = words.text(language, "told.nobody")
    for code in ("emergency", "safe_home"):
        assert f"{ISOLATE}{LINES[code].number}{END}" in said
    assert said.count(ISOLATE) == said.count(END)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_is_open_at_certain_hours_says_so_where_it_is_named(language: str) -> None:
    """Beats and news stand at any hour: a line that closes is named there with its hours only."""
    closing = {f"n_{code}": line for code, line in LINES.items() if (line.opens, line.closes) != (0, 24)}
    for key, said in of_hers(catalogue(language)).items():
        for name in variables(said) & set(closing):
            sentence = next(part for part in said.split("\n") if name in part)
            assert str(closing[name].opens) in sentence, key
            assert str(closing[name].closes) in sentence, key


AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOMENTS = {
    "a weekday at noon": datetime(2026, 11, 18, 12, tzinfo=AMSTERDAM),
    "a weekday at night": datetime(2026, 11, 18, 3, tzinfo=AMSTERDAM),
    "the minute the children's line closes": datetime(2026, 11, 18, 21, tzinfo=AMSTERDAM),
    "a Saturday at noon": datetime(2026, 11, 21, 12, tzinfo=AMSTERDAM),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
@pytest.mark.parametrize("variants", [(), ("minor", "family"), ("work",), ("other", "partner")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_at_most_three_lines_are_shown_and_only_open_ones(
    language: str, variants: tuple[str, ...], moment: datetime
) -> None:
    """By day, by night, at the minute a line closes, for every kind of reader; the text always holds 112."""
    shown = words.render(language, Say(("help_lines",), variants=variants), moment.timestamp())
    rows = [line for line in shown.split("\n") if line.startswith(ISOLATE)]
    assert 1 <= len(rows) <= 3
    for row in rows:
        number = row[1 : row.index(END)]
        assert any(line.number == number and line.open_at(moment) for line in LINES.values()), row
    assert f"{ISOLATE}{LINES['emergency'].number}{END}" in shown


def test_every_line_ever_shown_has_words() -> None:
    """Each help line that any reader can be shown has its text in every language."""
    for language, codes in product(LANGUAGES, SHOWN.values()):
        assert all(f"line.{code}" in catalogue(language) for code in codes)


# --- rendering --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_fills_without_a_gap_for_every_variant_and_person(language: str) -> None:
    """No brace, double blank or blank at an end is left, also where the variant asked for does not exist."""
    persons = [(variant, person) for variant in ("", "other", "minor") for person in PERSONS]
    for key in {plain_key(key) for key in of_hers(catalogue(language))}:
        for variant, person in persons:
            said = words.text(language, key, (variant, person), person=f"@person.{person}", **FILLED)
            assert said.strip() == said
            assert "{" not in said
            assert "  " not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_read_back_shows_each_answer_beside_its_short_name(language: str) -> None:
    """A pressed answer appears as its label, a typed one in her own words, which keep their own direction."""
    say = Say(("read_back",), rows=(("shelter", "tonight", ""), ("where", "text", "Alkmaar")))
    intro, first, second = words.render(language, say).rsplit("\n", 2)
    texts = catalogue(language)
    assert intro == texts["read_back"]
    assert first == f"• {texts['shelter.short']}: {texts['shelter.tonight']}"
    assert second == f"• {texts['where.short']}: {ISOLATE}Alkmaar{END}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_label_counts_as_its_button(language: str) -> None:
    """In capitals and with a blank after it, every label of every question is still understood."""
    for step in INTAKE.steps:
        for option in step.options:
            typed = words.label(language, step.name, option.code).upper() + " "
            assert words.option_of(step, typed, language) == option.code, (step.name, option.code)


def test_a_language_that_we_do_not_speak_falls_back() -> None:
    """nl-BE is Dutch; an unknown language gets the fallback; an unknown key is an error and never an empty text."""
    assert known("nl-BE") == "nl"
    assert known("xx") == FALLBACK
    with pytest.raises(KeyError, match="no words for nothing_at_all"):
        words.template("nl", "nothing_at_all")
