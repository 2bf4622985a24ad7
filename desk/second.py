"""The second step of signing in: a code from an app, set up at the first sign-in."""

from __future__ import annotations

import time
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from desk.pages import show
from desk.room import Visit, visit
from storage import second
from storage.staff import Wait

router = APIRouter()
Asking = Annotated[Visit, Depends(visit)]


@router.get("/second")
def page(asking: Asking) -> Response:
    return RedirectResponse("/", 303) if asking.inside else _page(asking)


@router.post("/second")
def enter(asking: Asking, code: Annotated[str, Form()] = "") -> Response:
    if asking.inside:
        return RedirectResponse("/", 303)
    found = second.enter(asking.store, asking.session, code, time.time())
    if found is True:
        return RedirectResponse("/", 303)
    return _refused(asking, found if isinstance(found, Wait) else None)


@router.post("/second/set-up")
def set_up(asking: Asking, code: Annotated[str, Form()] = "") -> Response:
    """The recovery codes are shown here and nowhere else."""
    if asking.inside:
        return RedirectResponse("/", 303)
    found = second.set_up(asking.store, asking.session, code, time.time())
    if isinstance(found, list):
        return show(asking, "second_codes.html", codes=found)
    return _refused(asking, found)


def _refused(asking: Visit, wait: Wait | None) -> HTMLResponse:
    if wait is None:
        return _page(asking, 403, wrong="desk.step.wrong")
    return _page(asking, 429, wrong="desk.sign_in.wait", seconds=int(wait.until - asking.now) + 1)


def _page(asking: Visit, status: int = 200, *, wrong: str = "", seconds: int = 0) -> HTMLResponse:
    who = asking.who
    secret = second.secret(asking.store, who.id)
    drawing = _drawn(second.address(who.login, secret)) if secret else ""
    return show(asking, "second.html", status, secret=secret, drawing=drawing, wrong=wrong, seconds=seconds)


def _drawn(text: str) -> Markup:
    """A QR code, made here: no third party learns of it. Dark on light in every theme, as cameras want it."""
    svg = segno.make(text, error="m").svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr"
    )
    return Markup(svg)  # noqa: S704 - segno's own numbers, nothing of anybody's  # nosec B704
