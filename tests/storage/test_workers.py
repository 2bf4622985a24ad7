"""Two workers on PostgreSQL: one chat, one order, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from flows import engine
from flows.intake import INTAKE
from flows.model import Pressed, Said
from storage import book, outbox, turns
from storage.settings import Settings
from storage.store import Store, open_store
from storage.writer import Writer
from tests.storage.her import BOT, HOUSE, START, Her, Phone, Worker

pytestmark = pytest.mark.postgres


@pytest.fixture
def two(postgres_settings: Settings) -> Iterator[tuple[Store, Store]]:
    stores = open_store(postgres_settings), open_store(postgres_settings)
    yield stores
    for store in stores:
        store.close()


def at_once(*jobs):
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(30) for future in [pool.submit(job) for job in jobs]]


def test_two_first_messages_at_once_make_one_case(two: tuple[Store, Store]) -> None:
    """Ten times over, both messages are taken, into one case with two turns."""
    for number in range(10):
        people = [Her(store, f"chat{number}") for store in two]
        arrivals = [her.arrival(Said("/start", START)) for her in people]
        pairs = zip(two, arrivals, strict=True)
        taken = at_once(*[partial(turns.take_turn, store, arrival, HOUSE) for store, arrival in pairs])
        assert len({found.intake_id for found in taken}) == 1
        assert not any(found.duplicate for found in taken)
        assert people[0].case.version == 2


def test_same_update_at_both_is_taken_by_one(two: tuple[Store, Store]) -> None:
    """The other is told that it is a duplicate, whichever comes first."""
    for number in range(10):
        arrival = Her(two[0], f"chat{number}").arrival(Said("/start", START))
        taken = at_once(*[partial(turns.take_turn, store, arrival, HOUSE) for store in two])
        assert sorted(found.duplicate for found in taken) == [False, True]


def test_hot_chat_taken_by_both_keeps_a_record_that_replays(two: tuple[Store, Store]) -> None:
    """31 messages through two writers, and a worker's deed: none is lost and all stand in one order."""
    her = Her(two[0])
    her.walks("talk")
    writers = [Writer(store) for store in two]
    events = [Said(f"bericht {n}", START + 10 + n) for n in range(30)] + [
        Pressed("", "danger_now", START + 20)
    ]
    futures = [writers[n % 2].take(her.arrival(event), HOUSE) for n, event in enumerate(events)]
    worker = Worker(two[1], her.intake_id)
    futures[-1].result(30)
    worker.does("take")
    assert not any(future.result(30).duplicate for future in futures)
    for writer in writers:
        writer.close()
    with two[0].read() as conn:
        record = book.entries_of(conn, her.case)
    assert len(record) == her.case.version == 2 + len(events) + 1
    assert engine.replay(INTAKE, book.begun(her.case), record) == her.intake


def test_two_senders_never_claim_the_same_row_or_chat(two: tuple[Store, Store]) -> None:
    """Eighty messages of forty chats go out through both, each of them once."""
    for number in range(40):
        her = Her(two[0], str(number))
        her.says("/start")
        her.says("iets")

    def sender(store: Store) -> list[int]:
        phone, out = Phone(store), []
        while rows := outbox.claim_due(store, START + 30, 3, [BOT]):
            assert len({row.chat for row in rows}) == len(rows)
            out += [row.id for row in rows]
            for row in rows:
                phone.lands(row, START + 30)
        return out

    first, second = at_once(*[partial(sender, store) for store in two])
    rest = sender(two[0])
    assert len({*first, *second, *rest}) == len(first) + len(second) + len(rest) == 80


def test_she_leaves_while_both_are_sending(two: tuple[Store, Store]) -> None:
    """Sending and leaving lock the same rows: neither waits for the other for ever."""
    for number in range(10):
        her = Her(two[0], f"chat{number}")
        her.walks("talk", "go_on")
        phones = [Phone(store, next_id=1000 * n + number * 50) for n, store in enumerate(two, start=1)]
        at_once(partial(her.everywhere, "leave"), *[partial(phone.sends_all, her.at) for phone in phones])
        rest = [row for phone in phones for row in (*phone.sends_all(her.at + 40), *phone.sent)]
        landed = {row.kind for row in rest}
        assert "say" in landed
        assert phones[0].claims(her.at + 100) == []
