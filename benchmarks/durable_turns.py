"""Turns of the intake that are safe on disk, against PTB's ConversationHandler with PicklePersistence.

Ours: what came in, sealed, decided, logged and with its answer in the outbox, committed with synchronous=FULL;
64 chats, each with one turn on its way. The peer: the same fifteen presses, its state in memory, written once a
minute (the default). Its best case is also shown: `peer_silent` answers nobody.
"""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks.measure import Bench, Plan, Round
from benchmarks.peer_conversation import conversations
from benchmarks.stores import made_store
from flows.model import House, Pressed
from storage.turns import Arrival
from storage.writer import Writer

CHATS = 64
# What a woman in no immediate danger presses, one button after the other.
ANSWERS = (
    *("talk", "go_on", "yes", "me", "partner", "away", "none"),
    *("no", "no", "no", "no", "no", "no", "no"),
    "worker",
)
BOT = "123456"
HOUSE = House()


def measure(plan: Plan) -> Iterator[Round]:
    again = 1 if plan.quick else 4
    chats, numbers = count(1), count(1)
    with tempfile.TemporaryDirectory(prefix="drempel-bench-") as folder:
        store = made_store(Path(folder))
        writer = Writer(store)
        fsync = _fsync_ms(Path(folder))
        try:
            # The first round of each side only warms up what it keeps: connections, compiled statements.
            for number in range(-1, plan.rounds):
                ours = asyncio.run(_ours(writer, chats, numbers, again))
                peer = asyncio.run(conversations(Path(folder), CHATS * again, len(ANSWERS), replying=True))
                silent = asyncio.run(conversations(Path(folder), CHATS * again, len(ANSWERS), replying=False))
                if number >= 0:
                    yield Round(ours, peer, {"peer_silent": silent, "fsync_ms": fsync})
        finally:
            writer.close()
            store.close()


async def _ours(writer: Writer, chats: Iterator[int], numbers: Iterator[int], again: int) -> float:
    """Turns a second."""
    gc.collect()

    async def one_after_the_other() -> None:
        for _ in range(again):
            await _conversation(writer, next(chats), numbers)

    begun = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(CHATS)))
    return CHATS * again * len(ANSWERS) / (time.perf_counter() - begun)


async def _conversation(writer: Writer, chat: int, numbers: Iterator[int]) -> None:
    step, moment = "front", 0
    for answer in ANSWERS:
        number = next(numbers)
        pressed = Pressed(step, answer, time.time(), moment)
        arrival = Arrival("telegram", BOT, str(chat), pressed, f"{number}.c", number, pressed_id=number)
        taken = await asyncio.wrap_future(writer.take(arrival, HOUSE))
        assert taken.turn is not None, "a press that was never seen before is a turn"
        step, moment = taken.turn.intake.step, taken.turn.intake.seq
    assert step == "consent", f"the conversation is at {step}: it is another one than that which is measured"


def _fsync_ms(folder: Path) -> float:
    """What the disk takes to be sure: the floor under every commit."""
    with (folder / "fsync").open("wb") as file:
        begun = time.perf_counter()
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - begun) / 50 * 1000


BENCH = Bench(
    name="durable_turns",
    unit="turns/s",
    what=f"committed turns of {CHATS} chats; the peer keeps its state in memory",
    measure=measure,
    at_least=0.5,
)
