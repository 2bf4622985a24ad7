"""What she sees and hears: small and wide, light and dark, right to left, with labels, roles and contrast."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from flows import words
from tests.bot.web.browser import (
    CONTRAST,
    PHONE,
    SMALL_TARGETS,
    UNNAMED,
    brought,
    chromium_at,
    had_code,
    press,
    reads_what_is_kept,
)
from tests.bot.web.conftest import Shelter

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 560}
BEATS = (
    ("safe", "yes"),
    ("for_whom", "me"),
    ("", "danger_now"),
)


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with chromium_at(chromium) as found:
        yield found


async def opened(browser: Browser, address: str, **how: Any) -> Page:
    page = await (await browser.new_context(**{"locale": "nl"} | how)).new_page()
    await page.goto(address)
    return page


STANDS_STILL = """Promise.all(document.getAnimations()
    .filter(one => one.effect.getTiming().iterations !== Infinity)
    .map(one => one.finished.catch(() => 0))).then(() => 0)"""


async def looked_at(page: Page) -> list[Any]:
    """All that is wrong with what is shown, once everything stands still."""
    await page.evaluate(STANDS_STILL)
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    problems = [await page.evaluate(check) for check in (CONTRAST, SMALL_TARGETS, UNNAMED)]
    return [problem for problem in (*problems, wide > 0) if problem]


# The narrowest in the dark and the widest in the light stand for the rest, which the long campaigns look at.
LONG = pytest.mark.soak


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(NARROW, "dark", id="narrow-dark"),
        pytest.param(WIDE, "light", id="wide-light"),
        pytest.param(PHONE, "light", id="phone-light", marks=LONG),
        pytest.param(PHONE, "dark", id="phone-dark", marks=LONG),
        pytest.param(NARROW, "light", id="narrow-light", marks=LONG),
        pytest.param(WIDE, "dark", id="wide-dark", marks=LONG),
    ],
)
async def test_it_can_be_read_and_pressed(
    browser: Browser, address: str, shelter: Shelter, scheme: str, size: dict[str, int]
) -> None:
    """From 320 pixels up, light and dark: contrast of 4.5, targets of 44 pixels, names, and nothing off to the side."""
    page = await opened(browser, address, color_scheme=scheme, viewport=size)
    assert await looked_at(page) == []
    await page.locator("summary").click()
    assert await looked_at(page) == []
    await press(page, ("front", "talk"))
    assert await looked_at(page) == []
    await press(page, ("notice", "go_on"))
    await brought(page, *BEATS)
    code = await had_code(page, shelter.store)
    assert await looked_at(page) == []
    await reads_what_is_kept(page, code)
    assert await looked_at(page) == []
    box = await page.locator(".leave").bounding_box()
    assert box
    assert 0 <= box["y"] < size["height"]


async def test_the_way_out_stays_in_sight(browser: Browser, address: str) -> None:
    """However far she scrolls on the smallest screen, the leave button is on top and can be pressed."""
    page = await opened(browser, address, viewport=NARROW)
    await brought(page, ("front", "talk"), ("notice", "go_on"), *BEATS)
    for far in (0, 300, 100000):
        await page.evaluate("far => scrollTo(0, far)", far)
        assert await page.locator(".leave").evaluate(
            "node => { const b = node.getBoundingClientRect();"
            " return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2) === node; }"
        )


async def test_it_has_the_roles_that_a_reader_needs(browser: Browser, address: str) -> None:
    """A screen reader finds one heading, one main part, a polite log, and names for the box and the way out."""
    page = await opened(browser, address)
    assert await page.locator("h1").count() == 1
    await press(page, ("front", "talk"), ("notice", "go_on"))
    assert await page.locator("[role=log][aria-live=polite]").count() == 1
    assert await page.locator("h1").count() == 1
    assert await page.locator("main").count() == 1
    assert await page.get_by_label(words.text("nl", "page.write")).get_attribute("id") == "text"
    assert await page.get_by_role("button", name=words.text("nl", "page.leave")).count() == 1


async def test_right_to_left(browser: Browser, address: str) -> None:
    """In Arabic the page is mirrored, and telephone numbers still run left to right."""
    spoken = {"accept-language": "ar"}
    page = await opened(browser, address, viewport=PHONE, locale="ar", extra_http_headers=spoken)
    await brought(page, ("front", "talk"), ("notice", "go_on"), *BEATS)
    assert await page.evaluate(
        "[document.documentElement.dir, getComputedStyle(document.body).direction]"
    ) == ["rtl", "rtl"]
    assert await looked_at(page) == []
    leave, name = await page.locator(".leave").bounding_box(), await page.locator(".name").bounding_box()
    assert leave
    assert name
    assert leave["x"] < name["x"]
    hers = await page.locator(".line.she").last.bounding_box()
    assert hers
    assert hers["x"] < 60
    assert await page.locator("a.tel").first.get_attribute("dir") == "ltr"


async def test_less_motion_and_forced_colours(browser: Browser, address: str) -> None:
    """Nothing moves for who asks for less motion, and messages keep an edge where the system replaces all colours."""
    page = await opened(browser, address, reduced_motion="reduce", forced_colors="active")
    await press(page, ("front", "talk"), ("notice", "go_on"))
    newest = page.locator(".line.fresh").last  # what comes in moves, for everybody else
    assert await newest.evaluate("node => getComputedStyle(node).animationName") == "none"
    assert (
        await page.locator(".line.us").last.evaluate("node => getComputedStyle(node).borderTopWidth") != "0px"
    )
