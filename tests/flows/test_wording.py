"""A text that may not go out as it is is named, with what is wrong; and which languages are ready for real women."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import pytest

from flows import check, review, wording, words
from flows.intake import INTAKE
from flows.tongues import LANGUAGES
from flows.words.revealing import reveals

Change = Callable[[str, str, str | None], None]


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Puts another text into a catalogue, or takes one out, for one test."""
    texts = {language: dict(words.catalogue(language)) for language in LANGUAGES}
    monkeypatch.setattr(words, "catalogue", texts.__getitem__)

    def put(language: str, key: str, text: str | None) -> None:
        texts[language].pop(key) if text is None else texts[language].update({key: text})

    return put


@pytest.mark.parametrize(
    ("key", "text", "fault"),
    [
        ("throat", "", "throat is empty"),
        ("throat", "Next.\nDid {person anyone?", "throat has a brace"),
        ("told.nobody", "Call {n_emergency}.", "told.nobody lacks {n_safe_home}"),
        ("throat", "Next.\nCall {n_suicide}.", "throat has {n_suicide}, which the other languages have not"),
        ("throat", "Next.\n" + "one " * 13, "throat has a sentence of 13 words, at most 12"),
        ("throat", "Next.\n" + "One. " * 300, "throat has 1506 characters, at most 1000"),
        ("throat.no", "This is much too long", "throat.no is no label"),
        ("throat.no", "Not\nat all", "throat.no is no label"),
        ("throat.no", "{n_emergency}", "throat.no is a label and has a variable in it"),
        ("throat.no", "/help", "throat.no is a command"),
        ("throat.no", "Polski", "throat.no is the name of a language"),
        ("shelter.short", "A roof for tonight", "shelter.short has 4 words, at most 3"),
        ("throat", "Your throat.\nDid it happen?", "throat: a locked screen would show “throat”"),
        ("throat", "About {person}.\nDid it?", "throat: a locked screen would show what is filled into"),
        ("left", "Stay away from danger", "left: anyone may see it, and it says “danger”"),
        (
            "cover.sport",
            "Practice.\nThe police come.",
            "cover.sport: anyone may see it, and it says “police”",
        ),
        ("guide.coffee", "A shelter.", "guide.coffee: anyone may see it, and it says “shelter”"),
        ("left", "Bye.\nSee you.", "left has more than one line"),
    ],
)
def test_a_fault_of_a_text_is_named(key: str, text: str, fault: str) -> None:
    """Each rule of the wording says what is wrong, and where."""
    assert any(
        one.startswith(fault) for one in wording.faults(INTAKE, "en", key, text, words.catalogue("en"))
    )


def test_a_missing_text_is_named_in_every_language(change: Change) -> None:
    """Also one of a variant, and one that no other language has."""
    for language in LANGUAGES[2:]:
        change(language, "beats.self@minor", None)
    change("tr", "beats.self@nobody", "x")
    found = check.mistakes(INTAKE)
    assert found == [
        "tr: no words for beats.self@minor",
        "tr: beats.self@nobody is said in no other language",
        *(f"{language}: no words for beats.self@minor" for language in LANGUAGES[3:]),
    ]


def test_two_answers_that_read_alike_are_named(change: Change) -> None:
    """She may type a label: it must say which of the two she means."""
    change("en", "throat.no", "I don't know!")
    assert "en: throat.unsure reads as throat.no (i don't know)" in check.mistakes(INTAKE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_list_of_revealing_words(language: str) -> None:
    """At least twenty words that may show nowhere, a stem standing for all its endings."""
    listed = [word for word in _listed(language) if list(reveals(language, word.rstrip("*")))]
    assert len(listed) >= 20
    assert listed == _listed(language)


def _listed(language: str) -> list[str]:
    lines = (files(words) / "revealing.txt").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"{language}:")).split()[1:]


# --- reviewed, or not yet ---------------------------------------------------------------------------------------


def test_what_is_vital_is_danger_and_what_to_do_in_it() -> None:
    """Danger questions with their answers, the beats, numbers, who is told, leaving; not pets, papers or the guide."""
    for key in ("throat", "throat.recent", "throat.why@other", "beats.child", "line.suicide", "told.nobody"):
        assert review.is_vital(INTAKE, key), key
    for key in ("last_resort", "button.leave", "cannot_write.look", "heard.voice", "news.rung_1", "own_life"):
        assert review.is_vital(INTAKE, key), key
    for key in ("pets", "papers.none", "front.coffee", "button.back", "cover.sport"):
        assert not review.is_vital(INTAKE, key), key


def test_a_language_is_ready_when_all_its_texts_about_danger_are_reviewed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One danger text that is still open holds it back; open texts about a dog do not."""
    still_open = {"tr": frozenset({"throat"}), "ar": frozenset({"pets"})}
    monkeypatch.setattr(words, "unreviewed", lambda language: still_open.get(language, frozenset()))
    assert review.open_texts(INTAKE, "tr") == ["throat"]
    assert review.ready(INTAKE) == tuple(language for language in LANGUAGES if language != "tr")
