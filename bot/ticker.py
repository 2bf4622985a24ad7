"""What time alone brings: due waits, wiping what is a day old, the auditor, counting, seals. None stops another."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.trouble import where
from storage import retention, turns, watch, wiping
from storage.book import Forgotten
from storage.logs import counting, seals
from storage.places import looking

if TYPE_CHECKING:
    from bot.alerts import Alerts
    from bot.work import Work

WAITS = 0.5  # seconds between two looks for due waits
WIPES = 60.0
LOOKS = 10.0  # seconds between two looks for a place for whoever needs one
AUDITS = 30.0
COUNTS = 60.0
SEALS = 3.0
KEEPS = 3600.0  # seconds between two looks for what has been kept long enough
TELL_AGAIN = 3600.0  # the same finding is told once an hour
MOST = 100
_log = logging.getLogger(__name__)


class Ticker:
    def __init__(
        self, work: Work, alerts: Alerts | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.work = work
        self.alerts = alerts
        self.clock = clock
        self._told: dict[str, float] = {}

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as together:
            together.create_task(self._every(WAITS, self.waits))
            together.create_task(self._every(WIPES, self.wipes))
            together.create_task(self._every(LOOKS, self.looks))
            # Not at once: after a pause, what became due meanwhile is not late, it is being caught up with.
            together.create_task(self._every(AUDITS, self.audit, first=AUDITS))
            together.create_task(self._every(COUNTS, self.counts))
            together.create_task(self._every(SEALS, self.seals))
            together.create_task(self._every(KEEPS, self.keeps, first=KEEPS / 60))

    async def _every(self, seconds: float, look: Callable[[], Awaitable[object]], first: float = 0.0) -> None:
        await asyncio.sleep(first)
        while True:
            try:
                await look()
            except Exception as error:  # noqa: BLE001 - the store may be away: looked at again
                _log.error("%s failed: %s", look.__name__, where(error))
            await asyncio.sleep(seconds)

    async def waits(self) -> int:
        """Brings about what is due; one case that fails does not keep the others waiting."""
        store, now = self.work.store, self.clock()
        brought = 0
        for intake_id in await asyncio.to_thread(turns.due, store, now, MOST):
            try:
                await asyncio.to_thread(turns.wait_turn, store, intake_id, now, self.work.house())
                brought += 1
            except Forgotten:
                continue
            except Exception as error:  # noqa: BLE001 - the auditor tells staff of what stays overdue
                _log.error("a wait failed: %s", where(error))
        if brought:
            self.work.kick()
        return brought

    async def wipes(self) -> int:
        """What stood on phones for a day goes: after two a bot cannot delete it any more."""
        wiped = await asyncio.to_thread(wiping.wipe_old, self.work.store, self.clock())
        if wiped:
            self.work.kick()
        return int(wiped)

    async def counts(self) -> int:
        """What the log adds up to, for the figures of the desk; a piece a minute, so that nobody waits for it."""
        return await asyncio.to_thread(counting.count, self.work.store)

    async def seals(self) -> int:
        """Entries of the logs get their seal; where there are more than one seal holds, the next follows at once."""
        sealed = more = await asyncio.to_thread(seals.seal, self.work.store, self.clock())
        while more >= seals.MOST:
            more = await asyncio.to_thread(seals.seal, self.work.store, self.clock())
            sealed += more
        return sealed

    async def keeps(self) -> int:
        """Cases that were kept long enough go, and keys that are of no case any more."""
        return await asyncio.to_thread(retention.daily, self.work.store, self.clock())

    async def looks(self) -> int:
        """Where nothing that fits is free, a supervisor is told."""
        changed = await asyncio.to_thread(looking.look, self.work.store, self.clock(), self.work.house())
        if changed:
            self.work.kick()
        return changed

    async def audit(self) -> list[watch.Finding]:
        """Facts that should not be: written to the log, and told to the house's own alert addresses."""
        now = self.clock()
        found = await asyncio.to_thread(watch.audit, self.work.store, now)
        fresh = [one for one in found if now - self._told.get(str(one), 0.0) > TELL_AGAIN]
        self._told = {str(one): self._told.get(str(one), now) for one in found if one not in fresh}
        self._told |= {str(one): now for one in fresh}
        for one in fresh:
            _log.error("auditor: %s", one)
        if fresh and self.alerts is not None:
            await self.alerts.tell(", ".join(sorted({one.code for one in fresh})))
        return fresh
