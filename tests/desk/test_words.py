"""Everything that a page of the desk says stands in both catalogues, with the same blanks."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from dataclasses import fields
from importlib.resources import files
from typing import Any

import pytest

from desk import guide
from desk.pages import FOLDER
from desk.placing import TONIGHT
from desk.tongue import _PARTS, Tongue
from flows import placement, shelters, words
from flows.handoff import DEEDS, OUTCOMES, STATES
from flows.indicators import COMBINATIONS, INDICATORS
from flows.intake import INTAKE
from flows.making import BEATS
from flows.model import Content, Desk
from flows.placement import Kind
from flows.placing import NO_PLACE, WITHDRAWN
from flows.shelters import ATTRIBUTES
from flows.tongues import LANGUAGES, STAFF_LANGUAGES
from storage.reading import ABOUT_HER
from storage.staff import ROLES
from storage.views import QueueRow

MARKS = (
    "unfinished",
    "left",
    "silent",
    "unanswered",
    "contact_lost",
    "asked_delete",
    "asked_human",
    "wrote",
    "wrote_long",
    NO_PLACE,
    WITHDRAWN,
)
REFUSED = (
    "taken",
    "not_taken",
    "not_yours",
    "closed",
    "no_case",
    "needs_second",
    "needs_reason",
    "needs_outcome",
)
PLACING = (
    *("nothing_chosen", "has_place", "not_spoken_live", "no_intake_yet", "needs_journey", "not_in_touch"),
    *("no_such_place", "not_placed", "place_open", "not_visible_house"),
)
HERS = ("not_lower", "not_higher", "nothing_written", "do_not_contact")


def said() -> set[str]:
    """Keys that templates and modules name, and those that follow from the flow's own tables."""
    found = set()
    for page in FOLDER.glob("*.html"):
        found |= set(re.findall(r'(?<![a-z_])t\("([a-z_.]+[a-z_])"', page.read_text()))
    for module in FOLDER.parent.glob("*.py"):
        found |= set(re.findall(r'"((?:desk|refused)\.[a-z_.]+[a-z_])"', module.read_text()))
    found |= {f"indicator.{code}" for code in INDICATORS}
    found |= {f"rule.{combination.rule}" for combination in COMBINATIONS}
    found |= {f"outcome.{outcome}" for outcome in OUTCOMES} | {f"mark.{mark}" for mark in MARKS}
    found |= {f"refused.{code}" for code in (*REFUSED, *HERS, *PLACING)}
    found |= {f"refused.held_back.{what}" for what in ("name", "address", "town", "region")}
    found |= {f"desk.kind.{kind}" for kind in Kind} | {f"desk.placed.{state}" for state in placement.STATES}
    found |= {f"desk.attribute.{one.code}" for one in ATTRIBUTES}
    found |= {f"desk.choice.{choice}" for one in ATTRIBUTES for choice in one.choices}
    found |= {f"desk.place.{code}" for code in answers()}
    found |= {f"desk.tonight.{one}" for one in TONIGHT}
    found |= {f"desk.happened.{deed}" for deed in DEEDS} | {f"desk.role.{role}" for role in ROLES}
    found |= {f"desk.content.{content}" for content in Content} | {f"desk.for.{desk}" for desk in Desk}
    found |= {f"desk.source.{part}" for part in _PARTS.values()}
    found |= {f"desk.told.beats.{family}" for family in ("violence", *(name for name, _ in BEATS))}
    return found | {f"desk.speaks.{language}" for language in LANGUAGES}


def answers() -> set[str]:
    """Every code with which a rule of the matching answers, as its source names them."""
    return set(re.findall(r'Says\(f?"([a-z_]+)"', inspect.getsource(shelters))) | {
        f"{code}{end}"
        for code in ("children", "wheelchair", "deaf", "oldest_child", "largest_family")
        for end in ("", "_unknown")
    }


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_nothing_that_is_said_is_missing(language: str) -> None:
    """Every key that a page, a module or the flow's own tables can ask for stands in the catalogue."""
    known = words.catalogue(language).keys()
    missing = said() - known
    assert {key for key in missing if not any(one.startswith(f"{key}.") for one in known)} == set()


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_every_question_has_a_short_name(language: str) -> None:
    """The desk has a few words for each question of danger and about her, in both languages."""
    known = words.catalogue(language)
    asked = [step.name for step in INTAKE.steps if step.block or step.name in ABOUT_HER]
    assert [name for name in asked if f"desk.q.{name}" not in known] == []


def test_both_languages_leave_the_same_blanks() -> None:
    """A text of the desk has the same variables in Dutch and English, so that neither loses a fact."""
    one, two = (words.catalogue(language) for language in ("nl", "en"))
    ours = [
        key
        for key in one
        if key.startswith(("desk.", "refused.", "rule.", "indicator.", "mark.", "outcome."))
    ]
    assert [key for key in ours if words.variables(one[key]) != words.variables(two[key])] == []


def row(**facts: Any) -> QueueRow:
    plain = {f.name: None for f in fields(QueueRow)} | {"marks": (), "touched": None, "spoken_live": False}
    return QueueRow(**(plain | facts))


def test_every_state_asks_something_of_its_reader() -> None:
    """Whatever the state, the marks and the holder, the reader is told in words what to do now."""
    asked = {
        guide.asked(
            row(state=state, marks=marks, mine=mine, spoken_live=live, touched=touched, closed=closed)
        )
        for state in STATES
        for marks in ((), *((mark,) for mark in MARKS))
        for mine, live in ((True, True), (True, False), (False, False))
        for touched in (None, 1.0)
        for closed in (None, 1.0)
    }
    assert len(asked) > 8
    assert {f"desk.asked.{code}" for code in asked} <= words.catalogue("nl").keys()


def test_everything_that_must_not_be_done_is_said() -> None:
    """Each code of what must not be done has its sentence."""
    source = (FOLDER.parent / "guide.py").read_text()
    codes = re.findall(r'^        \("([a-z_]+)", ', source, re.MULTILINE)
    assert len(codes) > 10
    assert {f"desk.dont.{code}" for code in codes} <= words.catalogue("nl").keys()


def test_sources_are_named_instead_of_numbered() -> None:
    """A reason names the instrument that it comes from, not the number of a chapter in our notes."""
    for language in STAFF_LANGUAGES:
        tongue = Tongue(language, "Europe/Amsterdam")
        for indicator in INDICATORS.values():
            assert not re.match(r"\d+\.\d", tongue.source(indicator.source)), indicator.code


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    """A text that is said twice in a catalogue is changed in one place and shown from the other."""
    text = (files(words) / f"{language}.po").read_text(encoding="utf-8")
    keys = Counter(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE))
    assert [key for key, n in keys.items() if n > 1] == []
