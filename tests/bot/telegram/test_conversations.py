"""Whole conversations through Telegram, polled and by webhook: each taken by a worker who writes back."""

from __future__ import annotations

import pytest

from flows import words
from flows.model import Content
from flows.words import END, ISOLATE
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


@pytest.mark.parametrize("way", ["polling"], indirect=True)
async def test_her_phones_language_is_tried_first_and_numbers_keep_their_order(bot: Bot) -> None:
    """In Arabic from the first word on; in the words of danger each number stands in isolates, for right to left."""
    async with on_telegram(bot, language="ar") as her:
        await her.says("/start", Content.COMMAND)
        her.sees("front")
        assert her.intake.language == "ar"
        for step, option in (("front", "talk"), ("notice", "go_on"), ("safe", "yes"), ("", "danger_now")):
            await her.presses(step, option)
        her.sees("beats.violence")
        shown = "\n".join(bot.api.chat(1001).texts())
        for number in ("112", "0800-2000"):
            assert number in shown
            assert shown.count(number) == shown.count(f"{ISOLATE}{number}{END}")


@pytest.mark.parametrize("way", ["polling"], indirect=True)
async def test_typing_a_languages_name_answers_in_it(bot: Bot) -> None:
    """The open question comes again in it, with its buttons."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        await her.says("ትግርኛ")
        assert her.intake.language == "ti"
        her.sees("afraid_of")
        assert words.label("ti", "afraid_of", "partner") in bot.api.last(1001).buttons
