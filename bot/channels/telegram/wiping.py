"""Deletes messages on her phone: a hundred at a time, and one by one where Telegram refuses the lot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

from telegram.error import BadRequest, EndPointNotFound, InvalidToken

from bot.channels.telegram.line import Line, gone

BATCH = 100  # ids in one request
AT_ONCE = 10  # requests in flight when it goes one by one
BLANK = "☀"


class Wiper:
    def __init__(self, bot: Line) -> None:
        self.bot = bot

    async def wipe(self, chat: int, ids: Sequence[int]) -> list[int]:
        """Those that cannot be deleted any more. Raises TelegramError for what passes; all is repeated."""
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        left = await asyncio.gather(*(self._batch(chat, batch) for batch in batches))
        return [one for some in left for one in some]

    async def _batch(self, chat: int, ids: Sequence[int]) -> list[int]:
        try:
            await self.bot.call("deleteMessages", chat_id=chat, message_ids=list(ids))
        except BadRequest as error:
            if gone(error):
                return []
            return await self._singly(chat, ids)
        except (EndPointNotFound, InvalidToken):
            # A server that does not know this method answers 404; one that refuses the token refuses the next too.
            return await self._singly(chat, ids)
        return []

    async def _singly(self, chat: int, ids: Iterable[int]) -> list[int]:
        """One that is too old keeps a whole batch from going."""
        few = asyncio.Semaphore(AT_ONCE)

        async def one(message_id: int) -> list[int]:
            async with few:
                try:
                    await self.bot.call("deleteMessage", chat_id=chat, message_id=message_id)
                except BadRequest as error:
                    if gone(error):
                        return []
                    await self._blank(chat, message_id)
                    return [message_id]
            return []

        left = await asyncio.gather(*(one(message_id) for message_id in ids))
        return [message_id for some in left for message_id in some]

    async def _blank(self, chat: int, message_id: int) -> None:
        """After two days a message of ours cannot be deleted, but it can still be made to say nothing."""
        with suppress(BadRequest):  # hers can neither go nor change
            await self.bot.call("editMessageText", chat_id=chat, message_id=message_id, text=BLANK)
