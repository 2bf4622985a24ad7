"""Signing in and out, the first password, and the language of the pages."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.gate import BEFORE, SESSION, before, cookie_of, drop_cookie, set_cookie
from desk.pages import outside, show
from desk.room import Room, Visit, visit
from flows.tongues import STAFF_LANGUAGES
from storage import passkeys, staff
from storage.staff import Refused, SignedIn, Wait

router = APIRouter()
Asking = Annotated[Visit, Depends(visit)]


@router.get("/sign-in")
def sign_in_page(request: Request) -> HTMLResponse:
    return _sign_in_page(request, "desk.sign_in.ended" if _ended(request) else "")


def _ended(request: Request) -> bool:
    """Whether a session of this browser is over that nobody signed out of: signing out takes its cookie away."""
    token, room = cookie_of(request, SESSION), request.app.state.room
    return bool(token) and staff.session(room.store, token, time.time(), use=False) is None


@router.post("/sign-in")
def sign_in(
    request: Request, login: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    room: Room = request.app.state.room
    now = time.time()
    found = staff.sign_in(room.store, login, password, now, address_of(request))
    return answered(request, found, now, "desk.sign_in.wrong", login)


def answered(
    request: Request, found: SignedIn | Wait | None, now: float, wrong: str, login: str = ""
) -> Response:
    """The desk, or the page to sign in again with what was wrong: a code of the words."""
    if found is None:
        return _sign_in_page(request, wrong, login, status=403)
    if isinstance(found, Wait):
        return _sign_in_page(
            request, "desk.sign_in.wait", login, status=429, seconds=int(found.until - now) + 1
        )
    response = RedirectResponse("/", 303)
    set_cookie(response, request, SESSION, found.token)
    drop_cookie(response, request, BEFORE)
    return response


def _sign_in_page(
    request: Request, wrong: str = "", login: str = "", status: int = 200, seconds: int = 0
) -> HTMLResponse:
    """The token of this form stands in a cookie as well: nobody else can make a browser sign in."""
    known = before(request)
    token = known if len(known) == 64 else secrets.token_hex(32)
    page = outside(
        request,
        "sign_in.html",
        status,
        csrf=token,
        wrong=wrong,
        login=login,
        seconds=seconds,
        passkey=_passkey(request, token),
    )
    set_cookie(page, request, BEFORE, token)
    return page


def _passkey(request: Request, token: str) -> str:
    """What the browser is asked for a passkey; empty where there can be none."""
    room: Room = request.app.state.room
    host = host_of(request)
    return passkeys.asked_to_sign_in(room.store, host, token, time.time()) if host else ""


def address_of(request: Request) -> str:
    """From where somebody asks, as the socket tells it."""
    return request.client.host if request.client else ""


def host_of(request: Request) -> str:
    """The name that passkeys are made for; empty where the desk is reached by number, for which there are none."""
    host = request.url.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host if len(host) <= 253 else ""
    return ""


@router.post("/sign-out")
def sign_out(request: Request, asking: Asking) -> Response:
    staff.sign_out(asking.store, asking.session.key, asking.now)
    response = RedirectResponse("/sign-in", 303)
    drop_cookie(response, request, SESSION)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.get("/here")
def here(_asking: Asking) -> Response:
    """Somebody is typing on an open page: that counts as using the session."""
    return Response(status_code=204)


@router.get("/password")
def password_page(asking: Asking) -> HTMLResponse:
    return show(asking, "password.html", wrong="")


@router.post("/password")
def password(
    asking: Asking,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """A new password; every other session of this person ends."""
    if not hmac.compare_digest(new.encode(), again.encode()):
        return show(asking, "password.html", 409, wrong="desk.password.not_the_same")
    checked = staff.check(asking.store, asking.who.login, old, asking.now)
    if not isinstance(checked, staff.Member):
        return show(asking, "password.html", 403, wrong="desk.password.old_wrong")
    if hmac.compare_digest(new.encode(), old.encode()):
        return show(asking, "password.html", 409, wrong="desk.password.same")
    try:
        staff.change_password(asking.store, asking.who.id, new, keep=asking.session.key)
    except Refused:
        return show(asking, "password.html", 409, wrong="desk.password.weak")
    staff.record(asking.store, asking.who.id, f"password:{asking.who.id}", asking.now)
    return RedirectResponse("/", 303)


@router.post("/language")
def language(asking: Asking, to: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
    if to in STAFF_LANGUAGES:
        staff.set_language(asking.store, asking.who.id, to)
    # Only to a page of ours: one slash, then something else.
    own = back.startswith("/") and not back.startswith(("//", "/\\"))
    return RedirectResponse(back if own else "/", 303)
