"""Made-up shelters for tests, and a case that is ready to be placed."""

from __future__ import annotations

from flows.placement import Journey, Kind, Place
from flows.shelters import Value
from storage.places import shelters
from storage.places.shelters import Draft
from storage.store import Store
from tests.storage.her import START, Her, Worker

STAFF = "7"
SECRET = "Gefingeerdekade 312\n1234 ZZ Testdorp"
NAME = "Huis Verzonnen Haven"
WHOLE = Journey("taxi", "Sanne", "papieren")
ROOMY: dict[str, Value] = {
    "admits": frozenset({"adults"}),
    "children": True,
    "oldest_child": 17,
    "largest_family": 9,
    "languages": frozenset({"nl"}),
}


def open_house(
    store: Store,
    kind: Kind = Kind.SECURE,
    *,
    name: str = NAME,
    address: str = SECRET,
    region: str = "Noord-Voorbeeld",
    beds: int = 8,
    empty: int | None = 4,
    at: float = START,
    **takes: Value,
) -> int:
    """A house, and how many of its beds stood empty when it last counted."""
    draft = Draft(kind, name, region, address, "Dienst (verzonnen) 072 0000001", beds, ROOMY | takes)
    shelter_id = shelters.add(store, draft, STAFF, at)
    if empty is not None:
        shelters.count(store, shelter_id, empty, STAFF, at)
    return shelter_id


def orange(store: Store, chat: str = "1") -> Worker:
    """An orange case, spoken with, its intake done: the visible house is open to it."""
    her = Her(store, chat)
    her.says("/start")
    for answer in ("talk", "go_on", "yes", "me", "partner", "away", "none", *["no"] * 7, "worker", "yes"):
        her.presses(answer)
    worker = Worker(store, her.intake_id, STAFF, her.at + 10)
    for deed in ("take", "spoken_live", "intake_done"):
        refused = worker.does(deed).turn
        assert refused is not None
        assert refused.refused == "", deed
    return worker


def place(shelter_id: int, kind: Kind = Kind.SECURE, beds: int = 1) -> Place:
    return Place(str(shelter_id), kind, beds)
