"""The harmless face: a gap, leaving, and what leads back behind the guide."""

from __future__ import annotations

import pytest

from flows import guide, promises, words
from flows.model import ENTRIES, Colour, Content, House, Pressed, Word
from flows.tongues import LANGUAGES
from flows.words.revealing import reveals
from tests.flows.walk import TO_DANGER, Walk

MINUTE = 60.0
DANGER = "hij gaat me vermoorden"


def lapsed(*answers: str) -> Walk:
    """She was half-way, and wrote nothing for half an hour."""
    her = Walk(*(answers or (*TO_DANGER, "no", "recent")))
    her.waits_until(31 * MINUTE)
    return her


def test_after_half_an_hour_the_chat_is_the_guide_again_and_nothing_is_sent() -> None:
    """All that stood there goes; no line is pushed to her; where she was is kept."""
    her = Walk(*TO_DANGER, "no")
    place = her.intake.step
    her.waits_until(31 * MINUTE)

    gap = next(turn for turn in her.turns if turn.wipe)
    assert gap.says == ()
    assert (her.intake.step, her.intake.resume, her.intake.left) == ("front", place, True)


def test_the_gap_is_the_houses_own() -> None:
    """A house may set another one; what was set when the intake began holds for it."""
    from flows.engine import advance, begin, next_wait
    from flows.intake import INTAKE

    begun = begin("telegram", "nl", 0.0, 600.0)
    turn = advance(INTAKE, begun, Pressed("front", "talk", 5.0), House())
    wait = next_wait(turn.intake)
    assert wait is not None
    assert (wait.what, wait.due) == ("gap", 605.0)


def test_talk_behind_a_guide_that_hides_her_begins_anew() -> None:
    """Nothing old is shown, nothing is written into her case, and she is not moved."""
    her = lapsed()
    before = her.intake
    her.presses("talk")
    assert her.turn.anew
    assert her.turn.says == ()
    assert her.intake.findings == before.findings
    assert her.intake.step == "front"


def test_who_told_nothing_yet_simply_goes_on() -> None:
    """A guide that hides nothing begins no second intake."""
    her = lapsed("talk", "go_on")
    her.presses("talk")
    assert not her.turn.anew
    assert her.intake.step == "notice"


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_tells_what_is_on_and_nothing_else(entry: str) -> None:
    """Whoever presses one reads of the neighbourhood, before and behind a conversation alike."""
    new, old = Walk(), lapsed()
    for her in (new, old):
        her.presses(entry)
        assert her.said() == [f"guide.{entry}", "front"]


def test_her_word_leads_back_to_where_she_was() -> None:
    """The question that stood open is asked again, and nobody doubts any more that it is she."""
    her = lapsed()
    her.says("hallo daar allemaal samen")
    assert her.intake.handoff is not None
    assert "perhaps_not_her" in her.intake.handoff.marks
    place = her.intake.resume
    her.word("return")
    assert (her.intake.step, her.intake.left) == (place, False)
    assert her.intake.handoff is not None
    assert "perhaps_not_her" not in her.intake.handoff.marks


def test_without_a_word_a_cover_text_asks_whether_nobody_looks() -> None:
    """The button under it leads to that one question, and only a yes to her place."""
    her = lapsed()
    place = her.intake.resume
    her.button("open")
    assert her.said()[0] == "safe_again"
    her.presses("yes")
    assert her.intake.step == place


def test_with_a_word_of_her_own_a_cover_text_opens_nothing() -> None:
    """Whoever presses the button under it finds the guide."""
    her = Walk(*TO_DANGER, "no", "recent")
    her.button("word")
    her.word("chosen")
    her.presses("none")
    her.waits_until(40 * MINUTE)
    her.button("open")
    assert her.said() == ["front"]
    assert her.intake.step == "front"


def test_danger_typed_to_the_guide_gets_the_same_card_in_every_chat() -> None:
    """New or known: one card. Staff are rung, and see that it is perhaps not she."""
    new, old = Walk(), lapsed(*TO_DANGER, "unsure")
    for her in (new, old):
        turn = her.says(DANGER)
        assert her.said() == ["guide.emergency"]
        assert [say.buttons for say in turn.says] == [guide.CARD]
        assert turn.assessment.colour is Colour.RED
        assert turn.rings
    assert new.intake.handoff is not None
    assert old.intake.handoff is not None
    assert "perhaps_not_her" not in new.intake.handoff.marks
    assert "perhaps_not_her" in old.intake.handoff.marks


def test_who_writes_of_danger_again_gets_the_card_again() -> None:
    """The same words a moment later are the same sign, and the same answer."""
    her = Walk()
    for _ in range(2):
        her.says(DANGER)
        assert her.said() == ["guide.emergency"]
    assert len([one for one in her.intake.findings if one.indicator == "KILL"]) == 1


def test_who_wrote_of_danger_first_is_one_press_from_help() -> None:
    """From the card into the conversation, in the same intake, with her case rung already."""
    her = Walk()
    her.says(DANGER)
    her.button("danger_now")
    assert not her.turn.anew
    assert her.intake.step != "front"
    assert any(key.startswith("beats.") for key in her.said())


def test_news_of_her_case_is_not_told_to_the_guide() -> None:
    """A rung, a taken case, a hand-back: nothing of it is said where the guide stands."""
    her = Walk()
    her.says(DANGER)
    her.waits()
    her.staff("take")
    assert all(turn.says == () for turn in her.turns[1:])


def test_what_she_writes_to_a_worker_after_the_gap_reaches_staff() -> None:
    """The guide answers; the worker sees that something came, perhaps not from her."""
    her = Walk(*TO_DANGER, "danger")
    her.staff("take")
    her.staff("write", text="Hoi, ik ben Sanne")
    her.waits_until(40 * MINUTE)
    her.says("ok")
    assert her.said() == ["heard.front", "front"]
    assert her.intake.handoff is not None
    assert {"wrote", "perhaps_not_her"} <= set(her.intake.handoff.marks)


def test_languages_are_chosen_at_the_guide_without_anything_beside_them() -> None:
    """Its list of languages carries no button of the conversation."""
    her = lapsed()
    turn = her.button("language")
    shown = {button.step for say in turn.says for row in say.buttons for button in row}
    assert shown == {"language"}
    her.old_button("language", "pl")
    assert (her.intake.language, her.said()) == ("pl", ["front"])


# --- duress -------------------------------------------------------------------------------------------------------


def in_duress() -> Walk:
    her = Walk(*TO_DANGER, "no", "recent")
    her.staff("take")
    her.waits_until(40 * MINUTE)
    her.word("duress")
    return her


def taken(her: Walk) -> Walk:
    """A worker has the case, whose claim had lapsed meanwhile."""
    her.staff("take")
    return her


def test_her_duress_word_changes_nothing_that_can_be_seen() -> None:
    """The guide answers it as any text that it does not know."""
    her = in_duress()
    assert her.said() == ["heard.front", "front"]


def test_after_her_duress_word_nothing_is_sent_and_staff_decide_together() -> None:
    """Red and rung at once; a worker cannot write, no timer says anything, and her other word leads nowhere."""
    her = in_duress()
    assert her.turn.rings
    assert her.intake.handoff is not None
    assert "duress" in her.intake.handoff.marks
    assert taken(her).staff("write", text="Gaat het?").refused == "duress"
    her.waits()
    assert her.turn.says == ()
    her.word("return")
    assert her.said() == ["heard.front", "front"]
    her.button("open")
    assert her.said() == ["front"]


def test_only_two_people_lift_it() -> None:
    """With a reason, and each by their own name; then she can be written to again."""
    her = taken(in_duress())
    assert her.staff("lift_duress", text="gebeld", second="sanne").refused == "needs_second"
    assert her.staff("lift_duress", second="mo").refused == "needs_reason"
    assert her.staff("lift_duress", text="gebeld", second="mo").refused == ""
    assert not her.intake.duress
    assert her.staff("write", text="Dag").refused == ""
    assert her.staff("lift_duress", text="nog eens", second="mo").refused == "no_duress"


def test_a_case_begun_anew_behind_duress_says_so_from_its_first_moment() -> None:
    """Whoever takes it sees before anything else that nobody may write."""
    her = Walk()
    her.intake = her.intake.but(duress=True)
    her.button("danger_now")
    assert her.intake.handoff is not None
    assert her.intake.handoff.marks == ("duress",)


# --- choosing -----------------------------------------------------------------------------------------------------


def test_a_word_is_chosen_beside_the_conversation_and_a_second_one_is_offered_once() -> None:
    """Her place is kept; the second word is offered and may be left."""
    her = Walk(*TO_DANGER, "no")
    place = her.intake.step
    her.button("word")
    her.word("brief")
    assert her.said()[0] == "word.brief"
    her.word("chosen")
    assert her.intake.step == "duress_word"
    her.word("close")
    assert her.said()[0] == "word.close"
    her.word("chosen")
    assert (her.intake.step, her.intake.word) == (place, "duress")


def test_no_word_of_hers_is_in_the_record() -> None:
    """What the record keeps of it is that one was chosen."""
    her = Walk(*TO_DANGER)
    her.button("word")
    her.word("chosen")
    assert isinstance(her.turn.entry.event, Word)
    assert her.intake.texts == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_reveals_nothing_in_any_language(language: str) -> None:
    """Every text that it may show but the card: no revealing word, in the language itself."""
    shown = [key for key in words.catalogue(language) if key.startswith(("front", "guide.", "face."))]
    assert len(shown) > 2 * len(ENTRIES)
    for key in shown:
        if key != "guide.emergency":
            assert not list(reveals(language, words.catalogue(language)[key])), key


def test_a_turn_that_would_show_her_at_the_guide_is_refused() -> None:
    """The promise itself: a text of her conversation said where the guide stands breaks it."""
    from dataclasses import replace

    from flows.model import Say

    her = lapsed()
    turn = her.says("hallo", Content.TEXT)
    for say in (
        Say(("with_worker",)),
        Say((), text="Gaat het?"),
        Say(("front",), rows=(("speak", "en", ""),)),
    ):
        with pytest.raises(promises.Broken, match="the guide shows nothing of hers"):
            promises.keep(her.turns[-2].intake, replace(turn, says=(say,)))
