"""Who is kept from which case, and the log of who looked at what.

A worker who knows her, or him, is barred: they neither see nor open the case.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from storage.accounts import as_member, row_of
from storage.store import Store
from storage.tables import access_log, barred, handoffs


def bar(store: Store, staff_id: str, intake_id: int, by: str, now: float) -> None:
    with store.write() as conn:
        if not is_barred(conn, staff_id, intake_id):
            values = {"staff_id": int(staff_id), "intake_id": intake_id, "at": now, "by": by}
            conn.execute(insert(barred).values(values))
            note(conn, by, intake_id, f"bar:{staff_id}", now)


def unbar(store: Store, staff_id: str, intake_id: int, by: str, now: float) -> None:
    with store.write() as conn:
        conn.execute(
            delete(barred).where(barred.c.staff_id == int(staff_id), barred.c.intake_id == intake_id)
        )
        note(conn, by, intake_id, f"unbar:{staff_id}", now)


def is_barred(conn: Connection, staff_id: str, intake_id: int) -> bool:
    there = select(barred.c.at).where(barred.c.staff_id == int(staff_id), barred.c.intake_id == intake_id)
    return conn.execute(there).first() is not None


def may_open(store: Store, staff_id: str, intake_id: int) -> bool:
    """Whether this person may see and take the case: whoever acts outside the desk asks this first."""
    with store.read() as conn:
        row = row_of(conn, staff_id)
        return row is not None and as_member(row).sees_cases and not is_barred(conn, staff_id, intake_id)


def note(
    conn: Connection,
    staff_id: str,
    intake_id: int | None,
    what: str,
    now: float,
    *,
    store: Store | None = None,
    why: str = "",
) -> None:
    """Who looked at what, or did what with it: codes only. `why`: the reason that was asked for, which is sealed."""
    sealed = store.keys.staff.seal(why.strip().encode(), "why:" + what) if store and why.strip() else None
    values = {"at": now, "staff_id": int(staff_id), "intake_id": intake_id, "what": what, "why": sealed}
    conn.execute(insert(access_log).values(values))


def record(store: Store, staff_id: str, what: str, now: float, *, why: str = "") -> None:
    """Who changed what about the accounts, the rota or the shelters: codes and ids only."""
    with store.write() as conn:
        note(conn, staff_id, None, what, now, store=store, why=why)


def case_of(store: Store, handoff_id: int) -> int | None:
    """The intake that a handoff belongs to."""
    with store.read() as conn:
        found = conn.execute(
            select(handoffs.c.intake_id).where(handoffs.c.id == handoff_id)
        ).scalar_one_or_none()
    return int(found) if found is not None else None
