"""The Bot API server for tests behaves as Telegram does, seen through PTB's Bot and through plain HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import telegram
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from tests.botapi import TOKEN, BotApi, Member, Remote, spawn

HER = 1001
TEAM = -500
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Ja", callback_data="a:1")], [InlineKeyboardButton("Nee", callback_data="a:2")]])


@pytest.fixture(autouse=True)
def seconds_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """PTB warns that retry_after becomes a timedelta, and a warning is an error here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[telegram.Bot]:
    request, polling = HTTPXRequest(connection_pool_size=16, read_timeout=2), HTTPXRequest(read_timeout=5)
    async with telegram.Bot(
        api.token, base_url=api.base_url, base_file_url=api.base_file_url, request=request, get_updates_request=polling
    ) as client:
        yield client


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def ask(http: aiohttp.ClientSession, api: BotApi, method: str, **body: Any) -> dict[str, Any]:
    async with http.post(f"{api.base_url}{api.token}/{method}", json=body) as response:
        answer: dict[str, Any] = await response.json()
        assert answer["ok"] == (response.status == 200)
        assert answer.get("error_code", 200) == response.status
        return answer


# --- the address, the token, the bodies


async def test_an_unknown_token_gets_401_and_a_malformed_one_404(api: BotApi, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{api.base_url}999:wrong/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    async with http.get(f"{api.base_url}nonsense/getMe") as response:
        assert await response.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_an_unknown_method_gets_404_and_names_ignore_case(api: BotApi, http: aiohttp.ClientSession) -> None:
    assert (await ask(http, api, "makeTea"))["description"] == "Not Found: method not found"
    assert (await ask(http, api, "GETME"))["result"]["is_bot"] is True


@pytest.mark.parametrize("kind", ["get", "json", "urlencoded", "multipart"])
async def test_parameters_come_by_get_json_form_and_multipart(
    api: BotApi, http: aiohttp.ClientSession, kind: str
) -> None:
    api.user(HER).say("hallo")
    url, fields = f"{api.base_url}{api.token}/sendMessage", {"chat_id": str(HER), "text": "goed"}
    form = aiohttp.FormData(fields, default_to_multipart=True)
    sent = {
        "get": lambda: http.get(url, params=fields),
        "json": lambda: http.post(url, json={**fields, "chat_id": HER}),
        "urlencoded": lambda: http.post(url, data=fields),
        "multipart": lambda: http.post(url, data=form),
    }[kind]
    async with sent() as response:
        assert (await response.json())["result"]["text"] == "goed"


async def test_ptb_is_at_home_here(api: BotApi, bot: telegram.Bot) -> None:
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
        ({"chat_id": HER, "text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ],
)
async def test_a_bad_message_is_refused_in_telegrams_words(
    api: BotApi, http: aiohttp.ClientSession, body: dict[str, Any], words: str
) -> None:
    api.user(HER).say("hallo")
    answer = await ask(http, api, "sendMessage", **body)
    assert answer["error_code"] == 400
    assert answer["description"].startswith(f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"callback_data": "x"}, 'can\'t parse inline keyboard button: Can\'t find field "text"'),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ("x", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ],
)
async def test_callback_data_is_1_to_64_bytes_and_buttons_have_a_shape(
    api: BotApi, http: aiohttp.ClientSession, button: Any, words: str
) -> None:
    api.user(HER).say("hallo")
    sent = {"chat_id": HER, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}}
    assert (await ask(http, api, "sendMessage", **sent))["description"] == f"Bad Request: {words}"


async def test_html_becomes_entities_counted_in_utf16(api: BotApi, bot: telegram.Bot) -> None:
    api.user(HER).say("hallo")
    message = await bot.send_message(HER, "🙂 <b>dik</b> &amp; <tg-spoiler>weg</tg-spoiler>", parse_mode="HTML")
    assert message.text == "🙂 dik & weg"
    assert [(e.type, e.offset, e.length) for e in message.entities] == [("bold", 3, 3), ("spoiler", 9, 3)]


async def test_a_misspelt_parameter_is_swallowed_as_by_telegram_but_noted(
    api: BotApi, http: aiohttp.ClientSession
) -> None:
    api.user(HER).say("hallo")
    answer = await ask(http, api, "sendMessage", chat_id=HER, text="x", protect_contents=True)
    assert answer["ok"]
    assert api.odd == ["sendMessage: unknown parameter protect_contents"]


async def test_a_bot_cannot_begin_a_conversation_nor_write_to_who_blocked_it(api: BotApi, bot: telegram.Bot) -> None:
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


async def test_messages_of_both_sides_go_within_48_hours_and_stay_after(api: BotApi, bot: telegram.Bot) -> None:
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


async def test_delete_messages_takes_1_to_100_ids_and_skips_absent_ones(api: BotApi, bot: telegram.Bot) -> None:
    hers = api.user(HER).say("hallo")
    sent = [(await bot.send_message(HER, f"{n}")).message_id for n in range(3)]
    assert await bot.delete_messages(HER, [hers.id, *sent, 5000])
    assert api.chat(HER).visible() == []
    with pytest.raises(BadRequest, match="essage identifiers are not specified"):
        await bot.delete_messages(HER, [])
    with pytest.raises(BadRequest, match="oo many message identifiers"):
        await bot.delete_messages(HER, list(range(1, 102)))


# --- presses


async def test_a_press_is_answered_once_and_not_too_late(api: BotApi, bot: telegram.Bot) -> None:
    she = api.user(HER)
    she.say("hallo")
    await bot.send_message(HER, "Veilig?", reply_markup=KEYS)
    press = she.press("Ja")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.id, query.data, query.message and query.message.message_id) == (press.id, "a:1", press.message.id)
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


async def test_every_kind_of_content_is_a_message_that_ptb_understands(api: BotApi, bot: telegram.Bot) -> None:
    she = api.user(HER)
    kinds = ("voice", "audio", "photo", "video", "video_note", "animation", "document", "sticker", "location", "contact")
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
    assert bytes(await (await bot.get_file(voice.file_id)).download_as_bytearray()).startswith(b"made-up content")
    with pytest.raises(BadRequest, match="rong file_id"):
        await bot.get_file("onbekend")


def test_people_have_made_up_names_and_the_same_person_comes_back() -> None:
    api = BotApi()
    assert api.user(HER) is api.user(HER)
    assert api.user(HER).names == ("Testpersoon Een", "Een", "made_up_1001")
    assert api.user(1002).json["last_name"] == "Twee"


async def test_what_she_deletes_herself_tells_the_bot_nothing(api: BotApi, bot: telegram.Bot) -> None:
    she = api.user(HER)
    she.say("hallo")
    message = await bot.send_message(HER, "Dag")
    she.clear()
    assert api.chat(HER).visible() == []
    assert len(await bot.get_updates()) == 1
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await bot.edit_message_text("x", HER, message.message_id)


# --- groups


async def test_group_members_press_cards_and_privacy_mode_hides_small_talk(api: BotApi, bot: telegram.Bot) -> None:
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
    team = api.group(TEAM)
    new_id = team.migrate()
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(TEAM, "Nieuw")
    assert caught.value.new_chat_id == new_id == team.id
    notes = [u.message for u in await bot.get_updates() if u.message]
    assert [(n.migrate_to_chat_id, n.migrate_from_chat_id) for n in notes] == [(new_id, None), (None, TEAM)]
    assert (await bot.send_message(new_id, "Nieuw")).chat.type == "supergroup"


async def test_a_bot_that_was_removed_or_left_may_not_write(api: BotApi, bot: telegram.Bot) -> None:
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


# --- updates by polling


async def test_an_offset_confirms_and_a_negative_one_keeps_the_last(api: BotApi, bot: telegram.Bot) -> None:
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
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    assert not poll.done()
    api.user(HER).say("hallo")
    assert len(await asyncio.wait_for(poll, 1)) == 1
    begun = time.monotonic()
    assert await bot.get_updates(offset=api.updates.next_id, timeout=1) == ()
    assert 0.9 < time.monotonic() - begun < 2


async def test_a_second_poll_ends_the_first_with_a_conflict(api: BotApi, bot: telegram.Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    async with telegram.Bot(api.token, base_url=api.base_url) as other:
        second = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        api.user(HER).say("hallo")
        assert len(await second) == 1
    assert api.updates.conflicts == 1


async def test_only_the_kinds_asked_for_are_made_and_the_list_is_remembered(api: BotApi, bot: telegram.Bot) -> None:
    she = api.user(HER)
    await bot.get_updates(allowed_updates=["callback_query"])
    she.say("hallo")
    assert await bot.get_updates() == ()
    await bot.send_message(HER, "Dag", reply_markup=KEYS)
    she.press(0)
    assert [u.callback_query is not None for u in await bot.get_updates()] == [True]
    assert (await bot.get_webhook_info()).allowed_updates == ("callback_query",)


async def test_messages_wait_24_hours_and_presses_150_seconds(api: BotApi, bot: telegram.Bot) -> None:
    she = api.user(HER)
    she.say("hallo")
    await bot.send_message(HER, "Dag", reply_markup=KEYS)
    she.press(0)
    api.push_clock(seconds=200)
    assert len(await bot.get_updates()) == 1
    api.push_clock(hours=24)
    assert await bot.get_updates() == ()
    assert api.updates.dropped == 2


async def test_updates_come_twice_shuffled_and_with_ids_that_restart_lower(api: BotApi, bot: telegram.Bot) -> None:
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


class Hook:
    """A webhook that answers what a test wants and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: set[str | None] = set()
        self.answers: list[web.Response] = []
        self.url = ""

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.got.append(await request.json())
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    taken = Hook()
    runner = web.ServerRunner(web.Server(taken.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taken.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield taken
    await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret_and_polling_is_a_conflict(
    api: BotApi, bot: telegram.Bot, hook: Hook
) -> None:
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
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    assert api.drops_asked == 1


async def test_a_refused_update_comes_again_before_the_next_of_that_chat_while_others_go_on(
    api: BotApi, bot: telegram.Bot, hook: Hook
) -> None:
    hook.answers = [web.Response(status=503), web.Response(status=500)]
    await bot.set_webhook(hook.url)
    she = api.user(HER)
    she.say("een")
    she.say("twee")
    await api.eventually(lambda: len(hook.got) == 4)
    assert [u["message"]["text"] for u in hook.got] == ["een", "een", "een", "twee"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert info.pending_update_count == 0


async def test_a_dead_webhook_leaves_updates_pending(api: BotApi, bot: telegram.Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    api.user(HER).say("hallo")
    await api.eventually(lambda: api.webhook.tries > 1)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (1, "Connection refused")


async def test_a_method_in_the_answer_of_a_webhook_is_carried_out(api: BotApi, bot: telegram.Bot, hook: Hook) -> None:
    order = json.dumps({"method": "sendMessage", "chat_id": HER, "text": "Dag"})
    hook.answers = [web.Response(text=order, content_type="application/json")]
    await bot.set_webhook(hook.url)
    api.user(HER).say("hallo")
    await api.eventually(lambda: api.last(HER).text == "Dag")


# --- faults


async def test_429_and_5xx_strike_as_often_as_they_are_told(api: BotApi, bot: telegram.Bot) -> None:
    api.user(HER).say("hallo")
    fault = api.fault("sendMessage", status=429, retry_after=3, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(HER, "Dag")
        assert "etry in 3" in str(caught.value) or "3" in str(caught.value)
    api.fault("sendMessage", status=500, times=1, chat=HER)
    api.fault("sendMessage", status=502, html=True, times=1)
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(HER, "Dag")
    assert (await bot.send_message(HER, "Dag")).text == "Dag"
    assert (fault.hits, api.chat(HER).texts()) == (2, ["hallo", "Dag"])
    assert [c.status for c in api.calls("sendMessage")] == [429, 429, 500, 502, 200]


async def test_a_fault_by_chance_repeats_itself_with_its_seed(api: BotApi, http: aiohttp.ClientSession) -> None:
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
    api.user(HER).say("hallo")
    api.fault("sendMessage", times=1, **settings)
    async with telegram.Bot(api.token, base_url=api.base_url, request=HTTPXRequest(read_timeout=0.3)) as bot:
        with pytest.raises((NetworkError, TimedOut, telegram.error.TelegramError)):
            await bot.send_message(HER, "Dag")
        assert api.chat(HER).texts() == (["hallo", "Dag"] if happened else ["hallo"])
        await bot.send_message(HER, "opnieuw")
    assert api.last(HER).text == "opnieuw"


async def test_a_slow_answer_comes_in_the_end(api: BotApi, bot: telegram.Bot) -> None:
    api.fault("getMe", slow=0.2, times=1)
    begun = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - begun >= 0.2


async def test_a_poll_can_fail_too_and_loses_nothing(api: BotApi, bot: telegram.Bot) -> None:
    api.user(HER).say("hallo")
    api.fault("getUpdates", drop="after", times=1)
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


# --- pace


async def test_telegrams_pace_is_kept_when_asked_and_violations_are_counted(api: BotApi, bot: telegram.Bot) -> None:
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
    api.pace.on = True
    for n in range(40):
        api.user(HER + n).say("hallo")
    answers = [await ask(http, api, "sendMessage", chat_id=HER + n, text="x") for n in range(40)]
    assert 30 <= sum(a["ok"] for a in answers) < 40
    assert answers[-1]["parameters"] == {"retry_after": 1}


# --- the ways to run it


def test_it_runs_in_a_thread_for_tests_that_are_not_asynchronous() -> None:
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
    async def go() -> None:
        async with aiohttp.ClientSession() as http:
            said = await http.post(f"{elsewhere.root}/control/say", data={"user": "1003", "text": "/start"})
            assert (await said.json())["who"] == "Testpersoon"
            seen = await http.get(f"{elsewhere.root}/control/chat/1003")
            assert [m["text"] for m in await seen.json()] == ["/start"]

    asyncio.run(go())


async def test_a_flood_measures_replies(api: BotApi, bot: telegram.Bot) -> None:
    async def echo() -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=1):
                offset = update.update_id + 1
                assert update.effective_chat is not None
                await bot.send_message(update.effective_chat.id, "Dag")

    task = asyncio.create_task(echo())
    async with aiohttp.ClientSession() as http, http.post(
        f"{api.root}/control/flood", json={"chats": 3, "seconds": 0.3}
    ) as response:
        result = await response.json()
    task.cancel()
    assert result["replies"] > 3
    assert result["p99_ms"] > 0
