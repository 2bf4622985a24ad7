"""Group commit: turns that wait together share one commit, and each stands or falls alone.

On SQLite one thread writes: it takes the first that waits, and with it all others that wait already. Nobody
waits for a group to fill. On PostgreSQL a few threads write; one chat always goes to the same one.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from flows.model import House
from storage import retry, turns
from storage.store import Store
from storage.turns import Arrival, Taken

GROUP = 64
POSTGRES_THREADS = 4
T = TypeVar("T")
Work = Callable[[Connection], Any]


class _Job:
    """Some work in a transaction, and where its result is awaited."""

    __slots__ = ("error", "future", "result", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        self.future.set_running_or_notify_cancel()  # from here on nobody can call it off: it is written, or fails
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """Writes what is submitted, in order for each chat; every method may be called by any thread."""

    def __init__(self, store: Store) -> None:
        self.store = store
        threads = POSTGRES_THREADS if store.dialect == "postgresql" else 1
        self._queues: list[queue.SimpleQueue[_Job | None]] = [queue.SimpleQueue() for _ in range(threads)]
        self._threads = [
            threading.Thread(target=self._run, args=(waiting,), name="writer", daemon=True)
            for waiting in self._queues
        ]
        self._gate = threading.Lock()
        self._closed = False
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[Connection], T], order: str = "") -> Future[T]:
        """Runs `work` in a write transaction. What shares the word `order` is run in the order of submission.

        The future brings its result once it is committed, or what it raised; then nothing of it was written.
        Raises RuntimeError after close().
        """
        job = _Job(work)
        with self._gate:
            if self._closed:
                raise RuntimeError("the writer is closed")
            self._queues[hash(order) % len(self._queues)].put(job)
        return job.future

    def take(self, arrival: Arrival, house: House) -> Future[Taken]:
        """turns.take_turn, in the order in which they arrived for this chat."""
        return self.submit(
            lambda conn: turns.take(self.store, conn, arrival, house), f"{arrival.bot} {arrival.chat}"
        )

    def close(self) -> None:
        """Writes what was submitted, then ends."""
        with self._gate:
            if not self._closed:
                self._closed = True
                for waiting in self._queues:
                    waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self, waiting: queue.SimpleQueue[_Job | None]) -> None:
        together = self._together if self.store.dialect == "sqlite" else self._singly
        while True:
            group, ending = _drain(waiting)
            if group:
                together(group)
            if ending:
                return

    def _together(self, group: list[_Job]) -> None:
        """All in one transaction, each in its own savepoint; singly, where that cannot be committed."""
        if len(group) == 1:
            return self._singly(group)
        try:
            with self.store.write() as conn:
                for job in group:
                    _in_savepoint(conn, job)
        except Exception:  # noqa: BLE001 - whatever it was: each is tried by itself, and hears of its own error
            return self._singly(group)
        for job in group:
            job.settle()
        return None

    def _singly(self, group: list[_Job]) -> None:
        for job in group:
            job.error = None
            try:
                job.result = retry.outrun(self.store, job.work)
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever awaits the future
                job.error = error
            job.settle()


def _drain(waiting: queue.SimpleQueue[_Job | None]) -> tuple[list[_Job], bool]:
    """The first that waits, and all that wait with it; and whether the end has come."""
    group: list[_Job] = []
    job = waiting.get()
    while job is not None:
        group.append(job)
        if len(group) == GROUP or waiting.empty():
            return group, False
        job = waiting.get_nowait()
    return group, True


def _in_savepoint(conn: Connection, job: _Job) -> None:
    run: Any = conn.connection.driver_connection
    run.execute("SAVEPOINT one")
    try:
        job.result, job.error = job.work(conn), None
    except Exception as error:  # noqa: BLE001 - it belongs to whoever awaits the future
        job.result, job.error = None, error
        run.execute("ROLLBACK TO one")
    run.execute("RELEASE one")
