"""Where she can go: what fits and why, what is in the way, and holding, confirming, bringing her there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk import guide
from desk.case import case_page, opened
from desk.deeds import done
from desk.gate import places, sees_cases
from desk.pages import show
from desk.room import Visit
from flows.model import Colour, StaffDid
from flows.placement import Journey, Kind, Place, Regions
from flows.shelters import Match, Need
from storage import staff
from storage.places import placing, shelters
from storage.places.shelters import House
from storage.views import CaseView

router = APIRouter()
Placing = Annotated[Visit, Depends(places)]
Asking = Annotated[Visit, Depends(sees_cases)]
PLAIN = ("extend", "confirm", "arrive", "release")
SIDE_BY_SIDE = 3
MOST = 40  # places shown below those
TONIGHT = (
    "one",
    "two",
    "three",
    "four",
    "five",
)  # the plan for a night without a bed (domain.md 2, "When full")
NO_CURE = frozenset({"only_secure", "barred"})  # no telephone call changes what roof she may have
WAYS_OUT = (Kind.PARTNER, Kind.HOTEL)  # when nothing that fits is free


@dataclass(frozen=True, slots=True)
class Choice:
    """One place as the page shows it."""

    match: Match
    house: House

    @property
    def can_be_held(self) -> bool:
        return self.match.verdict != "no" and self.match.shelter.free is not None


@router.get("/case/{handoff_id}/place")
def look(asking: Placing, handoff_id: int) -> HTMLResponse:
    return _page(asking, handoff_id)


def _page(asking: Visit, handoff_id: int, status: int = 200, refused: str = "") -> HTMLResponse:
    view = opened(asking, handoff_id)
    found = placing.for_case(asking.store, view.row.intake_id, asking.now)
    houses = {str(house.id): house for house in shelters.houses(asking.store)}
    choices = [Choice(one, houses[one.shelter.id]) for one in found.matches if one.shelter.id in houses]
    return show(
        asking,
        "placing.html",
        status,
        view=view,
        row=view.row,
        need=found.need,
        beds=found.need.people or 1,
        refused=refused,
        regions=shelters.regions(asking.store),
        told=_told(view),
        red=view.row.colour is Colour.RED,
        tonight=TONIGHT,
        may_place=guide.may_place(view, asking.who),
        **_sorted(choices, found.need),
    )


def _sorted(choices: list[Choice], need: Need) -> dict[str, Any]:
    """The best side by side, the rest below; near misses with what is in the way; and the ways out of "full"."""
    fitting = [one for one in choices if one.match.verdict != "no"]
    free = [one for one in fitting if one.can_be_held]
    beside = (free or fitting)[:SIDE_BY_SIDE]
    beside = _with_the_house(beside, fitting, need)
    near = [one for one in choices if one.match.near_miss and one.match.in_the_way[0] not in NO_CURE]
    return {
        "beside": beside,
        "others": [one for one in fitting if one not in beside][:MOST],
        "near": near[:MOST],
        "nothing_free": not free,
        "uncounted": [one for one in fitting if one.match.shelter.free is None],
        "full": [one for one in near if one.match.in_the_way == ("full",)],
        "ways_out": [one for one in choices if one.house.kind in WAYS_OUT and _could(one, need)],
    }


def _with_the_house(beside: list[Choice], fitting: list[Choice], need: Need) -> list[Choice]:
    """For orange the visible house stands beside the others, so that the reasons can be weighed."""
    if need.colour is not Colour.ORANGE or any(one.house.kind is Kind.VISIBLE_HOUSE for one in beside):
        return beside
    house = next((one for one in fitting if one.house.kind is Kind.VISIBLE_HOUSE), None)
    return [*beside[: SIDE_BY_SIDE - 1], house] if house else beside


def _could(choice: Choice, need: Need) -> bool:
    """A makeshift roof: for red it is in the way by rule, and a person may decide so with a reason."""
    in_the_way = set(choice.match.in_the_way) - ({"only_secure"} if need.colour is Colour.RED else set())
    return not in_the_way - {"full"}


def _told(view: CaseView) -> list[tuple[str, str]]:
    """Her own words about places, for whoever puts them on the map: step and text."""
    words = {told.step: told.text for told in view.needs if told.text}
    return [(step, words[step]) for step in ("where", "avoid") if step in words]


# --- what is done --------------------------------------------------------------------------------------------------


@router.post("/case/{handoff_id}/regions")
def regions(
    asking: Placing,
    handoff_id: int,
    own: Annotated[str, Form()] = "",
    own_safe: Annotated[str, Form()] = "",
    avoid: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Where she may not be, as the worker understood her."""
    known = set(shelters.regions(asking.store))
    safe = {"yes": True, "no": False}.get(own_safe)
    told = Regions(own if own in known else "", safe, tuple(one for one in avoid or [] if one in known))
    return _do(asking, handoff_id, StaffDid("regions", asking.who.id, asking.now, regions=told), look=True)


@router.post("/case/{handoff_id}/hold")
def hold(
    asking: Placing,
    handoff_id: int,
    shelter: Annotated[int, Form()],
    beds: Annotated[int, Form()] = 1,
    reason: Annotated[str, Form()] = "",
) -> Response:
    house = shelters.house(asking.store, shelter)
    if house is None:
        raise HTTPException(404)
    place = Place(str(house.id), house.kind, beds)
    deed = StaffDid("hold", asking.who.id, asking.now, reason.strip(), place=place)
    return _do(asking, handoff_id, deed, look=True)


@router.post("/case/{handoff_id}/placed")
def plain(asking: Asking, handoff_id: int, deed: Annotated[str, Form()]) -> Response:
    if deed not in PLAIN:
        raise HTTPException(400)
    return _do(asking, handoff_id, StaffDid(deed, asking.who.id, asking.now))


@router.post("/case/{handoff_id}/journey")
def journey(
    asking: Asking,
    handoff_id: int,
    transport: Annotated[str, Form()] = "",
    met_by: Annotated[str, Form()] = "",
    bring: Annotated[str, Form()] = "",
) -> Response:
    how = Journey(transport.strip(), met_by.strip(), bring.strip())
    return _do(asking, handoff_id, StaffDid("set_out", asking.who.id, asking.now, journey=how))


def _do(asking: Visit, handoff_id: int, deed: StaffDid, *, look: bool = False) -> Response:
    """One turn. What is refused is said where it was asked; a hold that succeeds leads back to the case."""
    view = opened(asking, handoff_id)
    if not staff.may_open(asking.store, asking.who.id, view.row.intake_id):
        raise HTTPException(404)
    if not (asking.who.places or view.row.mine):
        raise HTTPException(403, "role")
    why = done(asking, handoff_id, view.row.intake_id, deed)
    if why:
        return (
            _page(asking, handoff_id, 409, why) if look else case_page(asking, handoff_id, 409, refused=why)
        )
    where = "/place" if deed.did == "regions" else "#place"
    return RedirectResponse(f"/case/{handoff_id}{where}", 303)
