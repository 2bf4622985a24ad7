"""What Telegram does on bad days: she is answered all the same, once where it can be known, at least once always."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flows.model import Content, Said
from storage import troubles
from tests.bot import running
from tests.bot.running import Bot, make
from tests.bot.telegram.phone import HER, on_telegram, send, settled
from tests.botapi import BotApi

FAULTS: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 1},
    "500": {"status": 500},
    "500 that acted": {"status": 500, "acts": True},
    "502 page": {"status": 502, "html": True},
    "dropped before": {"drop": "before"},
    "dropped after": {"drop": "after"},
    "malformed": {"malformed": True, "acts": True},
    "slow": {"slow": 0.3},
}


# What is sent does not depend on how updates come: the webhook's half is left to the long campaigns.
@pytest.mark.parametrize("bot", ["polling", pytest.param("webhook", marks=pytest.mark.soak)], indirect=True)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "deleteMessage", "answerCallbackQuery"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_she_is_answered_whatever_happens_to_a_request(bot: Bot, method: str, fault: str) -> None:
    """Two failures in a row of any request we make still bring her to the next question, with buttons to press."""
    async with on_telegram(bot) as her:
        await her.says("/start")
        bot.api.fault(method, times=2, **FAULTS[fault])
        await her.presses("front", "talk")
        await her.presses("notice", "go_on")
        await her.presses("safe", "yes")
        her.is_asked("for_whom")


@pytest.mark.parametrize("fault", ["500", "502 page", "dropped before", "dropped after", "429", "malformed"])
async def test_polling_goes_on_after_a_fault(api: BotApi, store_path: Any, fault: str) -> None:
    """After two failed polls her message is taken, and the conversation goes on as if nothing had happened."""
    api.fault("getUpdates", times=2, **FAULTS[fault])
    async with running.running(api, running.settings(api.root, store_path)) as bot, on_telegram(bot) as her:
        api.user(HER).say("/start")
        await api.eventually(lambda: api.last(HER), 10)
        await settled(bot)
        await her.presses("front", "talk")
        her.is_asked("notice")


async def test_two_pollers_give_one_clear_line(
    api: BotApi, store_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Three conflicts in a row write one line, which says that another program listens with the same token."""
    api.fault(
        "getUpdates", status=409, times=3, description="Conflict: terminated by other getUpdates request"
    )
    async with running.running(api, running.settings(api.root, store_path)):
        api.user(HER).say("/start")
        await api.eventually(lambda: api.last(HER), 10)
    lines = [record.message for record in caplog.records if "409" in record.message]
    assert len(lines) == 1
    assert "another program is listening with the same token" in lines[0]


async def test_the_same_update_a_hundred_times_is_one_turn(bot: Bot) -> None:
    """A press that Telegram repeats a hundred times counts once, and her screen shows what it showed."""
    async with on_telegram(bot) as her:
        await her.says("/start")
        seq = her.intake.seq
        await her.presses("front", "talk")
        bot.api.updates.repeat(100)
        await settled(bot, 20)
        assert her.intake.seq == seq + 1
        assert len(bot.api.chat(HER).visible()) == 2


async def test_reordered_updates_keep_her_place(bot: Bot) -> None:
    """Three messages that come in backwards leave the same question open."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        phone = bot.api.user(HER)
        bot.api.updates.hold()
        for text in ("een", "twee", "drie"):
            phone.say(text)
        bot.api.updates.release(reverse=True)
        await settled(bot)
        her.is_asked("afraid_of")


async def test_numbers_that_begin_anew_are_taken(bot: Bot) -> None:
    """Telegram may begin to number updates anew; lower numbers than before are not mistaken for repeated ones."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        bot.api.updates.restart_ids(5)
        await her.answers("partner", "away", "none")
        her.is_asked("right_now")


async def test_an_outage_of_the_bot_loses_nothing(api: BotApi, store_path: Any) -> None:
    """What she presses while no bot runs counts once one runs again."""
    chosen = running.settings(api.root, store_path)
    async with running.running(api, chosen) as bot, on_telegram(bot) as her:
        await her.arrives("me")
    api.user(HER).press(0)
    async with running.running(api, chosen) as bot, on_telegram(bot) as her:
        await settled(bot)
        assert her.intake.answers["afraid_of"]


async def test_a_message_that_is_gone_is_sent_anew(bot: Bot) -> None:
    """When the message to be edited has been deleted, the next question comes as a message of its own."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        phone = bot.api.user(HER)
        old = bot.api.last(HER)
        phone.delete(old)
        phone.press(0, old)
        await settled(bot)
        her.is_asked("where_is_he")


async def test_any_data_behind_a_button_gets_the_open_question(bot: Bot) -> None:
    """Empty, foreign and forged button data change nothing: the open question still stands there to be answered."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        for data in ("", "nonsense", "t:", "o", "ozzzzz", "k1", "a" * 64, "☃"):
            bot.api.user(HER).press(message=bot.api.last(HER), data=data)
            await settled(bot)
            her.is_asked("afraid_of")


# --- a turn that fails ---------------------------------------------------------------------------------------


async def test_a_turn_that_fails_gives_the_numbers_once_and_parks_the_update(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two failed turns give the numbers once; both are kept for staff, and afterwards she goes on where she was."""
    from flows import engine

    async with on_telegram(bot) as her:
        await her.arrives("me")

        def broken(*_: object) -> None:
            raise RuntimeError("made up")

        with monkeypatch.context() as patch:
            patch.setattr(engine, "advance", broken)
            for text in ("help", "nog eens"):
                bot.api.user(HER).say(text)
            await bot.api.eventually(lambda: len(troubles.still_open(bot.store)) >= 3)
        await settled(bot)
        her.sees("last_resort")
        assert len([text for text in her.layer.screen() if "112" in text]) == 1
        assert her.intake.step == "afraid_of"
        assert {one.code for one in troubles.still_open(bot.store)} == {"failed_turn", "parked"}
        await her.answers("partner")
        await her.presses("leave")
        her.sees_only_the_neutral_line()


async def test_with_the_store_away_telegram_keeps_the_update(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is acknowledged that could not be saved: she gets the numbers, and her words count when it is back."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        working = bot.store.write, bot.store.read

        def away() -> Any:
            raise OSError("made up: the disk is gone")

        monkeypatch.setattr(bot.store, "write", away)
        monkeypatch.setattr(bot.store, "read", away)
        monkeypatch.setattr("bot.channels.telegram.poll.AWAY_WAIT", 0.1)
        bot.api.user(HER).say("qwrt zxcv plmn?")
        await bot.api.eventually(lambda: "112" in bot.api.last(HER).text)
        await asyncio.sleep(0.3)
        assert len(bot.api.updates) == 1
        bot.store.write, bot.store.read = working  # type: ignore[method-assign]
        monkeypatch.setattr(bot.store, "write", working[0])
        monkeypatch.setattr(bot.store, "read", working[1])
        await settled(bot)
        assert any(finding.source == "unread.text" for finding in her.intake.findings)
        await her.presses("leave")
        her.sees_only_the_neutral_line()


# --- the token -----------------------------------------------------------------------------------------------


async def test_no_log_line_and_no_error_carries_the_token(
    api: BotApi, store_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The log never holds the token, nor does any error but the library's own on a token that Telegram rejects."""
    import logging

    from telegram.error import TelegramError

    caplog.set_level(logging.INFO)
    bot = make(api, running.settings(api.root, store_path))
    errors: list[str] = []
    for fault in ({"status": 401}, {"drop": "before"}, {"status": 500}, {"status": 404}, {"malformed": True}):
        api.fault("getMe", times=1, **fault)
        api.fault("sendMessage", times=1, **fault)
        for asked in (
            bot.telegram.bot.initialize(),
            bot.telegram.bot.call("sendMessage", chat_id=1, text="x"),
        ):
            try:
                await asked
            except TelegramError as error:
                errors.append(repr(error) + repr(error.__cause__) + repr(error.__context__))
    bot.start()
    send(api.user(HER), Said("hallo", 0.0, Content.TEXT))
    await api.eventually(lambda: api.last(HER), 10)
    await bot.close()
    secret = api.token.partition(":")[2]
    assert errors
    assert secret not in caplog.text
    assert not [error for error in errors if secret in error and "was rejected by the server" not in error]


async def test_a_refused_token_is_one_clear_line_without_it(api: BotApi, store_path: Any) -> None:
    """The trouble names the setting to be mended, and not the token that stands in it."""
    from bot.channels import ChannelTrouble

    wrong = "999999:another-made-up-token-for-tests"
    bot = make(api, running.settings(api.root, store_path, telegram_token=wrong))
    with pytest.raises(ChannelTrouble) as trouble:
        await bot.telegram.check()
    await bot.close()
    assert "DREMPEL_TELEGRAM_TOKEN" in str(trouble.value)
    assert wrong.partition(":")[2] not in str(trouble.value)


async def test_a_smaller_bot_api_server_is_enough(api: BotApi, store_path: Any) -> None:
    """A server without deleteWebhook and deleteMessages answers 404: she is answered all the same,
    and her phone is wiped."""
    for method in ("deleteWebhook", "deleteMessages"):
        api.fault(method, status=404, description="Not Found")
    async with running.running(api, running.settings(api.root, store_path)) as bot, on_telegram(bot) as her:
        await her.says("/start")
        await her.presses("front", "talk")
        await her.says("weg")
        her.sees_only_the_neutral_line()
