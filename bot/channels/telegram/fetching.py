"""Fetches what she sent beside words, after its turn is committed: nothing she waits for waits for this."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.telegram import line
from bot.channels.telegram.line import Line
from bot.channels.telegram.request import AiohttpRequest, NotThere, TooLarge
from bot.trouble import where
from bot.work import Work
from storage import files
from storage.files import Waiting

LARGEST = 10 * 1024 * 1024  # bytes
SECONDS = 20.0
TRIES = 3  # at once; after that staff are told, and it is tried each minute
EVERY = 60.0
GIVEN_UP = 24 * 3600.0  # seconds after which it is not tried again
AT_ONCE = 4
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Fetching:
    """What waits stands in the store, so that a restart loses none of it."""

    def __init__(
        self,
        work: Work,
        bot: Line,
        request: AiohttpRequest,
        name: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.work = work
        self.bot = bot
        self.request = request
        self.name = name
        self.clock = clock
        self._few = asyncio.Semaphore(AT_ONCE)
        self._new = asyncio.Event()
        self._not_before: dict[int, float] = {}  # by file: in flight, or failed a moment ago

    def kick(self) -> None:
        """Something may wait; returns at once."""
        self._new.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as together:
            while True:
                self._new.clear()
                for one in await self._look():
                    together.create_task(self._fetch(one))
                try:
                    await asyncio.wait_for(self._new.wait(), EVERY)
                except TimeoutError:
                    continue

    async def _look(self) -> list[Waiting]:
        try:
            found = await _whole(files.waiting, self.work.store, self.name)
        except Exception as error:  # noqa: BLE001 - the store may be away: looked at again
            _log.error("files that wait could not be looked for: %s", where(error))
            return []
        now = self.clock()
        ready = [one for one in found if self._not_before.get(one.id, 0.0) <= now]
        self._not_before = {one.id: self._not_before.get(one.id, 0.0) for one in found}
        self._not_before |= {one.id: float("inf") for one in ready}
        return ready

    async def _fetch(self, one: Waiting) -> None:
        """Never raises but CancelledError."""
        try:
            async with self._few:
                await self._bring(one)
        except Exception as error:  # noqa: BLE001 - one file stops no other; it still stands in the store
            _log.error("a file could not be kept: %s", where(error))
        finally:
            self._not_before[one.id] = self.clock() + EVERY / 2

    async def _bring(self, one: Waiting) -> None:
        store = self.work.store
        if one.at < self.clock() - GIVEN_UP:
            return await _whole(files.lost, store, one.id, self.clock(), for_good=True)
        for attempt in range(1 if one.told else TRIES):
            try:
                raw = await self._download(one.where)
            except (BadRequest, Forbidden, NotThere, TooLarge):
                return await _whole(files.lost, store, one.id, self.clock(), for_good=True)
            except TelegramError as error:
                _log.warning("a file could not be fetched (%s)", line.what(error))
                await asyncio.sleep(line.wait_after(error, attempt, red=False))
                continue
            await _whole(files.keep, store, one.id, raw)
            return None
        return await _whole(files.lost, store, one.id, self.clock(), for_good=False)

    async def _download(self, file_id: str) -> bytes:
        found: Any = await self.bot.call("getFile", file_id=file_id)
        if found.get("file_size", 0) > LARGEST:
            raise TooLarge(str(LARGEST))
        path = quote(str(found.get("file_path", "")))
        return await self.request.fetch(f"{self.bot.base_file_url}/{path}", SECONDS, LARGEST)


async def _whole(work: Callable[..., T], *args: Any, **more: Any) -> T:
    """Runs it in a thread, and does not leave before it has ended: the store may be closed after that."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **more))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise
