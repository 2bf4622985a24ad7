"""Breaking the glass: a closed case of somebody else's, opened for an hour by a worker who says why in writing.

For the night when she writes again and whoever knew her is asleep. Never for a case that they are barred from. A
supervisor is told in that moment, and reads the reason with the look.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from flows.model import Ring
from storage import access, accounts, book, outrows
from storage.accounts import Refused
from storage.store import Store
from storage.tables import access_log, handoffs

WHAT, WHO = "glass", "glass"  # what the log of looks says; who is told: storage.rota.ring_addresses
LASTS = 3600.0  # seconds
SHORTEST, LONGEST = 10, 1000  # characters of a reason


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
    why = why.strip()[:LONGEST]
    if len(why) < SHORTEST:
        raise Refused("needs_why")
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
    newest = _newest(conn, handoff_id)
    row = accounts.row_of(conn, staff_id)
    if newest is None or newest.closed is None or row is None or not accounts.as_member(row).sees_cases:
        return None
    return None if access.is_barred(conn, staff_id, newest.intake_id) else int(newest.intake_id)


def _newest(conn: Connection, handoff_id: int) -> Any:
    this = select(handoffs.c.intake_id).where(handoffs.c.id == handoff_id).scalar_subquery()
    of_case = select(handoffs).where(handoffs.c.intake_id == this).order_by(handoffs.c.id.desc()).limit(1)
    found = conn.execute(of_case).one_or_none()
    return found if found is not None and found.id == handoff_id else None
