"""The line to the Bot API: PTB's Bot over our own request, and what its errors mean for what was sent."""

from __future__ import annotations

import random
from typing import Any

import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.request import AiohttpRequest, NotSent

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
LONGEST_WAIT_RED = 8.0
REFUSED_WAIT = 30.0  # the token is refused: nothing gets through until somebody mends it
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to delete not found",
)
_FOR_GOOD = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "deactivated"),
    ("initiate conversation", "never_wrote"),
    ("chat not found", "chat_not_found"),
    ("kicked", "removed"),
    ("not a member", "removed"),
)


class Line(telegram.Bot):
    """PTB's Bot, with a call that leaves the answer as it came: we need an id of it, and no whole Message."""

    async def call(self, method: str, **parameters: Any) -> Any:
        """Any method of the Bot API. Raises TelegramError; none of them carries the token."""
        return await self._post(method, parameters)

    async def updates(self, seconds: float, **parameters: Any) -> Any:
        """getUpdates, answered within `seconds` or not at all."""
        return await self._post("getUpdates", parameters, read_timeout=seconds)


def open_line(token: str, api: str, request: AiohttpRequest) -> Line:
    """A line that is not yet connected; `api` as in the settings."""
    root = api.rstrip("/")
    return Line(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=request,
        get_updates_request=request,
    )


def not_modified(error: TelegramError) -> bool:
    """It already reads as it should."""
    return isinstance(error, BadRequest) and "not modified" in error.message.lower()


def gone(error: TelegramError) -> bool:
    """The message is no longer there, or no longer ours to change."""
    return isinstance(error, BadRequest) and any(words in error.message.lower() for words in _GONE)


def for_good(error: TelegramError) -> str:
    """Why it will never arrive, as a code; empty where it may still."""
    if not isinstance(error, BadRequest | Forbidden) or isinstance(error, ChatMigrated):
        return ""
    words = error.message.lower()
    for part, code in _FOR_GOOD:
        if part in words:
            return code
    return "forbidden" if isinstance(error, Forbidden) else "refused"


def result_unknown(error: TelegramError) -> bool:
    """It may have been carried out all the same: the answer was lost, or was none."""
    known = RetryAfter | BadRequest | Forbidden | InvalidToken | EndPointNotFound | ChatMigrated | NotSent
    return not isinstance(error, known)


def wait_after(error: TelegramError, attempts: int, *, red: bool) -> float:
    """Seconds until the next try: what Telegram asks for, or growing."""
    if isinstance(error, RetryAfter):
        asked = error.retry_after
        return float(asked if isinstance(asked, int) else asked.total_seconds())
    if isinstance(error, InvalidToken | EndPointNotFound):
        return REFUSED_WAIT
    longest = LONGEST_WAIT_RED if red else LONGEST_WAIT
    return growing(attempts, longest)


def growing(attempts: int, longest: float = LONGEST_WAIT) -> float:
    """0.5, 1, 2, 4 … seconds, a fifth of it by chance so that not all come back at once."""
    wait = min(longest, FIRST_WAIT * 2.0 ** min(attempts, 20))
    return wait * random.uniform(0.9, 1.1)  # noqa: S311 - no secret


def what(error: TelegramError) -> str:
    """A code for the log and the store: never the words of the error, which may quote what was sent."""
    if isinstance(error, RetryAfter):
        return "asked_to_wait"
    if isinstance(error, InvalidToken | EndPointNotFound):
        return "token_refused"
    if isinstance(error, BadRequest | Forbidden):
        return for_good(error) or "moved"
    return "network" if isinstance(error, NetworkError) else "unknown_answer"
