"""Passwords: argon2id with the library's defaults (RFC 9106, low memory). A check takes 64 MiB and 50 ms."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LEAST = 12  # characters
MOST = 256
_HASHER = PasswordHasher()
# Memory-hard by design: many sign-ins at once must not take the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(2)
_SYLLABLES = [c + v for c in "bdfghjklmnprstvz" for v in "aeiou"]


def hashed(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


def right(password_hash: str, password: str) -> bool:
    """Whether this is the password. A hash of nobody's takes as long as any other."""
    try:
        with _AT_ONCE:
            _HASHER.verify(password_hash or nobody(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(password_hash)


def outdated(password_hash: str) -> bool:
    """Whether it was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def weak(password: str, login: str, name: str) -> bool:
    """Too short, too long, or one's own name. No rules about kinds of characters: length is what counts."""
    plain = password.casefold()
    return (
        not LEAST <= len(password) <= MOST
        or plain in (login.casefold(), name.casefold())
        or len(set(plain)) < 4
    )


def made_up() -> str:
    """Four made-up words, some 76 bits, that can be read out over the telephone."""
    return "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(3)) for _ in range(4))


_NOBODY: list[str] = []


def nobody() -> str:
    """A hash that no password fits, made once a process."""
    if not _NOBODY:
        _NOBODY.append(_HASHER.hash(secrets.token_hex(16)))
    return _NOBODY[0]
