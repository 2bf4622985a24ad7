"""The page without JavaScript: the messages in a frame that refreshes itself, the form beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from playwright.async_api import Browser, Error, FrameLocator, Page

from flows import words
from tests.bot.web.browser import PHONE, brought, button, chromium_at
from tests.bot.web.test_browser import TO_DANGER

pytestmark = pytest.mark.browser


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with chromium_at(chromium) as found:
        yield found


@pytest.fixture
async def page(browser: Browser, address: str) -> Page:
    context = await browser.new_context(viewport=PHONE, locale="nl", java_script_enabled=False)
    opened = await context.new_page()
    await opened.goto(address)
    return opened


def frame(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.frame")


async def pressed(page: Page, *what: tuple[str, str]) -> None:
    for step, option in what:
        async with page.expect_navigation():
            await button(page, step, option).click()


async def test_a_whole_way_without_javascript(page: Page, shelter, address: str) -> None:
    """She comes to a handoff, writes, and reads her worker in the frame that refreshes; the address never changes."""
    await pressed(page, ("front", "talk"))
    assert await page.get_by_text(words.text("nl", "page.traces.leave_plain"), exact=True).is_visible()
    assert not await page.get_by_text(words.text("nl", "page.traces.leave"), exact=True).is_visible()
    await pressed(page, *TO_DANGER[1:], ("threat", "recent"))
    assert page.url == address
    assert not await page.locator("#main > .log").is_visible()
    assert await frame(page).locator("a[href='tel:112']").count()
    await page.fill("#text", "Hij komt zo thuis.")
    async with page.expect_navigation():
        await page.locator("[value=say]").click()
    assert await frame(page).locator(".line.she", has_text="Hij komt zo thuis.").is_visible()
    shelter.does("take")
    shelter.does("write", "Hoi, ik ben Sanne.")
    worker = frame(page).locator(".line.worker", has_text="Hoi, ik ben Sanne.")
    await worker.wait_for(timeout=14000)
    assert await worker.is_visible()
    newer = frame(page).get_by_role("button", name=words.text("nl", "page.new"))
    async with page.expect_navigation():
        await newer.click()
    assert page.url == address
    assert await button(page, "where", "lost").count() == 0


async def test_a_press_keeps_what_she_was_typing(page: Page) -> None:
    """The form goes as a whole, so that what stood unsent in the box still stands there on the next page."""
    await pressed(page, *TO_DANGER[:3])
    await page.fill("#text", "Wat ik nog wil zeggen")
    await pressed(page, ("for_whom", "me"))
    assert await page.input_value("#text") == "Wat ik nog wil zeggen"


async def test_leaving_is_a_plain_post_and_going_back_shows_nothing(
    page: Page, shelter, address: str
) -> None:
    """One press ends with the guide and no cookie; reload and three times back bring no message to light."""
    await brought(page, *TO_DANGER[:-1])
    await pressed(page, TO_DANGER[-1], ("threat", "recent"))
    async with page.expect_navigation():
        await page.locator(".leave").click()
    assert page.url == address
    assert await page.get_by_text(words.text("nl", "front.coffee")).count() == 1
    assert await page.context.cookies() == []
    assert shelter.intake().left
    await page.reload()
    assert await page.get_by_text(words.text("nl", "front.coffee")).count() == 1
    # Each answer was a page of its own: the browser asks whether to send the form again, and shows nothing of it.
    for _ in range(3):
        with suppress(Error):
            await page.go_back()
        assert await page.locator("iframe.frame, .line").count() == 0
    assert shelter.intake().left
