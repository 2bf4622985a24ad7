"""The people who work here, for whoever manages the accounts. An administrator's role alone opens no case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.gate import manages_people
from desk.pages import show
from desk.room import Visit
from flows.model import StaffDid
from storage import second, staff, turns, views
from storage.staff import ROLES, Refused

router = APIRouter()
Asking = Annotated[Visit, Depends(manages_people)]


@router.get("/people")
def people(asking: Asking) -> HTMLResponse:
    return _page(asking)


@router.post("/people")
def add(
    asking: Asking,
    login: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    roles: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    """A new account; its first password is shown once, on this page."""
    try:
        person, password = staff.add(asking.store, login, name, roles or [], asking.now)
    except Refused as refused:
        return _page(asking, 409, wrong=str(refused), draft={"login": login, "name": name})
    staff.record(asking.store, asking.who.id, f"add:{person.id}", asking.now)
    return _page(asking, given=(person.name, person.login, password))


@router.post("/people/{person}/roles")
def set_roles(asking: Asking, person: str, roles: Annotated[list[str] | None, Form()] = None) -> Response:
    _known(asking, person)
    try:
        staff.set_roles(asking.store, person, roles or [])
    except Refused as refused:
        return _page(asking, 409, wrong=str(refused))
    staff.record(asking.store, asking.who.id, f"roles:{person}", asking.now)
    return RedirectResponse("/people", 303)


@router.post("/people/{person}/password")
def new_password(asking: Asking, person: str) -> HTMLResponse:
    found = _known(asking, person)
    staff.record(asking.store, asking.who.id, f"password:{person}", asking.now)
    return _page(asking, given=(found.name, found.login, staff.give_password(asking.store, person)))


@router.post("/people/{person}/second")
def new_second(asking: Asking, person: str) -> Response:
    """For somebody who lost phone and codes: set up anew at the next sign-in. Open sessions end."""
    found = _known(asking, person)
    second.reset(asking.store, found.id)
    staff.record(asking.store, asking.who.id, f"second:{person}", asking.now)
    return RedirectResponse("/people", 303)


@router.post("/people/{person}/disable")
def disable(asking: Asking, person: str) -> Response:
    """Closes an account. What this person held goes back to the ladder: nobody waits for somebody who is gone."""
    found = _known(asking, person)
    held = [row for row in views.open_handoffs(asking.store, person) if row.holder == person]
    try:
        staff.set_disabled(asking.store, found.id, asking.now)
    except Refused as refused:
        return _page(asking, 409, wrong=str(refused))
    staff.record(asking.store, asking.who.id, f"disable:{person}", asking.now)
    for row in held:
        turns.staff_turn(
            asking.store, row.intake_id, StaffDid("give_back", person, asking.now), asking.house()
        )
    return RedirectResponse("/people", 303)


@router.post("/people/{person}/enable")
def enable(asking: Asking, person: str) -> Response:
    staff.set_disabled(asking.store, _known(asking, person).id, None)
    staff.record(asking.store, asking.who.id, f"enable:{person}", asking.now)
    return RedirectResponse("/people", 303)


def _known(asking: Visit, person: str) -> staff.Member:
    found = staff.member(asking.store, person)
    if found is None:
        raise HTTPException(404)
    return found


def _page(
    asking: Visit,
    status: int = 200,
    *,
    wrong: str = "",
    draft: dict[str, str] | None = None,
    given: tuple[str, str, str] | None = None,
) -> HTMLResponse:
    return show(
        asking,
        "people.html",
        status,
        people=staff.members(asking.store),
        roles=ROLES,
        wrong=wrong,
        draft=draft or {},
        given=given,
    )
