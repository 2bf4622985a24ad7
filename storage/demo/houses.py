"""The houses of the made-up shelter's region: one of each kind, two regions, all recognisably invented."""

from __future__ import annotations

from flows.placement import Kind
from flows.shelters import Value
from storage.places import shelters
from storage.places.shelters import Draft
from storage.store import Store

NORTH, EAST, SOUTH = "Noord-Voorbeeld", "Oost-Testland", "Zuid-Model"


def _takes(**more: Value) -> dict[str, Value]:
    usual: dict[str, Value] = {
        "admits": frozenset({"adults"}),
        "children": True,
        "oldest_child": 17,
        "largest_family": 4,
        "rooms": 4,
        "languages": frozenset({"nl", "en"}),
    }
    return usual | more


# Each with its empty beds as counted at the beginning; None: nobody has counted them yet.
HOUSES: tuple[tuple[Draft, int | None], ...] = (
    (
        Draft(
            Kind.VISIBLE_HOUSE,
            "De Oranje Voorbeelddeur",
            NORTH,
            "Voorbeeldstraat 10\n1234 AB Voorbeeldstad",
            "Balie De Oranje Voorbeelddeur (verzonnen)\n072 0000000, dag en nacht",
            12,
            _takes(wheelchair=True, pets=frozenset({"small", "big"})),
        ),
        3,
    ),
    (
        Draft(
            Kind.SECURE,
            "Huis Verzonnen Haven",
            NORTH,
            "Gefingeerdekade 3\n1234 ZZ Testdorp",
            "Plaatsing Verzonnen Haven (verzonnen)\n072 0000001",
            8,
            _takes(specialism=frozenset({"honour"})),
        ),
        0,
    ),
    (
        Draft(
            Kind.SECURE,
            "De Bedachte Tuin",
            EAST,
            "Proefweg 77\n9999 XX Modeldorp",
            "Dienst De Bedachte Tuin (verzonnen)\n038 0000002",
            10,
            _takes(
                wheelchair=True, specialism=frozenset({"honour", "trafficking"}), pets=frozenset({"small"})
            ),
        ),
        4,
    ),
    (
        Draft(
            Kind.SECURE,
            "Het Denkbeeldige Huis",
            SOUTH,
            "Niemandslaan 1\n8888 YY Fantasiehoek",
            "Dienst Het Denkbeeldige Huis (verzonnen)\n073 0000003",
            6,
            _takes(oldest_child=12, deaf=True, largest_family=6, specialism=frozenset({"large_families"})),
        ),
        None,
    ),
    (
        Draft(
            Kind.SECURE,
            "Jong Voorbeeld",
            EAST,
            "Oefenpad 5\n9999 QQ Modeldorp",
            "Wacht Jong Voorbeeld (verzonnen)\n038 0000004",
            6,
            _takes(
                admits=frozenset({"adults", "minors"}),
                specialism=frozenset({"young_women", "honour", "trafficking"}),
                children=False,
                oldest_child=0,
                largest_family=1,
            ),
        ),
        2,
    ),
    (
        Draft(
            Kind.PARTNER,
            "Stichting Proefdak",
            SOUTH,
            "Schijnplein 2\n8888 AA Fantasiehoek",
            "Stichting Proefdak (verzonnen)\n073 0000005, kantooruren",
            5,
            _takes(admits=frozenset({"adults", "no_papers"})),
        ),
        1,
    ),
    (
        Draft(
            Kind.HOTEL,
            "Modelhotel De Verzinner",
            NORTH,
            "Schijnkade 40\n1234 CD Voorbeeldstad",
            "Nachtbalie Modelhotel (verzonnen)\n072 0000006",
            20,
            _takes(wheelchair=True, largest_family=4),
        ),
        6,
    ),
)


def fill(store: Store, by: str, now: float) -> dict[str, int]:
    """Adds them where there is none yet; ids by name."""
    if shelters.houses(store, closed=True):
        return {}
    found = {}
    for draft, empty in HOUSES:
        found[draft.name] = shelters.add(store, draft, by, now)
        if empty is not None:
            shelters.count(store, found[draft.name], empty, by, now)
    return found
