"""The lexicons made ready once and kept in the user's own cache, under a hash of what they were made from.

Reading tens of thousands of lines takes seconds; whoever starts a program should not wait for it. They are made
anew when a lexicon or the code changes. What is kept holds nothing but the lexicons.
"""

from __future__ import annotations

import hashlib
import os
import pickle  # only what this code itself wrote, where only this user can, is read  # nosec B403
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from flows.indicators import INDICATORS
from flows.lexicon.files import load
from flows.lexicon.index import Index
from flows.tongues import LANGUAGES

ROOM = Path(__file__).parent
SMALL = 256  # Python itself has only one of each number up to here
_HOME = os.path.expanduser("~")  # noqa: PTH111 - unlike Path's, it does not fail for a user without one
_CACHE = os.environ.get("XDG_CACHE_HOME") or (ROOM / "__pycache__" if _HOME == "~" else f"{_HOME}/.cache")
KEPT = Path(_CACHE) / "drempel"
AT_MOST = 4  # of the releases and drafts of one machine
BROKEN = (
    OSError,
    pickle.UnpicklingError,
    EOFError,
    ImportError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


def ready() -> Index:
    """All lexicons; raises files.Unreadable where one cannot be read."""
    file = KEPT / f"lexicons-{_sources()}.pickle"
    return _kept(file) or _made(file)


def _sources() -> str:
    """Of every lexicon and of the code that reads them, one hash."""
    summed = hashlib.sha256(repr((sys.version, sorted(INDICATORS), LANGUAGES)).encode())
    for file in sorted((*ROOM.glob("*.toml"), *ROOM.glob("*.py"))):
        summed.update(file.read_bytes())
    return summed.hexdigest()[:16]


def _kept(file: Path) -> Index | None:
    try:
        with file.open("rb") as stream:
            kept = _Opened(stream).load()
    except BROKEN:  # not there, half written, from another version: it is made anew
        return None
    return kept if isinstance(kept, Index) else None


def _made(file: Path) -> Index:
    index = Index(load(language) for language in LANGUAGES)
    with suppress(OSError):  # a place that cannot be written to: the next program makes it again
        _keep(index, file)
    return index


def _keep(index: Index, file: Path) -> None:
    KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}")
    with beside.open("wb") as stream:
        _Packed(stream, protocol=5).dump(index)
    beside.replace(file)
    for old in _older():
        old.unlink(missing_ok=True)


def _older() -> list[Path]:
    """All but the newest."""
    kept = [(other.stat().st_mtime, other) for other in KEPT.glob("lexicons-*.pickle")]
    return [other for _, other in sorted(kept, reverse=True)[AT_MOST:]]


class _Packed(pickle.Pickler):
    """Equal numbers as one object: there are hundreds of thousands of them."""

    def persistent_id(self, thing: object) -> int | None:
        return thing if type(thing) is int and thing > SMALL else None


class _Opened(pickle.Unpickler):  # see above  # nosec B301
    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._one: dict[int, int] = {}

    def persistent_load(self, number: int) -> int:
        return self._one.setdefault(number, number)
