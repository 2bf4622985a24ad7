"""The store's own keys as they stand wrapped, and a mark on one of them: the logs of this store were sealed.

The mark is what the staff's key is bound to. Without a master key nobody can put it there or take it off, and a store
without that row opens no address, alert or second step any more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from storage.sealed import Masters, SealBroken
from storage.tables import vault

STAFF = "staff"
_MARKED = "vault:staff, of sealed logs"
_ROW = select(vault).where(vault.c.name == STAFF)


def place(name: str) -> str:
    """What a key is bound to when it is made."""
    return "vault:" + name


def opened(masters: Masters, row: Any) -> tuple[bytes, str]:
    """The key of a row, and what it is bound to. Raises SealBroken."""
    if row.name == STAFF:
        try:
            return masters.unwrap(row.key_id, bytes(row.wrapped), _MARKED), _MARKED
        except SealBroken:
            pass
    return masters.unwrap(row.key_id, bytes(row.wrapped), place(row.name)), place(row.name)


def is_marked(conn: Connection, masters: Masters) -> bool:
    """Whether all that stood in the logs was sealed once; only a row that a master key opens says that it was not."""
    row = conn.execute(_ROW).one_or_none()
    try:
        return row is None or opened(masters, row)[1] == _MARKED
    except SealBroken:
        return True


def mark(conn: Connection, masters: Masters) -> None:
    """From now on it was, for ever."""
    raw, _ = opened(masters, conn.execute(_ROW.with_for_update()).one())
    values = {"key_id": masters.current, "wrapped": masters.wrap(raw, _MARKED)}
    conn.execute(update(vault).where(vault.c.name == STAFF).values(values))
