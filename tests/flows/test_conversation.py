"""Whole conversations with the engine alone: what she is asked, when her case is handed on, what she may do."""

from __future__ import annotations

import pytest

from flows import doubts
from flows.intake import INTAKE
from flows.model import Colour, Content, Desk, House, Urgency
from tests.flows.walk import ARRIVED, MINUTE, NO_CORE, TO_DANGER, Walk


def to_the_end(her: Walk) -> Walk:
    """Answers every question with what says least, until nothing more is asked."""
    least = (
        "no",
        "none",
        "away",
        "later",
        "nobody",
        "nl",
        "own",
        "chat",
        "any",
        "weather",
        "right",
        "with_me",
        "known",
    )
    for _ in range(80):
        if her.intake.step == "next":
            return her
        codes = [option.code for option in INTAKE.by_name[her.intake.step].options]
        choice = next(
            (code for code in ("more", "yes") if code in codes and her.intake.step in ("more", "consent")), ""
        )
        if choice:
            her.presses(choice)
        else:
            plain = next((code for code in least if code in codes), None)
            her.presses(plain) if plain else her.button("skip")
    raise AssertionError(f"no end from {her.intake.step}")


def test_a_red_answer_is_handed_on_in_that_very_turn() -> None:
    """A hand at her throat this month: red, now, the handoff open and on call rung before anything else is asked."""
    her = Walk(*TO_DANGER, "no", "no").presses("recent")
    handoff = her.intake.handoff

    assert (her.turn.assessment.colour, her.turn.assessment.urgency) == (Colour.RED, Urgency.NOW)
    assert handoff is not None
    assert handoff.opened == her.now
    assert [(ring.rung, ring.who) for ring in her.turn.rings] == [(1, "on_call")]
    assert her.said()[:2] == ["beats.violence", "told.on_duty"]


def test_after_red_no_further_danger_question_is_asked() -> None:
    """Alert first: the remaining questions only serve to bring her somewhere, and what was not asked is shown so."""
    her = to_the_end(Walk(*TO_DANGER, "danger"))
    asked = {step.name for step in INTAKE.steps if step.block} & set(her.intake.answers)

    assert asked == {"right_now"}
    assert {"threat", "throat", "weapon"} <= set(her.turn.assessment.unknown)


def test_an_older_red_is_handed_on_at_once_and_rings_as_today() -> None:
    """She says it was before: placing stays red, the night shift sleeps."""
    her = Walk(*TO_DANGER, "no", "before")

    assert her.turn.assessment.colour is Colour.RED
    assert her.turn.assessment.urgency is Urgency.TODAY
    assert her.intake.handoff is not None


def test_green_only_when_all_was_answered_and_nothing_was_found() -> None:
    """Every question of the block and of the rest answered with no."""
    her = to_the_end(Walk(*TO_DANGER))

    assert her.turn.assessment.unknown == ()
    assert her.turn.assessment.colour is Colour.GREEN


@pytest.mark.parametrize(
    "step", [step.name for step in INTAKE.steps if step.block == "core" and step.asked_if is None]
)
def test_one_skipped_danger_question_is_at_least_orange(step: str) -> None:
    """Skipped is a value of its own, never a no."""
    her = Walk(*TO_DANGER)
    while her.intake.step != step:
        her.presses("no")
    her.button("skip")

    assert to_the_end(her).turn.assessment.colour is Colour.ORANGE


def test_the_rest_not_asked_is_shown_as_not_asked() -> None:
    """She lets a worker ask the rest: orange, and the questions are named."""
    her = to_the_end(Walk(*TO_DANGER, *NO_CORE, "worker"))

    assert her.turn.assessment.colour is Colour.ORANGE
    assert "hit" in her.turn.assessment.unknown


@pytest.mark.parametrize("person", ["partner", "family", "work", "other"])
def test_at_most_seven_danger_questions_before_the_rest_is_offered(person: str) -> None:
    """Whomever she is afraid of, the core is seven questions of one tap."""
    her = Walk(*ARRIVED, "me", person, "away", "none")
    asked = 0
    while her.intake.step != "more":
        assert INTAKE.by_name[her.intake.step].block == "core"
        her.presses("no")
        asked += 1

    assert asked == 7


def test_nobody_is_handed_on_without_her_yes_below_red() -> None:
    """Orange and green go to staff after "may a worker see this?", not before."""
    her = Walk(*TO_DANGER, *NO_CORE, "worker")
    assert her.intake.handoff is None

    her.presses("yes")
    assert her.intake.handoff is not None


def test_a_no_to_staff_is_respected() -> None:
    """Below red she decides: no handoff, also not when she falls silent or leaves."""
    her = Walk(*TO_DANGER, "unsure", *NO_CORE[1:], "worker", "no")
    assert her.turn.wait is not None
    assert her.turn.wait.what == "gap"

    her.button("leave")
    assert her.intake.handoff is None
    assert her.turn.wait is None


@pytest.mark.parametrize(
    ("answers", "family"),
    [
        ((*TO_DANGER, "danger"), "violence"),
        ((*TO_DANGER, "doctor"), "medical"),
        ((*TO_DANGER, "no", "children"), "child"),
        ((*ARRIVED, "me", "family", "away", "none", "no", "no", "no", "no", "no", "marriage"), "honour"),
        ((*ARRIVED, "me", "work", "away", "none", "no", "no", "no", "no", "no", "papers"), "trafficking"),
        ((*TO_DANGER, "no", "no", "no", "no", "no", "no", "now"), "self"),
        ((*TO_DANGER, *NO_CORE, "worker", "yes", "lost", "tonight"), "tonight"),
    ],
)
def test_the_three_beats_come_in_the_version_of_their_family(answers: tuple[str, ...], family: str) -> None:
    """Danger named plainly, why, and whom to reach, for what was found."""
    assert f"beats.{family}" in Walk(*answers).said()


def test_suicidal_thoughts_ring_now_and_ask_whether_she_took_something() -> None:
    """Her own life: on-call intake, no visible house, and one question that may mean 112."""
    her = Walk(*TO_DANGER, "no", "no", "no", "no", "no", "no", "now")

    assert her.turn.assessment.desks == (Desk.ON_CALL,)
    assert not her.turn.assessment.visible_house
    assert her.intake.step == "self_took"
    assert "beats.medical" in her.presses("yes").said()


def test_danger_now_works_on_the_very_first_screen() -> None:
    """One press on the notice: red, now, rung; then only what bringing her needs."""
    her = Walk("talk")
    turn = her.button("danger_now")

    assert (turn.assessment.colour, turn.assessment.urgency) == (Colour.RED, Urgency.NOW)
    assert turn.rings
    assert her.intake.step == "where"
    assert her.presses("lost").intake.step == "who"


@pytest.mark.parametrize("step", [step.name for step in INTAKE.steps])
def test_at_every_step_leaving_wipes_and_leaves_one_neutral_line(step: str) -> None:
    """Leave is one event away from everywhere."""
    her = Walk("talk")
    her.intake = her.intake.but(step=step)
    turn = her.button("leave")

    assert turn.wipe
    assert [say.keys for say in turn.says] == [("left",)]
    assert (turn.intake.step, turn.intake.left) == ("front", True)


@pytest.mark.parametrize("step", [step.name for step in INTAKE.steps])
@pytest.mark.parametrize(
    "option", ["danger_now", "human", "help_lines", "language", "delete", "menu", "back", "skip"]
)
def test_every_button_that_works_everywhere_answers_everywhere(step: str, option: str) -> None:
    """No dead end: each press at each step is answered, danger-now always red."""
    her = Walk("talk")
    her.intake = her.intake.but(step=step)
    turn = her.button(option)

    assert turn.says
    assert option != "danger_now" or turn.assessment.colour is Colour.RED


@pytest.mark.parametrize("step", [step.name for step in INTAKE.steps])
@pytest.mark.parametrize("content", list(Content))
def test_every_kind_of_content_at_every_step_is_answered_and_counts_as_unknown(
    step: str, content: Content
) -> None:
    """What the program cannot read is kept for staff, at least orange, and her place is kept."""
    her = Walk("talk")
    her.intake = her.intake.but(step=step, answers={**her.intake.answers, "afraid_of": "partner"})
    turn = her.says(("qwrt zxcv plmn bvgt " * 205)[:4096] if content is Content.TEXT else "", content)

    assert turn.says
    assert turn.assessment.colour >= Colour.ORANGE
    assert any(finding.indicator == "UNREAD" for finding in turn.intake.findings)
    if not INTAKE.by_name[step].text and step not in doubts.STEPS:
        assert turn.intake.step == step


def test_who_fears_someone_else_is_still_spoken_to_herself() -> None:
    """ "Someone else" as the feared one is not "for someone else"."""
    her = Walk(*ARRIVED, "me", "other", "away", "none")

    assert all(say.variants == () for say in her.turn.says)
    assert Walk(*ARRIVED, "other", "go_on", "family").turn.says[0].variants == ("other", "family")


def test_no_danger_is_named_where_none_was_found() -> None:
    """Words in no language that is read wake on call; she does not hear that her life is in danger."""
    her = Walk(
        *TO_DANGER, *NO_CORE, "worker", "yes", "later", "none", "none", "nl", "none", "own", "none", "yes"
    )
    her.says("qwrt zxcv plmn bvgt")

    assert her.turn.rings
    assert not any(key.startswith("beats") for key in her.said())


@pytest.mark.parametrize(
    ("typed", "option"), [("🌤 Weg", "leave"), ("nu in gevaar", "danger_now"), ("Meer", "menu")]
)
def test_a_button_that_works_everywhere_may_be_typed(typed: str, option: str) -> None:
    """To the letter, whatever the capitals."""
    assert getattr(Walk(*TO_DANGER).says(typed).entry.event, "option", "") == option


@pytest.mark.parametrize("step", [step.name for step in INTAKE.steps if step.text])
def test_danger_typed_as_an_answer_is_kept_and_the_way_to_help_is_named(step: str) -> None:
    """Danger may stand in any answer that nobody has read: danger-now is named above the next question."""
    her = Walk(*TO_DANGER)
    her.intake = her.intake.but(step=step)
    her.says("een verzonnen zin over gevaar")

    assert "heard.answer" in her.said()


def test_who_is_known_to_be_in_danger_is_not_told_to_press_danger_now_again() -> None:
    """Staff have been told: the words say whom to ring, not which button to press."""
    her = Walk("talk")
    her.button("danger_now")
    her.says("een verzonnen zin")

    assert all(say.variants[:1] == ("told",) for say in her.turn.says)


def test_a_child_who_pressed_danger_now_first_is_asked_for_whom_and_seen_as_a_child() -> None:
    """The question stands behind the one for the place, and counts as it does at the start."""
    her = Walk("talk")
    her.button("danger_now")
    her.presses("lost", "minor")

    assert any(finding.indicator == "MINOR" for finding in her.intake.findings)
    assert her.intake.step == "shelter"
    assert to_the_end(her).intake.answers.get("children") is None


def test_leaving_cancels_no_handoff_and_her_word_leads_back() -> None:
    """The ladder goes on; the guide, then her place."""
    her = Walk(*TO_DANGER, "no", "recent")
    place = her.intake.step
    her.button("leave")
    handoff = her.intake.handoff

    assert handoff is not None
    assert "left" in handoff.marks
    assert her.turn.wait is not None
    assert her.word("return").intake.step == place


def test_stopping_half_way_with_a_finding_reaches_staff_as_unfinished() -> None:
    """Leaving or falling silent with anything found: staff see it and do not contact her first."""
    left = Walk(*TO_DANGER, "unsure")
    left.button("leave")
    silent = Walk(*TO_DANGER, "unsure")
    silent.waits_until(31 * MINUTE)

    for her in (left, silent):
        assert her.intake.handoff is not None
        assert "unfinished" in her.intake.handoff.marks
    silent.staff("take")
    assert silent.staff("write", text="Hoi").refused == "do_not_contact"


def test_silence_in_a_red_is_shown_to_staff_and_never_pushed_to_her() -> None:
    """Five minutes without a word: a mark on the case, nothing said."""
    her = Walk(*TO_DANGER, "danger")
    her.staff("take")
    turn = her.waits()

    assert turn.intake.handoff is not None
    assert "silent" in turn.intake.handoff.marks
    assert turn.says == ()


def test_after_the_gap_an_old_answer_meets_the_guide() -> None:
    """An answer to a question of half an hour ago keeps its place, is heard for danger, and shows nothing."""
    her = Walk(*TO_DANGER, "no")
    her.later(30 * MINUTE)
    her.presses("no")

    assert her.said() == ["heard.front", "front"]
    assert her.word("return").intake.step == "threat"


def test_an_old_button_keeps_the_place_and_its_danger_counts() -> None:
    """A keyboard of before: "yes" after "no" raises; "no" after "yes" lowers nothing."""
    her = Walk(*TO_DANGER, "no", "no", "no")
    her.old_button("threat", "recent")
    assert her.intake.step == "weapon"
    assert her.turn.assessment.colour is Colour.RED

    her.old_button("threat", "no")
    assert her.turn.assessment.colour is Colour.RED


def test_a_correction_lowers_nothing() -> None:
    """Back, and now "no": the finding stays, the colour too."""
    her = Walk(*TO_DANGER, "unsure")
    her.button("back")
    her.presses("no")

    assert her.intake.step == "threat"
    assert [finding.indicator for finding in her.intake.findings] == ["UNSURE"]


@pytest.mark.parametrize("word", ["weg", "STOP", " later ", "leave!", "🌤️", "/stop", "خروج", "wyjdź"])
def test_a_leave_word_typed_as_a_whole_message_leaves(word: str) -> None:
    """Several languages and an emoji; only whole messages."""
    assert Walk(*TO_DANGER).says(word).wipe
    assert not Walk(*TO_DANGER).says(f"hij zegt {word} tegen mij").wipe


def test_deleting_without_an_open_case_forgets_her() -> None:
    """Her phone is wiped with the same neutral line and the key goes."""
    her = Walk(*TO_DANGER)
    her.button("delete")
    her.presses("yes")

    assert her.turn.wipe
    assert her.turn.intake.forgotten
    assert her.said() == ["left"]


def test_deleting_with_an_open_case_leaves_it_with_staff_marked() -> None:
    """Perhaps not by her: the phone is wiped, staff keep the case until a worker has spoken with her."""
    her = Walk(*TO_DANGER, "danger")
    her.button("delete")
    her.presses("yes")

    assert her.turn.wipe
    assert not her.turn.intake.forgotten
    assert her.intake.handoff is not None
    assert "asked_delete" in her.intake.handoff.marks
    assert her.said() == ["left"]
    her.staff("take")
    her.staff("spoken_live")
    assert "asked_delete" not in her.intake.handoff.marks


def test_not_deleting_and_changing_the_language_keep_the_place() -> None:
    """Both stand beside the conversation."""
    her = Walk(*TO_DANGER, "no")
    her.button("delete")
    assert her.presses("no").intake.step == "threat"
    her.button("language")
    assert her.presses("en").intake.step == "threat"
    assert her.intake.language == "en"


def test_nobody_on_duty_is_said_before_the_first_danger_question() -> None:
    """Honest before she tells anything."""
    her = Walk(*TO_DANGER, house=House(on_duty=False))

    assert her.said() == ["nobody_on_duty", "duty.off", "right_now", "right_now.why"]
    assert "told.nobody" in her.presses("danger").said()


def test_under_eighteen_never_may_go_to_the_visible_house() -> None:
    """A minor is never matched to an adult shelter; the partner question is never put."""
    her = to_the_end(Walk(*ARRIVED, "minor", "go_on", "partner", "away"))

    assert not her.turn.assessment.visible_house
    assert "involve" not in her.intake.answers
    assert "where_children" not in her.intake.answers


@pytest.mark.parametrize(("person", "answer"), [("family", "threat"), ("work", "papers")])
def test_contact_with_family_is_never_asked_in_honour_or_trafficking(person: str, answer: str) -> None:
    """In these cases nobody around her is involved."""
    her = to_the_end(Walk(*ARRIVED, "me", person, "away", "none", "no", "no", "no", "no", "no", answer))

    assert "involve" not in her.intake.answers


SHARED = Walk("talk", "go_on", "unsure", "strange", "go_on", *TO_DANGER[3:], *NO_CORE, "worker", "yes")


def test_the_read_back_holds_needs_and_contact_only() -> None:
    """Never danger: it is the screen somebody may look at."""
    rows = read_back_of(Walk(*TO_DANGER, *NO_CORE, "worker", "yes"))

    assert {"where", "avoid"} <= rows
    assert not rows & {step.name for step in INTAKE.steps if step.block}


@pytest.mark.parametrize("her", [Walk(*TO_DANGER, "danger"), SHARED])
def test_no_place_is_read_back_where_somebody_may_read_along(her: Walk) -> None:
    """Red, or a strange device: where she is and what she avoids is kept for staff, not shown again."""
    assert not read_back_of(her) & {"where", "avoid"}


def read_back_of(her: Walk) -> set[str]:
    """The steps that stand in the read-back, once she has named places and skipped all else."""
    while her.intake.step != "read_back":
        her.says("Voorbeeldstad") if her.intake.step in ("where", "avoid") else her.button("skip")
    return {step for say in her.turn.says for step, _, _ in say.rows}


@pytest.mark.parametrize("sign", [("honour", "threat"), ("must_work", "yes"), ("for_whom", "minor")])
def test_an_earlier_yes_to_contact_does_not_stand_once_it_must_not(sign: tuple[str, str]) -> None:
    """Honour, trafficking or under 18, found after she said that a partner may be involved (domain.md 1.11, 5)."""
    her = Walk(*TO_DANGER, *NO_CORE, "worker", "yes")
    while her.intake.step != "involve":
        her.button("skip")
    asked = her.intake
    her.presses("yes")
    assert her.intake.answers["involve"] == "yes"

    her.old_button(*sign)
    assert "involve" not in her.intake.answers
    assert her.button("back").intake.step != "involve"

    her.intake = asked  # found while the question is open: it is passed over
    assert her.old_button(*sign).intake.step != "involve"
    assert "involve" not in her.said()


def test_she_never_knows_where_she_is_and_that_works() -> None:
    """ "I don't know where I am" is an answer."""
    her = Walk(*ARRIVED, "me", "work", "away", "none", "danger")
    while her.intake.step != "where":
        her.button("skip")

    assert her.presses("lost").intake.step == "shelter"
    assert any(finding.indicator == "LOST" for finding in her.intake.findings)


def test_asking_for_a_human_counts_where_nothing_may_be_shown() -> None:
    """On the harmless front, and after the gap: staff hear of it, her screen gives nothing away."""
    her = Walk("talk", "go_on")
    her.button("leave")
    turn = her.button("human")
    assert turn.intake.handoff is not None
    assert turn.rings
    assert her.said() == ["front"]

    her = Walk("talk", "go_on").later(30 * MINUTE)
    turn = her.button("human")
    assert turn.intake.handoff is not None
    assert her.said() == ["front"]
