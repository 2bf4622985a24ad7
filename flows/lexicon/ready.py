"""The lexicons made ready once and kept beside the compiled code, as Python keeps its own.

Reading tens of thousands of lines takes seconds; whoever starts a program should not wait for it. They are made
anew when a lexicon or the code changes. What is kept holds nothing but the lexicons.
"""

from __future__ import annotations

import hashlib
import os
import pickle  # nosec B403: only what this code wrote beside its own bytecode is read, trusted as that is
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from flows.indicators import INDICATORS
from flows.lexicon.files import load
from flows.lexicon.index import Index
from flows.tongues import LANGUAGES

ROOM = Path(__file__).parent
SMALL = 256  # Python itself has only one of each number up to here
KEPT = ROOM / "__pycache__"
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
    KEPT.mkdir(exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}")
    with beside.open("wb") as stream:
        _Packed(stream, protocol=5).dump(index)
    beside.replace(file)
    for old in _older(file):
        old.unlink(missing_ok=True)


def _older(file: Path) -> Iterator[Path]:
    return (other for other in KEPT.glob("lexicons-*.pickle") if other != file)


class _Packed(pickle.Pickler):
    """Equal numbers as one object: there are hundreds of thousands of them."""

    def persistent_id(self, thing: object) -> int | None:
        return thing if type(thing) is int and thing > SMALL else None


class _Opened(pickle.Unpickler):  # nosec B301: see above
    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._one: dict[int, int] = {}

    def persistent_load(self, number: int) -> int:
        return self._one.setdefault(number, number)
