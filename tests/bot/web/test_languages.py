"""Each of the nine languages on a small phone, as Chromium draws it: direction, digits, letters, nothing cut off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from flows import words
from flows.tongues import LANGUAGES, RIGHT_TO_LEFT, STAFF_LANGUAGES
from tests.bot.web.browser import CONTRAST, SMALL_TARGETS, UNNAMED, brought, chromium_at, press

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 740}
ARRIVED = (
    ("front", "talk"),
    ("notice", "go_on"),
    ("safe", "yes"),
    ("for_whom", "me"),
    ("afraid_of", "partner"),
)
TO_THROAT = (
    *ARRIVED, ("where_is_he", "away"), ("where_children", "none"), ("right_now", "no"), ("threat", "no"),
)  # fmt: skip
# One language of each kind of letters and direction in every run, the others in the long campaigns.
EACH = [
    language if language in ("ar", "ti", "uk") else pytest.param(language, marks=pytest.mark.soak)
    for language in LANGUAGES
]
# Numbers as they are drawn: the place of each digit, from left to right.
DRAWN = """
() => [...document.querySelectorAll(".line a.tel")].map((link) => {
  const text = link.firstChild, range = document.createRange();
  const places = [...text.data].map((sign, at) => {
    range.setStart(text, at); range.setEnd(text, at + 1);
    return { sign, x: range.getBoundingClientRect().x, y: range.getBoundingClientRect().y };
  });
  return places.toSorted((a, b) => a.y - b.y || a.x - b.x).map((one) => one.sign).join("");
})
"""
# Letters that no font has look like the box that stands for no letter at all.
BOXES = """
(said) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [80, 80];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = (sign) => {
    pen.clearRect(0, 0, 80, 80);
    pen.font = `40px ${getComputedStyle(document.body).fontFamily}`;
    pen.fillText(sign, 10, 50);
    return pen.getImageData(0, 0, 80, 80).data.join();
  };
  const box = drawn("\\u{10ffff}");
  return [...new Set(said)].filter((sign) => /\\p{L}/u.test(sign) && drawn(sign) === box);
}
"""


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with chromium_at(chromium) as found:
        yield found


async def at(browser: Browser, address: str, language: str, *pressed: tuple[str, str]) -> Page:
    # Said by itself too: requests beside the page do not send its locale.
    spoken = {"accept-language": language}
    context = await browser.new_context(viewport=SMALL, locale=language, extra_http_headers=spoken)
    page = await context.new_page()
    await page.goto(address)
    await brought(page, *pressed)
    return page


async def wrong(page: Page) -> list[Any]:
    """What is too wide, too small, too weak, or has no name."""
    problems = [await page.evaluate(check) for check in (CONTRAST, SMALL_TARGETS, UNNAMED)]
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [problem for problem in (*problems, wide > 0) if problem]


@pytest.mark.parametrize("language", EACH)
async def test_a_danger_question_and_the_emergency_words(
    browser: Browser, address: str, tmp_path: Path, language: str
) -> None:
    """Nothing runs off to the side, the page runs as the language does, numbers read as they are dialled."""
    page = await at(browser, address, language, *TO_THROAT)
    assert await page.evaluate("document.documentElement.lang") == language
    runs = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    assert await page.evaluate("getComputedStyle(document.body).direction") == runs
    assert words.label(language, "throat", "recent") in await page.locator(".answer").all_inner_texts()
    assert await wrong(page) == []
    await page.screenshot(path=tmp_path / f"{language}-question.png")
    await press(page, ("throat", "recent"))
    drawn = await page.evaluate(DRAWN)
    assert "112" in drawn
    await brought(page, ("", "help_lines"))
    drawn += await page.evaluate(DRAWN)
    assert {"112", "0800-2000"} <= set(drawn)
    assert not {one for one in drawn if one[::-1] in ("112", "0800-2000")}
    assert await wrong(page) == []
    await page.screenshot(path=tmp_path / f"{language}-emergency.png", full_page=True)


@pytest.mark.parametrize("language", EACH)
async def test_the_front_and_every_letter(browser: Browser, address: str, language: str) -> None:
    """The front fits a small phone in each language, and no letter of any text is an empty box."""
    page = await at(browser, address, language)
    assert await wrong(page) == []
    await press(page, ("front", "talk"))
    for width in (320, 360):
        await page.set_viewport_size({"width": width, "height": 740})
        assert await wrong(page) == []
        whole = await page.locator(".leave").evaluate("node => node.scrollWidth <= node.clientWidth")
        assert whole
    said = "".join(words.catalogue(language).values()) if language not in STAFF_LANGUAGES else "Één café"
    assert await page.evaluate(BOXES, said) == []


async def test_a_box_is_seen_as_one(browser: Browser, address: str) -> None:
    """Letters of a script so new that no font here has it are found out, and no others."""
    page = await at(browser, address, "nl")
    assert await page.evaluate(BOXES, "aж\U00016d40") == ["\U00016d40"]


async def test_a_change_of_language_turns_the_page(browser: Browser, address: str) -> None:
    """Typed by its name, Arabic turns the page at once; what was said before keeps its own direction."""
    page = await at(browser, address, "nl", *ARRIVED)
    await page.fill("#text", "arabisch")
    await page.locator("[value=say]").click()
    await page.locator("html[dir=rtl]").wait_for()
    assert await page.evaluate("document.documentElement.lang") == "ar"
    before = page.locator(".line.past").first
    assert await before.get_attribute("lang") == "nl"
    assert await before.evaluate("node => getComputedStyle(node).direction") == "ltr"


async def test_what_she_types_runs_as_it_is_written(browser: Browser, address: str) -> None:
    """Arabic on a Dutch page runs from right to left, Dutch on an Arabic one from left to right."""
    for language, typed, runs in (("nl", "أنا هنا الآن", "rtl"), ("ar", "Ik ben hier", "ltr")):
        page = await at(browser, address, language, *ARRIVED, ("where_is_he", "away"))
        await page.fill("#text", typed)
        await page.locator("[value=say]").click()
        line = page.locator(".line.she p").filter(has_text=typed)
        await line.wait_for()
        assert await line.evaluate("node => getComputedStyle(node).direction") == runs
