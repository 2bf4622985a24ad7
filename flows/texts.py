"""The command `python -m flows texts`: a reviewer's sheet of a language, and its corrections taken over."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows import review, wording, words
from flows.intake import INTAKE
from flows.tongues import LANGUAGES
from flows.words import sheet

FOLDER = Path(words.__file__).parent  # where the catalogues stand
LONGEST_ROLE = 60


def add(commands: Any) -> None:
    texts = commands.add_parser("texts", help="a reviewer's sheet of one language; reading it back")
    texts.add_argument("--language", choices=LANGUAGES, help="which; without it, how far each has come")
    texts.add_argument("--to", type=Path, help="where the sheet is written (texts-<language>.csv)")
    texts.add_argument(
        "--read", type=Path, metavar="SHEET", help="take over what a reviewer wrote into a sheet"
    )
    texts.add_argument(
        "--reviewer", type=_role, help='who read it, never by name: "native speaker, shelter worker"'
    )
    texts.add_argument("--date", type=date.fromisoformat, default=_today(), help="of the review (today)")
    texts.add_argument("--partly", action="store_true", help="take over what is right, though some is wrong")
    texts.set_defaults(run=run)


def _role(text: str) -> str:
    if not text.strip() or "\n" in text or len(text) > LONGEST_ROLE:
        raise argparse.ArgumentTypeError(f"a few words, at most {LONGEST_ROLE} characters")
    return text.strip().rstrip(".")


def run(chosen: argparse.Namespace) -> int:
    """0; 1 where a sheet holds something that is wrong; 2 where there is nothing to do it with."""
    if chosen.language is None:
        return _stand()
    try:
        return _read(chosen) if chosen.read else _write(chosen)
    except (OSError, UnicodeDecodeError, sheet.NoSheet) as trouble:
        print(_told(trouble, chosen), file=sys.stderr)
        return 2


def _told(trouble: Exception, chosen: argparse.Namespace) -> str:
    if isinstance(trouble, UnicodeDecodeError):
        return f"{chosen.read} is not UTF-8: save it as “CSV UTF-8”"
    if isinstance(trouble, sheet.NoSheet):
        return f"{chosen.read}: {trouble}"
    return str(trouble)


def _stand() -> int:
    """How many texts each language has, and how many of them are still to be reviewed."""
    for language in LANGUAGES:
        texts = wording.of_hers(words.catalogue(language))
        unreviewed = texts.keys() & words.unreviewed(language)
        vital = len(review.open_texts(INTAKE, language))
        ready = "ready" if not vital else f"{vital} of them about danger: off unless it is set"
        print(f"{language}: {len(texts)} texts, {len(unreviewed)} to be reviewed; {ready}")
    return 0


def _write(chosen: argparse.Namespace) -> int:
    to: Path = chosen.to or Path(f"texts-{chosen.language}.csv")
    with to.open("x", encoding="utf-8", newline="") as into:  # a sheet that somebody filled in is never lost
        into.write(sheet.written(INTAKE, chosen.language))
    print(f"written: {to}")
    return 0


def _read(chosen: argparse.Namespace) -> int:
    if not chosen.reviewer:
        print("--reviewer is missing: who read it, never by name", file=sys.stderr)
        return 2
    back = sheet.read(INTAKE, chosen.language, chosen.read.read_text(encoding="utf-8"))
    for line in (*back.notes, *back.wrong):
        print(line)
    if back.wrong and not chosen.partly:
        print(
            f"{len(back.wrong)} wrong; nothing was taken over (--partly takes over the rest)", file=sys.stderr
        )
        return 1
    catalogue = FOLDER / f"{chosen.language}.po"
    note = f"{chosen.date.isoformat()}: {chosen.reviewer}."
    after = sheet.taken_over(catalogue.read_text(encoding="utf-8"), back.changes, note)
    catalogue.write_text(after, encoding="utf-8", newline="\n")
    corrected = sum(1 for one in back.changes if one.text is not None)
    print(f"{len(back.changes)} texts reviewed, {corrected} of them corrected")
    return 1 if back.wrong else 0


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
