"""The house's own guide: what happens in its neighbourhood, from a file that it keeps. Without one, a general guide.

    [coffee.nl]
    title = "Koffie in de Brede School"
    says = "Elke dinsdag vanaf tien uur."

Which places there can be: flows.model.ENTRIES; those that the file leaves out are not shown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows import wording, words
from flows.intake import INTAKE
from flows.model import ENTRIES
from flows.tongues import LANGUAGES

PARTS = {"title": "front", "says": "guide"}
FALLBACK = "nl"  # what a language that the file leaves out shows

Texts = Mapping[str, Mapping[str, str]]  # by language and key


class GuideTrouble(Exception):
    """The file cannot be used; the words name each mistake, one a line."""


def entries(path: str) -> tuple[str, ...]:
    """The places that are shown. Raises GuideTrouble."""
    return tuple(entry for entry in ENTRIES if entry in _read(path)) if path else ENTRIES


def texts(path: str) -> Texts:
    """What they say, by language and key; empty without a file. Raises GuideTrouble."""
    if not path:
        return {}
    book = _read(path)
    found = {language: dict(_of(book, language)) for language in LANGUAGES}
    wrong = [line for language in LANGUAGES for line in _mistakes(language, found[language])]
    if wrong:
        raise GuideTrouble("\n".join(f"{path}: {line}" for line in dict.fromkeys(wrong)))
    return found


def _read(path: str) -> dict[str, Any]:
    try:
        book = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GuideTrouble(f"{path}: {error}") from None
    wrong = [line for entry, told in book.items() for line in _shape(entry, told)]
    if wrong or not book:
        raise GuideTrouble("\n".join(f"{path}: {line}" for line in wrong or ["names no place"]))
    return book


def _shape(entry: str, told: Any) -> Iterator[str]:
    if entry not in ENTRIES:
        yield f"[{entry}] is no place of the guide: {', '.join(ENTRIES)}"
    elif not isinstance(told, dict) or FALLBACK not in told:
        yield f"[{entry}.{FALLBACK}] is missing"
    else:
        for language, parts in told.items():
            if language not in LANGUAGES:
                yield f"[{entry}.{language}]: no such language"
            elif (
                not isinstance(parts, dict) or {*parts} != {*PARTS} or not all(map(_is_text, parts.values()))
            ):
                yield f"[{entry}.{language}] needs a title and says, both as text"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _of(book: dict[str, Any], language: str) -> Iterator[tuple[str, str]]:
    for entry, told in book.items():
        parts = told.get(language, told[FALLBACK])
        yield from ((f"{PARTS[part]}.{entry}", parts[part].strip()) for part in PARTS)


def _mistakes(language: str, own: Mapping[str, str]) -> Iterator[str]:
    """Anyone may read it: no revealing word, nothing that cannot stand on a button."""
    known = {**words.catalogue(language), **own}
    for key, said in own.items():
        yield from wording.faults(INTAKE, language, key, said, known)
