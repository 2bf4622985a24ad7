"""Whatever she sends, at whatever step: a humane answer, and her place is kept. Names stay outside."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bot.channels.telegram import buttons, updates
from bot.channels.telegram.inbound import Inbound
from bot.render import clipped
from flows import doubts, engine, words
from flows.intake import INTAKE
from flows.model import Content, House, Said
from tests.bot.running import Bot
from tests.bot.telegram.phone import HER, on_telegram, settled
from tests.botapi import BotApi, User

NOW = 1_800_000_000.0
WANTED = {
    "voice": Content.VOICE,
    "audio": Content.FILE,
    "photo": Content.PHOTO,
    "video": Content.VIDEO,
    "video_note": Content.VIDEO,
    "animation": Content.VIDEO,
    "document": Content.FILE,
    "sticker": Content.STICKER,
    "location": Content.LOCATION,
    "contact": Content.CONTACT,
    "poll": Content.OTHER,
    "dice": Content.OTHER,
    "forward": Content.FORWARDED,
}


def last_update(her: User) -> bytes:
    assert her.api.updates.last is not None
    return her.api.updates.last.body


@pytest.mark.parametrize("content", list(Content))
@pytest.mark.parametrize("step", [step.name for step in INTAKE.steps])
def test_every_step_answers_every_content(step: str, content: Content) -> None:
    """Only an asked-for text, or a doubt, moves her on; every reply and button fits what Telegram carries."""
    begun = engine.begin("telegram", "nl", NOW)
    intake = replace(begun, step=step, heard=NOW, answers={"afraid_of": "partner", "for_whom": "me"})
    turn = engine.advance(INTAKE, intake, Said("x" * 4096, NOW + 1, content), House())
    assert turn.says
    asks_for_text = INTAKE.by_name[step].text and content is Content.TEXT
    assert asks_for_text or step in doubts.STEPS or turn.intake.step == step
    for say in turn.says:
        assert 0 < len(clipped(words.render("nl", say, NOW))) <= 4096
        for row in say.buttons:
            for button in row:
                assert len(buttons.answer(button.step, button.option, 10**9).encode()) <= 64


@pytest.mark.parametrize("kind", WANTED)
def test_each_kind_is_known_and_no_name_comes_in(kind: str) -> None:
    """Her name and number, the contact's and the forwarder's are gone as soon as the update has been read."""
    api = BotApi()
    her = api.user(HER, "ar")
    if kind == "forward":
        her.forward("doorgestuurd")
    else:
        getattr(her, kind)()
    update = updates.read(last_update(her))
    arrival = Inbound("1").arrival(update, NOW)
    assert arrival is not None
    assert isinstance(arrival.event, Said)
    assert arrival.event.content is WANTED[kind]
    for private in (*her.names, "+31600000000", "Afzender"):
        assert private not in repr(arrival)
        assert private not in repr(update)


def test_a_caption_is_its_text_and_a_payload_is_nobodys() -> None:
    """A photo's caption counts as her words; what a link adds behind /start, such as a campaign, is dropped."""
    api = BotApi()
    her = api.user(HER)
    her.photo(caption="mijn arm")
    photo = Inbound("1").arrival(updates.read(last_update(her)), NOW)
    her.command("/start", "campagne")
    command = Inbound("1").arrival(updates.read(last_update(her)), NOW)
    assert photo is not None
    assert command is not None
    assert photo.event == Said("mijn arm", NOW, Content.PHOTO)
    assert command.event == Said("/start", NOW, Content.COMMAND)
    assert (photo.language, photo.message_id) == ("nl", 1)


@pytest.mark.parametrize(
    "kind", ["voice", "photo", "sticker", "location", "contact", "poll", "dice", "forward", "edit"]
)
async def test_through_telegram_her_place_is_kept(bot: Bot, kind: str) -> None:
    """What the bot cannot read leaves the same question open, and staff see that something was not read."""
    phone = bot.api.user(HER)
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner")
        content = {
            "forward": Content.FORWARDED,
            "edit": Content.EDITED,
            "poll": Content.OTHER,
            "dice": Content.OTHER,
        }
        await her.says("", content.get(kind) or Content(kind))
        her.is_asked("where_is_he")
        assert phone.chat.last().text
        assert kind == "edit" or her.intake.findings[-1].indicator in ("UNREAD", "TOLD")


async def test_who_blocks_is_lost_to_us_until_she_writes_again(bot: Bot) -> None:
    """Staff see that she cannot be reached from the moment she blocks the bot; one message from her lifts that."""
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "away", "with_me")
        await her.presses("danger_now")
        await her.blocks()
        assert her.intake.handoff is not None
        assert "contact_lost" in her.intake.handoff.marks
        bot.api.user(HER).say("ik ben er weer")
        await settled(bot)
        assert "contact_lost" not in her.intake.handoff.marks


async def test_who_blocked_is_not_written_to(bot: Bot) -> None:
    """A case that goes on waiting sends nothing more to the chat that blocked the bot."""
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "away", "with_me")
        await her.presses("danger_now")
        await her.blocks()
        sent = len(bot.api.calls("sendMessage"))
        await her.waits(600)
        later = bot.api.calls("sendMessage")[sent:]
        assert [call for call in later if call.params["chat_id"] == HER] == []


async def test_what_comes_late_is_covered_until_she_opens_it(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reply an hour late may meet other eyes: a harmless text stands there, and the question after her press."""
    async with on_telegram(bot) as her:
        await her.arrives("me")
        with monkeypatch.context() as patch:
            patch.setattr(bot.telegram.outbound, "clock", lambda: time.time() + 3600)
            bot.api.user(HER).say("ben je daar?")
            cover = words.text("nl", "cover.default")
            await bot.api.eventually(lambda: cover in bot.api.chat(HER).texts())
        message = bot.api.last(HER)
        assert message.buttons == [words.text("nl", "button.open")]
        bot.api.user(HER).press(0, message)
        await bot.api.eventually(lambda: message.text != cover)
        her.is_asked("afraid_of")
