"""The board: every open case that this person may see. Nothing is opened to draw it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk import guide
from desk.gate import sees_cases
from desk.pages import show
from desk.room import Visit, visit
from flows.model import Urgency
from storage import staff, troubles, views
from storage.troubles import Trouble

router = APIRouter()
Asking = Annotated[Visit, Depends(sees_cases)]


@router.get("/")
def board(asking: Annotated[Visit, Depends(visit)]) -> Response:
    if not asking.who.sees_cases:
        if "house" in asking.who.roles:
            return RedirectResponse("/house", 303)
        return show(asking, "nothing.html")  # an administrator's first page
    return show(asking, "board.html", **_board(asking))


@router.get("/board")
def again(asking: Asking) -> HTMLResponse:
    """The whole page, as a browser without scripts asks for it by itself; that is no use of the session."""
    return show(asking, "board.html", **_board(asking))


@router.get("/board/rows")
def rows(asking: Asking) -> HTMLResponse:
    """The part of the board that changes."""
    return show(asking, "board_rows.html", **_board(asking))


@router.post("/trouble/{trouble_id}/clear")
def clear(asking: Asking, trouble_id: int) -> RedirectResponse:
    supervises = asking.who.supervises
    if not troubles.clear(asking.store, trouble_id, asking.who.id, asking.now, supervises=supervises):
        raise HTTPException(403, "role")
    return RedirectResponse("/", 303)


def _board(asking: Visit) -> dict[str, Any]:
    found = views.open_handoffs(asking.store, asking.who.id, asking.now)
    waiting = [row for row in found if row.untaken]
    names = {member.id: member.name for member in staff.members(asking.store)}
    return {
        "waiting": waiting,
        "mine": [row for row in found if row.mine],
        "others": [row for row in found if not row.untaken and not row.mine],
        "pressing": sum(row.urgency is Urgency.NOW for row in waiting),
        "guide": guide,
        "house": asking.house(),
        "on_call": [names[one] for one in staff.on_call(asking.store, asking.now, asking.room.timezone)],
        "troubles": _troubles(asking, {row.intake_id: row.id for row in found}),
    }


def _troubles(asking: Visit, seen: dict[int, int]) -> list[tuple[Trouble, int | None]]:
    """What went wrong, each with its case where this person may see it."""
    return [
        (trouble, seen.get(trouble.intake_id) if trouble.intake_id else None)
        for trouble in troubles.still_open(asking.store)
    ]
