"""Long work in several processes: results in order, never far ahead of who uses them, ended when that is closed."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

AHEAD = 2  # parts that each process may be ahead of who uses the results
T = TypeVar("T")
P = TypeVar("P")


def in_order(work: Callable[[P], T], parts: Iterable[P], processes: int) -> Generator[T, None, None]:
    """What `work` makes of each part; it and the parts go to other processes. Raises whatever `work` raises."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=fresh, initializer=_begun) as pool:
        waiting: deque[Future[T]] = deque()
        try:
            for part in parts:
                waiting.append(pool.submit(work, part))
                if len(waiting) >= AHEAD * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _begun() -> None:
    """A process begins. Ctrl-C reaches all of a terminal's: only the one that uses the results answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # it lives shortly, and neither a walk nor a made-up life leaves cycles: up to a fifth faster
