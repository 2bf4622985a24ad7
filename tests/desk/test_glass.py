"""A closed case of somebody else's: behind glass, that one breaks with a reason and not unseen."""

from __future__ import annotations

import json
import time

import pytest
from sqlalchemy import select

from storage import glass, staff, troubles, views
from storage.accounts import Refused
from storage.store import Store
from storage.tables import access_log, outbox
from tests.desk.conftest import Browser, Opens, People
from tests.storage.her import Her, Worker, handoff_of

WHY = "zij schreef opnieuw, Mo slaapt"


@pytest.fixture
def case(her: Her) -> int:
    """Her case, by the number that outlives its end."""
    return her.intake_id


@pytest.fixture
def closed(store: Store, case: int, people: People) -> int:
    """The handoff of it: Mo had it and closed it."""
    for did, text in (("take", ""), ("in_touch", ""), ("close", "advice")):
        Worker(store, case, people.mo, time.time()).does(did, text)
    return int(handoff_of(store, case).id)


def alerts(store: Store) -> list[dict]:
    with store.read() as conn:
        rows = conn.execute(select(outbox.c.payload).where(outbox.c.kind == "alert")).scalars().all()
    return [one for row in rows if (one := json.loads(row))["who"] == glass.WHO]


def looks(store: Store, staff_id: str) -> list[str]:
    with store.read() as conn:
        theirs = select(access_log.c.what).where(access_log.c.staff_id == int(staff_id))
        return list(conn.execute(theirs.order_by(access_log.c.id)).scalars())


def test_it_opens_with_a_reason_and_supervisors_are_told(
    sanne: Browser, opens: Opens, store: Store, people: People, closed: int
) -> None:
    """Without one nothing of her shows; with one it opens, an alert goes out, and a supervisor reads the reason."""
    page = sanne.get(f"/case/{closed}")
    assert page.status_code == 403
    assert "Deze zaak is gesloten" in page.text
    assert 'class="talk"' not in page.text
    refused = sanne.post(f"/case/{closed}/glass", why="nodig")
    assert refused.status_code == 409
    assert not alerts(store)
    assert sanne.post(f"/case/{closed}/glass", why=WHY).headers["location"] == f"/case/{closed}"
    assert sanne.get(f"/case/{closed}").status_code == 200
    assert alerts(store) == [{"who": glass.WHO, "rung": 0, "handoffs": [closed]}]
    assert looks(store, people.sanne)[-2:] == ["glass", "read"]
    told = opens("ria").get(f"/access?case={closed}").text
    assert WHY in told
    assert "opende een gesloten zaak van een ander" in told


def test_after_an_hour_the_glass_stands_again(store: Store, people: People, case: int, closed: int) -> None:
    """One night's need is no key for ever."""
    now = time.time()
    glass.break_it(store, closed, people.sanne, WHY, now)
    assert views.case(store, case, people.sanne, now + glass.LASTS - 1) is not None
    assert views.case(store, case, people.sanne, now + glass.LASTS) is None
    assert views.open_file(store, case, 1, people.sanne, now + glass.LASTS) is None


def test_there_is_no_glass_where_somebody_is_barred_or_nothing_is_closed(
    sanne: Browser, store: Store, people: People, case: int, closed: int
) -> None:
    """Who knows him or her finds the page that is not there, whatever reason they write."""
    staff.bar(store, people.sanne, case, people.ria, time.time())
    assert sanne.get(f"/case/{closed}").status_code == 404
    assert sanne.post(f"/case/{closed}/glass", why=WHY).status_code == 404
    assert sanne.get("/case/999").status_code == 404
    with pytest.raises(Refused, match="not_behind"):
        glass.break_it(store, 999, people.mo, WHY, time.time())
    assert not alerts(store)


def test_whoever_may_see_it_meets_no_glass(opens: Opens, people: People, closed: int) -> None:
    """Who held it last, and supervisors."""
    for login in ("mo", "ria"):
        assert opens(login).get(f"/case/{closed}").status_code == 200


def test_what_no_supervisor_was_told_stands_on_the_board_till_one_has_seen_it(
    sanne: Browser, opens: Opens, store: Store, people: People, closed: int
) -> None:
    """Whoever broke the glass reads that it stands there and cannot take it away; a supervisor finds the look."""
    troubles.report(store, time.time(), troubles.UNTOLD, str(closed))
    said = "een supervisor kon niet gewaarschuwd worden"
    page = sanne.get("/").text
    assert said in page
    assert "/trouble/1/clear" not in page
    assert "/access?case=" not in page
    assert sanne.post("/trouble/1/clear").status_code == 403
    ria = opens("ria")
    assert f'href="/access?case={closed}"' in ria.get("/").text
    assert ria.post("/trouble/1/clear").status_code == 303
    assert said not in sanne.get("/").text
