"""What staff do on Telegram: take a case from its card, count free beds, link their account. Other groups are left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.channels.telegram import buttons
from bot.channels.telegram.beds import COMMANDS as BEDS
from bot.channels.telegram.beds import Beds
from bot.channels.telegram.cards import Cards, word
from bot.channels.telegram.line import Line
from bot.channels.telegram.updates import Message, Press, Update
from flows.model import StaffDid
from storage import cards as facts_of
from storage import staff as people
from storage import turns

if TYPE_CHECKING:
    from bot.work import Work

LINK = "/link"
LEFT = frozenset({"left", "kicked"})


class Staff:
    """Everything that does not come from a chat with her."""

    def __init__(self, work: Work, bot: Line, cards: Cards, clock: Callable[[], float] = time.time) -> None:
        self.work = work
        self.bot = bot
        self.cards = cards
        self.beds = Beds(work, bot, clock)
        self.clock = clock

    def concerns(self, update: Update) -> bool:
        """Whether something in a private chat is staff's: linking an account, and counting beds."""
        if update.callback_query is not None:
            return buttons.counted(update.callback_query.data) is not None
        return update.message is not None and _command(update.message) in (LINK, *BEDS)

    async def take(self, update: Update) -> None:
        """Raises TelegramError where only the answer to it failed."""
        if update.chat is not None and update.chat.type == "private":
            return await self._privately(update)
        if await self._followed(update):
            return None
        chat = update.chat
        if chat is None or not await self.cards.is_group(chat.id):
            return await self._leave(update)
        if update.callback_query is not None:
            return await self._pressed(update.callback_query)
        return None  # what staff say to one another is theirs

    async def _privately(self, update: Update) -> None:
        if update.callback_query is not None:
            return await self.beds.pressed(update.callback_query)
        if update.message is None:
            return None
        if _command(update.message) in BEDS:
            return await self.beds.asked(update.message)
        return await self._link(update.message)

    # --- linking an account ---------------------------------------------------------------------------------

    async def _link(self, message: Message) -> None:
        parts = (message.text or "").split()
        code, user = (parts[1] if len(parts) > 1 else ""), message.from_
        if user is None:
            return
        name = await asyncio.to_thread(people.link_telegram, self.work.store, code, user.id) if code else None
        linked = await asyncio.to_thread(people.linked, self.work.store, user.id) if name else None
        if linked:
            await asyncio.to_thread(people.record, self.work.store, linked, f"telegram:{linked}", time.time())
        said = word("card.linked", name=name) if name else word("card.link_unknown")
        await self.bot.call("sendMessage", chat_id=message.chat.id, text=said, disable_notification=True)
        with suppress(TelegramError):
            await self.bot.call("deleteMessage", chat_id=message.chat.id, message_id=message.message_id)

    # --- the group ------------------------------------------------------------------------------------------

    async def _followed(self, update: Update) -> bool:
        """The group got another number, told from either side of the move."""
        message = update.message
        if message is None:
            return False
        chat = message.chat.id
        if message.migrate_to_chat_id is not None and await self.cards.is_group(chat):
            await self.cards.moved(str(chat), str(message.migrate_to_chat_id))
            return True
        before = message.migrate_from_chat_id
        if before is not None and await self.cards.is_group(before):
            await self.cards.moved(str(before), str(chat))
            return True
        return before is not None or message.migrate_to_chat_id is not None

    async def _leave(self, update: Update) -> None:
        """No group but ours has the bot in it."""
        change, chat = update.my_chat_member, update.chat
        out = change is not None and change.new_chat_member.status in LEFT
        if chat is None or chat.type == "private" or out:
            return
        await self.bot.call("leaveChat", chat_id=chat.id)

    async def _pressed(self, press: Press) -> None:
        handoff_id = buttons.taken(press.data)
        said = ""
        if handoff_id is not None:
            said = await asyncio.to_thread(self._take, handoff_id, press.from_.id)
            self.work.kick()
        await self.bot.call(
            "answerCallbackQuery", callback_query_id=press.id, text=said, show_alert=bool(said)
        )

    def _take(self, handoff_id: int, user: int) -> str:
        """What the person who pressed is told."""
        store, now = self.work.store, self.clock()
        by = people.staff_by_telegram(store, user)
        if by is None:
            return word("card.not_linked")
        intake_id = people.case_of(store, handoff_id)
        if intake_id is None:
            return word("card.is_closed")
        if not people.may_open(store, by, intake_id):
            return word("card.barred")
        taken = turns.staff_turn(store, intake_id, StaffDid("take", by, now), self.work.house())
        refused = taken.turn.refused if taken.turn else "no_case"
        if refused in ("", "yours"):
            return word("card.yours")
        if refused != "taken":
            return word("card.is_closed")
        found = facts_of.facts(store, [handoff_id])
        return word("card.has", holder=found[0].holder) if found else word("card.is_closed")


def _command(message: Message) -> str:
    """The command that a message is, without the bot's name; empty for anything else."""
    return ((message.text or "").split("@")[0].split(maxsplit=1) or [""])[0]
