"""From a log to the case behind it: only with a written reason, and the look is logged with that reason, sealed.

No table says which case a trace belongs to: the case's own key must open its head. A forgotten case has no way back.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage import access, book
from storage.accounts import Refused, as_member, row_of
from storage.store import Store
from storage.tables import handoffs, traces

AROUND = 1.0  # seconds between what two tables say of one moment


def case_of(store: Store, trace: str, staff_id: str, why: str, now: float) -> int:
    """The newest handoff of the case that this log belongs to, for a supervisor.

    Raises Refused: needs_why, or not_behind where it was never handed on, is forgotten, or is not theirs to see.
    """
    why = access.written(why)
    with store.write() as conn:
        found = _found(store, conn, trace) if _supervises(conn, staff_id) else None
        if found is None or access.is_barred(conn, staff_id, found[1]):
            raise Refused("not_behind")
        handoff_id, intake_id = found
        case = book.peek(store, conn, intake_id)
        access.note(store, conn, staff_id, "from_log", now, case=case, why=why)
    return handoff_id


def _supervises(conn: Connection, staff_id: str) -> bool:
    row = row_of(conn, staff_id)
    return row is not None and as_member(row).supervises and row.disabled is None


def _found(store: Store, conn: Connection, trace: str) -> tuple[int, int] | None:
    """Handoff and intake. Those opened in that moment are few: each is opened with its own key until one fits."""
    opened = conn.execute(select(traces.c.opened).where(traces.c.trace == trace)).scalar_one_or_none()
    if opened is None:
        return None
    near = handoffs.c.opened.between(opened - AROUND, opened + AROUND)
    for intake_id in conn.execute(select(handoffs.c.intake_id).where(near).distinct()).scalars().all():
        if _trace_of(store, conn, intake_id) == trace:
            return int(access.latest(conn, intake_id).id), int(intake_id)
    return None


def _trace_of(store: Store, conn: Connection, intake_id: int) -> str:
    try:
        return book.peek(store, conn, intake_id).head.trace
    except book.Forgotten:
        return ""
