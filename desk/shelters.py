"""The list of shelters: what each can take, how many beds are free, and, one at a time with a reason, where it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from desk.gate import keeps_shelters, places
from desk.pages import show
from desk.room import Visit
from flows.placement import Kind
from flows.shelters import ATTRIBUTES, FRESH_SECONDS, Attribute, Value
from storage import access, staff
from storage.places import addresses, shelters
from storage.places.shelters import Draft, House, Refused

router = APIRouter()
Keeping = Annotated[Visit, Depends(keeps_shelters)]
Placing = Annotated[Visit, Depends(places)]
ONE_TAP = 11  # so many beds have a button each; a larger house types the number


async def _form(request: Request) -> FormData:
    return await request.form()


Filled = Annotated[FormData, Depends(_form)]


@dataclass(frozen=True, slots=True)
class Shown:
    """One shelter on a page, with what is free now."""

    house: House
    free: int | None
    buttons: range  # numbers that can be pressed

    @classmethod
    def of(cls, house: House, now: float) -> Shown:
        return cls(house, house.free(now), range(min(house.beds, ONE_TAP) + 1))


@router.get("/places")
def all_places(asking: Keeping) -> HTMLResponse:
    return _list(asking)


def _list(asking: Visit, status: int = 200, wrong: str = "") -> HTMLResponse:
    found = [Shown.of(house, asking.now) for house in shelters.houses(asking.store)]
    by_region: dict[str, list[Shown]] = {}
    for shown in found:
        by_region.setdefault(shown.house.region, []).append(shown)
    closed = [house for house in shelters.houses(asking.store, closed=True) if house.closed]
    values = {"by_region": by_region, "closed": closed, "attributes": ATTRIBUTES, "wrong": wrong}
    totals = [(kind, _total(found, kind)) for kind in Kind]
    return show(
        asking, "places.html", status, **values, totals=totals, fresh_hours=int(FRESH_SECONDS // 3600)
    )


def _total(found: list[Shown], kind: Kind) -> dict[str, int]:
    """Free beds of one kind, and how many houses nobody has counted lately."""
    of_kind = [shown for shown in found if shown.house.kind is kind]
    free = sum(shown.free for shown in of_kind if shown.free is not None)
    return {"houses": len(of_kind), "free": free, "unknown": sum(shown.free is None for shown in of_kind)}


@router.post("/places/{shelter_id}/beds")
def beds(asking: Keeping, shelter_id: int, empty: Annotated[int, Form()]) -> Response:
    """How many stand empty now: one tap."""
    try:
        shelters.count(asking.store, shelter_id, empty, asking.who.id, asking.now)
    except Refused as refused:
        return _list(asking, 409, str(refused))
    return RedirectResponse(f"/places#house-{shelter_id}", 303)


# --- the form -----------------------------------------------------------------------------------------------------


@router.get("/places/new")
def new(asking: Keeping) -> HTMLResponse:
    return _page(asking, None, Draft(Kind.SECURE, ""))


@router.post("/places")
def add(asking: Keeping, filled: Filled) -> Response:
    draft = _draft(filled)
    try:
        shelter_id = shelters.add(asking.store, draft, asking.who.id, asking.now)
    except Refused as refused:
        return _page(asking, None, draft, 409, str(refused))
    return RedirectResponse(f"/places/{shelter_id}", 303)


@router.get("/places/{shelter_id}")
def one(asking: Keeping, shelter_id: int) -> HTMLResponse:
    found = _found(asking, shelter_id)
    return _page(asking, found, _as_draft(found))


@router.post("/places/{shelter_id}")
def change(asking: Keeping, shelter_id: int, filled: Filled) -> Response:
    found, draft = _found(asking, shelter_id), _draft(filled)
    try:
        shelters.change(asking.store, shelter_id, draft, asking.who.id, asking.now)
    except Refused as refused:
        return _page(asking, found, draft, 409, str(refused))
    return RedirectResponse(f"/places#house-{shelter_id}", 303)


@router.post("/places/{shelter_id}/use")
def use(asking: Keeping, shelter_id: int, closed: Annotated[bool, Form()]) -> Response:
    found = _found(asking, shelter_id)
    try:
        at = asking.now if closed else None
        shelters.close(asking.store, shelter_id, asking.who.id, at, asking.now)
    except Refused as refused:
        return _page(asking, found, _as_draft(found), 409, str(refused))
    return RedirectResponse("/places", 303)


@router.post("/places/{shelter_id}/staff")
def people(
    asking: Keeping, shelter_id: int, person: Annotated[list[str] | None, Form()] = None
) -> RedirectResponse:
    """Who works there, and so may count its beds."""
    _found(asking, shelter_id)
    known = {one.id for one in _house_people(asking)}
    chosen = [one for one in person or [] if one in known]
    shelters.set_staff(asking.store, shelter_id, chosen, asking.who.id, asking.now)
    return RedirectResponse(f"/places/{shelter_id}", 303)


@router.post("/places/{shelter_id}/address")
def address(asking: Placing, shelter_id: int, why: Annotated[str, Form()] = "") -> HTMLResponse:
    """Where it is, once, for whoever places, with a reason that is logged."""
    found = _found(asking, shelter_id)
    try:
        told = addresses.reveal(asking.store, shelter_id, asking.who.id, why, asking.now)
    except addresses.NotRevealed as kept:
        return _page(asking, found, _as_draft(found), 409, f"address_{kept}")
    return _page(asking, found, _as_draft(found), told=told)


def _found(asking: Visit, shelter_id: int) -> House:
    found = shelters.house(asking.store, shelter_id)
    if found is None:
        raise HTTPException(404)
    return found


def _page(
    asking: Visit, house: House | None, draft: Draft, status: int = 200, wrong: str = "", told: str = ""
) -> HTMLResponse:
    return show(
        asking,
        "place.html",
        status,
        house=house,
        draft=draft,
        wrong=wrong,
        told=told,
        kinds=list(Kind),
        attributes=ATTRIBUTES,
        regions=shelters.regions(asking.store),
        house_people=_house_people(asking),
        working=shelters.staff_of(asking.store, house.id) if house else [],
        least=access.SHORTEST,
    )


def _house_people(asking: Visit) -> list[staff.Member]:
    return [one for one in staff.members(asking.store) if "house" in one.roles and not one.disabled]


def _as_draft(house: House) -> Draft:
    return Draft(house.kind, house.name, house.region, "", house.contact, house.beds, house.takes)


def _draft(filled: FormData) -> Draft:
    """What was filled in; a kind or a number that no form of ours sends counts as empty."""
    words = {name: str(filled.get(name, "")) for name in ("name", "region", "address", "contact")}
    kind = Kind(filled["kind"]) if filled.get("kind") in list(Kind) else Kind.SECURE
    takes = {one.code: _filled(one, filled) for one in ATTRIBUTES}
    return replace(Draft(kind, **words), beds=_number(filled.get("beds")), takes=takes)


def _filled(attribute: Attribute, filled: FormData) -> Value:
    if attribute.form == "flag":
        return attribute.code in filled
    if attribute.form == "number":
        return _number(filled.get(attribute.code))
    return frozenset(str(one) for one in filled.getlist(attribute.code) if one in attribute.choices)


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.strip().isdecimal() and len(text) < 6 else 0
