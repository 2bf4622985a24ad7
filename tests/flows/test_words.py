"""Everything she reads: complete in each language, plain, harmless at first sight, no number typed."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from flows import words
from flows.check import STAFF, mistakes
from flows.helplines import LINES, SHOWN
from flows.intake import INTAKE
from flows.leave import LEAVE, everywhere, plain
from flows.making import BEATS
from flows.model import Content, Say, Step
from flows.words import END, ISOLATE, LANGUAGES, NUMBERS, catalogue, variables

PERSONS = ("partner", "family", "work", "other")
VARIANTS = frozenset({"other", "minor", "partner", "family", "work", "web", "told"})
FILLED = {"until": "17:00", "from": "08:00", "chat_address": "x"}
DANGER = tuple(step for step in INTAKE.steps if step.block)
OTHERS = {"nl": r"\b(bij|voor) andere(n| kinderen)\b", "en": r"\bfor other(s| children)\b"}
BEAT_NAMES = ("violence", *(name for name, _ in BEATS))
# What a notification shows on a locked screen may hold none of these.
REVEALING = {
    "nl": "geweld moord vermoord doden dood keel hals wapen mes politie opvang gevaar slaan sla mishandeling "
    "misbruik verkracht dreigt angst bang vlucht partner ex seks schuilplaats noodgeval hulplijn zelfmoord",
    "en": "danger violence violent kill killed murder death dead throat weapon knife gun police shelter "
    "abuse rape threat threaten afraid fear partner ex sex refuge emergency suicide hit strangle",
}


def of_hers(language: str) -> dict[str, str]:
    return {key: said for key, said in catalogue(language).items() if not key.startswith(STAFF)}


def plain_key(key: str) -> str:
    return key.partition("@")[0]


def is_label(key: str) -> bool:
    step, _, rest = plain_key(key).partition(".")
    options = INTAKE.by_name[step].options if step in INTAKE.by_name else ()
    return step == "button" or any(option.code == rest for option in options)


def shown_alone(key: str) -> bool:
    """Whether a message may begin with it."""
    base = plain_key(key)
    above = ("person.", "line.", "told.", "duty.", "understood.")
    below = base.endswith((".why", ".short")) or base.startswith(above)
    return not (below or is_label(key) or base in ("web_chat.address", "cover.default"))


def filled(language: str, said: str, asked: str = "") -> list[str]:
    """The text as she may read it, once for each person that it may name (`asked`: its variant)."""
    texts = catalogue(language)
    persons = [asked] if asked in PERSONS else PERSONS if "person" in variables(said) else PERSONS[:1]
    return [said.format(**NUMBERS, **FILLED, person=texts[f"person.{person}"]) for person in persons]


def sentences(said: str) -> list[list[str]]:
    parts = re.split(r"(?<=[.!?:…])[”\"]?\s+|\n", said)
    return [[word for word in part.split() if re.search(r"\w", word)] for part in parts]


def cases() -> list[tuple[str, str, str]]:
    return [(language, key, said) for language in LANGUAGES for key, said in of_hers(language).items()]


# --- complete --------------------------------------------------------------------------------


def test_the_check_finds_nothing_missing() -> None:
    """The conversation as declared and its words in every language give the loud check nothing to say."""
    assert mistakes(INTAKE) == []


def test_every_language_has_the_same_keys_and_variants() -> None:
    """Whichever language she speaks, she gets every text, in the variant that fits her."""
    first, *others = (set(of_hers(language)) for language in LANGUAGES)
    for other in others:
        assert first ^ other == set()


def test_every_language_uses_the_same_variables() -> None:
    """A number or time that one language gives stands in the others too; only the person may be named differently."""
    for key in of_hers(LANGUAGES[0]):
        used = [variables(catalogue(language)[key]) - {"person"} for language in LANGUAGES]
        assert all(names == used[0] for names in used), key


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
    for language, name in product(LANGUAGES, (*OF_HER, *(f"{step.name}.why" for step in DANGER))):
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
        assert re.search(OTHERS[language], why, re.IGNORECASE), (language, key)
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
    for language, key, said in cases():
        for sentence in re.split(r"[.!?\n]", said):
            if re.search(r"\bouders\b|\bparents\b", sentence):
                assert re.search(r"\bniet\b|don't", sentence), (language, key)


# --- plain --------------------------------------------------------------------------------


def test_no_sentence_is_longer_than_twelve_words() -> None:
    """Counted with numbers, times and persons filled in; the rows of help lines alone are not sentences."""
    long = [
        (language, key, " ".join(sentence))
        for language, key, said in cases()
        for text in filled(language, said, key.partition("@")[2])
        for sentence in sentences(text)
        if len(sentence) > 12 and not key.startswith("line.")
    ]
    assert long == []


def test_no_text_is_long() -> None:
    """Everything she reads stays within 1000 characters, a quarter of what Telegram allows."""
    assert [(language, key) for language, key, said in cases() if len(said) > 1000] == []


def test_labels_are_one_to_four_words_on_one_line() -> None:
    """A button is read at a glance and has nothing filled in; short names in the read-back are three words at most."""
    for language, key, said in cases():
        if is_label(key):
            count = len([word for word in said.split() if re.search(r"\w", word)])
            assert 1 <= count <= 4, (language, key, said)
            assert "\n" not in said
            assert not variables(said), (language, key)
        if plain_key(key).endswith(".short"):
            assert 1 <= len(said.split()) <= 3, (language, key, said)


def test_the_notice_is_one_short_screen() -> None:
    """The notice is nine lines at most, blank ones among them."""
    for language in LANGUAGES:
        assert len(catalogue(language)["notice"].split("\n")) <= 9


def test_labels_of_one_question_differ() -> None:
    """Also as typed, without capitals or signs, and in each variant: two buttons never read alike."""
    for language, step, variants in product(LANGUAGES, INTAKE.steps, ((), ("other",), ("minor",), ("work",))):
        labels = [plain(words.label(language, step.name, option.code, variants)) for option in step.options]
        assert len(set(labels)) == len(labels), (language, step.name, variants)


def test_the_one_she_fears_has_no_gender() -> None:
    """English says "she" of the woman someone writes for; never "he"."""
    for language, key, said in cases():
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
    for language, key, said in cases():
        assert not UNSAID.search(said), (language, key)


# --- harmless at first sight --------------------------------------------------------------------------------


def test_the_first_line_of_every_message_reveals_nothing() -> None:
    """A locked screen shows that line: it holds no word from the list, and nothing that is filled in later."""
    for language, key, said in cases():
        if shown_alone(key):
            first = said.split("\n")[0].casefold()
            revealing = set(re.findall(r"[^\W\d_]+", first)) & set(REVEALING[language].split())
            assert not revealing, (language, key, first)
            assert not variables(first), (language, key, first)


def test_what_anyone_may_see_reveals_nothing_in_any_line() -> None:
    """The front, the cover texts, their buttons and the line left behind read like anybody's; the last is one line."""
    public = ("front", "front.talk", "left", "cover.default", "button.open", "button.leave")
    public += tuple(f"cover.{option.code}" for option in INTAKE.by_name["cover"].options)
    for language, key in product(LANGUAGES, public):
        said = catalogue(language)[key].casefold()
        assert not set(re.findall(r"[^\W\d_]+", said)) & set(REVEALING[language].split()), (language, key)
    for language in LANGUAGES:
        assert "\n" not in catalogue(language)["left"]


# --- leaving --------------------------------------------------------------------------------


def test_no_button_is_a_word_that_leaves_or_a_command() -> None:
    """She may type a label in place of pressing it: that must answer the question and never wipe her chat."""
    for language, key, said in cases():
        if is_label(key):
            assert plain(said) not in LEAVE, (language, key)
            assert everywhere(said) is None, (language, key)


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


def test_a_button_that_a_text_names_exists() -> None:
    """What stands in quotes in a text is the label of a button, letter for letter."""
    for language, key, said in cases():
        if is_label(key) or key == "notice":
            continue
        labels = {text for name, text in catalogue(language).items() if is_label(name)}
        assert set(re.findall(r"“([^”]+)”", said)) <= labels, (language, key)


# --- numbers --------------------------------------------------------------------------------


def test_no_number_is_typed_by_hand() -> None:
    """Three digits or more come from the list of help lines, so a number that changes is changed in one place."""
    for language, key, said in cases():
        assert not re.search(r"\d[\d\s-]*\d[\s-]*\d", said), (language, key, said)


def test_every_variable_is_known() -> None:
    """Nothing in braces is left that neither the help lines nor the conversation would fill."""
    for language, key, said in cases():
        assert variables(said) <= set(NUMBERS) | {"person", *FILLED}, (language, key)


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
    for key, said in of_hers(language).items():
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
    for key in {plain_key(key) for key in of_hers(language)}:
        for variant, person in persons:
            said = words.text(language, key, (variant, person), person=f"@person.{person}", **FILLED)
            assert said.strip() == said
            assert "{" not in said
            assert "  " not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_read_back_shows_each_answer_beside_its_short_name(language: str) -> None:
    """A pressed answer appears as its label, a typed one in her own words."""
    say = Say(("read_back",), rows=(("shelter", "tonight", ""), ("where", "text", "Alkmaar")))
    intro, first, second = words.render(language, say).rsplit("\n", 2)
    texts = catalogue(language)
    assert intro == texts["read_back"]
    assert first == f"• {texts['shelter.short']}: {texts['shelter.tonight']}"
    assert second == f"• {texts['where.short']}: Alkmaar"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_label_counts_as_its_button(language: str) -> None:
    """In capitals and with a blank after it, every label of every question is still understood."""
    for step in INTAKE.steps:
        for option in step.options:
            typed = words.label(language, step.name, option.code).upper() + " "
            assert words.option_of(step, typed, language) == option.code, (step.name, option.code)


def test_a_language_that_we_do_not_speak_falls_back() -> None:
    """nl-BE is Dutch; an unknown language gets the fallback; an unknown key is an error and never an empty text."""
    assert words.known("nl-BE") == "nl"
    assert words.known("xx") == words.FALLBACK
    with pytest.raises(KeyError, match="no words for nothing_at_all"):
        words.template("nl", "nothing_at_all")
