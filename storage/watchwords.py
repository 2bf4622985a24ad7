"""Words of her own, as they are kept: only a slow keyed hash of each, bound to its chat.

argon2id over a keyed hash. Beside the word's own hash stand those of it without each one of its letters: two words
share one of these when a single letter sets them apart, or two that changed places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from storage.book import Case
from storage.lean import insert_all
from storage.store import Store
from storage.tables import watchwords

BYTES = 16
# RFC 9106 and OWASP: 19 MiB, two passes; some 25 ms on one core.
_COST: dict[str, Any] = {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1, "hash_len": BYTES}
_PUT = insert_all(watchwords)

Slow = Callable[[bytes, bytes], bytes]  # what was typed, keyed; the chat's salt


@dataclass(frozen=True, slots=True)
class Known:
    """The words of one case. `intake_id`: the case that they lead to. A word that was never chosen is empty."""

    intake_id: int
    returns: bytes
    return_near: frozenset[bytes]
    duress: bytes
    duress_near: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A word that she has just chosen. `step`: which of the two."""

    step: str
    digest: bytes
    near: tuple[bytes, ...]


def slow(keyed: bytes, salt: bytes) -> bytes:
    return hash_secret_raw(keyed, salt, type=Type.ID, **_COST)


def hashed(store: Store, chat: str, folded: str, hash_of: Slow) -> bytes:
    """What is kept of a word. `chat`: its keyed hash."""
    salt = bytes.fromhex(store.keys.find("watchword.salt", chat))
    return hash_of(store.keys.find("watchword", chat, folded).encode(), salt)


def of_chat(conn: Connection, chat: str) -> tuple[Known, ...]:
    """Those of every case of a chat: one begun anew has its own, if any were chosen there."""
    rows = conn.execute(select(watchwords).where(watchwords.c.chat == chat).order_by(watchwords.c.intake_id))
    return tuple(_known(row) for row in rows)


def _known(row: Any) -> Known:
    returns, duress = bytes(row.return_word or b""), bytes(row.duress_word or b"")
    return Known(row.intake_id, returns, _parts(row.return_near), duress, _parts(row.duress_near))


def keep(conn: Connection, case: Case, chosen: Chosen) -> None:
    """From now on this word leads to this case."""
    own = (watchwords.c.chat == case.chat, watchwords.c.intake_id == case.id)
    row = conn.execute(select(watchwords).where(*own)).mappings().one_or_none()
    values: dict[str, Any] = dict(row) if row else dict.fromkeys(column.name for column in watchwords.columns)
    name = chosen.step.removesuffix("_word")
    values |= {f"{name}_word": chosen.digest, f"{name}_near": b"".join(chosen.near)}
    values |= {"chat": case.chat, "intake_id": case.id}
    conn.execute(delete(watchwords).where(*own))
    _PUT.run(conn, values)


def lead_to(conn: Connection, before: Case, after: Case) -> None:
    """From now on the words of the one case lead to the other."""
    conn.execute(update(watchwords).where(watchwords.c.intake_id == before.id).values(intake_id=after.id))


def _parts(joined: bytes | None) -> frozenset[bytes]:
    known = bytes(joined or b"")
    return frozenset(known[at : at + BYTES] for at in range(0, len(known), BYTES))
