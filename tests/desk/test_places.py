"""Places on the desk: who sees what, what fits and why, and that no page but one ever shows an address."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows.model import Colour, House
from flows.placement import Kind
from storage import staff, turns
from storage.places import looking, shelters
from storage.places.shelters import Draft
from storage.store import Store
from tests.desk.conftest import Browser, Opens, People, in_red
from tests.desk.test_gate import closed_routes
from tests.storage.her import Her
from tests.storage.houses import NAME, ROOMY, SECRET

STREET = "Gefingeerdekade"
WHY = "zij staat klaar om te vertrekken"


@pytest.fixture
def placement(opens: Opens, people: People) -> Browser:
    people.hire("pia", "worker", "placement")
    return opens("pia")


def house(store: Store, kind: Kind = Kind.SECURE, *, empty: int | None = 3, **more: object) -> int:
    now = time.time()
    facts: dict[str, object] = {"name": NAME, "region": "Noord-Voorbeeld", "address": SECRET, "beds": 8}
    draft = Draft(kind, contact="Dienst (verzonnen) 072 0000001", takes=ROOMY, **(facts | more))  # type: ignore[arg-type]
    shelter_id = shelters.add(store, draft, "1", now)
    if empty is not None:
        shelters.count(store, shelter_id, empty, "1", now)
    return shelter_id


def case(her: Her) -> str:
    assert her.intake_id
    return "/case/1"


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- who may see what ---------------------------------------------------------------------------------------------


def test_workers_see_no_list_of_houses_and_placement_and_supervisors_do(
    sanne: Browser, ria: Browser, placement: Browser, store: Store
) -> None:
    """A worker without the role is refused; a supervisor sees the list and still no address."""
    shelter_id = house(store)
    assert sanne.get("/places").status_code == 403
    assert sanne.get(f"/places/{shelter_id}").status_code == 403
    assert NAME in placement.get("/places").text
    assert NAME in ria.get("/places").text
    assert ria.post(f"/places/{shelter_id}/address", why=WHY).status_code == 403


def test_an_address_is_shown_once_to_whoever_places_with_a_reason(placement: Browser, store: Store) -> None:
    """Not on the form, not after it; once in the answer to a reason, and never without one."""
    shelter_id = house(store)
    assert STREET not in placement.get(f"/places/{shelter_id}").text
    assert placement.post(f"/places/{shelter_id}/address", why="").status_code == 409
    shown = placement.post(f"/places/{shelter_id}/address", why=WHY)
    assert STREET in shown.text
    assert STREET not in re.search(r"<title>(.*?)</title>", shown.text, re.DOTALL)[1]  # type: ignore[index]
    assert shown.headers["cache-control"] == "no-store"
    assert STREET not in placement.get(f"/places/{shelter_id}").text


def test_no_page_shows_an_address(
    desk: FastAPI, placement: Browser, ria: Browser, people: People, opens: Opens, store: Store, her: Her
) -> None:
    """Every page that can be read, by every role, while she is on her way there: the street stands in none."""
    shelter_id = house(store)
    people.hire("noor", "house")
    noor = opens("noor")
    members = {one.login: one.id for one in staff.members(store)}
    shelters.set_staff(store, shelter_id, [members["noor"]], members["ria"], time.time())
    case(her)
    placement.post("/case/1/do", deed="take")
    placement.post("/case/1/hold", shelter=shelter_id, beds=1)
    seen = 0
    for method, path in closed_routes(desk):
        if method == "GET" and "/live" not in path:
            for reader in (placement, ria, noor):
                answer = reader.get(path)
                assert STREET not in answer.text, path
                assert "1234 ZZ" not in answer.text, path
                seen += answer.status_code == 200
    assert seen > 20


# --- the form -----------------------------------------------------------------------------------------------------


def test_a_house_is_added_changed_and_taken_out_of_use(placement: Browser, store: Store) -> None:
    """Every attribute of the one table comes through the form and back; an empty address stays as it was."""
    answer = placement.post(
        "/places",
        kind="visible_house",
        name="De Oranje Voorbeelddeur",
        region="Noord-Voorbeeld",
        address="Voorbeeldstraat 10",
        contact="Balie",
        beds="12",
        admits=["adults"],
        children="on",
        oldest_child="12",
        largest_family="5",
        wheelchair="on",
        languages=["nl", "ti"],
        pets=["small"],
        specialism=["large_families"],
    )
    assert answer.headers["location"] == "/places/1"
    found = shelters.house(store, 1)
    assert found is not None
    assert (found.kind, found.beds, found.takes["oldest_child"]) == (Kind.VISIBLE_HOUSE, 12, 12)
    assert found.takes["languages"] == frozenset({"nl", "ti"})
    assert (found.takes["wheelchair"], found.takes["deaf"]) == (True, False)
    page = placement.get("/places/1").text
    assert 'value="De Oranje Voorbeelddeur"' in page
    assert "Voorbeeldstraat" not in page
    placement.post("/places/1/use", closed="true")
    assert [one.closed for one in shelters.houses(store, closed=True)] == [True]
    assert "De Oranje Voorbeelddeur" in placement.get("/places").text  # among those no longer used


def test_what_is_missing_is_said_and_what_was_typed_is_kept(placement: Browser, store: Store) -> None:
    """The form comes back with its words and one plain sentence; nothing was added."""
    answer = placement.post(
        "/places", kind="secure", name="Huis Half", region="", address="a 1", beds="3", contact="c"
    )
    assert answer.status_code == 409
    assert "Vul een regio in." in answer.text
    assert "Huis Half" in answer.text
    assert shelters.houses(store) == []


def test_beds_are_counted_by_one_tap(placement: Browser, store: Store) -> None:
    """A press on a number; more than there are is refused in words."""
    shelter_id = house(store, empty=None)
    assert "onbekend" in placement.get("/places").text
    assert placement.post(f"/places/{shelter_id}/beds", empty="2").status_code == 303
    found = shelters.house(store, shelter_id)
    assert found is not None
    assert found.free(time.time()) == 2
    assert placement.post(f"/places/{shelter_id}/beds", empty="9").status_code == 409


# --- what fits ----------------------------------------------------------------------------------------------------


def test_a_red_is_shown_secret_places_and_why_the_others_are_not_for_her(
    placement: Browser, store: Store, her: Her
) -> None:
    """One that fits with its reasons and a button; the visible house cannot be held by any button or by hand."""
    secure = house(store)
    visible = house(store, Kind.VISIBLE_HOUSE, name="De Oranje Voorbeelddeur", address="Voorbeeldstraat 10")
    placement.post(f"{case(her)}/do", deed="take")
    page = placement.get("/case/1/place").text
    assert "Geheim adres" in page
    assert f'name="shelter" value="{secure}"' in page
    assert f'name="shelter" value="{visible}"' not in page
    answer = placement.post("/case/1/hold", shelter=visible, beds=1, reason="nergens anders plek")
    assert answer.status_code == 409
    assert "kan niet naar het zichtbare huis" in answer.text


def test_holding_a_bed_leads_back_to_the_case_which_shows_until_when(
    placement: Browser, sanne: Browser, store: Store, her: Her
) -> None:
    """Whoever places sees the house's own name there; a worker without the role sees the two words."""
    shelter_id = house(store)
    placement.post(f"{case(her)}/do", deed="take")
    assert placement.post("/case/1/hold", shelter=shelter_id, beds=1).headers["location"] == "/case/1#place"
    found = shelters.house(store, shelter_id)
    assert found is not None
    hers, others = placement.get("/case/1").text, sanne.get("/case/1").text
    assert "Verloopt om" in text_of(hers)
    assert NAME in hers
    assert NAME not in others
    assert found.code_name in others


def test_the_last_bed_that_somebody_else_took_is_said_in_plain_words(
    placement: Browser, store: Store, her: Her
) -> None:
    """Just too late: a sentence and the page with what else there is, and no error."""
    shelter_id = house(store, empty=1)
    placement.post(f"{case(her)}/do", deed="take")
    shelters.count(store, shelter_id, 0, "1", time.time())
    answer = placement.post("/case/1/hold", shelter=shelter_id, beds=1)
    assert answer.status_code == 409
    assert "Net te laat" in answer.text


def test_nothing_free_is_never_a_dead_end(placement: Browser, store: Store, her: Her) -> None:
    """Whom to ring, another roof, a plan for tonight; and the page says that a supervisor has been told."""
    house(store, empty=0)
    house(store, empty=None, name="Het Denkbeeldige Huis", address="Niemandslaan 1")
    hotel = house(store, Kind.HOTEL, name="Modelhotel", address="Schijnkade 40")
    placement.post(f"{case(her)}/do", deed="take")
    looking.look(store, time.time(), House())
    page = text_of(placement.get("/case/1/place").text)
    for said in (
        "Nergens staat nu een passend bed vrij",
        "Bel: vol",
        "Bel: niemand telde",
        "Modelhotel",
        "Vannacht veilig",
    ):
        assert said in page
    assert "De leiding is gewaarschuwd." in page
    assert placement.post("/case/1/hold", shelter=hotel, beds=1).status_code == 409  # a person says why
    answer = placement.post("/case/1/hold", shelter=hotel, beds=1, reason="alles vol, morgen verder")
    assert answer.status_code == 303


def test_orange_sees_the_visible_house_beside_the_others_and_may_go_after_the_intake(
    placement: Browser, store: Store
) -> None:
    """The reasons stand side by side; the button comes with the live talk and the intake."""
    her = Her(store, "1", at=time.time() - 100)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none", *["no"] * 7, "worker", "yes")
    visible = house(store, Kind.VISIBLE_HOUSE, name="De Oranje Voorbeelddeur", address="Voorbeeldstraat 10")
    house(store)
    placement.post(f"{case(her)}/do", deed="take")
    page = placement.get("/case/1/place").text
    beside = page.partition('class="beside"')[2].partition("</section>")[0]
    assert beside.count("<article") == 2
    assert "Hiervoor bedoeld" in beside
    assert "schaars" in beside
    assert "Pas na een live gesprek" in beside
    assert placement.post("/case/1/hold", shelter=visible, beds=1).status_code == 409
    for deed in ("spoken_live", "intake_done"):
        assert placement.post("/case/1/do", deed=deed).status_code == 303
    assert placement.post("/case/1/hold", shelter=visible, beds=1).status_code == 303


def test_her_words_about_places_are_put_on_the_map_by_a_worker(placement: Browser, store: Store) -> None:
    """Where she may not be: told once, it closes that region's houses and answers the question."""
    her = in_red(store)
    shelter_id = house(store)
    placement.post(f"{case(her)}/do", deed="take")
    assert "nog niet op de kaart" in placement.get("/case/1/place").text
    answer = placement.post("/case/1/regions", own="", own_safe="", avoid=["Noord-Voorbeeld"])
    assert answer.headers["location"] == "/case/1/place"
    page = placement.get("/case/1/place").text
    assert "Zij mag niet in deze regio zijn" in page
    assert f'name="shelter" value="{shelter_id}"' not in page


# --- bringing her -------------------------------------------------------------------------------------------------


def test_the_whole_way_on_the_desk(placement: Browser, store: Store, her: Her) -> None:
    """Held, confirmed, spoken with, on her way with all three things told, arrived, closed."""
    shelter_id = house(store)
    placement.post(f"{case(her)}/do", deed="take")
    placement.post("/case/1/hold", shelter=shelter_id, beds=1)
    assert placement.post("/case/1/placed", deed="confirm").status_code == 303
    how = {"transport": "taxi", "met_by": "Pia", "bring": "papieren"}
    early = placement.post("/case/1/journey", **how)
    assert early.status_code == 409
    assert "live gesproken" in early.text
    placement.post("/case/1/do", deed="spoken_live")
    assert placement.post("/case/1/journey", transport="taxi").status_code == 409
    assert placement.post("/case/1/journey", **how).status_code == 303
    assert placement.post("/case/1/placed", deed="arrive").status_code == 303
    assert "Zij is aangekomen. Vraag hoe het gaat" in placement.get("/case/1").text
    assert placement.post("/case/1/close", outcome="secure_shelter").status_code == 303
    found = shelters.house(store, shelter_id)
    assert found is not None
    assert (found.empty, found.held) == (2, 0)


def test_what_a_worker_writes_is_held_back_with_the_words_that_may_not_go(
    placement: Browser, store: Store, her: Her
) -> None:
    """The message stays in the field, the sentence quotes the street, and the refusal is logged without it."""
    house(store)
    placement.post(f"{case(her)}/do", deed="take")
    answer = placement.post("/case/1/write", text="Kom naar Gefingeerdekade 312")
    assert answer.status_code == 409
    assert "Niet verstuurd. “Gefingeerdekade 312” hoort bij een adres" in text_of(answer.text).replace(
        "&#34;", '"'
    )
    assert "Kom naar Gefingeerdekade 312</textarea>" in answer.text
    assert not her.intake.talking


# --- for a house --------------------------------------------------------------------------------------------------


def test_a_house_counts_its_beds_says_yes_and_sees_no_case(
    opens: Opens, people: People, placement: Browser, store: Store, her: Her
) -> None:
    """Its people's first page is their own: a number a tap, who is coming by two words, yes; no board, no case."""
    shelter_id, other = house(store), house(store, name="De Bedachte Tuin", address="Proefweg 7")
    noor_id = people.hire("noor", "house")
    shelters.set_staff(store, shelter_id, [noor_id], people.ria, time.time())
    noor = opens("noor")
    assert noor.get("/").headers["location"] == "/house"
    assert noor.get("/case/1").status_code == 403
    assert noor.post(f"/house/{shelter_id}/beds", empty="5").status_code == 303
    assert noor.post(f"/house/{other}/beds", empty="5").status_code == 404
    placement.post(f"{case(her)}/do", deed="take")
    placement.post("/case/1/hold", shelter=shelter_id, beds=2)
    page = noor.get("/house").text
    assert "2 bedden" in page
    assert NAME not in page
    assert noor.post("/house/coming/1", deed="confirm").status_code == 303
    assert noor.post("/house/coming/1", deed="confirm").status_code == 409
    assert her.intake.placement is not None
    assert her.intake.placement.state == "confirmed"
    assert noor.post("/house/coming/9", deed="confirm").status_code == 404


def test_a_case_that_turns_red_while_it_stands_open_shows_that_the_place_is_gone(
    placement: Browser, store: Store
) -> None:
    """Held in the visible house, then danger: the page says so, and offers to look again."""
    her = Her(store, "1", at=time.time() - 100)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none", *["no"] * 7, "worker", "yes")
    visible = house(store, Kind.VISIBLE_HOUSE, name="De Oranje Voorbeelddeur", address="Voorbeeldstraat 10")
    for deed in ("take", "spoken_live", "intake_done"):
        placement.post(f"{case(her)}/do", deed=deed)
    placement.post("/case/1/hold", shelter=visible, beds=1)
    her.everywhere("danger_now")
    page = placement.get("/case/1").text
    assert "ingetrokken: deze zaak mag niet in het zichtbare huis" in page
    assert 'id="look"' in page
    assert turns.due(store, 0.0) == []
    assert her.case.colour == Colour.RED


def test_templates_ask_no_shelter_for_its_address() -> None:
    """No template names the sealed field: only the answer to a reason has it, under another name."""
    folder = Path(__file__).parents[2] / "desk" / "templates"
    for page in folder.glob("*.html"):
        assert "house.address" not in page.read_text(), page.name
