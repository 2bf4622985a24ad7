"""The outgoing filter: no name, no address, no recognisable part of one, however it is typed."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from flows import check, words
from flows.intake import INTAKE
from flows.placement import Kind
from flows.tongues import LANGUAGES
from storage.demo import houses as made_up_shelters
from storage.places import guard
from storage.places.guard import HeldBack
from storage.store import Store
from storage.tables import log, outbox
from tests.storage.her import Her, Worker
from tests.storage.houses import STAFF, open_house, orange

SECURE_PARTS = (
    "Huis Verzonnen Haven",
    "verzonnen haven",
    "VERZONNENHAVEN",
    "Gefingeerdekade 312",
    "gefingeerdekade",
    "de Gefingeerde-kade",
    "g e f i n g e e r d e k a d e",
    "Gefíngeerdekade",
    "1234 ZZ",
    "1234zz",
    "Testdorp",
)
HARMLESS = (
    "Ik ben Sanne. Waar ben je nu?",
    "Het huis is veilig, er is een kade in de buurt.",
    "Kun je om 12.34 bellen? Ik wacht.",
    "Neem je papieren mee, en iets warms voor de kinderen.",
    "Verzonnen of niet: wij geloven je.",
)


def hit(
    store: Store, text: str, *, live: bool = False, may_house: bool = False, own: tuple[str, ...] = ()
) -> str:
    with store.read() as conn:
        found = guard.for_her(store, conn, text, spoken_live=live, may_house=may_house, her_own=own)
    return found.what if found else ""


@pytest.mark.parametrize("part", SECURE_PARTS)
@pytest.mark.parametrize("live", [False, True])
def test_a_secret_house_is_never_named_to_her(store: Store, part: str, live: bool) -> None:
    """Name, street, postcode, town: refused before a live talk and after it, in capitals, spaced out, with accents."""
    open_house(store)
    assert hit(store, f"We zien je bij {part}, kom maar.", live=live)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_names_nothing_goes_through(store: Store, text: str) -> None:
    """Words that a house happens to share with the language are no sign of it."""
    open_house(store)
    assert hit(store, text) == ""


def test_a_region_waits_for_a_live_talk(store: Store) -> None:
    """Until somebody has spoken with her no region is named; after that it may be."""
    open_house(store)
    assert hit(store, "Er is plek in Noord-Voorbeeld") == "region"
    assert hit(store, "Er is plek in Noord-Voorbeeld", live=True) == ""


def test_a_place_that_she_named_herself_is_no_secret(store: Store) -> None:
    """Her own town may be spoken of with her; a street of a house may not, whoever said it first."""
    open_house(store)
    own = ("Ik ben in Testdorp bij mijn zus", "bij de Gefingeerdekade")
    assert hit(store, "Ben je nog in Testdorp?", own=own) == ""
    assert hit(store, "Ben je bij de Gefingeerdekade?", own=own) == "address"


def test_the_visible_house_is_named_to_whom_it_is_open_and_to_nobody_else(store: Store) -> None:
    """After a live talk, to an orange; never to a red or a barred case: the filter is a gate of its own."""
    open_house(
        store, Kind.VISIBLE_HOUSE, name="De Oranje Voorbeelddeur", address="Voorbeeldstraat 10, Voorbeeldstad"
    )
    said = "Kom naar De Oranje Voorbeelddeur, Voorbeeldstraat 10"
    assert hit(store, said, may_house=True) != ""
    assert hit(store, said, live=True, may_house=True) == ""
    assert hit(store, said, live=True, may_house=False) == "name"


def test_staff_chat_and_alerts_name_no_house_at_all(store: Store) -> None:
    """Not even the visible one; regions and towns are no matter there."""
    open_house(store)
    open_house(store, Kind.VISIBLE_HOUSE, name="De Oranje Voorbeelddeur", address="Voorbeeldstraat 10")
    assert not guard.for_staff(store, "rode tulp gaat naar Verzonnen Haven")
    assert not guard.for_staff(store, "Voorbeeldstraat 10")
    assert guard.for_staff(store, "rode tulp wacht (rood, nu)")


signs = st.sampled_from(["", " ", "-", ".", "\u200b", "\u00a0", "_", "/", "\n"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(signs, min_size=15, max_size=15), st.booleans(), st.sampled_from(["", "x", "zie je bij "]))
def test_no_sign_between_the_letters_hides_a_street(
    sqlite_store: Store, between: list[str], upper: bool, before: str
) -> None:
    """Whatever stands between its letters, in whatever case, inside whatever text."""
    with sqlite_store.read() as conn:
        known = conn.execute(select(guard.guarded.c.hash)).first()
    if known is None:
        open_house(sqlite_store)
    word = "".join(letter + sign for letter, sign in zip("gefingeerdekade", between, strict=True))
    assert hit(sqlite_store, before + (word.upper() if upper else word))


def test_a_worker_who_types_an_address_is_refused_and_told_what_it_was(store: Store) -> None:
    """Nothing is written: no turn, no log row, no message; the error carries the words as they were typed."""
    open_house(store)
    worker = orange(store)
    before = worker.version()
    with pytest.raises(HeldBack) as held:
        worker.does("write", "Kom naar de Gefingeerdekade 312 om acht uur")
    assert held.value.hit.typed == "Gefingeerdekade 312"
    assert str(held.value) == "address"  # and its string form says nothing that a log should not hold
    assert worker.version() == before
    with store.read() as conn:
        said = conn.execute(select(outbox.c.id).where(outbox.c.kind == "say")).all()
        rows = conn.execute(select(log.c.code).where(log.c.code == "write")).all()
    worker.does("write", "Ik bel je om acht uur.")
    with store.read() as conn:
        assert len(conn.execute(select(outbox.c.id).where(outbox.c.kind == "say")).all()) == len(said) + 1
    assert rows == []


def test_a_red_is_never_told_of_the_visible_house(store: Store) -> None:
    """The last of the gates in depth: also after a live talk a worker cannot send her there in writing."""
    open_house(store, Kind.VISIBLE_HOUSE, name="De Oranje Voorbeelddeur", address="Voorbeeldstraat 10")
    her = Her(store)
    her.is_in_danger()
    worker = Worker(store, her.intake_id, STAFF, her.at + 10)
    worker.does("take")
    worker.does("spoken_live")
    with pytest.raises(HeldBack):
        worker.does("write", "Kom maar naar De Oranje Voorbeelddeur.")


def test_no_sentence_of_the_program_names_a_made_up_house(sqlite_store: Store) -> None:
    """All that the conversation can ever say to her passes its own filter."""
    made_up_shelters.fill(sqlite_store, STAFF, time.time())
    with sqlite_store.read() as conn:
        for language in LANGUAGES:
            hers = "\n".join(words.catalogue(language)[key] for key in check.keys(INTAKE))
            assert guard.hits(sqlite_store, conn, hers) == []


def test_the_parts_are_kept_as_keyed_hashes(store: Store) -> None:
    """What the filter needs at hand tells a thief no street."""
    open_house(store)
    with store.read() as conn:
        rows = conn.execute(select(guard.guarded)).all()
    assert len(rows) >= 6
    assert not any("gefingeerde" in str(row).lower() for row in rows)
