"""Who is kept from which case, and the log of who looked at what.

A worker who knows her, or him, is barred: they neither see nor open the case.
The log holds what NEN 7513 asks for: event, time, whose case, which staff, in which role, what was seen, and why.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from storage import book
from storage.accounts import Refused, as_member, row_of
from storage.book import Case
from storage.logs import chain
from storage.store import Store
from storage.tables import access_log, barred, handoffs

SHORTEST, LONGEST = 10, 1000  # characters of a reason: one that a second person can read
NOBODY = "0"  # nobody who is signed in: a command on the server, or a name that no account has


def bar(store: Store, staff_id: str, intake_id: int, by: str, now: float) -> None:
    with store.write() as conn:
        if not is_barred(conn, staff_id, intake_id):
            values = {"staff_id": int(staff_id), "intake_id": intake_id, "at": now, "by": by}
            conn.execute(insert(barred).values(values))
            note(store, conn, by, f"bar:{staff_id}", now, case=_kept(store, conn, intake_id))


def unbar(store: Store, staff_id: str, intake_id: int, by: str, now: float) -> None:
    with store.write() as conn:
        conn.execute(
            delete(barred).where(barred.c.staff_id == int(staff_id), barred.c.intake_id == intake_id)
        )
        note(store, conn, by, f"unbar:{staff_id}", now, case=_kept(store, conn, intake_id))


def _kept(store: Store, conn: Connection, intake_id: int) -> Case | None:
    """The case, unless it is forgotten."""
    try:
        return book.peek(store, conn, intake_id)
    except book.Forgotten:
        return None


def is_barred(conn: Connection, staff_id: str, intake_id: int) -> bool:
    there = select(barred.c.at).where(barred.c.staff_id == int(staff_id), barred.c.intake_id == intake_id)
    return conn.execute(there).first() is not None


def may_open(store: Store, staff_id: str, intake_id: int) -> bool:
    """Whether this person may see and take the case: whoever acts outside the desk asks this first."""
    with store.read() as conn:
        row = row_of(conn, staff_id)
        return row is not None and as_member(row).sees_cases and not is_barred(conn, staff_id, intake_id)


def latest(conn: Connection, intake_id: Any) -> Any:
    """The newest handoff of a case; None where it has none. `intake_id`: a number, or a query that gives one."""
    of_case = select(handoffs).where(handoffs.c.intake_id == intake_id)
    return conn.execute(of_case.order_by(handoffs.c.id.desc()).limit(1)).one_or_none()


# --- the log ----------------------------------------------------------------------------------------------


def note(
    store: Store,
    conn: Connection,
    staff_id: str,
    what: str,
    now: float,
    *,
    case: Case | None = None,
    why: str = "",
) -> None:
    """One event, in the caller's transaction: who looked at what, or did what. `what`: codes and ids only.

    `case`: whose it was. `why`: the reason that was asked for; it may tell of her, so that it is sealed with the key
    of her case and goes with it.
    """
    key = case.key if case is not None else store.keys.staff
    row = row_of(conn, staff_id)
    values = {
        "at": now,
        "staff_id": int(staff_id),
        "role": row.roles if row is not None else "",
        "intake_id": case.id if case is not None else None,
        "whose": case.key.stands_for() if case is not None else None,
        "what": what,
        "why": key.seal(why.strip().encode(), _place(what)) if why.strip() else None,
    }
    values["mac"] = chain.alone(store.keys.log, "access_log", values)
    conn.execute(insert(access_log).values(values))


def written(why: str, refusal: str = "needs_why") -> str:
    """A reason or a purpose, as it is kept. Raises Refused where it says too little."""
    told = why.strip()[:LONGEST]
    if len(told) < SHORTEST:
        raise Refused(refusal)
    return told


def record(store: Store, staff_id: str, what: str, now: float, *, why: str = "") -> None:
    """One event that belongs to no case, in a transaction of its own: signing in, accounts, rota, shelters, exports."""
    with store.write() as conn:
        note(store, conn, staff_id, what, now, why=why)


def reason(store: Store, what: str, sealed: bytes | None, case: Case | None = None) -> str:
    """The reason of a row, opened. Raises SealBroken where it belongs to a case and that is not given."""
    key = case.key if case is not None else store.keys.staff
    return key.open(bytes(sealed), _place(what)).decode() if sealed is not None else ""


def _place(what: str) -> str:
    return "why:" + what


def case_of(store: Store, handoff_id: int) -> int | None:
    """The intake that a handoff belongs to."""
    with store.read() as conn:
        found = conn.execute(
            select(handoffs.c.intake_id).where(handoffs.c.id == handoff_id)
        ).scalar_one_or_none()
    return int(found) if found is not None else None
