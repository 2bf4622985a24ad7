"""Updates that failed again and again with the store up: kept sealed, so that those behind them can go on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from storage import book, troubles
from storage.store import Store, alone
from storage.tables import parked, seen


@dataclass(frozen=True, slots=True)
class Parked:
    """`why`: a code or the name of an error, never words of hers."""

    id: int
    bot: str
    seen: str
    at: float
    why: str


def put_aside(store: Store, conn: Connection, bot: str, seen: str, raw: bytes, why: str, at: float) -> None:
    """Keeps an update sealed and tells staff; delivered again, it counts as a duplicate."""
    book.first_time(conn, bot, seen, at)
    values = {
        "bot": bot,
        "update_id": seen,
        "at": at,
        "why": why[:64],
        "sealed": _seal(store, bot, seen, raw),
    }
    kind = postgresql if store.dialect == "postgresql" else sqlite
    if conn.execute(kind.insert(parked).values(values).on_conflict_do_nothing()).rowcount:
        troubles.tell(conn, at, "parked", why)


park = alone(put_aside)


def all_parked(store: Store) -> list[Parked]:
    columns = (parked.c.id, parked.c.bot, parked.c.update_id, parked.c.at, parked.c.why)
    with store.read() as conn:
        return [Parked(*row) for row in conn.execute(select(*columns).order_by(parked.c.id))]


def raw(store: Store, parked_id: int) -> bytes:
    """The update as it came, for whoever mends what failed."""
    with store.read() as conn:
        row = conn.execute(select(parked).where(parked.c.id == parked_id)).one()
    return store.keys.staff.open(row.sealed, _place(row.bot, row.update_id))


def _release(_store: Store, conn: Connection, parked_id: int) -> None:
    row = conn.execute(delete(parked).where(parked.c.id == parked_id).returning(parked)).one()
    conn.execute(delete(seen).where(seen.c.bot == row.bot, seen.c.update_id == row.update_id))


release = alone(_release)  # it may be taken again, as if it had never come


def _seal(store: Store, bot: str, seen: str, raw: bytes) -> bytes:
    return store.keys.staff.seal(raw, _place(bot, seen))


def _place(bot: str, seen: str) -> str:
    return f"parked:{bot}:{seen}"
