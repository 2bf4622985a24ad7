"""The layer "telegram" of tests/talk.py: her phone on the made-up server, the bot behind it over real HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.channels.telegram import buttons as data_of
from flows.model import Blocked, Content, Intake, Pressed, Said, StaffDid
from storage import book, outbox, turns
from tests.bot.running import Bot
from tests.botapi import Message, User
from tests.talk import Talk

HER = 1001


@dataclass
class Phone:
    """One chat with the bot."""

    bot: Bot
    her: User
    intake_id: int = 0

    async def hers(self, event: Said | Pressed | Blocked) -> None:
        if isinstance(event, Blocked):
            self.her.block()
        elif isinstance(event, Pressed):
            message, data = self.button(event.step, event.option)
            self.her.press(data, message)
        else:
            send(self.her, event)
        await settled(self.bot)

    async def staffs(self, deed: StaffDid) -> str:
        taken = await asyncio.to_thread(
            turns.staff_turn, self.bot.store, self.find(), deed, self.bot.work.house()
        )
        self.bot.work.kick()
        await settled(self.bot)
        return taken.turn.refused if taken.turn else "no_case"

    async def time(self, at: float) -> None:
        """What would come until then comes now."""
        await asyncio.to_thread(turns.wait_turn, self.bot.store, self.find(), at, self.bot.work.house())
        self.bot.work.kick()
        await settled(self.bot)

    def now(self) -> float:
        return time.time()

    def find(self) -> int:
        found = turns.current(self.bot.store, "telegram", self.bot.telegram.id, str(self.her.id))
        self.intake_id = found or self.intake_id
        return self.intake_id

    def intake(self) -> Intake:
        with self.bot.store.read() as conn:
            return book.peek(self.bot.store, conn, self.find()).intake

    def ours(self) -> list[Message]:
        return [message for message in self.her.chat.visible() if message.by_bot]

    def screen(self) -> list[str]:
        return [message.text for message in self.ours()]

    def buttons(self) -> set[tuple[str, str]]:
        data = (one for message in self.ours() for one in message.data.values())
        return {data_of.answered(one)[:2] for one in data if ":" in one}

    def button(self, step: str, option: str) -> tuple[Message, str]:
        for message in reversed(self.ours()):
            for data in message.data.values():
                if data_of.answered(data)[:2] == (step, option):
                    return message, data
        raise LookupError(f"no button {step}.{option}")


def send(her: User, event: Said) -> None:
    """Any kind of content, as her phone sends it."""
    kind = event.content
    if kind in (Content.TEXT, Content.COMMAND):
        her.say(event.text)
    elif kind is Content.EDITED:
        mine = [message for message in her.chat.visible() if not message.by_bot]
        her.edit(mine[-1], "anders")
    elif kind is Content.FORWARDED:
        her.forward("van iemand anders")
    elif kind is Content.FILE:
        her.document()
    elif kind is Content.OTHER:
        her.dice()
    else:
        getattr(her, kind.value)()


async def settled(bot: Bot, seconds: float = 10.0) -> None:
    """Everything that came in is taken, everything that waited is sent."""
    end = time.monotonic() + seconds
    quiet = 0
    while quiet < 2:
        assert time.monotonic() < end, (
            f"not settled: {outbox.waiting(bot.store)}, {len(bot.api.updates)} updates"
        )
        await asyncio.sleep(0.004)
        idle = (
            not len(bot.api.updates) and not bot.sender.busy and not sum(outbox.waiting(bot.store).values())
        )
        quiet = quiet + 1 if idle else 0


@asynccontextmanager
async def on_telegram(bot: Bot, number: int = HER, language: str = "nl") -> AsyncIterator[Talk]:
    yield Talk(Phone(bot, bot.api.user(number, language)))
