"""Who saw what: a page for supervisors over the log of looks, with its seals."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from storage import access, views
from storage.logs import looks, seals
from storage.store import Store
from storage.tables import access_log
from tests.desk.conftest import Browser, People
from tests.storage.her import Her

WHY = "op haar eigen verzoek nagezien"


@pytest.fixture
def seen(store: Store, her: Her, people: People) -> Her:
    """Mo and Sanne saw her case."""
    now = time.time()
    for one in (people.mo, people.sanne):
        assert views.case(store, her.intake_id, one, now)
    return her


def test_a_supervisor_reads_who_saw_which_case(ria: Browser, seen: Her) -> None:
    """Newest first, by name and role, each case with its number."""
    page = ria.get("/access").text.split("</form>")[-1]
    assert page.index("Sanne") < page.index("Mo")
    assert page.count("zag de zaak") == 2
    assert "Zaak nummer 1" in page


def test_it_is_for_supervisors_alone(sanne: Browser) -> None:
    """Nobody else reads who looks at what."""
    assert sanne.get("/access").status_code == 403


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("what=cases", "zag de zaak", "meldde zich aan"),
        ("what=signing_in", "meldde zich aan", "zag de zaak"),
        ("case=1", "zag de zaak", "meldde zich aan"),
        ("case=77", "Niets gevonden", "zag de zaak"),
        ("since=2999-01-01", "Niets gevonden", "zag de zaak"),
        ("what=nonsense&who=x&since=never&case=y", "zag de zaak", "Niets gevonden"),
    ],
)
def test_it_can_be_narrowed(ria: Browser, seen: Her, query: str, shown: str, hidden: str) -> None:
    """By kind, case and time; what no form of ours sends narrows nothing."""
    page = ria.get(f"/access?{query}").text
    assert shown in page
    assert f"{hidden}" not in page.split("</form>")[-1]


def test_by_person(ria: Browser, seen: Her, people: People) -> None:
    """One person's looks only."""
    page = ria.get(f"/access?who={people.mo}").text.split("</form>")[-1]
    assert "Mo" in page
    assert "Sanne" not in page


def test_pages_follow_each_other_without_a_gap(store: Store, seen: Her, people: People) -> None:
    """Each entry once, whatever comes in between."""
    for _ in range(4):
        views.case(store, seen.intake_id, people.mo, time.time())
    first, before = looks.page(store, looks.Asked(), limit=4)
    views.case(store, seen.intake_id, people.sanne, time.time())
    second, end = looks.page(store, looks.Asked(), before, limit=4)
    numbers = [one.id for one in (*first, *second)]
    assert numbers == sorted(set(numbers), reverse=True)
    assert end is None


def test_a_reason_is_shown_while_its_case_is_there(
    ria: Browser, store: Store, seen: Her, people: People
) -> None:
    """It is sealed with her case; once that is forgotten, the entry stands without it, and leads nowhere."""

    with store.write() as conn:
        access.note(store, conn, people.ria, "from_log", time.time(), case=seen.case, why=WHY)
    assert WHY in ria.get("/access").text
    with store.write() as conn:
        conn.execute(update(access_log).values(intake_id=None))
    page = ria.get("/access").text
    assert WHY not in page
    assert "vergeten zaak" in page
    assert "Zaak nummer" not in page


def test_the_state_of_the_seals_stands_on_top(ria: Browser, store: Store, seen: Her) -> None:
    """Nothing sealed yet, everything sealed, or so many entries without a seal for too long."""
    assert "Nog niets is verzegeld" in ria.get("/access").text
    seals.seal(store, time.time())
    assert "Verzegeld" in ria.get("/access").text
    with store.write() as conn:
        conn.execute(update(access_log).values(seal=None, at=access_log.c.at - 120))
    assert "langer dan een minuut" in ria.get("/access").text


def test_from_a_case_to_who_saw_it(ria: Browser, seen: Her) -> None:
    """A supervisor finds the way from the case page; a worker is not shown it."""
    assert 'href="/access?case=1"' in ria.get("/case/1").text
