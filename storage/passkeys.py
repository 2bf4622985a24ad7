"""Passkeys (W3C WebAuthn): a device or a security key that signs in instead of password and code.

The device asks for a finger, a face or its PIN first (user verification), and signs only for the address it was made
for: nobody can be led to give it to a page that only looks like the desk. A challenge is good for once, for five
minutes, and for the browser that it was given to.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
from dataclasses import dataclass
from typing import Any

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from storage import tries
from storage.access import NOBODY, note
from storage.accounts import Member, as_member, row_of
from storage.sign_in import SignedIn, Wait, opened
from storage.store import Store
from storage.tables import passkeys, used_challenges

LASTS = 5 * 60.0  # seconds that a challenge is good for
LONGEST_NAME = 64
_STEM = 8 + 16  # bytes: when it was given, and what makes it new
_VERIFIED = UserVerificationRequirement.REQUIRED
# What a malformed or forged answer raises in the reader of it; json's and binascii's errors are ValueErrors.
_WRONG = (ValueError, KeyError, TypeError, AttributeError, IndexError)
# It would write which passkey signed in.
logging.getLogger("fido2").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Passkey:
    id: int
    name: str
    host: str  # the address that it signs for
    created: float
    used: float | None


def of(store: Store, staff_id: str) -> list[Passkey]:
    """This person's passkeys, the oldest first."""
    wanted = select(passkeys).where(passkeys.c.staff_id == int(staff_id)).order_by(passkeys.c.id)
    with store.read() as conn:
        return [
            Passkey(int(row.id), row.name, row.host, row.created, row.used) for row in conn.execute(wanted)
        ]


def asked_to_add(store: Store, who: Member, host: str, holder: str, now: float) -> str:
    """What the browser is asked for a new passkey, as JSON. `holder`: what ties the challenge to this browser."""
    user = PublicKeyCredentialUserEntity(
        id=_handle(store, who.id).encode(), name=who.login, display_name=who.name
    )
    with store.read() as conn:
        known = [_credential(row) for row in conn.execute(_at(host, who.id))]
    asked, _state = _server(host).register_begin(
        user,
        known,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
        challenge=_challenge(store, "add", holder, now),
    )
    return json.dumps(dict(asked)["publicKey"])


def add(store: Store, who: Member, host: str, holder: str, answer: str, name: str, now: float) -> bool:
    """Keeps the passkey that the browser made; False for an answer that is not one to what was asked."""
    try:
        registration = RegistrationResponse.from_dict(json.loads(answer))
        state = _state(store, "add", holder, registration.response.client_data.challenge, now)
        made = _server(host).register_complete(state, registration)
    except _WRONG:
        return False
    credential = made.credential_data
    if credential is None:
        return False
    values = {
        "staff_id": int(who.id),
        "credential_hash": _hash(credential.credential_id),
        "credential": bytes(credential),
        "host": host,
        "name": name.strip()[:LONGEST_NAME] or "Passkey",
        "count": made.counter,
        "created": now,
    }
    try:
        with store.write() as conn:
            conn.execute(insert(passkeys).values(values))
            note(store, conn, who.id, "passkey:added", now)
    except IntegrityError:  # this very device has one already
        return False
    return True


def remove(store: Store, staff_id: str, number: int, now: float) -> None:
    with store.write() as conn:
        mine = delete(passkeys).where(passkeys.c.id == number, passkeys.c.staff_id == int(staff_id))
        if conn.execute(mine).rowcount:
            note(store, conn, staff_id, "passkey:removed", now)


def asked_to_sign_in(store: Store, host: str, holder: str, now: float) -> str:
    """What the browser is asked, as JSON; it names nobody, the passkey says whose it is."""
    asked, _state = _server(host).authenticate_begin(
        user_verification=_VERIFIED, challenge=_challenge(store, "sign_in", holder, now)
    )
    return json.dumps(dict(asked)["publicKey"])


def sign_in(
    store: Store, host: str, holder: str, answer: str, now: float, address: str = ""
) -> SignedIn | Wait | None:
    """A session with both steps done, for the right passkey; None for anything else.

    `address`: from where, as the socket tells it; it is never kept.
    """
    tried = tries.begun(store, address, now)
    if isinstance(tried, float):
        return Wait(tried)
    try:
        signed = AuthenticationResponse.from_dict(json.loads(answer))
        state = _state(store, "sign_in", holder, signed.response.client_data.challenge, now)
    except _WRONG:
        return None
    with store.write() as conn:
        row: Any = conn.execute(
            _at(host).where(passkeys.c.credential_hash == _hash(signed.raw_id)).with_for_update()
        ).one_or_none()
        who = _whose(store, conn, row, signed)
        if who is None:
            note(store, conn, NOBODY, "passkey:wrong", now)
            return None
        count = signed.response.authenticator_data.counter
        try:
            _server(host).authenticate_complete(state, [_credential(row)], signed)
        except _WRONG:
            note(store, conn, who.id, "passkey:wrong", now)
            return None
        if 0 < row.count >= count:  # two devices count apart: one of them is a copy (WebAuthn 7.2, step 22)
            note(store, conn, who.id, "passkey:copied", now)
            return None
        conn.execute(update(passkeys).where(passkeys.c.id == row.id).values(count=count, used=now))
        token = opened(store, conn, who.id, now, "passkey", second=True)
    tries.right(store, tried)
    return SignedIn(token, who)


def _whose(store: Store, conn: Connection, row: Any, signed: AuthenticationResponse) -> Member | None:
    if row is None:
        return None
    handle = signed.response.user_handle
    if handle is not None and handle != _handle(store, str(row.staff_id)).encode():
        return None
    who = as_member(row_of(conn, str(row.staff_id)))
    return None if who.disabled else who


def _at(host: str, staff_id: str = "") -> Any:
    wanted = select(passkeys).where(passkeys.c.host == host)
    return wanted.where(passkeys.c.staff_id == int(staff_id)) if staff_id else wanted


def _credential(row: Any) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(row.credential))


def _server(host: str) -> Fido2Server:
    """It takes answers from https://<host>, and from http only where host is localhost."""
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="Drempel"))


def _handle(store: Store, staff_id: str) -> str:
    """Who this is to an authenticator: tells nothing, and is the same for all passkeys of one person."""
    return store.keys.find("passkey-user", staff_id)


def _hash(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()


# --- challenges: nothing is stored before one is answered, so that asking for many costs us nothing -------------


def _challenge(store: Store, what: str, holder: str, now: float) -> bytes:
    stem = int(now).to_bytes(8) + secrets.token_bytes(16)
    return stem + _signed(store, what, holder, stem)


def _state(store: Store, what: str, holder: str, challenge: bytes, now: float) -> dict[str, Any]:
    """What the library compares the answer with. Raises ValueError for a challenge that is not ours, or was used."""
    stem, given = challenge[:_STEM], int.from_bytes(challenge[:8])
    if not hmac.compare_digest(challenge[_STEM:], _signed(store, what, holder, stem)):
        raise ValueError("not ours")
    if not given - 1 <= now < given + LASTS:
        raise ValueError("too late")
    try:
        with store.write() as conn:
            conn.execute(delete(used_challenges).where(used_challenges.c.at <= now - LASTS))
            conn.execute(insert(used_challenges).values(challenge_hash=_hash(challenge), at=now))
    except IntegrityError:
        raise ValueError("used") from None
    return {"challenge": websafe_encode(challenge), "user_verification": _VERIFIED}


def _signed(store: Store, what: str, holder: str, stem: bytes) -> bytes:
    return bytes.fromhex(store.keys.find("passkey-challenge", what, holder, stem.hex()))
