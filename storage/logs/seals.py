"""Every few seconds one seal over all entries of the logs that have none yet, and over the seal before it.

A seal is a keyed hash over its number, its time, the root of a Merkle tree (RFC 6962, 2.1) of its entries, and the
seal before it. Each entry is stamped with its seal, its place in the tree and a keyed hash over both, so that a
changed one can be named. Entries that are committed late come into the next seal, whatever their number.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from storage import vault
from storage.lean import Lean
from storage.logs import chain, newest
from storage.logs.newest import Newest
from storage.store import Store
from storage.tables import seals

MOST = 5_000  # entries of one seal
STAMP_BYTES = 16
GONE = "gone"
LOOKS_KEPT = 5 * 366 * 24 * 3600.0  # seconds; NEN 7513: at least five years


class Head(NamedTuple):
    """The newest seal: kept in a second place, it shows whether the log was cut off or an older one put back."""

    number: int
    at: float
    seal: bytes

    def __str__(self) -> str:
        return f"{self.number} {self.at:.3f} {self.seal.hex()}"


class Leaf(NamedTuple):
    """One entry, and what it weighs in the tree."""

    table: str
    id: int
    hash: bytes


def head(conn: Connection) -> Head | None:
    """The newest seal; None where nothing was ever sealed."""
    row = conn.execute(select(seals).order_by(seals.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Head(int(row.id), row.at, bytes(row.seal))


def seal(store: Store, now: float) -> int:
    """Seals what is not sealed and fits its chain; how many entries. Nothing, where another process does it."""
    try:
        with store.write() as conn:
            return _sealed(store, conn, now)
    except IntegrityError:  # the same number, by another process in the same moment
        return 0


def _sealed(store: Store, conn: Connection, now: float) -> int:
    began = vault.is_marked(conn, store.keys.cases.masters)
    last = _before_next(store, conn, began=began)
    leaves = list(islice(_fitting(store, conn, old=not began), MOST))
    if leaves:
        last = _follow(store, conn, now, last, leaves)
    if not began and last.number and len(leaves) < MOST:
        newest.note(store, conn, last)
        vault.mark(conn, store.keys.cases.masters)
    return len(leaves)


def _follow(store: Store, conn: Connection, now: float, before: Newest, leaves: Sequence[Leaf]) -> Newest:
    """The next seal, over these entries."""
    number = before.number + 1
    root = merkle([leaf.hash for leaf in leaves])
    made = sealed(store, number, now, len(leaves), root, before.seal)
    conn.execute(insert(seals).values(id=number, at=now, entries=len(leaves), root=root, seal=made))
    _stamp(store, conn, number, leaves)
    found = Newest(number, made)
    newest.note(store, conn, found)
    return found


def _before_next(store: Store, conn: Connection, *, began: bool) -> Newest:
    """The newest seal that ever was, be it still there or not: what was cut off stays a gap in the numbers."""
    noted, there = newest.noted(store, conn), head(conn)
    last = Newest(there.number, there.seal) if there else Newest()
    if noted is None and began:  # it was taken away: how many are gone cannot be known, but that must show
        return last._replace(number=last.number + 1)
    return max(noted or last, last, key=lambda one: one.number)


def _stamp(store: Store, conn: Connection, number: int, leaves: Sequence[Leaf]) -> None:
    for name, statement in _STAMPS.items():
        rows = [
            {
                "the_id": leaf.id,
                "seal": number,
                "leaf": place,
                "stamp": stamp(store, number, place, leaf.hash),
            }
            for place, leaf in enumerate(leaves)
            if leaf.table == name
        ]
        statement.many(conn, rows)


_STAMPS = {
    name: Lean(
        update(table)
        .where(table.c.id == bindparam("the_id"))
        .values({column: bindparam(column) for column in ("seal", "leaf", "stamp")})
    )
    for name, table in chain.LOGS.items()
}


def _fitting(store: Store, conn: Connection, *, old: bool) -> Iterator[Leaf]:
    """What has no seal and fits its chain, past all that does not. `old`: as in `fits`."""
    for name in chain.LOGS:
        last: dict[str, bytes] = {}
        for row in _unsealed(conn, name):
            if fits(store, conn, name, row, last, old=old):
                yield Leaf(name, int(row["id"]), leaf_hash(name, row))


def _unsealed(conn: Connection, name: str) -> Iterator[RowMapping]:
    """In the order of their numbers, and never too many at a time."""
    table = chain.LOGS[name]
    wanted = select(table).where(table.c.seal.is_(None)).order_by(table.c.id).limit(MOST)
    page = conn.execute(wanted).mappings().all()
    while page:
        yield from page
        page = conn.execute(wanted.where(table.c.id > page[-1]["id"])).mappings().all()


def fits(store: Store, conn: Connection, name: str, row: Any, last: dict[str, bytes], *, old: bool) -> bool:
    """Whether the entry follows the one before it. `last`: the hash of the entry before, of traces seen already.

    A look follows none, and fits while it stands there once.
    `old`: the logs of this store were not sealed yet. What was written before there was a chain has no hash, and is
    sealed as it stands.
    """
    if row["mac"] is None:
        return old
    mac, trace = bytes(row["mac"]), row.get("trace", "")
    if not trace:
        before = chain.drawn_for(mac)
        right = before + chain.link(store.keys.log, before, name, row)
        return hmac.compare_digest(mac, right) and not _is_twice(conn, name, mac)
    before = last[trace] if trace in last else _before(conn, trace, row["id"])
    last[trace] = mac
    return hmac.compare_digest(mac, chain.link(store.keys.log, before, name, row))


def _is_twice(conn: Connection, name: str, mac: bytes) -> bool:
    """Of those with a number drawn for them: before, two looks in one moment were alike and both true."""
    if len(mac) <= chain.BYTES:
        return False
    table = chain.LOGS[name]
    return len(conn.execute(select(table.c.id).where(table.c.mac == mac).limit(2)).all()) > 1


def _before(conn: Connection, trace: str, entry: int) -> bytes:
    table = chain.LOGS["log"]
    chained = (table.c.trace == trace, table.c.id < entry, table.c.mac.is_not(None))
    wanted = select(table.c.mac).where(*chained)
    found = conn.execute(wanted.order_by(table.c.id.desc()).limit(1)).scalar_one_or_none()
    return bytes(found) if found is not None else b""


# --- what is computed ---------------------------------------------------------------------------------------------


def leaf_hash(name: str, row: Any) -> bytes:
    """An entry with its number, so that two cannot change places."""
    whole = int(row["id"]).to_bytes(8, signed=True) + bytes(row["mac"] or b"") + chain.canonical(name, row)
    return hashlib.sha256(b"\x00" + whole).digest()


def is_gone(name: str, row: Any) -> bool:
    """Whether an entry was taken out of the log of looks by rule: only what it weighs in the tree is left of it."""
    return name == "access_log" and row["what"] == GONE


def weight(name: str, row: Any) -> bytes:
    """What an entry weighs in the tree, be it gone or not."""
    return bytes(row["whose"] or b"") if is_gone(name, row) else leaf_hash(name, row)


def outlived(conn: Connection, now: float) -> int:
    """How many entries of the log of looks are under a seal that is older than they are kept."""
    return conn.execute(select(func.count()).select_from(_outlived(now).subquery())).scalar_one()


def _outlived(now: float) -> Any:
    table = chain.LOGS["access_log"]
    old = select(table).join(seals, seals.c.id == table.c.seal)
    return old.where(seals.c.at < now - LOOKS_KEPT, table.c.what != GONE).order_by(table.c.id)


def take_out(conn: Connection, now: float, limit: int = MOST) -> int:
    """Takes what they say out of them; how many. What each weighs in its tree stays, so that the seals still fit."""
    table = chain.LOGS["access_log"]
    rows = conn.execute(_outlived(now).limit(limit)).mappings().all()
    nothing = {"staff_id": 0, "role": "", "intake_id": None, "why": None, "mac": None, "what": GONE}
    for row in rows:
        said = update(table).where(table.c.id == row["id"])
        conn.execute(said.values(**nothing, whose=leaf_hash("access_log", row)))
    return len(rows)


def merkle(hashes: Sequence[bytes]) -> bytes:
    """The root of a tree over hashes of leaves (RFC 6962, 2.1); not for none."""
    level = list(hashes)
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + one + other).digest()
            for one, other in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def sealed(store: Store, number: int, at: float, entries: int, root: bytes, before: bytes) -> bytes:
    """The seal itself."""
    said = f"seal {number} {at!r} {entries} ".encode() + root + before
    return hmac.digest(store.keys.log, said, "sha256")


def stamp(store: Store, number: int, place: int, leaf: bytes) -> bytes:
    said = f"stamp {number} {place} ".encode() + leaf
    return hmac.digest(store.keys.log, said, "sha256")[:STAMP_BYTES]
