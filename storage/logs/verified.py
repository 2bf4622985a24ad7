"""Whether the logs are whole: names each entry that was changed, slipped in, moved or taken away."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage import vault
from storage.logs import chain, links, newest, seals
from storage.logs.newest import Newest
from storage.store import Store
from storage.tables import access_log, log, traces
from storage.tables import seals as seals_table

NO_PLACE = -1  # under a seal: nothing was ever stamped with it
LATE = 60.0  # seconds after which an entry without a seal is a find


class Find(NamedTuple):
    """`entry`: which log and which number in it, or which seal."""

    entry: str
    what: str

    def __str__(self) -> str:
        return f"{self.entry}: {self.what}"


CHANGED = "was changed, or moved here from elsewhere"
MISSING = "is missing"
CUT = "the seals do not fit together here"
SLIPPED_IN = "was never sealed and does not follow what stands before it: it was slipped in, or changed"
UNSEALED = "has no seal, for more than a minute"
NO_SEAL = "bears a seal that there is not"
BROKEN = "does not follow the entry before it: something was changed, moved, slipped in or taken away"
SHORT = "the log of this conversation ends before its last entry"
NO_NOTE = "of which one is the newest nothing is noted any more: the note was taken away or changed"
NOT_NOTED = "is not the seal that was noted as the newest"
TWICE = "stands there more than once: it was copied"
ELSEWHERE = "no longer leads to the case that it is about"
ROLLED_BACK = "is not the seal that was noted elsewhere: the log was cut off, or an older one put back"


def whole(store: Store, now: float, since: int = 1) -> Iterator[tuple[int, list[Find]]]:
    """Seal by seal, what is wrong in it; at the end, as number 0, what is wrong in what no seal or every one covers.

    All of it as it stood when this began, whatever is sealed or written meanwhile.
    """
    with store.snapshot() as conn:
        before = _seal_before(conn, since)
        for row in conn.execute(
            select(seals_table).where(seals_table.c.id >= since).order_by(seals_table.c.id)
        ):
            finds, before = _seal(store, row, before)
            yield int(row.id), [*finds, *_entries(store, conn, row, now)]
        yield 0, list(_throughout(store, conn, now, before))


def _throughout(store: Store, conn: Connection, now: float, last: Newest) -> Iterator[Find]:
    yield from _end(store, conn, last)
    yield from _loose(store, conn, now)
    yield from _chains(store, conn)
    yield from _copies(conn)
    yield from (Find(f"access_log {entry}", ELSEWHERE) for entry in links.wrong(store, conn))


def noted(store: Store, text: str) -> list[Find]:
    """Whether the heads that were noted elsewhere, a line each, are still what this log says."""
    finds = []
    with store.read() as conn:
        for line in filter(None, map(str.strip, text.splitlines())):
            number, _, noted_seal = line.split()
            wanted = select(seals_table.c.seal).where(seals_table.c.id == int(number))
            found = conn.execute(wanted).scalar_one_or_none()
            if found is None or bytes(found).hex() != noted_seal:
                finds.append(Find(f"seal {number}", ROLLED_BACK))
    return finds


def _seal_before(conn: Connection, since: int) -> Newest:
    wanted = select(seals_table).where(seals_table.c.id < since).order_by(seals_table.c.id.desc()).limit(1)
    row = conn.execute(wanted).one_or_none()
    return Newest(int(row.id), bytes(row.seal)) if row is not None else Newest()


def _seal(store: Store, row: Any, before: Newest) -> tuple[list[Find], Newest]:
    finds = _gap(before.number + 1, int(row.id) - 1)
    right = seals.sealed(store, row.id, row.at, row.entries, bytes(row.root), before.seal)
    if not finds and not hmac.compare_digest(right, bytes(row.seal)):
        finds.append(Find(f"seal {row.id}", CUT))
    return finds, Newest(int(row.id), bytes(row.seal))


def _gap(first: int, last: int) -> list[Find]:
    """Seals that are not there, in one find however many they are."""
    if first > last:
        return []
    return [Find(f"seal {first}" if first == last else f"seals {first} to {last}", MISSING)]


def _end(store: Store, conn: Connection, last: Newest) -> list[Find]:
    """Whether the last seal is the one that was noted as the newest."""
    noted = newest.noted(store, conn)
    if noted is None:
        began = vault.is_marked(conn, store.keys.cases.masters)
        return [Find("seals", NO_NOTE)] if began else []
    if noted.number > last.number:
        return _gap(last.number + 1, noted.number)
    return [] if noted == last else [Find(f"seal {last.number}", NOT_NOTED)]


def _entries(store: Store, conn: Connection, row: Any, now: float) -> Iterator[Find]:
    """The entries under one seal, each at the place that it was given."""
    number, hashes, wrong = int(row.id), dict[int, bytes](), False
    kept = row.at > now - seals.LOOKS_KEPT
    for name, table in chain.LOGS.items():
        wanted = select(table).where(table.c.seal == number).order_by(table.c.leaf)
        for entry in conn.execute(wanted).mappings():
            leaf = seals.weight(name, entry)
            place = NO_PLACE if entry["leaf"] is None else int(entry["leaf"])
            right = seals.stamp(store, number, place, leaf)
            too_soon = kept and seals.is_gone(name, entry)
            if too_soon or place in hashes or not hmac.compare_digest(right, bytes(entry["stamp"] or b"")):
                wrong = True
                yield Find(f"{name} {entry['id']}", CHANGED)
            hashes.setdefault(place, leaf)
    missing = [place for place in range(row.entries) if place not in hashes]
    yield from (Find(f"seal {number}, entry {place}", MISSING) for place in missing)
    if not wrong and not missing:
        whole_tree = seals.merkle([hashes[place] for place in range(row.entries)]) if row.entries else b""
        if not hmac.compare_digest(whole_tree, bytes(row.root)) or len(hashes) != row.entries:
            yield Find(f"seal {number}", CUT)


def _loose(store: Store, conn: Connection, now: float) -> Iterator[Find]:
    """Entries without a seal, or with one that there is not."""
    old = not vault.is_marked(conn, store.keys.cases.masters)
    for name, table in chain.LOGS.items():
        known: dict[str, bytes] = {}
        for row in conn.execute(select(table).where(table.c.seal.is_(None)).order_by(table.c.id)).mappings():
            if not seals.fits(store, conn, name, row, known, old=old):
                yield Find(f"{name} {row['id']}", SLIPPED_IN)
            elif row["at"] < now - LATE:
                yield Find(f"{name} {row['id']}", UNSEALED)
        nowhere = table.c.seal.is_not(None) & table.c.seal.not_in(select(seals_table.c.id))
        for entry in conn.scalars(select(table.c.id).where(nowhere).order_by(table.c.id)):
            yield Find(f"{name} {entry}", NO_SEAL)


def _copies(conn: Connection) -> Iterator[Find]:
    """Looks that stand there more than once, all of them: nothing tells the first from its copy.

    Of those with a number drawn for them: before, two looks in one moment were alike and both true.
    """
    drawn = func.length(access_log.c.mac) > chain.BYTES
    macs = select(access_log.c.mac).where(drawn).group_by(access_log.c.mac).having(func.count() > 1)
    for entry in conn.scalars(
        select(access_log.c.id).where(access_log.c.mac.in_(macs)).order_by(access_log.c.id)
    ):
        yield Find(f"access_log {entry}", TWICE)


def _chains(store: Store, conn: Connection) -> Iterator[Find]:
    """Entry after entry of each conversation, and whether the last is the last."""
    wanted = select(log, traces.c.chain).outerjoin(traces, traces.c.trace == log.c.trace)
    ordered = wanted.order_by(log.c.trace, log.c.id).execution_options(yield_per=5_000)
    trace, last, ends = "", b"", b""
    for row in conn.execute(ordered).mappings():
        if row["trace"] != trace:
            yield from _ends(trace, last, ends)
            trace, last, ends = row["trace"], b"", bytes(row["chain"] or b"")
        if row["mac"] is None:  # from before there was a chain: its seal alone speaks for it, see `_loose`
            continue
        if not hmac.compare_digest(bytes(row["mac"]), chain.link(store.keys.log, last, "log", row)):
            yield Find(f"log {row['id']}", BROKEN)
        last = bytes(row["mac"])
    yield from _ends(trace, last, ends)


def _ends(trace: str, last: bytes, ends: bytes) -> Iterator[Find]:
    if trace and last != ends:
        yield Find(f"conversation {trace}", SHORT)
