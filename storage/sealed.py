"""Sealing: what is stored can be read only with the right key, and only in the place it was sealed for.

A master key (from the settings) wraps the vault's keys and one key per case; to forget a case is to destroy
its key.
Everything is AES-256-GCM with a random nonce of 12 bytes in front; the place is bound as associated data.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from storage.keys.keystore import KeyStore

KEY_BYTES = 32
NONCE_BYTES = 12
LEAST_BYTES = 64  # of what is sealed
_MARK, _PADDED = b"\x80", b"padded:"
MASTERS = 2  # the current one and the one before
_MASTER = re.compile(r"([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{43}=?)")


class SealBroken(Exception):
    """What should be opened was sealed with another key or for another place, or it was changed."""


def new_secret(key_id: str = "k1") -> str:
    """A fresh value for DREMPEL_SECRET_KEY."""
    return f"{key_id}:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def read_masters(setting: str) -> dict[str, bytes]:
    """The master keys by id, the current one first. Raises ValueError, never quoting the setting."""
    masters: dict[str, bytes] = {}
    for part in setting.split(","):
        found = _MASTER.fullmatch(part.strip())
        if found is None:
            raise ValueError("is malformed: each key is an id, a colon and 32 bytes in urlsafe base64")
        try:
            key = base64.urlsafe_b64decode(found[2].rstrip("=") + "=")
        except binascii.Error:
            raise ValueError("is malformed: a key is not urlsafe base64") from None
        if len(key) != KEY_BYTES:
            raise ValueError("is malformed: a key is not 32 bytes long")
        if found[1] in masters:
            raise ValueError("is malformed: two keys have the same id")
        masters[found[1]] = key
    if len(masters) > MASTERS:
        raise ValueError("holds too many: at most two keys, the current one, and the one before it")
    return masters


class Key:
    """One AES-256-GCM key. `place` says what is sealed and where it stands: moved, it no longer opens."""

    __slots__ = ("_aes", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._aes = AESGCM(raw)
        self._raw = raw

    def stands_for(self) -> bytes:
        """What stands in the log for whatever this key belongs to: once the key is gone, nobody can work it out."""
        return hashlib.blake2b(b"stands for", key=self._raw, digest_size=16).digest()

    def seal(self, plain: bytes, place: str) -> bytes:
        """Padded first: how long something is tells what it may be."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._aes.encrypt(nonce, padded(plain), _PADDED + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Raises SealBroken."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return unpadded(self._aes.decrypt(nonce, rest, _PADDED + place.encode()))
        except (InvalidTag, ValueError):
            pass
        try:  # sealed before there was padding
            return self._aes.decrypt(nonce, rest, place.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(place) from None


def padded(plain: bytes) -> bytes:
    """A mark and zeros behind it, up to one of few sizes: at least 64 bytes, and never more than an eighth longer.

    The sizes are those of Padmé (Nikitin and others, PETS 2019): the longer, the coarser.
    """
    return (plain + _MARK).ljust(_size(len(plain) + 1), b"\0")


def unpadded(plain: bytes) -> bytes:
    return plain[: plain.rindex(_MARK)]


def _size(length: int) -> int:
    if length <= LEAST_BYTES:
        return LEAST_BYTES
    exponent = length.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-length // step) * step


class Masters:
    """The master keys by id; the first is current and wraps whatever is wrapped from now on."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {key_id: Key(raw) for key_id, raw in keys.items()}
        self.current = next(iter(self._keys))

    def has(self, key_id: str) -> bool:
        return key_id in self._keys

    def wrap(self, raw: bytes, place: str) -> bytes:
        return self._keys[self.current].seal(raw, "wrapped:" + place)

    def unwrap(self, key_id: str, wrapped: bytes, place: str) -> bytes:
        """Raises SealBroken when that master key is not among ours, or has other bytes."""
        master = self._keys.get(key_id)
        if master is None:
            raise SealBroken(place)
        return master.open(wrapped, "wrapped:" + place)


class Keyring:
    """The keys of one store: the cases', one that seals what belongs to none, one that finds chats, the log's."""

    def __init__(self, cases: KeyStore, staff: bytes, lookup: bytes, log: bytes) -> None:
        self.cases = cases
        self.staff = Key(staff)
        self._lookup = lookup
        self.log = log

    @property
    def name(self) -> str:
        return named(self._lookup)

    def find(self, *parts: str) -> str:
        """A keyed hash of these words, the same in every process of this store; tells nothing by itself."""
        return _keyed(self._lookup, *parts)


def named(lookup: bytes) -> str:
    """What the data with this key are called beside their keys: it says nothing, and no other data have it."""
    return _keyed(lookup, "store")


def _keyed(key: bytes, *parts: str) -> str:
    digest = hashlib.blake2b(key=key, digest_size=16)
    for part in parts:
        word = part.encode()
        digest.update(len(word).to_bytes(4))
        digest.update(word)
    return digest.hexdigest()
