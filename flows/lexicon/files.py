"""A lexicon as a file that people read: word classes and rules of one language, in TOML. Mistakes are loud.

What stands in a file, and how to write one: docs/how-to/a-rule-of-the-lexicon.md.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from flows.indicators import INDICATORS
from flows.lexicon.spelling import spelled

STRENGTHS = ("sure", "ask", "note")
# Classes with a meaning of their own to the reader; a language may leave one out.
ME, OTHERS = "ME", "OTHERS"
NOT, NOT_ONLY, BUT = "NOT", "NOT_ONLY", "BUT"
NOW, RECENT, PAST, GONE = "NOW", "RECENT", "PAST", "GONE"
FILM, LAUGH, TOPICS = "FILM", "LAUGH", "TOPICS"
HE = "HE"  # whoever it is that does it


class Unreadable(ValueError):
    """A lexicon that cannot be read: which file, which rule, what is wrong."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pattern means. `unless`: classes that, in the same clause, show that something else is meant."""

    name: str  # "nl.STR.squeezes-throat"
    indicator: str
    reason: str
    sure: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    negated: str = "note"  # what is left of it when negated: note, ask, or same


@dataclass(frozen=True, slots=True)
class Lexicon:
    language: str
    common: tuple[str, ...]
    classes: dict[str, tuple[str, ...]]
    idioms: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]  # yes, no, unsure: whole messages
    rules: tuple[Rule, ...]
    written_on: tuple[str, frozenset[str]] = (
        "",
        frozenset(),
    )  # before words with these letters first, as one word
    not_before: int = 3  # a NOT so many words before the match negates it
    not_after: int = 0  # and so many after


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language, as written, and kept. Raises Unreadable."""
    return load(language)


def load(language: str) -> Lexicon:
    """The same, for whoever uses it only once. Raises Unreadable."""
    source = (files("flows.lexicon") / f"{language}.toml").read_text(encoding="utf-8")
    try:
        return lexicon_of(language, tomllib.loads(source))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as trouble:
        raise Unreadable(f"{language}.toml: {trouble}") from None


def lexicon_of(language: str, read: dict[str, Any]) -> Lexicon:
    """A lexicon out of what a TOML reader gives. Raises Unreadable."""
    rules = tuple(_rule(language, one) for one in read["rule"])
    names = [rule.name for rule in rules]
    if twice := {name for name in names if names.count(name) > 1}:
        raise Unreadable(f"{language}.toml: {min(twice)} stands twice")
    negation = read.get("negation", {})
    return Lexicon(
        language,
        tuple(read["common"].split()),
        {name: _entries(language, read["words"], name) for name in read["words"]},
        tuple(read.get("idioms", ())),
        {name: tuple(words) for name, words in read["answers"].items()},
        rules,
        _written_on(read.get("written_on", {})),
        negation.get("before", 3),
        negation.get("after", 0),
    )


def _written_on(read: dict[str, str]) -> tuple[str, frozenset[str]]:
    """Small words that are written as one with the next: "l'école", "والبيت"."""
    return read.get("before", ""), frozenset(spelled(word) for word in read.get("words", "").split())


def _entries(
    language: str, classes: dict[str, str], name: str, inside: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The words of a class; "@HE" stands for all words of the class HE."""
    if name in inside or name not in classes:
        raise Unreadable(f"{language}.toml: @{name}: there is no such class, or it holds itself")
    found: list[str] = []
    for entry in classes[name].split():
        found += _entries(language, classes, entry[1:], (*inside, name)) if entry[0] == "@" else [entry]
    return tuple(dict.fromkeys(found))


def _rule(language: str, read: dict[str, Any]) -> Rule:
    name = f"{language}.{read['indicator']}.{read['id']}"
    known = {"id", "indicator", "reason", *STRENGTHS, "unless", "negated"}
    if unknown := set(read) - known:
        raise Unreadable(f"{language}.toml: {name}: nobody reads {min(unknown)}")
    if read["indicator"] not in INDICATORS:
        raise Unreadable(f"{language}.toml: {name}: there is no such indicator")
    if read.get("negated", "note") not in ("note", "ask", "same"):
        raise Unreadable(f"{language}.toml: {name}: negated is note, ask or same")
    lists = {key: tuple(read[key]) for key in (*STRENGTHS, "unless") if key in read}
    if not any(lists.get(strength) for strength in STRENGTHS):
        raise Unreadable(f"{language}.toml: {name}: has no pattern")
    return Rule(name, read["indicator"], read["reason"], **lists, negated=read.get("negated", "note"))
