"""The cases: finds one, opens it, begins one, records what a turn made of it; in a caller's transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, null, or_, select, update
from sqlalchemy.engine import Connection

from flows import engine
from flows.model import GAP, Entry, Intake, LogEntry, Turn
from storage import crowd, shapes
from storage.lean import Lean, insert_all, insert_new
from storage.logs import chain, traces
from storage.sealed import Key
from storage.store import Store
from storage.tables import (
    access_log,
    barred,
    entries,
    files,
    handoffs,
    intakes,
    log,
    placements,
    seen,
    troubles,
    watchwords,
)
from storage.tables import traces as traces_table

ID_BITS = 53  # a number that a page's script can hold exactly


class Outrun(Exception):
    """Somebody else recorded a turn of this case in between: read it again and try once more."""


class Forgotten(Exception):
    """The key of this case has been destroyed, or it never was."""


@dataclass(slots=True)
class Case:
    """An intake's row, opened; locked for the transaction it was read in."""

    id: int
    channel: str
    bot: str
    chat: str  # keyed hash, also when it is no longer the chat's current intake
    key: Key
    head: shapes.Head
    intake: Intake
    version: int
    colour: int
    urgency: int
    last_order: int
    last_at: float
    handoff_id: int | None
    may_house: bool

    @property
    def pressing(self) -> bool:
        return self.colour == 2 or self.urgency == 2


_other = intakes.alias("other")
_COLUMNS = (
    intakes.c.id,
    intakes.c.channel,
    intakes.c.bot,
    intakes.c.chat_hash,
    intakes.c.head,
    intakes.c.state,
    intakes.c.version,
    intakes.c.colour,
    intakes.c.urgency,
    intakes.c.last_order,
    intakes.c.last_at,
    intakes.c.handoff_id,
    intakes.c.may_house,
)
# Not FOR UPDATE: a foreign key that points here may still be checked meanwhile.
_BY_CHAT = Lean(
    select(*_COLUMNS).where(intakes.c.chat_hash == bindparam("chat")).with_for_update(key_share=True)
)
_BY_ID = Lean(select(*_COLUMNS).where(intakes.c.id == bindparam("id")).with_for_update(key_share=True))
_PEEK_CHAT = Lean(select(*_COLUMNS).where(intakes.c.chat_hash == bindparam("chat")))
_PEEK = Lean(select(*_COLUMNS).where(intakes.c.id == bindparam("id")))
_ENTRIES = Lean(
    select(entries.c.seq, entries.c.sealed)
    .where(entries.c.intake_id == bindparam("id"))
    .order_by(entries.c.seq)
)
_SEEN = insert_new(seen)
_BEGIN = insert_new(intakes)
_ENTER = insert_all(entries)
_LOG = insert_all(log, "id", "seal", "leaf", "stamp")
_CHAIN = Lean(select(traces_table.c.chain).where(traces_table.c.trace == bindparam("trace")))
_CHANGED = (
    "state",
    "version",
    "step",
    "urgency",
    "language",
    "due",
    "last_order",
    "last_at",
    "handoff_id",
)
_UPDATE = Lean(
    update(intakes)
    .where(intakes.c.id == bindparam("the_id"), intakes.c.version == bindparam("was"))
    .values({name: bindparam(name) for name in _CHANGED})
)
# Columns that rarely change are left alone otherwise: to assign one is to write its index anew.
# A placement copies these and follows them; the store refuses a red in the visible house (tables.placements).
_REROOF = Lean(
    update(intakes)
    .where(intakes.c.id == bindparam("the_id"))
    .values(colour=bindparam("colour"), may_house=bindparam("may_house"))
)
_STEP_BACK = Lean(
    update(intakes)
    .where(intakes.c.chat_hash == bindparam("chat"), intakes.c.id != bindparam("the_id"))
    .values(chat_hash=null())
)
_LEAD = Lean(update(intakes).where(intakes.c.id == bindparam("the_id")).values(chat_hash=bindparam("chat")))
_BESIDE = Lean(
    select(intakes.c.id).where(
        or_(
            intakes.c.after_id == bindparam("the_id"),
            intakes.c.id
            == select(_other.c.after_id).where(_other.c.id == bindparam("the_id")).scalar_subquery(),
        )
    )
)
_END = Lean(update(intakes).where(intakes.c.id == bindparam("the_id")).values(chat_hash=null()))
# What was sealed with the key that is destroyed goes with it.
# Equal times would lead from the log back to the case: what is left of it has none.
_FORGET = Lean(
    update(intakes)
    .where(intakes.c.id == bindparam("the_id"))
    .values(chat_hash=null(), head=null(), state=null(), due=null(), after_id=null(), created=0, last_at=0)
)
_TIMELESS = Lean(
    update(handoffs)
    .where(handoffs.c.intake_id == bindparam("the_id"))
    .values(opened=0, taken=null(), touched=null(), closed=0)
)
# A bed that she still has stays hers: only `ended` says so.
_PLACED = Lean(
    update(placements)
    .where(placements.c.intake_id == bindparam("the_id"))
    .values(
        since=0,
        until=0,
        **{name: placements.c[name] * 0 for name in ("confirmed", "set_out", "arrived", "ended")},
    )
)
_BARRED = Lean(update(barred).where(barred.c.intake_id == bindparam("the_id")).values(at=0))
_UNTROUBLED = Lean(
    update(troubles).where(troubles.c.intake_id == bindparam("the_id")).values(intake_id=null())
)

# The link from the log of looks to the case; the log itself stays as it was written.
_UNLINK = Lean(
    update(access_log).where(access_log.c.intake_id == bindparam("the_id")).values(intake_id=null())
)
_DROP_FILES = Lean(delete(files).where(files.c.intake_id == bindparam("the_id")))
_DROP_WORDS = Lean(delete(watchwords).where(watchwords.c.intake_id == bindparam("the_id")))
_FOLLOWED = Lean(update(intakes).where(intakes.c.after_id == bindparam("the_id")).values(after_id=null()))


def first_time(conn: Connection, bot: str, update_id: str, at: float) -> bool:
    """Whether this update was never taken before; from now on it was."""
    return _SEEN.count(conn, {"bot": bot, "update_id": update_id, "at": at}) == 1


def chat_hash(store: Store, channel: str, bot: str, chat: str) -> str:
    return store.keys.find("chat", channel, bot, chat)


def by_chat(store: Store, conn: Connection, chat: str) -> Case | None:
    """The current intake of a chat (its keyed hash), locked."""
    return _opened(store, _BY_CHAT.one(conn, {"chat": chat}))


def by_id(store: Store, conn: Connection, intake_id: int) -> Case:
    """Locked. Raises Forgotten."""
    case = _opened(store, _BY_ID.one(conn, {"id": intake_id}))
    if case is None:
        raise Forgotten(str(intake_id))
    return case


def peek(store: Store, conn: Connection, intake_id: int) -> Case:
    """As by_id, but only to look: not locked. Raises Forgotten."""
    case = _opened(store, _PEEK.one(conn, {"id": intake_id}))
    if case is None:
        raise Forgotten(str(intake_id))
    return case


def peek_chat(store: Store, conn: Connection, chat: str) -> Case | None:
    """As by_chat, but only to look: not locked."""
    return _opened(store, _PEEK_CHAT.one(conn, {"chat": chat}))


def lead_to(conn: Connection, case: Case) -> None:
    """From now on what comes from its chat is this case's."""
    _STEP_BACK.run(conn, {"chat": case.chat, "the_id": case.id})
    _LEAD.run(conn, {"chat": case.chat, "the_id": case.id})


def move(store: Store, conn: Connection, case: Case, channel: str, bot: str, address: str) -> None:
    """From now on the case is reached there, and only there; its record tells where it began."""
    head = msgspec.structs.replace(case.head, address=address, channel=case.head.channel or case.channel)
    values = {
        "channel": channel,
        "bot": bot,
        "chat_hash": chat_hash(store, channel, bot, address),
        "head": case.key.seal(shapes.encode(head), f"{case.id}:head"),
    }
    conn.execute(update(intakes).where(intakes.c.id == case.id).values(values))


def beside(conn: Connection, intake_id: int) -> list[int]:
    """The other cases of its chat that one began anew from the other, nearest first."""
    found, waiting = [intake_id], [intake_id]
    while waiting:
        near = [row[0] for row in _BESIDE.all(conn, {"the_id": waiting.pop(0)})]
        waiting += [one for one in near if one not in found]
        found += [one for one in near if one not in found]
    return found[1:]


def step_back(conn: Connection, case: Case) -> None:
    """From now on what comes from its chat begins another case."""
    _END.run(conn, {"the_id": case.id})


def begin(
    store: Store,
    conn: Connection,
    *,
    channel: str,
    bot: str,
    chat: str,
    address: str,
    language: str,
    at: float,
    gap: float = GAP,
    after: Case | None = None,
) -> Case:
    """A new intake for this chat (its keyed hash); or, when another worker has just begun one, that one.

    `after`: the one before it, from which somebody began anew; it need not be the same person.
    """
    intake_id = secrets.randbits(ID_BITS)
    key = store.keys.cases.make(intake_id)
    head = shapes.Head(
        address,
        secrets.token_hex(16),
        language,
        at,
        gap,
        after is not None and after.intake.duress,
        crowded=after is None and crowd.is_there(conn, channel, at),
    )
    state = _begun(channel, head)
    values: dict[str, Any] = {
        "id": intake_id,
        "channel": channel,
        "bot": bot,
        "chat_hash": chat,
        "head": key.seal(shapes.encode(head), f"{intake_id}:head"),
        "state": key.seal(shapes.encode(state), f"{intake_id}:state:0"),
        "version": 0,
        "step": state.step,
        "colour": 0,
        "urgency": 0,
        "language": language,
        "due": None,
        "last_order": 0,
        "last_at": at,
        "created": at,
        "handoff_id": None,
        "may_house": False,
        "after_id": after.id if after else None,
    }
    _BEGIN.run(conn, values)
    case = by_chat(store, conn, chat)
    if case is None:
        raise Outrun(chat)
    return case


def _opened(store: Store, row: Any) -> Case | None:
    if row is None or row[4] is None:
        return None
    intake_id, channel, bot, chat, head, state, version, *rest = row
    key = store.keys.cases.key(intake_id)
    known = shapes.decode_head(key.open(bytes(head), f"{intake_id}:head"))
    intake = shapes.decode_intake(key.open(bytes(state), f"{intake_id}:state:{version}"))
    chat = chat or chat_hash(store, channel, bot, known.address)
    return Case(intake_id, channel, bot, chat, key, known, intake, version, *rest)


def record(conn: Connection, store: Store, case: Case, turn: Turn, timezone: str) -> None:
    """Writes what the turn made of the case: its entry, its log, its new state. Raises Outrun."""
    _enter(conn, case, turn)
    last = _write_log(conn, store, case, turn)
    traces.note(conn, case.head.trace, turn, timezone, last)
    _update(conn, store, case, turn)


def _enter(conn: Connection, case: Case, turn: Turn) -> None:
    seq = case.version + 1
    sealed = case.key.seal(shapes.encode_entry(turn.entry), f"{case.id}:entry:{seq}")
    _ENTER.run(conn, {"intake_id": case.id, "seq": seq, "sealed": sealed})


def _write_log(conn: Connection, store: Store, case: Case, turn: Turn) -> bytes:
    """The hash of the last entry: what the next one will follow."""
    trace = case.head.trace
    found = _CHAIN.one(conn, {"trace": trace})
    last = bytes(found[0] or b"") if found is not None else b""
    if turn.log:
        rows, last = chain.linked(store.keys.log, last, "log", (log_row(trace, entry) for entry in turn.log))
        _LOG.many(conn, rows)
    return last


def log_row(trace: str, entry: LogEntry) -> dict[str, Any]:
    """An entry of the log as its row. Field by field: dataclasses.asdict would cost a tenth of the whole turn."""
    return {
        "trace": trace,
        "at": entry.at,
        "kind": entry.kind,
        "step": entry.step,
        "code": entry.code,
        "goes_to": entry.to,
        "indicator": entry.indicator,
        "rule": entry.rule,
        "colour": entry.colour,
        "urgency": entry.urgency,
        "actor": entry.actor,
        "said": entry.said,
        "took": entry.took,
    }


def _update(conn: Connection, store: Store, case: Case, turn: Turn) -> None:
    intake, version = turn.intake, case.version + 1
    values = {
        "the_id": case.id,
        "was": case.version,
        "state": case.key.seal(shapes.encode(intake), f"{case.id}:state:{version}"),
        "version": version,
        "step": intake.step,
        "urgency": int(turn.assessment.urgency),
        "language": intake.language,
        "due": turn.wait.due if turn.wait else None,
        "last_order": case.last_order,
        "last_at": case.last_at,
        "handoff_id": case.handoff_id,
    }
    if _UPDATE.count(conn, values) != 1:
        raise Outrun(str(case.id))
    colour, may_house = int(turn.assessment.colour), turn.assessment.visible_house
    if (colour, may_house) != (case.colour, bool(case.may_house)):
        _REROOF.run(conn, {"the_id": case.id, "colour": colour, "may_house": may_house})
    if intake.ended:
        _END.run(conn, {"the_id": case.id})
    if intake.forgotten:
        forget(store, conn, case)


def forget(store: Store, conn: Connection, case: Case) -> None:
    """It is emptied, and what only it leads to goes as well; its key goes once this is written. The log lives on."""
    empty(store, conn, case.id)


def empty(store: Store, conn: Connection, case_id: int) -> None:
    """The same for a case that cannot be opened any more."""
    for statement in (
        _FORGET,
        _TIMELESS,
        _PLACED,
        _BARRED,
        _UNTROUBLED,
        _DROP_FILES,
        _UNLINK,
        _DROP_WORDS,
        _FOLLOWED,
    ):
        statement.run(conn, {"the_id": case_id})
    store.forgot.add(case_id)


def entries_of(conn: Connection, case: Case) -> list[Entry]:
    """The record of a case, from its beginning."""
    return [
        shapes.decode_entry(case.key.open(bytes(sealed), f"{case.id}:entry:{seq}"))
        for seq, sealed in _ENTRIES.all(conn, {"id": case.id})
    ]


def begun(case: Case) -> Intake:
    """The intake before its first event: what replay() starts from."""
    return _begun(case.head.channel or case.channel, case.head)


def _begun(channel: str, head: shapes.Head) -> Intake:
    return engine.begin(channel, head.language, head.started, head.gap, duress=head.duress)
