"""Each press is answered, so that the waiting circle leaves her button; beside everything else."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from telegram.error import TelegramError

from bot.channels.telegram.line import Line


class Answers:
    """Gives answers to presses. Nothing waits for them."""

    def __init__(self, bot: Line) -> None:
        self.bot = bot
        self._giving: set[asyncio.Task[None]] = set()

    def give(self, press: str) -> None:
        """A request of its own: an answer riding back on a webhook's 200 is not read by every Bot API server."""
        task = asyncio.create_task(answer(self.bot, press))
        self._giving.add(task)
        task.add_done_callback(self._giving.discard)


async def answer(bot: Line, press: str, said: str = "") -> None:
    """A press is answered once; too late is no harm. `said` is shown in a window over the chat."""
    with contextlib.suppress(TelegramError):
        more: dict[str, Any] = {"text": said, "show_alert": True} if said else {}
        await bot.call("answerCallbackQuery", callback_query_id=press, **more)
