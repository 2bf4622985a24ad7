"""A phone that somebody else reads, over Telegram: a worker's words wait until she does something herself."""

from __future__ import annotations

import time

import pytest

from flows.model import Content
from tests.bot.running import GROUP, Bot
from tests.bot.telegram.phone import HER, on_telegram, settled

WORDS = "Ik ben Sanne. Kun je bellen?"


async def test_nothing_comes_by_itself_and_what_she_does_next_brings_what_waited(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message and no cover text; once she writes, the worker's words stand there."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.says("/start", Content.COMMAND)
        for step, option in (
            *(("front", "talk"), ("notice", "go_on"), ("safe", "unsure"), ("devices", "strange")),
            *(("web_chat", "go_on"), ("for_whom", "me"), ("afraid_of", "partner")),
        ):
            await her.presses(step, option)
        await her.presses("danger_now")
        sent = len(bot.api.chat(HER).history)
        with monkeypatch.context() as patch:
            patch.setattr(bot.telegram.outbound, "clock", lambda: time.time() + 120)
            await her.staff.does("take")
            await her.staff.does("write", text=WORDS)
            await settled(bot)
        assert len(bot.api.chat(HER).history) == sent
        await her.says("ben je er nog")
        await settled(bot)
        assert any(WORDS in text for text in her.layer.screen())


async def test_after_she_left_nothing_comes_either(bot: Bot) -> None:
    """Not even a cover text, with which another phone would get the news."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.says("/start", Content.COMMAND)
        for step, option in (
            ("front", "talk"),
            ("notice", "go_on"),
            ("safe", "unsure"),
            ("devices", "strange"),
        ):
            await her.presses(step, option)
        await her.presses("danger_now")
        await her.presses("leave")
        await settled(bot)
        sent = len(bot.api.chat(HER).history)
        await her.staff.does("take")
        await her.staff.does("write", text=WORDS)
        await settled(bot)
        assert len(bot.api.chat(HER).history) == sent
