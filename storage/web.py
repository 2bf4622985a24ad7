"""The web chat's cookies, return codes and links: each a keyed hash that leads to a chat, which stands here sealed.

A cookie that was ended never opens anything again, also when its first page is sent once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Update, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

from flows.model import Intake
from storage import book, codes, messages
from storage.book import Case
from storage.messages import Shown
from storage.store import Store
from storage.tables import intakes, return_codes, web_sessions

SESSION_KEPT = 24 * 3600.0  # seconds without an open page, then the cookie opens nothing any more
CODE_KEPT = 14 * 24 * 3600.0
LINK_KEPT = 3600.0
ENDED_KEPT = 2 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Session:
    """What a cookie opens. `seen`: when one of its pages last asked for anything."""

    key_hash: str
    chat: str
    intake_id: int | None
    seen: float


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: the conversation's state and its messages; `version` changes with every turn."""

    intake: Intake
    version: int
    shown: Sequence[Shown]


# --- sessions: what writes does so in a caller's transaction ----------------------------------------


def begin(
    store: Store, conn: Connection, secret: str, chat: str, now: float, intake_id: int | None = None
) -> Session | None:
    """The session of a new cookie; the same one if it has begun before; None if it was ended."""
    key_hash = _hash(store, "cookie", secret)
    values = {
        "key_hash": key_hash,
        "chat": store.keys.staff.seal(chat.encode(), "web_session:" + key_hash),
        "chat_hash": _hash(store, "chat", chat),
        "intake_id": intake_id,
        "seen": now,
    }
    kind = postgresql if store.dialect == "postgresql" else sqlite
    conn.execute(kind.insert(web_sessions).values(values).on_conflict_do_nothing())
    _sweep(conn, now)
    return _found(store, conn, key_hash, now)


def find(store: Store, secret: str, now: float) -> Session | None:
    """What this cookie opens, unless it was ended or no page has asked for it for a day."""
    with store.read() as conn:
        return _found(store, conn, _hash(store, "cookie", secret), now)


def still(store: Store, conn: Connection, session: Session, now: float) -> Session | None:
    """The same session as it is by now; None where it was ended meanwhile."""
    return _found(store, conn, session.key_hash, now)


def touch(conn: Connection, session: Session, now: float) -> None:
    """A page of this session is open at this moment."""
    conn.execute(_of(session).values(seen=now))


def opens(conn: Connection, session: Session, intake_id: int, now: float) -> None:
    """From now on this session shows that intake."""
    conn.execute(_of(session).values(intake_id=intake_id, seen=now))


def end(store: Store, conn: Connection, chat: str, now: float, *, code_too: bool = False) -> None:
    """No cookie opens this chat any more; with `code_too`, no return code either."""
    chat_hash = _hash(store, "chat", chat)
    still_open = web_sessions.c.chat_hash == chat_hash, web_sessions.c.ended.is_(None)
    conn.execute(update(web_sessions).where(*still_open).values(ended=now))
    if code_too:
        conn.execute(delete(return_codes).where(return_codes.c.chat_hash == chat_hash))


def spend(store: Store, conn: Connection, secret: str, now: float) -> None:
    """This cookie will open nothing, even if the request that would begin it is still on its way."""
    session = begin(store, conn, secret, "", now)
    if session is not None:
        conn.execute(_of(session).values(ended=now))


def hash_of(store: Store, secret: str) -> str:
    """What a session with this cookie is called here."""
    return _hash(store, "cookie", secret)


# --- return codes ---------------------------------------------------------------------------------


def keep_code(store: Store, conn: Connection, session: Session, code: str, now: float) -> None:
    """From now on this code, and no earlier one, leads back to the chat and to the case that it shows now."""
    chat_hash = _hash(store, "chat", session.chat)
    _keep(
        store, conn, _hash(store, "code", code), session.chat, chat_hash, session.intake_id, now + CODE_KEPT
    )


def led_by_code(store: Store, code: str, now: float) -> tuple[str, int | None] | None:
    """The chat and the case that a code leads back to."""
    with store.read() as conn:
        return led_by_held_code(store, conn, code, now, 0.0)


def led_by_held_code(
    store: Store, conn: Connection, code: str, now: float, held: float
) -> tuple[str, int | None] | None:
    """The same, of a code that she has had for at least `held` seconds."""
    code_hash = _hash(store, "code", code)
    given_by = now + CODE_KEPT - held
    wanted = select(return_codes).where(
        return_codes.c.code_hash == code_hash,
        return_codes.c.expires > now,
        return_codes.c.expires <= given_by,
    )
    row = conn.execute(wanted).one_or_none()
    return (_chat(store, row, "return_code:" + code_hash), row.intake_id) if row is not None else None


# --- one-time links from a messenger: the page's address with a code behind it ----------------------


def new_link(store: Store, conn: Connection, case: Case, now: float) -> str:
    """A code that once, and only for a while, carries this case to the page; no earlier one of its chat does."""
    code = codes.new()
    _keep(store, conn, _hash(store, "link", code), case.head.address, case.chat, case.id, now + LINK_KEPT)
    return code


def drop_link(conn: Connection, chat: str) -> None:
    """The link that stood in this chat (its keyed hash) leads nowhere any more."""
    conn.execute(delete(return_codes).where(return_codes.c.chat_hash == chat))


def led_by_link(store: Store, conn: Connection, code: str, now: float) -> int | None:
    """The case that a link leads to."""
    wanted = return_codes.c.code_hash == _hash(store, "link", code), return_codes.c.expires > now
    return conn.scalar(select(return_codes.c.intake_id).where(*wanted))


def _keep(
    store: Store,
    conn: Connection,
    code_hash: str,
    chat: str,
    chat_hash: str,
    intake_id: int | None,
    expires: float,
) -> None:
    values = {
        "code_hash": code_hash,
        "chat": store.keys.staff.seal(chat.encode(), "return_code:" + code_hash),
        "chat_hash": chat_hash,
        "expires": expires,
        "intake_id": intake_id,
    }
    conn.execute(delete(return_codes).where(return_codes.c.chat_hash == chat_hash))
    conn.execute(return_codes.insert().values(values))


# --- what a page shows ----------------------------------------------------------------------------


def view(store: Store, intake_id: int) -> View | None:
    """None for a case that is forgotten."""
    with store.read() as conn:
        try:
            case = book.peek(store, conn, intake_id)
        except book.Forgotten:
            return None
    return View(_seen(case.intake), case.version, messages.shown(store, intake_id))


def _seen(intake: Intake) -> Intake:
    """Where she typed her duress word, the page knows nothing of it."""
    return intake if intake.shown is None else intake.shown.but(seq=intake.seq)


def version(store: Store, intake_id: int) -> int:
    """Which turn the conversation has come to; 0 where there is none."""
    with store.read() as conn:
        return int(conn.scalar(select(intakes.c.version).where(intakes.c.id == intake_id)) or 0)


def _found(store: Store, conn: Connection, key_hash: str, now: float) -> Session | None:
    row = conn.execute(select(web_sessions).where(web_sessions.c.key_hash == key_hash)).one_or_none()
    if row is None or row.ended is not None or row.seen < now - SESSION_KEPT:
        return None
    return Session(key_hash, _chat(store, row, "web_session:" + key_hash), row.intake_id, row.seen)


def _of(session: Session) -> Update:
    return update(web_sessions).where(web_sessions.c.key_hash == session.key_hash)


def _hash(store: Store, kind: str, word: str) -> str:
    return store.keys.find("web." + kind, word)


def _chat(store: Store, row: Row[tuple[object, ...]], place: str) -> str:
    return store.keys.staff.open(bytes(row.chat), place).decode()


def _sweep(conn: Connection, now: float) -> None:
    """Rows that no longer open anything, kept a little so that they are not begun anew."""
    conn.execute(delete(web_sessions).where(web_sessions.c.seen < now - SESSION_KEPT - ENDED_KEPT))
    conn.execute(delete(return_codes).where(return_codes.c.expires < now))
