"""Which seal is the newest, noted beside the seals under a key of the store: that some were cut off shows."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from storage.sealed import SealBroken
from storage.store import Store
from storage.tables import vault

NAME = "newest"  # of its row in the vault; no key is in it
_PLACE = "vault:newest"
_HERE = vault.c.name == NAME


class Newest(NamedTuple):
    """A seal: its number and itself. Number 0: none."""

    number: int = 0
    seal: bytes = b""


def noted(store: Store, conn: Connection) -> Newest | None:
    """None where nothing is noted, or nothing that this store wrote."""
    found = conn.execute(select(vault.c.wrapped).where(_HERE)).scalar_one_or_none()
    try:
        words = store.keys.staff.open(bytes(found or b""), _PLACE).decode().split()
    except SealBroken:
        return None
    return Newest(int(words[0]), bytes.fromhex(words[1]))


def note(store: Store, conn: Connection, newest: Newest) -> None:
    words = f"{newest.number} {newest.seal.hex()}"
    values = {"name": NAME, "key_id": "staff", "wrapped": store.keys.staff.seal(words.encode(), _PLACE)}
    if not conn.execute(update(vault).where(_HERE).values(values)).rowcount:
        conn.execute(insert(vault).values(values))
