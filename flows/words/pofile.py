"""A catalogue as its text: one entry is changed at a time, and what is not touched stays to the byte."""

from __future__ import annotations

from collections.abc import Sequence

from flows.words import REVIEWED

_REVIEWED = f"# {REVIEWED}"
_GAP = "\n\n"  # between two entries; no entry holds an empty line


def reviewed(po: str, key: str, text: str | None, note: str) -> str:
    """The catalogue with that entry no longer fuzzy, and who reviewed it above it. Raises KeyError.

    `text`: what it says from now on; None leaves it as it is.  `note`: a day and what kind of reader, no name.
    """
    entries = po.split(_GAP)
    place = next((at for at, entry in enumerate(entries) if f'msgid "{key}"' in entry.split("\n")), None)
    if place is None:
        raise KeyError(key)
    entries[place] = _reviewed(entries[place], text, note)
    return _GAP.join(entries)


def _reviewed(entry: str, text: str | None, note: str) -> str:
    lines = entry.split("\n")
    end = "" if lines[-1] else "\n"  # the last entry of a file
    begins = next(at for at, line in enumerate(lines) if line.startswith("msgid "))
    says = next(at for at, line in enumerate(lines) if line.startswith("msgstr "))
    said = [line for line in lines[says:] if line] if text is None else _quoted(text)
    return "\n".join([*_comments(lines[:begins], note), *lines[begins:says], *said]) + end


def _comments(lines: Sequence[str], note: str) -> list[str]:
    """Translators' comments first, as gettext has them; flags last, without `fuzzy`."""
    own = [line for line in lines if line.startswith("# ") and not line.startswith(_REVIEWED)]
    flags = [flag.strip() for line in lines if line.startswith("#,") for flag in line[2:].split(",")]
    kept = [flag for flag in flags if flag != "fuzzy"]
    rest = [line for line in lines if not line.startswith(("# ", "#,"))]
    return [*own, f"{_REVIEWED}{note}", *rest, *([f"#, {', '.join(kept)}"] if kept else [])]


def _quoted(text: str) -> list[str]:
    """A line of the file for each line of the text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").split("\n")
    if len(escaped) == 1:
        return [f'msgstr "{escaped[0]}"']
    return ['msgstr ""', *(f'"{line}\\n"' for line in escaped[:-1]), f'"{escaped[-1]}"']
