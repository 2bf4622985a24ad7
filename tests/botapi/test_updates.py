"""Updates reach the bot as Telegram brings them, by polling and by webhook."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
import telegram
from aiohttp import web
from telegram.error import BadRequest, Conflict

from tests.botapi import BotApi
from tests.botapi.samples import HER, KEYS, Hook

# --- updates by polling


async def test_an_offset_confirms_and_a_negative_one_keeps_the_last(api: BotApi, bot: telegram.Bot) -> None:
    """Updates come again until an offset above them confirms them; -1 brings the newest alone."""
    she = api.user(HER)
    for n in range(5):
        she.say(str(n))
    first = await bot.get_updates(limit=2)
    assert [u.message.text for u in first if u.message] == ["0", "1"]
    assert [u.update_id for u in await bot.get_updates(limit=2)] == [u.update_id for u in first]
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert len(rest) == 3
    assert [u.message.text for u in await bot.get_updates(offset=-1) if u.message] == ["4"]
    assert await bot.get_updates(offset=rest[-1].update_id + 1) == ()


async def test_a_long_poll_waits_for_the_next_update_and_ends_empty_after_its_time(
    api: BotApi, bot: telegram.Bot
) -> None:
    """It is answered the moment somebody writes; where nobody does, after the second that was asked for."""
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    assert not poll.done()
    api.user(HER).say("hallo")
    assert len(await asyncio.wait_for(poll, 10)) == 1
    begun = time.monotonic()
    assert await bot.get_updates(offset=api.updates.next_id, timeout=1) == ()
    assert time.monotonic() - begun > 0.9


async def test_a_second_poll_ends_the_first_with_a_conflict(api: BotApi, bot: telegram.Bot) -> None:
    """Two bots on one token show at once: the earlier poll gets a 409, the later one the update."""
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    async with telegram.Bot(api.token, base_url=api.base_url) as other:
        second = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        api.user(HER).say("hallo")
        assert len(await second) == 1
    assert api.updates.conflicts == 1


async def test_only_the_kinds_asked_for_are_made_and_the_list_is_remembered(
    api: BotApi, bot: telegram.Bot
) -> None:
    """Asked for presses alone, later polls without a list still get no message: it stays until another is named."""
    she = api.user(HER)
    await bot.get_updates(allowed_updates=["callback_query"])
    she.say("hallo")
    assert await bot.get_updates() == ()
    await bot.send_message(HER, "Dag", reply_markup=KEYS)
    she.press(0)
    assert [u.callback_query is not None for u in await bot.get_updates()] == [True]
    assert (await bot.get_webhook_info()).allowed_updates == ("callback_query",)


async def test_messages_wait_24_hours_and_presses_150_seconds(api: BotApi, bot: telegram.Bot) -> None:
    """A bot that was away for longer never hears of them, as with Telegram; what was lost is counted."""
    she = api.user(HER)
    she.say("hallo")
    await bot.send_message(HER, "Dag", reply_markup=KEYS)
    she.press(0)
    api.push_clock(seconds=200)
    assert len(await bot.get_updates()) == 1
    api.push_clock(hours=24)
    assert await bot.get_updates() == ()
    assert api.updates.dropped == 2


async def test_updates_come_twice_shuffled_and_with_ids_that_restart_lower(
    api: BotApi, bot: telegram.Bot
) -> None:
    """All that Telegram may do to a bot can be called up: repeats, disorder, copies, and lower numbers after a week."""
    she = api.user(HER)
    she.say("een")
    first = await bot.get_updates()
    offset = first[-1].update_id + 1
    api.updates.repeat()
    again = await bot.get_updates(offset=offset)
    assert [u.update_id for u in again] == [offset - 1]
    assert await bot.get_updates(offset=offset) == ()
    api.updates.hold()
    for n in range(6):
        she.say(str(n))
    assert await bot.get_updates(offset=offset) == ()
    api.updates.release(shuffle=3, copies=2)
    ids = [u.update_id for u in await bot.get_updates(offset=offset)]
    assert ids != sorted(ids)
    assert len(ids) == 12
    assert len(set(ids)) == 6
    assert await bot.get_updates(offset=offset + 6) == ()
    api.updates.restart_ids(41)
    she.say("na een week")
    assert [u.update_id for u in await bot.get_updates(offset=offset + 6)] == [41]
    assert await bot.get_updates(offset=42) == ()


# --- updates by webhook


async def test_a_webhook_gets_updates_with_its_secret_and_polling_is_a_conflict(
    api: BotApi, bot: telegram.Bot, hook: Hook
) -> None:
    """What waited arrives first; once the webhook is gone polling works again, and nothing was dropped."""
    she = api.user(HER)
    she.say("voor het begin")
    assert await bot.set_webhook(hook.url, secret_token="made_up-secret", max_connections=7)
    she.say("hallo")
    await api.eventually(lambda: len(hook.got) == 2)
    assert hook.secrets == {"made_up-secret"}
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (hook.url, 0, 7)
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook()
    she.say("daarna")
    assert len(await bot.get_updates()) == 1
    assert api.drops_asked == 0
    with pytest.raises(BadRequest, match="ecret token contains unallowed characters"):
        await bot.set_webhook(hook.url, secret_token="niet goed!")


async def test_setting_a_webhook_ends_a_poll_and_dropping_is_recorded(
    api: BotApi, bot: telegram.Bot, hook: Hook
) -> None:
    """The open poll gets a 409; a bot that asks to drop what waits is caught, for that loses messages."""
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await api.eventually(lambda: api.calls("getUpdates"))
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    assert api.drops_asked == 1


async def test_a_refused_update_comes_again_before_the_next_of_that_chat_while_others_go_on(
    api: BotApi, bot: telegram.Bot, hook: Hook
) -> None:
    """Her first message comes again and again, her second waits behind it; two of another chat arrive meanwhile."""
    hook.shut = {HER}
    await bot.set_webhook(hook.url)
    she, other = api.user(HER), api.user(HER + 1)
    she.say("een")
    she.say("twee")
    await api.eventually(lambda: len(hook.got) >= 2)
    other.say("eerst")
    other.say("daarna")
    await api.eventually(lambda: "daarna" in hook.texts())
    assert "twee" not in hook.texts()
    assert [text for text in hook.texts() if text != "een"] == ["eerst", "daarna"]
    hook.shut = set()
    await api.eventually(lambda: "twee" in hook.texts())
    assert hook.texts()[-2:] == ["een", "twee"]
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_the_webhooks_last_error_can_be_read(api: BotApi, bot: telegram.Bot, hook: Hook) -> None:
    """After a 503 and a 500 the message comes a third time, and the newer of the two errors is told."""
    hook.answers = [web.Response(status=503), web.Response(status=500)]
    await bot.set_webhook(hook.url)
    she = api.user(HER)
    she.say("een")
    she.say("twee")
    await api.eventually(lambda: len(hook.got) == 4)
    assert hook.texts() == ["een", "een", "een", "twee"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert info.pending_update_count == 0


async def test_a_dead_webhook_leaves_updates_pending(api: BotApi, bot: telegram.Bot) -> None:
    """Where nobody listens it is tried again, the update goes on waiting, and the last error can be read."""
    await bot.set_webhook("http://127.0.0.1:9/hook")
    api.user(HER).say("hallo")
    await api.eventually(lambda: api.webhook.tries > 1)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (1, "Connection refused")


async def test_a_method_in_the_answer_of_a_webhook_is_carried_out(
    api: BotApi, bot: telegram.Bot, hook: Hook
) -> None:
    """A bot may answer the webhook with sendMessage in place of a call of its own, and she gets the message."""
    order = json.dumps({"method": "sendMessage", "chat_id": HER, "text": "Dag"})
    hook.answers = [web.Response(text=order, content_type="application/json")]
    await bot.set_webhook(hook.url)
    api.user(HER).say("hallo")
    await api.eventually(lambda: api.last(HER).text == "Dag")
