"""One turn, one transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from flows import engine
from flows.intake import INTAKE
from flows.model import Blocked, Colour, House, Pressed, Said, StaffDid
from storage import book, turns
from storage.store import Store
from storage.tables import entries, handoffs, intakes, log, outbox, seen
from tests.storage.her import HOUSE, START, Her, Worker, handoff_of


def count_of(store: Store, table) -> int:
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar()


def test_first_message_begins_an_intake_and_is_answered(her: Her) -> None:
    """All that the engine says is in the outbox when the turn ends, and she stands at the front."""
    taken = her.says("/start")
    assert taken.turn is not None
    assert taken.outgoing == len(taken.turn.says) > 0
    assert count_of(her.store, outbox) == taken.outgoing
    assert her.intake.step == "front"


def test_same_update_a_hundred_times_changes_nothing_after_the_first(her: Her) -> None:
    """The other 99 are called duplicates; record, log, outbox and updates seen stay as they were."""
    her.says("/start")
    arrival = her.arrival(Pressed("front", "talk", her.at + 1))
    first = turns.take_turn(her.store, arrival, HOUSE)
    before = [count_of(her.store, table) for table in (entries, log, outbox, seen)]
    again = [turns.take_turn(her.store, arrival, HOUSE) for _ in range(99)]
    assert not first.duplicate
    assert all(taken == turns.Taken(True, None, None) for taken in again)
    assert [count_of(her.store, table) for table in (entries, log, outbox, seen)] == before


def test_same_update_number_of_another_bot_is_another_update(her: Her) -> None:
    """Each bot numbers on its own, so the same number from a second one is not taken for a repeat."""
    arrival = her.arrival(Said("/start", START))
    other = turns.Arrival("telegram", "telegram:2", her.chat, arrival.event, arrival.seen, arrival.order)
    assert not turns.take_turn(her.store, arrival, HOUSE).duplicate
    assert not turns.take_turn(her.store, other, HOUSE).duplicate


def test_replay_of_the_record_gives_the_stored_snapshot(her: Her) -> None:
    """Buttons, words, a worker's deeds and time: played again from the record they give exactly the state kept."""
    her.walks("talk", "go_on", "yes", "me")
    her.says("iets dat niemand leest")
    her.is_in_danger()
    worker = Worker(her.store, her.intake_id)
    worker.does("take")
    worker.does("write", "Ik lees mee.")
    turns.wait_turn(her.store, her.intake_id, START + 4000, HOUSE)
    with her.store.read() as conn:
        record = book.entries_of(conn, her.case)
    assert len(record) == her.case.version >= 9
    assert engine.replay(INTAKE, book.begun(her.case), record) == her.intake


def test_every_conversation_to_its_end_replays(her: Her) -> None:
    """The record of all questions answered gives the state that is stored."""
    her.answers_all()
    with her.store.read() as conn:
        record = book.entries_of(conn, her.case)
    assert engine.replay(INTAKE, book.begun(her.case), record) == her.intake


def test_older_message_is_recorded_and_never_moves_the_step(her: Her) -> None:
    """A press that arrives after newer ones stands in the record as late; the question stays as it was."""
    her.walks("talk", "go_on")
    step, version = her.intake.step, her.case.version
    late = her.arrival(Pressed(step, INTAKE.by_name[step].options[0].code, her.at), order=1)
    taken = turns.take_turn(her.store, late, HOUSE)
    assert taken.turn is not None
    assert taken.turn.entry.event.late
    assert her.intake.step == step
    assert her.case.version == version + 1


def test_after_a_week_of_silence_lower_numbers_are_new_again(her: Her) -> None:
    """Telegram may begin its numbers anew at random after a week."""
    her.walks("talk")
    week_later = her.at + 7 * 24 * 3600
    taken = her.takes(Said("hallo", week_later), order=1)
    assert taken.turn is not None
    assert not getattr(taken.turn.entry.event, "late", False)
    assert her.takes(Said("hallo", week_later + 1), order=2).turn is not None


def test_unnumbered_messages_are_never_late(her: Her) -> None:
    """A channel without numbers of its own, as the web page, is taken in the order of arrival."""
    her.walks("talk")
    taken = her.presses("go_on", order=0)
    assert taken.turn is not None
    assert her.intake.step != "notice"


def test_turn_that_fails_leaves_nothing_behind(her: Her, monkeypatch: pytest.MonkeyPatch) -> None:
    """The update does not count as seen either, so that it can be taken once the cause is gone."""
    her.says("/start")
    arrival = her.arrival(Pressed("front", "talk", her.at + 1))

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    before = [count_of(her.store, table) for table in (entries, log, outbox, seen)]
    with monkeypatch.context() as patch:
        patch.setattr(book, "record", fails)
        with pytest.raises(ZeroDivisionError):
            turns.take_turn(her.store, arrival, HOUSE)
    assert [count_of(her.store, table) for table in (entries, log, outbox, seen)] == before
    assert not turns.take_turn(her.store, arrival, HOUSE).duplicate


def test_red_answer_opens_the_handoff_in_that_very_turn(her: Her) -> None:
    """Red, now and offered, under a name of two words that staff can say aloud."""
    her.is_in_danger()
    row = handoff_of(her.store, her.intake_id)
    assert (row.colour, row.urgency, row.state) == (2, 2, "offered")
    assert len(row.case_name.split()) == 2
    assert her.case.handoff_id == row.id


def test_queue_row_follows_what_staff_do(her: Her) -> None:
    """Offered, claimed by whom, closed when: the row that the board reads changes with each deed."""
    her.is_in_danger()
    case = her.intake_id
    worker = Worker(her.store, case)
    version = handoff_of(her.store, case).version
    worker.does("take")
    taken = handoff_of(her.store, case)
    assert (taken.state, taken.taken_by) == ("claimed", "7")
    assert taken.version > version
    worker.does("in_touch")
    worker.does("close", "advice")
    closed = handoff_of(her.store, case)
    assert closed.state == "closed"
    assert closed.closed is not None


def test_case_names_of_open_cases_differ(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if chance gives the same two words again and again."""
    names = iter(["blauwe merel"] * 3 + ["groene eik"])
    monkeypatch.setattr("storage.handoffs.two_words", lambda: next(names))
    first, second = Her(store, "1"), Her(store, "2")
    first.is_in_danger()
    second.is_in_danger()
    found = {handoff_of(store, who.intake_id).case_name for who in (first, second)}
    assert found == {"blauwe merel", "groene eik"}


def test_log_has_codes_and_nothing_that_leads_to_the_case(her: Her) -> None:
    """All lines of a case share a trace, and neither the chat nor the number of the case is among their values."""
    her.walks("talk", "go_on")
    her.is_in_danger()
    with her.store.read() as conn:
        rows = conn.execute(select(log)).all()
    assert {row.trace for row in rows} == {her.case.head.trace}
    words = {str(value) for row in rows for value in row}
    assert not words & {her.chat, str(her.intake_id), her.case.chat}


def test_time_alone_brings_what_is_due_and_nothing_before(her: Her) -> None:
    """A second too early nothing happens; at the moment itself one turn is recorded."""
    her.is_in_danger()
    due = engine.next_wait(her.intake)
    assert due is not None
    assert turns.due(her.store, due.due - 1) == []
    assert turns.wait_turn(her.store, her.intake_id, due.due - 1, HOUSE) is None
    assert turns.due(her.store, due.due) == [her.intake_id]
    taken = turns.wait_turn(her.store, her.intake_id, due.due, HOUSE)
    assert taken is not None
    assert her.case.version == 2


def test_timers_never_come_twice(her: Her) -> None:
    """Whoever looks again at the same moment finds nothing due and changes nothing; what comes next is later."""
    her.is_in_danger()
    due = engine.next_wait(her.intake)
    assert due is not None
    assert turns.wait_turn(her.store, her.intake_id, due.due, HOUSE) is not None
    before = [her.case.version, *(count_of(her.store, table) for table in (entries, log, outbox))]
    assert turns.due(her.store, due.due) == []
    assert turns.wait_turn(her.store, her.intake_id, due.due, HOUSE) is None
    assert [her.case.version, *(count_of(her.store, table) for table in (entries, log, outbox))] == before
    after = engine.next_wait(her.intake)
    assert after is not None
    assert after.due > due.due


def test_forgetting_destroys_the_key_and_a_new_message_starts_anew(her: Her) -> None:
    """What is left of the case can be opened by nobody and leads to no chat; her next message is another case."""
    her.walks("talk")
    old = her.intake_id
    her.everywhere("delete")
    taken = her.presses("yes", "delete")
    assert taken.turn is not None
    assert taken.turn.intake.forgotten
    with her.store.read() as conn:
        row = conn.execute(select(intakes).where(intakes.c.id == old)).one()
        assert (row.state, row.head, row.chat_hash) == (None, None, None)
        with pytest.raises(book.Forgotten):
            book.peek(her.store, conn, old)
    her.says("hallo")
    assert her.intake_id != old


def test_deed_on_a_forgotten_case_is_refused(her: Her) -> None:
    """A worker whose screen is old cannot take a case whose key is gone."""
    her.walks("talk")
    old = her.intake_id
    her.everywhere("delete")
    her.presses("yes", "delete")
    with pytest.raises(book.Forgotten):
        Worker(her.store, old).does("take")


def test_blocking_cancels_what_waits_and_begins_nothing(her: Her) -> None:
    """No case begins by blocking; of an open one nothing more goes to her, and staff see that contact is lost."""
    assert her.takes(Blocked(START)) == turns.Taken(False, None, None)
    her.is_in_danger()
    her.takes(Blocked(her.at + 1))
    with her.store.read() as conn:
        assert conn.execute(select(outbox.c.id).where(outbox.c.kind == "say")).all() == []
    assert "contact_lost" in handoff_of(her.store, her.intake_id).marks


def test_red_is_not_lowered_to_green_without_a_second_person(her: Her) -> None:
    """Refused, also with oneself as the second, and its row stays red and open; with a colleague it turns green."""
    her.is_in_danger()
    case, worker = her.intake_id, Worker(her.store, her.intake_id)
    worker.does("take")
    for second in ("", worker.staff_id):
        refused = worker.does("lower", "reden", colour=Colour.GREEN, second=second)
        assert refused.turn is not None
        assert refused.turn.refused == "needs_second"
        row = handoff_of(her.store, case)
        assert (row.colour, row.state, row.closed) == (Colour.RED, "claimed", None)
    worker.does("lower", "reden", colour=Colour.GREEN, second="8")
    assert handoff_of(her.store, case).colour == Colour.GREEN


def test_closing_ends_the_projection_in_the_same_turn(her: Her) -> None:
    """Before the turn is committed, its row is closed with moment and outcome, and her chat leads to no case."""
    her.is_in_danger()
    case, worker = her.intake_id, Worker(her.store, her.intake_id)
    worker.does("take")
    worker.does("in_touch")
    deed = StaffDid("close", worker.staff_id, worker.at + 1, "advice")
    with her.store.write() as conn:
        turns.did(her.store, conn, case, deed, HOUSE)
        row = conn.execute(select(handoffs)).one()
        chat = conn.execute(select(intakes.c.chat_hash).where(intakes.c.id == case)).scalar_one()
    assert (row.state, row.outcome, row.closed, row.due) == ("closed", "advice", deed.at, None)
    assert chat is None
    her.says("hallo")
    assert her.intake_id != case


def test_house_reaches_the_conversation(her: Her) -> None:
    """With nobody on duty, she who is in danger is told so in that very turn."""
    her.house = House(on_duty=False)
    taken = her.is_in_danger()
    assert taken.turn is not None
    assert any("nobody" in key for say in taken.turn.says for key in say.keys)
