"""Listens to what is typed, before its turn: a word of hers is known here, by its slow hash, and goes no further.

The hashes are worked out in a pool of two threads, so that many texts at once take their turn and not the machine.
A sign of danger never waits for one: what is surely read as danger is no word.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from bot.trouble import where
from flows import lexicon
from flows.model import Said
from storage import hearing
from storage.store import Store
from storage.turns import Arrival
from storage.watchwords import slow

AT_ONCE = 2  # argon2 gives Python's lock away; each takes 19 MiB
_log = logging.getLogger(__name__)


class Ear:
    """`hashes`: slow hashes worked out so far."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.hashes = 0
        self._pool = ThreadPoolExecutor(AT_ONCE, "ear")

    async def heard(self, arrival: Arrival) -> Arrival:
        """The arrival as its turn may see it. Raises what the store raises."""
        event = arrival.event
        if not isinstance(event, Said) or not event.text:
            return arrival
        listening = asyncio.get_running_loop().run_in_executor(self._pool, self._heard, arrival)
        if lexicon.read(event.text).is_sure:
            listening.add_done_callback(_forget)
            return arrival
        return await listening

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _heard(self, arrival: Arrival) -> Arrival:
        return hearing.heard(self.store, arrival, self._slow)

    def _slow(self, keyed: bytes, salt: bytes) -> bytes:
        self.hashes += 1
        return slow(keyed, salt)


def _forget(listening: asyncio.Future[Arrival]) -> None:
    if not listening.cancelled() and (error := listening.exception()):
        _log.error("a text could not be compared: %s", where(error))
