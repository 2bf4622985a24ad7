"""The logbook: what a supervisor finds, follows and compares, and how they come from a log to its case."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import insert, select

from desk import retold
from desk.logs import asked_for
from desk.tongue import Tongue
from flows import words
from flows.logbook import ENDINGS, KINDS
from flows.model import Colour
from flows.placement import STATES, Kind
from flows.tongues import STAFF_LANGUAGES
from flows.waits import _WAITED
from storage.logs.course import one
from storage.logs.flowlogs import GOING_ON
from storage.logs.handled import handled
from storage.store import Store
from storage.tables import access_log, traces
from storage.tables import log as log_rows
from tests.desk.conftest import Browser, Opens, People, in_red
from tests.storage.her import Her, Worker

AMSTERDAM = "Europe/Amsterdam"
WHY = "klacht nagaan (verzonnen)"


def trace_of(her: Her) -> str:
    return her.case.head.trace


def told(page: str) -> str:
    """A page's words, without its markup."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


# --- the list -------------------------------------------------------------------------------------------------


def test_the_list_leads_to_each_log_and_says_what_became_of_it(ria: Browser, store: Store, her: Her) -> None:
    """A line has colour, urgency, where it stands and the signs that were found, and opens with its time."""
    page = ria.get("/logs").text
    assert f'href="/logs/{trace_of(her)}"' in page
    assert "Loopt nog: Waar nu, ongeveer" in told(page)
    assert "Dreigen met doden" in page
    assert "nog geen contact" in page
    assert page.count('class="row ') == 1
    assert store


def test_filters_narrow_the_list_and_stay_in_the_form(ria: Browser, store: Store, her: Her) -> None:
    """What was asked stays chosen; a value that no form of ours sends is no error, and narrows nothing."""
    orange = Her(store, "2", at=time.time() - 60)
    orange.walks("talk", "go_on")
    page = ria.get("/logs?colour=2&indicator=KILL").text
    assert trace_of(her) in page
    assert trace_of(orange) not in page
    assert '<option value="2" selected>' in page
    assert '<option value="KILL" selected>' in page
    assert "Kleur: Rood Teken van gevaar: Dreigen met doden Alles tonen" in told(page)
    assert trace_of(orange) in ria.get("/logs?colour=purple&since=never&at=x").text
    assert "Geen gesprek past hierbij." in ria.get("/logs?outcome=police").text


def test_a_step_of_the_drawn_flow_finds_its_logs(ria: Browser, her: Her) -> None:
    """`/logs?step=` is where the drawn conversation leads: those that stand there, or were left there."""
    assert trace_of(her) in ria.get("/logs?step=where").text
    assert trace_of(her) not in ria.get("/logs?step=throat").text


def test_pages_keep_what_was_asked(ria: Browser, store: Store) -> None:
    """Fifty to a page; the way on carries the filter along, and the way back leads to where one was."""
    for n in range(51):
        Her(store, str(n), at=time.time() - 60 - n).says("/start")
    first = ria.get("/logs?colour=1").text
    older = re.search(r'href="(/logs\?[^"]+)" rel="next"', first)
    assert older
    assert "colour=1" in older[1]
    second = ria.get(older[1].replace("&amp;", "&")).text
    assert (first.count('class="row '), second.count('class="row ')) == (50, 1)
    newer = re.search(r'href="(/logs\?[^"]+)" rel="prev"', second)
    assert newer
    assert ria.get(newer[1].replace("&amp;", "&")).text.count('class="row ') == 50


def test_days_are_those_of_the_house() -> None:
    """From the beginning of one local day to the end of the other, also where the clock changes in between."""
    asked = asked_for({"since": "2026-03-28", "until": "2026-03-29"}, AMSTERDAM)
    assert asked.since is not None
    assert asked.until is not None
    assert asked.until - asked.since == 47 * 3600
    assert asked_for({"until": "9999-12-31"}, AMSTERDAM).until is None


# --- one log --------------------------------------------------------------------------------------------------


def test_one_log_tells_step_answer_sign_rule_and_route(ria: Browser, store: Store, people: People) -> None:
    """In words: the question, the button she pressed, what it showed, colour before and after, who was rung."""
    her = in_red(store)
    Worker(store, her.intake_id, people.sanne, time.time()).does("take")
    text = told(ria.get(f"/logs/{trace_of(her)}").text)
    for words_ in (
        "Zij · Dreigen met doden Ja, laatste 30 dagen → Waar nu, ongeveer",
        "Dreigen met doden · laatste 30 dagen",
        "Regel: Dreigen met doden",
        "Alarm 1: wie dienst heeft",
        "Overgedragen aan medewerkers",
        "Sanne nam de zaak",
        "beats.violence",
    ):
        assert words_ in text


def test_whether_it_was_handled_as_promised_stands_on_top(ria: Browser, store: Store, people: People) -> None:
    """From danger to contact, against what was promised: kept here, and said with the times it took."""
    her = in_red(store)
    worker = Worker(store, her.intake_id, people.sanne, her.at + 119)
    worker.does("take")
    worker.does("in_touch")
    text = told(ria.get(f"/logs/{trace_of(her)}").text)
    assert "Van gevaar tot contact: 2 min 1 s. Beloofd was binnen 15 min. Dat is gelukt." in text
    assert "Door iemand genomen na 2 min ✓ beloofd: binnen 15 min" in text


def test_what_came_too_late_or_never_is_said(store: Store, her: Her) -> None:
    """A red that nobody took in a quarter of an hour is not kept; until then there is still time."""
    log = one(store, trace_of(her), time.time())
    assert log is not None
    soon, later = (handled(log, her.at + seconds) for seconds in (60, 16 * 60))
    assert soon is not None
    assert later is not None
    assert (soon.whole.open, later.whole.open, later.whole.kept) == (True, False, False)
    assert [mark.kept for mark in later.marks] == [True, False, False]
    assert later.seen == her.at
    assert later.colour is Colour.RED


def test_no_danger_no_promise(store: Store, ria: Browser) -> None:
    """Where nothing had to be handed on, that is what is said."""
    her = Her(store, "2", at=time.time() - 60)
    her.walks("talk", "go_on")
    assert "Er is niets gezien dat moest worden overgedragen." in ria.get(f"/logs/{trace_of(her)}").text


def test_a_deed_that_changed_nothing_is_told_so(ria: Browser, store: Store, people: People, her: Her) -> None:
    """Who was in touch without having the case: the log says that it did not count, and why."""
    Worker(store, her.intake_id, people.sanne, time.time()).does("in_touch")
    text = told(ria.get(f"/logs/{trace_of(her)}").text)
    assert "Sanne heeft contact: veranderde niets (not_taken)" in text


def test_every_kind_of_row_is_told_in_words(ria: Browser, store: Store, her: Her) -> None:
    """What a log may hold beside the conversation: where she goes, places, what a human set aside, old timers."""
    rows = (
        ("kept", {"actor": "timer"}),
        ("no_place", {"code": "since"}),
        ("kept", {"actor": "staff:3", "code": "hold"}),
        ("staff", {"actor": "staff:3", "code": "hold"}),
        ("place", {"code": "held", "goes_to": "secure"}),
        ("route", {"code": "secure", "rule": "four_secondary"}),
        ("overruled", {"rule": "decided"}),
        ("waited", {"code": "stale"}),
        ("deleted", {"code": "kept_for_staff"}),
    )
    plain = dict.fromkeys(("step", "code", "goes_to", "indicator", "rule", "said"), "")
    plain |= {"trace": trace_of(her), "at": time.time(), "colour": 2, "urgency": 2, "actor": "she"}
    with store.write() as conn:
        for kind, known in rows:
            conn.execute(insert(log_rows).values({**plain, "kind": kind, **known}))
    text = told(ria.get(f"/logs/{trace_of(her)}").text)
    for words_ in (
        "De tijd Er is gekeken of er plek is Geen passende plek vrij",
        "Plek (geheim adres): vastgehouden",
        "Route: geheime opvang, omdat: Vier of meer bijkomende factoren",
        "Opzij gezet door een mens: Besluit van een mens",
        "Dit had niets meer te brengen",
        "Vanaf haar telefoon gevraagd te wissen; bewaard voor medewerkers",
    ):
        assert words_ in text


def test_nothing_that_she_wrote_stands_in_a_log(ria: Browser, store: Store, people: People) -> None:
    """Typed answers, messages and what a worker wrote to her: none of it, nor the case's name."""
    her = in_red(store)
    her.says("zilverreiger in voorbeeldstad")
    worker = Worker(store, her.intake_id, people.sanne, time.time())
    worker.does("take")
    worker.does("write", "purperreiger")
    worker.does("lower", "roerdomp", colour=Colour.ORANGE, second=people.mo)
    trace = trace_of(her)
    for path in ("/logs", f"/logs/{trace}", f"/logs/compare?a={trace}&b={trace}"):
        page = ria.get(path)
        assert page.status_code == 200
        assert not re.search("reiger|roerdomp|voorbeeldstad", page.text)


def test_two_logs_stand_side_by_side(ria: Browser, store: Store, her: Her) -> None:
    """Ticked in the list or named in the address: both courses, what differs, and both ways over one drawing."""
    other = Her(store, "2", at=time.time() - 60)
    other.walks("talk", "go_on", "yes")
    ticked = ria.get(f"/logs/compare?log={trace_of(her)}&log={trace_of(other)}").text
    named = ria.get(f"/logs/compare?a={trace_of(her)}&b={trace_of(other)}").text
    for page in (ticked, named):
        assert "Kleur Rood Oranje ≠" in told(page)
        assert 'class="path p1"' in page
        assert 'class="path p2"' in page
    assert ria.get(f"/logs/compare?log={trace_of(her)}").status_code == 400


# --- who may, and the way to the case -------------------------------------------------------------------------


def test_only_supervisors_read_logs(sanne: Browser, opens: Opens, people: People, her: Her) -> None:
    """Neither a worker nor an administrator who does not supervise: no page, and nothing in their menu."""
    people.hire("bea", "admin")
    for browser in (sanne, opens("bea")):
        for path in ("/logs", f"/logs/{trace_of(her)}", "/logs/compare"):
            assert browser.get(path).status_code == 403
        assert browser.post(f"/logs/{trace_of(her)}/case", why=WHY).status_code == 403
        assert "Logboek" not in browser.get("/").text


def test_the_case_opens_with_a_reason_and_the_case_says_who_looked(
    ria: Browser, store: Store, people: People, her: Her
) -> None:
    """The reason is kept sealed; the case's own history shows that somebody came from the logbook."""
    page = ria.get(f"/logs/{trace_of(her)}")
    assert 'minlength="10"' in page.text
    answer = ria.post(f"/logs/{trace_of(her)}/case", why=WHY)
    assert (answer.status_code, answer.headers["location"]) == (303, "/case/1")
    assert "Ria kwam vanuit het logboek, met een reden" in ria.get("/case/1").text
    with store.read() as conn:
        looked = conn.execute(select(access_log).where(access_log.c.what == "from_log")).one()
    assert str(looked.staff_id) == people.ria
    assert WHY.encode() not in bytes(looked.why)


def test_a_short_reason_is_asked_for_again_and_kept_in_the_box(ria: Browser, store: Store, her: Her) -> None:
    """Too few characters: a plain sentence, what was typed stays, and the case stays closed."""
    ria.get("/logs")
    answer = ria.post(f"/logs/{trace_of(her)}/case", why="te kort")
    assert answer.status_code == 409
    assert "Schrijf op waarom je de zaak moet zien." in answer.text
    assert ">te kort</textarea>" in answer.text
    with store.read() as conn:
        assert conn.execute(select(access_log).where(access_log.c.what == "from_log")).all() == []


def test_a_log_without_a_case_says_so(ria: Browser, store: Store) -> None:
    """She was never handed on: there is no case, and that is said; a log that is not there is a missing page."""
    her = Her(store, "2", at=time.time() - 60)
    her.says("/start")
    ria.get("/logs")
    answer = ria.post(f"/logs/{trace_of(her)}/case", why=WHY)
    assert answer.status_code == 409
    assert "Hierachter is geen zaak die jij mag zien." in answer.text
    assert ria.get(f"/logs/{'0' * 32}").status_code == 404


# --- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_every_code_of_a_log_has_its_words(language: str) -> None:
    """Kinds, endings, what she may send, timers, states of a place, and why a case does not open."""
    told_otherwise = {"moved", "kept", "rung", "deleted", "no_place", "handoff"}
    wanted = {f"desk.log.{kind}" for kind in KINDS.keys() - told_otherwise}
    wanted |= {f"desk.log.ended.{ending}" for ending in (*ENDINGS, GOING_ON)}
    wanted |= {f"desk.log.sent.{code}" for code in retold.SENT}
    wanted |= {f"desk.log.timer.{timer}" for timer in (*_WAITED, "looked")}
    wanted |= {f"desk.log.place_is.{state}" for state in (*STATES, "extended")} | {
        f"desk.log.house.{kind}" for kind in Kind
    }
    wanted |= {f"desk.log.refused.{code}" for code in ("needs_why", "not_behind")}
    assert wanted <= words.catalogue(language).keys()


@pytest.mark.parametrize(
    ("seconds", "words_"), [(0.4, "0 s"), (59, "59 s"), (60, "1 min"), (62, "1 min 2 s"), (90_061, "1 d 1 u")]
)
def test_spans_are_told_in_the_two_units_that_say_most(seconds: float, words_: str) -> None:
    """No zero that says nothing, and never more than two."""
    assert retold.span(Tongue("nl", AMSTERDAM), seconds) == words_


def test_a_year_stands_where_it_is_not_plain() -> None:
    """Last month's day and hour are enough; of a conversation long ago the year is said too."""
    tongue, at = Tongue("nl", AMSTERDAM), 1_700_000_000.0
    assert retold.begun(tongue, at, at + 30 * 86400) == "di 14 nov 23:13"
    assert retold.begun(tongue, at, at + 300 * 86400) == "di 14 nov 2023 23:13"


def test_every_trace_has_a_row_to_be_found(store: Store, her: Her) -> None:
    """What the list reads is written in the turn itself."""
    with store.read() as conn:
        assert conn.execute(select(traces.c.trace)).scalars().all() == [trace_of(her)]
