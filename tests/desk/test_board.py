"""The board: who waits, how long, what is asked, and whether anybody is on call."""

from __future__ import annotations

import re
import time

from storage import staff, troubles
from storage.store import Store
from tests.desk.conftest import Browser, People, in_red
from tests.storage.her import Her, Worker


def case_name(browser: Browser, handoff_id: int = 1) -> str:
    found = re.search(rf'href="/case/{handoff_id}" id="open-{handoff_id}">([^<]+)<', browser.get("/").text)
    assert found
    return found[1]


def test_a_waiting_case_shows_sign_word_urgency_and_what_is_asked(sanne: Browser, her: Her) -> None:
    """Red is told by a sign and a word besides the colour, with what to do next, and the tab counts what waits."""
    assert her.intake_id
    text = sanne.get("/").text
    assert "<svg" in text.split("colour red")[1][:120]
    assert "Rood</span>" in text
    assert "Nu</span>" in text
    assert "Neem deze zaak. Nog niemand heeft gereageerd." in text
    assert "<title>(1) Drempel</title>" in text


def test_the_title_counts_and_tells_no_story(sanne: Browser, her: Her) -> None:
    """Not even a case's made-up name stands in a tab's title, where a passer-by could read it."""
    name = case_name(sanne)
    for path in ("/", "/case/1"):
        title = re.search("<title>(.*)</title>", sanne.get(path).text)
        assert title
        assert name not in title[1]
    assert her.intake_id


def test_nobody_on_call_is_said_loudly_until_somebody_is(
    sanne: Browser, store: Store, people: People
) -> None:
    """An empty rota stands on the board as a warning; a shift that runs now replaces it by who can be reached."""
    assert "Niemand heeft nu dienst." in sanne.get("/").text
    staff.add_once(store, people.mo, time.time() - 60, time.time() + 3600)
    text = sanne.get("/").text
    assert "Niemand heeft nu dienst." not in text
    assert "Nu bereikbaar: Mo" in text


def test_each_case_stands_with_whoever_has_it(
    sanne: Browser, mo: Browser, store: Store, people: People, her: Her
) -> None:
    """Her holder finds it under her own cases; a colleague reads who has it and is not offered to take it."""
    Worker(store, her.intake_id, people.sanne, time.time()).does("take")
    assert "Bij jou" in sanne.get("/").text
    text = mo.get("/").text
    assert "Bij collega’s" in text
    assert "Sanne zoekt contact." in text
    assert 'value="take"' not in text


def test_a_case_that_one_is_barred_from_is_not_on_the_board(
    mo: Browser, store: Store, people: People, her: Her
) -> None:
    """Neither the page nor the part that refreshes shows it to who is barred."""
    name = case_name(mo)
    staff.bar(store, people.mo, her.intake_id, people.ria, time.time())
    assert name not in mo.get("/").text
    assert name not in mo.get("/board/rows").text


def test_the_part_that_refreshes_is_the_board_without_its_frame(sanne: Browser, her: Her) -> None:
    """It is no page of its own, and carries the counts that the title and the alarm are made of."""
    assert her.intake_id
    part = sanne.get("/board/rows").text
    assert "<html" not in part
    assert 'data-waiting="1" data-pressing="1"' in part


def test_without_scripts_the_board_reloads_itself(sanne: Browser) -> None:
    """A browser without scripts is told to load the board anew every fifteen seconds."""
    assert '<noscript><meta http-equiv="refresh" content="15;url=/board"></noscript>' in sanne.get("/").text


def test_what_went_wrong_stays_until_somebody_has_seen_it(sanne: Browser, store: Store, her: Her) -> None:
    """An undelivered message stands on the board until one press says that it was seen."""
    troubles.report(store, time.time(), "undelivered", "", her.intake_id)
    text = sanne.get("/").text
    assert "Een bericht kwam niet bij haar aan" in text
    assert sanne.post("/trouble/1/clear").status_code == 303
    assert "kwam niet bij haar aan" not in sanne.get("/").text


def test_an_administrator_sees_no_case(opens: object, store: Store, people: People, her: Her) -> None:
    """Who only manages accounts gets no case, no row and no part of either: accounts and stories are kept apart."""
    people.hire("bea", "admin")
    bea = opens("bea")  # type: ignore[operator]
    assert "Met jouw account zie je geen zaken." in bea.get("/").text
    for path in ("/case/1", "/board/rows", "/case/1/parts"):
        assert bea.get(path).status_code == 403
    assert her.intake_id


def test_the_order_is_urgency_colour_and_waiting(sanne: Browser, store: Store, her: Her) -> None:
    """Red cases stand above an orange one that has waited longer, and of two red ones the older is first."""
    longest = Her(store, "2", at=time.time() - 600)
    longest.walks("talk", "go_on", "yes", "me", "partner", "away", "none")
    longest.everywhere("human")
    in_red(store, "3")
    found = re.findall(r'id="open-(\d)"', sanne.get("/").text)
    assert found == ["1", "3", "2"]
    assert her.intake_id


def test_english_is_complete_as_well(sanne: Browser, her: Her) -> None:
    """Who switches to English reads the board in English."""
    assert her.intake_id
    sanne.post("/language", to="en")
    assert "Take this case. Nobody has answered yet." in sanne.get("/").text
    assert "Waiting for someone" in sanne.get("/").text
