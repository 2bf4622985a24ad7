"""Keeps the token out of every log: a bot's token is in each address it asks, and who has it is the bot."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
INSTEAD = "<token>"
# They write addresses, parameters or answers; at WARNING they write none of them.
TALKATIVE = ("telegram", "telegram.Bot", "telegram.request", "httpx", "httpcore", "aiohttp", "uvicorn.access")


def hush(text: str) -> str:
    return TOKEN.sub(INSTEAD, text)


class HushFilter(logging.Filter):
    """Takes tokens out of a record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        if TOKEN.search(words):
            record.msg, record.args = hush(words), ()
        if record.exc_info and record.exc_info[1] is not None and record.exc_text is None:
            record.exc_text = hush(logging.Formatter().formatException(record.exc_info))
        return True


_FILTER = HushFilter()


def be_silent() -> None:
    """For the loggers of what reaches Telegram, and for every handler there is now. Can be called again."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.WARNING, logger.level))
    for handler in (*logging.getLogger().handlers, *logging.getLogger("uvicorn").handlers):
        if _FILTER not in handler.filters:
            handler.addFilter(_FILTER)
