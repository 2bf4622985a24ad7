"""A server, PTB's Bot, a plain HTTP client and a webhook for each test of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
import telegram
from aiohttp import web
from telegram.request import HTTPXRequest

from tests.botapi import BotApi
from tests.botapi.samples import Hook


@pytest.fixture(autouse=True)
def seconds_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """PTB warns that retry_after becomes a timedelta, and a warning is an error here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[telegram.Bot]:
    # No TLS is spoken here; loading the certificates would cost more than the tests.
    plain = {"verify": False}
    request = HTTPXRequest(connection_pool_size=16, read_timeout=2, httpx_kwargs=plain)
    polling = HTTPXRequest(read_timeout=5, httpx_kwargs=plain)
    async with telegram.Bot(
        api.token,
        base_url=api.base_url,
        base_file_url=api.base_file_url,
        request=request,
        get_updates_request=polling,
    ) as client:
        yield client


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    taken = Hook()
    runner = web.ServerRunner(web.Server(taken.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taken.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield taken
    await runner.cleanup()
