"""What follows a reading: sure counts at once, a doubt is asked about gently, nothing is thrown away."""

from __future__ import annotations

import pytest

from flows.doubts import UNANSWERED_AFTER
from flows.model import Colour, Content, Urgency, When
from tests.flows.walk import ARRIVED, NO_CORE, TO_DANGER, Walk, as_told


def her(*answers: str) -> Walk:
    return Walk(*(answers or TO_DANGER), read=as_told)


def found(walk: Walk) -> list[tuple[str, str]]:
    return [(finding.indicator, finding.when.value) for finding in walk.intake.findings]


def codes(walk: Walk, kind: str) -> list[tuple[str, str]]:
    return [(row.code, row.indicator) for turn in walk.turns for row in turn.log if row.kind == kind]


# --- sure ------------------------------------------------------------------------------------------------------


def test_a_sure_sign_counts_at_once_as_if_she_had_pressed_the_button() -> None:
    """Red, now, handed on in that turn, named to her, with her own words and the rule that saw it."""
    walk = her(*TO_DANGER, "no")
    turn = walk.says("sure STR recent")
    finding = turn.intake.findings[-1]

    assert (turn.assessment.colour, turn.assessment.urgency) == (Colour.RED, Urgency.NOW)
    assert turn.intake.handoff is not None
    assert turn.rings
    assert walk.said()[0] == "beats.violence"
    assert (finding.indicator, finding.source, finding.quote) == ("STR", "nl.STR.told", "sure STR recent")


def test_a_text_that_answers_the_open_question_moves_her_on() -> None:
    """Asked about her throat she types what happened: the question is answered and not asked again."""
    walk = her(*TO_DANGER, "no", "no")
    assert walk.intake.step == "throat"
    walk.says("sure STR before")

    assert walk.intake.answers["throat"] == "before"
    assert walk.intake.step != "throat"


def test_danger_now_in_her_words_is_danger_now() -> None:
    """At a step before the needs she goes on as whoever pressed the button; what brings her somewhere is asked."""
    walk = her(*ARRIVED)
    walk.says("sure NOW")

    assert walk.intake.answers["right_now"] == "danger"
    assert walk.intake.step == "where"


@pytest.mark.parametrize("content", [Content.EDITED, Content.FORWARDED, Content.PHOTO, Content.VIDEO])
def test_captions_edits_and_what_she_forwards_are_read(content: Content) -> None:
    """Whatever carries her words."""
    walk = her()
    walk.says("sure KILL recent", content)

    assert ("KILL", "recent") in found(walk)
    assert walk.turn.assessment.colour is Colour.RED


def test_danger_in_a_late_message_counts_and_moves_nothing() -> None:
    """Older than the last message taken: red all the same; a doubt in it cannot be asked any more."""
    walk = her(*TO_DANGER, "no")
    walk.says("sure WPN recent and ask KILL", late=True)

    assert walk.intake.step in ("threat", "where")
    assert {"WPN", "POSSIBLE_RED"} <= {code for code, _ in found(walk)}


def test_a_message_edited_again_and_again_rings_once() -> None:
    """The same rule on the same words is the same sign."""
    walk = her(*TO_DANGER, "no")
    walk.says("sure KILL recent")
    walk.says("sure KILL recent", Content.EDITED)

    assert walk.turn.rings == ()
    assert found(walk).count(("KILL", "recent")) == 1


def test_after_she_left_danger_still_counts_and_the_chat_stays_harmless() -> None:
    """Whoever reads along sees the guide; staff see the danger."""
    walk = her(*TO_DANGER, "no")
    walk.button("leave")
    walk.says("sure KILL recent")

    assert walk.turn.assessment.colour is Colour.RED
    assert walk.turn.rings
    assert walk.said() == ["guide.emergency"]
    assert not any(key.startswith("beats") for key in walk.said())


# --- doubts ----------------------------------------------------------------------------------------------------


def test_a_doubt_is_asked_about_once_and_her_place_is_kept() -> None:
    """One gentle question that names what it is about; after a no she is where she was, and nothing is found."""
    walk = her(*TO_DANGER, "no")
    place = walk.intake.step
    walk.says("ask KILL")
    assert walk.said() == ["heard.text", "understood", "understood.KILL"]
    walk.presses("no")

    assert walk.intake.step == place
    assert walk.said()[0] == "heard.no"
    assert found(walk) == []
    assert codes(walk, "doubt") == [("asked", "KILL"), ("no", "KILL")]


def test_yes_to_a_doubt_is_as_sure_as_a_button() -> None:
    """It counts, is handed on in that turn, and keeps her words as the quote."""
    walk = her(*TO_DANGER, "no")
    walk.says("ask KILL recent")
    walk.presses("yes")

    assert found(walk) == [("KILL", "recent")]
    assert walk.turn.assessment.colour is Colour.RED
    assert walk.turn.rings
    assert walk.intake.findings[0].quote == "ask KILL recent"


def test_a_typed_yes_answers_the_doubt() -> None:
    """Whoever types is not made to press."""
    walk = her(*TO_DANGER, "no")
    walk.says("ask KILL recent")
    walk.says("yes")

    assert found(walk) == [("KILL", "recent")]


def test_rather_not_say_counts_as_possible() -> None:
    """She stays in charge of what she tells; staff see that there may be something, at once where it would be red."""
    walk = her(*TO_DANGER, "no")
    walk.says("ask KILL")
    walk.presses("rather_not")

    assert [code for code, _ in found(walk)] == ["POSSIBLE_RED"]
    assert walk.turn.assessment.colour is Colour.ORANGE
    assert walk.turn.rings


def test_no_answer_within_the_wait_counts_as_possible_and_says_nothing() -> None:
    """Her screen stays as it is; the step is hers again."""
    walk = her(*TO_DANGER, "no")
    place = walk.intake.step
    walk.says("ask CTRL")
    turn = walk.waits()

    assert turn.entry.event.at - walk.turns[-2].entry.event.at == UNANSWERED_AFTER
    assert (walk.intake.step, turn.says) == (place, ())
    assert [code for code, _ in found(walk)] == ["POSSIBLE"]
    assert codes(walk, "doubt")[-1] == ("unanswered", "CTRL")


def test_a_late_yes_under_an_old_doubt_counts() -> None:
    """The button still stands on her screen: what it asked about counts, whatever happened since."""
    walk = her(*TO_DANGER, "no")
    walk.says("ask WPN")
    walk.waits()
    walk.old_button("understood", "yes")
    assert ("WPN", "unknown") not in found(walk)  # no moment of that question
    walk.happens(type(walk.turn.entry.event)("understood", "yes", walk.now, walk.intake.asked_about[0][0]))

    assert ("WPN", "unknown") in found(walk)


def test_other_words_in_place_of_an_answer_leave_the_doubt_possible() -> None:
    """She is not asked a second time about the same; what she wrote now counts at her own place."""
    walk = her(*TO_DANGER, "no")
    place = walk.intake.step
    walk.says("ask CTRL")
    walk.says("het regent hier nogal hard")

    assert walk.intake.step == place
    assert "POSSIBLE" in {code for code, _ in found(walk)}


def test_at_most_two_clarifying_questions_in_a_row() -> None:
    """The third doubt is not asked; it counts as possible. An ordinary answer makes room again."""
    walk = her(*TO_DANGER, "no")
    for code in ("CTRL", "JEAL"):
        walk.says(f"ask {code}")
        assert walk.intake.step == "understood"
        walk.presses("no")
    walk.says("ask MON")
    assert walk.intake.step != "understood"
    assert [code for code, _ in found(walk)] == ["POSSIBLE"]
    walk.presses("no")
    walk.says("ask ESC")

    assert walk.intake.step == "understood"


def test_what_she_denied_is_not_asked_again() -> None:
    """Once no, the same sign is only noted."""
    walk = her(*TO_DANGER, "no")
    walk.says("ask CTRL")
    walk.presses("no")
    walk.says("ask CTRL")

    assert walk.intake.step != "understood"
    assert found(walk) == []


@pytest.mark.parametrize("option", ["danger_now", "leave", "delete"])
def test_turning_to_something_else_leaves_the_doubt_possible(option: str) -> None:
    """Danger-now, leaving and deleting come before any question of ours."""
    walk = her(*TO_DANGER, "no")
    walk.says("ask KILL")
    walk.button(option)

    assert "POSSIBLE_RED" in {code for code, _ in found(walk)}
    assert walk.intake.doubts == ()
    assert walk.intake.step != "understood"


def test_changing_the_language_comes_back_to_the_doubt_and_to_her_place() -> None:
    """Two steps aside never lose the first place."""
    walk = her(*TO_DANGER, "no")
    place = walk.intake.step
    walk.says("ask CTRL")
    walk.button("language")
    walk.presses("en")
    assert walk.intake.step == "understood"
    walk.presses("no")

    assert (walk.intake.step, walk.intake.language) == (place, "en")


def test_whoever_has_been_handed_on_is_asked_no_more() -> None:
    """In danger she gets no clarifying questions: what else there may be is shown to staff."""
    walk = her(*ARRIVED)
    walk.button("danger_now")
    walk.says("ask SEX")

    assert walk.intake.step != "understood"
    assert "POSSIBLE" in {code for code, _ in found(walk)}


def test_while_a_worker_writes_the_bot_asks_nothing_and_danger_still_rings() -> None:
    """The worker reads it too; a sure sign wakes on call all the same."""
    walk = her(*ARRIVED)
    walk.button("human")
    walk.staff("take")
    walk.staff("write", text="Ik ben er")
    walk.says("ask KILL")
    assert (walk.turn.says, walk.turn.rings) == ((), ())
    walk.says("sure KILL recent")

    assert walk.turn.says == ()
    assert [ring.who for ring in walk.turn.rings] == ["on_call"]
    assert walk.turn.assessment.colour is Colour.RED


# --- when it was, whose danger it is -----------------------------------------------------------------------------


def test_the_date_of_an_act_is_asked_once() -> None:
    """It rings at once, as an act of unknown date does; her answer is kept for staff and never asked again."""
    walk = her(*TO_DANGER, "no")
    walk.says("sure STR")
    assert walk.turn.rings
    assert walk.intake.step == "when_was_it"
    walk.presses("before")
    assert found(walk) == [("STR", "unknown"), ("STR", "before")]
    walk.says("sure STR")

    assert walk.intake.step != "when_was_it"


def test_nobody_is_asked_when_it_was_who_says_that_he_is_perhaps_there_now() -> None:
    """ "He is going to kill me, he is downstairs": she hears what helps now, and no question about a date."""
    walk = her(*ARRIVED)
    walk.says("sure KILL; ask NOW")

    assert walk.said()[0] == "beats.violence"
    assert walk.intake.step != "when_was_it"


def test_a_typed_yes_at_a_danger_question_counts_and_its_date_is_asked() -> None:
    """ "Did he ever squeeze your throat?" "Yes": that is enough to be red."""
    walk = her(*TO_DANGER, "no", "no")
    walk.says("yes")

    assert found(walk) == [("STR", "unknown")]
    assert walk.intake.step == "when_was_it"


def test_somebody_elses_danger_changes_the_branch_and_not_the_alarm() -> None:
    """ "My sister is being strangled": red now, and from then on she is spoken to as who helps."""
    walk = her(*ARRIVED)
    walk.says("sure STR recent other")

    assert walk.turn.assessment.urgency is Urgency.NOW
    assert walk.intake.answers["for_whom"] == "other"
    assert "other" in walk.turn.says[-1].variants


def test_at_the_question_for_whom_her_words_answer_it() -> None:
    """Not asked what she has just told."""
    walk = her(*ARRIVED)
    assert walk.intake.step == "for_whom"
    walk.says("sure PHYS recent other")

    assert walk.intake.step == "helper"


def test_under_eighteen_in_her_own_words_changes_the_words_to_her() -> None:
    """A girl who writes her age is spoken to as a minor, and kept out of the visible house."""
    walk = her(*ARRIVED[:2])
    walk.says("sure MINOR")

    assert walk.intake.answers["for_whom"] == "minor"
    assert not walk.turn.assessment.visible_house


# --- what is held back, and what nobody understood -----------------------------------------------------------------


def test_what_is_held_back_stands_in_the_log_with_its_reason_and_asks_nothing() -> None:
    """Shown to staff, nothing asked, nothing found."""
    walk = her(*TO_DANGER, "no")
    walk.says("note KILL")

    assert codes(walk, "held") == [("note", "KILL")]
    assert walk.intake.step == "threat"
    assert {code for code, _ in found(walk)} <= {"TOLD"}
    assert walk.entries[-1].reading.signs[0].indicator == "KILL"


def test_a_story_without_signs_is_kept_for_a_person_and_makes_nobody_orange() -> None:
    """ "I am fine" clears nothing; an everyday sentence alarms nobody."""
    walk = her(*TO_DANGER, "no")
    walk.says("mijn zus heeft morgen een feestje")

    assert [code for code, _ in found(walk)] == ["TOLD"]
    assert walk.turn.assessment.colour is not Colour.RED
    assert not walk.turn.rings


def test_what_was_read_stands_in_the_record_and_is_never_read_again() -> None:
    """Replaying gives the same step, doubts and findings, whatever the lexicons say by then."""
    walk = her(*TO_DANGER, "no")
    walk.says("ask CTRL and sure WPN")
    walk.presses("unsure") if walk.intake.step == "when_was_it" else None
    walk.says("ask JEAL")

    assert walk.replayed() == walk.intake


def test_she_is_answered_in_the_language_she_writes_until_she_chooses_one() -> None:
    """Four Turkish words in a row, and the next question is Turkish; after a choice by button nothing changes it."""

    def turkish(text: str) -> object:
        reading = as_told(text)
        return type(reading)(reading.signs, "tr", "tr", reading.answer)

    walk = Walk(*TO_DANGER, *NO_CORE[:1], read=turkish)  # type: ignore[arg-type]
    walk.says("bugün hava çok güzel")
    assert walk.intake.language in ("tr", "en")
    walk.button("language")
    walk.presses("nl")
    walk.says("bugün hava çok güzel")

    assert walk.intake.language == "nl"


def test_an_act_of_unknown_date_counts_as_recent() -> None:
    """Until she says when, it rings now."""
    assert When.UNKNOWN in {f.when for f in her(*TO_DANGER, "no").says("sure WPN").intake.findings}


def test_nothing_is_clarified_before_she_can_write_safely() -> None:
    """A doubt that is open when she leaves waits until she has said that it is safe again."""
    walk = her(*TO_DANGER, "no")
    walk.says("sure SEX")
    assert walk.intake.step == "when_was_it"
    walk.button("language")
    walk.button("leave")
    walk.button("open")
    assert walk.intake.step == "safe_again"
    walk.presses("no")
    assert walk.intake.step == "cannot_write"
