"""Answers as FLOIP Flow Results: a Frictionless Data Package of a descriptor and rows, in a zip.

https://floip.gitbook.io/flow-results-specification. Every answer stands for itself: contact and session are made up
anew for each row, because all answers of one woman together would be as good as her name. `linked` keeps those of a
conversation together, for use inside the house alone; even then nothing leads back to its log.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select

from flows.intake import INTAKE
from flows.model import Step
from flows.words import catalogue
from storage.exports.conversations import beginning
from storage.store import Store
from storage.suppress import K
from storage.tables import log, traces

VERSION = "1.0.0-rc1"
DATA, DESCRIPTOR = "data.json", "datapackage.json"
LANGUAGES = {"nl": "nld", "en": "eng"}  # of whoever exports, as ISO 639-3 has them
FIELDS = (
    ("timestamp", "datetime"),
    ("row_id", "string"),
    ("contact_id", "string"),
    ("session_id", "string"),
    ("question_id", "string"),
    ("response", "any"),
    ("response_metadata", "object"),
)
# Counts as an answer, too: she skipped the question, or typed where there are buttons (what, is not kept here).
BESIDE = ("skip", "text")

Answers = dict[str, dict[str, str]]  # step -> conversation -> code


def write(
    store: Store, asked: Iterable[int], into: IO[bytes], now: float, language: str, *, linked: bool = False
) -> None:
    """The whole package; rows are written as they are read."""
    with ZipFile(into, "w", ZIP_DEFLATED) as package:
        with package.open(DATA, "w") as data:
            data.write(b"[")
            for number, row in enumerate(rows(store, asked, linked=linked)):
                data.write((",\n" if number else "\n").encode() + json.dumps(row).encode())
            data.write(b"\n]\n")
        package.writestr(DESCRIPTOR, json.dumps(descriptor(now, language), indent=1, ensure_ascii=False))


def rows(store: Store, asked: Iterable[int], *, linked: bool = False) -> Iterator[list[Any]]:
    """Answer by answer: of each question those that at least K conversations of that week gave."""
    number = count(1)
    for week in asked:
        at, people = beginning(week), _People(linked)
        for step, answers in sorted(_answers(store, week).items()):
            given = Counter(answers.values())
            for trace, code in sorted(answers.items()):
                if given[code] >= K:
                    yield [at, str(next(number)), *people.of(trace), step, code, {}]


class _People:
    """Who gave an answer, under names that are made up here and stand nowhere else."""

    def __init__(self, linked: bool) -> None:
        self._known: dict[str, tuple[str, str]] = defaultdict(_made_up)
        self._linked = linked

    def of(self, trace: str) -> tuple[str, str]:
        return self._known[trace] if self._linked else _made_up()


def _made_up() -> tuple[str, str]:
    return secrets.token_hex(8), secrets.token_hex(8)


def _answers(store: Store, week: int) -> Answers:
    """The last answer to each question in each conversation that began in that week."""
    wanted = (
        select(log.c.step, log.c.trace, log.c.code)
        .join(traces, traces.c.trace == log.c.trace)
        .where(traces.c.week == week, log.c.kind == "moved", log.c.actor == "she")
        .order_by(log.c.id)
    )
    found: Answers = defaultdict(dict)
    with store.read() as conn:
        for step, trace, code in conn.execute(wanted):
            if code in _CHOICES.get(step, ()):
                found[step][trace] = code
    return found


def _choices(step: Step) -> tuple[str, ...]:
    return (*(option.code for option in step.options), *BESIDE)


_CHOICES = {step.name: _choices(step) for step in INTAKE.steps}


def descriptor(now: float, language: str) -> dict[str, Any]:
    made = datetime.fromtimestamp(now, UTC).replace(microsecond=0).isoformat()
    schema = {
        "language": LANGUAGES.get(language, "eng"),
        "fields": [{"name": name, "title": name, "type": kind} for name, kind in FIELDS],
        "questions": {step.name: _question(step, language) for step in INTAKE.steps},
    }
    resource = {
        "name": "drempel-answers",
        "profile": "data-resource",
        "path": DATA,
        "mediatype": "application/json",
        "encoding": "utf-8",
        "schema": schema,
    }
    return {
        "profile": "flow-results-package",
        "name": "drempel-flow-results",
        "title": "Drempel",
        "flow_results_specification_version": VERSION,
        "created": made,
        "modified": made,
        "id": str(uuid.uuid4()),
        "resources": [resource],
    }


def _question(step: Step, language: str) -> dict[str, Any]:
    label = catalogue(language).get(f"desk.q.{step.name}", step.name)
    return {"type": "select_one", "label": label, "type_options": {"choices": list(_choices(step))}}
