"""Who saw or did what, when and why: the log of looks as supervisors read it, newest first, and how its seals stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.engine import Connection

from storage import access, accounts, book
from storage.logs import seals
from storage.logs.verified import LATE
from storage.sealed import SealBroken
from storage.store import Store
from storage.tables import access_log, handoffs, log

PAGE = 50
# What is asked for together, by the first word of what was done.
GROUPS = {
    "cases": ("read", "number", "file", "from_log", "kept", "glass", "bar", "unbar", "held_back"),
    "addresses": ("address",),
    "exports": ("export", "whatif"),
    "signing_in": ("sign_in", "sign_out", "second", "passkey", "sessions"),
    "people": ("add", "roles", "password", "disable", "enable", "alert", "telegram", "rota"),
    "shelters": ("shelter",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to; empty: all. Times are seconds since 1970."""

    staff_id: str = ""
    group: str = ""
    since: float | None = None
    until: float | None = None
    handoff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One entry. `what`: its first word; `which`: the rest of it; `handoff_id`: the case, while it is not forgotten."""

    id: int
    at: float
    staff_id: str
    role: str
    what: str
    which: str
    handoff_id: int | None
    why: str
    about: bool  # about a case, forgotten or not


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest seal, and how many entries have been without one for too long."""

    number: int
    at: float | None
    late: int


def page(
    store: Store, asked: Asked, before: int | None = None, limit: int = PAGE
) -> tuple[list[Look], int | None]:
    """Entries older than the one with the number `before`, and where the next page begins."""
    wanted = (
        select(access_log).where(*_narrowed(store, asked)).order_by(access_log.c.id.desc()).limit(limit + 1)
    )
    if before is not None:
        wanted = wanted.where(access_log.c.id < before)
    with store.read() as conn:
        rows = conn.execute(wanted).all()
        cases = {
            row.intake_id: _opened(store, conn, row.intake_id) for row in rows if row.intake_id is not None
        }
        of = select(handoffs.c.intake_id, func.max(handoffs.c.id)).group_by(handoffs.c.intake_id)
        latest = dict(map(tuple, conn.execute(of.where(handoffs.c.intake_id.in_(cases)))))
    found = [_look(store, row, cases.get(row.intake_id), latest.get(row.intake_id)) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def standing(store: Store, now: float) -> Standing:
    with store.read() as conn:
        newest = seals.head(conn)
        late = sum(
            int(
                conn.execute(
                    select(func.count()).where(table.c.seal.is_(None), table.c.at < now - LATE)
                ).scalar_one()
            )
            for table in (log, access_log)
        )
    return Standing(newest.number, newest.at, late) if newest else Standing(0, None, late)


def people(store: Store) -> dict[str, str]:
    """Everybody who can stand in the log, by id."""
    with store.read() as conn:
        return accounts.names(conn)


def _narrowed(store: Store, asked: Asked) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = [access_log.c.what != seals.GONE]
    if asked.staff_id:
        kept.append(access_log.c.staff_id == int(asked.staff_id))
    if asked.group:
        what = access_log.c.what
        kept.append(or_(*(or_(what == one, what.startswith(f"{one}:")) for one in GROUPS[asked.group])))
    if asked.since is not None:
        kept.append(access_log.c.at >= asked.since)
    if asked.until is not None:
        kept.append(access_log.c.at < asked.until)
    if asked.handoff_id is not None:
        intake_id = access.case_of(store, asked.handoff_id)
        kept.append(access_log.c.intake_id == (-1 if intake_id is None else intake_id))
    return kept


def _opened(store: Store, conn: Connection, intake_id: int) -> book.Case | None:
    try:
        return book.peek(store, conn, intake_id)
    except book.Forgotten:
        return None


def _look(store: Store, entry: Any, case: book.Case | None, handoff_id: int | None) -> Look:
    what, _, which = entry.what.partition(":")
    try:
        why = access.reason(store, entry.what, entry.why, case)
    except SealBroken:  # it went with its case
        why = ""
    return Look(
        int(entry.id),
        entry.at,
        str(entry.staff_id),
        entry.role,
        what,
        which,
        handoff_id if case is not None else None,
        why,
        entry.whose is not None,
    )
