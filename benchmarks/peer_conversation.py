"""The peer of durable_turns: PTB's ConversationHandler with PicklePersistence, both as they are by default."""

from __future__ import annotations

import gc
import json
import time
import warnings
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBUserWarning

TOKEN = "123456:made-up-token-for-benchmarks"
ME = {"id": 123456, "is_bot": True, "first_name": "Made-up bot", "username": "made_up_bot"}
WORDS = "Een vraag van de intake, zoals ze op haar telefoon staat.\n\nJe hoeft geen antwoord te geven."
OPTIONS = ("ja", "nee", "weet ik niet", "sla over")


class Offline(BaseRequest):
    """Answers as Telegram would, without a network: with the message as it now reads."""

    def __init__(self) -> None:
        self._me = json.dumps({"ok": True, "result": ME}).encode()
        said = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": ME, "text": WORDS}
        self._said = json.dumps({"ok": True, "result": said}).encode()

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,  # noqa: ARG002
        *timeouts: Any,  # noqa: ARG002
        **more: Any,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        return 200, self._me if url.endswith("/getMe") else self._said


async def conversations(folder: Path, chats: int, steps: int, *, replying: bool) -> float:
    """Turns a second over so many conversations, one step of each in turn: it takes updates one at a time."""
    file = folder / "peer.pickle"
    file.unlink(missing_ok=True)
    app = (
        Application.builder()
        .token(TOKEN)
        .request(Offline())
        .updater(None)
        .persistence(PicklePersistence(file))
        .build()
    )
    app.add_handler(_conversation(steps, replying=replying))
    async with app:
        await app.start()
        updates = [_press(app, chat, step) for step in range(steps) for chat in range(1, chats + 1)]
        gc.collect()
        begun = time.perf_counter()
        for update in updates:
            await app.process_update(update)
        took = time.perf_counter() - begun
        answered = sum(len(kept) for kept in app.user_data.values())
        await app.stop()
    assert answered == len(updates), f"{answered} of {len(updates)} presses were answers"
    return len(updates) / took


def _conversation(steps: int, *, replying: bool) -> ConversationHandler[Any]:
    handlers = [_step(number, steps, replying=replying) for number in range(steps)]
    with warnings.catch_warnings():
        # It says that presses are not tracked message by message: that is as wanted here.
        warnings.simplefilter("ignore", PTBUserWarning)
        return ConversationHandler(
            entry_points=[handlers[0]],
            states={number: [handler] for number, handler in enumerate(handlers) if number},
            fallbacks=[],
            name="intake",
            persistent=True,
        )


def _step(number: int, steps: int, *, replying: bool) -> CallbackQueryHandler[Any, Any]:
    async def answered(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.callback_query is not None
        assert context.user_data is not None
        context.user_data[number] = update.callback_query.data
        if replying:
            await update.callback_query.edit_message_text(WORDS, reply_markup=_keyboard(number + 1))
        return number + 1 if number + 1 < steps else ConversationHandler.END

    return CallbackQueryHandler(answered, pattern=f"^{number}:")


def _keyboard(number: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(option, callback_data=f"{number}:{option}")] for option in OPTIONS]
    )


def _press(app: Application[Any, Any, Any, Any, Any, Any], chat: int, step: int) -> Update:
    where = {"id": chat, "type": "private", "first_name": "Made-up"}
    press = {
        "id": f"{chat}-{step}",
        "from": {"id": chat, "is_bot": False, "first_name": "Made-up"},
        "chat_instance": "1",
        "data": f"{step}:nee",
        "message": {"message_id": 1, "date": 1, "chat": where, "from": ME, "text": WORDS},
    }
    return Update.de_json({"update_id": chat * 100 + step + 1, "callback_query": press}, app.bot)
