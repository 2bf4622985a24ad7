"""Leaving nothing on her phone: at once when she leaves, else after a day (after two a bot can no longer)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.engine import Connection

from flows.model import Say
from storage import book, messages, outrows
from storage.book import Case
from storage.lean import Lean
from storage.messages import COVER, GAP, NEUTRAL, WEB, OnPhone
from storage.store import Store, alone
from storage.tables import messages as table

GAP_REACH = 100  # how many ids after the last known one an unknown send may have got

_OLD = Lean(
    select(table.c.intake_id)
    .where(table.c.at < bindparam("before"), table.c.kind != NEUTRAL, table.c.remote_id.is_not(None))
    .distinct()
    .limit(bindparam("most"))
)
_DROP_OLD = Lean(
    delete(table).where(
        table.c.intake_id == bindparam("intake_id"), table.c.at < bindparam("before"), table.c.kind != NEUTRAL
    )
)
_LAST_QUESTION = select(func.max(table.c.id)).where(table.c.question).group_by(table.c.intake_id)
_DROP_PAGES = Lean(
    delete(table).where(
        table.c.at < bindparam("before"), table.c.sealed.is_not(None), table.c.id.not_in(_LAST_QUESTION)
    )
)
_OLD_OF = Lean(
    select(table.c.id).where(
        table.c.intake_id == bindparam("intake_id"), table.c.at < bindparam("before"), table.c.kind != NEUTRAL
    )
)


def leave(
    store: Store, conn: Connection, case: Case, said: Sequence[Say], *, seq: int, language: str, at: float
) -> None:
    """All that either side said goes, what still waited is never sent, and the neutral line comes last."""
    if case.channel == WEB:
        messages.drop_all(conn, case.chat)
        messages.write(conn, case, None, said, seq=seq, language=language, at=at)
        return
    to = outrows.To.of(case)
    outrows.hold(conn, case.chat)  # only then is it certain what stands there, waits, or is on its way
    ids = wiped_ids(messages.on_phone(conn, case.chat))
    newest = messages.highest(conn, case.bot)
    outrows.cancel(conn, case.chat)
    outrows.void(conn, store, to)
    messages.drop_all(conn, case.chat)
    if ids:
        outrows.wipe(conn, store, to, ids, at)
    for say in said:
        outrows.farewell(conn, store, to, say, after_id=newest, seq=seq, language=language, at=at)


def lapse(store: Store, conn: Connection, case: Case, at: float) -> None:
    """The gap is over: what either side said in this case goes. A cover text stays: it says that there is news."""
    standing = [one for one in messages.of_case(conn, case.id) if one.kind != COVER]
    messages.drop(conn, [one.id for one in standing])
    ids = wiped_ids(standing)
    if ids and case.channel != WEB:
        outrows.wipe(conn, store, outrows.To.of(case), ids, at)


def wiped_ids(known: Iterable[OnPhone]) -> tuple[int, ...]:
    """The ids to delete: all known, and those that a send with an unknown result may have got."""
    found: set[int] = set()
    gaps: list[int] = []
    for message in known:
        if message.remote_id is not None:
            (gaps.append if message.kind == GAP else found.add)(message.remote_id)
    for after in gaps:
        following = min((known_id for known_id in found if known_id > after), default=after + GAP_REACH + 1)
        found.update(reach_of(after, following))
    return tuple(sorted(found))


def reach_of(after: int, before: int | None = None) -> range:
    """The ids that a send may have got when `after` was the newest known, and `before` is the next known."""
    end = after + GAP_REACH + 1
    return range(after + 1, end if before is None else min(before, end))


def due_for_wiping(store: Store, conn: Connection, now: float, limit: int = 50) -> int:
    """Messages that stood on phones long enough are put in the outbox to be wiped; in how many chats."""
    before = now - store.wipe_after
    intake_ids = [row[0] for row in _OLD.all(conn, {"before": before, "most": limit})]
    for intake_id in intake_ids:
        _wipe_old(store, conn, intake_id, before, now)
    _DROP_PAGES.run(conn, {"before": before})
    return len(intake_ids)


def _wipe_old(store: Store, conn: Connection, intake_id: int, before: float, now: float) -> None:
    which = {"intake_id": intake_id, "before": before}
    try:
        case = book.by_id(store, conn, intake_id)
    except book.Forgotten:
        _DROP_OLD.run(conn, which)
        return
    old = {row[0] for row in _OLD_OF.all(conn, which)}
    ids = wiped_ids(message for message in messages.on_phone(conn, case.chat) if message.id in old)
    _DROP_OLD.run(conn, which)
    if ids:
        outrows.wipe(conn, store, outrows.To.of(case), ids, now)


wipe_old = alone(due_for_wiping)
