"""How fast we may send: all together, to one chat, to one group. What is red finds room kept free for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from flows.model import Lane

OVERALL = 30.0  # messages a second by one bot
# How much of a second's room each lane leaves to those before it.
KEPT = {Lane.WIPE: 0.0, Lane.RED: 0.0, Lane.RED_REPLY: 4.0, Lane.REPLY: 8.0, Lane.CROWD: 16.0}
CHAT, CHAT_BURST = 1.0, 3.0  # messages a second to one person, and how many at once
GROUP, GROUP_SECONDS = 20, 60.0  # messages to one group within so many seconds
FORGET_AT = 512  # so many chats remembered, and those that are free again are forgotten
NOTHING_SHUT = 3600.0


@dataclass(slots=True)
class Bucket:
    """Fills up at `rate` a second, to `burst`; sending takes out of it."""

    rate: float
    burst: float
    level: float
    at: float

    def wait(self, now: float, keep: float = 0.0) -> float:
        """Seconds until one can be taken with `keep` left; 0 when it can be now."""
        self.level = min(self.burst, self.level + max(0.0, now - self.at) * self.rate)
        self.at = now
        missing = 1.0 + keep - self.level
        return 0.0 if missing <= 1e-9 else missing / self.rate

    def take(self, _now: float) -> None:
        self.level -= 1.0


@dataclass(slots=True)
class Window:
    """At most `limit` within any `seconds`."""

    limit: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, _keep: float = 0.0) -> float:
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        return self.times[0] + self.seconds - now if len(self.times) >= self.limit else 0.0

    def take(self, now: float) -> None:
        self.times.append(now)


class Pace:
    """One bot's pace. `chat` is whatever is paced together; nothing is kept of one that is free again.

    `group`: the one chat that is a group. Every method may be called by any thread.
    """

    def __init__(
        self,
        group: str = "",
        overall: float = OVERALL,
        chat: float = CHAT,
        chat_burst: float = CHAT_BURST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.group = group
        self._clock = clock
        self._rate, self._burst = chat, max(chat_burst, chat)
        self._all = Bucket(overall, overall, overall, clock())
        self._chats: dict[str, Bucket | Window] = {}
        self._shut: dict[str, float] = {}
        self._all_shut = 0.0
        self._lock = threading.Lock()

    @classmethod
    def unbound(cls) -> Pace:
        """For a Bot API server without limits: measuring, not Telegram."""
        return cls(overall=1e9, chat=1e9)

    def grant(self, chat: str, lane: Lane) -> bool:
        """Whether a message may go there now; if so, it counts as sent. Wiping waits only where told to."""
        with self._lock:
            now = self._clock()
            if max(self._all_shut, self._shut.get(chat, 0.0)) > now:
                return False
            if lane is Lane.WIPE:
                return True
            own = self._own(chat, now)
            if self._all.wait(now, KEPT[lane]) > 0 or own.wait(now) > 0:
                return False
            self._all.take(now)
            own.take(now)
            return True

    def lanes(self) -> tuple[Lane, ...]:
        """The lanes of which something may go now, whoever it is for: rows of the others need not be looked at."""
        with self._lock:
            now = self._clock()
            return tuple(lane for lane in Lane if lane is Lane.WIPE or self._all.wait(now, KEPT[lane]) <= 0)

    def room(self) -> int:
        """How many replies may go now, whoever they are for; at least what is red may try."""
        with self._lock:
            now = self._clock()
            if self._all_shut > now:
                return 0
            self._all.wait(now)
            return int(max(4.0, min(self._all.level - KEPT[Lane.REPLY], 1e6)))

    def shut(self, chat: str, seconds: float, *, whole_bot: bool = False) -> None:
        """Telegram asked to wait: obeyed for this chat, or for all."""
        with self._lock:
            until = self._clock() + seconds
            if whole_bot:
                self._all_shut = max(self._all_shut, until)
            else:
                self._shut[chat] = max(self._shut.get(chat, 0.0), until)

    def shut_chats(self) -> frozenset[str]:
        """Those to which nothing at all may go at this moment."""
        with self._lock:
            now = self._clock()
            self._shut = {chat: until for chat, until in self._shut.items() if until > now}
            return frozenset(self._shut)

    def next_free(self) -> float:
        """Seconds until something that had to wait may go; NOTHING_SHUT when nothing has to."""
        with self._lock:
            now = self._clock()
            waits = [self._all_shut - now, *(until - now for until in self._shut.values())]
            waits += [own.wait(now) for own in self._chats.values()]
            waits += [self._all.wait(now, kept) for kept in KEPT.values()]
            return min((wait for wait in waits if wait > 0), default=NOTHING_SHUT)

    def _own(self, chat: str, now: float) -> Bucket | Window:
        own = self._chats.get(chat)
        if own is None:
            if len(self._chats) >= FORGET_AT:
                self._chats = {one: own for one, own in self._chats.items() if not _free(own, now)}
            if chat == self.group and self.group:
                own = Window(GROUP, GROUP_SECONDS)
            else:
                own = Bucket(self._rate, self._burst, self._burst, now)
            self._chats[chat] = own
        return own


def _free(own: Bucket | Window, now: float) -> bool:
    """Whether it is as if nothing had been sent."""
    own.wait(now)
    return own.level >= own.burst if isinstance(own, Bucket) else not own.times
