"""Turns that wait together share one commit, and each stands or falls alone."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from flows.model import Pressed, Said
from storage import book, turns
from storage.settings import Settings
from storage.store import Store
from storage.tables import seen
from storage.writer import Writer
from tests.storage import beside
from tests.storage.beside import note
from tests.storage.her import HOUSE, START, Her


@pytest.fixture
def writer(store: Store) -> Iterator[Writer]:
    made = Writer(store)
    yield made
    made.close()


class Commits:
    """Counts what the store commits, and makes those fail whose number is in `failing`."""

    def __init__(self, store: Store, failing: tuple[int, ...] = ()) -> None:
        self.count = 0
        self.failing = failing
        event.listen(store.engine, "commit", self)

    def __call__(self, _conn: object) -> None:
        self.count += 1
        if self.count in self.failing:
            raise OSError("disk full")


def hold(writer: Writer, order: str = "") -> threading.Event:
    """Keeps the writer busy with one turn of its own, so that what is submitted now waits together."""
    begun, release = threading.Event(), threading.Event()

    def busy(_conn: object) -> None:
        begun.set()
        assert release.wait(10)

    writer.submit(busy, order)
    assert begun.wait(10)
    return release


def count(store: Store) -> int:
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(seen)).scalar_one()


def test_of_sixty_four_turns_one_that_breaks_a_rule_falls_alone(sqlite_store: Store) -> None:
    """The other 63 are written, and all of them together took one commit."""
    writer, commits = Writer(sqlite_store), Commits(sqlite_store)
    release = hold(writer)
    numbers = list(range(64))
    numbers[16] = 3  # the same as the fourth
    futures = [writer.submit(lambda conn, number=number: note(conn, number)) for number in numbers]
    release.set()
    with pytest.raises(IntegrityError):
        futures[16].result(10)
    assert [f.result(10) for f in futures if f is not futures[16]] == [n for n in range(64) if n != 16]
    assert commits.count == 2  # of the one that held the writer, and of the group
    assert count(sqlite_store) == 63
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


def test_when_the_commit_of_a_group_fails_each_is_tried_singly(sqlite_store: Store) -> None:
    """The disk is full for the commit that ten turns share: each is then run again, committed by itself, and stands."""
    writer, commits = Writer(sqlite_store), Commits(sqlite_store, failing=(2,))
    runs: Counter[int] = Counter()

    def turn(conn, number: int) -> int:
        runs[number] += 1
        return note(conn, number)

    release = hold(writer)
    futures = [writer.submit(lambda conn, n=n: turn(conn, n)) for n in range(10)]
    release.set()
    assert [future.result(10) for future in futures] == list(range(10))
    assert runs == dict.fromkeys(range(10), 2)
    assert commits.count == 1 + 1 + 10  # who held the writer, the group, and each of the ten
    assert count(sqlite_store) == 10
    writer.close()


def test_turn_that_cannot_be_committed_by_itself_either_falls_alone(sqlite_store: Store) -> None:
    """After the group's, the commit of the third fails too: who submitted it hears so, and the other four stand."""
    writer = Writer(sqlite_store)
    Commits(sqlite_store, failing=(2, 5))
    release = hold(writer)
    futures = [writer.submit(lambda conn, n=n: note(conn, n)) for n in range(5)]
    release.set()
    with pytest.raises(OSError, match="disk full"):
        futures[2].result(10)
    assert [future.result(10) for future in futures if future is not futures[2]] == [0, 1, 3, 4]
    assert count(sqlite_store) == 4
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
    """Twenty copies that wait together: the first is a turn, the others are duplicates; on SQLite in one commit."""
    her, commits = Her(store), Commits(store)
    arrival = her.arrival(Said("/start", START))
    release = hold(writer, f"{arrival.bot} {arrival.chat}")
    futures = [writer.take(arrival, HOUSE) for _ in range(20)]
    release.set()
    assert [future.result(10).duplicate for future in futures] == [False] + [True] * 19
    assert (
        commits.count == {"sqlite": 2, "postgresql": 22}[store.dialect]
    )  # one of them of who held the writer; on PostgreSQL one of the case's key
    assert her.case.version == 1


def test_closing_writes_what_was_submitted_and_takes_no_more(store: Store) -> None:
    """At an orderly end all fifty that waited are in the store, and whoever comes later hears an error."""
    writer = Writer(store)
    futures = [writer.submit(lambda conn, n=n: note(conn, n), str(n)) for n in range(50)]
    writer.close()
    assert all(future.done() for future in futures)
    assert count(store) == 50
    with pytest.raises(RuntimeError):
        writer.submit(lambda conn: note(conn, 99))


@pytest.fixture
def desk(sqlite_settings: Settings) -> Iterator[Desk]:
    made = Desk(sqlite_settings)
    yield made
    made.ends()


class Desk:
    """A process of its own, which notes sixty numbers; it keeps the file for itself until it is released."""

    def __init__(self, settings: Settings) -> None:
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload(["tests.storage.killed", "tests.storage.beside"])
        self.holding, self.release = processes.Event(), processes.Event()
        given = (settings, range(100, 160), self.holding, self.release)
        self.process = processes.Process(target=beside.desk, args=given)
        self.process.start()

    def ends(self) -> int | None:
        self.release.set()
        self.process.join(30)
        return self.process.exitcode


def test_two_processes_may_write_to_one_file(sqlite_store: Store, desk: Desk) -> None:
    """The bot waits while the desk holds the file; then both write at once, none hears of a lock, and all stands."""
    assert desk.holding.wait(30)
    writer = Writer(sqlite_store)
    futures = [writer.submit(lambda conn, n=n: note(conn, n)) for n in range(60)]
    with pytest.raises(TimeoutError):
        futures[0].result(0.3)
    desk.release.set()
    more = [writer.submit(lambda conn, n=n: note(conn, n)).result(30) for n in range(60, 90)]
    assert [future.result(30) for future in futures] + more == list(range(90))
    assert desk.ends() == 0
    assert count(sqlite_store) == 90 + 60
    writer.close()


def test_desk_waits_while_the_bot_writes(sqlite_store: Store, request: pytest.FixtureRequest) -> None:
    """A desk that is started in the middle of a turn opens the store once that turn is over, and writes its own."""
    writer = Writer(sqlite_store)
    release = hold(writer)
    desk: Desk = request.getfixturevalue("desk")
    assert not desk.holding.wait(0.5)
    release.set()
    assert desk.holding.wait(30)
    assert desk.ends() == 0
    assert count(sqlite_store) == 60
    writer.close()


def test_reading_goes_on_while_a_turn_is_written(sqlite_store: Store) -> None:
    """A reader sees the state before the turn until it is committed, and does not wait for it."""
    her = Her(sqlite_store)
    her.says("/start")
    with sqlite_store.write() as conn:
        turns.take(sqlite_store, conn, her.arrival(Pressed("front", "talk", START + 5)), HOUSE)
        with sqlite_store.read() as other:
            assert book.peek(sqlite_store, other, her.intake_id).intake.step == "front"
