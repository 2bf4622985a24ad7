"""A reviewer's sheet: one language beside Dutch and English, with where each text appears; and reading it back.

It is CSV with semicolons and a mark of UTF-8, which the spreadsheets of the Netherlands open as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows import wording, words
from flows.model import Flow
from flows.review import is_vital
from flows.words import pofile

MARK = "\ufeff"
COLUMNS = ("key", "where", "seen by", "danger", "Dutch", "English", "text", "status", "correction", "note")
_KEYS = re.compile(r"[a-z_]\S*[^\s:]")
OPEN, DONE, OK = "open", "reviewed", "ok"
VARIANTS = {
    "other": "she writes for someone else",
    "minor": "she is under 18",
    "told": "staff have been told",
    "partner": "afraid of a partner",
    "family": "afraid of family",
    "work": "afraid of whom she works for",
    "web": "on the web page",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a reviewer says of one text. `text`: the correction; None where it is right as it is."""

    row: int
    key: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Back:
    """A sheet that came back: what may be taken over, what is wrong in it, and what the reviewer wants to tell."""

    changes: tuple[Change, ...]
    wrong: tuple[str, ...]
    notes: tuple[str, ...]


class NoSheet(Exception):
    """Not one of our sheets; the words are one line for a person."""


def written(flow: Flow, language: str) -> str:
    """The sheet of a language, all texts to her in the order of the catalogue."""
    into = io.StringIO()
    sheet = csv.writer(into, delimiter=";", lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    unreviewed = words.unreviewed(language)
    dutch, english = words.catalogue("nl"), words.catalogue("en")
    for key, said in wording.of_hers(words.catalogue(language)).items():
        about = (where(flow, key), _seen_by(flow, key), "yes" if is_vital(flow, key) else "")
        status = OPEN if key in unreviewed else DONE
        sheet.writerow((key, *about, dutch.get(key, ""), english.get(key, ""), said, status, "", ""))
    return MARK + into.getvalue()


def where(flow: Flow, key: str) -> str:
    """Where a text appears, in words."""
    base, _, variant = key.partition("@")
    only = f"; only if {VARIANTS.get(variant, variant)}" if variant else ""
    return _place(flow, base) + only


def _place(flow: Flow, base: str) -> str:
    name, _, rest = base.partition(".")
    if wording.is_label(flow, base):
        return "button, everywhere" if name == "button" else f"button, step {name}"
    if name in flow.by_name:
        return {"": f"step {name}", "why": f"step {name}, below", "short": "read-back"}.get(
            rest, f"step {name}"
        )
    return {"page": "web page", "line": "help line", "person": "inside other texts"}.get(name, "message")


def _seen_by(flow: Flow, key: str) -> str:
    if wording.is_public(flow, key):
        return "anyone"
    return "locked screen" if wording.begins(flow, key) else ""


# --- reading it back --------------------------------------------------------------------------------------------


def read(flow: Flow, language: str, sheet: str) -> Back:
    """What came back, row by row. Raises NoSheet."""
    texts = words.catalogue(language)
    changes: list[Change] = []
    wrong: list[str] = []
    notes: list[str] = []
    for number, row in _rows(sheet):
        key, note = row["key"].strip(), row["note"].strip()
        if note:
            notes.append(f"row {number}, {key}: {note}")
        found = _change(number, key, row, texts)
        if isinstance(found, str):
            wrong.append(f"row {number}, {key or 'no key'}: {found}")
        elif found is not None:
            changes.append(found)
    faulty = dict(_faults(flow, language, changes, texts))
    wrong += (f"row {row}, {fault}" for row, faults in faulty.items() for fault in faults)
    return Back(tuple(one for one in changes if one.row not in faulty), tuple(wrong), tuple(notes))


def _rows(sheet: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the number that a spreadsheet shows beside it."""
    sheet = sheet.removeprefix(MARK)
    first = sheet.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    rows = csv.reader(io.StringIO(sheet, newline=""), delimiter=delimiter)
    if tuple(next(rows, ())) != COLUMNS:
        raise NoSheet(f"its first row is not {delimiter.join(COLUMNS)}")
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            cells = (cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row)
            yield number, dict.fromkeys(COLUMNS, "") | dict(zip(COLUMNS, cells, strict=False))


def _change(number: int, key: str, row: Mapping[str, str], texts: Mapping[str, str]) -> Change | str | None:
    """The change that a row asks for, what is wrong with it, or nothing."""
    status, correction = row["status"].strip().casefold(), row["correction"].strip()
    if status not in (OPEN, DONE, OK, ""):
        return f"status “{status}” is none of {OPEN}, {OK}, {DONE}"
    if key not in wording.of_hers(texts):
        return "there is no such text"
    if row["text"].strip() != texts[key]:
        return "the text is not what the catalogue says (now); what it should say belongs in “correction”"
    if not correction and status != OK:
        return None
    return Change(number, key, correction if correction not in ("", texts[key]) else None)


def _faults(
    flow: Flow, language: str, changes: list[Change], texts: Mapping[str, str]
) -> Iterator[tuple[int, list[str]]]:
    """Of each correction, what may not stand so, seen with all the others in place; and what stands there twice."""
    after = {**texts, **{one.key: one.text for one in changes if one.text is not None}}
    known = set(wording.mistakes(flow, language, texts))
    together = [fault for fault in wording.mistakes(flow, language, after) if fault not in known]
    keys: dict[str, int] = {}
    for one in changes:
        twice = [f"{one.key} stands in row {keys[one.key]} too"] if one.key in keys else []
        keys.setdefault(one.key, one.row)
        own = [
            fault for fault in together if one.text is not None and _is_about(fault, one.key, texts[one.key])
        ]
        if own or twice:
            yield one.row, [*twice, *own]


def _is_about(fault: str, key: str, old: str) -> bool:
    """Whether a change brought it about: it names the text, or a button that was called so before."""
    return key in _KEYS.findall(fault) or f"“{old}”" in fault


def taken_over(po: str, changes: tuple[Change, ...], note: str) -> str:
    """The catalogue with these changes."""
    for one in changes:
        po = pofile.reviewed(po, one.key, one.text, note)
    return po
