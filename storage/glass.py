"""Breaking the glass: a closed case of somebody else's, opened for an hour by a worker who says why in writing.

For the night when she writes again and whoever knew her is asleep. Never for a case that they are barred from. A
supervisor is told in that moment, and reads the reason with the look; where none can be told, it stands on the board
till one has seen it (storage.landing).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from flows.model import Ring
from storage import access, accounts, book, outrows
from storage.accounts import Refused
from storage.store import Store
from storage.tables import access_log, handoffs, intakes

WHAT, WHO = "glass", "glass"  # what the log of looks says; who is told: storage.rota.ring_addresses
LASTS = 3600.0  # seconds


def broken(conn: Connection, staff_id: str, intake_id: int, now: float) -> bool:
    """Whether this person has opened this case so within the last hour."""
    theirs = (access_log.c.intake_id == intake_id, access_log.c.staff_id == int(staff_id))
    found = select(access_log.c.id).where(*theirs, access_log.c.what == WHAT, access_log.c.at > now - LASTS)
    return conn.execute(found.limit(1)).first() is not None


def before(store: Store, handoff_id: int, staff_id: str) -> bool:
    """Whether the glass stands between this person and this case, and may be broken."""
    with store.read() as conn:
        return _breakable(conn, handoff_id, staff_id) is not None


def break_it(store: Store, handoff_id: int, staff_id: str, why: str, now: float) -> None:
    """The case is theirs to read for an hour. Raises Refused: needs_why, or not_behind where there is no glass."""
    why = access.written(why)
    with store.write() as conn:
        intake_id = _breakable(conn, handoff_id, staff_id)
        if intake_id is None:
            raise Refused("not_behind")
        try:
            case = book.peek(store, conn, intake_id)
        except book.Forgotten:
            raise Refused("not_behind") from None
        access.note(store, conn, staff_id, WHAT, now, case=case, why=why)
        outrows.alert(conn, handoff_id, Ring(0, WHO), now)


def _breakable(conn: Connection, handoff_id: int, staff_id: str) -> int | None:
    """The intake of a case whose newest handoff this is, and which is closed to this person for no other reason."""
    found = access.latest(
        conn, select(handoffs.c.intake_id).where(handoffs.c.id == handoff_id).scalar_subquery()
    )
    row = accounts.row_of(conn, staff_id)
    if found is None or found.id != handoff_id or found.closed is None:
        return None
    if row is None or not accounts.as_member(row).sees_cases:
        return None
    if access.is_barred(conn, staff_id, found.intake_id) or not _stands(conn, found.intake_id):
        return None
    return int(found.intake_id)


def _stands(conn: Connection, intake_id: int) -> bool:
    """Whether there is something behind it: what was forgotten is nowhere."""
    kept = select(intakes.c.id).where(intakes.c.id == intake_id, intakes.c.head.is_not(None))
    return conn.scalar(kept) is not None
