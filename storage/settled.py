"""What of the house is settled by its settings, and does not change while a process lives."""

from __future__ import annotations

from flows.intake import INTAKE
from flows.model import House
from flows.review import ready
from flows.tongues import LANGUAGES
from storage import demo, guidebook, recordings
from storage.settings import Settings, split_codes
from storage.store import Store


def settled(store: Store, settings: Settings) -> House:
    """The house as the conversation may know it, but for who is on duty."""
    return House(
        timezone=settings.timezone,
        gap=settings.gap,
        chat_address=settings.chat_address,
        languages=_languages(store, settings),
        recordings=recordings.found(settings.audio),
        entries=guidebook.entries(settings.guide),
    )


def _languages(store: Store, settings: Settings) -> tuple[str, ...]:
    """Those that are set; else all of them for made-up women, and for real ones those that are ready."""
    chosen = split_codes(settings.languages)
    if chosen:
        return tuple(language for language in LANGUAGES if language in chosen)
    return LANGUAGES if demo.is_demo(store) else ready(INTAKE)
