"""What staff do with a case, and what time does with one that nobody takes."""

from __future__ import annotations

import pytest

from flows import words
from flows.handoff import DEEDS
from flows.model import Colour, Urgency
from tests.flows.walk import ARRIVED, MINUTE, NO_CORE, TO_DANGER, Walk


def red() -> Walk:
    return Walk(*TO_DANGER, "no", "no", "recent")


def test_a_worker_deletes_everything_because_she_asked_live() -> None:
    """With a reason, after a live talk, by two where it is red; then nothing is kept, and her chat is emptied."""
    her = Walk(*TO_DANGER, "no", "recent")
    her.staff("take")
    assert her.staff("forget", text="zij vroeg het").refused == "not_spoken_live"
    her.staff("spoken_live")
    assert her.staff("forget").refused == "needs_reason"
    assert her.staff("forget", text="zij vroeg het").refused == "needs_second_to_forget"
    assert her.staff("forget", text="zij vroeg het", second="sanne").refused == "needs_second_to_forget"
    assert her.staff("forget", text="zij vroeg het", second="mo").refused == ""
    assert (her.intake.forgotten, her.intake.ended, her.turn.wipe) == (True, True, True)
    assert her.said() == ["left"]


def test_deleting_sends_nothing_to_a_chat_that_is_the_guide_again() -> None:
    """A line that comes by itself would be a sign."""
    her = Walk(*TO_DANGER, "no", "recent")
    her.staff("take")
    her.staff("spoken_live")
    her.button("leave")
    assert her.staff("forget", text="zij vroeg het", second="mo").says == ()
    assert her.intake.forgotten


def test_before_she_deletes_she_reads_by_which_day_it_is_gone() -> None:
    """Eight days later, in her language: the last backup that holds her key is a week old at most."""
    her = Walk(*TO_DANGER)
    her.button("delete")
    [said] = [say for say in her.turn.says if "delete" in say.keys]
    assert "20 januari" in words.render("nl", said)


def test_the_ladder_rings_on_call_then_everyone_then_supervisors() -> None:
    """At once, after 2 minutes, after 5, then every 5."""
    her = red()
    opened = her.now
    rung = [(0.0, her.turn.rings[0].who)]
    while her.now < opened + 16 * MINUTE:
        turn = her.waits()
        rung += [(her.now - opened, ring.who) for ring in turn.rings]

    assert rung[:5] == [
        (0.0, "on_call"),
        (2 * MINUTE, "everyone"),
        (5 * MINUTE, "supervisors"),
        (10 * MINUTE, "supervisors"),
        (15 * MINUTE, "supervisors"),
    ]


def test_after_fifteen_minutes_she_is_told_that_nobody_answered() -> None:
    """Honest, with what works now; staff see it too. It edits what stands there."""
    her = red()
    told = [
        turn
        for turn in her.waits_until(16 * MINUTE)
        if any("news.unanswered" in say.keys for say in turn.says)
    ]

    assert len(told) == 1
    assert all(say.news for say in told[0].says)
    assert her.intake.handoff is not None
    assert "unanswered" in her.intake.handoff.marks


def test_one_worker_takes_and_a_second_hears_who_has_it() -> None:
    """The claim cancels the pending rungs; the second press changes nothing."""
    her = red()
    her.staff("take", "sanne")
    before = her.intake.handoff

    assert her.staff("take", "mo").refused == "taken"
    assert her.intake.handoff == before
    assert before is not None
    assert before.due is None


def test_taken_but_not_in_touch_goes_back_to_the_next_rung() -> None:
    """Ten minutes after the claim."""
    her = red()
    her.waits()  # rung 2, everyone
    her.staff("take")
    turns = her.waits_until(11 * MINUTE)
    rings = [ring for turn in turns for ring in turn.rings]

    assert her.intake.handoff is not None
    assert her.intake.handoff.state == "raised"
    assert (rings[0].rung, rings[0].who) == (3, "supervisors")


def test_the_bot_is_silent_while_a_worker_writes_except_for_danger_and_leaving() -> None:
    """Her words go to the worker; danger-now still rings, leaving still wipes."""
    her = red()
    her.staff("take")
    assert her.staff("write", text="Ik ben er voor je.").says[0].text == "Ik ben er voor je."

    assert her.says("dank je").says == ()
    assert her.intake.handoff is not None
    assert her.intake.handoff.state == "in_touch"
    assert her.button("danger_now").says
    assert her.button("help_lines").says
    assert her.button("leave").wipe


def test_hand_back_lets_the_bot_go_on_where_she_was() -> None:
    """Explicit, and the place is the one she had."""
    her = red()
    place = her.intake.step
    her.staff("take")
    her.staff("write", text="Hoi")
    turn = her.staff("hand_back")

    assert not turn.intake.talking
    assert her.said() == ["handed_back", place]


def test_only_who_holds_the_case_writes_to_her() -> None:
    """Nobody else's words reach her phone."""
    her = red()

    assert her.staff("write", "mo", "Hoi").refused == "not_taken"
    her.staff("take", "sanne")
    assert her.staff("write", "mo", "Hoi").refused == "not_yours"


def test_a_red_goes_down_only_with_a_reason_and_a_second_person() -> None:
    """And not with oneself as the second."""
    her = red()

    assert her.staff("lower", colour=Colour.ORANGE).refused == "needs_reason"
    assert her.staff("lower", text="reden", colour=Colour.ORANGE).refused == "needs_second"
    assert her.staff("lower", text="reden", colour=Colour.ORANGE, second="sanne").refused == "needs_second"
    assert (
        her.staff("lower", text="reden", colour=Colour.ORANGE, second="ria").assessment.colour
        is Colour.ORANGE
    )


def test_what_is_found_after_a_lowering_raises_again() -> None:
    """A decision replaces what the rules said before it, not what comes after."""
    her = red()
    her.staff("lower", text="reden", colour=Colour.ORANGE, second="ria")
    her.button("danger_now")

    assert her.turn.assessment.colour is Colour.RED
    assert her.turn.assessment.urgency is Urgency.NOW


def test_colour_up_needs_a_reason_and_never_lowers_the_urgency() -> None:
    """A worker's word is enough, at once."""
    her = Walk(*TO_DANGER, *NO_CORE, "worker", "yes", "lost", "tonight")
    assert her.turn.assessment.urgency is Urgency.NOW

    turn = her.staff("raise", text="reden", colour=Colour.RED)
    assert (turn.assessment.colour, turn.assessment.urgency) == (Colour.RED, Urgency.NOW)


def test_a_taken_case_with_new_danger_rings_on_call_again() -> None:
    """The worker may be away: danger-now is never a line in a log."""
    her = red()
    her.staff("take")
    her.staff("in_touch")

    assert [ring.who for ring in her.button("danger_now").rings] == ["on_call"]


def test_her_message_unread_for_three_minutes_rings_on_call() -> None:
    """A worker who walked away does not silence her."""
    her = red()
    her.staff("take")
    her.staff("write", text="Hoi")
    her.says("ben je er nog")
    rings = [ring.who for turn in her.waits_until(11 * MINUTE) for ring in turn.rings]

    assert rings == ["on_call"]


def test_lowering_the_colour_never_lowers_the_urgency_unasked() -> None:
    """The decision says which roof; who has to be woken stays as it was."""
    her = red()
    her.staff("take")

    assert (
        her.staff("lower", text="reden", colour=Colour.ORANGE, second="ria").assessment.urgency is Urgency.NOW
    )


@pytest.mark.parametrize("deed", ["lower", "close"])
def test_a_case_is_neither_lowered_nor_closed_over_her_unanswered_message(deed: str) -> None:
    """She wrote last: write back first, or let the program talk again."""
    her = red()
    her.staff("take")
    her.staff("write", text="Hoi")
    her.says("hij bonkt op de deur")
    how = (
        {"text": "advice"} if deed == "close" else {"text": "reden", "colour": Colour.ORANGE, "second": "ria"}
    )

    assert her.staff(deed, **how).refused == "answer_first"  # type: ignore[arg-type]
    her.staff("write", text="Bel nu.")
    assert her.staff(deed, **how).refused == ""  # type: ignore[arg-type]


@pytest.mark.parametrize("answers", [("danger",), ("doctor",), ("no", "no", "no", "no", "no", "no", "now")])
def test_a_case_that_is_barred_from_the_visible_house_cannot_be_closed_as_placed_there(
    answers: tuple[str, ...],
) -> None:
    """Red, her body, her own life: the invariant holds at this gate too."""
    her = Walk(*TO_DANGER, *answers)
    her.staff("take")

    assert her.staff("close", text="visible_house").refused == "not_visible_house"
    assert her.staff("close", text="secure_shelter").refused == "not_spoken_live"
    assert her.staff("close", text="police").refused == ""


def test_no_decision_opens_the_visible_house_to_a_minor() -> None:
    """Under 18 is no judgement of danger: lowering the colour does not take it away."""
    her = Walk(*ARRIVED, "minor", "go_on", "partner", "away", "danger")
    her.staff("take")

    assert not her.staff("lower", text="reden", colour=Colour.GREEN, second="ria").assessment.visible_house
    assert her.staff("close", text="visible_house").refused == "not_visible_house"


def test_who_blocked_and_comes_back_finds_the_guide() -> None:
    """Whoever blocked the bot may be somebody else."""
    her = red()
    place = her.intake.step
    her.blocks()
    her.blocks(back=True)

    assert her.intake.step == "front"
    assert her.word("return").intake.step == place


def test_a_closed_case_is_over_and_says_no_more_to_her_phone_when_she_is_away() -> None:
    """No push long after she wrote."""
    her = red()
    her.staff("take")
    her.later(3600)

    assert her.staff("close", text="advice").says == ()
    assert her.intake.ended
    assert her.turn.wait is not None
    assert her.turn.wait.what == "gap"
    assert her.staff("take", "mo").refused == "closed"


@pytest.mark.parametrize("deed", DEEDS)
def test_every_deed_on_a_case_that_is_not_there_changes_nothing(deed: str) -> None:
    """Total: a deed without a handoff is refused by name."""
    her = Walk(*TO_DANGER)
    turn = her.staff(deed, text="advice", colour=Colour.RED)

    assert turn.refused == "no_case"
    assert turn.says == ()


def test_blocked_by_her_shows_contact_lost() -> None:
    """A signal for staff, never a sign of safety; unblocking takes it away."""
    her = red()
    her.blocks()
    assert her.intake.handoff is not None
    assert "contact_lost" in her.intake.handoff.marks

    her.blocks(back=True)
    assert her.intake.handoff is not None
    assert "contact_lost" not in her.intake.handoff.marks


def test_nothing_is_done_by_nobody() -> None:
    """A deed without a name is refused, whatever it is."""
    her = Walk(*TO_DANGER, "danger")
    for did in ("take", "raise", "lower"):
        assert her.staff(did, by=" ", text="reden", colour=Colour.GREEN, second="mo").refused == "nobody"
    assert her.intake.decision is None
