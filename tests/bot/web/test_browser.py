"""The page in Chromium: by keyboard, leaving at once, two tabs, small and dark, right to left, heard and seen."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page

from flows import words
from flows.model import House, Pressed
from flows.tokens import token
from storage import book, turns, web
from storage.store import Store
from storage.turns import Arrival
from tests.bot.web.browser import (
    PHONE,
    STANDS,
    answered,
    brought,
    button,
    chromium_at,
    had_code,
    press,
    reads_what_is_kept,
    tab_to,
)
from tests.bot.web.conftest import Shelter

pytestmark = pytest.mark.browser

TO_DANGER = (
    ("front", "talk"),
    ("notice", "go_on"),
    ("safe", "yes"),
    ("for_whom", "me"),
    ("afraid_of", "partner"),
    ("where_is_he", "near"),
    ("where_children", "none"),
    ("right_now", "no"),
)


def is_wrong(said: ConsoleMessage) -> bool:
    return said.type == "error" and "ERR_INTERNET" not in said.text


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with chromium_at(chromium) as found:
        yield found


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """Opened, on a phone; whatever the page complains of fails the test."""
    context = await browser.new_context(viewport=PHONE, locale="nl")
    opened = await context.new_page()
    complaints: list[str] = []
    # A lost connection is the browser's own complaint, and the subject of one test.
    opened.on("console", lambda said: complaints.append(said.text) if is_wrong(said) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    await opened.goto(address)
    yield opened
    assert complaints == []  # its browser closes it, and does not wait for ever


# --- what is kept of her ------------------------------------------------------------------------------------------


async def test_she_reads_and_takes_along_what_is_kept(page: Page, shelter: Shelter) -> None:
    """Behind her code, in the same window; the file is one that says nothing by its name; back is her conversation."""
    await brought(page, *TO_DANGER[:-1])
    await page.fill("#text", "ik slaap op de bank")
    await page.locator("[value=say]").click()
    code = await had_code(page, shelter.store)
    await reads_what_is_kept(page, code)
    assert await page.get_by_text("ik slaap op de bank").count() == 1
    async with page.expect_download() as coming:
        await page.locator("[value=take]").click()
    file = await coming.value
    assert file.suggested_filename == "notes.txt"
    await page.locator("[value=look]").click()
    await page.wait_for_selector("[data-page=talk]")


# --- by keyboard ------------------------------------------------------------------------------------------------


async def test_a_red_conversation_by_keyboard(page: Page, shelter) -> None:
    """With Tab and Enter alone she comes to a red handoff and writes on; one page of history, nothing in storage."""
    for step, option in (*TO_DANGER, ("threat", "recent")):
        await tab_to(page, f'button[value="{token(step, option)}"]')
        before = await page.evaluate(STANDS)
        await page.keyboard.press("Enter")
        await answered(page, before)
    assert await page.locator(".line.us a[href='tel:112']").count()
    assert shelter.intake().handoff.state == "offered"
    await tab_to(page, "#text")
    await page.keyboard.type("Hij komt zo thuis.")
    await page.keyboard.press("Enter")
    await page.locator(".line.she", has_text="Hij komt zo thuis.").wait_for()
    assert await page.input_value("#text") == ""
    assert await page.evaluate("[history.length, localStorage.length, sessionStorage.length]") == [2, 0, 0]


async def test_after_an_answer_the_keyboard_stands_before_the_next_choices(page: Page) -> None:
    """The focus moves to the new choices, so that one Tab reaches the first of them."""
    await press(page, *TO_DANGER[:3])
    assert await page.evaluate("document.activeElement.id") == "choices"
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.value") == token("for_whom", "me")


async def test_a_double_tap_does_not_answer_the_next_question(page: Page, shelter) -> None:
    """Clicks on whatever answer appears, the moment it does, count for nothing: she had no time to read it."""
    await brought(page, *TO_DANGER[:5])
    await page.evaluate(
        """first => {
          const again = () => document.querySelector(".answer").click();
          new MutationObserver(again).observe(document.querySelector("#say"), { childList: true, subtree: true });
          document.querySelector(`button[value="${first}"]`).click();
          again();
        }""",
        token("where_is_he", "here"),
    )
    await button(page, "where_children", "none").wait_for()
    await page.wait_for_timeout(300)
    assert shelter.intake().step == "where_children"


# --- leaving ----------------------------------------------------------------------------------------------------


async def test_the_button_blanks_the_page_before_anything_else(page: Page) -> None:
    """In the very click the page has no text left and cannot be seen; no answer of the server is waited for."""
    await brought(page, *TO_DANGER)
    at_once = await page.evaluate(
        """() => {
          document.querySelector(".leave").click();
          const root = document.documentElement;
          return [root.className, document.body.innerText, getComputedStyle(root).visibility];
        }"""
    )
    assert at_once == ["gone", "", "hidden"]


@pytest.mark.parametrize("way", ["button", "shift"])
async def test_after_leaving_nothing_is_left_to_go_back_to(
    page: Page, shelter, address: str, way: str
) -> None:
    """By button or three times Shift: no page, cookie or message is left, and back, forward and reload show none."""
    await brought(page, *TO_DANGER, ("threat", "recent"))
    before = await page.evaluate("history.length")
    assert [cookie["name"] for cookie in await page.context.cookies()] == ["s"]
    if way == "button":
        await page.locator(".leave").click()
    else:
        for _ in range(3):
            await page.keyboard.press("Shift")
    await page.wait_for_selector("[data-page=front]")
    await page.wait_for_load_state("networkidle")
    assert page.url == address
    assert await page.evaluate("history.length") == before
    assert "s" not in [cookie["name"] for cookie in await page.context.cookies()]
    assert shelter.intake().left
    assert shelter.said() == ["left"]
    await page.go_back()
    assert page.url == "about:blank"
    await page.go_forward()
    assert await page.evaluate("document.documentElement.dataset.page") == "front"
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.page") == "front"


async def test_shift_leaves_only_when_it_is_meant(page: Page, shelter) -> None:
    """Two Shifts with a letter between, Escape, or capitals in a sentence do not take her page away."""
    await brought(page, *TO_DANGER)
    await page.focus("#text")
    for key in ("Shift", "Shift", "A", "Shift", "Shift", "Escape", "Escape", "Escape", "Shift"):
        await page.keyboard.press(key)
    await page.keyboard.type("HALLO, IK BEN HET")
    assert await page.evaluate("document.documentElement.dataset.page") == "talk"
    assert not shelter.intake().left


async def test_a_leave_word_blanks_too(page: Page, shelter) -> None:
    """Typing the leave word shows the front page, and nothing of what was said is kept."""
    await brought(page, *TO_DANGER)
    await page.fill("#text", "weg")
    await page.locator("[value=say]").click()
    await page.wait_for_selector("[data-page=front]")
    assert shelter.said() == ["left"]


# --- beside the conversation ------------------------------------------------------------------------------------


async def test_what_a_worker_writes_appears_by_itself_and_disturbs_nothing(page: Page, shelter) -> None:
    """The worker's line comes without a press; what she is typing, the focus and the title stay as they were."""
    await brought(page, *TO_DANGER, ("threat", "recent"))
    await page.focus("#text")
    await page.keyboard.type("Ik wil nog")
    shelter.does("take")
    shelter.does("write", "Hoi, ik ben Sanne.")
    await page.locator("[role=log] .line.worker", has_text="Hoi, ik ben Sanne.").wait_for(timeout=8000)
    assert await page.input_value("#text") == "Ik wil nog"
    assert await page.evaluate("document.activeElement.id") == "text"
    assert await page.evaluate("document.title") == words.text("nl", "page.title")


async def test_two_tabs_keep_one_place(page: Page, shelter, address: str) -> None:
    """An answer in one tab moves the other along, and leaving in one takes both to the front page."""
    await brought(page, *TO_DANGER[:5])
    other = await page.context.new_page()
    await other.goto(address)
    await press(other, ("where_is_he", "away"))
    await button(page, "where_children", "none").wait_for(timeout=8000)
    assert shelter.intake().answers["where_is_he"] == "away"
    await other.locator(".leave").click()
    await page.wait_for_selector("[data-page=front]", timeout=8000)


async def test_without_a_connection_she_is_told_and_loses_nothing(page: Page) -> None:
    """Offline she reads so, with 112 beside it; her words stay in the box and go out once she is online."""
    await brought(page, *TO_DANGER)
    await page.context.set_offline(True)
    await page.fill("#text", "Hij is weg.")
    await page.locator("[value=say]").click()
    await page.locator("#notes .note").wait_for()
    assert "112" in await page.inner_text("#notes")
    assert await page.input_value("#text") == "Hij is weg."
    await page.context.set_offline(False)
    await page.locator("[value=say]").click()
    await page.locator(".line.she", has_text="Hij is weg.").wait_for()


async def test_a_link_carries_her_place_and_its_code_leaves_the_address(
    page: Page, address: str, shelter: Shelter
) -> None:
    """The page stands there harmless; her first press goes on where she was in the messenger."""
    code = linked(shelter.store)
    await page.goto(f"{address}#{code}")
    await page.wait_for_function("location.hash === ''")
    assert page.url == address
    assert not any(code in entry for entry in await page.evaluate("[location.href, document.body.innerHTML]"))
    await press(page, ("front", "talk"), ("safe_again", "yes"))
    assert shelter.intake(0).channel == "web"
    assert await button(page, shelter.intake(0).step, "me").is_visible()


def linked(store: Store) -> str:
    """The code in the link that stands in a made-up chat of a messenger."""
    for number, (step, option) in enumerate((*TO_DANGER[:2], ("safe", "unsure"), ("devices", "strange"))):
        event = Pressed(step, option, time.time())
        turns.take_turn(store, Arrival("telegram", "telegram:1", "4242", event, f"u{number}"), House())
    with store.write() as conn:
        case = book.by_chat(store, conn, book.chat_hash(store, "telegram", "telegram:1", "4242"))
        assert case is not None
        return web.new_link(store, conn, case, time.time())
