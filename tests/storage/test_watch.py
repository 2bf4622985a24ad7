"""The auditor sees what should be moving and is not."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage import access, outbox, parked, troubles, turns
from storage.logs import seals
from storage.store import Store
from storage.tables import intakes
from storage.watch import audit
from tests.storage.her import HOUSE, Her, Phone, Worker, handoff_of


def codes(store: Store, now: float) -> list[str]:
    return [finding.code for finding in audit(store, now)]


def test_all_is_well_where_all_moves(her: Her) -> None:
    """A red case whose card and alert went out and whose next rung is to come is no finding."""
    her.walks("talk")
    her.is_in_danger()
    Phone(her.store).sends_all(her.at)
    assert audit(her.store, her.at + 30) == []


def test_red_case_without_a_next_step_is_found(her: Her) -> None:
    """An open red case that nothing will ever ring for again is found at once, by its name."""
    her.is_in_danger()
    Phone(her.store).sends_all(her.at)
    with her.store.write() as conn:
        conn.execute(update(intakes).values(due=None))
    [finding] = audit(her.store, her.at)
    assert (finding.code, finding.intake_id) == ("no_next_step", her.intake_id)
    assert finding.detail == handoff_of(her.store, her.intake_id).case_name


def test_case_somebody_is_in_touch_with_needs_nothing_due(her: Her) -> None:
    """A person has taken over from the clock, so silence there is no finding."""
    her.answers_all()
    worker = Worker(her.store, her.intake_id, at=her.at)
    worker.does("take")
    worker.does("in_touch")
    Phone(her.store).sends_all(worker.at)
    assert codes(her.store, worker.at) == []


def test_timer_that_nobody_looked_at_is_found(her: Her) -> None:
    """A case long past its time is overdue until the turns that were due have been made."""
    her.is_in_danger()
    Phone(her.store).sends_all(her.at)
    [due] = [row for row in [turns.due(her.store, her.at + 1e6)] if row]
    assert due == [her.intake_id]
    seals.seal(her.store, her.at)
    assert codes(her.store, her.at + 1e6) == ["overdue"]
    while turns.wait_turn(her.store, her.intake_id, her.at + 1e6, HOUSE):
        pass
    Phone(her.store).sends_all(her.at + 1e6)
    seals.seal(her.store, her.at + 1e6)
    assert codes(her.store, her.at + 1e6) == []


def test_alert_and_card_that_were_not_sent_are_found(her: Her) -> None:
    """Waiting for more than a minute they are counted by kind; a second less, and nothing is wrong."""
    her.is_in_danger()
    assert "unsent" not in codes(her.store, her.at + 59)
    late = [str(found) for found in audit(her.store, her.at + 61) if found.code == "unsent"]
    assert sorted(late) == ["unsent: alert (1)", "unsent: card (1)"]


def test_parked_update_is_found_until_released(her: Her) -> None:
    """Parked twice it is kept once, whole and not taken again; released, it can be taken as if new."""
    arrival = her.arrival(turns.Said("/start", her.at))
    parked.park(her.store, her.bot, arrival.seen, b"raw", "KeyError", her.at)
    parked.park(her.store, her.bot, arrival.seen, b"raw", "KeyError", her.at)
    assert codes(her.store, her.at) == ["parked"]
    assert turns.take_turn(her.store, arrival, HOUSE).duplicate
    [kept] = parked.all_parked(her.store)
    assert parked.raw(her.store, kept.id) == b"raw"
    parked.release(her.store, kept.id)
    assert codes(her.store, her.at) == []
    assert not turns.take_turn(her.store, arrival, HOUSE).duplicate


def test_trouble_is_found_until_somebody_clears_it(her: Her) -> None:
    """A message that could not be delivered stays a finding until a person says that it is seen to."""
    her.says("/start")
    [row] = Phone(her.store).claims(her.at)
    outbox.for_good(her.store, row, her.at, "bad_request")
    [finding] = audit(her.store, her.at)
    assert str(finding) == "undelivered: bad_request"
    [trouble] = troubles.still_open(her.store)
    troubles.clear(her.store, trouble.id, "7", her.at)
    assert audit(her.store, her.at) == []


def test_what_waits_for_its_seal_is_found(her: Her) -> None:
    """After a minute without a seal each log is named once, however much waits in it; sealed, nothing is wrong."""
    her.walks("talk")
    assert codes(her.store, her.at) == []
    assert [str(one) for one in audit(her.store, her.at + 61)] == ["unsealed: log"]
    access.record(her.store, "0", "sign_in", her.at)
    assert codes(her.store, her.at + 61) == ["unsealed", "unsealed"]
    seals.seal(her.store, her.at)
    assert codes(her.store, her.at + 61) == []


@pytest.mark.parametrize("code", ["failed_turn"])
def test_others_may_report_a_trouble(store: Store, code: str) -> None:
    """A trouble that belongs to no case is found by the code it was reported with."""
    troubles.report(store, 5.0, code, "ZeroDivisionError")
    assert codes(store, 6.0) == [code]
