"""Whole conversations through Telegram, polled and by webhook: each taken by a worker who writes back."""

from __future__ import annotations

import pytest

from tests.bot.running import GROUP, Bot
from tests.bot.telegram.phone import on_telegram
from tests.talk import journey, journeys, play


@pytest.mark.parametrize("name", journeys())
async def test_journey(bot: Bot, name: str) -> None:
    """Every message of ours is silent and without preview, every press is answered, one keyboard at most is left."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await play(her, journey(name))
    chat = bot.api.chat(1001)
    ours = [message for message in chat.history if message.by_bot]
    assert all(message.silent and not message.preview for message in ours)
    assert all(press.answered for press in bot.api.presses.values())
    assert len([message for message in chat.visible() if message.buttons]) <= 1, "old keyboards are gone"


async def test_a_red_case_stands_in_the_staff_group_within_a_second(bot: Bot) -> None:
    """The card that says red and now stands in the group within a second of her pressing that she is in danger."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "here", "none")
        await her.presses("danger_now")
    card = bot.api.last(GROUP)
    assert "🔴 ROOD · nu" in card.text
    pressed = max(press.at for press in bot.api.presses.values())
    assert card.date - pressed < 1.0
