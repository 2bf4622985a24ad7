"""A conversation on the page: what counts, what is shown of it, and what happens when it cannot be taken."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.channels.web import form
from flows import words
from flows.tokens import token
from storage import troubles, turns
from tests.bot.web.visitor import Visitor

NEAR = (("where_is_he", "near"), ("where_children", "none"), ("right_now", "no"))


async def test_a_red_answer_is_handed_on_in_that_very_turn(her: Visitor, shelter, work) -> None:
    """The case is offered to staff before the next question, and the page shows 112 with the answer."""
    await her.arrives(*NEAR)
    assert shelter.intake().handoff is None
    await her.presses("threat", "recent")
    assert shelter.intake().handoff.state == "offered"
    assert work.kick.count > 0
    assert words.text("nl", "person.partner") not in her.lines[-1][1]  # a new question, no longer about him
    said = [text for who, text in her.lines if who == "us"]
    assert any("112" in text for text in said)


async def test_answered_questions_stay_faded_and_only_the_last_one_has_buttons(her: Visitor) -> None:
    """She sees what she answered, and can press nothing but the answers of the open question."""
    await her.arrives()
    assert {step for step, _ in her.buttons if step} == {"where_is_he"}
    assert 'class="line us past"' in her.page
    assert ("she", words.label("nl", "afraid_of", "partner")) in her.lines


async def test_what_she_types_is_kept_and_shown_and_never_taken_for_markup(her: Visitor, shelter) -> None:
    """Angle brackets in her words are shown as she typed them, and staff get the words to read."""
    await her.arrives()
    await her.says("<b>Hij komt</b>\nzo thuis & ik ben bang")
    assert ("she", "<b>Hij komt</b> zo thuis & ik ben bang") in her.lines
    assert "<b>Hij" not in her.page
    intake = shelter.intake()
    assert any("thuis" in kept.quote for kept in (*intake.findings, *intake.doubts))


async def test_the_same_form_twice_counts_once(her: Visitor, shelter) -> None:
    """Five copies of one form at the same time make one turn, and each is answered with a page."""
    await her.arrives()
    before, sent = shelter.intake().seq, her.form() | {"press": token("where_is_he", "away")}
    answers = await asyncio.gather(*(her.client.post("/", data=sent) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert shelter.intake().seq == before + 1


async def test_two_buttons_of_the_same_page_both_count(her: Visitor, shelter) -> None:
    """The danger button of a page that has been answered already still opens a case."""
    await her.arrives()
    page = her.form()
    await her.client.post("/", data=page | {"press": token("where_is_he", "away")})
    await her.client.post("/", data=page | {"press": token("", "danger_now")})
    assert shelter.intake().handoff is not None


async def test_the_first_press_twice_begins_one_conversation(her: Visitor, shelter) -> None:
    """Three at once and one after leave one conversation, which has not ended itself."""
    await her.opens()
    sent = her.form() | {"press": token("front", "talk")}
    await asyncio.gather(*(her.client.post("/", data=sent) for _ in range(3)))
    await her.client.post("/", data=sent)
    assert len(shelter.intake_ids) == 1
    assert shelter.intake().step == "notice"
    assert not shelter.intake().left


async def test_a_second_tab_shows_the_same_conversation(her: Visitor, shelter) -> None:
    """Starting in a tab that was opened before shows the conversation under way, at the question it is at."""
    await her.opens()
    other = her.page
    await her.arrives()
    her.page = other
    await her.presses("front", "talk")
    assert her.kind == "talk"
    assert shelter.intake().step == "where_is_he"
    assert len(shelter.intake_ids) == 1


async def test_an_old_page_keeps_the_place_and_its_danger_counts(her: Visitor, shelter) -> None:
    """Danger answered on a page one question behind hands her on, though the question was answered with no."""
    await her.arrives(*NEAR[:2])
    old = her.page
    await her.presses("right_now", "no")
    her.page = old
    await her.presses("right_now", "danger")
    assert shelter.intake().handoff is not None


async def test_a_worker_writes_and_the_page_says_who_it_is(her: Visitor, shelter) -> None:
    """While a worker talks, only danger and help lines can be pressed; handed back, the open question returns."""
    await her.arrives(*NEAR, ("threat", "recent"))
    shelter.does("take")
    shelter.does("write", "Hoi, ik ben Sanne.\n\nZit je veilig?")
    await her.acts("look")
    assert ("worker", "Hoi, ik ben Sanne. Zit je veilig?") in her.lines
    assert her.buttons == {("", "danger_now"), ("", "help_lines")}
    await her.says("Ja, op de wc.")
    assert her.lines[-1] == ("she", "Ja, op de wc.")
    shelter.does("hand_back")
    await her.acts("look")
    assert ("where", "lost") in her.buttons


async def test_asking_again_answers_nothing_while_nothing_is_new(her: Visitor, shelter) -> None:
    """A look with the version that is shown gets an empty answer; with an older one, a page."""
    await her.arrives()
    version = her.page.partition('data-version="')[2].partition('"')[0]
    await her.acts("look", version=version)
    assert her.answer.status_code == 204
    await her.acts("look", version=str(int(version) - 1))
    assert her.answer.status_code == 200


async def test_the_read_back_goes_when_it_is_answered(her: Visitor, shelter) -> None:
    """What she told is summed up once to be checked, and does not stay on her screen after that."""
    await her.arrives(*NEAR, ("threat", "recent"))
    while shelter.intake().step != "read_back":
        step = shelter.intake().step
        skip = ("", "skip") in her.buttons and step != "medical"
        await her.presses(*(("medical", "pregnant") if not skip else ("", "skip")))
    pregnant = words.label("nl", "medical", "pregnant")
    assert sum(pregnant in text for who, text in her.lines if who == "us") == 1
    await her.presses("read_back", "right")
    assert not any(pregnant in text for who, text in her.lines if who == "us")


async def test_more_than_a_page_sends_is_refused_and_the_place_is_kept(her: Visitor, shelter) -> None:
    """Too much is said to be too much; the longest text that the box takes is kept in the longest script."""
    await her.arrives()
    await her.says("x" * form.LONGEST_BODY)
    assert words.text("nl", "page.too_long") in her.text
    assert her.kind == "talk"
    await her.says("ሰላም" * 1000)  # the longest thing that the page lets her type, in the longest script
    assert ("she", "ሰላም" * 1000) in her.lines


async def test_a_form_from_another_site_does_nothing(her: Visitor, shelter) -> None:
    """A press that the browser says comes from another site gets a page and counts for nothing."""
    await her.arrives()
    before = shelter.intake().seq
    sent = her.form() | {"press": token("where_is_he", "away")}
    answer = await her.client.post("/", data=sent, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert shelter.intake().seq == before


async def test_nonsense_gets_a_page(her: Visitor) -> None:
    """Empty, binary, forged and repeated form fields are answered with a page, never with an error."""
    for sent in (b"", b"\xff\xfe\x00", b"press=zzz&moment=-9", b"&" * 100, b"a=1&" * 50):
        assert (await her.client.post("/", content=sent)).status_code == 200
    assert (await her.client.put("/")).status_code == 405


# --- when it fails ----------------------------------------------------------------------------------------------


async def test_a_turn_that_fails_gives_the_numbers_and_keeps_place_and_words(
    her: Visitor, shelter, work, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Her words stand in the box, staff see the failure, and the same words sent again count once."""
    await her.arrives()
    before = shelter.intake().seq

    def fails(*_: object) -> None:
        raise RuntimeError("Hij heeft een mes")

    with monkeypatch.context() as broken:
        broken.setattr(turns, "take", fails)
        await her.says("Hij heeft een mes")
    assert her.kind == "last"
    assert "112" in her.text
    assert "Hij heeft een mes" in her.text  # in the box, to be sent once more
    assert [one.code for one in troubles.still_open(work.store)] == ["failed_turn"]
    assert shelter.intake().seq == before
    await her.says("Hij heeft een mes")
    assert her.kind == "talk"
    assert shelter.intake().seq == before + 1
    assert caplog.records


async def test_a_fault_that_passes_is_not_noticed(her: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails once is tried again, and she sees her answer taken as ever."""
    await her.arrives()
    real, times = turns.take, []

    def once(*given: object) -> object:
        times.append(1)
        if len(times) == 1:
            raise OSError("passing")
        return real(*given)

    monkeypatch.setattr(turns, "take", once)
    await her.presses("where_is_he", "away")
    assert her.kind == "talk"
    assert ("she", words.label("nl", "where_is_he", "away")) in her.lines


async def test_without_words_there_are_still_numbers(her: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the catalogue gone the page still comes, and 112 is on it."""
    await her.arrives()

    def gone(_: str) -> dict[str, str]:
        raise FileNotFoundError

    with monkeypatch.context() as broken:
        broken.setattr(words, "catalogue", gone)
        words.template.cache_clear()
        await her.presses("where_is_he", "away")
    words.template.cache_clear()
    assert "112" in her.text
    assert her.answer.status_code == 200


async def test_the_log_holds_none_of_her_words(her: Visitor, monkeypatch: pytest.MonkeyPatch, work) -> None:
    """A logged error shows its kind and its place in the code, neither its message nor a secret."""
    from storage.discreet import Discreet

    try:
        raise ValueError("Hij heeft een mes")
    except ValueError as error:
        record = logging.LogRecord(
            "x", 40, "f", 1, "a turn failed %s", ("top-secret",), (type(error), error, error.__traceback__)
        )
    said = Discreet(("top-secret",)).format(record)
    assert "mes" not in said
    assert "top-secret" not in said
    assert "ValueError" in said
    assert "test_talk.py" in said


# --- how much may be begun --------------------------------------------------------------------------------------


async def test_one_address_cannot_begin_without_end_but_danger_always_can(new_visitor, shelter) -> None:
    """The thirty-first conversation from one address gets numbers; danger, other addresses and open ones go on."""
    first = await new_visitor().arrives()
    for _ in range(29):
        her = new_visitor()
        await her.opens()
        await her.presses("front", "talk")
        assert her.kind == "talk"
    late = new_visitor()
    await late.opens()
    await late.presses("front", "talk")
    assert late.kind == "last"
    assert "112" in late.text
    assert len(shelter.intake_ids) == 30
    await late.presses("", "danger_now")
    assert late.kind == "talk"
    assert shelter.intake().handoff is not None
    elsewhere = new_visitor(address="192.0.2.2")
    await elsewhere.opens()
    assert (await elsewhere.presses("front", "talk")).kind == "talk"
    await first.presses("where_is_he", "away")
    assert first.kind == "talk"
