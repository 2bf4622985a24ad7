"""A past conversation as its log holds it: codes in their order, no words, no times, nobody's name.

`read()` makes it out of the rows of one trace. What cannot be told from a row is left out: never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flows.tongues import LANGUAGES
from flows.words import EVERYWHERE

# Buttons that work everywhere and change what is known or who is told. The others only show something.
SIDES = frozenset({"danger_now", "human", "leave", "blocked"})
NOT_ANSWERS = (frozenset(EVERYWHERE) - {"skip"}) | {
    "blocked",
    "unblocked",
    "open",
    "return",
    "duress",
    "chosen",
}


class NotALine(Exception):
    """What should be a past conversation is none."""


class Act(NamedTuple):
    """One thing that counted. `step`: where the conversation stood.

    `what`: answer (code: the option, "skip" or "text"); side (code: one of SIDES); late (code: the step and option of
    an old button); unread (code: what could not be read); read (code: the indicator that a rule of a lexicon saw in
    her words, and when the act was); doubt (the same, where it only may have been meant); silence (time alone handed
    it on).
    """

    step: str
    what: str
    code: str


# Of a row of the log, in this order: kind, step, code, goes_to, rule, actor.
Row = Sequence[str]


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
    acts: list[Act | None] = []
    rules: set[str] = set()
    overruled = False
    for kind, step, code, goes_to, rule, actor in rows:
        if kind == "moved" and actor == "she":
            acts.append(_moved(step, code, goes_to))
        elif kind in ("moved", "kept"):
            acts.append(_beside(step, code, actor))
        elif kind == "found":
            acts.append(_seen(step, rule, code))
        elif kind == "reason":
            rules.add(rule)
        elif kind == "overruled":
            overruled = True
    return Past(trace, version, tuple([act for act in acts if act]), frozenset(rules), overruled)


def _indicator(rule: str) -> str:
    """Of a rule of a lexicon: "nl.KILL.threat" speaks of KILL."""
    return rule.split(".")[1]


def _moved(step: str, code: str, goes_to: str) -> Act | None:
    """An answer, unless it led back to whether she is safe: after a day that is asked first, whatever she pressed."""
    if code in SIDES:
        return Act(step, "side", code)
    if code in NOT_ANSWERS and (step, code) != ("goodbye", "again"):
        return None
    return Act(step, "answer", code) if goes_to != "safe_again" or step == "front" else None


def _beside(step: str, code: str, actor: str) -> Act | None:
    if actor == "timer" and code == "silence":
        return Act(step, "silence", "")
    return Act(step, "side", code) if actor == "she" and code in SIDES else None


def _seen(step: str, rule: str, when: str) -> Act | None:
    """Of what was found, only what no answer tells: her own words, read or not, and old buttons."""
    kind, _, rest = rule.partition(".")
    if kind == "unread":
        return Act(step, "unread", rest)
    if kind == "doubt":
        return Act(step, "doubt", f"{_indicator(rest)}.{when}")
    if kind == "word":  # her duress word says that there is danger now
        return Act(step, "read", f"NOW.{when}")
    if kind in LANGUAGES:
        return Act(step, "read", f"{_indicator(rule)}.{when}")
    return Act(step, "late", rule.removesuffix(".late")) if rule.endswith(".late") else None


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
