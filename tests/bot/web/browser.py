"""Chromium at the page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, async_playwright
from sqlalchemy import update

from flows.tokens import token
from storage.store import Store
from storage.tables import return_codes
from tests.bot.web.visitor import hidden

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
PATIENCE = 15.0  # seconds
SETTLED = 500  # milliseconds in which a second tap answers nothing


@asynccontextmanager
async def chromium_at(path: str) -> AsyncIterator[Browser]:
    driver = async_playwright()
    playwright = await driver.__aenter__()
    browser = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
    try:
        yield browser
    finally:
        await _ended(driver, browser)


async def _ended(driver: Any, browser: Browser) -> None:
    """Closed in good order; a driver that waits for a browser which is gone already would never end by itself."""
    try:
        async with asyncio.timeout(PATIENCE):
            await browser.close()
            await driver.__aexit__(None, None, None)
    except TimeoutError:
        driver._client._transport._proc.kill()


def button(page: Page, step: str, option: str) -> Any:
    return page.locator(f'button[name=press][value="{token(step, option)}"]')


STANDS = "document.querySelector('#choices')?.dataset.version ?? ''"


async def answered(page: Page, before: str) -> None:
    """What was pressed has been taken, and its answer stands there."""
    await page.wait_for_function(f"before => ({STANDS}) !== before", arg=before)
    await page.wait_for_timeout(SETTLED)


async def press(page: Page, *pressed: tuple[str, str]) -> None:
    """With a pointer, waiting for each answer to be there."""
    for step, option in pressed:
        before = await page.evaluate(STANDS)
        await button(page, step, option).click()
        await answered(page, before)


async def brought(page: Page, *pressed: tuple[str, str]) -> None:
    """To a place in the conversation without drawing each page on the way."""
    asked = page.context.request
    shown = await (await asked.get(page.url)).text()
    for step, option in pressed:
        sent = {name: hidden(shown, name) for name in ("nonce", "moment", "language")}
        shown = await (await asked.post(page.url, form=sent | {"press": token(step, option)})).text()
    await page.reload()


async def had_code(page: Page, store: Store) -> str:
    """She asks for a return code, and has had it for an hour and more."""
    await page.wait_for_timeout(SETTLED)
    await page.locator("[value=code]").click()
    given = await page.locator("#given .given").inner_text()
    with store.write() as conn:
        conn.execute(update(return_codes).values(expires=return_codes.c.expires - 2 * 3600.0))
    return given.removeprefix("Je code is ").strip()


async def reads_what_is_kept(page: Page, code: str) -> None:
    await page.locator(".foot summary").click()
    await page.fill("#code", code)
    await page.locator("[value=kept]").click()
    await page.wait_for_selector("[data-page=kept]")
    await page.wait_for_timeout(SETTLED)


async def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """With the keyboard alone."""
    for _ in range(most):
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab")


CONTRAST = """
() => {
  const number = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = number(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest(".unseen, noscript") || !node.getClientRects().length) continue;
    const [a, b] = [light(number(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) weak.push([node.className, node.textContent.slice(0, 20), ratio]);
  }
  return weak;
}
"""
SMALL_TARGETS = """
() => [...document.querySelectorAll("button, summary, textarea, input:not([type=hidden])")]
  .filter(node => node.getClientRects().length)
  .filter(node => { const box = node.getBoundingClientRect(); return box.width < 44 || box.height < 44; })
  .map(node => node.outerHTML)
"""
UNNAMED = """
() => [...document.querySelectorAll("button, textarea, input:not([type=hidden]), iframe, [role]")]
  .filter(node => !(node.textContent.trim() || node.labels?.length || node.title || node.ariaLabel
    || node.getAttribute("aria-labelledby") || node.getAttribute("role") === "status"))
  .map(node => node.outerHTML)
"""
