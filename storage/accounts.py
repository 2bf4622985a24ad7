"""The people who work here: their accounts, and their Telegram accounts."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from storage import passwords
from storage.store import Store
from storage.tables import link_codes, sessions, staff

ROLES = ("worker", "placement", "supervisor", "admin", "house")
SEES_CASES = frozenset({"worker", "placement", "supervisor"})  # neither an administrator nor a house sees one
LINK_SECONDS = 15 * 60.0
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
# Without letters and digits that are mistaken for one another.
_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


class Refused(Exception):
    """An account cannot be made or changed so. The message is a code: login_malformed, login_used, weak …"""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff. `id` is what StaffDid.by and handoffs.taken_by hold."""

    id: str
    login: str
    name: str
    roles: frozenset[str]
    language: str = "nl"
    must_change: bool = False
    disabled: bool = False
    telegram: bool = False  # a Telegram account is linked
    alert: bool = False  # there is an address that wakes this person

    @property
    def sees_cases(self) -> bool:
        return bool(self.roles & SEES_CASES) and not self.disabled

    @property
    def supervises(self) -> bool:
        return "supervisor" in self.roles and not self.disabled

    @property
    def places(self) -> bool:
        """Looks for a place for her; alone may see where one is."""
        return "placement" in self.roles and not self.disabled

    @property
    def keeps_shelters(self) -> bool:
        """Looks after the list of shelters."""
        return bool(self.roles & {"placement", "supervisor"}) and not self.disabled


# --- accounts ---------------------------------------------------------------------------------------------


def add(
    store: Store,
    login: str,
    name: str,
    roles: Iterable[str],
    now: float,
    *,
    password: str = "",
    alert: str = "",
    language: str = "nl",
) -> tuple[Member, str]:
    """A new account and its password. One that was made up must be changed at first sign-in.

    Raises Refused.
    """
    login, name, wanted = login.strip().lower(), name.strip(), _known(roles)
    if not _LOGIN.fullmatch(login):
        raise Refused("login_malformed")
    if not name:
        raise Refused("name_missing")
    given = password or passwords.made_up()
    values = {
        "login": login,
        "name": name[:128],
        "password_hash": passwords.hashed(given),
        "roles": wanted,
        "language": language,
        "must_change": not password,
        "failed": 0,
        "created": now,
    }
    try:
        with store.write() as conn:
            staff_id = conn.execute(insert(staff).values(values).returning(staff.c.id)).scalar_one()
            _set_alert(store, conn, str(staff_id), alert)
            return _one(conn, str(staff_id)), given
    except IntegrityError:
        raise Refused("login_used") from None


def members(store: Store) -> list[Member]:
    """Everybody, also those who are disabled, by name."""
    with store.read() as conn:
        return [as_member(row) for row in conn.execute(select(staff).order_by(staff.c.name, staff.c.id))]


def member(store: Store, staff_id: str) -> Member | None:
    with store.read() as conn:
        row = row_of(conn, staff_id)
    return as_member(row) if row is not None else None


def names(conn: Connection) -> dict[str, str]:
    """Staff id to name, of everybody who ever worked here."""
    return {str(found.id): found.name for found in conn.execute(select(staff.c.id, staff.c.name))}


def set_roles(store: Store, staff_id: str, roles: Iterable[str]) -> None:
    """Raises Refused where nobody would be left to look after the accounts."""
    wanted = _known(roles)
    with store.write() as conn:
        if "admin" not in wanted.split():
            _keep_an_admin(conn, staff_id)
        conn.execute(update(staff).where(staff.c.id == int(staff_id)).values(roles=wanted))


def set_disabled(store: Store, staff_id: str, now: float | None) -> None:
    """Closes an account and ends its sessions; None opens it again. Raises Refused."""
    with store.write() as conn:
        if now is not None:
            _keep_an_admin(conn, staff_id)
            conn.execute(delete(sessions).where(sessions.c.staff_id == int(staff_id)))
            conn.execute(delete(link_codes).where(link_codes.c.staff_id == int(staff_id)))
        conn.execute(update(staff).where(staff.c.id == int(staff_id)).values(disabled=now))


def set_language(store: Store, staff_id: str, language: str) -> None:
    with store.write() as conn:
        conn.execute(update(staff).where(staff.c.id == int(staff_id)).values(language=language))


def set_alert(store: Store, staff_id: str, address: str) -> None:
    """Where an alert wakes this person, as an Apprise address; sealed, because it may hold a password."""
    with store.write() as conn:
        _set_alert(store, conn, staff_id, address)


def alert_of(store: Store, conn: Connection, staff_id: str) -> str:
    """The opened alert address, or nothing."""
    row = row_of(conn, staff_id)
    if row is None or row.alert_sealed is None:
        return ""
    return store.keys.staff.open(bytes(row.alert_sealed), _alert_place(staff_id)).decode()


def _set_alert(store: Store, conn: Connection, staff_id: str, address: str) -> None:
    sealed = (
        store.keys.staff.seal(address.strip().encode(), _alert_place(staff_id)) if address.strip() else None
    )
    conn.execute(update(staff).where(staff.c.id == int(staff_id)).values(alert_sealed=sealed))


def _alert_place(staff_id: str) -> str:
    return f"staff:{staff_id}:alert"


def _known(roles: Iterable[str]) -> str:
    wanted = set(roles)
    if not wanted or wanted - set(ROLES):
        raise Refused("roles_unknown")
    return " ".join(role for role in ROLES if role in wanted)


def _keep_an_admin(conn: Connection, staff_id: str) -> None:
    at_work = select(staff.c.id, staff.c.roles).where(staff.c.disabled.is_(None))
    admins = {str(found.id) for found in conn.execute(at_work) if "admin" in found.roles.split()}
    if admins == {staff_id}:
        raise Refused("last_admin")


def row_of(conn: Connection, staff_id: str) -> Any:
    if not staff_id.isdecimal():
        return None
    return conn.execute(select(staff).where(staff.c.id == int(staff_id))).one_or_none()


def _one(conn: Connection, staff_id: str) -> Member:
    return as_member(row_of(conn, staff_id))


def as_member(row: Any) -> Member:
    return Member(
        id=str(row.id),
        login=row.login,
        name=row.name,
        roles=frozenset(row.roles.split()),
        language=row.language,
        must_change=bool(row.must_change),
        disabled=row.disabled is not None,
        telegram=row.telegram_hash is not None,
        alert=row.alert_sealed is not None,
    )


# --- Telegram: a one-time code links an account, of which only a keyed hash is kept ------------------------


def make_link_code(store: Store, staff_id: str, now: float | None = None) -> str:
    """A code that this person sends to the bot once, within a quarter of an hour; replaces an earlier one."""
    now = time.time() if now is None else now
    code = "".join(secrets.choice(_LEGIBLE) for _ in range(10))
    with store.write() as conn:
        conn.execute(delete(link_codes).where(link_codes.c.staff_id == int(staff_id)))
        conn.execute(delete(link_codes).where(link_codes.c.expires <= now))
        values = {
            "code_hash": _code_hash(store, code),
            "staff_id": int(staff_id),
            "expires": now + LINK_SECONDS,
        }
        conn.execute(insert(link_codes).values(values))
    return code


def link_telegram(store: Store, code: str, user_id: int | str, now: float | None = None) -> str | None:
    """Links this Telegram account and uses the code up; the person's name, or None for a wrong code."""
    now = time.time() if now is None else now
    with store.write() as conn:
        used = delete(link_codes).where(
            link_codes.c.code_hash == _code_hash(store, code), link_codes.c.expires > now
        )
        staff_id = conn.execute(used.returning(link_codes.c.staff_id)).scalar_one_or_none()
        if staff_id is None:
            return None
        account = telegram_hash(store, user_id)
        conn.execute(update(staff).where(staff.c.telegram_hash == account).values(telegram_hash=None))
        linking = update(staff).where(staff.c.id == staff_id, staff.c.disabled.is_(None))
        return conn.execute(
            linking.values(telegram_hash=account).returning(staff.c.name)
        ).scalar_one_or_none()


def unlink_telegram(store: Store, staff_id: str) -> None:
    with store.write() as conn:
        conn.execute(update(staff).where(staff.c.id == int(staff_id)).values(telegram_hash=None))


def linked(store: Store, user_id: int | str) -> str | None:
    """Staff id of a linked account that is in use."""
    found = _linked(store, user_id)
    return found.id if found is not None and not found.disabled else None


def staff_by_telegram(store: Store, user_id: int | str) -> str | None:
    """Staff id of a linked account that may see cases."""
    found = _linked(store, user_id)
    return found.id if found is not None and found.sees_cases else None


def _linked(store: Store, user_id: int | str) -> Member | None:
    with store.read() as conn:
        row = conn.execute(
            select(staff).where(staff.c.telegram_hash == telegram_hash(store, user_id))
        ).one_or_none()
    return as_member(row) if row is not None else None


def telegram_hash(store: Store, user_id: int | str) -> str:
    return store.keys.find("staff-telegram", str(user_id))


def _code_hash(store: Store, code: str) -> str:
    return store.keys.find("link-code", "".join(code.split()).lower())
