"""Whatever is sent, the bot goes on: nothing crashes, hangs, leaks or hides danger. `make soak` sends 100,000."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import pytest
from tqdm import tqdm

from storage import book, turns
from tests.bot import running
from tests.bot.running import make
from tests.bot.telegram.fuzzed import MARK, Fuzz
from tests.botapi import BotApi

AT_MOST = 20.0  # seconds for one update: it hangs
EVERY = 97  # so often one comes that says danger
CHUNK = 500
STRANGERS = 50_000  # chats that write nothing but that


@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, 400), *(pytest.param(seed, 25_000, marks=pytest.mark.soak) for seed in range(2, 6))],
)
async def test_whatever_is_sent_the_bot_goes_on(
    api: BotApi, store_path: Any, caplog: pytest.LogCaptureFixture, seed: int, count: int
) -> None:
    """Each is taken within its time, no text of hers is in any log, and each danger that can be read is found."""
    caplog.set_level("DEBUG")
    bot = make(api, running.settings(api.root, store_path))
    await bot.telegram.request.initialize()
    fuzz, strangers = Fuzz(seed), []
    try:
        for number in tqdm(range(count), disable=not sys.stderr.isatty()):
            raw = fuzz.update()
            if number % EVERY == 0:
                strangers.append(STRANGERS + number)
                raw = fuzz.danger(strangers[-1])
            begun = time.monotonic()
            await asyncio.wait_for(bot.telegram.taking.take(raw), AT_MOST)
            assert time.monotonic() - begun < AT_MOST
            if number % CHUNK == 0:  # what was logged is looked through and let go: it would fill the memory
                assert MARK not in caplog.text
                caplog.clear()
        assert MARK not in caplog.text
        for chat in strangers:
            found = turns.current(bot.store, "telegram", bot.telegram.id, str(chat))
            assert found is not None
            with bot.store.read() as conn:
                intake = book.peek(bot.store, conn, found).intake
            assert any(finding.indicator == "KILL" for finding in intake.findings)
            assert intake.handoff is not None
    finally:
        await bot.close()
