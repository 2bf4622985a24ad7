"""Many chats at once, each writing again as soon as the bot has answered: a load for benchmarks."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .server import BotApi

FIRST_USER = 5_000_001


async def flood(api: BotApi, body: dict[str, Any]) -> dict[str, float]:
    """Runs ``chats`` conversations for ``seconds``; answers replies, replies a second, p50 and p99 in ms.

    A reply is a new message, or another text in the place of an old one.

    ``text`` is what each says; with ``press`` set, each presses the first button of the newest message
    instead, once there is one; ``first`` is the number of the first person.
    """
    chats, seconds = int(body.get("chats", 40)), float(body.get("seconds", 5))
    text, pressing = str(body.get("text", "hallo")), bool(body.get("press"))
    first = int(body.get("first", FIRST_USER))
    users = {number: api.user(number) for number in range(first, first + chats)}
    asked: dict[int, float] = {}
    waits: list[float] = []
    end = time.perf_counter() + seconds

    def again(chat: int) -> None:
        if time.perf_counter() >= end:
            return
        asked[chat] = time.perf_counter()
        user = users[chat]
        if pressing:
            card = next(
                (m for m in reversed(user.chat.messages.values()) if m.keyboard and not m.deleted), None
            )
            if card is not None:
                user.press(0, card)
                return
        user.say(text)

    def sent(chat: int) -> None:
        since = asked.pop(chat, None)
        if since is not None:
            waits.append(time.perf_counter() - since)
            # Later in the loop: the bot shall have its answer before the next message.
            loop.call_soon(again, chat)

    loop = asyncio.get_running_loop()
    api.on_sent, begun = sent, time.perf_counter()
    try:
        for chat in users:
            again(chat)
        await asyncio.sleep(seconds)
    finally:
        api.on_sent = None
    took = time.perf_counter() - begun
    waits.sort()
    if not waits:
        return {"replies": 0, "per_second": 0.0, "seconds": took, "p50_ms": 0.0, "p99_ms": 0.0}
    return {
        "replies": len(waits),
        "per_second": len(waits) / took,
        "seconds": took,
        "p50_ms": waits[len(waits) // 2] * 1000,
        "p99_ms": waits[min(len(waits) - 1, int(len(waits) * 0.99))] * 1000,
    }
