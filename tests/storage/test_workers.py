"""Two workers on PostgreSQL: one chat, one order, nothing twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text

from flows import engine
from flows.intake import INTAKE
from flows.model import Pressed, Said, Say
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


@pytest.mark.parametrize("became", ["landed", "covered", "later", "unknown"])
def test_she_leaves_in_the_moment_in_which_a_reply_is_noted(two: tuple[Store, Store], became: str) -> None:
    """Leaving waits for it: what has just landed, or may have, is wiped with the rest, and nothing is tried again."""
    her, (mine, other) = Her(two[0]), two
    her.says("/start", message_id=1)
    phone = Phone(other)
    [flying] = phone.claims(her.at)
    at = her.at + 1
    with ThreadPoolExecutor(1) as pool:
        with other.write() as conn:
            if became == "landed":
                outbox.landed(other, conn, flying, 2, at)
            elif became == "covered":
                outbox.covered(other, conn, flying, 2, at)
            else:
                outbox.later(other, conn, flying, at, unknown=became == "unknown")
            leaving = pool.submit(her.everywhere, "leave")
            until_somebody_waits(mine)
        leaving.result(30)
    rows = phone.sends_all(at + 600)
    wiped = {one for row in rows for one in row.ids}
    assert wiped >= ({1} if became == "later" else {1, 2})
    assert [row.say.keys for row in rows if row.say] == [("left",)]


def until_somebody_waits(store: Store) -> None:
    """Until one transaction waits for a row that another has written."""
    here = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(1000):
        with store.read() as conn:
            if conn.execute(text(f"SELECT count(*) {here}")).scalar_one():
                return
        time.sleep(0.01)
    pytest.fail("nobody waits")


def test_she_leaves_while_both_are_sending(two: tuple[Store, Store]) -> None:
    """Neither waits for the other for ever, and of all that landed, also late, only the neutral line is left."""
    for number in range(10):
        her = Her(two[0], f"chat{number}")
        her.walks("talk")
        shown: dict[int, Say] = {}
        one, other = (Phone(store, 1000 * n, shown=shown) for n, store in enumerate(two, start=1))
        one.lands(one.claims(her.at, 1)[0], her.at)
        her.presses("go_on")
        [flying] = one.claims(her.at, 1)
        at_once(
            partial(her.everywhere, "leave"),
            partial(one.lands, flying, her.at),
            partial(other.sends_all, her.at),
        )
        for phone in (one, other):
            phone.sends_all(her.at + outbox.LEASE_SECONDS)
        assert flying.say not in shown.values()
        assert [say.keys for say in shown.values()] == [("left",)]
        assert len([row for row in (*one.sent, *other.sent) if row.kind == "say"]) >= 3
        assert one.claims(her.at + 100) == []
