"""From Telegram to the page by the one-time link, over real HTTP on both sides."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.channels.web.app import make_app
from bot.pace import Pace
from flows import words
from flows.tokens import token
from tests.bot import running
from tests.bot.running import Bot
from tests.bot.telegram.phone import HER, on_telegram, settled
from tests.bot.web.visitor import Visitor
from tests.botapi import BotApi

ADDRESS = "http://guide.test/"
LINK = re.compile(r"http://guide\.test/#(\w+)")


@pytest.fixture
async def bot(api: BotApi, store_path: Path) -> AsyncIterator[Bot]:
    chosen = running.settings(api.root, store_path, chat_address=ADDRESS)
    async with running.running(api, chosen, pace=Pace.unbound()) as one:
        yield one


@pytest.fixture
async def new_visitor(bot: Bot) -> AsyncIterator[Callable[[], Visitor]]:
    way = httpx.ASGITransport(app=make_app(bot.work), client=("192.0.2.1", 50000))
    clients: list[httpx.AsyncClient] = []

    def make() -> Visitor:
        clients.append(httpx.AsyncClient(transport=way, base_url=ADDRESS))
        return Visitor(clients[-1])

    yield make
    for client in clients:
        await client.aclose()


async def test_she_goes_on_where_she_was(bot: Bot, new_visitor: Callable[[], Visitor]) -> None:
    """The page begins harmless; her first press carries her place over, and her chat keeps the neutral line alone."""
    async with on_telegram(bot) as her:
        await her.says("/start")
        await her.presses("front", "talk")
        await her.presses("notice", "go_on")
        await her.answers("unsure", "strange")
        found = LINK.search("\n".join(her.layer.screen()))
        assert found is not None

        page = await new_visitor().opens()
        assert page.kind == "front"
        await page.sends(press=token("front", "talk"), code=found[1])
        await settled(bot)
        assert [message.text for message in bot.api.chat(HER).visible()] == [words.text("nl", "left")]
        assert words.text("nl", "safe_again").splitlines()[-1] in page.text
        await page.presses("safe_again", "yes")
        assert words.text("nl", "for_whom").splitlines()[-1] in page.text

        second = await new_visitor().opens()
        await second.acts("reopen", code=found[1])
        assert words.text("nl", "page.code.unknown") in second.text
        await second.sends(press=token("front", "talk"), code=found[1])
        assert words.text("nl", "safe_again").splitlines()[-1] not in second.text
        assert second.kind == "talk"


async def test_without_javascript_its_code_is_typed(bot: Bot, new_visitor: Callable[[], Visitor]) -> None:
    """In the field for a code, which every page has."""
    async with on_telegram(bot) as her:
        await her.says("/start")
        await her.presses("front", "talk")
        await her.presses("notice", "go_on")
        await her.answers("unsure", "strange")
        found = LINK.search("\n".join(her.layer.screen()))
        assert found is not None
        page = await new_visitor().opens()
        await page.acts("reopen", code=found[1])
        assert words.text("nl", "safe_again").splitlines()[-1] in page.text
