"""Sends a row to her: a new message, one written over, or messages deleted; and says what became of it."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import InputFile
from telegram.error import ChatMigrated, RetryAfter, TelegramError

from bot.channels import ForGood, Passing, Sent
from bot.channels.telegram import buttons, line
from bot.channels.telegram.line import Line
from bot.channels.telegram.wiping import Wiper
from bot.render import Covered, Drawn, Held, Key, drawn, is_held
from flows.model import Lane
from storage import recordings
from storage.outbox import Row

Result = Sent | Passing | ForGood
NO_PREVIEW = {"is_disabled": True}
AT_ONCE, SOON = 3, 1.0  # so many chats asked to wait within a second: it is the whole bot that must
REMEMBERED = 1000


class Outbound:
    """Everything that goes to her."""

    def __init__(self, bot: Line, audio: str = "", clock: Callable[[], float] = time.time) -> None:
        self.bot = bot
        self.audio = audio
        self.clock = clock
        self.wiper = Wiper(bot)
        self._wiped: OrderedDict[str, float] = OrderedDict()
        self._asked_to_wait: dict[str, float] = {}

    async def send(self, row: Row) -> Result:
        """One row; never raises what Telegram answers."""
        if row.kind == "wipe":
            return await self.guarded(row, self._wipe(row))
        if row.kind == "say":
            return await self.guarded(row, self._say(row))
        return Sent(None)  # nothing is left to be said: her case was forgotten meanwhile

    async def guarded(self, row: Row, sending: Awaitable[Result]) -> Result:
        """What its error means for the row."""
        try:
            return await sending
        except ChatMigrated:
            raise
        except TelegramError as error:
            why = line.for_good(error)
            if why:
                return ForGood(why)
            return self.not_now(row, error)

    def not_now(self, row: Row, error: TelegramError) -> Passing:
        now = self.clock()
        wait = line.wait_after(error, row.attempts - 1, red=row.lane < Lane.REPLY)
        code = "unknown" if line.result_unknown(error) else line.what(error)
        whole = code == "token_refused" or (isinstance(error, RetryAfter) and self._all_wait(row.chat, now))
        return Passing(now + wait, code, whole)

    # --- a message ------------------------------------------------------------------------------------------

    async def _say(self, row: Row) -> Result:
        started = self.clock()
        if is_held(row, started):
            return Held(None)
        shown = drawn(row, started)
        if row.say is not None and row.say.audio and not shown.covers:
            return await self._voice(row, row.say.audio)
        if row.edit_id is not None:
            if await self._write_over(row, row.edit_id, shown):
                return _arrived(shown, row.edit_id)
            if self._wiped.get(row.address, 0.0) >= started:
                return Sent(None)  # she left meanwhile: nothing is said anew
        sent = await self.bot.call(
            "sendMessage",
            chat_id=int(row.address),
            text=shown.text,
            reply_markup=keyboard(row, shown),
            protect_content=shown.protect,
            disable_notification=True,
            link_preview_options=NO_PREVIEW,
        )
        if row.replaces_id is not None:
            await self._take_away(row, row.replaces_id)
        return _arrived(shown, sent["message_id"])

    async def _voice(self, row: Row, name: str) -> Result:
        """A recording, which sounds only when she presses it. A file that is gone by now is not missed."""
        file = recordings.path(self.audio, row.language, name)
        if file is None:
            return Sent(None)
        sent = await self.bot.call(
            "sendVoice",
            chat_id=int(row.address),
            voice=InputFile(await asyncio.to_thread(file.read_bytes), filename="voice.ogg"),
            protect_content=True,
            disable_notification=True,
        )
        if row.edit_id is not None:  # it was covered: a text cannot be written over with a sound
            await self._take_away(row, row.edit_id)
        return Sent(str(sent["message_id"]))

    async def _write_over(self, row: Row, message_id: int, shown: Drawn) -> bool:
        """False where the message is gone, so that a new one must be sent."""
        try:
            await self.bot.call(
                "editMessageText",
                chat_id=int(row.address),
                message_id=message_id,
                text=shown.text,
                reply_markup=keyboard(row, shown),
                link_preview_options=NO_PREVIEW,
            )
        except TelegramError as error:
            if line.gone(error):
                return False
            if not line.not_modified(error):
                raise
        return True

    async def _take_away(self, row: Row, message_id: int) -> None:
        """The question that the new message took the place of; where it cannot go, at least its buttons do.

        A failure is not the new message's: the old one is wiped with the rest in any case.
        """
        which = {"chat_id": int(row.address), "message_id": message_id}
        try:
            await self.bot.call("deleteMessage", **which)
        except TelegramError as error:
            if line.gone(error):
                return
            try:
                await self.bot.call("editMessageReplyMarkup", **which)
            except TelegramError:
                return

    # --- leaving --------------------------------------------------------------------------------------------

    async def _wipe(self, row: Row) -> Result:
        self._wiped[row.address] = self.clock()
        self._wiped.move_to_end(row.address)
        while len(self._wiped) > REMEMBERED:
            self._wiped.popitem(last=False)
        left = await self.wiper.wipe(int(row.address), row.ids)
        return ForGood("not_wiped") if left else Sent(None)

    def _all_wait(self, chat: str, now: float) -> bool:
        """Telegram does not say whom a 429 concerns: several chats at once mean all of us."""
        recent = {one: at for one, at in self._asked_to_wait.items() if now - at < SOON}
        recent[chat] = now
        self._asked_to_wait = recent
        return len(recent) >= AT_ONCE


def _arrived(shown: Drawn, message_id: int) -> Sent:
    return Covered(str(message_id)) if shown.covers else Sent(str(message_id))


def keyboard(row: Row, shown: Drawn) -> dict[str, Any] | None:
    """The buttons under a message, as Telegram draws them."""
    if not shown.keys:
        return None
    rows = [[{"text": key.label, "callback_data": _data(row, key)} for key in keys] for keys in shown.keys]
    return {"inline_keyboard": rows}


def _data(row: Row, key: Key) -> str:
    return buttons.uncover(row.id) if key.option == "open" else buttons.answer(key.step, key.option, row.seq)
