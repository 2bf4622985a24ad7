"""Her duress word in the open conversation: whoever looks at her screen sees what any other text would have brought."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import words
from flows.duress import CHOOSING
from flows.engine import advance
from flows.intake import INTAKE
from flows.making import NAME_PLACES
from flows.model import Colour, House, Intake, Pressed, Reading, Said, Say, Turn, Word
from flows.tongues import LANGUAGES
from tests.flows.walk import NO_CORE, TO_DANGER, Walk

ANY_TEXT = Reading(language="nl")


def answered() -> Walk:
    """Half-way, with nothing found yet."""
    return Walk(*TO_DANGER, "no", "no")


def with_a_worker() -> Walk:
    """A worker writes with her."""
    her = Walk(*TO_DANGER, "no", "recent")
    her.staff("take")
    her.staff("write", text="Dag, ik ben Sanne.")
    return her


def seen(turn: Turn) -> tuple[object, ...]:
    return turn.wipe, tuple((say.keys, say.buttons, say.variants, say.text) for say in turn.says)


def marks(her: Walk) -> tuple[str, ...]:
    return her.intake.handoff.marks if her.intake.handoff else ()


@pytest.mark.parametrize("so_far", [answered, with_a_worker])
def test_it_is_answered_as_any_other_text_and_staff_know_at_once(so_far: Any) -> None:
    """The same words and buttons; red, rung, marked; the word stands nowhere in the record."""
    her, other = so_far(), so_far()
    other.read = lambda _: ANY_TEXT
    place = her.intake.step
    assert seen(her.word("duress")) == seen(other.says("appelboom"))
    assert her.intake.step == place
    assert her.turn.assessment.colour is Colour.RED
    assert her.turn.rings
    assert "duress" in marks(her)
    assert her.replayed() == her.intake


def test_the_questions_go_on_to_where_they_would_have_led() -> None:
    """All that is left of the danger questions, consent, what she needs: none of it says that staff were told."""
    her, free = answered(), answered()
    her.word("duress")
    for step in ("throat", "weapon", "fear", "leaving", "own_life", "more"):
        assert her.intake.step == free.intake.step == step
        code = "worker" if step == "more" else "no"
        her.presses(code)
        free.presses(code)
        assert seen(her.turn) == seen(free.turn)
    assert her.intake.step == "consent"


def test_danger_said_afterwards_is_named_as_it_would_have_been_and_reaches_staff() -> None:
    """The three beats come with the first red that her screen knows of; the card is drawn anew."""
    her, free = answered(), answered()
    her.word("duress")
    her.presses("before")
    free.presses("before")
    assert seen(her.turn) == seen(free.turn)
    assert any(key.startswith("beats.") for key in her.said())
    assert her.turn.card
    assert {finding.indicator for finding in her.intake.findings} >= {"NOW", "STR"}


def test_nothing_that_she_did_not_ask_for_is_said_and_staff_may_not_write() -> None:
    """Neither taking the case nor a rung nor its silence comes to her screen."""
    her = answered()
    her.word("duress")
    assert her.staff("take").says == ()
    assert her.staff("write", text="Gaat het?").refused == "duress"
    assert all(turn.says == () for turn in her.waits_until(25 * 60.0))


def test_what_she_writes_to_a_worker_is_marked() -> None:
    """The worker reads on, and sees not to answer."""
    her = with_a_worker()
    her.word("duress")
    her.says("kun je komen")
    assert her.turn.says == ()
    assert {"duress", "wrote"} <= set(marks(her))


@pytest.mark.parametrize(("way", "mark"), [(("leave",), "left"), (("delete",), "asked_delete")])
def test_leaving_and_deleting_look_as_ever_and_staff_keep_the_case(way: tuple[str, ...], mark: str) -> None:
    """One neutral line, the guide; behind it the open case, which nobody but two people lead out of duress."""
    her = answered()
    her.word("duress")
    for option in way:
        her.button(option)
    if way == ("delete",):
        her.presses("yes")
    assert her.turn.wipe
    assert her.said() == ["left"]
    assert (her.intake.step, her.intake.left, her.intake.forgotten) == ("front", True, False)
    assert her.intake.shown is None
    assert mark in marks(her)
    her.word("return")
    assert her.said() == ["heard.front", "front"]


def test_where_a_word_is_an_answer_it_is_none_that_the_case_keeps() -> None:
    """It moves her on as any text would and is read back to her as one; staff see that nothing was said there."""
    her, free = (Walk(*TO_DANGER, *NO_CORE, "worker", "yes") for _ in range(2))
    while her.intake.step != "around":
        answer = INTAKE.by_name[her.intake.step].options[0].code
        her.presses(answer)
        free.presses(answer)
    her.word("duress", "appelboom")
    free.says("appelboom")
    assert her.intake.texts == {}
    assert her.intake.answers["around"] == "skip"
    while her.intake.step != "read_back":
        assert her.intake.step == free.intake.step
        answer = INTAKE.by_name[her.intake.step].options[0].code
        her.presses(answer)
        free.presses(answer)
    read = [row for say in her.turn.says for row in say.rows]
    assert ("around", "text", "appelboom") in read
    assert read == [row for say in free.turn.says for row in say.rows if row[0] not in NAME_PLACES]
    assert her.intake.answers["around"] == "skip"
    assert her.replayed() == her.intake


@pytest.mark.parametrize("step", [step.name for step in INTAKE.steps if step.text])
def test_what_it_brings_can_be_shown_wherever_it_is_typed(step: str) -> None:
    """Each step that takes a text: the answer renders in every language, as after another text."""
    her = Walk(*TO_DANGER, *NO_CORE, "worker", "yes")
    her.intake = her.intake.but(step=step)
    her.word("duress", "appelboom")
    for language in LANGUAGES:
        assert all(words.render(language, say) for say in her.turn.says)


def test_made_to_choose_a_word_she_may_choose_this_one() -> None:
    """It is answered as any that is chosen; staff know."""
    her, free = answered(), answered()
    for one in (her, free):
        one.button("word")
    assert seen(her.word("duress")) == seen(free.word("chosen"))
    assert "duress" in marks(her)


def test_nobody_ends_it_by_closing_the_case() -> None:
    """It would free the chat for a case that knows nothing of it: two people lift it first."""
    her = answered()
    her.word("duress")
    for deed in ("take", "in_touch", "spoken_live"):
        her.staff(deed)
    assert her.staff("close", text="advice").refused == "duress_first"
    her.staff("lift_duress", text="gebeld", second="mo")
    assert her.staff("close", text="advice").refused == ""


def test_two_people_lift_it_and_the_conversation_knows_again() -> None:
    """She is where her screen is; from then on the case is what she sees."""
    her = answered()
    her.word("duress")
    her.presses("no")
    place = her.intake.step
    her.staff("take")
    assert her.staff("lift_duress", text="gebeld", second="mo").refused == ""
    assert (her.intake.step, her.intake.shown, her.intake.duress) == (place, None, False)
    assert her.staff("write", text="Dag").says
    assert her.replayed() == her.intake


def test_on_the_page_there_is_only_this_word() -> None:
    """A code leads back there, so the first question is the last; which leaves the code as good as it was."""
    her = Walk(*TO_DANGER, channel="web")
    place = her.intake.step
    her.button("word")
    assert her.intake.step == "duress_word"
    her.word("chosen")
    assert (her.intake.step, her.intake.word) == (place, "")
    her.button("leave")
    her.button("open")
    assert her.intake.step == "safe_again"


def test_what_staff_keep_for_her_stays_whatever_she_does() -> None:
    """The conversation that she sees knows nothing of it, and takes nothing away."""
    her = answered()
    her.word("duress")
    her.staff("take")
    assert her.staff("keep", text="dinsdag om 10").refused == ""
    her.presses("no")
    assert [one.text for one in her.intake.excerpts] == ["dinsdag om 10"]
    assert her.replayed() == her.intake


# --- whatever she does afterwards ---------------------------------------------------------------------------------

presses = st.integers(0, 5).map(lambda number: ("press", number))
texts = ["ja", "nee", "hij heeft mijn keel dichtgeknepen", "hij maakt me af", "bij mijn zus", "weet niet"]
doings = st.one_of(
    presses,
    presses,  # twice: most of what happens is an answer
    st.sampled_from(
        ["skip", "back", "menu", "human", "danger_now", "language", "delete", "help_lines", "leave"]
    ).map(lambda option: ("button", option)),
    st.sampled_from(texts).map(lambda text: ("say", text)),
    st.sampled_from([("throat", "recent"), ("threat", "before"), ("throat", "no")]).map(
        lambda old: ("old", old)
    ),
)


def event_of(doing: tuple[str, Any], intake: Intake, at: float) -> Pressed | Said:
    match doing:
        case ("press", number):
            options = INTAKE.by_name[intake.step].options
            if not options:
                return Pressed("", "skip", at, intake.seq)
            return Pressed(intake.step, options[number % len(options)].code, at, intake.seq)
        case ("button", option):
            return Pressed("", option, at, intake.seq)
        case ("old", (step, option)):
            return Pressed(step, option, at, 0)
    return Said(doing[1], at)


def without_places(says: tuple[Say, ...]) -> list[object]:
    """A read-back of a red names no place, whoever looks; all else is compared."""
    rows = [[row for row in say.rows if row[0] not in NAME_PLACES] for say in says]
    return [(say.keys, say.args, say.buttons, say.variants, say.text) for say in says] + rows


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["telegram", "web"]),
    st.lists(doings, max_size=25),
    st.lists(doings, min_size=1, max_size=25),
)
def test_no_story_shows_that_the_word_was_typed(channel: str, before: list, after: list) -> None:  # type: ignore[type-arg]
    """The same story twice, in one the word, in the other any text: each screen of the two is the same."""
    forced = free = Walk(*TO_DANGER, channel=channel).intake
    at = 1_000_100.0
    for doing in before:
        at += 5
        forced = free = advance(INTAKE, forced, event_of(doing, forced, at), House()).intake
    if free.left or free.ended:
        return
    other = Word("chosen", at + 5) if free.step in CHOOSING else Said("appelboom", at + 5)
    plain = advance(INTAKE, free, other, House(), lambda _: ANY_TEXT)
    turn = advance(INTAKE, forced, Word("duress", at + 5, "appelboom"), House())
    for doing in after:
        assert without_places(turn.says) == without_places(plain.says)
        assert (turn.wipe, turn.intake.step) == (plain.wipe, plain.intake.step) or plain.intake.left
        assert turn.intake.duress
        assert turn.intake.handoff is not None
        forced, free = turn.intake, plain.intake
        if free.left or free.ended:
            return
        at += 10
        event = event_of(doing, free, at)
        turn, plain = advance(INTAKE, forced, event, House()), advance(INTAKE, free, event, House())
