"""The page before a closed case of somebody else's: it opens for an hour, with a reason, and a supervisor is told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.gate import sees_cases
from desk.pages import show
from desk.room import Visit
from storage import access, glass
from storage.staff import Refused

router = APIRouter()
Asking = Annotated[Visit, Depends(sees_cases)]


@router.post("/case/{handoff_id}/glass")
def break_it(asking: Asking, handoff_id: int, why: Annotated[str, Form()] = "") -> Response:
    try:
        glass.break_it(asking.store, handoff_id, asking.who.id, why, asking.now)
    except Refused as refused:
        if str(refused) == "not_behind":
            raise HTTPException(404) from None
        return page(asking, handoff_id, 409, wrong="desk.log.refused.needs_why", draft=why)
    return RedirectResponse(f"/case/{handoff_id}", 303)


def stands(asking: Visit, handoff_id: int) -> bool:
    """Whether the glass is all that keeps this person from the case."""
    return glass.before(asking.store, handoff_id, asking.who.id)


def page(
    asking: Visit, handoff_id: int, status: int = 403, *, wrong: str = "", draft: str = ""
) -> HTMLResponse:
    return show(
        asking,
        "glass.html",
        status,
        handoff_id=handoff_id,
        wrong=wrong,
        draft=draft,
        shortest=access.SHORTEST,
        longest=access.LONGEST,
    )
