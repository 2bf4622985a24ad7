"""For who cannot read: a button to listen where there is a recording, a line before it, nothing where there is none."""

from __future__ import annotations

import pytest

from flows import spoken, words
from flows.check import keys
from flows.intake import INTAKE
from flows.model import House, Say
from flows.tongues import LANGUAGES
from tests.flows.walk import TO_DANGER, Walk

ALL = House(recordings=frozenset((language, name) for language in LANGUAGES for name in spoken.RECORDINGS))
NEEDS = (*TO_DANGER, "danger", "lost", "later", "none", "none", "nl")


def buttons(say: Say) -> list[str]:
    return [one.option for row in say.buttons for one in row]


def played(walk: Walk) -> list[str]:
    return [say.audio for say in walk.turn.says if say.audio]


def test_every_recording_speaks_a_text_of_ours() -> None:
    """It is named after one, and whatever it is offered beside is said as well."""
    known = set(keys(INTAKE))
    for name, beside in spoken.RECORDINGS.items():
        assert {name, *beside} <= known


def test_without_a_recording_in_her_language_there_is_no_button() -> None:
    """Neither under a question nor in the menu, and an old button only asks again."""
    her = Walk(*TO_DANGER, house=House(recordings=frozenset({("tr", "right_now"), ("nl", "safe")})))
    assert "listen" not in buttons(her.turn.says[-1])
    her.button("menu")
    assert "listen" not in buttons(her.turn.says[-1])
    her.button("listen")
    assert played(her) == []
    assert her.said()[0] == "right_now"


@pytest.mark.parametrize(
    ("answers", "name"),
    [(("talk",), "notice"), (("talk", "go_on"), "safe"), (TO_DANGER, "right_now")],
)
def test_listening_comes_first_under_a_question_that_was_recorded(
    answers: tuple[str, ...], name: str
) -> None:
    """Pressed: a line that others can hear it, the recording, and the question again; the place is kept."""
    her = Walk(*answers, house=ALL)
    assert buttons(her.turn.says[-1])[0] == "listen"
    step, before = her.intake.step, her.intake.answers
    her.button("listen")
    line, sound, question = her.turn.says
    assert line.keys == ("listen",)
    assert (sound.audio, sound.keys, sound.protect) == (name, (), True)
    assert question.keys[0] == step
    assert (her.intake.step, her.intake.answers) == (step, before)
    assert her.turn.log[0].said.startswith(f"listen,audio.{name},{step}")


def test_elsewhere_the_menu_offers_whom_to_call() -> None:
    """At a question that was not recorded, listening tells the help lines."""
    her = Walk(*TO_DANGER, "no", house=ALL)
    assert "listen" not in buttons(her.turn.says[-1])
    her.button("menu")
    assert buttons(her.turn.says[-1])[0] == "listen"
    her.button("listen")
    assert played(her) == ["help_lines"]


def test_the_front_never_offers_to_listen() -> None:
    """It is what anyone sees; there is nothing to hear, not even from an old button."""
    her = Walk(house=ALL)
    her.says("hoi")
    assert "listen" not in buttons(her.turn.says[-1])
    her.button("listen")
    assert played(her) == []


def test_who_said_that_she_cannot_read_hears_it_without_asking() -> None:
    """From that answer on, what was recorded comes along by itself, once a turn, always with the line before it."""
    her = Walk(*NEEDS, house=ALL)
    assert her.intake.step == "access"
    her.presses("reading")
    her.button("help_lines")
    assert played(her) == ["help_lines"]
    her.button("human")
    assert played(her) == ["human"]
    before = [say.keys for say, after in zip(her.turn.says, her.turn.says[1:], strict=False) if after.audio]
    assert before == [("listen",)]
    her.button("listen")
    assert played(her) == ["help_lines"]


def test_typing_its_label_listens_too() -> None:
    """As with every button."""
    her = Walk(*TO_DANGER, house=ALL)
    her.says(words.label("nl", "", "listen"))
    assert played(her) == ["right_now"]
    assert her.replayed() == her.intake
