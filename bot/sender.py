"""Sends what was saved to be sent: claims rows, the most pressing first, and notes what became of them.

One loop claims and notes in one transaction; the sends themselves run side by side, and none stops another.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from bot.channels import Channel, ForGood, Passing, Sent
from bot.pace import Pace
from bot.render import Covered, Held
from bot.trouble import where
from flows.model import Lane
from storage import outbox
from storage.outbox import Row
from storage.outrows import ALERTS, STAFF

if TYPE_CHECKING:
    from storage.store import Store
    from storage.writer import Writer

SWEEP = 0.5  # seconds after which it looks even when nobody kicked
AT_ONCE = 64  # sends in flight
LONGEST = 25.0  # seconds that one send may take, less than a row's lease
CLOSING = 5.0
Result = Sent | Passing | ForGood
_log = logging.getLogger(__name__)


class Sends(Protocol):
    """What can send a row; a channel, or the alerts."""

    async def send(self, row: Row) -> Result: ...


def senders(channels: Mapping[str, Channel], alerts: Sends) -> dict[str, Sends]:
    """By Row.bot: each channel's bots, the staff group's cards, the alerts."""
    found: dict[str, Sends] = {STAFF: Nowhere(), ALERTS: alerts}
    for channel in channels.values():
        found |= dict.fromkeys(getattr(channel, "bots", ()), channel)
    return found


class Nowhere:
    """A staff group is set, and no Telegram to reach it with."""

    async def send(self, row: Row) -> Result:  # noqa: ARG002
        return ForGood("no_telegram")


class Sender:
    """`by_bot`: who sends a row, by Row.bot."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        by_bot: Mapping[str, Sends],
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.writer = writer
        self.by_bot = by_bot
        self.pace = pace or Pace(group=group_of(store))
        self.clock = clock
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._flying: set[asyncio.Task[None]] = set()
        self._ended: list[tuple[Row, Result, float]] = []

    def kick(self) -> None:
        """Something may be waiting. From any thread, as often as one likes."""
        if self._woken.is_set() or self._loop is None:
            return
        if threading.get_ident() == self._thread:
            self._woken.set()
        else:
            self._loop.call_soon_threadsafe(self._woken.set)

    @property
    def busy(self) -> bool:
        """Whether anything is in flight, or landed and not yet noted."""
        return bool(self._flying or self._ended)

    async def run(self) -> None:
        """Until it is cancelled; what is in flight is then ended and noted."""
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        try:
            while True:
                more = await self._round()
                if not more:
                    await self._wait()
        finally:
            await self._finish()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(min(SWEEP, max(0.005, self.pace.next_free()))):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _round(self) -> bool:
        """Notes what has ended and claims what may go; whether there may be more at once."""
        ended, self._ended = self._ended, []
        limit = min(AT_ONCE - len(self._flying), self.pace.room())
        if not ended and limit <= 0:
            return False
        try:
            job = self.writer.submit(lambda conn: self._note_and_claim(conn, ended, limit))
            rows = await asyncio.wrap_future(job)
        except Exception as error:  # noqa: BLE001 - the store may be away; nothing is lost, it is done again
            _log.error("the outbox cannot be read: %s", where(error))
            await self._note_singly(ended)
            await asyncio.sleep(SWEEP)
            return False
        for row in rows:
            task = asyncio.create_task(self._send(row))
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)
        return len(rows) == limit

    # --- in the writer's thread -----------------------------------------------------------------------------

    def _note_and_claim(self, conn: Any, ended: list[tuple[Row, Result, float]], limit: int) -> list[Row]:
        for row, result, at in ended:
            note(self.store, conn, row, result, at)
        if limit <= 0:
            return []
        skip = self.pace.shut_chats()
        return outbox.claim(
            self.store,
            conn,
            self.clock(),
            limit,
            self.by_bot,
            lanes=self.pace.lanes(),
            skip=skip,
            free=self._grant,
        )

    def _note(self, row: Row, result: Result, at: float, conn: Any) -> None:
        note(self.store, conn, row, result, at)

    def _grant(self, chat: str, lane: Lane) -> bool:
        return chat == ALERTS or self.pace.grant(chat, lane)

    # --- one row --------------------------------------------------------------------------------------------

    async def _send(self, row: Row) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                result = await self.by_bot[row.bot].send(row)
        except TimeoutError:
            result = Passing(self.clock(), "unknown")
        except Exception as error:  # noqa: BLE001 - one that breaks its channel does not stop the others
            _log.error("a %s could not be sent: %s", row.kind, where(error))
            result = Passing(self.clock(), "unknown")
        now = self.clock()
        if isinstance(result, Passing) and (result.whole_bot or result.why == "asked_to_wait"):
            self.pace.shut(row.chat, result.retry_at - now, whole_bot=result.whole_bot)
        self._ended.append((row, result, now))
        self._woken.set()

    async def _note_singly(self, ended: list[tuple[Row, Result, float]]) -> None:
        """One that cannot be noted does not keep the others from it; it is tried again later."""
        for one in ended:
            row, result, at = one
            try:
                await asyncio.wrap_future(self.writer.submit(partial(self._note, row, result, at)))
            except Exception as error:  # noqa: BLE001 - its lease ends, and it comes back
                _log.error("what became of a %s cannot be noted: %s", row.kind, where(error))
                if self.clock() - at < LONGEST:
                    self._ended.append(one)

    async def _finish(self) -> None:
        if self._flying:
            await asyncio.wait(self._flying, timeout=CLOSING)
        for task in self._flying:
            task.cancel()
        await self._note_singly(self._ended)
        self._ended = []


def note(store: Store, conn: Any, row: Row, result: Result, at: float) -> None:
    """Writes down what became of a row."""
    if isinstance(result, Held):
        outbox.held(conn, row)
    elif isinstance(result, Covered):
        outbox.covered(store, conn, row, int(result.message_id or 0), at)
    elif isinstance(result, Sent):
        outbox.landed(store, conn, row, int(result.message_id) if result.message_id else None, at)
    elif isinstance(result, Passing):
        outbox.later(store, conn, row, at, result.retry_at, unknown=result.why == "unknown")
    else:
        outbox.refused(store, conn, row, at, result.why)


def group_of(store: Store) -> str:
    """The staff group, as rows name it."""
    return store.keys.find("chat", STAFF, store.staff_chat) if store.staff_chat else ""
