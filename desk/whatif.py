"""What if: a supervisor compares a version of the flow that the operator laid ready with the one that runs.

Counts under five are shown here, unlike on the pages of figures: a supervisor may list and open each of these logs
anyway, and what is compared is single logs. Nothing of it leaves this page.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.gate import supervises
from desk.pages import show
from desk.room import Visit
from desk.trials import Trials
from flows.intake import INTAKE
from flows.whatif.difference import Difference, Kind, Kinds
from storage import staff

router = APIRouter()
Asking = Annotated[Visit, Depends(supervises)]
STOP_ASKING = 286  # what tells htmx that this part changes no more


def trials(request: Request) -> Trials:
    found: Trials = request.app.state.trials
    return found


Known = Annotated[Trials, Depends(trials)]


@router.get("/whatif")
def whatif(asking: Asking, known: Known) -> HTMLResponse:
    return show(asking, "whatif.html", **_page(asking, known))


@router.get("/whatif/parts")
def parts(asking: Asking, known: Known) -> HTMLResponse:
    """The part that changes while a comparison runs; nothing where none was begun."""
    if known.last is None:
        raise HTTPException(404)
    going_on = known.last.running
    return show(asking, "whatif_parts.html", 200 if going_on else STOP_ASKING, **_page(asking, known))


@router.post("/whatif")
def begin(asking: Asking, known: Known, draft: Annotated[str, Form()] = "") -> Response:
    if not known.begin(asking.store, draft, asking.who.id, asking.now):
        return show(asking, "whatif.html", 409, **_page(asking, known, "whatif_not_now"))
    staff.record(asking.store, asking.who.id, "whatif", asking.now)
    return RedirectResponse("/whatif", 303)


@router.post("/whatif/stop")
def stop(_asking: Asking, known: Known) -> RedirectResponse:
    known.stop()
    return RedirectResponse("/whatif", 303)


def _page(asking: Visit, known: Trials, wrong: str = "") -> dict[str, Any]:
    trial = known.last
    names = {member.id: member.name for member in staff.members(asking.store)}
    return {
        "possible": known.possible,
        "drafts": known.drafts(),
        "trial": trial,
        "by": names.get(trial.by, "?") if trial else "",
        "result": _result(asking, trial.found) if trial else {},
        "version": INTAKE.version,
        "wrong": wrong,
    }


def _result(asking: Visit, found: Difference) -> dict[str, Any]:
    """A Difference as the page shows it, worst first. It may still be growing: each table is copied once."""
    return {
        "logs": found.logs,
        "changed": found.changed,
        "missed_reds": found.missed_reds,
        "overruled": found.overruled,
        "unlike": found.unlike,
        "missed": [(_rule(asking, code), code, kind) for code, kind in _sorted(found.missed)],
        "new": [(_rule(asking, code), code, kind) for code, kind in _sorted(found.new)],
        "later": found.later,
        "urgency": [(_way(asking, code, "desk.urgency"), kind) for code, kind in _sorted(found.urgency)],
        "desks": [(_way(asking, code, "desk.for"), kind) for code, kind in _sorted(found.desks)],
        "matrix": dict(found.matrix),
        "cells": dict(found.cells),
    }


def _sorted(kinds: Kinds) -> list[tuple[str, Kind]]:
    return sorted(dict(kinds).items(), key=lambda one: -one[1].count)


def _rule(asking: Visit, code: str) -> str:
    """A rule in the reader's words: a combination, or the one sign that it is."""
    words = asking.tongue.known("rule", code)
    return asking.tongue.known("indicator", code) if words == code else words


def _way(asking: Visit, code: str, prefix: str) -> str:
    """From one to the other, "now>today", in words."""
    old, _, new = code.partition(">")
    return f"{_said(asking, old, prefix)} → {_said(asking, new, prefix)}"


def _said(asking: Visit, codes: str, prefix: str) -> str:
    return " + ".join(asking.tongue.known(prefix, code.removeprefix("this_")) for code in codes.split("+"))
