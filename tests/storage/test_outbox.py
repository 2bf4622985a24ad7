"""What is to be sent goes out in order of need, once, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from flows.model import Lane
from storage import outbox, troubles
from storage.lean import insert_all
from storage.store import Store
from storage.tables import outbox as table
from tests.storage.her import BOT, START, Her, Phone, Worker, handoff_of

DAY = 24 * 3600.0


@pytest.fixture
def phone(store: Store) -> Phone:
    return Phone(store)


def says(rows: list[outbox.Row]) -> list[outbox.Row]:
    return [row for row in rows if row.kind == "say"]


def test_claimed_row_has_all_a_sender_needs(her: Her, phone: Phone) -> None:
    """Address, words, language and order come with it; a minute after her message the text has to be covered."""
    taken = her.says("/start")
    [row] = phone.claims(her.at)
    assert taken.turn is not None
    assert (row.kind, row.channel, row.bot, row.address) == ("say", "telegram", BOT, her.chat)
    assert row.say == taken.turn.says[0]
    assert (row.language, row.seq, row.attempts) == ("nl", 1, 1)
    assert not row.must_be_covered(her.at + 60)
    assert row.must_be_covered(her.at + 61)


def test_claimed_row_is_nobody_elses_until_its_lease_is_over(her: Her, phone: Phone) -> None:
    """After 30 seconds a sender counts as dead: the row can be claimed again, as its second attempt."""
    her.says("/start")
    assert len(phone.claims(her.at)) == 1
    assert phone.claims(her.at + outbox.LEASE_SECONDS - 1) == []
    [again] = phone.claims(her.at + outbox.LEASE_SECONDS)
    assert again.attempts == 2


def test_sent_row_is_gone(her: Her, phone: Phone) -> None:
    """Once a message was sent, nothing of it is left in the outbox."""
    her.says("/start")
    phone.sends_all(her.at)
    assert phone.claims(her.at + DAY) == []
    with her.store.read() as conn:
        assert conn.execute(select(table)).all() == []


def test_one_chat_in_order_and_never_two_in_flight(her: Her, phone: Phone) -> None:
    """While one message is on its way the next of that chat cannot be claimed, so none can overtake it."""
    for _ in range(3):
        her.says("iets")
    seen = []
    while rows := phone.claims(her.at):
        assert len(rows) == 1
        assert phone.claims(her.at) == []
        seen.append(rows[0].id)
        phone.lands(rows[0], her.at)
    assert seen == sorted(seen)
    assert len(seen) >= 3


def test_lowest_lane_first_then_oldest(store: Store, phone: Phone) -> None:
    """Who leaves is wiped first, then card and alert of the red case, and the calm reply goes last."""
    calm, red, leaving = Her(store, "1"), Her(store, "2"), Her(store, "3")
    calm.walks("talk")
    leaving.says("/start")
    phone.sends_all(START + 10)
    calm.presses("go_on")
    red.is_in_danger()
    leaving.everywhere("leave")
    rows = phone.claims(START + 20)
    assert [row.lane for row in rows] == sorted(row.lane for row in rows)
    assert (rows[0].kind, rows[0].address) == ("wipe", "3")
    assert {row.kind for row in rows if row.lane is Lane.RED} == {"card", "alert"}
    assert rows[-1].address == "1"


def test_waiting_replies_of_a_case_that_turns_red_keep_their_order(her: Her, phone: Phone) -> None:
    """All of them move to the lane of the red case, so that the newer cannot overtake the older."""
    her.walks("talk")
    her.is_in_danger()
    out = says(phone.sends_all(her.at))
    assert [row.seq for row in out] == sorted(row.seq for row in out)
    assert {row.lane for row in out} == {Lane.RED_REPLY}


def test_skipped_and_refused_chats_wait_and_others_do_not(store: Store, phone: Phone) -> None:
    """The caller may leave chats out or refuse them by pace, is asked once for each, and they can be claimed later."""
    first, second, third = (Her(store, chat) for chat in "123")
    for who in (first, second, third):
        who.says("/start")
    asked = []

    def free(chat: str, lane: Lane) -> bool:
        asked.append(chat)
        return chat != second.case.chat

    rows = outbox.claim_due(store, START + 9, 10, [BOT], skip=[first.case.chat], free=free)
    assert [row.address for row in rows] == ["3"]
    assert len(asked) == len(set(asked)) == 2
    assert [row.address for row in phone.claims(START + 9)] == ["1", "2"]


@pytest.mark.parametrize("limit", [1, 3])
def test_refused_chats_do_not_keep_others_from_the_limit(store: Store, limit: int) -> None:
    """Nineteen chats are refused, each asked for once; the twentieth, behind all of them, still gets its message."""
    people = [Her(store, str(n)) for n in range(20)]
    for who in people:
        who.says("/start")
    *_, allowed = [who.case.chat for who in people]
    asked = []

    def free(chat: str, _lane: Lane) -> bool:
        asked.append(chat)
        return chat == allowed

    rows = outbox.claim_due(store, START + 99, limit, [BOT], free=free)
    assert [row.chat for row in rows] == [allowed]
    assert asked == [who.case.chat for who in people]


def test_nobody_is_granted_beyond_the_limit(store: Store) -> None:
    """Who is asked may count what it grants: where two may go and others are refused, only two are granted."""
    people = [Her(store, str(n)) for n in range(20)]
    for who in people:
        who.says("/start")
    order = [who.case.chat for who in people]
    granted = []

    def free(chat: str, _lane: Lane) -> bool:
        if order.index(chat) < 5:
            return False
        granted.append(chat)
        return True

    rows = outbox.claim_due(store, START + 99, 2, [BOT], free=free)
    assert [row.chat for row in rows] == granted == order[5:7]


def test_another_bots_rows_are_left_alone(her: Her) -> None:
    """A sender claims only for the bots that it names."""
    her.says("/start")
    assert outbox.claim_due(her.store, her.at, 10, ["telegram:2", "staff"]) == []


def test_passing_error_is_tried_later_each_time(her: Her, phone: Phone) -> None:
    """Six failures in a row: each wait is at least the one before, from a second to a quarter of a minute."""
    her.says("/start")
    now, waits = her.at, []
    for _ in range(6):
        [row] = phone.claims(now)
        outbox.passing(her.store, row, now)
        later = now
        while not outbox.claim_due(her.store, later, 0, [BOT]) and not due_at(her.store, later):
            later += 0.5
        waits.append(later - now)
        now = later
    assert waits == sorted(waits)
    assert waits[0] <= 1
    assert waits[-1] >= 15


def due_at(store: Store, now: float) -> bool:
    with store.read() as conn:
        return bool(conn.execute(select(table.c.id).where(table.c.due <= now)).all())


def test_retry_after_is_obeyed(her: Her, phone: Phone) -> None:
    """The row is not claimed one second before the moment that the messenger named."""
    her.says("/start")
    [row] = phone.claims(her.at)
    outbox.passing(her.store, row, her.at, her.at + 500)
    assert phone.claims(her.at + 499) == []
    assert len(phone.claims(her.at + 500)) == 1


def test_error_for_good_is_told_to_staff_and_the_next_one_goes_on(her: Her, phone: Phone) -> None:
    """A message that can never arrive is a trouble of its case, the board changes, and her next one is not held up."""
    her.is_in_danger()
    her.says("nog iets")
    version = handoff_of(her.store, her.intake_id).version
    [row] = says(phone.claims(her.at))
    outbox.for_good(her.store, row, her.at, "bad_request")
    [trouble] = troubles.still_open(her.store, her.intake_id)
    assert (trouble.code, trouble.detail) == ("undelivered", "bad_request")
    assert handoff_of(her.store, her.intake_id).version > version
    assert says(phone.claims(her.at))


def test_blocked_cancels_all_that_waits_for_her(her: Her, phone: Phone) -> None:
    """Once the messenger says that she blocked the bot, nothing more is tried for that chat."""
    her.says("/start")
    her.says("nog iets")
    [row] = phone.claims(her.at)
    outbox.for_good(her.store, row, her.at, "blocked")
    assert phone.claims(her.at + DAY) == []


def test_pressed_message_is_written_over_by_the_answer(her: Her, phone: Phone) -> None:
    """The question that she answered turns into the next one: her screen does not fill up."""
    her.walks("talk")
    [front, asked] = says(phone.sends_all(her.at))
    assert front.say is not None
    assert asked.say is not None
    her.presses("go_on", pressed_id=phone.next_id)
    [answer] = says(phone.claims(her.at))
    assert answer.edit_id == phone.next_id
    assert answer.replaces_id is None


def test_message_with_another_protection_is_replaced_not_written_over(her: Her, phone: Phone) -> None:
    """An edit cannot change whether a message may be forwarded."""
    her.says("/start")
    phone.sends_all(her.at)
    her.presses("talk", pressed_id=phone.next_id)
    [answer] = says(phone.claims(her.at))
    assert answer.say is not None
    assert answer.say.protect
    assert (answer.edit_id, answer.replaces_id) == (None, phone.next_id)


def test_typed_answer_replaces_the_question(her: Her, phone: Phone) -> None:
    """What she typed stands below the question, so that one is taken away and the answer comes under her words."""
    her.walks("talk")
    _, asked = says(phone.sends_all(her.at))
    assert asked.say is not None
    assert asked.say.buttons
    her.says("iets anders")
    [answer, *_] = says(phone.claims(her.at))
    assert (answer.edit_id, answer.replaces_id) == (
        None,
        1002,
    )  # her phone: 1001 the front, 1002 the question


def test_late_reply_is_covered_and_opened_by_her_press(her: Her, phone: Phone) -> None:
    """A worker's words after more than a minute wait behind the cover text; her press puts them in its place."""
    her.walks("talk", "go_on")
    phone.sends_all(her.at)
    her.is_in_danger()
    case = her.intake_id
    phone.sends_all(her.at)
    worker = Worker(her.store, case, at=her.at)
    worker.does("take")
    phone.sends_all(worker.at)
    worker.does("write", "Ik ben er voor je.")
    [row] = says(phone.claims(her.at + 70))
    assert row.must_be_covered(her.at + 70)
    outbox.cover_sent(her.store, row, 5000, her.at + 70)
    her.at += 600
    her.everywhere("open", opens=row.id, pressed_id=5000)
    [opened] = says(phone.claims(her.at))
    assert opened.id == row.id
    assert opened.edit_id == 5000
    assert not opened.must_be_covered(her.at + 1)


def test_cover_opens_nothing_of_another_case(store: Store, phone: Phone) -> None:
    """A press that names the row of somebody else brings only what is the presser's own."""
    her, other = Her(store, "1"), Her(store, "2")
    her.is_in_danger()
    worker = Worker(store, her.intake_id, at=her.at)
    worker.does("take")
    phone.sends_all(her.at + 5)
    worker.does("write", "Alleen voor haar.")
    [row] = says(phone.claims(worker.at))
    outbox.cover_sent(store, row, 5000, worker.at)
    other.says("/start")
    other.everywhere("open", opens=row.id)
    assert [found.address for found in says(phone.claims(worker.at + 10))] == ["2"]


def test_her_safety_goes_before_what_a_cover_text_hides(her: Her, phone: Phone) -> None:
    """After the gap she is first asked whether nobody looks; the worker's words stay covered until she says so."""
    her.is_in_danger()
    worker = Worker(her.store, her.intake_id, at=her.at)
    worker.does("take")
    phone.sends_all(her.at + 5)
    worker.does("write", "Kun je bellen?")
    [row] = says(phone.claims(worker.at))
    outbox.cover_sent(her.store, row, 5000, worker.at)
    her.at += 2 * DAY
    taken = her.everywhere("open", opens=row.id, pressed_id=5000)
    assert taken.turn is not None
    assert taken.turn.intake.step == "safe_again"
    [asked] = says(phone.sends_all(her.at))
    assert asked.id != row.id
    her.presses("yes")
    told = says(phone.sends_all(her.at))
    assert row.say in [one.say for one in told]
    assert not any(one.must_be_covered(her.at) for one in told)


def test_her_own_cover_text_is_opened_for_the_sender(her: Her, phone: Phone) -> None:
    """The cover text that she chose goes along with each later message."""
    her.answers_all()
    rows = says(phone.sends_all(her.at))
    assert (rows[-1].cover, rows[-1].cover_code) == ("", "library")


def test_one_card_a_case_drawn_again_once(her: Her, phone: Phone) -> None:
    """Two deeds in a row make one edit of the card that stands there, and never a second card."""
    her.is_in_danger()
    handoff = handoff_of(her.store, her.intake_id).id
    [card] = [row for row in phone.sends_all(her.at) if row.kind == "card"]
    assert (card.channel, card.handoff_id, card.lane) == ("staff", handoff, Lane.RED)
    worker = Worker(her.store, her.intake_id, at=her.at)
    worker.does("take")
    worker.does("in_touch")
    edits = [row for row in phone.sends_all(worker.at) if row.kind.startswith("card")]
    assert [(row.kind, row.edit_id) for row in edits] == [
        ("card_edit", handoff_of(her.store, her.intake_id).card_message_id)
    ]


def test_card_changed_while_on_its_way_is_edited_after(her: Her, phone: Phone) -> None:
    """A change cannot overtake the card itself: the edit is due only once the card has landed."""
    her.is_in_danger()
    rows = phone.claims(her.at)
    Worker(her.store, her.intake_id, at=her.at).does("take")
    assert not [row for row in phone.claims(her.at) if row.kind.startswith("card")]
    for row in rows:
        phone.lands(row, her.at)
    assert [row.kind for row in phone.claims(her.at) if row.kind.startswith("card")] == ["card_edit"]


def test_each_rung_wakes_its_people(her: Her, phone: Phone) -> None:
    """The alert says whom to wake, which rung it is and for which case, in the lane of red."""
    her.is_in_danger()
    [alert] = [row for row in phone.claims(her.at) if row.kind == "alert"]
    handoff = handoff_of(her.store, her.intake_id).id
    assert (alert.lane, alert.payload) == (Lane.RED, {"who": "on_call", "rung": 1, "handoffs": [handoff]})


def test_taking_a_case_cancels_alerts_that_wait(her: Her, phone: Phone) -> None:
    """Nobody is woken for a case that somebody has taken meanwhile."""
    her.is_in_danger()
    Worker(her.store, her.intake_id, at=her.at).does("take")
    assert not [row for row in phone.claims(her.at) if row.kind == "alert"]


def test_more_than_five_new_reds_ring_as_one_and_none_is_dropped(store: Store, phone: Phone) -> None:
    """Twelve at once make six alerts, the last for seven cases; each case is named once and has its own card."""
    people = [Her(store, str(n)) for n in range(12)]
    for who in people:
        who.is_in_danger()
    alerts = [row for row in phone.sends_all(START + 60) if row.kind == "alert"]
    told = [handoff for row in alerts for handoff in row.payload["handoffs"]]
    assert len(alerts) == 6
    assert sorted(told) == sorted(handoff_of(store, who.intake_id).id for who in people)
    assert len([row for row in phone.sent if row.kind == "card"]) == 12


WAITING = 10_000


def test_red_card_behind_ten_thousand_replies_is_claimed_first(her: Her) -> None:
    """However much waits, and in however many chats: the card is found first, and hardly a reply is looked at."""
    blank = {column.name: 0 for column in table.columns if column.name not in ("id", "vaulted", "void")}
    words = dict.fromkeys(("language", "payload"), "") | {"vaulted": False, "void": False}
    nothing = dict.fromkeys(("intake_id", "handoff_id", "sealed", "pressed_id", "edit_id"))
    row = blank | words | nothing | {"bot": BOT, "channel": "telegram", "lane": 3, "kind": "alert"}
    put = insert_all(table, "id")
    with her.store.write() as conn:
        for lines in (100, 1):  # some chats with many waiting, and one with all
            chats = [f"c{n % lines}" for n in range(WAITING // 2)]
            put.many(conn, [row | {"chat": chat, "line": chat} for chat in chats])
    her.is_in_danger()
    with her.store.write() as conn:
        effort = effort_on(conn)
        [found] = outbox.claim(her.store, conn, her.at, 1, [BOT, "staff"])
        assert found.kind == "card"
        assert 0 < effort() < WAITING / 10


def effort_on(conn: Connection) -> Callable[[], int]:
    """Tells what the database does from here on: steps of SQLite's machine, rows of ours that PostgreSQL reads.

    To look at one row takes one of the latter, and many of the former.
    """
    if conn.dialect.name == "sqlite":
        steps = count()
        driver: Any = conn.connection.driver_connection
        driver.set_progress_handler(lambda: next(steps) < 0, 1)
        return lambda: next(steps)
    read = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'outbox'"
    before = conn.execute(text(read)).scalar_one()
    return lambda: conn.execute(text(read)).scalar_one() - before
