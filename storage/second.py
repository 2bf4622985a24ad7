"""The second step of signing in: a code from an app (RFC 6238), or one of ten recovery codes, each good for once.

A code is taken once, a step early or late; wrong ones are counted apart from wrong passwords, because a right
password must not make them forgotten.
"""

from __future__ import annotations

from typing import Any

import pyotp
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from storage import passwords
from storage.access import note
from storage.sign_in import Session, Wait, pause
from storage.store import Store
from storage.tables import passkeys, recovery_codes, sessions, staff

RECOVERY_CODES = 10
STEP = 30  # seconds
AROUND = 1  # steps that a clock may be early or late
ISSUER = "Drempel"


def is_set(store: Store, staff_id: str) -> bool:
    """Whether this person has set it up."""
    with store.read() as conn:
        return _row(conn, staff_id).totp_set is not None


def secret(store: Store, staff_id: str) -> str:
    """What an app is set up with, until a first right code: the same one each time it is asked for.

    Empty once it is set up: nobody sees it again.
    """
    with store.write() as conn:
        row = _row(conn, staff_id)
        if row.totp_set is not None:
            return ""
        if row.totp is not None:
            return _opened(store, row)
        made = pyotp.random_base32()
        sealed = store.keys.staff.seal(made.encode(), _place(row.id))
        conn.execute(update(staff).where(staff.c.id == row.id).values(totp=sealed))
        return made


def address(login: str, made: str) -> str:
    """What the drawing for the app says."""
    return pyotp.TOTP(made).provisioning_uri(name=login, issuer_name=ISSUER)


def set_up(store: Store, session: Session, code: str, now: float) -> list[str] | Wait | None:
    """With a first right code it is set up, and the session open: ten recovery codes, kept as keyed hashes only.

    None for a wrong code.
    """
    with store.write() as conn:
        row = _row(conn, session.member.id)
        if row.totp_set is not None or row.totp is None:
            return None
        taken = _tried(store, conn, row, code, now)
        if taken is not True:
            return taken or None
        conn.execute(update(staff).where(staff.c.id == row.id).values(totp_set=now))
        note(store, conn, session.member.id, "second:set_up", now)
        _open(conn, session)
        return _new_codes(store, conn, row.id)


def enter(store: Store, session: Session, code: str, now: float) -> bool | Wait:
    """Whether this is the code of now, or a recovery code that was not used yet; then the session is open."""
    with store.write() as conn:
        row = _row(conn, session.member.id)
        if row.totp_set is None:
            return False
        taken = _tried(store, conn, row, code, now)
        if taken is True:
            note(store, conn, session.member.id, "second", now)
            _open(conn, session)
        elif taken is False:
            note(store, conn, session.member.id, "second:wrong", now)
        return taken


def left(store: Store, staff_id: str) -> int:
    """Recovery codes that are not used yet."""
    counted = select(func.count()).where(recovery_codes.c.staff_id == int(staff_id))
    with store.read() as conn:
        return int(conn.execute(counted).scalar_one())


def reset(store: Store, staff_id: str) -> None:
    """For somebody who lost both phone and codes: set up anew at the next sign-in.

    Open sessions end, and passkeys go: they were on that phone.
    """
    with store.write() as conn:
        conn.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == int(staff_id)))
        conn.execute(delete(sessions).where(sessions.c.staff_id == int(staff_id)))
        conn.execute(delete(passkeys).where(passkeys.c.staff_id == int(staff_id)))
        nothing = {"totp": None, "totp_set": None, "totp_step": 0, "second_failed": 0, "second_until": None}
        conn.execute(update(staff).where(staff.c.id == int(staff_id)).values(nothing))


def _tried(store: Store, conn: Connection, row: Any, code: str, now: float) -> bool | Wait:
    if row.second_until is not None and row.second_until > now:
        return Wait(row.second_until)
    plain = "".join(code.split()).lower()
    step = _step(_opened(store, row), plain, now, after=row.totp_step)
    mine = update(staff).where(staff.c.id == row.id)
    if step is None and not (row.totp_set is not None and _use_recovery(store, conn, row.id, plain)):
        failed = row.second_failed + 1
        conn.execute(mine.values(second_failed=failed, second_until=now + pause(failed)))
        return False
    conn.execute(mine.values(second_failed=0, second_until=None, totp_step=step or row.totp_step))
    return True


def _step(made: str, code: str, now: float, *, after: int) -> int | None:
    """The step whose code this is; none that was used already, or one before it."""
    totp, this = pyotp.TOTP(made), int(now) // STEP
    for step in range(this - AROUND, this + AROUND + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code) and step > after:
            return step
    return None


def _use_recovery(store: Store, conn: Connection, staff_id: int, code: str) -> bool:
    used = delete(recovery_codes).where(
        recovery_codes.c.staff_id == staff_id, recovery_codes.c.code_hash == _hash(store, staff_id, code)
    )
    return conn.execute(used).rowcount == 1


def _new_codes(store: Store, conn: Connection, staff_id: int) -> list[str]:
    codes = [passwords.made_up() for _ in range(RECOVERY_CODES)]
    conn.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "code_hash": _hash(store, staff_id, code)} for code in codes]
    conn.execute(insert(recovery_codes), rows)
    return codes


def _open(conn: Connection, session: Session) -> None:
    conn.execute(update(sessions).where(sessions.c.token_hash == session.key).values(second=True))


def _row(conn: Connection, staff_id: str) -> Any:
    return conn.execute(select(staff).where(staff.c.id == int(staff_id)).with_for_update()).one()


def _opened(store: Store, row: Any) -> str:
    return store.keys.staff.open(bytes(row.totp), _place(row.id)).decode()


def _place(staff_id: int) -> str:
    return f"staff:{staff_id}:totp"


def _hash(store: Store, staff_id: int, code: str) -> str:
    return store.keys.find("recovery-code", str(staff_id), code)
