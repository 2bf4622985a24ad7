"""Faults that a test switches on: refusals, silence, dropped lines, broken answers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import ApiError

_WORDS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
}  # fmt: skip
PAGE_502 = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(eq=False)
class Fault:
    """One fault. Those given together happen together; ``hits`` counts how often it struck.

    ``acts`` says whether the method has its effect all the same: with a silence, a broken answer or a 5xx the
    bot then cannot know the result.
    """

    method: str = "*"
    chat: int | None = None
    status: int | None = None
    description: str | None = None
    retry_after: int | None = None
    migrate_to: int | None = None
    html: bool = False
    drop: Literal["", "before", "after"] = ""
    hang: float = 0.0
    slow: float = 0.0
    malformed: bool = False
    acts: bool = False
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    hits: int = 0
    seen: int = 0
    _dice: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        self._dice.seed(self.seed)
        self.method = self.method.lower()

    def strikes(self, method: str, chat: int | None) -> bool:
        """Whether it strikes this call; counts it."""
        if self.method not in ("*", method) or (self.chat is not None and self.chat != chat):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        if self.probability < 1.0 and self._dice.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def clear(self) -> None:
        """It never strikes again."""
        self.times = self.hits

    def refusal(self) -> ApiError | None:
        """The error it answers, if it answers one."""
        status = self.status
        if status is None:
            status = 429 if self.retry_after is not None else 400 if self.migrate_to is not None else None
        if status is None:
            return None
        parameters: dict[str, int] = {}
        words = self.description or _WORDS.get(status, "Error")
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
            words = self.description or f"Too Many Requests: retry after {self.retry_after}"
        if self.migrate_to is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to
            words = self.description or "Bad Request: group chat was upgraded to a supergroup chat"
        return ApiError(status, words, **parameters)


class Faults:
    """The faults that are switched on, asked in order; the first that strikes counts."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def add(self, method: str, settings: dict[str, Any]) -> Fault:
        """Switches one on."""
        fault = Fault(method=method, **settings)
        self.all.append(fault)
        return fault

    def clear(self) -> None:
        """Switches all off."""
        self.all.clear()

    def strike(self, method: str, chat: int | None) -> Fault | None:
        """The fault that strikes this call."""
        for fault in self.all:
            if fault.strikes(method, chat):
                return fault
        return None
