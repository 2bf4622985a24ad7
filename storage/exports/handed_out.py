"""Exports as they leave: never without a written purpose, which is logged with who made it, sealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from sqlalchemy import select

from storage import access
from storage.accounts import Refused
from storage.exports import conversations as exports
from storage.exports import flow_results
from storage.store import Store
from storage.tables import access_log

KINDS = {"csv": "csv", "flow_results": "zip"}  # what it is, and how its file's name ends
WHAT = "export:"


@dataclass(frozen=True, slots=True)
class Past:
    """One export that was made. `kind`: of KINDS."""

    at: float
    staff_id: str
    kind: str
    purpose: str


def make(
    store: Store,
    kind: str,
    asked: Iterable[int],
    into: IO[bytes],
    *,
    by: str,
    purpose: str,
    now: float,
    language: str,
    linked: bool = False,
) -> None:
    """Writes an export of these weeks. Raises Refused: needs_purpose, no_such_kind."""
    if kind not in KINDS:
        raise Refused("no_such_kind")
    access.record(store, by, WHAT + kind, now, why=access.written(purpose, "needs_purpose"))
    if kind == "csv":
        into.writelines(line.encode() for line in exports.table(store, asked))
    else:
        flow_results.write(store, asked, into, now, language, linked=linked)


def past(store: Store, limit: int = 20) -> list[Past]:
    """The latest exports, newest first, each with its purpose."""
    wanted = select(access_log).where(access_log.c.what.startswith(WHAT, autoescape=True))
    with store.read() as conn:
        rows = conn.execute(wanted.order_by(access_log.c.id.desc()).limit(limit)).all()
    return [
        Past(row.at, str(row.staff_id), row.what.removeprefix(WHAT), access.reason(store, row.what, row.why))
        for row in rows
    ]
