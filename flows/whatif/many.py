"""`whatif` over many past conversations: by several processes, each with both versions loaded, and interruptible.

This is the tool around the pure part. Each process reads its own share, so that nothing travels but sums.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

from flows.whatif import difference as whatif
from flows.whatif import versions
from flows.whatif.difference import Difference, Version
from flows.whatif.past import Past

AHEAD = 2  # parts that each process may be ahead
TOGETHER = 200  # conversations in a part: soon done when somebody stops it

Read = Callable[[Any], Iterable[Past]]


def compare(
    against: Path, parts: Iterable[Sequence[Any]], read: Read, processes: int = 2
) -> Generator[Difference, None, None]:
    """The difference of each part as it comes, from our version to that in `against`.

    read: makes past conversations of a part; it and the parts go to other processes. Closing ends them.
    Raises versions.NoVersion, and whatever `read` raises.
    """
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=fresh, initializer=_begun) as pool:
        waiting: deque[Future[Difference]] = deque()
        try:
            for part in parts:
                waiting.append(pool.submit(_compared, against, part, read))
                if len(waiting) >= AHEAD * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _begun() -> None:
    """A process begins. Ctrl-C reaches all of a terminal's: only the one that shows the result answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # it lives shortly, and a walk leaves no cycles: a tenth to a fifth faster


_LOADED: dict[Path, tuple[Version, Version]] = {}  # of this process


def _compared(against: Path, part: Sequence[Any], read: Read) -> Difference:
    if against not in _LOADED:
        _LOADED[against] = (versions.ours(), versions.load(against))
    return whatif.compare(*_LOADED[against], read(part))


def in_parts(whole: Sequence[Any]) -> list[Sequence[Any]]:
    return [whole[first : first + TOGETHER] for first in range(0, len(whole), TOGETHER)]
