"""What went wrong and a person must know: codes only, shown on the desk until somebody clears it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from storage.store import Store, alone
from storage.tables import handoffs, troubles

UNTOLD = "glass_untold"  # its detail is the number of the handoff
FOR_SUPERVISORS = frozenset({UNTOLD})  # others see them, and cannot say that they were seen


@dataclass(frozen=True, slots=True)
class Trouble:
    """`code`: undelivered, not_wiped, card_failed, alert_failed, parked ...; `detail`: a code too."""

    id: int
    at: float
    code: str
    detail: str
    intake_id: int | None

    @property
    def for_supervisors(self) -> bool:
        return self.code in FOR_SUPERVISORS


def tell(conn: Connection, at: float, code: str, detail: str = "", intake_id: int | None = None) -> None:
    """Staff will see it; whoever watches the case sees that something changed."""
    values = {"at": at, "code": code, "detail": detail[:64], "intake_id": intake_id, "cleared_by": ""}
    conn.execute(insert(troubles).values(values))
    if intake_id is not None:
        of_case = update(handoffs).where(handoffs.c.intake_id == intake_id, handoffs.c.closed.is_(None))
        conn.execute(of_case.values(version=handoffs.c.version + 1))


def _report(
    _store: Store, conn: Connection, at: float, code: str, detail: str = "", intake_id: int | None = None
) -> None:
    tell(conn, at, code, detail, intake_id)


def _clear(
    _store: Store, conn: Connection, trouble_id: int, by: str, at: float, *, supervises: bool = False
) -> bool:
    """Whether this person may say that it was seen; else it stays."""
    code = conn.execute(select(troubles.c.code).where(troubles.c.id == trouble_id)).scalar()
    if code in FOR_SUPERVISORS and not supervises:
        return False
    conn.execute(update(troubles).where(troubles.c.id == trouble_id).values(cleared=at, cleared_by=by))
    return True


report = alone(_report)
clear = alone(_clear)


def still_open(store: Store, intake_id: int | None = None, limit: int = 100) -> list[Trouble]:
    """Those that nobody has cleared yet, newest first: of one case, or all."""
    columns = (troubles.c.id, troubles.c.at, troubles.c.code, troubles.c.detail, troubles.c.intake_id)
    wanted = select(*columns).where(troubles.c.cleared.is_(None)).order_by(troubles.c.id.desc()).limit(limit)
    if intake_id is not None:
        wanted = wanted.where(troubles.c.intake_id == intake_id)
    with store.read() as conn:
        return [Trouble(*row) for row in conn.execute(wanted)]
