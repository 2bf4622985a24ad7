"""Leaving: the page, its cookie and what was said go; her case stays. Coming back: by code, her safety first."""

from __future__ import annotations

import re

import pytest

from bot.channels.web import acts
from flows import words
from flows.tokens import token
from storage import codes, turns, web
from storage.tables import return_codes, web_sessions
from tests.bot.web.visitor import Visitor

RED = (("where_is_he", "near"), ("where_children", "none"), ("right_now", "no"), ("threat", "recent"))


async def test_leaving_clears_all_and_shows_the_guide(her: Visitor, shelter) -> None:
    """Cookie and messages are gone and the old cookie opens nothing, but her red case stays with staff, marked left."""
    await her.arrives(*RED)
    cookie = her.cookies["s"]
    await her.acts("leave")
    assert her.kind == "front"
    assert her.cookies == {}
    assert her.answer.headers["clear-site-data"] == '"cache", "storage"'
    assert shelter.said() == ["left"]
    assert shelter.intake().left
    assert shelter.intake().handoff.state == "offered"
    assert "left" in shelter.intake().handoff.marks
    her.client.cookies.set("s", cookie)
    await her.opens()
    assert her.kind == "front"


async def test_over_https_every_cookie_is_cleared(new_visitor) -> None:
    """Over https the browser is told to clear its cookies for this host too."""
    her = await new_visitor("https://guide.test").arrives()
    await her.acts("leave")
    assert her.answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert her.cookies == {}


@pytest.mark.parametrize("word", ["weg", "🌤", "LATER"])
async def test_a_leave_word_does_the_same(her: Visitor, shelter, word: str) -> None:
    """A word or emoji that means leaving, in whatever case, ends the page as the button does."""
    await her.arrives(*RED)
    await her.says(word)
    assert her.kind == "front"
    assert her.cookies == {}
    assert shelter.said() == ["left"]


async def test_pages_sent_once_more_after_leaving_open_nothing(her: Visitor, shelter) -> None:
    """The first and the last form sent again after leaving, with or without her cookie, show the front page alone."""
    await her.opens()
    first = her.form() | {"press": token("front", "talk")}
    await her.arrives()
    last, cookies = her.form() | {"press": token("where_is_he", "away")}, her.cookies
    await her.acts("leave")
    for sent in (first, last):
        for cookie in ({}, cookies):
            her.client.cookies.clear()
            her.client.cookies.update(cookie)
            answer = await her.client.post("/", data=sent)
            assert 'data-page="front"' in answer.text
            assert words.text("nl", "safe_again").split("\n")[0] not in answer.text


async def test_leaving_while_the_first_press_is_on_its_way_wins(her: Visitor, shelter) -> None:
    """A first press that arrives after she left that same page begins no conversation."""
    await her.opens()
    page = her.form()
    await her.acts("leave")
    answer = await her.client.post("/", data=page | {"press": token("front", "talk")})
    assert 'data-page="front"' in answer.text
    assert shelter.intake_ids == []


async def test_leaving_never_fails(her: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the store broken she still gets the front page, and her cookie is gone."""
    await her.arrives()

    def fails(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(turns, "take", fails)
    await her.acts("leave")
    assert her.kind == "front"
    assert her.cookies == {}


async def test_the_page_after_the_script_left_is_the_front_whatever_the_cookie(her: Visitor) -> None:
    """The script's own mark of leaving wins over a session cookie that the browser still sends."""
    await her.arrives()
    her.client.cookies.set("g", "1")
    await her.opens()
    assert her.kind == "front"
    assert "s" not in her.cookies


async def test_deleting_wipes_the_page_and_the_code(her: Visitor, shelter, work) -> None:
    """Deleting leaves no way back: her return code is gone and every session of hers has ended."""
    await her.arrives()
    await her.acts("code")
    await her.presses("", "delete")
    await her.presses("delete", "yes")
    assert her.kind == "front"
    assert her.cookies == {}
    with work.store.read() as conn:
        assert conn.execute(return_codes.select()).all() == []
        assert all(row.ended for row in conn.execute(web_sessions.select()))


# --- coming back ------------------------------------------------------------------------------------------------


def given_code(her: Visitor) -> str:
    found = re.search(r"Je code is (\w{4} \w{4})", her.text)
    assert found
    return found[1]


async def test_a_code_gives_back_her_place_and_asks_her_safety_first(
    her: Visitor, new_visitor, shelter
) -> None:
    """Who types the code sees nothing of what was said; after she says she is safe, the same case goes on."""
    await her.arrives(*RED)
    await her.says("Hij heet Voorbeeld")
    code = given_code(await her.acts("code"))
    at = shelter.intake().step
    await her.acts("leave")
    later = new_visitor()
    await later.opens()
    await later.acts("reopen", code=code.upper())
    assert shelter.intake().step == "safe_again"
    assert len(shelter.intake_ids) == 1
    assert "Voorbeeld" not in later.page
    assert "112" not in later.text
    await later.presses("safe_again", "yes")
    assert shelter.intake().step == at
    assert "Voorbeeld" not in later.page
    assert "left" not in shelter.intake().handoff.marks


async def test_a_code_works_while_the_old_page_is_open_and_ends_that(
    her: Visitor, new_visitor, shelter
) -> None:
    """Her place moves to the new page, the old one shows the front, and the same form again asks nothing twice."""
    await her.arrives(*RED)
    code = given_code(await her.acts("code"))
    later = new_visitor()
    await later.opens()
    page = later.form()
    await later.acts("reopen", code=code)
    assert shelter.intake().step == "safe_again"
    assert shelter.said()[-1] == "safe_again"
    await her.opens()
    assert her.kind == "front"
    again = await later.client.post("/", data=page | {"act": "reopen", "code": code})
    assert 'data-page="talk"' in again.text
    assert shelter.intake().step == "safe_again"


async def test_only_the_newest_code_works_and_no_wrong_one(her: Visitor, new_visitor, shelter, clock) -> None:
    """A replaced, empty, made-up or expired code opens nothing, and the page says that it is not known."""
    await her.arrives()
    old = given_code(await her.acts("code"))
    new = given_code(await her.acts("code"))
    other = new_visitor()
    await other.opens()
    for wrong in (old, "", "aaaa aaaa", "x" * 200, "'; --"):
        await other.acts("reopen", code=wrong)
        assert other.kind == "front"
        assert words.text("nl", "page.code.unknown") in other.text
    clock.ahead = web.CODE_KEPT + 1
    await other.acts("reopen", code=new)
    assert other.kind == "front"


async def test_codes_cannot_be_tried_without_end(her: Visitor, new_visitor) -> None:
    """After ten wrong codes from one address even the right one opens nothing from there."""
    await her.arrives()
    code = given_code(await her.acts("code"))
    him = new_visitor(address="192.0.2.9")
    await him.opens()
    for _ in range(10):
        await him.acts("reopen", code=codes.new())
    await him.acts("reopen", code=code)
    assert him.kind == "front"


async def test_the_code_itself_is_nowhere_in_the_store(her: Visitor, work) -> None:
    """Neither the return code nor the cookie's secret stands in a dump of the whole database."""
    await her.arrives()
    code = codes.typed(given_code(await her.acts("code")))
    with work.store.engine.connect() as conn:
        dumped = "\n".join(conn.connection.driver_connection.iterdump())
    assert code not in dumped
    assert her.cookies["s"] not in dumped


# --- a page left open -------------------------------------------------------------------------------------------


async def test_a_page_that_nobody_looked_at_shows_the_front_and_begins_anew(
    her: Visitor, new_visitor, shelter, clock
) -> None:
    """A quarter of an hour unseen hides the conversation: who presses sees nothing of it, and her code leads back."""
    await her.arrives(*RED)
    code = given_code(await her.acts("code"))
    at = shelter.intake().step
    clock.ahead = acts.IDLE + 1
    await her.acts("look")
    assert her.kind == "front"
    await her.opens()
    assert her.kind == "front"
    sent = her.form() | {"press": token("front", "talk")}
    await her.presses("front", "talk")
    assert shelter.intake().step == "notice"
    await her.client.post("/", data=sent)
    assert len(shelter.intake_ids) == 2
    assert shelter.intake().findings == ()
    later = new_visitor()
    await later.opens()
    await later.acts("reopen", code=code)
    await later.presses("safe_again", "yes")
    assert shelter.intake(0).step == at


async def test_an_open_page_stays_open(her: Visitor, clock) -> None:
    """As long as her page looks for news, the conversation does not hide, however long it takes."""
    await her.arrives()
    for _ in range(4):
        clock.ahead += acts.IDLE - 60
        await her.acts("look")
        assert her.kind == "talk"


async def test_after_a_day_only_a_code_leads_back(her: Visitor, new_visitor, shelter, clock) -> None:
    """A day later her cookie begins a new conversation, and her code opens the old one."""
    await her.arrives()
    code = given_code(await her.acts("code"))
    clock.ahead = web.SESSION_KEPT + 1
    await her.opens()
    await her.presses("front", "talk")
    assert len(shelter.intake_ids) == 2
    later = new_visitor()
    await later.opens()
    await later.acts("reopen", code=code)
    assert later.kind == "talk"
    assert len(shelter.intake_ids) == 2
    assert shelter.intake(0).step == "safe_again"


async def test_a_closed_case_can_still_be_read_and_a_new_one_begins(her: Visitor, shelter) -> None:
    """She reads that her case was closed; after she left nothing of it is kept, and starting opens another."""
    await her.arrives(*RED)
    shelter.does("take")
    shelter.does("close", "advice")
    await her.acts("look")
    assert words.text("nl", "closed").split("\n")[0] in her.text
    await her.acts("leave")
    assert her.kind == "front"
    assert shelter.said() == []
    assert len(shelter.intake_ids) == 1
    await her.presses("front", "talk")
    assert len(shelter.intake_ids) == 2
    assert shelter.intake().handoff is None
