"""Nothing is left on her phone: at once when she leaves, after a day in any case."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage import messages, outbox, turns, wiping
from storage.outbox import Row
from storage.store import Store
from storage.tables import messages as table
from tests.storage.her import BOT, HOUSE, START, Her, Phone, Worker

DAY = 24 * 3600.0


@pytest.fixture
def phone(store: Store) -> Phone:
    return Phone(store)


def leaves(her: Her, **other: object) -> None:
    her.everywhere("leave", **other)


def by_kind(rows: list[Row], kind: str) -> list[Row]:
    return [row for row in rows if row.kind == kind]


def test_leaving_deletes_both_sides_and_one_neutral_line_comes_last(her: Her, phone: Phone) -> None:
    """All ids of hers and ours go in one wipe; the line after it is harmless and never needs a cover."""
    her.says("/start", message_id=1)
    phone.sends_all(her.at)
    her.says("/menu", message_id=2)
    phone.sends_all(her.at)
    stood = range(1001, phone.next_id + 1)
    leaves(her, message_id=3)
    first, *_, last = phone.sends_all(her.at)
    assert first.kind == "wipe"
    assert {1, 2, 3, *stood} <= set(first.ids)
    assert (last.kind, last.address) == ("say", her.chat)
    assert not last.must_be_covered(her.at + DAY)


def test_leaving_cancels_what_still_waits(her: Her, phone: Phone) -> None:
    """A reply not yet sent is dropped: only the neutral line goes out."""
    her.says("/start")
    leaves(her)
    assert [row.kind for row in phone.sends_all(her.at)] == ["say"]


def test_leaving_cancels_no_card_and_no_alert(her: Her, phone: Phone) -> None:
    """Wiping her phone does not call off help: staff still get the red case."""
    her.is_in_danger()
    leaves(her)
    assert {"card", "alert"} <= {row.kind for row in phone.sends_all(her.at)}


def test_wiping_does_not_wait_for_what_is_on_its_way_and_that_is_wiped_too(her: Her, phone: Phone) -> None:
    """Her own message goes at once; the reply that lands a moment later is wiped as soon as its id is known."""
    her.says("/start", message_id=1)
    [flying] = phone.claims(her.at)
    leaves(her)
    [wipe] = by_kind(phone.claims(her.at), "wipe")
    assert wipe.ids == (1,)
    outbox.done(her.store, flying, 1001, her.at)
    phone.lands(wipe, her.at)
    assert {i for row in by_kind(phone.sends_all(her.at), "wipe") for i in row.ids} == {1001}


def test_cover_on_its_way_is_wiped_too(her: Her, phone: Phone) -> None:
    """A cover text that lands after she left is taken away as any other message."""
    her.says("/start")
    [flying] = phone.claims(her.at)
    leaves(her)
    outbox.cover_sent(her.store, flying, 1001, her.at + 70)
    assert [row.ids for row in by_kind(phone.sends_all(her.at + 71), "wipe")] == [(1001,)]


def test_send_that_failed_after_she_left_is_not_tried_again(her: Her, phone: Phone) -> None:
    """Neither a passing error nor one for good brings back what she has left behind."""
    her.says("/start")
    [flying] = phone.claims(her.at)
    leaves(her)
    outbox.passing(her.store, flying, her.at)
    outbox.for_good(her.store, flying, her.at, "bad_request")
    assert [row.kind for row in phone.sends_all(her.at + DAY)] == ["say"]


def test_ids_that_an_unknown_send_may_have_got_are_wiped(her: Her, phone: Phone) -> None:
    """Where no answer came, every id between those known before and after is wiped, so that none is missed."""
    her.says("/start")
    phone.sends_all(her.at)
    her.says("iets")
    [row] = phone.claims(her.at)
    outbox.passing(her.store, row, her.at, unknown=True)
    phone.next_id += 3  # it got one of these, and so did others
    phone.sends_all(her.at + 5)
    leaves(her)
    [wipe] = by_kind(phone.sends_all(her.at + 5), "wipe")
    assert {1002, 1003, 1004} <= set(wipe.ids)


def test_sender_that_died_while_she_left_leaves_nothing(her: Her, phone: Phone) -> None:
    """It never told what id its message got: once its lease is over, the next id is wiped as well."""
    her.says("/start")
    phone.sends_all(her.at)
    her.says("iets")
    phone.claims(her.at)
    phone.next_id += 1  # it landed as 1002, and nobody heard of it
    leaves(her)
    wiped = by_kind(phone.sends_all(her.at + outbox.LEASE_SECONDS), "wipe")
    assert 1002 in {i for row in wiped for i in row.ids}


def test_a_lost_send_takes_no_message_along_that_is_known_to_stand_there(her: Her, phone: Phone) -> None:
    """A sender died with a reply in hand, and she left: its possible ids go, the neutral line sent since stays."""
    her.says("/start", message_id=1)
    phone.claims(her.at)  # and never told what became of it
    phone.next_id = 2  # as a messenger counts: hers and ours in one row
    leaves(her, message_id=2)
    phone.sends_all(her.at)
    (neutral,) = phone.shown
    wiped = by_kind(phone.sends_all(her.at + outbox.LEASE_SECONDS), "wipe")
    assert len(wiped) == 1
    assert neutral not in wiped[0].ids
    assert len(wiped[0].ids) >= wiping.GAP_REACH - 2
    assert list(phone.shown) == [neutral]


@pytest.mark.parametrize("killed", [False, True])
def test_neutral_line_sent_twice_stays_once(her: Her, phone: Phone, *, killed: bool) -> None:
    """No answer came to the first, or its sender was killed: the double is wiped, what she wrote since stays."""
    her.says("/start")
    phone.sends_all(her.at)
    leaves(her)
    [wipe] = phone.claims(her.at)
    phone.lands(wipe, her.at)
    [line] = phone.claims(her.at)
    if not killed:
        outbox.passing(her.store, line, her.at, unknown=True)
    phone.next_id += 1  # it stands there all the same
    double = phone.next_id
    her.says("/start", message_id=double + 1)
    phone.next_id += 1
    later = her.at + outbox.LEASE_SECONDS
    wiped = {i for row in by_kind(phone.sends_all(later), "wipe") for i in row.ids}
    assert double in wiped
    assert not {double + 1, phone.next_id} & wiped


def test_forgetting_still_wipes_without_the_key(her: Her, phone: Phone) -> None:
    """The key is gone at once, yet both sides are wiped at her address, and so is a send that lands after."""
    her.says("/start", message_id=1)
    phone.sends_all(her.at)
    her.presses("talk")
    phone.sends_all(her.at)
    her.everywhere("delete", message_id=2)
    [flying, *_] = phone.claims(her.at)
    her.presses("yes", "delete", message_id=3)
    out = phone.sends_all(her.at)
    assert {row.address for row in out} == {her.chat}
    assert {1, 2, 3, 1001} <= {i for row in out for i in row.ids}
    outbox.done(her.store, flying, 2000, her.at + 1)
    assert [row.ids for row in phone.sends_all(her.at + 1)] == [(2000,)]


def test_leaving_wipes_what_an_ended_case_of_hers_left(her: Her, phone: Phone) -> None:
    """Leaving in a new case takes what still stood of the closed one, and never the card in the staff group."""
    her.is_in_danger()
    phone.sends_all(her.at)
    worker = Worker(her.store, her.intake_id, at=her.at)
    for deed, text in (("take", ""), ("in_touch", ""), ("close", "advice")):
        worker.does(deed, text)
    phone.sends_all(worker.at)
    her.at = worker.at
    her.says("hallo")
    out = phone.sends_all(her.at)
    assert out
    leaves(her)
    [wipe] = by_kind(phone.sends_all(her.at), "wipe")
    assert 1002 in wipe.ids  # 1001 is the card in the staff group
    said = [row for row in phone.sent if row.kind == "say"]
    assert len(wipe.ids) == len(said) - 1  # all but the neutral line


def test_after_a_day_messages_are_wiped_by_themselves(her: Her, phone: Phone) -> None:
    """Not a second before, both sides in one wipe, and not a second time."""
    her.says("/start", message_id=1)
    phone.sends_all(her.at)
    later = her.at + her.store.wipe_after
    assert wiping.wipe_old(her.store, later - 1) == 0
    assert wiping.wipe_old(her.store, later + 1) == 1
    [wipe] = phone.claims(later + 1)
    assert set(wipe.ids) == {1, 1001}
    assert wiping.wipe_old(her.store, later + 1) == 0


def test_neutral_line_stays_after_a_day(her: Her, phone: Phone) -> None:
    """The harmless line is all that is left in her chat, and time does not take it."""
    her.says("/start")
    phone.sends_all(her.at)
    leaves(her)
    phone.sends_all(her.at)
    assert wiping.wipe_old(her.store, her.at + 2 * DAY) == 0
    with her.store.read() as conn:
        assert conn.execute(select(table.c.kind)).scalars().all() == ["neutral"]


def test_wipe_that_fails_for_good_is_told_to_staff(her: Her, phone: Phone) -> None:
    """Her messages still stand on her phone, and a worker must know it: a trouble called not_wiped."""
    her.says("/start", message_id=1)
    leaves(her)
    [wipe] = by_kind(phone.claims(her.at), "wipe")
    outbox.for_good(her.store, wipe, her.at, "cannot_delete")
    from storage import troubles

    assert [trouble.code for trouble in troubles.still_open(her.store)] == ["not_wiped"]


def test_words_sent_past_the_outbox_are_wiped_with_the_rest(her: Her, phone: Phone) -> None:
    """A message that the bot sent by itself is noted with her chat, where there is one, and goes when she leaves."""
    assert not messages.note_sent(her.store, "telegram", BOT, her.chat, 77, START)
    her.says("/start")
    assert messages.note_sent(her.store, "telegram", BOT, her.chat, 77, her.at)
    leaves(her)
    [wipe] = by_kind(phone.sends_all(her.at), "wipe")
    assert 77 in wipe.ids


def web(store: Store) -> Her:
    return Her(store, "cookie", channel="web", bot="web")


def test_web_page_shows_both_sides_in_order(store: Store) -> None:
    """Her words, her presses and our answers, in the order in which they came; nothing goes through the outbox."""
    her = web(store)
    her.says("hallo")
    her.presses("talk")
    shown = messages.shown(store, her.intake_id)
    assert [(m.mine, m.text, m.pressed) for m in shown if m.mine] == [
        (True, "hallo", None),
        (True, "", ("front", "talk")),
    ]
    assert [m.mine for m in shown][:2] == [True, False]
    assert all(m.say is not None for m in shown if not m.mine)
    assert Phone(store).claims(her.at) == []


def test_web_transcript_is_gone_at_once(store: Store) -> None:
    """After leaving, the page shows what that turn said and nothing from before."""
    her = web(store)
    her.says("hallo")
    her.presses("talk")
    taken = her.everywhere("leave")
    assert taken.turn is not None
    assert [m.say for m in messages.shown(store, her.intake_id)] == list(taken.turn.says)


def test_web_transcript_is_gone_after_a_day_but_for_the_open_question(store: Store) -> None:
    """The question with its buttons stays, so that she can go on where she was."""
    her = web(store)
    her.says("hallo")
    her.presses("talk")
    wiping.wipe_old(store, her.at + 2 * DAY)
    [left] = messages.shown(store, her.intake_id)
    assert left.say is not None
    assert left.say.buttons


def test_forgotten_web_chat_shows_nothing(store: Store) -> None:
    """Once she had all deleted, not even the last answer is shown for that case."""
    her = web(store)
    her.walks("talk")
    case = her.intake_id
    her.everywhere("delete")
    turns.take_turn(store, her.arrival(her_yes(her)), HOUSE)
    assert messages.shown(store, case) == []


def her_yes(her: Her):
    from flows.model import Pressed

    return Pressed("delete", "yes", her.at + 1)
