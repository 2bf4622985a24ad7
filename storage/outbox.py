"""The outbox: what is to be sent, claimed in order of need, and what became of it.

Who sends claims rows (each is then theirs for LEASE_SECONDS), sends them one by one, and reports `done`,
`cover_sent`, `passing` or `for_good`. A sender that dies says nothing: its rows come back after the lease.
The rows of one chat go out in order, never two at a time; wiping waits for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    JSON,
    Text,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.engine import Connection

from flows.model import Lane
from storage import landing, letters
from storage.lean import Lean
from storage.letters import Row
from storage.messages import highest
from storage.outrows import COVERED, WAITING
from storage.store import Store, alone
from storage.tables import outbox

__all__ = ["Row", "claim", "claim_due", "cover_sent", "done", "for_good", "passing", "waiting"]

LEASE_SECONDS = 30.0
SLOWEST = {
    Lane.WIPE: 10.0,
    Lane.RED: 10.0,
    Lane.RED_REPLY: 30.0,
    Lane.REPLY: 60.0,
    Lane.CROWD: 60.0,
}  # seconds between two tries
ROUNDS = 8  # how often a claim looks again after its caller refused a chat
AHEAD = 16  # rows that it then looks at, be its limit one: refused chats must not use up the rounds

Free = Callable[[str, Lane], bool]

_earlier, _flying = outbox.alias("earlier"), outbox.alias("flying")
# Its line's first, and nothing of its line on the way. What is wiped need not wait for what is being sent.
# OFFSET 0 keeps PostgreSQL from making a join of it: each row is asked, in order, until there are enough.
_FIRST = ~exists(
    select(_earlier.c.id)
    .where(
        _earlier.c.line == outbox.c.line,
        tuple_(_earlier.c.lane, _earlier.c.id) < tuple_(outbox.c.lane, outbox.c.id),
        _earlier.c.state == WAITING,
    )
    .correlate(outbox)
    .offset(literal_column("0"))
)
_ALONE = or_(
    outbox.c.lane == int(Lane.WIPE), ~exists().where(_flying.c.lease > 0, _flying.c.line == outbox.c.line)
)


def _listed(name: str, dialect: str) -> Any:
    """The words of a list given as one value, in JSON: one statement for lists of any length."""
    given = bindparam(name, type_=Text)
    each = func.json_each(given) if dialect == "sqlite" else func.json_array_elements_text(cast(given, JSON))
    return select(each.table_valued("value").c.value)


def _candidates(dialect: str) -> Any:
    """Of one lane: what waits in the others, be it ten thousand rows, is not even looked at."""
    return (
        select(outbox)
        .where(
            outbox.c.lane == bindparam("the_lane"),
            outbox.c.id > bindparam("after"),
            outbox.c.state == WAITING,
            outbox.c.lease == 0,
            outbox.c.due <= bindparam("now"),
            outbox.c.bot.in_(_listed("bots", dialect)),
            outbox.c.chat.not_in(_listed("skip", dialect)),
            _FIRST,
            _ALONE,
        )
        .order_by(outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=outbox)
    )


_CANDIDATES = Lean(_candidates)
# PostgreSQL guesses from statistics; of a table that is empty now and full in a minute, it has none. Only reading
# in the order of the index stops after the first few of ten thousand rows: 2 ms and not 400.
_BY_INDEX = "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off"
_NAMES = tuple(outbox.c.keys())
_LEASE = Lean(
    update(outbox)
    .where(outbox.c.id == bindparam("the_id"))
    .values(lease=bindparam("lease"), attempts=outbox.c.attempts + 1, after_id=bindparam("after_id"))
)
_EXPIRED = Lean(
    select(outbox.c.id)
    .where(outbox.c.lease > 0, outbox.c.lease <= bindparam("now"))
    .with_for_update(skip_locked=True)
)
_END = Lean(delete(outbox).where(outbox.c.id == bindparam("the_id")).returning(outbox.c.void))
_COVER = Lean(
    update(outbox)
    .where(outbox.c.id == bindparam("the_id"), outbox.c.void.is_(False))
    .values(state=COVERED, lease=0, edit_id=bindparam("edit_id"))
)
_LATER = Lean(
    update(outbox)
    .where(outbox.c.id == bindparam("the_id"), outbox.c.void.is_(False))
    .values(lease=0, due=bindparam("due"))
)


# --- claiming --------------------------------------------------------------------------------------------


def claim(
    store: Store,
    conn: Connection,
    now: float,
    limit: int,
    bots: Collection[str],
    *,
    lanes: Collection[Lane] = tuple(Lane),
    skip: Collection[str] = (),
    free: Free | None = None,
) -> list[Row]:
    """At most `limit` rows to be sent now by one of these `bots`, the most pressing first.

    `lanes`: those of which something may go.
    `skip`: chats (Row.chat) that may get nothing now.  `free(chat, lane)` is asked once for each row before
    it is claimed: a False refuses the whole chat this time, so it may count what it grants.
    """
    if store.dialect == "postgresql":
        conn.exec_driver_sql(_BY_INDEX)
    _land_expired(store, conn, now)
    chosen: list[Any] = []
    refused = set(skip)
    for lane in sorted(lanes):
        values = {"the_lane": int(lane), "now": now, "bots": json.dumps(sorted(bots))}
        chosen += _from_lane(conn, values, limit - len(chosen), refused, free)
    if not chosen:
        return []
    newest = {bot: highest(conn, bot) for bot in {row.bot for row in chosen}}
    after = {row.id: max(row.after_id, newest[row.bot]) for row in chosen}
    lease = now + LEASE_SECONDS
    _LEASE.many(conn, [{"the_id": row.id, "lease": lease, "after_id": after[row.id]} for row in chosen])
    rows = letters.opened(store, conn, chosen, after, now)
    for gone in {row.id for row in chosen} - {row.id for row in rows}:
        _END.run(conn, {"the_id": gone})  # of a case that was forgotten meanwhile
    return rows


claim_due = alone(claim)


def _from_lane(
    conn: Connection, values: dict[str, Any], limit: int, refused: set[str], free: Free | None
) -> list[Any]:
    """At most `limit` rows of one lane; whoever is refused is noted, and the search goes on behind."""
    chosen: list[Any] = []
    after, most = 0, limit
    for _ in range(ROUNDS):
        if len(chosen) >= limit:
            break
        more = values | {"skip": json.dumps(sorted(refused)), "after": after, "most": most}
        found = [
            SimpleNamespace(**dict(zip(_NAMES, row, strict=True))) for row in _CANDIDATES.all(conn, more)
        ]
        for row in found:
            if len(chosen) < limit and _granted(row, refused, free):
                chosen.append(row)
        if len(found) < most:
            break
        after, most = found[-1].id, max(limit - len(chosen), AHEAD)
    return chosen


def _granted(row: Any, refused: set[str], free: Free | None) -> bool:
    if row.chat in refused:
        return False
    if free is None or free(row.chat, Lane(row.lane)):
        return True
    refused.add(row.chat)
    return False


def _land_expired(store: Store, conn: Connection, now: float) -> None:
    """Rows whose sender said nothing in time: nobody knows whether they were sent."""
    for (row_id,) in _EXPIRED.all(conn, {"now": now}):
        row = conn.execute(select(outbox).where(outbox.c.id == row_id)).one()
        landing.lost(store, conn, row, now)
        if not _LATER.count(conn, {"the_id": row_id, "due": now}):
            _END.run(conn, {"the_id": row_id})


# --- what became of it -----------------------------------------------------------------------------------


def landed(store: Store, conn: Connection, row: Row, message_id: int | None, now: float) -> None:
    """It was sent (or edited, or deleted); `message_id`: the message that stands there, if any."""
    ended = _END.one(conn, {"the_id": row.id})
    stray = ended is None or bool(ended[0])
    landing.sent(store, conn, row, message_id, now, stray=stray)


def covered(store: Store, conn: Connection, row: Row, message_id: int, now: float) -> None:
    """Only her cover text was sent: the row waits until she presses its button (turns.Arrival.opens)."""
    if _COVER.count(conn, {"the_id": row.id, "edit_id": message_id}):
        landing.cover(conn, row, message_id, now)
    else:
        _END.run(conn, {"the_id": row.id})
        landing.sent(store, conn, row, message_id, now, stray=True)


def held(conn: Connection, row: Row) -> None:
    """Nothing was sent, for somebody else reads on her device: it waits till she does something (turns)."""
    if not _COVER.count(conn, {"the_id": row.id, "edit_id": None}):
        _END.run(conn, {"the_id": row.id})


def later(
    store: Store,
    conn: Connection,
    row: Row,
    now: float,
    retry_at: float | None = None,
    *,
    unknown: bool = False,
) -> None:
    """It could not be sent now; it is tried again, later each time.

    `retry_at`: not before (what the messenger asked for).  `unknown`: it may have been sent after all.
    """
    wait = min(2.0 ** min(row.attempts, 10), SLOWEST[row.lane]) / 2
    due = max(now + wait, retry_at or 0.0)
    stray = not _LATER.count(conn, {"the_id": row.id, "due": due})
    if stray:  # she has left meanwhile
        _END.run(conn, {"the_id": row.id})
    if unknown:
        landing.may_have_landed(store, conn, row, now, stray=stray)


def refused(_store: Store, conn: Connection, row: Row, now: float, why: str) -> None:
    """It can never be sent. Staff are told, unless it is no longer wanted. `why`: a code, never words."""
    ended = _END.one(conn, {"the_id": row.id})
    if ended is None or ended[0]:
        return
    landing.failed(conn, row, now, why)


done = alone(landed)
cover_sent = alone(covered)
passing = alone(later)
for_good = alone(refused)


def waiting(store: Store) -> dict[Lane, int]:
    """How many rows wait in each lane."""
    with store.read() as conn:
        counted = select(outbox.c.lane, func.count()).where(outbox.c.state == WAITING).group_by(outbox.c.lane)
        return {Lane(lane): count for lane, count in conn.execute(counted)}
