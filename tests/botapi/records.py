"""What the server keeps of requests and presses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .chats import Message


@dataclass(slots=True)
class Call:
    """One request of the bot: what it asked and what it got (status 0: no answer)."""

    method: str
    params: dict[str, Any]
    at: float
    status: int = 0
    result: Any = None


@dataclass(slots=True)
class Press:
    """One press of a button and what the bot answered to it."""

    id: str
    at: float
    user: int
    message: Message
    data: str
    answered: bool = False
    answer: str = ""
    alert: bool = False
