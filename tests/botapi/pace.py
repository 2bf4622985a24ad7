"""Telegram's pace: about 30 messages a second in all, one a second a chat, 20 a minute a group."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from .errors import ApiError, too_many


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at a rate, at most ``burst`` of them."""

    rate: float
    burst: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when there is one."""
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1.0 else (1.0 - self.level) / self.rate


@dataclass
class Pace:
    """Off until ``on`` is set. ``speed`` shortens all times alike; ``violations`` counts the refusals by
    chat."""

    on: bool = False
    overall: float = 30.0
    overall_burst: float = 30.0
    chat: float = 1.0
    chat_burst: float = 3.0
    group: float = 20 / 60
    group_burst: float = 20.0
    speed: float = 1.0
    violations: dict[int, int] = field(default_factory=dict)
    _all: Bucket | None = None
    _chats: dict[int, Bucket] = field(default_factory=dict)

    def refusal(self, chat: int) -> ApiError | None:
        """A 429 when this message comes too soon; otherwise it is counted in."""
        now = time.monotonic() * self.speed
        if self._all is None:
            self._all = Bucket(self.overall, self.overall_burst, self.overall_burst, now)
        own = self._chats.get(chat)
        if own is None:
            rate, burst = (self.group, self.group_burst) if chat < 0 else (self.chat, self.chat_burst)
            own = self._chats[chat] = Bucket(rate, burst, burst, now)
        wait = max(self._all.wait(now), own.wait(now))
        if wait > 0:
            self.violations[chat] = self.violations.get(chat, 0) + 1
            return too_many(max(1, math.ceil(wait / self.speed)))
        self._all.level -= 1
        own.level -= 1
        return None
