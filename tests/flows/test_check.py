"""The check names every mistake of a declaration; the drawing in docs is the flow that runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows import check, words
from flows.chart import page
from flows.intake import INTAKE
from flows.model import Flow, Goto, Option, Raise, Step
from flows.rules import said
from flows.tongues import LANGUAGES


def with_step(step: Step) -> Flow:
    return replace(INTAKE, steps=(*INTAKE.steps, step))


def test_the_flow_that_runs_has_no_mistakes() -> None:
    """Declaration and both catalogues."""
    assert check.mistakes(INTAKE) == []


@pytest.mark.parametrize(
    ("step", "mistake"),
    [
        (
            Step("lost", (Goto("nowhere"),), (Option("a"),)),
            "step lost: leads to nowhere, which does not exist",
        ),
        (Step("lost", (Goto("next", said("lost", "a")),), (Option("a"),)), "step lost: no otherwise"),
        (Step("lost", (), (Option("a"),)), "step lost: no otherwise"),
        (Step("lost", (Goto("next"), Goto("front")), (Option("a"),)), "ways on after its otherwise"),
        (Step("lost", (Goto("next"),), (Option("a"),)), "step lost: no path leads to it"),
        (Step("lost", (Goto("next"),), ()), "step lost: nothing to press and nothing to type"),
        (Step("lost", (Goto("next"),), (Option("a"), Option("a"))), "step lost: option a stands twice"),
        (Step("lost", (Goto("next"),), (Option("a", (Raise("XX"),)),)), "raises XX, which is no indicator"),
        (Step("lost", (Goto("next"),), (Option("a"),)), "nl: no words for lost.a"),
        (Step("throat", (Goto("next"),), (Option("a"),)), "step throat: declared twice"),
    ],
)
def test_a_mistake_is_named(step: Step, mistake: str) -> None:
    """Unknown goto, no otherwise, dead ways, unreachable, no answer, twice the same, unknown sign, no words."""
    assert any(mistake in found for found in check.mistakes(with_step(step)))


@pytest.mark.parametrize(
    ("key", "text", "mistake"),
    [
        ("throat", "Bel 0800-2000", "nl: throat has a number typed in"),
        ("throat", "Hallo {nobody}", "nl: throat uses {nobody}, which nobody fills"),
        ("throat.no", "Weg", "nl: throat.no is a leave word (Weg)"),
        ("throat.no", "Sla over", "nl: throat.no reads as a button that works everywhere"),
        ("throat", "x" * 5000, "nl: throat can become"),
    ],
)
def test_a_mistake_in_the_words_is_named(
    monkeypatch: pytest.MonkeyPatch, key: str, text: str, mistake: str
) -> None:
    """A typed telephone number, a variable that nobody fills, an answer that would leave, a text too long to send."""
    texts = {language: dict(words.catalogue(language)) for language in LANGUAGES}
    texts["nl"][key] = text
    monkeypatch.setattr(words, "catalogue", texts.__getitem__)

    assert any(mistake in found for found in check.mistakes(INTAKE))


def test_every_red_sign_has_a_question() -> None:
    """A flow without the question that raises it is refused."""
    fewer = tuple(replace(s, options=tuple(o for o in s.options if o.code != "locked")) for s in INTAKE.steps)

    assert "indicator LOCK: no question raises it" in check.mistakes(replace(INTAKE, steps=fewer))


def test_the_drawing_is_not_stale() -> None:
    """`make chart` draws it anew."""
    drawn = Path(__file__).parents[2] / "docs" / "flow.md"

    assert drawn.read_text(encoding="utf-8") == page(INTAKE)
