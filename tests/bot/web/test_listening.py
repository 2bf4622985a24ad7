"""A recording on the page: a control that waits for her, from our own server, kept nowhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.work import Work
from flows.model import House
from storage import recordings
from tests.bot.web.browser import PHONE, brought, chromium_at
from tests.bot.web.visitor import Visitor
from tests.ogg import recorded, silence

THERE = (("nl", "safe"), ("nl", "right_now"))
TO_SAFE = (("front", "talk"), ("notice", "go_on"))
CONTROL = re.compile(r"<audio[^>]*>")


@pytest.fixture
def work(work: Work, tmp_path: Path) -> Work:
    folder = str(recorded(tmp_path / "audio", *THERE))
    house = House(recordings=recordings.found(folder))
    return replace(work, settings=work.settings.model_copy(update={"audio": folder}), house=lambda: house)


async def listening(her: Visitor) -> str:
    await her.opens()
    for step, option in (*TO_SAFE, ("", "listen")):
        await her.presses(step, option)
    return CONTROL.findall(her.page)[0]


async def test_a_control_that_waits_for_her(her: Visitor) -> None:
    """It loads nothing and plays nothing by itself, cannot be saved from its menu, and has a name."""
    control = await listening(her)
    assert 'preload="none"' in control
    assert "autoplay" not in control
    assert "nodownload" in control
    assert 'src="/audio/nl/safe.ogg"' in control
    assert "Luister" in control


async def test_the_recording_comes_from_us_and_is_kept_nowhere(her: Visitor) -> None:
    """As sound, in parts for browsers that ask so, under the same headers as the page."""
    await listening(her)
    whole = await her.client.get("/audio/nl/safe.ogg")
    assert (whole.content, whole.headers["content-type"]) == (silence(), "audio/ogg")
    assert whole.headers["cache-control"] == "no-store"
    assert "media-src 'self'" in whole.headers["content-security-policy"]
    part = await her.client.get("/audio/nl/safe.ogg", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"OggS")


@pytest.mark.parametrize("path", ["nl/human", "xx/safe", "nl/..%2Fsafe", "nl/other", "..%2F..%2Fnl/safe"])
async def test_nothing_else_of_that_folder_can_be_asked_for(her: Visitor, path: str) -> None:
    """Only the recordings of the table, in our languages; what is not there is not an error."""
    assert (await her.client.get(f"/audio/{path}.ogg")).status_code == 404


def test_what_cannot_be_sent_is_not_there(tmp_path: Path) -> None:
    """No folder, an empty file, one too large, a name that speaks no text."""
    folder = recorded(tmp_path, ("nl", "safe"), ("tr", "human"))
    (folder / "nl" / "human.ogg").write_bytes(b"")
    (folder / "nl" / "notice.ogg").write_bytes(b"x" * (recordings.LARGEST + 1))
    (folder / "nl" / "mine.ogg").write_bytes(b"x")
    assert recordings.found(str(folder)) == {("nl", "safe"), ("tr", "human")}
    assert recordings.found(str(folder / "nowhere")) == frozenset()
    assert recordings.found("") == frozenset()


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with chromium_at(chromium) as found:
        yield found


@pytest.mark.browser
async def test_it_plays_when_she_presses_it_and_stops_when_she_leaves(browser: Browser, address: str) -> None:
    """Chromium takes it under our policies; nothing is heard before, and nothing after."""
    page = await (await browser.new_context(viewport=PHONE, locale="nl")).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(address)
    await brought(page, *TO_SAFE, ("", "listen"))
    assert await page.evaluate("document.querySelector('audio').paused")
    sound = await page.evaluate_handle("document.querySelector('audio')")
    await sound.evaluate("one => one.play()")
    assert not await sound.evaluate("one => one.paused")
    assert 0.5 < await sound.evaluate("one => one.duration") < 2
    stopped = await sound.evaluate("one => { document.querySelector('.leave').click(); return one.paused; }")
    assert stopped
    assert complaints == []
