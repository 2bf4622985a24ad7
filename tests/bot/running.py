"""The bot, running inside a test: a fresh store, Telegram against the made-up server, sender and ticker."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.alerts import Alerts
from bot.channels.telegram.channel import Telegram
from bot.ear import Ear
from bot.pace import Pace
from bot.sender import Sender, senders
from bot.ticker import Ticker
from bot.work import Work
from flows.model import House
from storage.settings import Settings
from storage.store import Store, open_store
from storage.writer import Writer
from tests.botapi import TOKEN, BotApi

GROUP = -500
WEBHOOK_SECRET = "made-up-secret"


@dataclass
class Bell:
    """Every alert that would have rung: address and body."""

    rung: list[tuple[str, str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def __call__(self, address: str, _title: str, body: str) -> bool:
        if address in self.broken:
            return False
        self.rung.append((address, body))
        return True


@dataclass
class Bot:
    """One bot and all that belongs to it."""

    api: BotApi
    settings: Settings
    store: Store
    writer: Writer
    work: Work
    telegram: Telegram
    sender: Sender
    ticker: Ticker
    bell: Bell
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    def start(self) -> None:
        """Listening and sending begin."""
        self.tasks += [asyncio.create_task(self.sender.run()), asyncio.create_task(self.telegram.listen())]

    async def stop(self) -> None:
        for task in reversed(self.tasks):  # listening ends before sending
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.tasks.clear()

    async def close(self) -> None:
        await self.stop()
        await self.telegram.close()
        await asyncio.to_thread(self.writer.close)
        self.store.close()


def settings(api_root: str, database: Path | str, **more: Any) -> Settings:
    url = f"sqlite:///{database}" if isinstance(database, Path) else database
    given = {
        "secret_key": SECRET,
        "database_url": url,
        "telegram_token": TOKEN,
        "telegram_api": api_root,
        "staff_chat": str(GROUP),
        "_env_file": None,
    }
    return Settings(**(given | more))  # type: ignore[arg-type]


SECRET = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def make(
    api: BotApi,
    chosen: Settings,
    *,
    on_duty: bool = True,
    pace: Pace | None = None,
    recordings: frozenset[tuple[str, str]] = frozenset(),
) -> Bot:
    """A bot that is not started yet."""
    store = open_store(chosen)
    writer = Writer(store)
    kick: list[Callable[[], None]] = []
    house = House(on_duty=on_duty, chat_address=chosen.chat_address, recordings=recordings)
    work = Work(store, writer, chosen, lambda: house, lambda: [each() for each in kick] and None, Ear(store))
    telegram, bell = Telegram(work), Bell()
    alerts = Alerts(work, bell)
    sender = Sender(store, writer, senders({"telegram": telegram}, alerts), pace)
    kick.append(sender.kick)
    return Bot(api, chosen, store, writer, work, telegram, sender, Ticker(work, alerts), bell)


@asynccontextmanager
async def running(api: BotApi, chosen: Settings, **more: Any) -> AsyncIterator[Bot]:
    bot = make(api, chosen, **more)
    try:
        bot.start()
        yield bot
    finally:
        await bot.close()


def copy_of(empty: Path, folder: Path) -> Path:
    """A store with every table and nothing in it."""
    path = folder / "drempel.db"
    shutil.copy(empty, path)
    return path
