"""kill -9 at each boundary of a turn and of a send: no message of hers is lost, each reply arrives at least once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.channels.telegram import buttons
from flows import words
from storage import book, turns
from storage.store import open_store
from tests.bot import running
from tests.bot.killed import WHERE
from tests.bot.telegram.phone import HER
from tests.botapi import BotApi

ROOT = Path(__file__).resolve().parents[3]


def start(api: BotApi, store: Path, where: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bot.killed", api.root, str(store), where]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def ended(process: subprocess.Popen[bytes]) -> int:
    return await asyncio.to_thread(process.wait, 90)


@pytest.mark.parametrize("where", WHERE)
async def test_killed(api: BotApi, store_path: Path, where: str) -> None:
    """Wherever it dies, the next process answers her message and her press, and each of the two counts once."""
    her = api.user(HER)
    her.say("/start")
    process = start(api, store_path, where)
    if where:
        assert await ended(process) == -9
        process = start(api, store_path, "")
    try:
        label = words.text("nl", "front.talk")
        await api.eventually(lambda: label in api.last(HER).buttons, 90)
        her.press(label)
        go_on = words.text("nl", "notice.go_on")
        await api.eventually(lambda: go_on in api.last(HER).buttons, 90)
    finally:
        process.terminate()
        await ended(process)
    store = open_store(running.settings(api.root, store_path))
    intake_id = turns.current(store, "telegram", api.token.partition(":")[0], str(HER))
    with store.read() as conn:
        intake = book.peek(store, conn, intake_id or 0).intake
    store.close()
    assert (intake.step, intake.seq) == ("notice", 2), "each thing she did counts once"
    assert buttons.answered(next(iter(api.last(HER).data.values())))[0] == "notice"
