"""A recording on Telegram: sent as a voice message that cannot be kept, and wiped like all else."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pace import Pace
from flows import words
from tests.bot import running
from tests.bot.running import Bot
from tests.bot.telegram.phone import HER, on_telegram, settled
from tests.botapi import BotApi, Message
from tests.ogg import recorded


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    return recorded(tmp_path / "audio", ("nl", "safe"), ("nl", "help_lines"))


@pytest.fixture
async def bot(api: BotApi, store_path: Path, audio: Path) -> AsyncIterator[Bot]:
    chosen = running.settings(api.root, store_path, audio=str(audio))
    there = frozenset({("nl", "safe"), ("nl", "help_lines")})
    async with running.running(api, chosen, pace=Pace.unbound(), recordings=there) as one:
        yield one


def voices(api: BotApi) -> list[Message]:
    return [message for message in api.chat(HER).visible() if message.by_bot and "voice" in message.content]


async def test_a_voice_message_that_cannot_be_forwarded(bot: Bot) -> None:
    """Silent, protected, between the line that warns and the question; leaving takes it away with the rest."""
    async with on_telegram(bot) as her:
        await her.says("/start")
        await her.presses("front", "talk")
        await her.presses("notice", "go_on")
        await her.presses("", "listen")
        await settled(bot)
        (voice,) = voices(bot.api)
        assert voice.protected
        assert voice.silent
        assert voice.content["voice"]["mime_type"] == "audio/ogg"
        visible = [message for message in bot.api.chat(HER).visible() if message.by_bot]
        assert [visible.index(voice), len(visible)] == [1, 3]
        await her.presses("", "leave")
        await settled(bot)
        her.sees_only_the_neutral_line()


async def test_a_recording_that_is_gone_is_not_missed(bot: Bot, audio: Path) -> None:
    """The line and the question come, nothing else, and staff are not troubled."""
    (audio / "nl" / "safe.ogg").unlink()
    async with on_telegram(bot) as her:
        await her.says("/start")
        await her.presses("front", "talk")
        await her.presses("notice", "go_on")
        await her.presses("", "listen")
        await settled(bot)
        assert voices(bot.api) == []
        assert len([message for message in bot.api.chat(HER).visible() if message.by_bot]) == 2


async def test_behind_a_cover_text_the_recording_takes_its_place(bot: Bot) -> None:
    """When it comes late only her cover text is shown; pressed, that goes and the voice message stands there."""
    async with on_telegram(bot) as her:
        await her.says("/start")
        await her.presses("front", "talk")
        await her.presses("notice", "go_on")
        bot.telegram.outbound.clock = lambda: time.time() + 120
        await her.presses("", "listen")
        await settled(bot)
        bot.telegram.outbound.clock = time.time
        covered = [message for message in bot.api.chat(HER).visible() if message.by_bot and message.buttons]
        assert voices(bot.api) == []
        opens = words.text("nl", "button.open")
        assert [message.buttons for message in covered] == [[opens]] * 3
        bot.api.user(HER).press(opens, covered[1])
        await settled(bot)
        (voice,) = voices(bot.api)
        assert voice.protected
        assert covered[1].deleted is not None
