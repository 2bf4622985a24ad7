"""The methods of the Bot API, each a function of the server's state and the parameters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .chats import Chat, Message
from .errors import NOT_MODIFIED, QUERY_TOO_OLD, bad
from .keyboards import Keyboard, read_markup
from .params import Params
from .texts import read_text

if TYPE_CHECKING:
    from .server import BotApi

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note", "cancel", "record_audio",
    "upload_audio", "pick_up_location",
})  # fmt: skip


def _chat(api: BotApi, params: Params) -> Chat:
    """The chat that chat_id names."""
    given = params.raw.get("chat_id")
    if given is None or given == "":
        raise bad("chat_id is empty")
    try:
        chat = api.chats.get(int(given))
    except (TypeError, ValueError):
        chat = None
    if chat is None:
        raise bad("chat not found")
    return chat


def _own(api: BotApi, params: Params) -> tuple[Chat, Message]:
    """The message of the bot that an edit names."""
    message_id = params.integer("message_id", 0)
    if not params.has("chat_id") and not message_id:
        raise bad("message identifier is not specified")
    chat = _chat(api, params)
    chat.check_write()
    message = chat.message(message_id, "message to edit")
    if not message.by_bot:
        raise bad("message can't be edited")
    return chat, message


def _preview(params: Params) -> bool:
    options = params.json("link_preview_options", "can't parse link preview options JSON object")
    if options is None:
        return not params.flag("disable_web_page_preview")
    if not isinstance(options, dict):
        raise bad("object expected as link preview options")
    disabled = options.get("is_disabled", False)
    if not isinstance(disabled, bool):
        raise bad('field "is_disabled" must be of type Boolean')
    return not disabled


def _reply_to(chat: Chat, params: Params) -> Message | None:
    reply = params.json("reply_parameters", "can't parse reply parameters JSON object")
    if reply is None:
        return None
    if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
        raise bad("object expected as reply parameters")
    message = chat.messages.get(reply["message_id"])
    if message is not None and message.deleted is None:
        return message
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def get_me(api: BotApi, params: Params) -> Any:
    """Who the bot is."""
    return {
        **api.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not api.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def send_message(api: BotApi, params: Params) -> Any:
    """A new message of the bot."""
    text, entities = read_text(params, "message is too long")
    keyboard = read_markup(params)
    chat = _chat(api, params)
    chat.check_write()
    message = Message(
        id=api.new_message_id(chat),
        chat=chat,
        date=api.now(),
        sender=api.bot,
        by_bot=True,
        text=text,
        entities=entities,
        keyboard=keyboard,
        silent=params.flag("disable_notification"),
        protected=params.flag("protect_content"),
        preview=_preview(params),
        reply_to=_reply_to(chat, params),
    )
    chat.messages[message.id] = message
    if api.on_sent is not None:
        api.on_sent(chat.id)
    return message.json()


def send_voice(api: BotApi, params: Params) -> Any:
    """A voice message of the bot, sent along as a file: of it only the name reaches us."""
    if not params.has("voice"):
        raise bad("there is no voice in the request")
    chat = _chat(api, params)
    chat.check_write()
    message = Message(
        id=api.new_message_id(chat),
        chat=chat,
        date=api.now(),
        sender=api.bot,
        by_bot=True,
        silent=params.flag("disable_notification"),
        protected=params.flag("protect_content"),
        content={"voice": {"file_id": "v", "file_unique_id": "uv", "duration": 3, "mime_type": "audio/ogg"}},
    )
    chat.messages[message.id] = message
    if api.on_sent is not None:
        api.on_sent(chat.id)
    return message.json()


def _edit(
    api: BotApi, message: Message, text: str, entities: list[dict[str, Any]], keyboard: Keyboard
) -> Any:
    if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise bad(NOT_MODIFIED)
    message.change(api.now(), text, entities, keyboard)
    return message.json()


def edit_message_text(api: BotApi, params: Params) -> Any:
    """Another text; the keyboard goes unless it is given again."""
    text, entities = read_text(params, "MESSAGE_TOO_LONG")
    keyboard = read_markup(params, inline_only=True)
    chat, message = _own(api, params)
    message.preview = _preview(params)
    edited = _edit(api, message, text, entities, keyboard)
    if api.on_sent is not None:
        api.on_sent(chat.id)
    return edited


def edit_message_reply_markup(api: BotApi, params: Params) -> Any:
    """Another keyboard, or none."""
    keyboard = read_markup(params, inline_only=True)
    _, message = _own(api, params)
    return _edit(api, message, message.text, message.entities, keyboard)


def delete_message(api: BotApi, params: Params) -> Any:
    """One message, younger than 48 hours; in a private chat also hers."""
    if not params.has("chat_id"):
        raise bad("chat identifier is not specified")
    message_id = params.integer("message_id", 0)
    if not message_id:
        raise bad("message identifier is not specified")
    chat = _chat(api, params)
    chat.check_access()
    message = chat.message(message_id, "message to delete")
    chat.check_delete(message, api.now())
    message.deleted, message.deleted_by = api.now(), "bot"
    return True


def delete_messages(api: BotApi, params: Params) -> Any:
    """1 to 100 messages; absent ones are skipped, and one that may not go keeps them all."""
    ids = params.array("message_ids", "can't parse message identifiers JSON object")
    if not ids:
        raise bad("message identifiers are not specified")
    if len(ids) > 100:
        raise bad("too many message identifiers specified")
    if not all(isinstance(one, int) and one > 0 for one in ids):
        raise bad("invalid message identifier specified")
    chat = _chat(api, params)
    chat.check_access()
    there = [m for m in map(chat.messages.get, ids) if m is not None and m.deleted is None]
    for message in there:
        chat.check_delete(message, api.now())
    for message in there:
        message.deleted, message.deleted_by = api.now(), "bot"
    return True


def answer_callback_query(api: BotApi, params: Params) -> Any:
    """Takes the waiting circle off a pressed button, once."""
    press = api.presses.get(params.text("callback_query_id"))
    text = params.text("text")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if press is None or press.answered or api.now() - press.at > api.callback_seconds:
        raise bad(QUERY_TOO_OLD)
    press.answered, press.answer, press.alert = True, text, params.flag("show_alert")
    return True


def set_webhook(api: BotApi, params: Params) -> Any:
    """Updates go to an address; the remark is the answer's description."""
    if params.flag("drop_pending_updates"):
        api.drops_asked += 1
    api.remark = api.webhook.set(params)
    return True


def delete_webhook(api: BotApi, params: Params) -> Any:
    """Updates are polled again."""
    params.raw.pop("url", None)
    return set_webhook(api, params)


def get_webhook_info(api: BotApi, params: Params) -> Any:
    """Address, how many wait, the last error."""
    return api.webhook.info()


def get_chat(api: BotApi, params: Params) -> Any:
    """The chat with the fields that PTB needs."""
    chat = _chat(api, params)
    chat.check_access()
    limits = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    return {**chat.json, **limits}


def send_chat_action(api: BotApi, params: Params) -> Any:
    """Shows that the bot is writing."""
    chat = _chat(api, params)
    chat.check_write()
    action = params.text("action").lower()
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(action)
    return True


def leave_chat(api: BotApi, params: Params) -> Any:
    """The bot leaves a group."""
    chat = _chat(api, params)
    if chat.id > 0:
        raise bad("chat member status can't be changed in private chats")
    chat.check_access()
    chat.bot_status = "left"
    return True


def get_file(api: BotApi, params: Params) -> Any:
    """Where the content of a file that someone sent can be fetched."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad("file_id not specified")
    content = api.files.get(file_id)
    if content is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_size": len(content),
        "file_path": f"made_up/{file_id}",
    }


Method = Callable[["BotApi", Params], Any]
_SEND = (
    "chat_id text parse_mode entities disable_notification protect_content reply_markup link_preview_options"
)
_VOICE = "chat_id voice caption duration disable_notification protect_content reply_markup"
_MORE = "reply_parameters message_thread_id business_connection_id message_effect_id allow_paid_broadcast"
_OLD = "disable_web_page_preview direct_messages_topic_id suggested_post_parameters"
_EDIT = "chat_id message_id inline_message_id business_connection_id reply_markup"
_HOOK = "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token"

#: Name in Telegram's spelling, function, the parameters that Telegram knows.
TABLE: dict[str, tuple[str, Method, frozenset[str]]] = {
    name.lower(): (name, function, frozenset(known.split()))
    for name, function, known in (
        ("getMe", get_me, ""),
        ("sendMessage", send_message, f"{_SEND} {_MORE} {_OLD}"),
        ("sendVoice", send_voice, f"{_VOICE} {_MORE}"),
        (
            "editMessageText",
            edit_message_text,
            f"{_EDIT} text parse_mode entities link_preview_options {_OLD}",
        ),
        ("editMessageReplyMarkup", edit_message_reply_markup, _EDIT),
        ("deleteMessage", delete_message, "chat_id message_id"),
        ("deleteMessages", delete_messages, "chat_id message_ids"),
        ("answerCallbackQuery", answer_callback_query, "callback_query_id text show_alert url cache_time"),
        ("setWebhook", set_webhook, _HOOK),
        ("deleteWebhook", delete_webhook, "drop_pending_updates"),
        ("getWebhookInfo", get_webhook_info, ""),
        ("getChat", get_chat, "chat_id"),
        ("sendChatAction", send_chat_action, "chat_id action message_thread_id business_connection_id"),
        ("leaveChat", leave_chat, "chat_id"),
        ("getFile", get_file, "file_id"),
        ("setMyCommands", lambda api, p: api.profile.set_commands(p), "commands scope language_code"),
        ("deleteMyCommands", lambda api, p: api.profile.delete_commands(p), "scope language_code"),
        ("getMyCommands", lambda api, p: api.profile.get_commands(p), "scope language_code"),
        ("setMyName", lambda api, p: api.profile.set_text("name", p), "name language_code"),
        ("getMyName", lambda api, p: api.profile.get_text("name", p), "language_code"),
        (
            "setMyDescription",
            lambda api, p: api.profile.set_text("description", p),
            "description language_code",
        ),
        ("getMyDescription", lambda api, p: api.profile.get_text("description", p), "language_code"),
        (
            "setMyShortDescription",
            lambda api, p: api.profile.set_text("short_description", p),
            "short_description language_code",
        ),
        (
            "getMyShortDescription",
            lambda api, p: api.profile.get_text("short_description", p),
            "language_code",
        ),
    )
}
POLL = "getupdates"
POLL_KNOWS = frozenset({"offset", "limit", "timeout", "allowed_updates"})
#: The methods that Telegram's pace counts.
PACED = frozenset({"sendmessage", "sendvoice", "editmessagetext", "editmessagereplymarkup"})


def dumps(value: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
