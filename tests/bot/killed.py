"""The bot as a process that kills itself at one boundary:  python -m tests.bot.killed API DATABASE WHERE"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.channels.telegram.outbound import Outbound
from bot.pace import Pace
from bot.sender import Sender
from storage import outbox, turns
from tests.bot import running

WHERE = ("taking", "taken", "claimed", "sent", "noting", "noted", "")


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> None:
    setattr(owner, name, die)


def after(owner: Any, name: str) -> None:
    work: Callable[..., Any] = getattr(owner, name)
    if asyncio.iscoroutinefunction(work):

        async def awaited(*args: Any, **more: Any) -> Any:
            await work(*args, **more)
            die()

        setattr(owner, name, awaited)
        return

    def done(*args: Any, **more: Any) -> Any:
        work(*args, **more)
        die()

    setattr(owner, name, done)


def arm(where: str) -> None:
    outbox.LEASE_SECONDS = 1.0
    if where == "taking":
        before(turns, "take")  # the update has come, nothing is written
    elif where == "taken":
        after(turns, "take")  # written, not committed
    elif where == "claimed":
        before(Outbound, "send")  # the row is claimed, nothing has gone out
    elif where == "sent":
        after(Outbound, "send")  # Telegram has it, we do not know yet
    elif where == "noting":
        before(outbox, "landed")
    elif where == "noted":
        after(Sender, "_round")


async def live(api: str, database: str) -> None:
    class Api:
        root = api

    chosen = running.settings(api, Path(database), staff_chat="")
    async with running.running(Api, chosen, pace=Pace.unbound()):  # type: ignore[arg-type]
        await asyncio.Event().wait()


if __name__ == "__main__":
    arm(sys.argv[3])
    asyncio.run(live(sys.argv[1], sys.argv[2]))
