"""A shelter's address, as a value that cannot be said by accident: it has no string form.

Only `reveal` opens it, one at a time, for the placement role, with a written reason that is logged.
"""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage import access, accounts
from storage.sealed import Key
from storage.store import Store
from storage.tables import shelters


class SecretAddress:
    """An address under its seal. It cannot be printed, joined, formatted, compared, copied, pickled or encoded."""

    __slots__ = ("_place", "_sealed")

    def __init__(self, sealed: bytes, place: str) -> None:
        self._sealed = sealed
        self._place = place

    def __repr__(self) -> str:
        return "<a secret address>"  # for debuggers and tracebacks: says nothing

    def __str__(self) -> NoReturn:
        raise TypeError(
            "a secret address has no string form: addresses.reveal opens it for whoever may see it"
        )

    def __format__(self, _spec: str) -> NoReturn:
        raise TypeError("a secret address has no string form")

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret address is never copied or stored elsewhere")

    def __eq__(self, _other: object) -> NoReturn:
        raise TypeError("a secret address is not compared")

    __hash__ = None  # type: ignore[assignment]  # nor kept in a cache

    def _open(self, key: Key) -> str:
        return key.open(self._sealed, self._place).decode()


class NotRevealed(Exception):
    """Why an address stays closed, as a code: role, reason, gone."""


def place(shelter_id: int, what: str) -> str:
    """What a sealed field of a shelter is bound to."""
    return f"shelter:{shelter_id}:{what}"


def address_of(conn: Connection, shelter_id: int) -> SecretAddress | None:
    sealed = conn.execute(select(shelters.c.address).where(shelters.c.id == shelter_id)).scalar_one_or_none()
    return SecretAddress(bytes(sealed), place(shelter_id, "address")) if sealed is not None else None


def reveal(store: Store, shelter_id: int, staff_id: str, why: str, now: float) -> str:
    """The address of one shelter, for one look. Raises NotRevealed."""
    with store.write() as conn:
        row = accounts.row_of(conn, staff_id)
        if row is None or not accounts.as_member(row).places:
            raise NotRevealed("role")
        if len(why.strip()) < access.SHORTEST:
            raise NotRevealed("reason")
        found = address_of(conn, shelter_id)
        if found is None:
            raise NotRevealed("gone")
        access.note(store, conn, staff_id, f"address:{shelter_id}", now, why=why)
        return found._open(store.keys.staff)  # noqa: SLF001 - the one door
