"""A device that somebody else reads: shorter texts, numbers without names, and nothing that comes by itself."""

from __future__ import annotations

from flows import words
from flows.intake import INTAKE
from flows.model import Say
from flows.tongues import LANGUAGES
from tests.flows.walk import NO_CORE, Walk

WATCHED = ("talk", "go_on", "unsure", "strange", "go_on", "me", "partner", "away", "none")
OWN = ("talk", "go_on", "yes", "me", "partner", "away", "none")


def test_questions_about_danger_stand_without_their_reason() -> None:
    """The line that says why we ask is what a reader over her shoulder would stop at."""
    assert Walk(*OWN).said() == ["right_now", "right_now.why"]
    assert Walk(*WATCHED).said() == ["right_now"]


def test_help_lines_are_numbers_without_names() -> None:
    """In every language: what stands there is a list of numbers."""
    for language in LANGUAGES:
        her = Walk(*WATCHED)
        her.intake = her.intake.but(language=language)
        her.button("help_lines")
        shown = words.render(language, her.turn.says[0], her.now)
        assert "0800" in shown
        assert words.text(language, "line.safe_home") not in shown
        assert words.text(language, "line.safe_home") in words.render(language, own_lines(language), her.now)


def own_lines(language: str) -> Say:
    her = Walk(*OWN)
    her.intake = her.intake.but(language=language)
    return her.button("help_lines").says[0]


def test_a_number_that_she_gave_is_not_read_back() -> None:
    """Nor what is said when somebody else picks up."""
    her = Walk(*WATCHED, *NO_CORE, "worker", "yes")
    while her.intake.step != "read_back":
        codes = [option.code for option in INTAKE.by_name[her.intake.step].options]
        if codes:
            her.presses("call" if "call" in codes else codes[0])
        else:
            her.says("06 00000000")
    rows = {row[0] for say in her.turn.says for row in say.rows}
    assert her.intake.answers["number"]
    assert not rows & {"where", "avoid", "number", "other_answers"}


def test_no_news_comes_by_itself_and_where_she_waits_she_reads_so() -> None:
    """Neither that a worker took the case, nor a rung; the line under the last question says where to press."""
    her = Walk(*WATCHED, "danger")
    assert her.staff("take").says == ()
    other = Walk(*OWN, "danger")
    assert other.staff("take").says
    her.staff("give_back")
    assert all(turn.says == () for turn in her.waits_until(20 * 60.0))
    while her.intake.step != "next":
        her.button("skip")
        if her.intake.step == "read_back":
            her.presses("right")
    assert "shared.next" in her.said()
    assert her.presses("news").said()[0] == "next"


def test_a_workers_words_say_that_they_may_not_come_by_themselves() -> None:
    """Also after she left: there the guide stands, and whoever sends them knows from nothing else."""
    her = Walk(*WATCHED, "danger")
    her.staff("take")
    assert [say.variants for say in her.staff("write", text="Dag").says] == [("shared",)]
    her.button("leave")
    assert [say.variants for say in her.staff("write", text="Dag").says] == [("shared",)]
    other = Walk(*OWN, "danger")
    other.staff("take")
    other.button("leave")
    assert [say.variants for say in other.staff("write", text="Dag").says] == [()]
