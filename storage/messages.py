"""What stands in her chat: the ids of messages on her phone, both ways; for the web, the messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.engine import Connection

from flows.model import Event, Pressed, Said, Say
from storage import book, shapes
from storage.book import Case
from storage.lean import Lean, insert_all
from storage.store import Store, alone
from storage.tables import messages

HERS, OURS, COVER, NEUTRAL, GAP = "hers", "ours", "cover", "neutral", "gap"
WEB = "web"
MY_PART = -1  # her own message, beside the parts of the answer to it

_PUT = insert_all(messages, "id")
_HIGHEST = Lean(
    select(messages.c.remote_id)
    .where(messages.c.bot == bindparam("bot"), messages.c.remote_id.is_not(None))
    .order_by(messages.c.id.desc())
    .limit(1)
)
_ON_PHONE = select(
    messages.c.id,
    messages.c.remote_id,
    messages.c.kind,
    messages.c.protect,
    messages.c.question,
    messages.c.gone,
).order_by(messages.c.id)
_OF_CHAT = Lean(_ON_PHONE.where(messages.c.chat == bindparam("chat")))
_OF_CASE = Lean(_ON_PHONE.where(messages.c.intake_id == bindparam("intake_id")))
_STANDING = (
    messages.c.chat == bindparam("chat"),
    messages.c.remote_id.is_not(None),
    messages.c.gone.is_(False),
)
_LAST = Lean(
    select(messages.c.remote_id, messages.c.protect)
    .where(*_STANDING, messages.c.kind == OURS)
    .order_by(messages.c.id.desc())
    .limit(1)
)
_ASKED = Lean(
    select(messages.c.remote_id)
    .where(*_STANDING, messages.c.kind == OURS, messages.c.question)
    .order_by(messages.c.id.desc())
    .limit(1)
)
_PROTECTION = Lean(
    select(messages.c.protect)
    .where(*_STANDING, messages.c.remote_id == bindparam("remote"))
    .order_by(messages.c.id.desc())
    .limit(1)
)
_SHOWN = Lean(
    select(
        messages.c.id,
        messages.c.kind,
        messages.c.sealed,
        messages.c.seq,
        messages.c.part,
        messages.c.at,
        messages.c.language,
    )
    .where(messages.c.chat == bindparam("chat"), messages.c.intake_id == bindparam("intake_id"))
    .order_by(messages.c.id)
)
_EDITED = Lean(
    update(messages)
    .where(messages.c.chat == bindparam("the_chat"), messages.c.remote_id == bindparam("the_remote"))
    .values(question=bindparam("question"), kind=OURS)
)
_GONE = Lean(
    update(messages)
    .where(messages.c.chat == bindparam("the_chat"), messages.c.remote_id == bindparam("the_remote"))
    .values(gone=bindparam("gone"))
)
_DROP = Lean(delete(messages).where(messages.c.chat == bindparam("chat")))
_DROP_ONE = Lean(delete(messages).where(messages.c.id == bindparam("the_id")))


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the web page. Hers has `text`, or `pressed` (step, option); ours has `say`."""

    id: int
    mine: bool  # she wrote or pressed it
    say: Say | None
    text: str
    at: float
    language: str
    pressed: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class OnPhone:
    """A message on her phone, as far as answering and wiping need it."""

    id: int
    remote_id: int | None
    kind: str
    protect: bool
    question: bool
    gone: bool


class Standing(NamedTuple):
    """Whose message it is: the case it belongs to, and the chat it stands in."""

    intake_id: int
    chat: str  # keyed hash
    bot: str

    @classmethod
    def of(cls, case: Case) -> Standing:
        return cls(case.id, case.chat, case.bot)


def on_phone(conn: Connection, chat: str) -> list[OnPhone]:
    """All that is known to stand there, oldest first."""
    return _standing(_OF_CHAT.all(conn, {"chat": chat}))


def of_case(conn: Connection, intake_id: int) -> list[OnPhone]:
    """All that is known to stand there of this case, oldest first."""
    return _standing(_OF_CASE.all(conn, {"intake_id": intake_id}))


def _standing(rows: Sequence[Any]) -> list[OnPhone]:
    return [OnPhone(i, remote, kind, bool(p), bool(q), bool(g)) for i, remote, kind, p, q, g in rows]


def last(conn: Connection, chat: str) -> tuple[int, bool] | None:
    """Our newest message that still stands there, and whether it is protected."""
    row = _LAST.one(conn, {"chat": chat})
    return (int(row[0]), bool(row[1])) if row else None


def asked(conn: Connection, chat: str) -> int | None:
    """The newest question that still stands there."""
    row = _ASKED.one(conn, {"chat": chat})
    return int(row[0]) if row else None


def protection(conn: Connection, chat: str, remote_id: int) -> bool | None:
    """Whether this message is protected; None where it no longer stands there, or is not known."""
    row = _PROTECTION.one(conn, {"chat": chat, "remote": remote_id})
    return bool(row[0]) if row else None


def note(
    conn: Connection,
    where: Standing,
    remote_id: int,
    kind: str,
    at: float,
    *,
    protect: bool = False,
    question: bool = False,
) -> None:
    """A message stands on her phone: it can be wiped from now on."""
    _PUT.run(
        conn,
        _row(where, kind, at) | {"remote_id": remote_id, "protect": protect, "question": question},
    )


def edited(conn: Connection, chat: str, remote_id: int, *, question: bool) -> bool:
    """A message of ours now reads otherwise. False where it is not known."""
    values = {"the_chat": chat, "the_remote": remote_id, "question": question}
    return _EDITED.count(conn, values) > 0


def replaced(conn: Connection, chat: str, remote_id: int) -> None:
    """A newer message took its place; it is still wiped with the rest, in case it was not deleted."""
    _GONE.run(conn, {"the_chat": chat, "the_remote": remote_id, "gone": True})


def highest(conn: Connection, bot: str) -> int:
    """The newest message id that is known of this bot: one counter for all its private chats."""
    row = _HIGHEST.one(conn, {"bot": bot})
    return int(row[0]) if row else 0


def drop_all(conn: Connection, chat: str) -> None:
    _DROP.run(conn, {"chat": chat})


def drop(conn: Connection, ids: Sequence[int]) -> None:
    if ids:
        _DROP_ONE.many(conn, [{"the_id": one} for one in ids])


def _row(where: Standing, kind: str, at: float) -> dict[str, Any]:
    return {
        "intake_id": where.intake_id,
        "chat": where.chat,
        "bot": where.bot,
        "remote_id": None,
        "kind": kind,
        "at": at,
        "protect": False,
        "question": False,
        "gone": False,
        "language": "",
        "sealed": None,
        "seq": 0,
        "part": 0,
    }


# --- the web: a page pulls, so what is said is kept here until she leaves --------------------------------


def write(
    conn: Connection,
    case: Case,
    event: Event | None,
    said: Sequence[Say],
    *,
    seq: int,
    language: str,
    at: float,
) -> None:
    """Her message, if `event` is one, and ours after it."""
    where = Standing.of(case)
    common = {"seq": seq, "language": language}
    rows = []
    heard = _heard(event)
    if heard is not None:
        sealed = case.key.seal(shapes.encode(heard), _place(case.id, seq, MY_PART))
        rows.append(_row(where, HERS, at) | common | {"part": MY_PART, "sealed": sealed})
    for part, say in enumerate(said):
        sealed = case.key.seal(shapes.encode(say), _place(case.id, seq, part))
        about = {"part": part, "sealed": sealed, "question": bool(say.buttons), "protect": say.protect}
        rows.append(_row(where, OURS, at) | common | about)
    if rows:
        _PUT.many(conn, rows)


def shown(store: Store, intake_id: int) -> list[Shown]:
    """The messages of the page, oldest first; none of a case that is forgotten."""
    with store.read() as conn:
        try:
            case = book.peek(store, conn, intake_id)
        except book.Forgotten:
            return []
        return [
            _shown(case, row)
            for row in _SHOWN.all(conn, {"chat": case.chat, "intake_id": case.id})
            if row[2] is not None
        ]


def _shown(case: Case, row: Any) -> Shown:
    message_id, kind, sealed, seq, part, at, language = row
    plain = case.key.open(bytes(sealed), _place(case.id, seq, part))
    if kind != HERS:
        return Shown(message_id, False, shapes.decode_say(plain), "", at, language)
    heard = shapes.decode_heard(plain)
    pressed = (heard.step, heard.option) if heard.option else None
    return Shown(message_id, True, None, heard.text, at, language, pressed)


def _heard(event: Event | None) -> shapes.Heard | None:
    if isinstance(event, Said):
        return shapes.Heard(event.text, "", "")
    if isinstance(event, Pressed):
        return shapes.Heard("", event.step, event.option)
    return None


def _place(intake_id: int, seq: int, part: int) -> str:
    return f"{intake_id}:message:{seq}:{part}"


# --- told by whoever sends past the outbox ---------------------------------------------------------------


def sent_directly(
    store: Store, conn: Connection, channel: str, bot: str, chat: str, message_id: int, now: float
) -> bool:
    """Words that went out past the outbox are wiped with the rest. False where no case is known."""
    case = book.by_chat(store, conn, book.chat_hash(store, channel, bot, chat))
    if case is None:
        return False
    note(conn, Standing.of(case), message_id, OURS, now)
    return True


note_sent = alone(sent_directly)
