"""The queue of updates: what the bot has not confirmed yet, and the long poll."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import POLL_ENDED_BY_WEBHOOK, TWO_POLLS, WEBHOOK_IS_SET, ApiError
from .params import Params

LIFE = 24 * 3600.0
CALLBACK_LIFE = 150.0
LONGEST_POLL = 50
# An offset beyond this many ids after the last one is taken as a mistake, and the queue is served from
# its head.
AHEAD = 10
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
# Telegram keeps an own webhook queue for each chat and kind; a message and a press may overtake each other.
_LANES = {"callback_query": 3, "my_chat_member": 5, "chat_member": 6, "message_reaction": 8}


@dataclass(slots=True, eq=False)
class Pending:
    """One update that waits. A ``sticky`` one (repeated or shuffled) stays until it was handed over once."""

    id: int
    kind: str
    body: bytes
    lane: int
    expires: float
    sticky: bool = False
    handed: int = 0


@dataclass
class Updates:
    """Every update in order, the ids, and who waits for them."""

    now: Callable[[], float]
    wake: Callable[[], None]
    lock: threading.RLock
    next_id: int = 100_000_001
    allowed: list[str] = field(default_factory=list)
    pending: dict[int, Pending] = field(default_factory=dict)
    lanes: dict[int, deque[Pending]] = field(default_factory=dict)
    conflicts: int = 0
    made: int = 0
    dropped: int = 0
    webhook_set: bool = False
    last: Pending | None = None
    _seq: int = 0
    _held: list[Pending] | None = None
    _waiter: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self.pending)

    def add(self, kind: str, content: dict[str, Any], chat: int) -> int:
        """Makes an update of this kind; 0 when the bot did not ask for the kind."""
        with self.lock:
            if kind not in self.allowed if self.allowed else kind in NOT_BY_DEFAULT:
                return 0
            update_id = self.next_id
            self.next_id += 1
            body = json.dumps({"update_id": update_id, kind: content}, ensure_ascii=False).encode()
            life = CALLBACK_LIFE if kind == "callback_query" else LIFE
            lane = chat + (_LANES.get(kind, 0) << 33)
            self.made += 1
            self._put(Pending(update_id, kind, body, lane, self.now() + life))
            return update_id

    def _put(self, pending: Pending) -> None:
        with self.lock:
            if self._held is not None:
                self._held.append(pending)
                return
            self._seq += 1
            self.pending[self._seq] = pending
            self.lanes.setdefault(pending.lane, deque()).append(pending)
            self.last = pending
            self.wake()

    def hold(self) -> None:
        """Updates pile up here from now on."""
        with self.lock:
            if self._held is None:
                self._held = []

    def release(self, shuffle: int | None = None, reverse: bool = False, copies: int = 1) -> None:
        """Lets the pile go: in order, shuffled by a seed, reversed, each in several copies."""
        with self.lock:
            pile = [p for p in self._held or [] for _ in range(copies)]
            self._held = None
            if reverse:
                pile.reverse()
            if shuffle is not None:
                random.Random(shuffle).shuffle(pile)
            odd = shuffle is not None or reverse or copies > 1
            for p in pile:
                self._put(Pending(p.id, p.kind, p.body, p.lane, p.expires, sticky=odd))

    def repeat(self, times: int = 1) -> None:
        """Sends the newest update again, with the same id, confirmed or not."""
        with self.lock:
            if self.last is None:
                raise LookupError("no update was made yet")
            p = self.last
            for _ in range(times):
                self._put(Pending(p.id, p.kind, p.body, p.lane, p.expires, sticky=True))

    def restart_ids(self, at: int) -> None:
        """The next update gets this id, as after a week without updates."""
        self.next_id = at

    def expire(self) -> None:
        """Drops what the server keeps no longer: 24 hours, 150 seconds for a press."""
        with self.lock:
            now = self.now()
            for seq in [seq for seq, p in self.pending.items() if p.expires < now]:
                self.forget(seq)
                self.dropped += 1

    def forget(self, seq: int) -> None:
        """Takes one out."""
        gone = self.pending.pop(seq)
        lane = self.lanes[gone.lane]
        lane.remove(gone)
        if not lane:
            del self.lanes[gone.lane]

    def delivered(self, done: Pending) -> None:
        """Takes one out that a webhook took."""
        with self.lock:
            for seq, p in self.pending.items():
                if p is done:
                    self.forget(seq)
                    return

    def clear(self) -> None:
        """Drops everything, as drop_pending_updates does."""
        with self.lock:
            self.dropped += len(self.pending)
            self.pending.clear()
            self.lanes.clear()

    def confirm(self, offset: int) -> None:
        """Forgets what an offset confirms; a negative one keeps only the last so many."""
        with self.lock:
            if offset < 0:
                for seq in list(self.pending)[:offset]:
                    self.forget(seq)
            elif 0 < offset < self.next_id + AHEAD:
                for seq in [
                    seq for seq, p in self.pending.items() if p.id < offset and (p.handed or not p.sticky)
                ]:
                    self.forget(seq)

    def batch(self, limit: int) -> list[bytes]:
        """The oldest waiting updates."""
        with self.lock:
            out: list[bytes] = []
            for p in self.pending.values():
                if len(out) == limit:
                    break
                p.handed += 1
                out.append(p.body)
            return out

    def wake_poll(self) -> None:
        """Lets a waiting long poll look again."""
        with self.lock:
            if self._waiter is not None and not self._waiter.done() and self.pending:
                self._waiter.set_result(None)

    def end_poll(self, why: str | None) -> None:
        """Ends a waiting long poll: with a 409, or (None) with nothing."""
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            if why is None:
                waiter.cancel()
            else:
                self.conflicts += 1
                waiter.set_exception(ApiError(409, why))

    def end_poll_for_webhook(self) -> None:
        """setWebhook ends a waiting long poll."""
        self.end_poll(POLL_ENDED_BY_WEBHOOK)

    def remember_allowed(self, params: Params) -> None:
        """Keeps the list of kinds when the request has one; an empty list means the default."""
        kinds = params.array("allowed_updates", "can't parse allowed_updates JSON object")
        if kinds is not None:
            self.allowed = [str(kind) for kind in kinds]

    async def poll(self, params: Params) -> list[bytes]:
        """getUpdates: confirms, then answers at once or waits for something."""
        if self.webhook_set:
            raise ApiError(409, WEBHOOK_IS_SET)
        offset = params.integer("offset", 0)
        limit = params.integer("limit", 100, 1, 100)
        timeout = params.integer("timeout", 0, 0, LONGEST_POLL)
        self.remember_allowed(params)
        self.expire()
        self.confirm(offset)
        found = self.batch(limit)
        if found or not timeout:
            return found
        # The newer poll wins: the one that waited is told of the conflict.
        self.end_poll(TWO_POLLS)
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait((waiter,), timeout=timeout)
        finally:
            if self._waiter is waiter:
                self._waiter = None
        if not waiter.done() or waiter.cancelled():
            return []
        waiter.result()
        self.expire()
        return self.batch(limit)
