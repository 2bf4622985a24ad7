"""Sending, editing, deleting and answering behave as Telegram's, seen through PTB's Bot and plain HTTP."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
import telegram
from telegram import LinkPreviewOptions
from telegram.error import BadRequest, Forbidden

from tests.botapi import TOKEN, BotApi
from tests.botapi.samples import HER, KEYS, ask

# --- the address, the token, the bodies


async def test_an_unknown_token_gets_401_and_a_malformed_one_404(
    api: BotApi, http: aiohttp.ClientSession
) -> None:
    """A token that looks like one is unauthorized; an address that holds none at all is not found."""
    async with http.get(f"{api.base_url}999:wrong/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    async with http.get(f"{api.base_url}nonsense/getMe") as response:
        assert await response.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_an_unknown_method_gets_404_and_names_ignore_case(
    api: BotApi, http: aiohttp.ClientSession
) -> None:
    """A misspelt method fails loudly, and GETME is getMe, as at Telegram."""
    assert (await ask(http, api, "makeTea"))["description"] == "Not Found: method not found"
    assert (await ask(http, api, "GETME"))["result"]["is_bot"] is True


@pytest.mark.parametrize("kind", ["get", "json", "urlencoded", "multipart"])
async def test_parameters_come_by_get_json_form_and_multipart(
    api: BotApi, http: aiohttp.ClientSession, kind: str
) -> None:
    """A message sent in any of the four ways that the Bot API accepts lands the same."""
    api.user(HER).say("hallo")
    url, fields = f"{api.base_url}{api.token}/sendMessage", {"chat_id": str(HER), "text": "goed"}
    form = aiohttp.FormData(fields, default_to_multipart=True)
    sent = {
        "get": {"params": fields},
        "json": {"json": {**fields, "chat_id": HER}},
        "urlencoded": {"data": fields},
    }
    way: Any = sent.get(kind, {"data": form})
    async with http.request("GET" if kind == "get" else "POST", url, **way) as response:
        assert (await response.json())["result"]["text"] == "goed"


async def test_ptb_is_at_home_here(api: BotApi, bot: telegram.Bot) -> None:
    """Profile, commands, chat and typing go through python-telegram-bot unchanged, and nothing is noted as odd."""
    me = await bot.get_me()
    assert (me.is_bot, me.id) == (True, int(TOKEN.partition(":")[0]))
    assert await bot.set_my_commands([("start", "Beginnen")], language_code="nl")
    assert [c.command for c in await bot.get_my_commands(language_code="nl")] == ["start"]
    assert await bot.delete_my_commands(language_code="nl")
    assert await bot.get_my_commands(language_code="nl") == ()
    for write, read in (
        (bot.set_my_name, bot.get_my_name),
        (bot.set_my_description, bot.get_my_description),
        (bot.set_my_short_description, bot.get_my_short_description),
    ):
        assert await write("Het weer")
        assert "Het weer" in str(await read())
    api.user(HER).say("hallo")
    assert (await bot.get_chat(HER)).type == "private"
    assert await bot.send_chat_action(HER, "typing")
    assert api.chat(HER).actions == ["typing"]
    assert api.odd == []


# --- sending


async def test_a_sent_message_comes_back_whole_and_stays_on_the_phone_with_its_flags(
    api: BotApi, bot: telegram.Bot
) -> None:
    """The bot gets back what it sent with the next number; silent, protected and no preview can be seen after."""
    hers = api.user(HER).say("hallo")
    message = await bot.send_message(
        HER, "Dag", disable_notification=True, protect_content=True, reply_markup=KEYS,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )  # fmt: skip
    assert (message.text, message.chat.id, message.reply_markup) == ("Dag", HER, KEYS)
    assert message.message_id == hers.id + 1
    assert message.has_protected_content
    assert message.from_user is not None
    assert message.from_user.is_bot
    kept = api.last(HER)
    assert (kept.silent, kept.protected, kept.preview, kept.buttons) == (True, True, False, ["Ja", "Nee"])
    assert api.chat(HER).texts() == ["hallo", "Dag"]
    assert api.calls("sendMessage")[0].status == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": 77, "text": "x"}, "chat not found"),
        ({"chat_id": "niemand", "text": "x"}, "chat not found"),
        ({"chat_id": HER}, "message text is empty"),
        ({"chat_id": HER, "text": " \n"}, "message text is empty"),
        ({"chat_id": HER, "text": "x" * 4097}, "message is too long"),
        ({"chat_id": HER, "text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ({"chat_id": HER, "text": "x", "parse_mode": "Wrong"}, "unsupported parse_mode"),
        ({"chat_id": HER, "text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"chat_id": HER, "text": "x", "reply_markup": []}, "object expected as reply markup"),
        (
            {"chat_id": HER, "text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
    ],
)
async def test_a_bad_message_is_refused_in_telegrams_words(
    api: BotApi, http: aiohttp.ClientSession, body: dict[str, Any], words: str
) -> None:
    """Each mistake in a message is a 400 with Telegram's own description, which the bot tells apart."""
    api.user(HER).say("hallo")
    answer = await ask(http, api, "sendMessage", **body)
    assert answer["error_code"] == 400
    assert answer["description"].startswith(f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        (
            {"text": "x"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ("x", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ],
)
async def test_callback_data_is_1_to_64_bytes_and_buttons_have_a_shape(
    api: BotApi, http: aiohttp.ClientSession, button: Any, words: str
) -> None:
    """Bytes are counted, not letters: 33 é are too many; a button without text or deed is refused too."""
    api.user(HER).say("hallo")
    answer = await ask(http, api, "sendMessage", **with_button(button))
    assert answer["description"] == f"Bad Request: {words}"


@pytest.mark.parametrize("data", ["x", "x" * 64, "é" * 32])
async def test_callback_data_of_1_and_of_64_bytes_is_accepted(
    api: BotApi, http: aiohttp.ClientSession, data: str
) -> None:
    """The shortest and the longest, in letters of one byte and of two, stand under the message as they were sent."""
    api.user(HER).say("hallo")
    assert (await ask(http, api, "sendMessage", **with_button({"text": "Ja", "callback_data": data})))["ok"]
    assert api.last(HER).data == {"Ja": data}


def with_button(button: Any) -> dict[str, Any]:
    return {"chat_id": HER, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}}


async def test_html_becomes_entities_counted_in_utf16(api: BotApi, bot: telegram.Bot) -> None:
    """An emoji counts as two, as Telegram counts: bold after it begins at 3; tags are gone from the text."""
    api.user(HER).say("hallo")
    message = await bot.send_message(
        HER, "🙂 <b>dik</b> &amp; <tg-spoiler>weg</tg-spoiler>", parse_mode="HTML"
    )
    assert message.text == "🙂 dik & weg"
    assert [(e.type, e.offset, e.length) for e in message.entities] == [("bold", 3, 3), ("spoiler", 9, 3)]


async def test_a_misspelt_parameter_is_swallowed_as_by_telegram_but_noted(
    api: BotApi, http: aiohttp.ClientSession
) -> None:
    """The message is sent without it, and `odd` says so: a flag that protects her must not vanish unseen."""
    api.user(HER).say("hallo")
    answer = await ask(http, api, "sendMessage", chat_id=HER, text="x", protect_contents=True)
    assert answer["ok"]
    assert api.odd == ["sendMessage: unknown parameter protect_contents"]


async def test_a_bot_cannot_begin_a_conversation_nor_write_to_who_blocked_it(
    api: BotApi, bot: telegram.Bot
) -> None:
    """Both are a 403; once she unblocks it may write again, and it hears of both changes."""
    she = api.user(HER)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(HER, "Dag")
    she.say("hallo")
    await bot.send_message(HER, "Dag")
    she.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(HER, "Dag")
    she.unblock()
    await bot.send_message(HER, "Dag")
    changes = [u.my_chat_member for u in await bot.get_updates() if u.my_chat_member]
    assert [c.new_chat_member.status for c in changes] == ["kicked", "member"]


# --- editing and deleting


async def test_an_edit_replaces_text_and_keyboard_and_keeps_the_earlier_version(
    api: BotApi, bot: telegram.Bot
) -> None:
    """An edit without a keyboard takes it away; one of the keyboard alone brings it back."""
    api.user(HER).say("hallo")
    message = await bot.send_message(HER, "Eerst", reply_markup=KEYS)
    edited = await bot.edit_message_text("Nu", HER, message.message_id)
    assert isinstance(edited, telegram.Message)
    assert (edited.text, edited.reply_markup) == ("Nu", None)
    assert edited.edit_date is not None
    kept = api.last(HER)
    assert [(v.text, len(v.keyboard)) for v in kept.versions] == [("Eerst", 2)]
    await bot.edit_message_reply_markup(HER, message.message_id, reply_markup=KEYS)
    assert kept.buttons == ["Ja", "Nee"]


async def test_an_edit_is_refused_when_nothing_changes_or_nothing_is_there(
    api: BotApi, bot: telegram.Bot, http: aiohttp.ClientSession
) -> None:
    """The same again, a message that is absent, one of hers, and no message at all: a 400 each, in its own words."""
    hers = api.user(HER).say("hallo")
    message = await bot.send_message(HER, "Dag", reply_markup=KEYS)
    same = "message is not modified: specified new message content and reply markup are exactly the same"
    with pytest.raises(BadRequest, match=f"Message is not modified|{same}"):
        await bot.edit_message_text("Dag", HER, message.message_id, reply_markup=KEYS)
    with pytest.raises(BadRequest, match="essage is not modified"):
        await bot.edit_message_reply_markup(HER, message.message_id, reply_markup=KEYS)
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await bot.edit_message_text("Dag", HER, 999)
    with pytest.raises(BadRequest, match="essage can't be edited"):
        await bot.edit_message_text("Dag", HER, hers.id)
    answer = await ask(http, api, "editMessageText", text="x")
    assert answer["description"] == "Bad Request: message identifier is not specified"


async def test_messages_of_both_sides_go_within_48_hours_and_stay_after(
    api: BotApi, bot: telegram.Bot
) -> None:
    """Hers is gone for everyone, though the server keeps it; 48 hours on, the bot cannot delete even its own."""
    hers = api.user(HER).say("hallo")
    message = await bot.send_message(HER, "Dag")
    assert await bot.delete_message(HER, hers.id)
    with pytest.raises(BadRequest, match="essage to delete not found"):
        await bot.delete_message(HER, hers.id)
    assert api.chat(HER).texts() == ["Dag"]
    assert len(api.chat(HER).history) == 2
    api.push_clock(hours=48.1)
    with pytest.raises(BadRequest, match="essage can't be deleted"):
        await bot.delete_message(HER, message.message_id)


async def test_delete_messages_takes_1_to_100_ids_and_skips_absent_ones(
    api: BotApi, bot: telegram.Bot
) -> None:
    """One call deletes both sides and passes over ids that are not there, 100 in all; none or 101 delete nothing."""
    hers = api.user(HER).say("hallo")
    sent = [(await bot.send_message(HER, f"{n}")).message_id for n in range(3)]
    absent = list(range(5000, 5096))
    with pytest.raises(BadRequest, match="essage identifiers are not specified"):
        await bot.delete_messages(HER, [])
    with pytest.raises(BadRequest, match="oo many message identifiers"):
        await bot.delete_messages(HER, [hers.id, *sent, *absent, 6000])
    assert api.chat(HER).texts() == ["hallo", "0", "1", "2"]
    assert await bot.delete_messages(HER, [hers.id, *sent, *absent])
    assert api.chat(HER).visible() == []
    last = await bot.send_message(HER, "nog een")
    assert await bot.delete_messages(HER, [last.message_id])
    assert api.chat(HER).visible() == []
