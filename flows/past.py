"""A past conversation as its log holds it: codes in their order, no words, no times, nobody's name.

`read()` makes it out of the rows of one trace. What cannot be told from a row is left out: never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from flows.words import EVERYWHERE

# Buttons that work everywhere and change what is known or who is told. The others only show something.
SIDES = frozenset({"danger_now", "human", "leave", "blocked"})
NOT_ANSWERS = (frozenset(EVERYWHERE) - {"skip"}) | {"blocked", "unblocked", "open"}


class NotALine(Exception):
    """What should be a past conversation is none."""


class Act(NamedTuple):
    """One thing that counted. `step`: where the conversation stood.

    `what`: answer (code: the option, "skip" or "text"); side (code: one of SIDES); late (code: the step and option of
    an old button); unread (code: what could not be read); silence (time alone handed it on).
    """

    step: str
    what: str
    code: str


class Row(Protocol):
    """What is used of a row of the log."""

    @property
    def kind(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def goes_to(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def actor(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Past:
    """One conversation of the log. `rules`: all that counted then; `overruled`: a human lowered the colour."""

    trace: str
    version: str
    acts: tuple[Act, ...]
    rules: frozenset[str]
    overruled: bool = False


def read(trace: str, version: str, rows: Iterable[Row]) -> Past:
    """The conversation out of its rows, in their order."""
    acts: list[Act] = []
    rules: set[str] = set()
    overruled = False
    for row in rows:
        kind = row.kind
        if kind in ("moved", "kept"):
            acts.extend(_acts(row))
        elif kind == "found":
            acts.extend(_seen(row))
        elif kind == "reason":
            rules.add(row.rule)
        elif kind == "overruled":
            overruled = True
    return Past(trace, version, tuple(acts), frozenset(rules), overruled)


def _acts(row: Row) -> Iterator[Act]:
    code = row.code
    if row.actor == "timer":
        if code == "silence":
            yield Act(row.step, "silence", "")
    elif row.actor == "she":
        if code in SIDES:
            yield Act(row.step, "side", code)
        elif row.kind == "moved" and _is_answer(row):
            yield Act(row.step, "answer", code)


def _is_answer(row: Row) -> bool:
    """It led on, and not back to whether she is safe: after a day that is asked first, whatever she pressed."""
    if row.goes_to == "safe_again" and row.step != "front":
        return False
    return row.code not in NOT_ANSWERS or (row.code == "again" and row.step == "goodbye")


def _seen(row: Row) -> Iterator[Act]:
    """Of what was found, only what no answer tells: what could not be read, and old buttons."""
    if row.rule.startswith("unread."):
        yield Act(row.step, "unread", row.rule.removeprefix("unread."))
    elif row.rule.endswith(".late"):
        yield Act(row.step, "late", row.rule.removesuffix(".late"))


# --- as one line of JSON, for another machine -----------------------------------------------------------------


def to_line(past: Past) -> str:
    known = {
        "trace": past.trace,
        "version": past.version,
        "acts": [list(act) for act in past.acts],
        "rules": sorted(past.rules),
        "overruled": past.overruled,
    }
    return json.dumps(known, separators=(",", ":"))


def from_lines(lines: Iterable[str]) -> list[Past]:
    """Raises NotALine for one that is none of ours."""
    try:
        return [_from_json(json.loads(line)) for line in lines if line.strip()]
    except (KeyError, TypeError, ValueError):
        raise NotALine("a line is none of those that `python -m storage logs` prints") from None


def _from_json(line: dict[str, Any]) -> Past:
    acts = tuple(Act(str(step), str(what), str(code)) for step, what, code in line["acts"])
    rules = frozenset(str(rule) for rule in line["rules"])
    return Past(str(line["trace"]), str(line["version"]), acts, rules, bool(line["overruled"]))
