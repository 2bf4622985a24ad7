"""`whatif` over many past conversations: by several processes, each with both versions loaded, and interruptible.

This is the tool around the pure part. Each process reads its own share, so that nothing travels but sums.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flows.processes import in_order
from flows.whatif import difference as whatif
from flows.whatif import versions
from flows.whatif.difference import Difference, Version
from flows.whatif.past import Past

TOGETHER = 200  # conversations in a part: soon done when somebody stops it

Read = Callable[[Any], Iterable[Past]]


def compare(
    against: Path, parts: Iterable[Sequence[Any]], read: Read, processes: int = 2
) -> Generator[Difference, None, None]:
    """The difference of each part as it comes, from our version to that in `against`.

    read: makes past conversations of a part; it and the parts go to other processes. Closing ends them.
    Raises versions.NoVersion, and whatever `read` raises.
    """
    return in_order(partial(_compared, against, read), parts, processes)


_LOADED: dict[Path, tuple[Version, Version]] = {}  # of this process


def _compared(against: Path, read: Read, part: Sequence[Any]) -> Difference:
    if against not in _LOADED:
        _LOADED[against] = (versions.ours(), versions.load(against))
    return whatif.compare(*_LOADED[against], read(part))


def in_parts(whole: Sequence[Any]) -> list[Sequence[Any]]:
    return [whole[first : first + TOGETHER] for first in range(0, len(whole), TOGETHER)]
