"""Recordings that an organisation has put in a folder: `<folder>/<language>/<text>.ogg`. None has to be there."""

from __future__ import annotations

from pathlib import Path

from flows.spoken import RECORDINGS
from flows.tongues import LANGUAGES

LARGEST = 1024 * 1024  # bytes: above this, Telegram shows a file and no voice message


def found(folder: str) -> frozenset[tuple[str, str]]:
    """Language and name of each recording that is there and can be sent."""
    every = ((language, name) for language in LANGUAGES for name in RECORDINGS)
    return frozenset(one for one in every if path(folder, *one) is not None)


def path(folder: str, language: str, name: str) -> Path | None:
    """Where one lies; None where there is none, it is empty, or too large."""
    if not folder or language not in LANGUAGES or name not in RECORDINGS:
        return None
    file = Path(folder) / language / f"{name}.ogg"
    try:
        return file if 0 < file.stat().st_size <= LARGEST else None
    except OSError:
        return None
