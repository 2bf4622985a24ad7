"""Traffic: the log counted once for each conversation, wherever the counting was interrupted, by however many."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, insert, select

from flows import logbook
from flows.intake import INTAKE
from storage.__main__ import main
from storage.logs import counting
from storage.logs.counting import CAME, TOOK, WHAT, count
from storage.settings import Settings
from storage.store import Store, open_store
from storage.tables import log, traces, traffic
from tests.storage.conftest import SECRET
from tests.storage.her import Her


def some_walk(store: Store, women: int = 3) -> None:
    """Made-up women who answer, go back, leave, and come again, in no order of one another."""
    chance = random.Random(7)
    people = [Her(store, f"made-up-{number}") for number in range(women)]
    for her in people:
        her.walks("talk", "go_on", "yes", "me")
    for _ in range(8 * women):
        her = chance.choice(people)
        options = INTAKE.by_name[her.intake.step].options
        whats = [option.code for option in options] or ["skip"]
        pressed = chance.choice([*whats, "back", "leave", "danger_now"])
        her.at += chance.choice((2, 30, 400))
        her.everywhere(pressed) if pressed in ("back", "leave", "danger_now") else her.presses(pressed)


def counted(store: Store) -> Counter[tuple[object, ...]]:
    names = (traffic.c.week, traffic.c.language, traffic.c.kind, traffic.c.step, traffic.c.what)
    with store.read() as conn:
        rows = conn.execute(select(*names, func.sum(traffic.c.n)).group_by(*names)).all()
    return Counter({tuple(row[:-1]): int(row[-1]) for row in rows})


def directly(store: Store) -> Counter[tuple[object, ...]]:
    """The same from the log itself: distinct conversations by what they did."""
    found: set[tuple[object, ...]] = set()
    with store.read() as conn:
        wanted = select(log, traces.c.week, traces.c.language).join(traces, traces.c.trace == log.c.trace)
        for row in conn.execute(wanted):
            about = (row.trace, row.week, row.language)
            if row.kind in WHAT:
                what = ":".join(getattr(row, name) for name in WHAT[row.kind])
                found.add((*about, row.kind, row.step, what))
            if row.kind == "moved":
                found.add((*about, CAME, row.goes_to, ""))
                if row.took is not None:
                    found.add((*about, TOOK, row.step, ""))
    return Counter(one[1:] for one in found)


def count_all(store: Store, most: int) -> int:
    """Until nothing is left; where somebody else on the server is writing, it waits for them."""
    total = 0
    while counting.behind(store):
        total += count(store, most)
    return total


@pytest.mark.parametrize("most", [9, 5000])
def test_it_equals_a_direct_count_of_the_log(store: Store, most: int) -> None:
    """In pieces of any size each conversation counts once for each thing it did, and a second count adds nothing."""
    some_walk(store)
    assert count_all(store, most) > 50
    assert counted(store) == directly(store)
    assert count_all(store, most) == 0
    assert counting.behind(store) == 0


def test_what_comes_later_is_added(store: Store) -> None:
    """A woman who goes on after the counting counts for what is new, not again for what she did before."""
    some_walk(store, 2)
    count_all(store, 5000)
    some_walk(store, 2)
    her = Her(store, "made-up-later")
    her.walks("talk", "go_on", "yes", "me", "partner")
    count_all(store, 5000)
    assert counted(store) == directly(store)


def test_going_back_and_forth_counts_once(store: Store) -> None:
    """Five women at a step are five women: one who comes there five times is one."""
    her = Her(store)
    her.walks("talk", "go_on", "yes", "me", "partner")
    for _ in range(5):
        her.everywhere("back")
        her.presses("partner")
    count_all(store, 5000)
    there = {key[3:]: n for key, n in counted(store).items() if key[2] == CAME}
    assert there["where_is_he", ""] == 1


def test_how_long_she_took_stands_in_its_bucket(store: Store) -> None:
    """The time between two of her answers is kept as a step of half an octave, not as it was."""
    her = Her(store)
    her.walks("talk")
    her.at += 99
    her.presses("go_on")
    count_all(store, 5000)
    with store.read() as conn:
        wanted = select(traffic.c.bucket).where(traffic.c.kind == TOOK, traffic.c.step == "notice")
        assert conn.execute(wanted).scalars().all() == [logbook.bucket(100.0)]


def test_two_who_count_at_once_count_nothing_twice(settings: Settings) -> None:
    """Two processes' worth of counters over the same log: the sum is that of one."""
    stores = open_store(settings), open_store(settings)
    some_walk(stores[0])
    with ThreadPoolExecutor(2) as pool:
        for _ in range(400):
            done = [future.result(30) for future in [pool.submit(count, one, 20) for one in stores]]
            if not any(done) and not counting.behind(stores[0]):
                break
    assert counted(stores[0]) == directly(stores[0])
    for one in stores:
        one.close()


@pytest.mark.postgres
def test_a_lower_number_that_is_committed_later_is_not_missed(postgres_store: Store) -> None:
    """While somebody who took a lower number is still writing, the counting waits for them."""
    first, second = Her(postgres_store, "1"), Her(postgres_store, "2")
    first.walks("talk")
    second.walks("talk")
    count_all(postgres_store, 5000)
    row = {"at": 1.0, "kind": "staff", "step": "", "goes_to": "", "indicator": "", "rule": "", "took": None}
    row |= {"colour": 0, "urgency": 0, "actor": "staff:1", "said": "", "trace": first.case.head.trace}
    with postgres_store.write() as slow:
        slow.execute(insert(log).values(row | {"code": "slow"}))
        second.presses("go_on")
        assert count(postgres_store) == 0
        assert counting.behind(postgres_store) > 0
    count_all(postgres_store, 5000)
    assert counted(postgres_store) == directly(postgres_store)
    assert any(key[4] == "slow" for key in counted(postgres_store))


def test_the_command_catches_up(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """python -m storage count counts all there is, and may be run again."""
    monkeypatch.setenv("DREMPEL_SECRET_KEY", SECRET)
    monkeypatch.setenv("DREMPEL_DATABASE_URL", sqlite_settings.database_url)
    store = open_store(sqlite_settings)
    some_walk(store, 2)
    assert main(["count"]) == 0
    assert counted(store) == directly(store)
    assert main(["count"]) == 0
    store.close()
