"""Numbers that leave as figures: none under five, all in fives, however the views are chosen and subtracted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from storage import figures, suppress
from storage.figures import Asked
from storage.store import Store
from storage.suppress import K, published, quantile
from storage.tables import traces, traffic
from tests.storage.made_up import LATER, MONDAY, STARTED, MadeUp

ZONE = "Europe/Amsterdam"
# Of a figure these are no counts: days, numbers of rungs, urgencies.
NO_COUNT = ("number", "urgency", "promised")
WOMEN = st.lists(
    st.fixed_dictionaries(
        {
            "week": st.sampled_from([MONDAY, MONDAY + 7]),
            "hour": st.sampled_from([3, 20]),
            "language": st.sampled_from(["nl", "en"]),
            "channel": st.sampled_from(["web", "telegram"]),
            "ended": st.sampled_from(["finished", "left", "left_suddenly", ""]),
            "step": st.sampled_from(["safe", "threat"]),
            "urgency": st.sampled_from([1, 2]),
            "touched": st.sampled_from([None, STARTED + 60, STARTED + 9000]),
            "no_place": st.booleans(),
            "placed": st.sampled_from(["", "secure", "visible_house"]),
            "outcome": st.sampled_from(["", "advice"]),
        }
    ),
    max_size=60,
)
PASSED = st.dictionaries(
    st.tuples(
        st.sampled_from(["came", "moved", "rung", "reason", "overruled", "staff"]),
        st.sampled_from(["nl", "en"]),
        st.sampled_from(["lower", "1:on_call", "KILL", "safe"]),
    ),
    st.integers(1, 30),
    max_size=12,
)
ASKED = st.builds(
    Asked,
    since=st.just(MONDAY),
    until=st.sampled_from([MONDAY, MONDAY + 7]),
    language=st.sampled_from(["", "nl", "en"]),
    channel=st.sampled_from(["", "web"]),
)


def counts(found: Any, days: frozenset[int]) -> Iterator[int]:
    """Every number of people in a figure."""
    if isinstance(found, int) and not isinstance(found, bool) and found not in days:
        yield found
    elif is_dataclass(found):
        for each in fields(found):
            if each.name not in NO_COUNT:
                yield from counts(getattr(found, each.name), days)
    elif isinstance(found, dict):
        yield from counts(tuple(found.values()), days)
    elif isinstance(found, tuple):
        for one in found:
            yield from counts(one, days)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(women=WOMEN, passed=PASSED, one=ASKED, two=ASKED)
def test_no_view_and_no_difference_of_views_tells_of_one_woman(
    sqlite_store: Store, women: list[dict[str, Any]], passed: dict[Any, int], one: Asked, two: Asked
) -> None:
    """For any data and any two filters: no number under five, and every difference a multiple of five."""
    with sqlite_store.write() as conn:
        for table in (traces, traffic):
            conn.execute(delete(table))
    made = MadeUp(sqlite_store)
    for woman in women:
        placed_at = STARTED + 20_000 if woman["placed"] else None
        made.conversations(1, opened=STARTED, placed_at=placed_at, **woman)
    for (kind, language, what), n in passed.items():
        made.passed(kind, n, step=what, what=what, language=language)
    days = frozenset({MONDAY, MONDAY + 7})
    for asked in (one, two):
        views = (
            figures.figures(sqlite_store, asked, LATER, ZONE),
            figures.traffic_of(sqlite_store, asked, LATER),
        )
        for n in counts(views, days):
            assert n >= K
            assert n % K == 0


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_published_is_near_and_in_fives(one: int, two: int) -> None:
    """What is published is never further off than two, rises with the number, and differs by fives."""
    first, second = published(one), published(two)
    assert (first is None) == (one < K)
    if first is not None and second is not None:
        assert abs(first - one) <= K // 2
        assert (first - second) % K == 0
        assert one > two or first <= second


def test_none_and_a_few_look_the_same() -> None:
    """Whether nobody or four women: the figure does not say."""
    assert {published(n) for n in range(K)} == {None}


def test_shares_come_from_published_numbers_only() -> None:
    """A part that is held back gives no share, though the whole is known."""
    assert suppress.share(published(4), published(80)) is None
    assert suppress.share(published(22), published(81)) == 20 / 80


def test_how_long_it_took_needs_a_group_and_is_the_end_of_a_bucket() -> None:
    """The middle is told of five, the slowest tenth of ten; both as the end of half an octave."""
    assert quantile({6: 4}, 0.5) is None
    assert quantile({6: 3, 9: 2}, 0.5) == 2.0**3.5 - 1
    assert quantile({6: 9}, 0.9, suppress.TAIL) is None
    assert quantile({6: 9, 9: 1}, 0.9, suppress.TAIL) == 2.0**3.5 - 1
    assert quantile({6: 8, 9: 2}, 0.9, suppress.TAIL) == 2.0**5 - 1
