"""The figures, from rows whose truth is known, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.ladder import LADDERS, PROMISED, UNANSWERED_AFTER
from flows.logbook import bucket, longest_of
from flows.model import Urgency
from storage import figures
from storage.figures import Asked, Figures, StepTraffic
from storage.figures.spread import spread
from storage.store import Store
from tests.storage.made_up import LATER, MONDAY, STARTED, MadeUp

ZONE = "Europe/Amsterdam"
ONE_WEEK = Asked(MONDAY, MONDAY)


@pytest.fixture
def made(store: Store) -> MadeUp:
    return MadeUp(store)


def of(made: MadeUp, asked: Asked = ONE_WEEK, now: float = LATER) -> Figures:
    return figures.figures(made.store, asked, now, ZONE)


def test_hours_are_those_of_the_week(made: MadeUp) -> None:
    """Monday at eight in the evening holds ten, all other hours nobody one may speak of."""
    made.conversations(11, hour=20)
    made.conversations(4, hour=24 + 3)
    found = of(made).hours
    assert found[0][20] == 10
    assert found[1][3] is None
    assert sum(n or 0 for day in found for n in day) == 10


def test_endings_tell_silence_by_time_alone(made: MadeUp) -> None:
    """Who stopped half way counts as silent after a day, and before that not at all."""
    made.conversations(10, ended="finished")
    made.conversations(6, ended="left_suddenly")
    made.conversations(7, ended="", step="throat")
    assert of(made).endings.all == (10, None, 5, 5)
    assert of(made, now=STARTED + 3600).endings.all == (10, None, 5, None)
    assert of(made).endings.weeks == ((MONDAY, (10, None, 5, 5)),)
    assert of(made).endings.conversations == 25


def test_where_she_stops_is_a_part_of_those_who_came(made: MadeUp) -> None:
    """By step and language; the first step is where every conversation begins."""
    made.conversations(10, ended="left", step="threat")
    made.conversations(20, ended="left", step="front", language="en")
    made.passed("came", 40, step="threat")
    found = {(drop.step, drop.language): drop for drop in of(made).drops}
    assert found["threat", "nl"].share == 10 / 40
    assert (found["front", "en"].came, found["front", "en"].left) == (20, 20)


def test_waiting_is_told_beside_what_was_promised(made: MadeUp) -> None:
    """The middle, nine in ten and the worst as ends of buckets; in time is a part of all handed on."""
    for n, took in ((12, 60.0), (6, 1000.0), (2, 5000.0)):
        made.conversations(n, urgency=2, opened=STARTED, touched=STARTED + took)
    made.conversations(10, urgency=2, opened=STARTED)
    now = of(made).waits[0]
    assert (now.urgency, now.promised) == (Urgency.NOW, UNANSWERED_AFTER)
    assert now.took.median == longest_of(bucket(60.0))
    assert now.took.ninety == longest_of(bucket(1000.0))
    assert now.took.worst == longest_of(bucket(5000.0))
    assert (now.handed_on, now.untouched, now.kept) == (30, 10, 10 / 30)


def test_a_promise_is_what_the_ladder_says() -> None:
    """It follows the ladder's own numbers, and every urgency has one."""
    assert set(PROMISED) == set(Urgency)
    assert PROMISED[Urgency.TODAY] == LADDERS[Urgency.TODAY].rungs[-1].after


def test_spreads_agree_with_the_buckets_of_the_log() -> None:
    """Sorting and looking up gives what a logarithm for each would give."""
    times = [0.0, 0.3, 1.0, 5.5, 59.0, 61.0, 4000.0, 90_000.0, 1e8, 1e9]
    found = spread(times)
    assert found.median == longest_of(bucket(59.0))
    assert found.worst == longest_of(bucket(1e9))


def test_rungs_and_rules_come_from_traffic(made: MadeUp) -> None:
    """Which rung rang how often; which rule staff set aside most, first."""
    made.passed("rung", 20, what="1:on_call")
    made.passed("rung", 7, what="2:everyone")
    made.passed("rung", 30, what="11:supervisors")
    made.passed("reason", 20, what="KILL")
    made.passed("reason", 10, what="MON")
    made.passed("overruled", 5, what="MON")
    made.passed("staff", 6, what="lower")
    found = of(made)
    assert [(rung.number, rung.who, rung.n) for rung in found.rungs] == [
        (1, "on_call", 20),
        (2, "everyone", 5),
    ]
    assert [(rule.rule, rule.share) for rule in found.rules.rules] == [("MON", 0.5), ("KILL", None)]
    assert (found.rules.raised, found.rules.lowered) == (None, 5)


def test_a_night_lasts_till_noon(made: MadeUp) -> None:
    """Before and after midnight is one night without a bed; told only where it concerns five women."""
    evening = STARTED - STARTED % 86400 + 22 * 3600
    for number, row in enumerate(made.conversations(6, no_place=True)):
        made.logged(row, "no_place", "since", evening + number * 3600)
        made.logged(row, "no_place", "again", evening + 86400)
    assert (of(made).nights.nights, of(made).nights.women) == (None, 5)
    for number, row in enumerate(made.conversations(6, no_place=True)):
        made.logged(row, "no_place", "since", evening + number * 86400)
    assert (of(made).nights.nights, of(made).nights.women) == (5, 10)
    assert of(made).nights.blocks == ((MONDAY, 10),)


def test_houses_stand_side_by_side(made: MadeUp) -> None:
    """Arrived, how soon, how cases closed and how places ended, for each kind of house by itself."""
    about = {"opened": STARTED, "placed_at": STARTED + 7000, "outcome": "secure_shelter"}
    made.conversations(12, placed="secure", **about)
    made.conversations(3, placed="visible_house", **about)
    made.passed("place", 6, what="visible_house:withdrawn")
    house, secure = of(made).houses
    assert (house.arrived, secure.arrived) == (None, 10)
    assert secure.soon.median == longest_of(bucket(7000.0))
    assert secure.outcomes == (("secure_shelter", 10),)
    assert dict(house.broken_off) == {"released": None, "expired": None, "withdrawn": 5}


def test_the_drawn_flow_gets_its_traffic(made: MadeUp) -> None:
    """How many came, how many stopped there, the middle time; and each way that five or more went."""
    made.conversations(30)
    made.conversations(6, ended="", step="safe")
    made.passed("came", 25, step="safe")
    made.passed("moved", 19, step="safe", what="for_whom")
    made.passed("moved", 4, step="safe", what="devices")
    made.passed("took", 10, step="safe", bucket=4)
    made.passed("took", 9, step="safe", bucket=8)
    found = figures.traffic_of(made.store, ONE_WEEK, LATER)
    assert found.steps["safe"] == StepTraffic(25, 5, longest_of(4))
    assert found.steps["front"].passed == 35
    assert found.ways == {("safe", "for_whom"): 20}


def test_language_channel_and_weeks_narrow_it(made: MadeUp) -> None:
    """Only what was asked for is counted; a channel leaves what is not counted by channel as it is."""
    made.conversations(10)
    made.conversations(10, language="en", channel="telegram", week=MONDAY + 7)
    both = Asked(MONDAY, MONDAY + 7)
    assert of(made, both).endings.conversations == 20
    assert of(made).endings.conversations == 10
    assert of(made, replace(both, language="en")).endings.conversations == 10
    assert of(made, replace(both, channel="web")).endings.conversations == 10


def test_the_week_that_goes_on_is_never_shown(made: MadeUp) -> None:
    """Whatever is asked for is kept to whole weeks that have ended, and to languages that there are."""
    made.conversations(1, week=MONDAY)
    made.conversations(1, week=MONDAY + 14)
    offered = figures.choices(made.store, STARTED + 14 * 86400, ZONE)
    assert (offered.first, offered.last) == (MONDAY, MONDAY + 7)
    assert (offered.languages, offered.channels) == (("nl",), ("web",))
    wild = figures.within(Asked(MONDAY + 900, MONDAY - 900, "xx", "'"), offered)
    assert wild == Asked(MONDAY, MONDAY + 7, wide=True)
    assert figures.within(Asked(MONDAY + 3, MONDAY + 3), offered) == Asked(MONDAY, MONDAY)
