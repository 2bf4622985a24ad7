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
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from itertools import count
from pathlib import Path

from benchmarks.measure import Bench, Plan, Round
from benchmarks.peer_conversation import conversations
from benchmarks.stores import made_store
from flows.model import House, Pressed
from storage.turns import Arrival, Taken
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
Presses = Generator[Arrival, Taken, None]


def measure(plan: Plan) -> Iterator[Round]:
    chats, numbers = count(1), count(1)
    with tempfile.TemporaryDirectory(prefix="drempel-bench-") as folder:
        store = made_store(Path(folder))
        writer = Writer(store)
        fsync = _fsync_ms(Path(folder))
        try:
            # The first round of each side only warms up what it keeps: connections, compiled statements.
            for number in range(-1, plan.rounds):
                ours = _ours(writer, chats, numbers)
                peer = asyncio.run(conversations(Path(folder), CHATS, len(ANSWERS), replying=True))
                silent = asyncio.run(conversations(Path(folder), CHATS, len(ANSWERS), replying=False))
                if number >= 0:
                    yield Round(ours, peer, {"peer_silent": silent, "fsync_ms": fsync})
        finally:
            writer.close()
            store.close()


def _ours(writer: Writer, chats: Iterator[int], numbers: Iterator[int]) -> float:
    """Turns a second: each chat's next press is submitted as soon as its last one is on disk."""
    gc.collect()
    all_done = threading.Event()
    ended: list[BaseException | None] = []

    def end(error: BaseException | None) -> None:
        ended.append(error)
        if error or len(ended) == CHATS:
            all_done.set()

    def go_on(presses: Presses, before: Future[Taken] | None = None) -> None:
        try:
            arrival = presses.send(before.result()) if before else next(presses)
        except StopIteration:
            end(None)
        except BaseException as error:  # noqa: BLE001 - it is raised where it can be seen
            end(error)
        else:
            writer.take(arrival, HOUSE).add_done_callback(lambda taken: go_on(presses, taken))

    begun = time.perf_counter()
    for _ in range(CHATS):
        go_on(_presses(str(next(chats)), numbers))
    all_done.wait()
    took = time.perf_counter() - begun
    for error in filter(None, ended):
        raise error
    return CHATS * len(ANSWERS) / took


def _presses(chat: str, numbers: Iterator[int]) -> Presses:
    """One conversation."""
    step, moment = "front", 0
    for answer in ANSWERS:
        number = next(numbers)
        pressed = Pressed(step, answer, time.time(), moment)
        taken = yield Arrival("telegram", BOT, chat, pressed, f"{number}.c", number, pressed_id=number)
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
    rounds=9,  # short ones: what else this machine does then meets both sides
    at_least=0.5,
)
