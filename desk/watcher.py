"""One watcher a process looks at the store, and tells every open page which cases changed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

EVERY = 1.0  # seconds between two looks at the store

Changes = dict[int, int]


class Watcher:
    """Polls while at least one page listens; the versions of open cases tell what changed."""

    def __init__(self, look: Callable[[], Changes], every: float = EVERY) -> None:
        self._look = look
        self._every = every
        self._listeners: set[asyncio.Queue[frozenset[int] | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[frozenset[int] | None]]:
        """A queue of sets of handoff ids; None ends it."""
        queue: asyncio.Queue[frozenset[int] | None] = asyncio.Queue()
        if self._stopped:
            queue.put_nowait(None)
        self._listeners.add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def stop(self) -> None:
        """Ends all streams."""
        self._stopped = True
        for queue in self._listeners:
            queue.put_nowait(None)

    async def _watch(self) -> None:
        before: Changes | None = None
        while self._listeners and not self._stopped:
            # A store that is away for a moment must not end the watch: the pages would go stale in silence.
            with contextlib.suppress(Exception):
                before = self._tell(before, await asyncio.to_thread(self._look))
            await asyncio.sleep(self._every)

    def _tell(self, before: Changes | None, now: Changes) -> Changes:
        if before is not None:
            changed = frozenset(handoff_id for handoff_id, _ in before.items() ^ now.items())
            if changed:
                for queue in self._listeners:
                    queue.put_nowait(changed)
        return now
