"""Long polling. Only what is committed is confirmed; no offset is kept, since numbers may begin anew."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

import msgspec
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram import line
from bot.channels.telegram.answers import Answers
from bot.channels.telegram.line import Line
from bot.channels.telegram.taking import Outcome, Taking
from bot.channels.telegram.updates import ALLOWED

SECONDS = 25  # how long Telegram holds a poll open when nothing happens
BATCH = 100
AWAY_WAIT = 2.0  # between two tries while the store is away
_encode = msgspec.json.Encoder().encode
_log = logging.getLogger(__name__)


class Poll:
    """Asks for updates, batch after batch; the chats of a batch side by side, each in its own order."""

    def __init__(self, bot: Line, taking: Taking) -> None:
        self.bot = bot
        self.taking = taking
        self.answers = Answers(bot)
        self._failed = 0
        self._said = ""

    async def run(self) -> None:
        """Until it is cancelled; a batch that has begun is ended first."""
        offset: int | None = None
        await self._no_webhook()
        while True:
            batch = await self._ask(offset)
            if batch is None:
                continue
            if not batch:
                offset = None  # all is confirmed; a number from before would hide numbers that begin anew
                continue
            taking = asyncio.ensure_future(self._take_all(batch))
            try:
                await asyncio.shield(taking)
            except asyncio.CancelledError:
                await self._end(taking)
                raise
            offset = int(batch[-1]["update_id"]) + 1

    async def _end(self, taking: asyncio.Future[None]) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(taking, 5.0)

    async def _no_webhook(self) -> None:
        """A webhook that is still set would keep every update from us. What waits is kept."""
        while True:
            try:
                await self.bot.call("deleteWebhook", drop_pending_updates=False)
                break
            except (EndPointNotFound, InvalidToken):
                break  # a server without webhooks; a refused token is said when updates are asked for
            except TelegramError as error:
                await self._wait(error)

    async def _ask(self, offset: int | None) -> list[dict[str, Any]] | None:
        asked: dict[str, Any] = {"timeout": SECONDS, "limit": BATCH, "allowed_updates": list(ALLOWED)}
        if offset is not None:
            asked["offset"] = offset
        try:
            batch: list[dict[str, Any]] = await self.bot.updates(SECONDS + 10.0, **asked)
        except TelegramError as error:
            await self._wait(error)
            return None
        if self._failed:
            _log.warning("Telegram answers again")
            self._failed, self._said = 0, ""
        return batch

    async def _wait(self, error: TelegramError) -> None:
        """One clear line for each kind of trouble, then again, later each time."""
        said = _line(error)
        if said != self._said:
            _log.error(said)
            self._said = said
        if isinstance(error, RetryAfter | InvalidToken):
            wait = line.wait_after(error, self._failed, red=False)
        else:
            wait = line.growing(self._failed)
        self._failed += 1
        await asyncio.sleep(wait)

    # --- one batch ------------------------------------------------------------------------------------------

    async def _take_all(self, batch: list[dict[str, Any]]) -> None:
        """Ends when every update of the batch is committed or parked: only then is it confirmed."""
        chats: dict[int, list[bytes]] = {}
        for update in batch:
            raw = _encode(update)
            chats.setdefault(self.taking.chat_of(raw), []).append(raw)
        if len(chats) == 1:
            return await self._take_chat(next(iter(chats.values())))
        await asyncio.gather(*(self._take_chat(raws) for raws in chats.values()))
        return None

    async def _take_chat(self, raws: list[bytes]) -> None:
        for raw in raws:
            while True:
                outcome: Outcome = await self.taking.take(raw)
                if outcome.committed:
                    break
                await asyncio.sleep(AWAY_WAIT)
            if outcome.press:
                self.answers.give(outcome.press)


def _line(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return "Telegram: another program is listening with the same token (409); trying again until it stops"
    if isinstance(error, InvalidToken):
        return "Telegram refuses the token (DREMPEL_TELEGRAM_TOKEN); trying again"
    return f"Telegram cannot be reached ({line.what(error)}); trying again"
