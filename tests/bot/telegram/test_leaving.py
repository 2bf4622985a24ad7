"""Leaving: within a second nothing is left on her phone but one neutral line, whatever was on its way."""

from __future__ import annotations

import asyncio
import time

import pytest

from flows.model import Content
from storage import messages, troubles
from tests.bot.running import GROUP, Bot
from tests.bot.telegram.phone import HER, on_telegram, settled
from tests.botapi import BotApi
from tests.talk import Talk

PROMISED = 1.0  # seconds; it takes 0.05 here
TRIES = 3  # the quickest counts: a machine that was busy for a second says nothing about us


def only_the_neutral_line(api: BotApi) -> bool:
    visible = api.chat(HER).visible()
    return len(visible) == 1 and visible[0].by_bot and not visible[0].buttons


@pytest.mark.parametrize("how", ["button", "word", "emoji"])
async def test_within_a_second_one_neutral_line_is_left(bot: Bot, how: str) -> None:
    """By button, word or emoji: her messages and ours are gone from her phone, and no button is left to press."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "here", "none")
        took = [await leaving_takes(bot, her, how)]
        while min(took) >= PROMISED and len(took) < TRIES:
            await her.says("/start", Content.COMMAND)
            await her.presses("front", "talk")
            await her.presses("safe_again", "yes")
            took.append(await leaving_takes(bot, her, how))
        assert min(took) < PROMISED
        await settled(bot)
        her.sees_only_the_neutral_line()


async def leaving_takes(bot: Bot, her: Talk, how: str) -> float:
    """Seconds until only the neutral line is left of what she just wrote, and of all before it."""
    await her.says("mijn eigen woorden")
    started = time.monotonic()
    phone = bot.api.user(HER)
    if how == "button":
        phone.press("🌤 Weg")
    else:
        phone.say("stop" if how == "word" else "👋")
    await bot.api.eventually(lambda: only_the_neutral_line(bot.api), 5.0)
    return time.monotonic() - started


async def test_a_long_conversation_goes_in_batches(bot: Bot) -> None:
    """Beyond two hundred messages are gone within a second, a hundred by one request: the most Telegram takes."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        texts = [bot.telegram.bot.call("sendMessage", chat_id=HER, text=str(number)) for number in range(230)]
        sent = await asyncio.gather(*texts)
        for one in sent:
            known = ("telegram", bot.telegram.id, str(HER), one["message_id"], time.time())
            assert await asyncio.to_thread(messages.note_sent, bot.store, *known)
        started = time.monotonic()
        bot.api.user(HER).press("🌤 Weg")
        await bot.api.eventually(lambda: only_the_neutral_line(bot.api), 3.0)
        assert time.monotonic() - started < PROMISED
    assert max(len(call.params["message_ids"]) for call in bot.api.calls("deleteMessages")) == 100


async def test_one_too_old_to_delete_keeps_no_other_from_going_and_staff_are_told(bot: Bot) -> None:
    """After two days Telegram lets us blank our message but not delete hers; the rest goes, and the desk says so."""
    async with on_telegram(bot) as her:
        await her.says("/start")
        bot.api.push_clock(hours=49)
        await her.presses("front", "talk")
        await her.presses("notice", "go_on")
        await her.presses("leave")
    hers, ours, neutral = bot.api.chat(HER).visible()
    assert (hers.text, ours.text, ours.buttons) == ("/start", "☀", [])
    assert not neutral.buttons
    assert "not_wiped" in {one.code for one in troubles.still_open(bot.store)} | {
        one.detail for one in troubles.still_open(bot.store)
    }


async def test_a_send_in_flight_when_she_leaves_is_deleted_when_it_lands(bot: Bot) -> None:
    """A reply that Telegram still works on when she leaves is taken away after it has come."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        slow = bot.api.fault("sendMessage", slow=0.6, times=1)
        phone = bot.api.user(HER)
        phone.say("dit wordt langzaam beantwoord")
        await bot.api.eventually(lambda: slow.hits)
        phone.press("🌤 Weg")
        await asyncio.sleep(0.7)
        await settled(bot)
        assert only_the_neutral_line(bot.api)


@pytest.mark.parametrize(
    "fault", [{"drop": "after"}, {"hang": 0.5, "acts": True}, {"malformed": True, "acts": True}]
)
async def test_a_send_whose_result_is_unknown_leaves_nothing_behind(
    bot: Bot, fault: dict[str, object]
) -> None:
    """A reply that may have been delivered twice is found on her phone, every copy of it, when she leaves."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        bot.api.fault("sendMessage", times=1, **fault)
        await her.says("dit antwoord komt misschien dubbel")
        await her.presses("leave")
        assert only_the_neutral_line(bot.api)


async def test_a_wipe_that_is_refused_at_first_is_repeated_before_the_line(bot: Bot) -> None:
    """Two refusals delay her leaving and take nothing from it: all is gone but the line."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        bot.api.fault("deleteMessages", status=502, times=2)
        await her.presses("leave")
        assert only_the_neutral_line(bot.api)


async def test_an_edit_in_flight_is_not_sent_anew_after_she_left(bot: Bot) -> None:
    """An edit whose message was wiped meanwhile is dropped: it does not come back as a new message."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        slow = bot.api.fault("editMessageText", slow=0.5, times=1)
        phone = bot.api.user(HER)
        data = next(data for data in bot.api.last(HER).data.values())
        phone.press(data, bot.api.last(HER))
        await bot.api.eventually(lambda: slow.hits)
        phone.say("weg")
        await bot.api.eventually(lambda: only_the_neutral_line(bot.api))
        before = len(bot.api.calls("sendMessage"))
        await asyncio.sleep(0.6)
        await settled(bot)
        assert len(bot.api.calls("sendMessage")) == before
        assert only_the_neutral_line(bot.api)
