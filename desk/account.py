"""One's own account: what wakes me, my Telegram account, my password, my language."""

from __future__ import annotations

import logging
from typing import Annotated

from apprise import Apprise
from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.pages import show
from desk.room import Visit, visit
from storage import second, staff

router = APIRouter()
# It would write an address that it does not know to the terminal, password and all.
logging.getLogger("apprise").disabled = True
Asking = Annotated[Visit, Depends(visit)]


@router.get("/account")
def account(asking: Asking) -> HTMLResponse:
    return _page(asking)


@router.post("/account/alert")
def alert(asking: Asking, address: Annotated[str, Form()] = "") -> Response:
    """Where an alert wakes me. What is stored is never shown again: it may hold a password."""
    address = address.strip()
    if address and not _recognised(address):
        return _page(asking, status=409, wrong="desk.account.alert_wrong")
    staff.set_alert(asking.store, asking.who.id, address)
    staff.record(asking.store, asking.who.id, f"alert:{asking.who.id}", asking.now)
    return RedirectResponse("/account", 303)


@router.post("/account/telegram")
def telegram(asking: Asking) -> HTMLResponse:
    """A code to send to the bot, shown once."""
    return _page(asking, code=staff.make_link_code(asking.store, asking.who.id, asking.now))


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


def _page(asking: Visit, code: str = "", wrong: str = "", status: int = 200) -> HTMLResponse:
    me = staff.member(asking.store, asking.who.id)
    left = None if asking.room.demo else second.left(asking.store, asking.who.id)
    return show(asking, "account.html", status, me=me, code=code, wrong=wrong, left=left)
