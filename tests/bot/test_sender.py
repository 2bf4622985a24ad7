"""The sender: the most pressing first, nobody stops another, and what was claimed is never lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.channels import ForGood, Passing, Sent
from bot.pace import Pace
from bot.sender import Result, Sender
from flows.model import House, Pressed, Said
from storage import outbox, troubles, turns
from storage.outbox import Row
from storage.store import Store, open_store
from storage.turns import Arrival
from storage.writer import Writer
from tests.bot import running

BOT = "1"


@dataclass
class Messenger:
    """Takes every row; some of them badly."""

    sent: list[Row] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    answers: dict[str, Result] = field(default_factory=dict)

    async def send(self, row: Row) -> Result:
        if row.address in self.slow:
            await asyncio.sleep(30)
        if row.address in self.broken:
            raise RuntimeError("made up")
        if row.address in self.answers:
            return self.answers[row.address]
        self.sent.append(row)
        return Sent(str(1000 + len(self.sent)))


@dataclass
class Desk:
    store: Store
    writer: Writer
    her: Messenger
    staff: Messenger

    async def writes(self, chat: int, option: str = "") -> None:
        at = time.time()
        event = Pressed("", option, at) if option else Said("hallo", at)
        arrival = Arrival("telegram", BOT, str(chat), event, f"{chat}.{option}.{at}")
        await asyncio.wrap_future(self.writer.take(arrival, House()))

    def sender(self, pace: Pace | None = None) -> Sender:
        by_bot = {BOT: self.her, "staff": self.staff, "alerts": Messenger()}
        return Sender(self.store, self.writer, by_bot, pace)

    async def until(self, sender: Sender, look, seconds: float = 10.0) -> None:
        task = asyncio.create_task(sender.run())
        try:
            async with asyncio.timeout(seconds):
                while not look():  # noqa: ASYNC110 - what is looked for has no event
                    await asyncio.sleep(0.005)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def desk(store_path: Path) -> AsyncIterator[Desk]:
    store = open_store(running.settings("http://127.0.0.1:1", store_path))
    writer = Writer(store)
    yield Desk(store, writer, Messenger(), Messenger())
    await asyncio.to_thread(writer.close)
    store.close()


async def test_a_red_card_passes_all_that_waits(desk: Desk) -> None:
    """Behind three hundred waiting replies a red card is the first thing staff get, before sixty of them are out."""
    for chat in range(300):
        await desk.writes(chat)
    await desk.writes(9999, "danger_now")
    await desk.until(desk.sender(), lambda: desk.staff.sent)
    assert desk.staff.sent[0].kind == "card"
    assert len(desk.her.sent) < 60


async def test_one_that_fails_stops_no_other(desk: Desk) -> None:
    """A crash, a hang, a refusal and a request to wait: the others get theirs, only the refused one is given up."""
    desk.her.broken, desk.her.slow = {"1"}, {"2"}
    desk.her.answers = {"3": ForGood("chat_not_found"), "4": Passing(time.time() + 60, "asked_to_wait")}
    for chat in range(1, 12):
        await desk.writes(chat)
    await desk.until(desk.sender(Pace.unbound()), lambda: len(desk.her.sent) >= 7)
    assert {row.address for row in desk.her.sent} == {str(chat) for chat in range(5, 12)}
    assert any("chat_not_found" in (one.code, one.detail) for one in troubles.still_open(desk.store))
    assert sum(outbox.waiting(desk.store).values()) == 3


async def test_whole_bot_told_to_wait_waits(desk: Desk) -> None:
    """After Telegram told the whole bot to wait, nothing goes out to any chat before that moment."""
    await desk.writes(1)
    until = time.time() + 1.0
    desk.her.answers = {"1": Passing(until, "asked_to_wait", whole_bot=True)}
    sender = desk.sender()
    await desk.until(sender, lambda: sender.pace.room() == 0)
    await desk.writes(2)
    await desk.until(sender, lambda: desk.her.sent)
    assert time.time() > until - 0.1


async def test_the_ordinary_pace_is_thirty_a_second(desk: Desk) -> None:
    """Eighty replies cannot be out in less than the time that Telegram's limit leaves for them."""
    for chat in range(80):
        await desk.writes(chat)
    started = time.monotonic()
    await desk.until(desk.sender(), lambda: len(desk.her.sent) == 80, 20)
    assert time.monotonic() - started > 1.7


async def test_the_messages_of_one_chat_keep_their_order(desk: Desk) -> None:
    """Sends run side by side, yet each chat gets its messages in the order in which they were written."""
    for _ in range(3):
        for chat in range(5):
            await desk.writes(chat)
    await desk.until(desk.sender(Pace.unbound()), lambda: len(desk.her.sent) == 15)
    for chat in range(5):
        ids = [row.id for row in desk.her.sent if row.address == str(chat)]
        assert ids == sorted(ids)


async def test_with_the_store_away_nothing_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every second write failing, a message goes out once all the same, and its end is noted when it works."""
    await desk.writes(1)
    sender = desk.sender(Pace.unbound())
    working, calls = desk.store.write, 0

    def sometimes():
        nonlocal calls
        calls += 1
        if calls % 2:
            raise OSError("made up")
        return working()

    monkeypatch.setattr("bot.sender.SWEEP", 0.05)
    monkeypatch.setattr(desk.store, "write", sometimes)
    await desk.until(sender, lambda: desk.her.sent)
    monkeypatch.undo()
    assert len(desk.her.sent) == 1
    await desk.until(sender, lambda: not sum(outbox.waiting(desk.store).values()))


async def test_a_kick_is_felt_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written while nothing waits goes out on the kick, long before the sender would look by itself."""
    monkeypatch.setattr("bot.sender.SWEEP", 30.0)
    sender = desk.sender()
    task = asyncio.create_task(sender.run())
    await asyncio.sleep(0.1)
    await desk.writes(1)
    await asyncio.to_thread(sender.kick)
    started = time.monotonic()
    while not desk.her.sent:
        await asyncio.sleep(0.002)
        assert time.monotonic() - started < 2.0
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert turns.current(desk.store, "telegram", BOT, "1")
