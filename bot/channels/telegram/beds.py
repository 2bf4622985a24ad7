"""Free beds by one tap: whoever works at a house sends /beds, and presses how many stand empty now.

A house goes by its name of two words here: what it is called and where it is never leaves the desk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from telegram.error import TelegramError

from bot.channels.telegram import buttons
from bot.channels.telegram.cards import word
from bot.channels.telegram.line import Line
from bot.channels.telegram.updates import Message, Press
from storage import staff
from storage.places import shelters
from storage.places.shelters import House, Refused

if TYPE_CHECKING:
    from bot.work import Work

COMMANDS = frozenset({"/beds", "/bedden"})
MOST = 11  # beds that one keyboard offers; a larger house counts on the desk
ROW = 4  # buttons in a row


class Beds:
    """Asks and hears how many beds stand empty, in a private chat of a linked account."""

    def __init__(self, work: Work, bot: Line, clock: Callable[[], float] = time.time) -> None:
        self.work = work
        self.bot = bot
        self.clock = clock

    async def asked(self, message: Message) -> None:
        """One message a house, with a button a number."""
        user = message.from_.id if message.from_ else 0
        houses = await asyncio.to_thread(self._houses, user)
        if not houses:
            await self._say(message.chat.id, {"text": word("card.beds.none")})
        for house in houses:
            await self._say(message.chat.id, self._drawn(house))

    async def pressed(self, press: Press) -> None:
        """Counted, and the message says so; the same buttons stay for the next time."""
        counted = buttons.counted(press.data)
        house = await asyncio.to_thread(self._count, *counted, press.from_.id) if counted else None
        said = word("card.beds.noted") if house else word("card.beds.none")
        await self.bot.call("answerCallbackQuery", callback_query_id=press.id, text=said)
        if house and press.message is not None:
            with suppress(TelegramError):  # pressed twice: it stands there already
                where = {"chat_id": press.message.chat.id, "message_id": press.message.message_id}
                await self.bot.call("editMessageText", **where, **self._drawn(house))

    def _houses(self, user: int) -> list[House]:
        by = staff.linked(self.work.store, user)
        return shelters.houses_of(self.work.store, by) if by else []

    def _count(self, shelter_id: int, empty: int, user: int) -> House | None:
        by = staff.linked(self.work.store, user)
        if by is None or shelter_id not in {house.id for house in shelters.houses_of(self.work.store, by)}:
            return None
        try:
            return shelters.count(self.work.store, shelter_id, empty, by, self.clock())
        except Refused:
            return None

    async def _say(self, chat: int, shown: dict[str, Any]) -> None:
        await self.bot.call("sendMessage", chat_id=chat, disable_notification=True, **shown)

    def _drawn(self, house: House) -> dict[str, Any]:
        numbers = [str(number) for number in range(min(house.beds, MOST) + 1)]
        keys = [{"text": n, "callback_data": buttons.count(house.id, int(n))} for n in numbers]
        rows = [keys[start : start + ROW] for start in range(0, len(keys), ROW)]
        return {"text": self._text(house), "reply_markup": {"inline_keyboard": rows}}

    def _text(self, house: House) -> str:
        if house.counted is None:
            return word("card.beds.never", name=house.code_name)
        when = datetime.fromtimestamp(house.counted, ZoneInfo(self.work.settings.timezone))
        told = {"name": house.code_name, "n": str(house.empty), "held": str(house.held)}
        return word("card.beds.counted", **told, time=when.strftime("%H:%M (%d-%m)"))
