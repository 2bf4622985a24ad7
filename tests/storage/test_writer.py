"""Turns that wait together share one commit, and each stands or falls alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import IntegrityError

from flows.model import Pressed, Said
from storage import book, turns
from storage.store import Store
from storage.tables import seen
from storage.writer import Writer
from tests.storage.her import HOUSE, START, Her


@pytest.fixture
def writer(store: Store) -> Iterator[Writer]:
    made = Writer(store)
    yield made
    made.close()


class Commits:
    """Counts what the store commits, and can make one fail."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        self.fail_next = False
        event.listen(store.engine, "commit", self)

    def __call__(self, _conn: object) -> None:
        self.count += 1
        if self.fail_next:
            self.fail_next = False
            raise OSError("disk full")


def hold(writer: Writer) -> threading.Event:
    """Keeps the writer busy, so that what is submitted now waits together."""
    release = threading.Event()
    writer.submit(lambda _conn: release.wait(10))
    return release


def note(conn, number: int):
    conn.execute(insert(seen).values(bot="b", update_id=str(number), at=0.0))
    return number


def count(store: Store) -> int:
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(seen)).scalar_one()


def test_of_sixty_four_turns_one_that_breaks_a_rule_falls_alone(sqlite_store: Store) -> None:
    """The other 63 are written, and all of them together took three commits at most."""
    writer, commits = Writer(sqlite_store), Commits(sqlite_store)
    release = hold(writer)
    numbers = list(range(64))
    numbers[16] = 3  # the same as the fourth
    futures = [writer.submit(lambda conn, number=number: note(conn, number)) for number in numbers]
    release.set()
    with pytest.raises(IntegrityError):
        futures[16].result(10)
    assert [f.result(10) for f in futures if f is not futures[16]] == [n for n in range(64) if n != 16]
    assert count(sqlite_store) == 63
    assert commits.count <= 3
    writer.close()


def test_part_of_a_falling_turn_does_not_stay(sqlite_store: Store) -> None:
    """What a turn wrote before its error is undone, while its neighbour in the group is kept."""
    writer = Writer(sqlite_store)
    release = hold(writer)

    def half(conn):
        note(conn, 1)
        raise ZeroDivisionError

    futures = [writer.submit(half), writer.submit(lambda conn: note(conn, 2))]
    release.set()
    with pytest.raises(ZeroDivisionError):
        futures[0].result(10)
    assert futures[1].result(10) == 2
    assert count(sqlite_store) == 1
    writer.close()


def test_when_the_commit_fails_each_is_tried_singly(sqlite_store: Store) -> None:
    """After a commit that fails on a full disk, all ten turns that waited are written and answered."""
    writer, commits = Writer(sqlite_store), Commits(sqlite_store)
    release = hold(writer)
    futures = [writer.submit(lambda conn, n=n: note(conn, n)) for n in range(10)]
    commits.fail_next = True  # that of whoever comes first; the group's, or the one that holds the writer
    release.set()
    assert [future.result(10) for future in futures] == list(range(10))
    assert count(sqlite_store) == 10
    writer.close()


def test_nobody_waits_for_a_group_to_fill(writer: Writer) -> None:
    """A single turn is written at once, without others to share the commit with."""
    assert writer.submit(lambda conn: note(conn, 1)).result(5) == 1


def test_error_of_one_alone_reaches_who_waits(writer: Writer) -> None:
    """It is raised where the turn was submitted, and the writer goes on with the next."""

    def fails(_conn):
        raise KeyError("x")

    with pytest.raises(KeyError):
        writer.submit(fails).result(5)
    assert writer.submit(lambda conn: note(conn, 1)).result(5) == 1


def test_many_chats_at_once_each_in_its_own_order(store: Store, writer: Writer) -> None:
    """Three steps of twelve chats, all submitted without waiting: every chat gets to its third."""
    people = [Her(store, str(n)) for n in range(12)]
    steps = [
        Said("/start", START),
        Pressed("front", "talk", START + 1),
        Pressed("notice", "go_on", START + 2),
    ]
    futures = [writer.take(her.arrival(step), HOUSE) for step in steps for her in people]
    assert not any(future.result(20).duplicate for future in futures)
    assert {her.intake.step for her in people} == {"safe"}
    assert {her.case.version for her in people} == {3}


def test_same_update_twice_in_one_group_is_taken_once(store: Store, writer: Writer) -> None:
    """Twenty copies that Telegram brings in one go: the first is a turn, the others are duplicates."""
    her = Her(store)
    arrival = her.arrival(Said("/start", START))
    futures = [writer.take(arrival, HOUSE) for _ in range(20)]
    assert sorted(future.result(10).duplicate for future in futures) == [False] + [True] * 19


def test_closing_writes_what_was_submitted_and_takes_no_more(store: Store) -> None:
    """At an orderly end all fifty that waited are in the store, and whoever comes later hears an error."""
    writer = Writer(store)
    futures = [writer.submit(lambda conn, n=n: note(conn, n), str(n)) for n in range(50)]
    writer.close()
    assert all(future.done() for future in futures)
    assert count(store) == 50
    with pytest.raises(RuntimeError):
        writer.submit(lambda conn: note(conn, 99))


def test_two_processes_may_write_to_one_file(sqlite_store: Store) -> None:
    """The desk is a second writer: neither ever hears that the database is locked."""
    writer = Writer(sqlite_store)
    her = Her(sqlite_store)
    her.says("/start")
    failures: list[BaseException] = []

    def desk() -> None:
        try:
            for number in range(100, 160):
                with sqlite_store.write() as conn:
                    note(conn, number)
        except Exception as error:  # noqa: BLE001 - whatever it was, the test must see it
            failures.append(error)

    other = threading.Thread(target=desk)
    other.start()
    futures = [writer.submit(lambda conn, n=n: note(conn, n)) for n in range(60)]
    assert [future.result(20) for future in futures] == list(range(60))
    other.join()
    assert failures == []
    writer.close()


def test_reading_goes_on_while_a_turn_is_written(sqlite_store: Store) -> None:
    """A reader sees the state before the turn until it is committed, and does not wait for it."""
    her = Her(sqlite_store)
    her.says("/start")
    with sqlite_store.write() as conn:
        turns.take(sqlite_store, conn, her.arrival(Pressed("front", "talk", START + 5)), HOUSE)
        with sqlite_store.read() as other:
            assert book.peek(sqlite_store, other, her.intake_id).intake.step == "front"
