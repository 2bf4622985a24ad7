"""What staff see of a woman who is forced: first of all that nobody may write, and that two people decide."""

from __future__ import annotations

import pytest

from flows.model import Pressed, Word
from storage import book, turns
from storage.store import Store
from storage.turns import Arrival
from tests.desk.conftest import PASSWORD, Browser, People
from tests.storage.her import HOUSE, Her


@pytest.fixture
def forced(store: Store, her: Her) -> Her:
    """Her duress word was typed to the guide; then somebody began anew, and pressed that there is danger."""
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none", "no", "recent")
    her.everywhere("leave")
    her.at += 1
    turns.take_turn(store, Arrival("telegram", her.bot, her.chat, Word("duress", her.at), "word"), HOUSE)
    return her


def handoff_of(store: Store, intake_id: int) -> int:
    with store.read() as conn:
        found = book.peek(store, conn, intake_id).handoff_id
    assert found is not None
    return found


def test_the_board_and_the_case_say_it_first(sanne: Browser, store: Store, forced: Her) -> None:
    """In one sentence on both pages; the case offers no field to write in, and says why."""
    case = handoff_of(store, forced.intake_id)
    assert "Schrijf en bel niet" in sanne.get("/").text
    sanne.post(f"/case/{case}/do", deed="take")
    page = sanne.get(f"/case/{case}").text
    assert "niet schrijven of bellen: samen beslissen" in page
    assert 'id="send"' not in page
    assert "Haar dwangwoord" in page


def test_two_people_lift_it_on_the_page(sanne: Browser, store: Store, forced: Her, people: People) -> None:
    """Alone, without a reason or with a wrong password it stands; with a colleague she can be written to again."""
    case = handoff_of(store, forced.intake_id)
    sanne.post(f"/case/{case}/do", deed="take")
    lift = f"/case/{case}/lift"
    assert sanne.post(lift, reason="gebeld").status_code == 409
    alone = {"second_login": "sanne", "second_password": PASSWORD}
    assert sanne.post(lift, reason="gebeld", **alone).status_code == 409
    both = {"second_login": "mo", "second_password": PASSWORD}
    assert sanne.post(lift, reason=" ", **both).status_code == 409
    assert forced.intake.duress
    assert sanne.post(lift, reason="gebeld, zij is vrij", **both).status_code == 303
    assert not forced.intake.duress
    assert 'id="send"' in sanne.get(f"/case/{case}").text


def test_two_cases_of_one_chat_lead_to_each_other(sanne: Browser, store: Store, forced: Her) -> None:
    """Each names the other as perhaps the same woman, and the first says that its word of duress was typed."""
    first = handoff_of(store, forced.intake_id)
    forced.at += 5
    forced.takes(Pressed("", "danger_now", forced.at))
    second = handoff_of(store, forced.intake_id)
    assert second != first
    assert f'href="/case/{second}"' in sanne.get(f"/case/{first}").text
    page = sanne.get(f"/case/{second}").text
    assert f'href="/case/{first}"' in page
    assert "Misschien dezelfde vrouw" in page
