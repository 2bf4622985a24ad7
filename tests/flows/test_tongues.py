"""Her language: guessed at first, changed by a button or by typing its name, offered where it is on."""

from __future__ import annotations

import pytest

from flows import tongues, words
from flows.leave import COMMANDS, LEAVE, MEANS, everywhere, plain
from flows.model import GAP, Content, House, Pressed
from flows.needs import need_of
from flows.tongues import LANGUAGES, known, named
from tests.flows.walk import TO_DANGER, Walk

FEW = House(languages=("nl", "en", "ar"))
DAY = 24 * 3600.0


def offered(walk: Walk) -> list[str]:
    return [one.option for row in walk.turn.says[-1].buttons for one in row if one.step == "language"]


# --- guessing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "on", "hers"),
    [
        ("nl-BE", LANGUAGES, "nl"),
        ("pt_BR", LANGUAGES, "en"),
        ("TR", LANGUAGES, "tr"),
        ("tr", ("nl", "en"), "en"),
        ("tr", ("nl", "ar"), "nl"),
        ("", LANGUAGES, "en"),
    ],
)
def test_the_nearest_language_that_is_on_is_hers(told: str, on: tuple[str, ...], hers: str) -> None:
    """A region or capitals do not matter; English where nothing is near, or else the first that is on."""
    assert known(told, on) == hers


# --- by its name ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("turkce", "tr"), ("Türkçe!", "tr"), ("TURKS", "tr"), ("arabic", "ar"), ("Arabisch", "ar"), ("عربي", "ar"),
        ("tigrinya", "ti"), ("ትግርኛ", "ti"), ("Po polsku.", "pl"), ("polski", "pl"), ("français", "fr"),
        ("francais", "fr"), ("espanol", "es"), ("українською", "uk"), ("İngilizce", "en"), ("Nederlands", "nl"),
        ("ik spreek turks", None), ("turk", None), ("", None),
    ],
)  # fmt: skip
def test_a_whole_message_names_a_language(typed: str, language: str | None) -> None:
    """In its own script or another's, with or without its signs; inside a sentence it says nothing."""
    assert named(typed) == language


def test_every_language_is_named_as_its_own_button_says() -> None:
    """The label of each language, in every catalogue, typed, means that language."""
    for language in LANGUAGES:
        for one in LANGUAGES:
            assert named(words.label(one, "language", language)) == language


def test_a_name_means_one_language_and_neither_leaves_nor_commands() -> None:
    """No spelling stands twice, and none is a word that means something else."""
    spelled = [plain(name) for names in tongues._NAMES.values() for name in names.split(",")]
    assert sorted(set(spelled)) == sorted(spelled)
    assert not [name for name in spelled if everywhere(name)]


@pytest.mark.parametrize("answers", [(), ("talk",), ("talk", "go_on"), TO_DANGER, (*TO_DANGER, "no")])
def test_typing_a_language_at_any_step_changes_it_and_keeps_the_place(answers: tuple[str, ...]) -> None:
    """The open question is asked again in it, nothing counts as an answer or as not understood."""
    her = Walk(*answers)
    step, before = her.intake.step, her.intake.answers
    her.says("Türkçe")
    assert (her.intake.language, her.intake.step, her.intake.answers) == ("tr", step, before)
    assert her.turn.says[-1].keys[0] == step
    assert her.intake.findings == ()
    assert her.replayed() == her.intake


def test_a_language_pressed_long_ago_still_changes_it() -> None:
    """An old keyboard of languages means what it says, wherever she is by now."""
    her = Walk(*TO_DANGER)
    her.old_button("language", "pl")
    assert (her.intake.language, her.intake.step) == ("pl", "right_now")


def test_after_the_gap_the_guide_answers_in_the_new_language() -> None:
    """Somebody else may hold the phone by then, and asks for a language by its name."""
    her = Walk(*TO_DANGER).later(GAP)
    her.says("polski")
    assert (her.intake.language, her.said()) == ("pl", ["front"])


def test_where_she_is_asked_what_she_speaks_a_language_is_the_answer() -> None:
    """At that question its name tells the house what is needed, and the conversation stays as it was."""
    her = Walk(*TO_DANGER, "danger", "lost", "later", "none", "none")
    assert her.intake.step == "speak"
    her.says("Tigrinya")
    assert (her.intake.language, her.intake.texts["speak"]) == ("nl", "Tigrinya")
    assert need_of(her.intake, her.turn.assessment).language == "ti"


def test_to_a_worker_a_language_is_a_word_like_any_other() -> None:
    """While a worker writes with her, what she answers reaches that worker."""
    her = Walk(*TO_DANGER, "danger")
    her.staff("take")
    her.staff("write", text="Welke taal spreek je?")
    her.says("Arabisch")
    assert her.intake.language == "nl"
    assert her.turn.says == ()


# --- on and off -------------------------------------------------------------------------------------------------


def test_only_languages_that_are_on_are_offered() -> None:
    """The step declares nine; the others are not drawn, and the way back is."""
    her = Walk(*TO_DANGER, house=FEW)
    her.button("language")
    assert offered(her) == ["nl", "en", "ar"]
    assert Pressed("", "back", 0).option in [one.option for one in her.turn.says[-1].buttons[-1]]


@pytest.mark.parametrize("how", ["pressed", "typed"])
def test_a_language_that_is_off_is_not_understood(how: str) -> None:
    """Pressed on an old keyboard or typed by its name, nothing changes; the record replays to the same."""
    her = Walk(*TO_DANGER, house=FEW)
    her.button("language")
    her.presses("pl") if how == "pressed" else her.says("polski")
    assert her.intake.language == "nl"
    assert offered(her) == ["nl", "en", "ar"]
    assert her.replayed() == her.intake


def test_a_conversation_in_a_language_that_was_switched_off_goes_on() -> None:
    """She is not thrown into another language in the middle of it."""
    her = Walk(*TO_DANGER)
    her.says("polski")
    her.house = FEW
    her.presses("no", "recent")
    assert her.intake.language == "pl"
    assert all(words.render("pl", say) for say in her.turn.says)


# --- words that mean one thing everywhere -----------------------------------------------------------------------


def test_leave_words_and_commands_are_whole_messages_and_never_both() -> None:
    """None stands in two lists, and the names of languages in none of them."""
    assert not LEAVE & set(MEANS)
    assert all(everywhere(word) == "leave" for word in LEAVE)
    assert all(everywhere(word) == option for word, option in (MEANS | COMMANDS).items())


@pytest.mark.parametrize(
    "typed", ["Gevaar!", "danger", "Tehlike", "خطر", "небезпека", "ሓደጋ", "/peligro", "112"]
)
def test_a_word_for_danger_alone_is_the_danger_button(typed: str) -> None:
    """In any of our languages, whatever language the conversation is in; staff are rung in that turn."""
    her = Walk(*TO_DANGER)
    her.says(typed, Content.COMMAND if typed.startswith("/") else Content.TEXT)
    assert her.intake.answers["right_now"] == "danger"
    assert her.turn.rings


@pytest.mark.parametrize("typed", ["Help", "yardım", "مساعدة", "pomocy", "допоможіть", "¡Socorro!", "ርድኡኒ"])
def test_a_cry_for_help_reaches_a_person(typed: str) -> None:
    """Alone in a message it counts as asking for a human; a sentence with it in is read like any other."""
    her = Walk(*TO_DANGER)
    her.says(typed)
    assert her.intake.handoff is not None
    assert "asked_human" in her.intake.handoff.marks
    assert "human" in her.said()


def test_a_cry_for_help_is_never_lost() -> None:
    """At the front it is kept for staff; while a worker writes with her, the worker reads it."""
    her = Walk()
    her.says("help")
    assert [finding.quote for finding in her.intake.findings] == ["help"]
    her = Walk(*TO_DANGER, "danger")
    her.staff("take")
    her.staff("write", text="Hoi")
    her.says("help")
    assert her.turn.says == ()
    assert her.turn.intake.handoff is not None
    assert "wrote" in her.turn.intake.handoff.marks
