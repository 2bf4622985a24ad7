"""The houses where she can go: their forms, their free beds. A name is for the placement role; an address is sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from flows.placement import Kind
from flows.shelters import ATTRIBUTES, FRESH_SECONDS, Attribute, Shelter, Value
from storage import access
from storage.names import two_words
from storage.places import guard
from storage.places.addresses import place
from storage.store import Store
from storage.tables import house_staff, placements, shelters

NAME_TRIES = 50
MOST_BEDS = 500
GUARDED = ("name", "region", "address", "town")


class Refused(Exception):
    """A form that cannot be so. The message is a code: name_missing, address_missing, kind_unknown, too_many …"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A shelter's form. `address` empty: it stays as it was. Attributes by code, as ATTRIBUTES declares them."""

    kind: Kind
    name: str = field(repr=False)
    region: str = ""
    address: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    beds: int = 1
    takes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class House:
    """A shelter as the placement role sees it: everything but its address."""

    id: int
    code_name: str
    kind: Kind
    region: str
    name: str = field(repr=False)
    contact: str = field(repr=False)
    takes: Mapping[str, Value]
    beds: int
    empty: int  # as last counted
    held: int
    counted: float | None
    version: int
    closed: bool

    def free(self, now: float) -> int | None:
        """Beds that can be held now; None where nobody has counted them lately, which is never "free"."""
        if self.counted is None or now - self.counted > FRESH_SECONDS:
            return None
        return max(self.empty - self.held, 0)

    def as_shelter(self, now: float) -> Shelter:
        """What the matching knows of it."""
        return Shelter(str(self.id), self.kind, self.region, self.beds, self.free(now), self.takes)


# --- reading ------------------------------------------------------------------------------------------------------


def houses(store: Store, *, closed: bool = False) -> list[House]:
    """All that are in use (or all there ever were), by region and name."""
    with store.read() as conn:
        return houses_in(store, conn, closed=closed)


def houses_in(store: Store, conn: Connection, *, closed: bool = False) -> list[House]:
    wanted = select(shelters) if closed else select(shelters).where(shelters.c.closed.is_(None))
    found = [_house(store, row) for row in conn.execute(wanted)]
    return sorted(found, key=lambda house: (house.region, house.name))


def house(store: Store, shelter_id: int) -> House | None:
    with store.read() as conn:
        return house_in(store, conn, shelter_id)


def house_in(store: Store, conn: Connection, shelter_id: int) -> House | None:
    row = _row(conn, shelter_id)
    return _house(store, row) if row is not None else None


def known_shelters(conn: Connection, now: float) -> list[Shelter]:
    """All in use, as the matching knows them: no name is opened."""
    rows = conn.execute(select(shelters).where(shelters.c.closed.is_(None)))
    return [
        Shelter(str(row.id), Kind(row.kind), row.region, row.beds, _free(row, now), _takes(row.takes))
        for row in rows
    ]


def regions(store: Store) -> list[str]:
    """Every region that a shelter in use is in."""
    with store.read() as conn:
        wanted = select(shelters.c.region).where(shelters.c.closed.is_(None)).distinct()
        return sorted(region for region in conn.execute(wanted).scalars() if region)


def houses_of(store: Store, staff_id: str) -> list[House]:
    """The houses where this person works."""
    with store.read() as conn:
        mine = select(house_staff.c.shelter_id).where(house_staff.c.staff_id == int(staff_id))
        rows = conn.execute(select(shelters).where(shelters.c.id.in_(mine), shelters.c.closed.is_(None)))
        return [_house(store, row) for row in rows]


def _row(conn: Connection, shelter_id: int) -> Any:
    return conn.execute(select(shelters).where(shelters.c.id == shelter_id)).one_or_none()


def _house(store: Store, row: Any) -> House:
    return House(
        row.id,
        row.code_name,
        Kind(row.kind),
        row.region,
        _open(store, row.name, place(row.id, "name")),
        _open(store, row.contact, place(row.id, "contact")),
        _takes(row.takes),
        row.beds,
        row.free,
        row.held,
        row.counted,
        row.version,
        row.closed is not None,
    )


def _free(row: Any, now: float) -> int | None:
    fresh = row.counted is not None and now - row.counted <= FRESH_SECONDS
    return max(row.free - row.held, 0) if fresh else None


def _open(store: Store, sealed: bytes, where: str) -> str:
    return store.keys.staff.open(bytes(sealed), where).decode()


def _takes(text: str) -> dict[str, Value]:
    """What was filled in, and for every other attribute what counts where nobody has."""
    kept = json.loads(text)
    return {one.code: _value(one, kept.get(one.code)) for one in ATTRIBUTES}


def _value(attribute: Attribute, kept: Any) -> Value:
    if kept is None:
        return attribute.otherwise
    return frozenset(kept) if attribute.form == "choices" else kept


# --- changing -----------------------------------------------------------------------------------------------------


def add(store: Store, draft: Draft, by: str, now: float) -> int:
    """A new shelter; returns its id. Raises Refused."""
    _check(draft, new=True)
    with store.write() as conn:
        values = {
            "kind": draft.kind.value,
            "free": 0,
            "held": 0,
            "counted_by": "",
            "version": 1,
            "created": now,
        }
        shelter_id = _named(conn, values | _open_facts(draft) | {"name": b"", "address": b"", "contact": b""})
        _seal(store, conn, shelter_id, draft)
        access.note(store, conn, by, f"shelter:{shelter_id}:added", now)
        return shelter_id


def change(store: Store, shelter_id: int, draft: Draft, by: str, now: float) -> None:
    """Raises Refused. An address left empty stays as it was, and so do the parts by which it is recognised."""
    _check(draft, new=False)
    with store.write() as conn:
        row = _row(conn, shelter_id)
        if row is None:
            raise Refused("gone")
        if row.kind != draft.kind and _was_used(conn, shelter_id):
            raise Refused("kind_fixed")
        values = _open_facts(draft) | {"kind": draft.kind.value, "version": shelters.c.version + 1}
        conn.execute(update(shelters).where(shelters.c.id == shelter_id).values(values))
        _seal(store, conn, shelter_id, draft)
        access.note(store, conn, by, f"shelter:{shelter_id}:changed", now)


def close(store: Store, shelter_id: int, by: str, now: float | None, at: float) -> None:
    """Taken out of use (`now`), or into use again (None). Raises Refused while beds there are kept."""
    with store.write() as conn:
        row = _row(conn, shelter_id)
        if now is not None and row is not None and row.held:
            raise Refused("beds_held")
        values = {"closed": now, "version": shelters.c.version + 1}
        conn.execute(update(shelters).where(shelters.c.id == shelter_id).values(values))
        access.note(store, conn, by, f"shelter:{shelter_id}:{'opened' if now is None else 'closed'}", at)


def count(store: Store, shelter_id: int, empty: int, by: str, now: float) -> House:
    """The house says how many of its beds stand empty now. Raises Refused."""
    with store.write() as conn:
        row = _row(conn, shelter_id)
        if row is None or row.closed is not None:
            raise Refused("gone")
        if not 0 <= empty <= row.beds:
            raise Refused("too_many")
        values = {"free": empty, "counted": now, "counted_by": by, "version": shelters.c.version + 1}
        conn.execute(update(shelters).where(shelters.c.id == shelter_id).values(values))
        access.note(store, conn, by, f"shelter:{shelter_id}:counted", now)
        return _house(store, _row(conn, shelter_id))


def set_staff(store: Store, shelter_id: int, staff_ids: list[str], by: str, now: float) -> None:
    """Who works there."""
    with store.write() as conn:
        conn.execute(delete(house_staff).where(house_staff.c.shelter_id == shelter_id))
        rows = [{"staff_id": int(one), "shelter_id": shelter_id} for one in dict.fromkeys(staff_ids)]
        if rows:
            conn.execute(insert(house_staff), rows)
        access.note(store, conn, by, f"shelter:{shelter_id}:staff", now)


def staff_of(store: Store, shelter_id: int) -> list[str]:
    with store.read() as conn:
        wanted = select(house_staff.c.staff_id).where(house_staff.c.shelter_id == shelter_id)
        return [str(one) for one in conn.execute(wanted).scalars()]


def _check(draft: Draft, *, new: bool) -> None:
    if not draft.name.strip():
        raise Refused("name_missing")
    if not draft.region.strip():
        raise Refused("region_missing")
    if new and not draft.address.strip():
        raise Refused("address_missing")
    if not 1 <= draft.beds <= MOST_BEDS:
        raise Refused("beds_malformed")
    if not draft.contact.strip():
        raise Refused("contact_missing")


def _was_used(conn: Connection, shelter_id: int) -> bool:
    return (
        conn.execute(select(placements.c.id).where(placements.c.shelter_id == shelter_id)).first() is not None
    )


def _open_facts(draft: Draft) -> dict[str, Any]:
    takes = {
        code: sorted(value) if isinstance(value, frozenset) else value for code, value in draft.takes.items()
    }
    return {"region": draft.region.strip()[:64], "beds": draft.beds, "takes": json.dumps(takes)}


def _named(conn: Connection, values: dict[str, Any]) -> int:
    """A row under a name of two neutral words that no other shelter has."""
    for _ in range(NAME_TRIES):
        try:
            with conn.begin_nested():
                row = insert(shelters).values(values | {"code_name": two_words()}).returning(shelters.c.id)
                return int(conn.execute(row).scalar_one())
        except IntegrityError:
            continue
    raise RuntimeError("no free name for a new shelter")


def _seal(store: Store, conn: Connection, shelter_id: int, draft: Draft) -> None:
    """Name and contact anew; the address, and what it can be recognised by, only where one was given."""
    told = {"name": draft.name, "contact": draft.contact}
    if draft.address.strip():
        told["address"] = draft.address
    sealed = {
        what: store.keys.staff.seal(text.strip().encode(), place(shelter_id, what))
        for what, text in told.items()
    }
    conn.execute(update(shelters).where(shelters.c.id == shelter_id).values(sealed))
    found = guard.parts(draft.name, draft.address, draft.region)
    guard.keep(store, conn, shelter_id, found, anew=GUARDED if draft.address.strip() else ("name", "region"))
