"""Open pages hear what changed: ids and nothing else, and never of a case that is not theirs to see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from desk import live
from desk.room import Room, Visit
from desk.tongue import Tongue
from desk.watcher import Changes, Watcher
from storage import staff
from storage.store import Store
from tests.desk.conftest import People
from tests.storage.her import Her, Worker

SOON = 3.0


class Board:
    """What a watcher looks at."""

    def __init__(self) -> None:
        self.versions: Changes = {1: 1, 2: 1}
        self.looks = 0
        self.away = False

    def __call__(self) -> Changes:
        self.looks += 1
        if self.away:
            raise OSError("the store is away")
        return dict(self.versions)


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def watcher(board: Board) -> Watcher:
    return Watcher(board, every=0.01)


async def looked(board: Board, times: int = 2) -> None:
    before = board.looks
    while board.looks < before + times:  # noqa: ASYNC110  # the board is looked at from a thread
        await asyncio.sleep(0.005)


async def test_one_watcher_tells_every_page(watcher: Watcher, board: Board) -> None:
    """All pages hear of the same change: a case that moved, one that was closed, one that is new."""
    async with watcher.listen() as one, watcher.listen() as two:
        await looked(board)
        board.versions = {1: 2, 2: 1}
        assert await asyncio.wait_for(one.get(), SOON) == {1}
        assert await asyncio.wait_for(two.get(), SOON) == {1}
        board.versions = {1: 2, 3: 1}  # one was closed, one is new
        assert await asyncio.wait_for(one.get(), SOON) == {2, 3}


async def test_nobody_listens_nobody_looks(watcher: Watcher, board: Board) -> None:
    """Without an open page the store is left alone; the next page to open starts the looking again."""
    async with watcher.listen():
        await looked(board)
    await asyncio.wait_for(watcher._task, SOON)  # the look that was under way
    before = board.looks
    await asyncio.sleep(0.05)
    assert board.looks == before
    async with watcher.listen() as again:
        await looked(board)
        board.versions = {1: 9, 2: 1}
        assert await asyncio.wait_for(again.get(), SOON) == {1}


async def test_a_store_that_is_away_does_not_end_the_watch(watcher: Watcher, board: Board) -> None:
    """Looks that fail are passed over, and the change that came meanwhile is told when the store is back."""
    async with watcher.listen() as page:
        await looked(board)
        board.away = True
        await looked(board)
        board.away, board.versions = False, {1: 1, 2: 7}
        assert await asyncio.wait_for(page.get(), SOON) == {2}


async def test_ending_the_desk_ends_its_streams(watcher: Watcher, board: Board) -> None:
    """Open pages are told to end, and one that comes after that ends at once."""
    async with watcher.listen() as page:
        await looked(board)
        watcher.stop()
        assert await asyncio.wait_for(page.get(), SOON) is None
    async with watcher.listen() as late:
        assert await asyncio.wait_for(late.get(), SOON) is None


# --- the stream --------------------------------------------------------------------------------------------


def asking(desk: FastAPI, login: str) -> Visit:
    room: Room = desk.state.room
    member = next(one for one in staff.members(room.store) if one.login == login)
    room.watcher._every = 0.02
    return Visit(room, staff.Session(member, "", ""), time.time(), Tongue("nl", room.timezone))


async def begun(desk: FastAPI) -> None:
    """From here on the watcher knows what to compare with."""
    watcher = desk.state.room.watcher
    looks, look = [], watcher._look
    watcher._look = lambda: looks.append(look()) or looks[-1]
    async with asyncio.timeout(SOON):
        while len(looks) < 2:  # noqa: ASYNC110  # the store is looked at from a thread
            await asyncio.sleep(0.005)


async def told(stream: AsyncIterator[str]) -> str:
    """The next line that is not a comment or an instruction."""
    async for line in stream:
        if line.startswith("data:"):
            return line
    return ""


async def test_the_stream_announces_the_case_that_changed(
    desk: FastAPI, store: Store, people: People, her: Her
) -> None:
    """A page of another worker gets the number of a case that was taken, and nothing more."""
    stream = live.stream(asking(desk, "mo"))
    waiting = asyncio.create_task(told(stream))
    await begun(desk)
    await asyncio.to_thread(Worker(store, her.intake_id, people.sanne, time.time()).does, "take")
    assert await asyncio.wait_for(waiting, SOON) == "data: 1\n\n"
    await stream.aclose()


async def test_the_stream_says_nothing_of_a_case_one_is_barred_from(
    desk: FastAPI, store: Store, people: People, her: Her
) -> None:
    """Of two changes only the case that this worker may see is announced."""
    other = Her(store, "2", at=time.time() - 30)
    other.is_in_danger()
    staff.bar(store, people.mo, her.intake_id, people.ria, time.time())
    stream = live.stream(asking(desk, "mo"))
    waiting = asyncio.create_task(told(stream))
    await begun(desk)
    for intake_id in (her.intake_id, other.intake_id):
        await asyncio.to_thread(Worker(store, intake_id, people.sanne, time.time()).does, "take")
        await asyncio.sleep(0.1)
    assert await asyncio.wait_for(waiting, SOON) == "data: 2\n\n"
    await stream.aclose()


async def test_the_stream_ends_after_a_while_so_that_its_session_is_looked_at_again(
    desk: FastAPI, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says when to come back, keeps the line alive while nothing happens, and ends by itself."""
    assert people.mo
    monkeypatch.setattr(live, "LASTS", 0.2)
    monkeypatch.setattr(live, "QUIET", 0.05)
    lines = [line async for line in live.stream(asking(desk, "mo"))]
    assert lines[0].startswith("retry:")
    assert lines[-1].startswith(":")
