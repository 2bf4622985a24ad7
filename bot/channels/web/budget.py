"""How much one address may begin in a while. What has begun is never held up, and danger never."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from hashlib import blake2b

REMEMBERED = 20_000  # addresses; the oldest is forgotten first


class Budget:
    """So many in a span of time for each address; of an address only a hash under a passing key is kept."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._key = secrets.token_bytes(16)
        self._spent: OrderedDict[bytes, tuple[float, int]] = OrderedDict()

    def allows(self, address: str, now: float) -> bool:
        """Whether there is any left; nothing is spent."""
        begun, spent = self._spent.get(self._hash(address), (now, 0))
        return spent < self._most or now - begun >= self._seconds

    def spend(self, address: str, now: float) -> None:
        who = self._hash(address)
        begun, spent = self._spent.pop(who, (now, 0))
        if now - begun >= self._seconds:
            begun, spent = now, 0
        self._spent[who] = (begun, spent + 1)
        while len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)

    def _hash(self, address: str) -> bytes:
        return blake2b(address.encode(), key=self._key, digest_size=12).digest()
