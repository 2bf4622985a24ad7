"""How fast we send: Telegram's limits are kept, and what is red finds room."""

from __future__ import annotations

from bot.pace import FORGET_AT, Pace
from flows.model import Lane


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_one_chat_gets_a_small_burst_and_then_one_a_second() -> None:
    """Three at once, then one for each second that passes; another chat does not wait for this one."""
    clock = Clock()
    pace = Pace(clock=clock)
    assert [pace.grant("her", Lane.REPLY) for _ in range(4)] == [True, True, True, False]
    assert pace.grant("another", Lane.REPLY)
    clock.now += 1.0
    assert [pace.grant("her", Lane.REPLY) for _ in range(2)] == [True, False]


def test_a_group_gets_twenty_within_any_minute() -> None:
    """Any twenty-one messages in a row to the group span a minute at least, and over time it gets all it may."""
    clock = Clock()
    pace = Pace(group="staff", clock=clock)
    sent = []
    for _ in range(1200):
        clock.now += 0.25
        if pace.grant("staff", Lane.RED):
            sent.append(clock.now)
    assert len(sent) >= 100
    assert all(later - earlier >= 60.0 for earlier, later in zip(sent, sent[20:], strict=False))


def test_the_bot_sends_thirty_a_second_and_keeps_room_for_red() -> None:
    """A crowd leaves sixteen of the thirty free, replies eight, red replies four, cards none; a wipe waits for none."""
    clock = Clock()
    pace = Pace(clock=clock)
    crowd = sum(pace.grant(f"new chat {number}", Lane.CROWD) for number in range(100))
    ordinary = sum(pace.grant(f"chat {number}", Lane.REPLY) for number in range(100))
    red_replies = sum(pace.grant(f"red chat {number}", Lane.RED_REPLY) for number in range(100))
    cards = sum(pace.grant(f"card {number}", Lane.RED) for number in range(100))
    assert (crowd, ordinary, red_replies, cards) == (14, 8, 4, 4)
    assert pace.grant("anyone", Lane.WIPE)
    assert 0 < pace.next_free() < 0.4


def test_a_lane_without_room_is_not_even_looked_at() -> None:
    """As the room of a second is used up the last lanes close first; what is wiped always goes."""
    clock = Clock()
    pace = Pace(clock=clock)
    closed = []
    for number in range(30):
        assert pace.grant(f"chat {number}", Lane.RED)
        closed.append(len(Lane) - len(pace.lanes()))
    assert closed == sorted(closed)
    assert pace.lanes() == (Lane.WIPE,)
    clock.now += pace.next_free()
    assert Lane.RED in pace.lanes()


def test_what_telegram_asks_for_is_obeyed_for_whom_it_concerns() -> None:
    """One chat told to wait stops that chat alone, a bot told to wait stops all, each just as long as was asked."""
    clock = Clock()
    pace = Pace(clock=clock)
    pace.shut("her", 5.0)
    assert not pace.grant("her", Lane.RED)
    assert not pace.grant("her", Lane.WIPE)
    assert pace.grant("another", Lane.REPLY)
    assert pace.shut_chats() == {"her"}
    pace.shut("", 2.0, whole_bot=True)
    assert not pace.grant("another", Lane.RED)
    assert pace.room() == 0
    clock.now += 2.1
    assert pace.grant("another", Lane.RED)
    clock.now += 3.0
    assert pace.grant("her", Lane.REPLY)
    assert pace.shut_chats() == frozenset()


def test_nothing_is_kept_of_chats_that_are_free_again() -> None:
    """Thousands of chats one after the other leave no more behind than the number at which the old are forgotten."""
    clock = Clock()
    pace = Pace(clock=clock)
    for number in range(5 * FORGET_AT):
        clock.now += 0.1
        assert pace.grant(f"chat {number}", Lane.REPLY)
    assert len(pace._chats) <= FORGET_AT
