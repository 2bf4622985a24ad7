"""An address has no string form, is opened one at a time by whoever places, and leaves a reason behind."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from flows.placement import Kind
from storage import accounts
from storage.places import addresses, shelters
from storage.places.addresses import NotRevealed, SecretAddress
from storage.places.shelters import Draft, Refused
from storage.store import Store
from storage.tables import access_log, guarded
from storage.tables import shelters as table
from tests.storage.houses import NAME, SECRET, STAFF, open_house

WHY = "zij staat klaar en vraagt waarheen"
WAYS: dict[str, Callable[[SecretAddress], Any]] = {
    "str": str,
    "format": lambda it: f"{it}",
    "percent": lambda it: "%s" % it,  # noqa: UP031 - the way that log records are formatted
    "join": lambda it: ", ".join([it]),  # noqa: FLY002 - joining is what is tried
    "json": json.dumps,
    "msgspec": msgspec.json.encode,
    "msgpack": msgspec.msgpack.encode,
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "equal": lambda it: it == "x",
    "hash": hash,
    "bytes": bytes,
    "iterate": list,
    "vars": vars,
}


def secret(store: Store) -> SecretAddress:
    with store.read() as conn:
        found = addresses.address_of(conn, open_house(store))
    assert found is not None
    return found


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_making_words_of_it_works(sqlite_store: Store, way: str) -> None:
    """Printing, joining, encoding, copying, comparing, keeping in a cache: each is an error, and says nothing."""
    with pytest.raises((TypeError, ValueError)) as refused:
        WAYS[way](secret(sqlite_store))
    assert "Gefingeerdekade" not in str(refused.value)


def test_a_debugger_and_a_log_record_see_that_there_is_one_and_no_more(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """repr() is a fixed sentence; a log line with it fails to be written rather than telling it."""
    found = secret(sqlite_store)
    assert repr(found) == "<a secret address>"
    assert repr([found]) == "[<a secret address>]"
    logging.getLogger("test").warning("at %r", found)
    assert "Gefingeerdekade" not in caplog.text


def person(store: Store, *roles: str) -> str:
    return accounts.add(store, f"p{len(roles)}{roles[0]}", "Iemand", roles, 0.0)[0].id


def test_whoever_places_reads_it_with_a_reason_that_is_kept_sealed(store: Store) -> None:
    """The look is logged with who, when and which house; the reason can be read under the staff key alone."""
    shelter_id, who = open_house(store), person(store, "worker", "placement")
    assert addresses.reveal(store, shelter_id, who, WHY, 5.0) == SECRET
    with store.read() as conn:
        row = conn.execute(select(access_log).where(access_log.c.what == f"address:{shelter_id}")).one()
    assert (str(row.staff_id), row.at) == (who, 5.0)
    assert WHY.encode() not in bytes(row.why)
    assert store.keys.staff.open(bytes(row.why), f"why:address:{shelter_id}").decode() == WHY


@pytest.mark.parametrize("roles", [("worker",), ("supervisor",), ("admin",), ("house",)])
def test_nobody_else_reads_it(sqlite_store: Store, roles: tuple[str, ...]) -> None:
    """Not a worker, a supervisor, an administrator, nor the house's own people; and nothing is logged as read."""
    shelter_id, who = open_house(sqlite_store), person(sqlite_store, *roles)
    with pytest.raises(NotRevealed, match="role"):
        addresses.reveal(sqlite_store, shelter_id, who, WHY, 5.0)
    with sqlite_store.read() as conn:
        assert not conn.execute(select(access_log).where(access_log.c.what.like("address:%"))).all()


@pytest.mark.parametrize("why", ["", "   ", "nodig"])
def test_no_reason_no_address(sqlite_store: Store, why: str) -> None:
    """A reason is something that a second person can read; a blank or a word is none."""
    who = person(sqlite_store, "placement")
    with pytest.raises(NotRevealed, match="reason"):
        addresses.reveal(sqlite_store, open_house(sqlite_store), who, why, 5.0)


def test_a_disabled_account_reads_nothing(sqlite_store: Store) -> None:
    """Whoever left keeps no door open."""
    who = person(sqlite_store, "placement")
    person(sqlite_store, "admin", "worker")
    accounts.set_disabled(sqlite_store, who, 1.0)
    with pytest.raises(NotRevealed, match="role"):
        addresses.reveal(sqlite_store, open_house(sqlite_store), who, WHY, 5.0)


def test_the_file_of_the_store_holds_neither_address_nor_name(sqlite_store: Store) -> None:
    """A thief of the file without the key learns no street, no house name, no telephone number."""
    open_house(sqlite_store)
    path = Path(sqlite_store.engine.url.database or "")
    raw = b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))
    for word in ("Gefingeerdekade", "1234 ZZ", NAME, "0720000001", "072 0000001"):
        assert word.encode() not in raw


def test_an_address_left_empty_stays_and_a_new_one_replaces_what_it_is_recognised_by(store: Store) -> None:
    """Changing a name keeps the address under its seal; a new address brings its own parts."""
    shelter_id = open_house(store)
    draft = Draft(Kind.SECURE, "Nieuwe Naam", "Oost-Testland", "", "Dienst", 8)
    shelters.change(store, shelter_id, draft, STAFF, 1.0)
    who = person(store, "placement")
    assert addresses.reveal(store, shelter_id, who, WHY, 5.0) == SECRET
    with store.read() as conn:
        kept = set(conn.execute(select(guarded.c.hash).where(guarded.c.what == "address")).scalars())
    assert len(kept) >= 3
    shelters.change(
        store, shelter_id, Draft(Kind.SECURE, "Naam", "Oost", "Proefweg 7", "Dienst", 8), STAFF, 2.0
    )
    assert addresses.reveal(store, shelter_id, who, WHY, 6.0) == "Proefweg 7"
    with store.read() as conn:
        now = set(conn.execute(select(guarded.c.hash).where(guarded.c.what == "address")).scalars())
    assert not now & kept


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (Draft(Kind.SECURE, " ", "r", "a 1", "c", 1), "name_missing"),
        (Draft(Kind.SECURE, "n", "", "a 1", "c", 1), "region_missing"),
        (Draft(Kind.SECURE, "n", "r", "", "c", 1), "address_missing"),
        (Draft(Kind.SECURE, "n", "r", "a 1", "c", 0), "beds_malformed"),
        (Draft(Kind.SECURE, "n", "r", "a 1", "", 1), "contact_missing"),
    ],
)
def test_a_form_that_cannot_be_so_says_what_is_missing(sqlite_store: Store, draft: Draft, why: str) -> None:
    """Nothing is added, and the code says which field."""
    with pytest.raises(Refused, match=why):
        shelters.add(sqlite_store, draft, STAFF, 0.0)
    with sqlite_store.read() as conn:
        assert conn.execute(select(table.c.id)).all() == []


def test_no_exception_and_no_value_of_a_form_shows_an_address() -> None:
    """What a traceback would print of a draft holds neither its name, nor its address, nor its number."""
    draft = Draft(Kind.SECURE, NAME, "Noord", SECRET, "072 0000001", 3)
    assert not {"Verzonnen", "Gefingeerdekade", "0000001"} & set(repr(draft).replace("'", " ").split())
    assert "Gefingeerdekade" not in repr(draft)
