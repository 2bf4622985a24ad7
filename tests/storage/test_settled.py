"""Which languages are on: those that are set; else all for made-up women, and the reviewed ones for real women."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from flows import words
from flows.intake import INTAKE
from flows.model import House, Said
from flows.review import ready
from flows.tongues import LANGUAGES
from storage import demo, turns
from storage.settings import Settings
from storage.settled import settled
from storage.store import Store
from storage.turns import Arrival


def chosen(settings: Settings, languages: str) -> Settings:
    return settings.model_copy(update={"languages": languages})


def test_what_is_set_is_on(sqlite_store: Store, sqlite_settings: Settings) -> None:
    """Spaces do not matter, and the order is always the same."""
    assert settled(sqlite_store, chosen(sqlite_settings, "ti, nl")).languages == ("nl", "ti")


def test_for_real_women_only_reviewed_languages_are_on(
    sqlite_store: Store, sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One danger text that no native speaker has reviewed keeps a language off, until somebody sets it."""
    texts = {"nl": frozenset(), "en": frozenset({"pets"}), "tr": frozenset({"throat"})}
    monkeypatch.setattr(words, "unreviewed", lambda language: texts.get(language, frozenset({"last_resort"})))
    assert ready(INTAKE) == ("nl", "en")
    assert settled(sqlite_store, sqlite_settings).languages == ("nl", "en")


def test_with_made_up_data_all_nine_are_on(sqlite_store: Store, sqlite_settings: Settings) -> None:
    """Whoever tries it out sees every language, unless some are set."""
    demo.fill(sqlite_store, time.time(), women=False)
    assert settled(sqlite_store, sqlite_settings).languages == LANGUAGES
    assert settled(sqlite_store, chosen(sqlite_settings, "nl")).languages == ("nl",)


@pytest.mark.parametrize(("told", "hers"), [("ar-SA", "ar"), ("tr", "en"), ("", "en")])
def test_a_conversation_begins_in_the_nearest_language_that_is_on(
    sqlite_store: Store, told: str, hers: str
) -> None:
    """What the messenger tells of her language is taken once; her own choice counts from then on."""
    house = replace(House(), languages=("nl", "en", "ar"))
    arrival = Arrival("telegram", "1", "7", Said("hoi", 1e9), "seen", language=told)
    taken = turns.take_turn(sqlite_store, arrival, house)
    assert taken.turn is not None
    assert taken.turn.intake.language == hers
