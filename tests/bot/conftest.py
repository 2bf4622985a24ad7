"""A bot against the made-up Bot API server, by polling and by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.pace import Pace
from storage.store import migrate
from tests.bot import running
from tests.bot.running import WEBHOOK_SECRET, Bot
from tests.botapi import BotApi


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    migrate(running.settings("http://127.0.0.1:1", path))
    return path


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server
        assert server.drops_asked == 0, "nothing that waits may ever be thrown away"
        assert server.odd == [], "Telegram does not know these parameters"


@pytest.fixture
def store_path(empty_store: Path, tmp_path: Path) -> Path:
    return running.copy_of(empty_store, tmp_path)


@pytest.fixture(params=["polling", "webhook"])
def way(request: pytest.FixtureRequest) -> str:
    """How updates come in."""
    return str(request.param)


@pytest.fixture
def by_way(way: str, free_port: Callable[[], int]) -> dict[str, Any]:
    """The settings for it."""
    if way == "polling":
        return {}
    port = free_port()
    return {
        "telegram_webhook_url": f"http://127.0.0.1:{port}/hook",
        "telegram_webhook_secret": WEBHOOK_SECRET,
        "telegram_webhook_listen": f"127.0.0.1:{port}",
    }


@pytest.fixture
async def bot(api: BotApi, store_path: Path, by_way: dict[str, Any]) -> AsyncIterator[Bot]:
    """Running, at a pace that knows no limits."""
    async with AsyncExitStack() as stack:
        chosen = running.settings(api.root, store_path, **by_way)
        yield await stack.enter_async_context(running.running(api, chosen, pace=Pace.unbound()))
