"""The flow log as supervisors read it: narrowed down, page by page, and row by row."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from flows.indicators import INDICATORS
from flows.model import Colour, Urgency
from flows.tongues import LANGUAGES
from storage import access, accounts
from storage.access import bar
from storage.accounts import Refused
from storage.logs import behind, course, flowlogs
from storage.logs.flowlogs import Asked
from storage.store import Store
from storage.tables import access_log, intakes, traces
from tests.storage.her import START, Her, Worker
from tests.storage.logged import NOW, conversation

DAY = 24 * 3600.0
WHY = "klacht van haar zelf nagaan"


def fill(store: Store, *rows: dict[str, Any]) -> None:
    with store.write() as conn:
        conn.execute(insert(traces), list(rows))


def found(store: Store, **asked: Any) -> list[str]:
    return sorted(row.trace for row in flowlogs.page(store, Asked(**asked), "", NOW).rows)


def trace_of(her: Her) -> str:
    return her.case.head.trace


# --- lists ----------------------------------------------------------------------------------------------------


def test_pages_follow_one_another_in_both_directions(store: Store) -> None:
    """Newest first, each conversation on exactly one page, also where many began in the same second."""
    fill(store, *(conversation(f"{n:02d}", started=START + n // 4) for n in range(23)))
    wanted = sorted(
        (f"{n:02d}" for n in range(23)), key=lambda name: (START + int(name) // 4, name), reverse=True
    )
    pages, cursor = [], ""
    while True:
        page = flowlogs.page(store, Asked(), cursor, NOW, limit=5)
        pages.append(page)
        if not page.older:
            break
        cursor = page.older
    assert [row.trace for page in pages for row in page.rows] == wanted
    assert pages[0].newer == ""
    for before, page in pairwise(pages):
        assert flowlogs.page(store, Asked(), page.newer, NOW, limit=5).rows == before.rows
    assert flowlogs.page(store, Asked(), pages[1].newer, NOW, limit=5).newer == ""


def test_what_begins_meanwhile_moves_no_page(store: Store) -> None:
    """A cursor points at a conversation, not at a number of rows: a new one on top pushes nothing down."""
    fill(store, *(conversation(f"{n}", started=START + n) for n in range(6)))
    older = flowlogs.page(store, Asked(), "", NOW, limit=3).older
    fill(store, conversation("new", started=START + 100))
    assert [row.trace for row in flowlogs.page(store, Asked(), older, NOW, limit=3).rows] == ["2", "1", "0"]


@pytest.mark.parametrize("cursor", ["x", "%%%", "b2xkZXI", "é"])
def test_a_cursor_that_is_none_of_ours_leads_to_the_first_page(store: Store, cursor: str) -> None:
    """What somebody typed into the address is no error and no other list."""
    fill(store, conversation("1"))
    assert [row.trace for row in flowlogs.page(store, Asked(), cursor, NOW).rows] == ["1"]


@pytest.mark.parametrize(
    ("asked", "fitting"),
    [
        ({"colour": 2}, {"colour": 2}),
        ({"urgency": 1}, {"urgency": 1}),
        ({"language": "en"}, {"language": "en"}),
        ({"channel": "web"}, {"channel": "web"}),
        ({"outcome": "police"}, {"outcome": "police"}),
        ({"version": "2026.1"}, {"version": "2026.1"}),
        ({"step": "throat"}, {"step": "throat"}),
        ({"overridden": True}, {"overridden": True}),
        ({"indicator": "KILL"}, {"signs": " STR KILL "}),
        ({"rule": "four_secondary"}, {"rules": " four_secondary "}),
        ({"ended": "left_suddenly"}, {"ended": "left_suddenly"}),
        ({"since": START + 10}, {"started": START + 10}),
        ({"until": START}, {"started": START - 1}),
    ],
)
def test_each_filter_keeps_what_fits_and_nothing_else(
    store: Store, asked: dict[str, Any], fitting: dict[str, Any]
) -> None:
    """Of two conversations that differ in one thing, the filter on it finds the one."""
    fill(store, conversation("other"), conversation("fits", **fitting))
    assert found(store, **asked) == ["fits"]


def test_filters_hold_together(store: Store) -> None:
    """Red and on the web: neither a red elsewhere nor a green on the web."""
    fill(
        store,
        conversation("red", colour=2),
        conversation("web", channel="web"),
        conversation("both", colour=2, channel="web"),
    )
    assert found(store, colour=2, channel="web") == ["both"]


def test_a_sign_is_looked_for_as_a_whole_word(store: Store) -> None:
    """SUIS is not SUISOME, and the letters that a pattern would understand mean nothing here."""
    fill(store, conversation("some", signs=" SUISOME "), conversation("now", signs=" SUIS MED "))
    assert found(store, indicator="SUIS") == ["now"]
    assert found(store, indicator="%") == []
    assert found(store, indicator="_UIS") == []


def test_silent_is_told_from_going_on_by_time_alone(store: Store) -> None:
    """A conversation without an end is silent a day after its last turn, and goes on until then."""
    fill(store, conversation("old", last_at=NOW - DAY - 1), conversation("new", last_at=NOW - DAY + 1))
    assert found(store, ended="silent") == ["old"]
    assert found(store, ended="going_on") == ["new"]
    ended = {row.trace: row.ended for row in flowlogs.page(store, Asked(), "", NOW).rows}
    assert ended == {"old": "silent", "new": "going_on"}


def test_what_occurs_can_be_chosen(store: Store) -> None:
    """Channels and versions that occur, and every language that we speak."""
    fill(store, conversation("1", channel="web", version="2025.9"), conversation("2", channel="telegram"))
    choices = flowlogs.choices(store)
    assert choices.channels == ("telegram", "web")
    assert "2025.9" in choices.versions
    assert set(choices.languages) == set(LANGUAGES)


# --- one log --------------------------------------------------------------------------------------------------


def test_a_red_case_can_be_followed_from_its_log(store: Store, her: Her) -> None:
    """Step and answer at which danger was seen, sign, rule, colour before and after, rung, and what staff did."""
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none", "no")
    her.presses("recent")
    worker = Worker(store, her.intake_id, at=her.at + 60)
    worker.does("take")
    worker.does("in_touch")
    log = course.one(store, trace_of(her), NOW)
    assert log is not None
    [seen] = [moment for moment in log.moments if moment.event.colour > moment.event.was]
    assert (seen.event.step, seen.event.code, seen.event.was, seen.event.colour) == (
        "threat",
        "recent",
        Colour.ORANGE,
        Colour.RED,
    )
    assert [(row.kind, row.indicator or row.rule or row.code) for row in seen.follows][:2] == [
        ("found", "KILL"),
        ("reason", "KILL"),
    ]
    assert ("rung", "1:on_call") in [(row.kind, row.code) for row in seen.follows]
    assert seen.event.urgency is Urgency.NOW
    assert "beats.violence" in seen.event.said
    deeds = [(m.event.code, m.event.staff, m.since) for m in log.moments if m.event.staff]
    assert deeds == [("take", "7", 61.0), ("in_touch", "7", 1.0)]
    assert log.head.to_human == pytest.approx(62.0)


def test_the_path_is_the_steps_in_order(store: Store, her: Her) -> None:
    """From the front, each step she came to; what kept her where she was adds none."""
    her.walks("talk", "go_on")
    her.everywhere("menu")
    her.presses("yes")
    log = course.one(store, trace_of(her), NOW)
    assert log is not None
    assert log.path == ("front", "notice", "safe", "for_whom")


def test_every_row_of_the_log_stands_in_it(store: Store, her: Her) -> None:
    """Nothing is left out between the rows as they stand and the turns that they are shown by."""
    her.answers_all()
    log = course.one(store, trace_of(her), NOW)
    assert log is not None
    shown = [row for moment in log.moments for row in (moment.event, *moment.follows)]
    assert tuple(shown) == log.rows
    assert len(log.moments) == her.intake.seq
    assert {row.indicator for row in log.rows if row.kind == "found"} <= INDICATORS.keys()
    assert course.one(store, "0" * 32, NOW) is None


# --- from log to case -----------------------------------------------------------------------------------------


@pytest.fixture
def ria(store: Store) -> str:
    return hire(store, "ria", "supervisor")


def hire(store: Store, login: str, role: str) -> str:
    return accounts.add(store, login, login, [role], START, password="vier losse woorden")[0].id


def test_the_case_behind_a_log_opens_with_a_reason_that_is_kept_sealed(
    store: Store, her: Her, ria: str
) -> None:
    """Among cases of the same second the right one is found; who looked and why stands in access_log, sealed."""
    others = [Her(store, str(n), at=START) for n in range(3)]
    for one in (*others, her):
        one.is_in_danger()
    handoff = behind.case_of(store, trace_of(her), ria, WHY, NOW)
    with store.read() as conn:
        looked = conn.execute(select(access_log)).one()
        raw = bytes(looked.why)
    assert handoff == her.case.handoff_id
    assert (str(looked.staff_id), looked.intake_id, looked.what) == (ria, her.intake_id, "from_log")
    assert WHY.encode() not in raw
    assert access.reason(store, "from_log", raw, her.case) == WHY


@pytest.mark.parametrize("why", ["", "   ", "te kort", " x        y "[:9]])
def test_without_a_reason_no_case_is_opened(store: Store, her: Her, ria: str, why: str) -> None:
    """Nothing is looked up, and nothing is logged."""
    her.is_in_danger()
    with pytest.raises(Refused, match="needs_why"):
        behind.case_of(store, trace_of(her), ria, why, NOW)
    with store.read() as conn:
        assert conn.execute(select(access_log)).all() == []


def test_not_for_workers_nor_who_is_barred_nor_once_forgotten(store: Store, her: Her, ria: str) -> None:
    """Each is refused in the same words, and so is a log without a case: nothing is given away by the difference."""
    her.is_in_danger()
    trace = trace_of(her)
    unhanded = Her(store, "9", at=START)
    unhanded.says("/start")
    worker, barred = hire(store, "sanne", "worker"), hire(store, "mo", "supervisor")
    bar(store, barred, her.intake_id, ria, NOW)
    for staff_id, of in ((worker, trace), (barred, trace), (ria, trace_of(unhanded)), (ria, "0" * 32)):
        with pytest.raises(Refused, match="not_behind"):
            behind.case_of(store, of, staff_id, WHY, NOW)
    with store.write() as conn:
        conn.execute(update(intakes).values(head=None, state=None))
    with pytest.raises(Refused, match="not_behind"):
        behind.case_of(store, trace, ria, WHY, NOW)
