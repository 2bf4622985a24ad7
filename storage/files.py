"""Voice, pictures, films and documents of hers: kept sealed for staff, never read by the program.

First only where the messenger has it is kept, with the turn itself; then what it is. All of it under the case's
key, so that it goes with the case.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from storage import book, troubles
from storage.book import ID_BITS, Case
from storage.sealed import SealBroken
from storage.store import Store
from storage.tables import files, handoffs, intakes

UNKNOWN = "application/octet-stream"
# What a browser may show; all else is only ever saved.
SHOWN = frozenset({"audio/ogg", "audio/mpeg", "image/jpeg", "image/png", "video/mp4"})


@dataclass(frozen=True, slots=True)
class Sent:
    """Something she sent that is no text. `where`: the messenger's own id of it."""

    where: str
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Still to be fetched. `told`: staff know that it has failed."""

    id: int
    where: str
    at: float
    told: bool


@dataclass(frozen=True, slots=True)
class File:
    """As the desk names it. `state`: open (it can be), waiting, lost."""

    id: int
    state: str


def expect(conn: Connection, case: Case, seq: int, content: str, sent: Sent, at: float) -> None:
    """Notes, in the turn's own transaction, what is to be fetched for the entry `seq`."""
    file_id = secrets.randbits(ID_BITS)
    values = {
        "id": file_id,
        "intake_id": case.id,
        "seq": seq,
        "content": content,
        "mime": sent.mime if sent.mime in SHOWN else UNKNOWN,
        "size": None,
        "sealed": case.key.seal(sent.where.encode(), _place(case.id, file_id, "where")),
        "told": False,
        "at": at,
    }
    conn.execute(insert(files).values(values))


def waiting(store: Store, bot: str, limit: int = 100) -> list[Waiting]:
    """What is still to be fetched by this bot, the newest first."""
    wanted = (
        select(files.c.id, files.c.intake_id, files.c.sealed, files.c.at, files.c.told)
        .join(intakes, intakes.c.id == files.c.intake_id)
        .where(files.c.size.is_(None), files.c.sealed.is_not(None), intakes.c.bot == bot)
        .where(intakes.c.head.is_not(None))
        .order_by(files.c.at.desc())
        .limit(limit)
    )
    with store.read() as conn:
        found = []
        for row in conn.execute(wanted).all():
            key = book.peek(store, conn, row.intake_id).key
            where = key.open(bytes(row.sealed), _place(row.intake_id, row.id, "where")).decode()
            found.append(Waiting(row.id, where, row.at, bool(row.told)))
        return found


def keep(store: Store, file_id: int, raw: bytes) -> bool:
    """Seals what was fetched; False where the case has been forgotten meanwhile, or it is kept already."""
    with store.read() as conn:
        intake_id = _intake_of(conn, file_id)
        if intake_id is None:
            return False
        try:
            key = book.peek(store, conn, intake_id).key
        except book.Forgotten:
            return False
    sealed = key.seal(raw, _place(intake_id, file_id))  # before the transaction: it may take a while
    with store.write() as conn:
        _changed(conn, intake_id)
        missing = update(files).where(files.c.id == file_id, files.c.size.is_(None))
        return conn.execute(missing.values(size=len(raw), sealed=sealed)).rowcount == 1


def lost(store: Store, file_id: int, at: float, *, for_good: bool) -> None:
    """Staff are told, once. `for_good`: it is not tried again, and where it was is no longer kept."""
    with store.write() as conn:
        row = conn.execute(
            select(files.c.intake_id, files.c.told).where(files.c.id == file_id, files.c.size.is_(None))
        ).one_or_none()
        if row is None:
            return
        if not row.told:
            troubles.tell(conn, at, "file_lost", intake_id=row.intake_id)
        of_it = update(files).where(files.c.id == file_id, files.c.size.is_(None))
        conn.execute(of_it.values(told=True, sealed=None) if for_good else of_it.values(told=True))


def of_case(conn: Connection, intake_id: int) -> dict[int, File]:
    """What came with each entry of a case, by the entry's number."""
    columns = (files.c.id, files.c.seq, files.c.size, files.c.told)
    found = conn.execute(select(*columns).where(files.c.intake_id == intake_id))
    return {row.seq: File(row.id, _state(row.size, row.told)) for row in found}


def read(conn: Connection, case: Case, file_id: int) -> tuple[bytes, str] | None:
    """What was fetched for this case, and its kind; None where it is not this case's, or not there."""
    wanted = select(files.c.sealed, files.c.mime).where(
        files.c.id == file_id, files.c.intake_id == case.id, files.c.size.is_not(None)
    )
    row = conn.execute(wanted).one_or_none()
    if row is None:
        return None
    try:
        return case.key.open(bytes(row.sealed), _place(case.id, file_id)), row.mime
    except SealBroken:
        return None


def _state(size: int | None, told: bool) -> str:
    if size is not None:
        return "open"
    return "lost" if told else "waiting"


def _intake_of(conn: Connection, file_id: int) -> int | None:
    wanted = select(files.c.intake_id).where(files.c.id == file_id, files.c.size.is_(None))
    found: int | None = conn.execute(wanted).scalar_one_or_none()
    return found


def _changed(conn: Connection, intake_id: int) -> None:
    """Whoever watches the case sees that something changed."""
    of_case = update(handoffs).where(handoffs.c.intake_id == intake_id, handoffs.c.closed.is_(None))
    conn.execute(of_case.values(version=handoffs.c.version + 1))


def _place(intake_id: int, file_id: int, what: str = "raw") -> str:
    return f"{intake_id}:file:{file_id}:{what}"
