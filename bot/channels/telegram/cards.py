"""Cards in the staff group: one a case, edited as it moves. A name of two words and codes, never a story."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from telegram.error import ChatMigrated, TelegramError

from bot.channels import ForGood, Passing, Sent
from bot.channels.telegram import buttons, line
from bot.channels.telegram.line import Line
from flows import words
from flows.tongues import known
from storage import cards as facts_of
from storage.cards import COLOURS, URGENCIES, Facts
from storage.outbox import Row
from storage.places import guard

if TYPE_CHECKING:
    from bot.channels.telegram.outbound import Outbound
    from bot.work import Work

LANGUAGE = "nl"  # of the staff group
UNTAKEN = frozenset({"offered", "raised"})
STANDS = {"in_touch": "card.in_touch", "placed": "card.placed"}
# What the card says besides; other marks are shown on the desk only.
MARKS = (
    *("duress", "perhaps_not_her", "no_place", "place_withdrawn"),
    *("asked_delete", "unfinished", "contact_lost", "left", "silent", "unanswered", "asked_human", "wrote"),
)
_log = logging.getLogger(__name__)


def word(key: str, **args: str) -> str:
    return words.text(LANGUAGE, key, (), **args)


def colour(facts: Facts) -> str:
    """With a sign and a word: not by colour alone."""
    return word(f"card.colour.{COLOURS[facts.colour]}")


def urgency(facts: Facts) -> str:
    return word(f"card.urgency.{URGENCIES[facts.urgency]}")


def path(facts: Facts) -> str:
    return f"/case/{facts.handoff_id}"


def text(facts: Facts, timezone: str) -> str:
    """The whole card."""
    lines = [word("card.head", colour=colour(facts), urgency=urgency(facts), name=facts.name)]
    lines.append(word("card.since", time=_local(facts.opened, timezone)))
    lines.append(word("card.language", which=word(f"card.language.{known(facts.language)}")))
    lines.append(word("card.asks", asks=", ".join(word(f"card.desk.{desk}") for desk in facts.desks)))
    lines.append(_holder(facts))
    if not facts.closed:
        lines += [word(f"card.mark.{mark}") for mark in MARKS if mark in facts.marks]
    lines.append(word("card.where", path=path(facts)))
    return "\n".join(lines)


def _holder(facts: Facts) -> str:
    if facts.closed:
        return word("card.closed")
    if facts.state in UNTAKEN:
        return word("card.untaken")
    return word(STANDS.get(facts.state, "card.taken"), holder=facts.holder)


def _local(at: float, timezone: str) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(timezone)).strftime("%H:%M (%d-%m)")


def keyboard(facts: Facts, desk: str) -> dict[str, Any]:
    """To take it while nobody has; to open it where the desk has an address that Telegram takes."""
    row = []
    if facts.state in UNTAKEN:
        row.append({"text": word("card.button.take"), "callback_data": buttons.take(facts.handoff_id)})
    if desk:
        row.append({"text": word("card.button.open"), "url": desk.rstrip("/") + path(facts)})
    return {"inline_keyboard": [row] if row else []}


class Cards:
    """Sends and edits the cards of one staff group."""

    def __init__(self, work: Work, bot: Line, clock: Callable[[], float] = time.time) -> None:
        self.work = work
        self.bot = bot
        self.clock = clock
        self._moved: str | None = None

    async def chat(self) -> str:
        """The number that the group has now; empty where there is none."""
        if self._moved is None:
            self._moved = await asyncio.to_thread(
                facts_of.moved_to, self.work.store, self.work.settings.staff_chat
            )
        return self._moved

    async def is_group(self, chat: int) -> bool:
        return bool(self.work.settings.staff_chat) and str(chat) == await self.chat()

    async def moved(self, old: str, new: str) -> None:
        """The group became a supergroup: remembered, used from now on, and staff are told."""
        self._moved = new
        _log.error("the staff group has a new number: set DREMPEL_STAFF_CHAT=%s", new)
        await asyncio.to_thread(facts_of.note_move, self.work.store, old, new, self.clock())

    async def send(self, row: Row, outbound: Outbound) -> Sent | Passing | ForGood:
        """The card as the case stands at this moment."""
        found = await asyncio.to_thread(facts_of.facts, self.work.store, [row.handoff_id or 0])
        if not found:
            return Sent(None)
        for _ in range(2):
            chat = await self.chat()
            if not chat:
                return ForGood("no_staff_chat")
            try:
                return await outbound.guarded(row, self._draw(row, chat, found[0]))
            except ChatMigrated as error:
                await self.moved(chat, str(error.new_chat_id))
        return Passing(self.clock() + 1.0, "moved")

    def _text(self, facts: Facts) -> str:
        """The card; without names where one of them happens to be that of a house. It is never kept back whole."""
        said = text(facts, self.work.settings.timezone)
        if guard.for_staff(self.work.store, said):
            return said
        told = {"colour": colour(facts), "urgency": urgency(facts), "path": path(facts)}
        return word("card.held_back", **told)

    async def _draw(self, row: Row, chat: str, facts: Facts) -> Sent | Passing | ForGood:
        shown: dict[str, Any] = {
            "chat_id": int(chat),
            "text": await asyncio.to_thread(self._text, facts),
            "reply_markup": keyboard(facts, self.work.settings.desk_address),
            "link_preview_options": {"is_disabled": True},
        }
        if row.edit_id is not None:
            try:
                await self.bot.call("editMessageText", message_id=row.edit_id, **shown)
                return Sent(str(row.edit_id))
            except TelegramError as error:
                if line.not_modified(error):
                    return Sent(str(row.edit_id))
                if not line.gone(error):
                    raise
        sent = await self.bot.call("sendMessage", **shown)
        return Sent(str(sent["message_id"]))
