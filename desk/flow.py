"""The conversation drawn from its declaration, with who passed where, who left, and how long it took."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from desk.asked import Asking, asking
from desk.drawing import numbers
from desk.drawing.flow import draw
from desk.pages import show
from desk.tongue import Tongue
from flows.intake import INTAKE
from flows.model import Flow
from storage import figures
from storage.figures import StepTraffic, Traffic

router = APIRouter()
MOST = 4  # ways on that the table names: those that most went


@router.get("/flow")
def flow(wanted: Annotated[Asking, Depends(asking)]) -> HTMLResponse:
    visit = wanted.visit
    found = figures.traffic_of(visit.store, wanted.asked, visit.now)
    return show(
        visit,
        "flow.html",
        wanted=wanted,
        drawing=draw(INTAKE, visit.tongue, found.steps, found.ways, href=_logs_of),
        steps=_table(INTAKE, found, visit.tongue),
        conversations=numbers.count(visit.tongue, found.conversations),
        href=_logs_of,
    )


def _logs_of(step: str) -> str:
    return "/logs?" + urlencode({"step": step})


def _table(flow: Flow, found: Traffic, tongue: Tongue) -> list[tuple[str, str, str, str, str, list[str]]]:
    """Each step: its code, its name, passed, left, time, and where it goes on with how many."""
    rows = []
    for step in flow.steps:
        here = found.steps.get(step.name, StepTraffic())
        told = (
            numbers.count(tongue, here.passed),
            numbers.count(tongue, here.left),
            numbers.lasting(tongue, here.median),
        )
        on = sorted(((n, to) for (source, to), n in found.ways.items() if source == step.name), reverse=True)
        ways = [f"{tongue.question(to)} {numbers.count(tongue, n)}" for n, to in on[:MOST]]
        rows.append((step.name, tongue.question(step.name), *told, ways))
    return rows
