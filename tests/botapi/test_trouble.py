"""Faults and Telegram's pace strike as told, and the server runs in three ways."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import telegram
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from tests.botapi import BotApi, Remote, spawn
from tests.botapi.samples import HER, KEYS, TEAM, ask

# --- faults


async def test_429_and_5xx_strike_as_often_as_they_are_told(api: BotApi, bot: telegram.Bot) -> None:
    """Two 429s that ask for 3 seconds, a 500 and a 502 page come in that order; the message then lands exactly once."""
    api.user(HER).say("hallo")
    fault = api.fault("sendMessage", status=429, retry_after=3, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(HER, "Dag")
        assert caught.value.retry_after == timedelta(seconds=3)
    api.fault("sendMessage", status=500, times=1, chat=HER)
    api.fault("sendMessage", status=502, html=True, times=1)
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(HER, "Dag")
    assert (await bot.send_message(HER, "Dag")).text == "Dag"
    assert (fault.hits, api.chat(HER).texts()) == (2, ["hallo", "Dag"])
    assert [c.status for c in api.calls("sendMessage")] == [429, 429, 500, 502, 200]


async def test_a_fault_by_chance_repeats_itself_with_its_seed(
    api: BotApi, http: aiohttp.ClientSession
) -> None:
    """The same seed fails the same calls, some and not all, so that a failure found once can be found again."""
    runs = []
    for _ in range(2):
        fault = api.fault("getMe", status=500, probability=0.5, seed=7)
        runs.append([(await ask(http, api, "getMe"))["ok"] for _ in range(20)])
        fault.clear()
    assert runs[0] == runs[1]
    assert 3 < sum(runs[0]) < 17


@pytest.mark.parametrize(
    ("settings", "happened"),
    [
        ({"drop": "before"}, False),
        ({"drop": "after"}, True),
        ({"hang": 0.6}, False),
        ({"hang": 0.6, "acts": True}, True),
        ({"malformed": True}, False),
        ({"malformed": True, "acts": True}, True),
        ({"status": 504, "acts": True}, True),
    ],
)
async def test_after_silence_a_dropped_line_or_a_broken_answer_the_result_is_unknown(
    api: BotApi, settings: dict[str, Any], happened: bool
) -> None:
    """The bot gets an error either way, whether or not the message stands on her phone; the next one goes through."""
    api.user(HER).say("hallo")
    api.fault("sendMessage", times=1, **settings)
    async with telegram.Bot(api.token, base_url=api.base_url, request=HTTPXRequest(read_timeout=0.3)) as bot:
        with pytest.raises((NetworkError, TimedOut, telegram.error.TelegramError)):
            await bot.send_message(HER, "Dag")
        assert api.chat(HER).texts() == (["hallo", "Dag"] if happened else ["hallo"])
        await bot.send_message(HER, "opnieuw")
    assert api.last(HER).text == "opnieuw"


async def test_a_slow_answer_comes_in_the_end(api: BotApi, bot: telegram.Bot) -> None:
    """A delay shorter than the bot's patience is no error: the answer arrives that much later."""
    api.fault("getMe", slow=0.2, times=1)
    begun = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - begun >= 0.2


async def test_a_poll_can_fail_too_and_loses_nothing(api: BotApi, bot: telegram.Bot) -> None:
    """An update whose answer was dropped on the way was never confirmed, so the next poll brings it again."""
    api.user(HER).say("hallo")
    api.fault("getUpdates", drop="after", times=1)
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


# --- pace


async def test_telegrams_pace_is_kept_when_asked_and_violations_are_counted(
    api: BotApi, bot: telegram.Bot
) -> None:
    """The fourth message at once to a person and the 21st to a group get a 429, each counted for its chat."""
    api.user(HER).say("hallo")
    api.pace.on = True
    for n in range(3):
        await bot.send_message(HER, str(n))
    with pytest.raises(RetryAfter):
        await bot.send_message(HER, "te snel")
    assert api.pace.violations == {HER: 1}
    api.group(TEAM)
    for n in range(20):
        await bot.send_message(TEAM, str(n))
    with pytest.raises(RetryAfter):
        await bot.send_message(TEAM, "te veel")
    assert api.pace.violations == {HER: 1, TEAM: 1}


async def test_thirty_a_second_in_all(api: BotApi, http: aiohttp.ClientSession) -> None:
    """Forty chats at once are each within their own pace, yet after some thirty the bot is told to wait a second."""
    api.pace.on = True
    for n in range(40):
        api.user(HER + n).say("hallo")
    answers = [await ask(http, api, "sendMessage", chat_id=HER + n, text="x") for n in range(40)]
    assert 30 <= sum(a["ok"] for a in answers) < 40
    assert answers[-1]["parameters"] == {"retry_after": 1}


# --- the ways to run it


def test_it_runs_in_a_thread_for_tests_that_are_not_asynchronous() -> None:
    """As a plain context manager it serves a bot that lives in a loop of its own."""
    with BotApi() as api:
        she = api.user(HER)
        she.say("hallo")

        async def answer() -> None:
            async with telegram.Bot(api.token, base_url=api.base_url) as bot:
                for update in await bot.get_updates(timeout=5):
                    assert update.effective_chat is not None
                    await bot.send_message(update.effective_chat.id, "Dag")

        asyncio.run(answer())
        assert api.wait_for(lambda: api.last(HER)).text == "Dag"


@pytest.fixture(scope="module")
def elsewhere() -> Any:
    with spawn() as remote:
        yield remote


def send(remote: Remote, **body: Any) -> telegram.Message:
    async def go() -> telegram.Message:
        async with telegram.Bot(remote.token, base_url=remote.base_url) as bot:
            return await bot.send_message(**body)

    return asyncio.run(go())


def test_it_runs_in_a_process_of_its_own_and_is_driven_from_here(elsewhere: Remote) -> None:
    """People, groups, faults and the clock obey over HTTP as they do within one process, mistakes included."""
    remote = elsewhere
    remote.say(HER, "hallo")
    send(remote, chat_id=HER, text="Veilig?", reply_markup=KEYS)
    assert [m["text"] for m in remote.chat(HER)] == ["hallo", "Veilig?"]
    assert remote.press(HER, "Ja")["data"] == "a:1"
    remote.do("voice", user=HER)
    remote.do("group", group=TEAM)
    remote.fault("sendMessage", status=429, retry_after=3, times=1)
    with pytest.raises(RetryAfter):
        send(remote, chat_id=TEAM, text="Nieuw")
    send(remote, chat_id=TEAM, text="Nieuw", reply_markup=KEYS)
    remote.many({"do": "press", "group": TEAM, "user": 2001, "button": 1}, {"do": "clock", "hours": 1})
    assert [c["status"] for c in remote.calls("sendMessage")] == [200, 429, 200]
    # The two presses are too old after an hour; what was said and the voice message still wait.
    assert remote.state()["webhook"]["pending_update_count"] == 2
    with pytest.raises(LookupError, match="no button"):
        remote.press(HER, "Onzin")


def test_a_conversation_can_be_held_with_form_fields_as_curl_sends_them(elsewhere: Remote) -> None:
    """No client is needed: numbers sent as text count as numbers, and the chat can be read back."""

    async def go() -> None:
        async with aiohttp.ClientSession() as http:
            said = await http.post(f"{elsewhere.root}/control/say", data={"user": "1003", "text": "/start"})
            assert (await said.json())["who"] == "Testpersoon"
            seen = await http.get(f"{elsewhere.root}/control/chat/1003")
            assert [m["text"] for m in await seen.json()] == ["/start"]

    asyncio.run(go())


async def test_a_flood_measures_replies(api: BotApi, bot: telegram.Bot) -> None:
    """Each chat writes again once it is answered, so three chats get more than three replies, with their times."""

    async def echo() -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=1):
                offset = update.update_id + 1
                assert update.effective_chat is not None
                await bot.send_message(update.effective_chat.id, "Dag")

    task = asyncio.create_task(echo())
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{api.root}/control/flood", json={"chats": 3, "seconds": 0.3}) as response,
    ):
        result = await response.json()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert result["replies"] > 3
    assert result["p99_ms"] > 0
