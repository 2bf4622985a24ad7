"""Each entry of a log carries a keyed hash over itself and the entry before it.

What was changed, left out or slipped in no longer fits, and nobody without the store's key for its log can make it
fit. Entries about one conversation follow each other by its trace; a look or a setting stands for itself, and follows a
number that was drawn for it: no two are alike, and one that stands there twice was copied.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import LargeBinary, RowMapping, Table
from sqlalchemy.types import Double, Integer, String

from storage.tables import access_log, log

BYTES = 16
Row = Mapping[str, Any] | RowMapping
NOT_COVERED = frozenset({"id", "mac", "seal", "leaf", "stamp"})
# What forgetting a case empties stays outside: `whose` says whose it was to whoever has the key.
MAY_BE_EMPTIED = frozenset({"intake_id"})


def covered(table: Table) -> tuple[str, ...]:
    """The columns that the hash of a row covers, in their order."""
    return tuple(c.name for c in table.columns if c.name not in NOT_COVERED | MAY_BE_EMPTIED)


LOGS: dict[str, Table] = {table.name: table for table in (log, access_log)}
COVERED = {name: covered(table) for name, table in LOGS.items()}


def _kind(column: Any) -> str:
    kinds = ((LargeBinary, "b"), (Double, "f"), (Integer, "i"), (String, "t"))
    return next(letter for kind, letter in kinds if isinstance(column.type, kind))


_KINDS = {
    name: tuple((column, _kind(LOGS[name].c[column])) for column in columns)
    for name, columns in COVERED.items()
}


def canonical(name: str, row: Row) -> bytes:
    """A row of a log as bytes that say just that: each value with its kind and its length."""
    parts = [name.encode()]
    for column, kind in _KINDS[name]:
        value = row[column]
        plain = b"" if value is None else _plain(kind, value)
        parts.append(b"-" if value is None else kind.encode() + len(plain).to_bytes(4))
        parts.append(plain)
    return b"".join(parts)


def _plain(kind: str, value: Any) -> bytes:
    if kind == "t":
        return str(value).encode()
    if kind == "f":
        return struct.pack(">d", value)
    return bytes(value) if kind == "b" else int(value).to_bytes(8, signed=True)


def link(key: bytes, before: bytes, name: str, row: Row) -> bytes:
    """The hash of an entry that follows the one with the hash `before`; empty for the first."""
    return hashlib.blake2b(before + canonical(name, row), key=key, digest_size=BYTES).digest()


def alone(key: bytes, name: str, row: Row) -> bytes:
    """The hash of an entry that follows no other: behind the number that was drawn for it."""
    drawn = secrets.token_bytes(BYTES)
    return drawn + link(key, drawn, name, row)


def drawn_for(mac: bytes) -> bytes:
    """The number that such an entry follows; older ones have none."""
    return mac[:-BYTES]


def linked(
    key: bytes, before: bytes, name: str, rows: Iterable[dict[str, Any]]
) -> tuple[list[dict[str, Any]], bytes]:
    """Entries of one conversation, each with its hash, and the hash of the last."""
    done = []
    for row in rows:
        before = link(key, before, name, row)
        done.append(row | {"mac": before})
    return done, before
