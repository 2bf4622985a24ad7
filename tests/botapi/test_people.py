"""People press, send and move about as they do on Telegram."""

from __future__ import annotations

import pytest
import telegram
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.botapi import BotApi, Member
from tests.botapi.samples import HER, KEYS, TEAM

# --- presses


async def test_a_press_is_answered_once_and_not_too_late(api: BotApi, bot: telegram.Bot) -> None:
    """The bot's answer reaches the screen; a second, one after 150 seconds, and one to no press are refused."""
    she = api.user(HER)
    she.say("hallo")
    await bot.send_message(HER, "Veilig?", reply_markup=KEYS)
    press = she.press("Ja")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.id, query.data, query.message and query.message.message_id) == (
        press.id,
        "a:1",
        press.message.id,
    )
    await bot.answer_callback_query(press.id, "Goed", show_alert=True)
    assert (press.answered, press.answer, press.alert) == (True, "Goed", True)
    late = she.press(1)
    api.push_clock(seconds=151)
    for one in (press.id, late.id, "1"):
        with pytest.raises(BadRequest, match="uery is too old and response timeout expired or query"):
            await bot.answer_callback_query(one)


async def test_a_button_taken_away_or_deleted_can_still_be_pressed_on_an_old_screen(
    api: BotApi, bot: telegram.Bot
) -> None:
    """The press arrives all the same, even with made-up data; of a deleted message the bot sees only that it was."""
    she = api.user(HER)
    she.say("hallo")
    message = await bot.send_message(HER, "Veilig?", reply_markup=KEYS)
    await bot.edit_message_reply_markup(HER, message.message_id)
    with pytest.raises(LookupError, match="no button"):
        she.press("Ja")
    assert she.press("Ja", message.message_id).data == "a:1"
    await bot.delete_message(HER, message.message_id)
    she.press(data="verzonnen", message=message.message_id)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "verzonnen"
    assert query.message is not None
    assert not query.message.is_accessible


# --- what people send


async def test_every_kind_of_content_is_a_message_that_ptb_understands(
    api: BotApi, bot: telegram.Bot
) -> None:
    """Voice to dice, captions, forwards, commands and edits parse, and what she sent can be downloaded."""
    she = api.user(HER)
    kinds = (
        "voice",
        "audio",
        "photo",
        "video",
        "video_note",
        "animation",
        "document",
        "sticker",
        "location",
        "contact",
    )
    for kind in (*kinds, "poll", "dice"):
        getattr(she, kind)()
    she.photo("bijschrift")
    she.forward("doorgestuurd")
    she.edit(she.command("/start", "abc"), "/start anders")
    updates = await bot.get_updates()
    for update, kind in zip(updates, (*kinds, "poll", "dice"), strict=False):
        assert update.message is not None
        assert getattr(update.message, kind), kind
    photo, forward, start, edited = updates[-4:]
    assert photo.message is not None
    assert photo.message.caption == "bijschrift"
    assert forward.message is not None
    assert forward.message.forward_origin is not None
    assert start.message is not None
    assert start.message.entities[0].type == "bot_command"
    assert edited.edited_message is not None
    assert edited.edited_message.text == "/start anders"
    voice = updates[0].message and updates[0].message.voice
    assert voice
    assert bytes(await (await bot.get_file(voice.file_id)).download_as_bytearray()).startswith(
        b"made-up content"
    )
    with pytest.raises(BadRequest, match="rong file_id"):
        await bot.get_file("onbekend")


def test_people_have_made_up_names_and_the_same_person_comes_back() -> None:
    """A number is one person each time; names are made up from it, so that no real one is ever needed."""
    api = BotApi()
    assert api.user(HER) is api.user(HER)
    assert api.user(HER).names == ("Testpersoon Een", "Een", "made_up_1001")
    assert api.user(1002).json["last_name"] == "Twee"


async def test_what_she_deletes_herself_tells_the_bot_nothing(api: BotApi, bot: telegram.Bot) -> None:
    """Her clearing the chat is no update; the bot finds out only when its edit meets no message."""
    she = api.user(HER)
    she.say("hallo")
    message = await bot.send_message(HER, "Dag")
    she.clear()
    assert api.chat(HER).visible() == []
    assert len(await bot.get_updates()) == 1
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await bot.edit_message_text("x", HER, message.message_id)


# --- groups


async def test_group_members_press_cards_and_privacy_mode_hides_small_talk(
    api: BotApi, bot: telegram.Bot
) -> None:
    """The bot sees commands, replies to it and presses; to a member alone it cannot write first."""
    worker: Member = api.group(TEAM).member(2001)
    card = await bot.send_message(TEAM, "Nieuw", reply_markup=KEYS)
    worker.say("koffie?")
    worker.command("/wie")
    worker.say("ik neem", reply_to=api.last(TEAM))
    worker.press("Ja", card.message_id)
    updates = await bot.get_updates()
    assert [u.message.text for u in updates if u.message] == ["/wie", "ik neem"]
    query = updates[-1].callback_query
    assert query is not None
    assert (query.from_user.id, query.message and query.message.chat.id) == (2001, TEAM)
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(2001, "Dag")


async def test_a_group_that_became_a_supergroup_says_where_it_went(api: BotApi, bot: telegram.Bot) -> None:
    """Sending to the old id names the new one; both chats get a note of the move, and the new one takes messages."""
    team = api.group(TEAM)
    new_id = team.migrate()
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(TEAM, "Nieuw")
    assert caught.value.new_chat_id == new_id == team.id
    notes = [u.message for u in await bot.get_updates() if u.message]
    assert [(n.migrate_to_chat_id, n.migrate_from_chat_id) for n in notes] == [(new_id, None), (None, TEAM)]
    assert (await bot.send_message(new_id, "Nieuw")).chat.type == "supergroup"


async def test_a_bot_that_was_removed_or_left_may_not_write(api: BotApi, bot: telegram.Bot) -> None:
    """A bot that was kicked and one that left are each told why; as administrator it may delete others' messages."""
    team = api.group(TEAM)
    team.set_bot("kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(TEAM, "x")
    team.set_bot("administrator")
    worker = team.member(2001).say("geheim")
    assert await bot.delete_message(TEAM, worker.id)
    assert await bot.leave_chat(TEAM)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(TEAM, "x")
