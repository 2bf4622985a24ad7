"""What is kept how long: each rule at its day and not before, and nothing that is open."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage import book, retention
from storage.retention import DAY, RULES
from storage.store import Store
from storage.tables import access_log, log
from tests.storage.her import START, Her, Worker

TO_DANGER = ("talk", "go_on", "yes", "me", "partner", "away", "none")


def visits(store: Store) -> int:
    her = Her(store)
    her.walks("talk")
    return her.intake_id


def tells(store: Store) -> int:
    """Something that means danger was told, and a worker was not wanted."""
    her = Her(store)
    her.walks(*TO_DANGER, "unsure", "no", "no", "no", "no", "no", "no", "worker", "no")
    assert her.intake.handoff is None
    return her.intake_id


def closes(store: Store) -> int:
    her = Her(store)
    her.is_in_danger()
    worker = Worker(store, her.intake_id)
    for did in ("take", "in_touch"):
        worker.does(did)
    worker.does("close", "advice")
    return worker.intake_id


@pytest.mark.parametrize(("lives", "rule"), [(visits, "contact"), (tells, "contact"), (closes, "closed")])
def test_it_goes_at_its_day_and_not_before(store: Store, lives, rule: str) -> None:
    """Its key is destroyed, the log lives on, and that it went is itself on record."""
    case_id = lives(store)
    [one] = retention.due(store, START + 400 * DAY)
    assert (one.intake_id, one.rule) == (case_id, RULES[rule])
    at = one.since + one.rule.days * DAY
    assert retention.due(store, at - 1) == []
    assert retention.daily(store, at) == 1
    with store.read() as conn:
        with pytest.raises(book.Forgotten):
            book.peek(store, conn, case_id)
        assert conn.execute(select(log.c.id)).first() is not None
        assert f"retention:{rule}" in set(conn.scalars(select(access_log.c.what)))
    assert case_id not in store.keys.cases.held(float("inf"))
    assert retention.daily(store, at) == 0


def test_nothing_that_is_open_goes_by_itself(store: Store) -> None:
    """A red that nobody has taken, or that somebody holds, stays however long it takes."""
    her = Her(store)
    her.is_in_danger()
    assert retention.due(store, START + 4000 * DAY) == []
    Worker(store, her.intake_id).does("take")
    assert retention.due(store, START + 4000 * DAY) == []


def test_who_came_back_meanwhile_is_kept(store: Store) -> None:
    """Between the list and the deed she wrote again: nothing goes."""
    her = Her(store)
    her.walks("talk")
    later = START + 15 * DAY
    [one] = retention.due(store, later)
    her.at = later
    her.presses("go_on")
    assert not retention.forget(store, one, later + 1)
    assert her.intake.seq


def test_a_dry_run_changes_nothing(store: Store) -> None:
    """Listing twice gives the same list."""
    visits(store)
    assert retention.due(store, START + 30 * DAY) == retention.due(store, START + 30 * DAY) != []
