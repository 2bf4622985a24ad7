"""For whoever works at a house: how many beds stand empty, by one tap, and who is coming. No case, no name of hers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.deeds import done
from desk.gate import works_at_house
from desk.pages import show
from desk.room import Visit
from desk.shelters import Shown
from flows.model import StaffDid
from storage.places import placing, shelters
from storage.places.shelters import Refused

router = APIRouter()
Working = Annotated[Visit, Depends(works_at_house)]
MAY = {"held": ("confirm", "release"), "under_way": ("arrive",)}


@router.get("/house")
def house(asking: Working) -> HTMLResponse:
    return _page(asking)


@router.post("/house/{shelter_id}/beds")
def beds(asking: Working, shelter_id: int, empty: Annotated[int, Form()]) -> Response:
    _mine(asking, shelter_id)
    try:
        shelters.count(asking.store, shelter_id, empty, asking.who.id, asking.now)
    except Refused as refused:
        return _page(asking, 409, asking.tongue.known("desk.place.wrong", str(refused)))
    return RedirectResponse("/house", 303)


@router.post("/house/coming/{handoff_id}")
def coming(asking: Working, handoff_id: int, deed: Annotated[str, Form()]) -> Response:
    """Yes, she can come; or no; or she is here."""
    found = next((one for one in _coming(asking) if one.handoff_id == handoff_id), None)
    if found is None:
        raise HTTPException(404)
    if deed not in MAY.get(found.state, ()):
        return _page(asking, 409, asking.tongue.t("refused.no_such_place"))
    why = done(asking, handoff_id, found.intake_id, StaffDid(deed, asking.who.id, asking.now))
    return _page(asking, 409, why) if why else RedirectResponse("/house", 303)


def _page(asking: Visit, status: int = 200, refused: str = "") -> HTMLResponse:
    mine = [Shown.of(house, asking.now) for house in shelters.houses_of(asking.store, asking.who.id)]
    return show(asking, "house.html", status, mine=mine, coming=_coming(asking), may=MAY, refused=refused)


def _coming(asking: Visit) -> list[placing.Coming]:
    mine = [house.id for house in shelters.houses_of(asking.store, asking.who.id)]
    return placing.coming(asking.store, mine) if mine else []


def _mine(asking: Visit, shelter_id: int) -> None:
    if shelter_id not in {house.id for house in shelters.houses_of(asking.store, asking.who.id)}:
        raise HTTPException(404)
