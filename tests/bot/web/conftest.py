"""The page over a fresh store: without a network for most tests, on a port of its own for a browser."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.web import acts
from bot.channels.web.app import make_app
from bot.channels.web.channel import Web
from bot.ear import Ear
from bot.work import Work
from flows.model import House, Intake, StaffDid
from storage import turns, web
from storage.store import Store, open_store
from storage.tables import intakes
from storage.writer import Writer
from tests.bot import running
from tests.bot.web.visitor import Visitor


@dataclass
class Clock:
    """The time of day, which a test can move."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Kicks:
    count: int = 0
    house: House = field(default_factory=House)

    def __call__(self) -> None:
        self.count += 1


@dataclass
class Shelter:
    """The store behind the page, and a worker at it."""

    store: Store

    @property
    def intake_ids(self) -> list[int]:
        with self.store.read() as conn:
            return [row.id for row in conn.execute(intakes.select().order_by(intakes.c.created))]

    def intake(self, which: int = -1) -> Intake:
        view = web.view(self.store, self.intake_ids[which])
        assert view is not None
        return view.intake

    def said(self) -> list[str]:
        """What is still kept of the messages on her page, by catalogue key or her words."""
        view = web.view(self.store, self.intake_ids[-1])
        assert view is not None
        return [",".join(one.say.keys) if one.say else one.text or str(one.pressed) for one in view.shown]

    def does(self, did: str, text: str = "") -> None:
        deed = StaffDid(did, "7", time.time(), text)
        taken = turns.staff_turn(self.store, self.intake_ids[-1], deed, House())
        assert taken.turn is not None
        assert not taken.turn.refused


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(acts.Acts.__init__, "__defaults__", (moved,))
    return moved


@pytest.fixture
def work(store_path: Path, free_port: Callable[[], int], clock: Clock) -> Iterator[Work]:
    listen = f"127.0.0.1:{free_port()}"
    chosen = running.settings(
        "http://127.0.0.1:1", store_path, telegram_token=None, staff_chat="", chat_listen=listen
    )
    store = open_store(chosen)
    writer = Writer(store)
    kicks = Kicks()
    yield Work(store, writer, chosen, lambda: kicks.house, kicks, Ear(store))
    writer.close()
    store.close()


@pytest.fixture
def shelter(work: Work) -> Shelter:
    return Shelter(work.store)


@pytest.fixture
def app(work: Work) -> Starlette:
    return make_app(work)


@pytest.fixture
async def new_visitor(app: Starlette) -> AsyncIterator[Callable[..., Visitor]]:
    async with contextlib.AsyncExitStack() as stack:

        def make(base: str = "http://guide.test", address: str = "192.0.2.1") -> Visitor:
            way = httpx.ASGITransport(app=app, client=(address, 50000))
            client = httpx.AsyncClient(transport=way, base_url=base)
            stack.push_async_callback(client.aclose)
            return Visitor(client)

        yield make


@pytest.fixture
def her(new_visitor: Callable[..., Visitor]) -> Visitor:
    return new_visitor()


@pytest.fixture
async def address(work: Work) -> AsyncIterator[str]:
    """Where a browser finds the page."""
    channel = Web(work)
    await channel.check()
    listening = asyncio.create_task(channel.listen())
    yield f"http://{work.settings.chat_listen}/"
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    await channel.close()
