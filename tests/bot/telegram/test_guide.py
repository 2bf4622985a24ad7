"""The guide over Telegram: what whoever holds her phone finds, and what her word brings back."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.channels.telegram.cards import MARKS
from flows import words
from flows.model import Content
from flows.tongues import STAFF_LANGUAGES
from storage import turns
from tests.bot.running import GROUP, Bot
from tests.bot.telegram.phone import HER, on_telegram, settled
from tests.talk import Talk

GAP = 31 * 60.0
WORD = "zonnebloem"
RED = ("me", "partner", "here", "none")


async def silent(bot: Bot, her: Talk) -> None:
    """She writes nothing for half an hour."""
    later = time.time() + GAP
    intake_id = turns.current(bot.store, "telegram", bot.telegram.id, str(HER))
    assert intake_id is not None
    while await asyncio.to_thread(turns.wait_turn, bot.store, intake_id, later, bot.work.house()):
        pass
    bot.work.kick()
    await settled(bot)


async def cover_text_is_pressed(bot: Bot, her: Talk) -> None:
    """A worker writes; only a cover text comes, and the button under it does not show the worker's words."""
    await her.staff.does("take")
    await her.staff.does("write", text="Ik ben Sanne. Kun je bellen?")
    await settled(bot)
    cover = bot.api.chat(HER).visible()[-1]
    assert "Sanne" not in cover.text
    bot.api.user(HER).press(words.text("nl", "button.open"), cover)
    await settled(bot)
    assert not any("Sanne" in text for text in her.layer.screen())


async def chooses(her: Talk, word: str) -> None:
    await her.presses("menu")
    await her.presses("word")
    await her.says(word)
    await her.presses("duress_word", "none")


async def test_after_the_gap_her_chat_is_empty_and_nothing_was_sent(bot: Bot) -> None:
    """Neither her messages nor ours are left, and no new one came: an empty chat shows the bot's description."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "away", "none")
        await her.says("een zin van haar")
        sent = len(bot.api.chat(HER).history)
        await silent(bot, her)
        assert bot.api.chat(HER).visible() == []
        assert len(bot.api.chat(HER).history) == sent


async def test_her_word_brings_her_back_and_is_gone_at_once(bot: Bot) -> None:
    """Typed to the guide, it leads to where she was; no message that carried it is left on her phone."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives(*RED)
        place = her.intake.step
        await chooses(her, WORD)
        assert her.intake.step == place
        await silent(bot, her)
        await her.says("/start", Content.COMMAND)
        her.sees("front")
        assert not any(button[0] not in ("front", "") for button in her.layer.buttons())
        await her.says(WORD)
        assert her.intake.step == place
        her.is_asked(place)
        assert not any(WORD in message.text for message in bot.api.chat(HER).visible())


async def test_whoever_types_something_else_finds_the_guide(bot: Bot) -> None:
    """A wrong word is answered by the guide, and vanishes as any text does; a place tells what is on."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives(*RED)
        await chooses(her, WORD)
        await silent(bot, her)
        await her.says("zonneschijn")
        her.sees("heard.front")
        await her.presses("front", "coffee")
        her.sees("guide.coffee")
        shown = " ".join(her.layer.screen())
        assert words.text("nl", "safe_again").split("\n")[0] not in shown
        assert [message.text for message in bot.api.chat(HER).visible() if not message.by_bot] == []


async def test_a_workers_words_come_only_after_hers(bot: Bot) -> None:
    """After the gap a worker's message arrives as a cover text; its button shows the guide, her word the message."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives(*RED)
        await her.presses("danger_now")
        await chooses(her, WORD)
        await silent(bot, her)
        await cover_text_is_pressed(bot, her)
        await her.says(WORD)
        assert any("Sanne" in text for text in her.layer.screen())


async def test_without_a_word_she_is_asked_whether_nobody_looks(bot: Bot) -> None:
    """One press on the cover text, one yes, and the worker's message is there."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives(*RED)
        await her.presses("danger_now")
        await silent(bot, her)
        await cover_text_is_pressed(bot, her)
        her.is_asked("safe_again")
        await her.presses("safe_again", "yes")
        assert any("Sanne" in text for text in her.layer.screen())


async def test_her_duress_word_in_the_conversation_looks_like_any_text(bot: Bot) -> None:
    """It stands in the chat, the same question comes as after another text, and staff are told what it means."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "away", "none")
        await her.presses("menu")
        await her.presses("word")
        await her.says(WORD)
        await her.says("waterketel")
        place = her.intake.step
        await her.says("appelboom")
        other = her.layer.screen()[-1]
        await her.says("waterketel")
        await settled(bot)
        assert her.intake.step == place
        assert her.layer.screen()[-1] == other
        assert any(message.text == "waterketel" for message in bot.api.chat(HER).visible())
        mark = words.text(STAFF_LANGUAGES[0], "card.mark.duress")
        assert any(mark in message.text for message in bot.api.chat(GROUP).visible())


@pytest.mark.parametrize("way", ["polling"], indirect=True)
@pytest.mark.parametrize(
    ("written", "bare"), [("14:30", True), ("020 555 1234", True), ("14:30 bij de ingang", False)]
)
async def test_after_a_wipe_a_bare_time_or_number_arrives_as_part_of_her_cover_text(
    bot: Bot, written: str, bare: bool
) -> None:
    """It stands there at once, without a button, in a harmless line; with any word beside it, it waits as ever."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.arrives(*RED)
        await her.presses("danger_now")
        await her.presses("leave")
        await her.staff.does("take")
        await her.staff.does("write", text=written)
        await settled(bot)
        last = bot.api.chat(HER).visible()[-1]
        assert last.text.startswith(words.text("nl", "cover.default"))
        assert (written in last.text) is bare
        assert bool(last.buttons) is not bare


@pytest.mark.parametrize("way", ["polling"], indirect=True)
async def test_one_slow_hash_runs_for_every_text_to_the_guide(bot: Bot) -> None:
    """Danger or not; none in the conversation (tests/storage/test_guide.py has every kind of chat)."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.says("hoi")
        await her.says("hij gaat me vermoorden")
        await settled(bot)
        assert bot.work.ear.hashes == 2
        await her.presses("front", "talk")
        await her.says("iets anders")
        assert bot.work.ear.hashes == 2


@pytest.mark.parametrize("way", ["polling"], indirect=True)
async def test_danger_typed_to_the_guide_reaches_staff_and_gets_the_card(bot: Bot) -> None:
    """From a chat that nobody knows: the card with the number to call, and a red card in the staff group."""
    bot.api.group(GROUP)
    async with on_telegram(bot) as her:
        await her.says("help, hij wurgt me")
        her.sees("guide.emergency")
        assert {("", "danger_now"), ("front", "talk"), ("", "leave")} <= her.layer.buttons()
    assert "🔴" in bot.api.last(GROUP).text


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_every_mark_of_a_card_has_its_words(language: str) -> None:
    """A card that could not be written would be a case that nobody sees."""
    for mark in MARKS:
        assert words.text(language, f"card.mark.{mark}")
