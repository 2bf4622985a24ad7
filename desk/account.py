"""One's own account: what wakes me, my Telegram account, my password, my language."""

from __future__ import annotations

import logging
from typing import Annotated

from apprise import Apprise
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.pages import show
from desk.room import Visit, visit
from desk.signing import host_of
from storage import passkeys, second, staff

router = APIRouter()
# It would write an address that it does not know to the terminal, password and all.
logging.getLogger("apprise").disabled = True
Asking = Annotated[Visit, Depends(visit)]


@router.get("/account")
def account(asking: Asking, request: Request) -> HTMLResponse:
    return page(asking, request)


@router.post("/account/alert")
def alert(asking: Asking, request: Request, address: Annotated[str, Form()] = "") -> Response:
    """Where an alert wakes me. What is stored is never shown again: it may hold a password."""
    address = address.strip()
    if address and not _recognised(address):
        return page(asking, request, 409, wrong="desk.account.alert_wrong")
    staff.set_alert(asking.store, asking.who.id, address)
    staff.record(asking.store, asking.who.id, f"alert:{asking.who.id}", asking.now)
    return RedirectResponse("/account", 303)


@router.post("/account/telegram")
def telegram(asking: Asking, request: Request) -> HTMLResponse:
    """A code to send to the bot, shown once."""
    return page(asking, request, code=staff.make_link_code(asking.store, asking.who.id, asking.now))


@router.post("/account/telegram/unlink")
def unlink(asking: Asking) -> Response:
    staff.unlink_telegram(asking.store, asking.who.id)
    staff.record(asking.store, asking.who.id, f"telegram:{asking.who.id}", asking.now)
    return RedirectResponse("/account", 303)


@router.post("/account/sessions/end")
def end_sessions(asking: Asking) -> Response:
    """Everywhere else: a phone that is lost, a computer that was left open."""
    staff.end_sessions(asking.store, asking.who.id, keep=asking.session.key)
    staff.record(asking.store, asking.who.id, f"sessions:{asking.who.id}", asking.now)
    return RedirectResponse("/account", 303)


def _recognised(address: str) -> bool:
    """Whether this is one address that alerts can be sent to."""
    return not any(map(str.isspace, address)) and bool(Apprise().add(address))


def page(
    asking: Visit, request: Request, status: int = 200, *, code: str = "", wrong: str = ""
) -> HTMLResponse:
    """`code`: for linking Telegram, shown once; `wrong`: what was not taken, a code of the words."""
    me, host = staff.member(asking.store, asking.who.id), host_of(request)
    return show(
        asking,
        "account.html",
        status,
        me=me,
        code=code,
        wrong=wrong,
        left=None if asking.room.demo else second.left(asking.store, asking.who.id),
        keys=passkeys.of(asking.store, asking.who.id),
        passkey=passkeys.asked_to_add(asking.store, asking.who, host, asking.session.key, asking.now)
        if host
        else "",
    )
