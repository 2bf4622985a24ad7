"""One update, from its bytes to a committed turn: the same for polling and for the webhook."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

import msgspec
from telegram.error import TelegramError

from bot import lastresort
from bot.channels.telegram import updates
from bot.channels.telegram.inbound import Inbound
from bot.channels.telegram.line import Line
from bot.channels.telegram.staff import Staff
from bot.channels.telegram.updates import Update
from bot.trouble import where
from bot.work import Work
from storage import messages, parked, troubles, turns
from storage.turns import Arrival, Taken

TRIES = 3
PAUSES = (0.05, 0.3)  # seconds before the second and the third try
UNNOTED = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`committed`: Telegram may forget the update. `press`: the button that is still to be answered."""

    committed: bool
    press: str = ""


AWAY = Outcome(False)
DONE = Outcome(True)


class Taking:
    """Takes updates in. Keeps nothing of a chat between them."""

    def __init__(
        self,
        work: Work,
        bot: Line,
        name: str,
        staff: Staff,
        clock: Callable[[], float] = time.time,
        fetch: Callable[[], None] = lambda: None,
    ) -> None:
        self.work = work
        self.bot = bot
        self.name = name
        self.staff = staff
        self.clock = clock
        self.fetch = fetch  # a file waits in the store
        self.inbound = Inbound(name)
        self.last_resort = lastresort.LastResort()
        self._unnoted: OrderedDict[str, int] = OrderedDict()  # chat: the last-resort message there

    def chat_of(self, raw: bytes) -> int:
        """What must stay in order; 0 where it cannot be told."""
        try:
            chat = updates.read(raw).chat
        except msgspec.MsgspecError:
            return 0
        return chat.id if chat else 0

    async def take(self, raw: bytes) -> Outcome:
        """Never raises but CancelledError."""
        try:
            update = updates.read(raw)
        except msgspec.MsgspecError:
            return await self._unreadable(raw)
        chat = update.chat
        if chat is None:
            return DONE
        if chat.type != "private" or self.staff.concerns(update):
            return await self._for_staff(update, raw)
        arrival = self.inbound.arrival(update, self.clock())
        if arrival is None:
            return DONE
        return await self._turn(update, arrival, raw)

    async def _turn(self, update: Update, arrival: Arrival, raw: bytes) -> Outcome:
        press = update.callback_query.id if update.callback_query else ""
        heard: Arrival | None = None  # once, however often the turn is tried
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSES[attempt - 1])
            try:
                heard = heard or await self.work.ear.heard(arrival)
                taken: Taken = await asyncio.wrap_future(self.work.writer.take(heard, self.work.house()))
            except Exception as error:  # noqa: BLE001 - whatever it is, she is answered and the place is kept
                _log.error("a turn failed: %s", where(error))
                if await self._store_is_up():
                    continue
                await self._comfort(arrival)
                return AWAY
            if not taken.duplicate:
                self.work.kick()
                if arrival.file is not None:
                    self.fetch()
            if arrival.chat in self._unnoted:
                await self._note(arrival, self._unnoted.pop(arrival.chat))
            return Outcome(True, press)
        await self._comfort(arrival)
        return Outcome(True, press) if await self._park(arrival.seen, raw, "failed_turn") else AWAY

    async def _for_staff(self, update: Update, raw: bytes) -> Outcome:
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSES[attempt - 1])
            try:
                await self.staff.take(update)
            except TelegramError:
                return DONE  # what was done stands; only the answer to it did not arrive
            except Exception as error:  # noqa: BLE001 - one press may not stop the queue
                _log.error("a press of staff failed: %s", where(error))
                if not await self._store_is_up():
                    return AWAY
                continue
            return DONE
        return DONE if await self._park(f"{update.update_id}.staff", raw, "failed_press") else AWAY

    # --- when it fails --------------------------------------------------------------------------------------

    async def _comfort(self, arrival: Arrival) -> None:
        """The last-resort words, directly; staff are told; what was sent is noted, to be wiped."""
        if not self.last_resort.may(arrival.chat, self.clock()):
            return
        said = lastresort.text(arrival.language)
        try:
            sent = await self.bot.call(
                "sendMessage", chat_id=int(arrival.chat), text=said, disable_notification=True
            )
        except TelegramError as error:
            _log.error("the last-resort words did not arrive: %s", where(error))
            sent = None
        await self._note(arrival, sent["message_id"] if sent else None)

    async def _note(self, arrival: Arrival, message_id: int | None) -> None:
        """Noted now, or with the chat's next turn where the store is what has broken."""
        try:
            noted = await asyncio.to_thread(self._write_down, arrival, message_id)
        except Exception as error:  # noqa: BLE001 - the store may be what is broken
            _log.error("a failed turn could not be noted: %s", where(error))
            noted = False
        if not noted and message_id is not None:
            self._unnoted[arrival.chat] = message_id
            while len(self._unnoted) > UNNOTED:
                self._unnoted.popitem(last=False)

    def _write_down(self, arrival: Arrival, message_id: int | None) -> bool:
        store, now = self.work.store, self.clock()
        intake_id = turns.current(store, arrival.channel, arrival.bot, arrival.chat)
        troubles.report(store, now, "failed_turn", "", intake_id)
        return message_id is None or messages.note_sent(
            store, arrival.channel, arrival.bot, arrival.chat, message_id, now
        )

    async def _unreadable(self, raw: bytes) -> Outcome:
        number = updates.read_id(raw)
        if number is None:
            return DONE  # no update at all: Telegram would not send it again as one
        seen = f"{number}.{blake2b(raw, digest_size=6).hexdigest()}"
        return DONE if await self._park(seen, raw, "unreadable") else AWAY

    async def _park(self, seen: str, raw: bytes, why: str) -> bool:
        """Sealed, and staff told; False where the store does not take it either."""
        try:
            await asyncio.to_thread(parked.park, self.work.store, self.name, seen, raw, why, self.clock())
        except Exception as error:  # noqa: BLE001 - then it stays with Telegram
            _log.error("an update could not be parked: %s", where(error))
            return False
        return True

    async def _store_is_up(self) -> bool:
        try:
            await asyncio.to_thread(turns.due, self.work.store, 0.0, 1)
        except Exception as error:  # noqa: BLE001 - any failure means that it is away
            _log.error("the store is away: %s", where(error))
            return False
        return True
