"""Signing in with a passkey, and the passkeys of one's own account."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from desk import account, signing
from desk.gate import before
from desk.room import Room, Visit, visit
from storage import passkeys, staff

router = APIRouter()
Asking = Annotated[Visit, Depends(visit)]


@router.post("/sign-in/passkey")
def sign_in(request: Request, answer: Annotated[str, Form()] = "") -> Response:
    room: Room = request.app.state.room
    now, host = time.time(), signing.host_of(request)
    address = signing.address_of(request)
    found = passkeys.sign_in(room.store, host, before(request), answer, now, address) if host else None
    return signing.answered(request, found, now, "desk.passkey.wrong")


@router.post("/account/passkeys")
def add(
    request: Request,
    asking: Asking,
    answer: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """The password once more: a desk left open for a minute must not become a door for ever."""
    if not isinstance(staff.check(asking.store, asking.who.login, password, asking.now), staff.Member):
        return account.page(asking, request, 403, wrong="desk.password.old_wrong")
    host = signing.host_of(request)
    if not host or not passkeys.add(
        asking.store, asking.who, host, asking.session.key, answer, name, asking.now
    ):
        return account.page(asking, request, 409, wrong="desk.passkey.not_added")
    return RedirectResponse("/account", 303)


@router.post("/account/passkeys/{number}/remove")
def remove(asking: Asking, number: int) -> Response:
    passkeys.remove(asking.store, asking.who.id, number, asking.now)
    return RedirectResponse("/account", 303)
