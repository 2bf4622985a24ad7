"""A made-up year: what the turns would have written, interruptible, and never in a real store."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from flows import logbook
from storage import demo, passwords, staff, views
from storage.__main__ import main
from storage.demo import year
from storage.demo.lives import Life
from storage.store import Store
from storage.tables import handoffs, intakes, log, traces
from tests.storage.conftest import SECRET
from tests.storage.her import Her, Worker

NOW = 1_795_000_000.0
ZONE = "Europe/Amsterdam"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "_NOBODY", [])


def rows(store: Store, table: Any, *order: Any) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(table).order_by(*order)))


def a_year(store: Store, conversations: int = 60) -> year.Plan:
    demo.fill(store, NOW, women=False)
    known = year.plan(store, NOW, ZONE, conversations)
    for _ in year.fill(store, known):
        pass
    return known


def test_a_row_folded_in_memory_is_what_the_turns_write(store: Store) -> None:
    """Taken, given back, taken again, lowered and closed: the row of the store and the folded one are equal."""
    turns = []
    her = Her(store)
    for what in ("talk", "go_on", "yes", "me", "partner", "near", "none", "no", "recent"):
        if not turns:
            turns.append(her.says("/start").turn)
        turns.append(her.presses(what).turn)
    worker = Worker(store, her.intake_id)
    for did, more in (
        ("take", {}),
        ("in_touch", {}),
        ("give_back", {}),
        ("take", {}),
        ("in_touch", {}),
        ("close", {"text": "secure_shelter"}),
    ):
        turns.append(worker.does(did, **more).turn)
    (written,) = rows(store, traces)
    row = None
    for turn in turns:
        assert turn is not None
        row = year.traces.folded(row, written.trace, turn, her.house.timezone)
    assert row == {name: value for name, value in written._mapping.items() if name != "chain"}


def test_the_year_is_whole_and_leaves_the_board_alone(store: Store) -> None:
    """As many conversations as asked for, each with its log; every handoff is closed; no key, chat or words stay."""
    a_year(store)
    found, cases = rows(store, traces), rows(store, intakes)
    assert len(found) == len(cases) == 60
    assert {row.trace for row in rows(store, log)} == {row.trace for row in found}
    assert all(row.closed and row.state == "closed" for row in rows(store, handoffs))
    assert all(case.state is case.head is case.chat_hash is case.due is None for case in cases)
    assert views.open_handoffs(store, staff.members(store)[0].id, NOW) == []


def test_the_log_holds_the_kinds_it_says_in_order(sqlite_store: Store) -> None:
    """Only known kinds, in order of time within each conversation, of the past year; the row agrees with the log."""
    known = a_year(sqlite_store)
    by_trace: dict[str, list[Any]] = {}
    for row in rows(sqlite_store, log, log.c.trace, log.c.id):
        by_trace.setdefault(row.trace, []).append(row)
        assert row.kind in logbook.KINDS
        assert row.at < NOW
    for trace in rows(sqlite_store, traces):
        its = by_trace[trace.trace]
        assert [row.at for row in its] == sorted(row.at for row in its)
        assert sum(row.kind in ("moved", "kept") for row in its) == trace.turns
        assert sum(row.kind == "rung" for row in its) == trace.rungs
        assert {row.indicator for row in its if row.indicator} == set(trace.signs.split())
    assert known.ends == "2026-11-18"


def test_the_same_year_twice_is_the_same(sqlite_store: Store) -> None:
    """A day made again from the same plan gives the same rows, and another day gives others."""
    known = year.Plan("2026-11-18", 2000, 1, ZONE)
    assert year.make(known, ["1", "2"], range(40, 41)) == year.make(known, ["1", "2"], range(40, 41))
    assert (
        year.make(known, ["1", "2"], range(40, 41)).traces
        != year.make(known, ["1", "2"], range(41, 42)).traces
    )
    assert sum(year.how_many(known, number) for number in range(year.DAYS)) == 2000


def test_an_interrupted_year_goes_on_where_it_was(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after two parts and begun again a day later, it ends as one that was never stopped."""
    monkeypatch.setattr(year, "AT_LEAST", 10)
    demo.fill(sqlite_store, NOW, women=False)
    parts = year.fill(sqlite_store, year.plan(sqlite_store, NOW, ZONE, 60))
    assert len(list(islice(parts, 2))) == 2
    parts.close()
    known = year.plan(sqlite_store, NOW + 86400, ZONE, 999)
    assert (known.made, known.conversations) == (120, 60)
    assert sum(len(part.days) for part in year.fill(sqlite_store, known)) == year.DAYS - 120
    whole = year.make(known, year.workers(sqlite_store), range(year.DAYS))
    assert {row.trace for row in rows(sqlite_store, traces)} == {row["trace"] for row in whole.traces}
    assert len(rows(sqlite_store, log)) == len(whole.log)
    finished = year.plan(sqlite_store, NOW, ZONE)
    assert finished.done
    assert list(year.fill(sqlite_store, finished)) == []


def test_two_processes_make_the_same_year(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made beside the writing, in order, the rows are those that one process makes."""
    monkeypatch.setattr(year, "FEW", 0)
    known = a_year(sqlite_store, 40)
    whole = year.make(known, year.workers(sqlite_store), range(year.DAYS))
    assert [row.trace for row in rows(sqlite_store, log, log.c.id)] == [row["trace"] for row in whole.log]


def test_women_are_placed_as_the_gates_allow(sqlite_store: Store) -> None:
    """Some arrive under a roof and some nights there is none; no conversation that is red is in the visible house."""
    a_year(sqlite_store, 200)
    found = rows(sqlite_store, traces)
    assert {row.placed for row in found} > {"secure", "visible_house"}
    assert any(row.no_place for row in found)
    assert not [row for row in found if row.placed == "visible_house" and row.colour == 2]
    assert all(row.outcome in ("secure_shelter", "other_shelter") for row in found if row.placed == "secure")


def test_a_real_store_gets_no_made_up_year(store: Store) -> None:
    """Where somebody works whom the demo did not hire, nothing is written."""
    staff.add(store, "eva", "Eva", ["worker"], 1.0)
    with pytest.raises(year.Refused):
        year.plan(store, NOW, ZONE)
    assert rows(store, log) == []


def test_every_life_ends_and_closes_what_was_opened() -> None:
    """Whatever the dice say, staff have closed each case by the end, also one that began in the last minute."""
    for number in range(40):
        ends = NOW + (60.0 if number % 3 == 0 else 30 * 86400.0)
        life = Life(Random(number), NOW, ends, ["1", "2"], ZONE)
        turns = list(life.turns())
        assert turns
        assert turns[-1].entry.event.at <= ends
        assert life.intake.handoff is None or life.intake.handoff.state == "closed"


def test_the_command_says_when_the_year_stands(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`demo --year` fills an empty store; a second run changes nothing and says so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREMPEL_SECRET_KEY", SECRET)
    monkeypatch.setenv("DREMPEL_DATABASE_URL", f"sqlite:///{tmp_path}/drempel.db")
    assert main(["migrate"]) == 0
    assert main(["demo", "--year", "--conversations", "20"]) == 0
    assert "a year of 20 made-up conversations" in capsys.readouterr().out
    assert main(["demo", "--year"]) == 0
    assert "stands already" in capsys.readouterr().out
