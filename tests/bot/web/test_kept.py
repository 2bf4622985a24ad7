"""Her right to what is kept of her, by herself: on the page, behind a code that she has had for a while."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from flows import words
from storage import codes
from storage.tables import access_log
from tests.bot.web.conftest import Clock, Shelter
from tests.bot.web.visitor import Visitor

TOLD = "ik slaap nu op de bank <b>hier</b> & zo"
HOUR = 3600.0


async def with_code(her: Visitor, *more: tuple[str, str]) -> str:
    await her.arrives(("where_is_he", "away"), ("where_children", "none"), *more)
    await her.says(TOLD)
    await her.acts("code")
    found = re.search(r"Je code is (\w{4} \w{4})", her.text)
    assert found
    return found[1]


async def hour_later(her: Visitor, clock: Clock) -> None:
    """She stays: a page that nobody looks at for a quarter of an hour shows nothing any more."""
    for _ in range(7):
        clock.ahead += 10 * 60.0
        await her.opens()
    assert her.kind == "talk"


async def test_she_reads_what_she_told_and_what_was_written(
    her: Visitor, shelter: Shelter, clock: Clock
) -> None:
    """Questions and answers in her words, both sides, how long it is kept; the look is logged; no code in the log."""
    code = await with_code(her)
    await hour_later(her, clock)
    await her.acts("kept", code=code.upper())
    assert her.kind == "kept"
    assert words.label("nl", "afraid_of", "partner") in her.text
    assert "ik slaap nu op de bank <b>hier</b> & zo" in her.text
    assert "14 dagen" in her.text
    with shelter.store.read() as conn:
        seen = [row.what for row in conn.execute(select(access_log.c.what))]
    assert seen == ["kept:by_her"]
    await her.acts("look")
    assert her.kind == "talk"


async def test_what_she_asked_to_keep_stands_there(her: Visitor, shelter: Shelter, clock: Clock) -> None:
    """On the page and in the file, under a heading of its own; without it there is no such heading."""
    code = await with_code(her, ("right_now", "danger"))
    await hour_later(her, clock)
    await her.acts("kept", code=code)
    assert words.text("nl", "page.kept.asked") not in her.text
    shelter.does("take")
    shelter.does("keep", "dinsdag om 10")
    await her.acts("kept", code=code)
    assert her.text.index(words.text("nl", "page.kept.asked")) < her.text.index("dinsdag om 10")
    await her.acts("take", code=code)
    assert f"{words.text('nl', 'page.kept.asked')}\n\ndinsdag om 10" in her.answer.text


async def test_she_takes_it_along_as_a_file_whose_name_says_nothing(
    her: Visitor, shelter: Shelter, clock: Clock
) -> None:
    """Plain text, as she wrote it, with nothing of a worker but the words."""
    code = await with_code(her)
    await hour_later(her, clock)
    await her.acts("take", code=code)
    assert her.answer.headers["content-disposition"] == 'attachment; filename="notes.txt"'
    assert her.answer.headers["content-type"].startswith("text/plain")
    assert her.answer.headers["cache-control"] == "no-store"
    assert TOLD in her.answer.text


async def test_a_code_that_was_just_given_opens_nothing_more(
    her: Visitor, shelter: Shelter, clock: Clock
) -> None:
    """Whoever holds her open page for a moment could ask for one: nothing but what stands there is to be seen."""
    code = await with_code(her)
    await her.acts("kept", code=code)
    assert her.kind == "talk"
    assert words.text("nl", "page.kept.unknown") in her.text
    await hour_later(her, clock)
    await her.acts("code")  # the one before is of no use any more
    await her.acts("kept", code=code)
    assert her.kind == "talk"


@pytest.mark.parametrize("typed", ["", "aaaa bbbb", "x" * 64])
async def test_no_other_code_opens_it(her: Visitor, shelter: Shelter, clock: Clock, typed: str) -> None:
    """Empty, made up or too long: the conversation, with a line that says so."""
    await with_code(her)
    await hour_later(her, clock)
    await her.acts("kept", code=typed)
    assert her.kind == "talk"
    assert words.text("nl", "page.kept.unknown") in her.text


async def test_the_code_of_another_woman_opens_nothing(
    her: Visitor, new_visitor, shelter: Shelter, clock: Clock
) -> None:
    """It must be the code of the very case that stands open."""
    other = await with_code(new_visitor(address="192.0.2.9"))
    await with_code(her)
    await hour_later(her, clock)
    await her.acts("kept", code=other)
    assert her.kind == "talk"


async def test_after_ten_wrong_codes_none_is_tried(her: Visitor, shelter: Shelter, clock: Clock) -> None:
    """Guessing is held up, by address, and her own code with it for ten minutes."""
    code = await with_code(her)
    await hour_later(her, clock)
    for _ in range(10):
        await her.acts("kept", code=codes.new())
    await her.acts("kept", code=code)
    assert her.kind == "talk"
    clock.ahead += 11 * 60.0
    await her.acts("kept", code=code)
    assert her.kind == "kept"


async def test_on_a_shared_device_no_place_is_shown_and_no_file_made(
    new_visitor, shelter: Shelter, clock: Clock
) -> None:
    """It says that it is kept."""
    her = new_visitor()
    await her.opens()
    for step, option in (
        *(("front", "talk"), ("notice", "go_on"), ("safe", "unsure"), ("devices", "strange")),
        *(("web_chat", "go_on"), ("for_whom", "me"), ("afraid_of", "partner"), ("where_is_he", "away")),
        *(("where_children", "none"), ("", "danger_now")),
    ):
        await her.presses(step, option)
    assert shelter.intake().step == "where"
    await her.says("bij mijn zus in de Dorpsstraat")
    await her.acts("code")
    found = re.search(r"Je code is (\w{4} \w{4})", her.text)
    assert found
    await hour_later(her, clock)
    for act in ("kept", "take"):
        await her.acts(act, code=found[1])
        assert her.kind == "kept"
        assert "Dorpsstraat" not in her.page
        assert words.text("nl", "page.kept.hidden") in her.text
        assert words.text("nl", "page.kept.take") not in her.text


async def test_who_left_sees_nothing_with_a_code_that_is_typed_to_an_ended_page(
    her: Visitor, shelter: Shelter, clock: Clock
) -> None:
    """The front, as ever."""
    code = await with_code(her)
    await hour_later(her, clock)
    form = her.form()
    await her.acts("leave")
    answer = await her.client.post("/", data=form | {"act": "kept", "code": code})
    assert 'data-page="front"' in answer.text
