"""How long a case is kept, by rule, and what goes: its key is destroyed, the log without her in it lives on.

AVG 5(1)(c)(e): no longer than needed. What staff accepted moves to the shelter's own file, which has terms of its own
(Wmo 5.3.4: fifteen years); here it is erased a month after it was closed. The log of looks ends after five years
(NEN 7513: at least), by hand alone, for the programs' own account may change no entry of it. Nothing that is open goes
by itself, and so no red that somebody has still to answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage import access, book, retry
from storage.logs import seals
from storage.store import Store
from storage.tables import handoffs, intakes

DAY = 24 * 3600.0
ORPHANED = (
    7 * DAY
)  # after which a key without a case is nobody's: not the key of data that are being restored
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """`days`: after the moment that `since` names."""

    name: str
    days: int
    since: str


RULES = {
    "contact": Rule("contact", 14, "last heard"),  # never handed on: a look at the guide, a talk that stopped
    "closed": Rule("closed", 30, "closed"),  # time to take over what the shelter's own file needs
}


@dataclass(frozen=True, slots=True)
class Due:
    """A case that may go. `since`: the moment from which its rule counts."""

    intake_id: int
    rule: Rule
    since: float


def due(store: Store, now: float) -> list[Due]:
    """What may go by now, the oldest first."""
    with store.read() as conn:
        found = list(_due(conn, now))
    return sorted(found, key=lambda one: one.since)


def _due(conn: Connection, now: float, only: int | None = None) -> Iterator[Due]:
    ever, closed = func.count(handoffs.c.id), func.count(handoffs.c.closed)
    wanted = (
        select(intakes.c.id, intakes.c.last_at, ever, closed, func.max(handoffs.c.closed))
        .select_from(intakes.outerjoin(handoffs, handoffs.c.intake_id == intakes.c.id))
        .where(intakes.c.head.is_not(None))
        .group_by(intakes.c.id, intakes.c.last_at)
    )
    if only is not None:
        wanted = wanted.where(intakes.c.id == only)
    for intake_id, heard, handed_on, ended, closed_at in conn.execute(wanted):
        if ended < handed_on:  # somebody still holds it, or has to
            continue
        rule = RULES["closed" if handed_on else "contact"]
        since = float(closed_at if handed_on else heard)
        if since + rule.days * DAY <= now:
            yield Due(intake_id, rule, since)


def forget(store: Store, one: Due, now: float) -> bool:
    """It goes, unless something came of it meanwhile; says whether it did."""

    def go(conn: Connection) -> bool:
        try:
            case = book.by_id(store, conn, one.intake_id)
        except book.Forgotten:
            return False
        if one not in _due(conn, now, one.intake_id):
            return False
        access.note(store, conn, access.NOBODY, f"retention:{one.rule.name}", now, case=case)
        book.forget(store, conn, case)
        return True

    return retry.outrun(store, go)


def sweep(store: Store, now: float) -> int:
    """Destroys keys that are of no case any more: a turn that was never written, a process that died in between."""
    held = sorted(store.keys.cases.held(now - ORPHANED))
    parts = (held[at : at + AT_ONCE] for at in range(0, len(held), AT_ONCE))
    return sum(store.destroy_emptied(part) for part in parts)


def looks_due(store: Store, now: float) -> int:
    """How many entries of the log of looks may go by now."""
    with store.read() as conn:
        return seals.outlived(conn, now)


def end_looks(store: Store, now: float) -> int:
    """They go, some thousands at a time; how many. Stopped half-way, the next call goes on."""
    gone = 0
    while True:
        with store.write() as conn:
            some = seals.take_out(conn, now)
        gone += some
        if not some:
            return gone


def daily(store: Store, now: float) -> int:
    """All of it; how many cases went."""
    sweep(store, now)
    return sum(forget(store, one, now) for one in due(store, now))
