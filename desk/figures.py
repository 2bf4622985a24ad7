"""The figures of the house: drawn, each with its definition and its table. For supervisors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from desk.asked import Asking, asking
from desk.pages import show
from desk.shown import Drawn
from storage import figures as figured

router = APIRouter()


@router.get("/figures")
def figures(wanted: Annotated[Asking, Depends(asking)]) -> HTMLResponse:
    visit = wanted.visit
    found = figured.figures(visit.store, wanted.asked, visit.now, visit.room.timezone)
    return show(visit, "figures.html", wanted=wanted, shown=Drawn(visit.tongue).all(found))
