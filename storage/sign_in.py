"""Signing in: sessions live on the server, the browser holds a random token of which only a hash is stored.

A session ends after twelve hours, or a quarter of an hour after its last use; the board alone shows on till the twelve
hours are over. Wrong passwords slow an account
down, then close it for a while; an attempt counts before it is checked, so that many at once gain nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from storage import passwords, tries
from storage.access import NOBODY, note, record
from storage.accounts import Member, Refused, as_member, row_of
from storage.store import Store
from storage.tables import sessions, staff

LASTS = 12 * 3600.0  # seconds
IDLE = 15 * 60.0
TOUCHED_EVERY = 60.0  # a use is written down at most so often
FREE_TRIES = 3
LOCK_AFTER = 10
LOCK = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. `csrf`: what every form of its pages must carry."""

    member: Member
    csrf: str
    key: str  # hash of the token, for ending it
    second: bool = False  # the second step was done: storage.second


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str  # for the browser's cookie; kept nowhere else
    member: Member


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many wrong passwords: nothing is checked for this account before `until`."""

    until: float


def check(store: Store, login: str, password: str, now: float) -> Member | Wait | None:
    """Whose password this is; None for a wrong one. Unknown accounts take as long and look the same."""
    login = login.strip().lower()
    with store.write() as conn:
        row: Any = conn.execute(select(staff).where(staff.c.login == login).with_for_update()).one_or_none()
        if row is None:
            until = tries.of_nobody(store, conn, login, now, pause)
            if until > now:
                return Wait(until)
        else:
            if row.locked_until is not None and row.locked_until > now:
                note(store, conn, str(row.id), "sign_in:locked", now)
                return Wait(row.locked_until)
            failed = row.failed + 1
            counted = update(staff).where(staff.c.id == row.id)
            conn.execute(counted.values(failed=failed, locked_until=now + pause(failed)))
    # Outside the transaction: checking takes long, and must hold no lock.
    is_right = passwords.right(row.password_hash if row is not None else "", password)
    if row is None or not is_right or row.disabled is not None:
        # Never what was typed as a name: it may be a password in the wrong field.
        record(store, NOBODY if row is None else str(row.id), "sign_in:wrong", now)
        return None
    again: dict[str, Any] = {"failed": 0, "locked_until": None}
    if passwords.outdated(row.password_hash):
        again["password_hash"] = passwords.hashed(password)
    with store.write() as conn:
        conn.execute(update(staff).where(staff.c.id == row.id).values(again))
    return as_member(row)


def pause(failed: int) -> float:
    """Seconds until the next attempt after so many wrong passwords in a row."""
    if failed < FREE_TRIES:
        return 0.0
    return LOCK if failed >= LOCK_AFTER else float(2 ** (failed - FREE_TRIES))


def sign_in(store: Store, login: str, password: str, now: float, address: str = "") -> SignedIn | Wait | None:
    """A new session for the right password.

    `address`: from where, as the socket tells it; it is never kept.
    """
    tried = tries.begun(store, address, now)
    if isinstance(tried, float):
        return Wait(tried)
    found = check(store, login, password, now)
    if not isinstance(found, Member):
        return found
    tries.right(store, tried)
    with store.write() as conn:
        return SignedIn(opened(store, conn, found.id, now, "sign_in"), found)


def opened(
    store: Store, conn: Connection, staff_id: str, now: float, how: str, *, second: bool = False
) -> str:
    """A new session: the token of it. Sessions that have ended are cleared away.

    `how`: what the log says; `second`: the second step is done with it.
    """
    token = secrets.token_urlsafe(32)
    values = {
        "token_hash": _hash(token),
        "staff_id": int(staff_id),
        "csrf": secrets.token_hex(32),
        "created": now,
        "last_used": now,
        "second": second,
    }
    conn.execute(delete(sessions).where(sessions.c.created <= now - LASTS))
    conn.execute(insert(sessions).values(values))
    note(store, conn, staff_id, how, now)
    return token


def session(store: Store, token: str, now: float, *, use: bool = True, idle: bool = False) -> Session | None:
    """The session of a browser's token. `use`: counts as using it; a page that refreshes itself does not.

    `idle`: also one that nobody used for long; what may be seen without anybody there asks so, and never uses it.
    """
    key = _hash(token)
    with store.read() as conn:
        row: Any = conn.execute(select(sessions).where(sessions.c.token_hash == key)).one_or_none()
        person = row_of(conn, str(row.staff_id)) if row is not None else None
    if row is None or person is None or person.disabled is not None:
        return None
    is_idle = now >= row.last_used + IDLE
    if now >= row.created + LASTS or (is_idle and not idle):
        return None
    if use and not is_idle and now - row.last_used >= TOUCHED_EVERY:
        with store.write() as conn:
            conn.execute(update(sessions).where(sessions.c.token_hash == key).values(last_used=now))
    return Session(as_member(person), row.csrf, key, bool(row.second))


def sign_out(store: Store, key: str, now: float) -> None:
    with store.write() as conn:
        ended = delete(sessions).where(sessions.c.token_hash == key).returning(sessions.c.staff_id)
        staff_id = conn.execute(ended).scalar_one_or_none()
        if staff_id is not None:
            note(store, conn, str(staff_id), "sign_out", now)


def end_sessions(store: Store, staff_id: str, *, keep: str = "") -> None:
    """Everywhere this person is signed in, but there."""
    with store.write() as conn:
        conn.execute(
            delete(sessions).where(sessions.c.staff_id == int(staff_id), sessions.c.token_hash != keep)
        )


def change_password(
    store: Store, staff_id: str, password: str, *, keep: str = "", given: bool = False
) -> None:
    """A new password; ends this person's sessions but `keep`. `given`: by somebody else, to be changed.

    Raises Refused.
    """
    with store.read() as conn:
        row: Any = conn.execute(select(staff).where(staff.c.id == int(staff_id))).one()
    if passwords.weak(password, row.login, row.name):
        raise Refused("weak")
    values = {
        "password_hash": passwords.hashed(password),
        "must_change": given,
        "failed": 0,
        "locked_until": None,
    }
    with store.write() as conn:
        conn.execute(update(staff).where(staff.c.id == int(staff_id)).values(values))
        conn.execute(
            delete(sessions).where(sessions.c.staff_id == int(staff_id), sessions.c.token_hash != keep)
        )


def give_password(store: Store, staff_id: str) -> str:
    """A made-up password to be changed at the next sign-in, for somebody who lost theirs."""
    password = passwords.made_up()
    change_password(store, staff_id, password, given=True)
    return password


def _hash(token: str) -> str:
    # The token is random and long: it needs no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
