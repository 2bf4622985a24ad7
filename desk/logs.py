"""The logbook: what the flow did in each conversation, for supervisors. Codes only; her words stand in the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk import retold
from desk.drawing import flow as drawing
from desk.gate import supervises
from desk.pages import show
from desk.room import Visit
from flows.handoff import OUTCOMES
from flows.indicators import COMBINATIONS, INDICATORS
from flows.intake import INTAKE
from flows.logbook import ENDINGS
from storage import access, staff
from storage.logs import behind, course, flowlogs
from storage.logs.course import Log
from storage.logs.flowlogs import GOING_ON, Asked
from storage.logs.handled import Handled, handled
from storage.staff import Refused

router = APIRouter()
Asking = Annotated[Visit, Depends(supervises)]
# What can be asked for: the words for it, and where the words for its values begin.
NARROWS = {
    "since": ("desk.logs.since", ""),
    "until": ("desk.logs.until", ""),
    "colour": ("desk.logs.colour", "desk.colour"),
    "urgency": ("desk.logs.urgency", "desk.urgency"),
    "ended": ("desk.logs.ended", "desk.log.ended"),
    "outcome": ("desk.deed.outcome", "outcome"),
    "indicator": ("desk.logs.indicator", "indicator"),
    "rule": ("desk.logs.rule", "rule"),
    "step": ("desk.logs.step", "desk.q"),
    "language": ("desk.language", "desk.speaks"),
    "channel": ("desk.logs.channel", "desk.channel"),
    "version": ("desk.logs.version", ""),
    "overridden": ("desk.logs.overridden", "desk.logs"),
}
LEVELS = {"colour": ("green", "orange", "red"), "urgency": ("week", "today", "now")}
WORDS = ("language", "channel", "indicator", "rule", "outcome", "ended", "step", "version")


@dataclass(frozen=True, slots=True)
class Shown:
    """One log, ready to be shown."""

    log: Log
    turns: list[retold.Retold]
    handled: Handled | None


@router.get("/logs")
def logs(asking: Asking, request: Request, at: str = "") -> HTMLResponse:
    query = {name: value for name, value in request.query_params.items() if value and name != "at"}
    asked = asked_for(query, asking.room.timezone)
    found = flowlogs.page(asking.store, asked, at, asking.now)
    links = {way: _link(query, getattr(found, way)) for way in ("newer", "older")}
    narrowed = list(_narrowed(asking, query, asked))
    return show(
        asking,
        "logs.html",
        page=found,
        query=query,
        narrowed=narrowed,
        links=links,
        **_times(asking),
        **_form(asking),
    )


@router.get("/logs/compare")
def compare(
    asking: Asking, a: str = "", b: str = "", log: Annotated[list[str] | None, Query()] = None
) -> Response:
    """Two logs side by side: `a` and `b`, or the two that were ticked in the list."""
    names = [name for name in (a, b, *(log or ())) if name]
    if len(names) != 2:
        return show(asking, "logs_two.html", 400)
    both = [_shown(asking, name) for name in names]
    drawn = drawing.draw(INTAKE, asking.tongue, paths=[one.log.path for one in both], href=_step)
    return show(asking, "logs_compare.html", both=both, drawn=drawn, **_times(asking))


@router.get("/logs/{trace}")
def log(asking: Asking, trace: str) -> HTMLResponse:
    return _page(asking, trace)


@router.post("/logs/{trace}/case")
def case(asking: Asking, trace: str, why: Annotated[str, Form()] = "") -> Response:
    """From the log to the case behind it; the reason is kept, sealed, with the look."""
    try:
        handoff_id = behind.case_of(asking.store, trace, asking.who.id, why, asking.now)
    except Refused as refused:
        return _page(asking, trace, 409, wrong=str(refused), draft=why)
    return RedirectResponse(f"/case/{handoff_id}", 303)


def _page(asking: Visit, trace: str, status: int = 200, *, wrong: str = "", draft: str = "") -> HTMLResponse:
    shown = _shown(asking, trace)
    drawn = drawing.draw(INTAKE, asking.tongue, paths=[shown.log.path], href=_step)
    more = {"wrong": wrong, "draft": draft, "shortest": access.SHORTEST, "longest": access.LONGEST}
    return show(asking, "log.html", status, shown=shown, drawn=drawn, **_times(asking), **more)


def _shown(asking: Visit, trace: str) -> Shown:
    found = course.one(asking.store, trace, asking.now)
    if found is None:
        raise HTTPException(404)
    names = {member.id: member.name for member in staff.members(asking.store)}
    teller = retold.Teller.of(asking.tongue, names, found)
    return Shown(found, teller.all(found), handled(found, asking.now))


def _times(asking: Visit) -> dict[str, Any]:
    """How a page of logs tells times."""
    return {
        "span": lambda seconds: retold.span(asking.tongue, seconds),
        "begun": lambda at: retold.begun(asking.tongue, at, asking.now),
    }


def _step(step: str) -> str:
    return f"/logs?step={step}"


# --- the filter ----------------------------------------------------------------------------------------------


def asked_for(query: Mapping[str, str], timezone: str) -> Asked:
    """What the form asks for; what no form of ours would send counts as not asked."""
    return Asked(
        since=day_of(query.get("since", ""), timezone, 0),
        until=day_of(query.get("until", ""), timezone, 1),
        colour=_level(query.get("colour", "")),
        urgency=_level(query.get("urgency", "")),
        overridden={"yes": True, "no": False}.get(query.get("overridden", "")),
        **{name: query.get(name, "") for name in WORDS},
    )


def _narrowed(asking: Visit, query: Mapping[str, str], asked: Asked) -> Iterator[tuple[str, str]]:
    """What the list is narrowed to, in words."""
    for name, (label, prefix) in NARROWS.items():
        if getattr(asked, name) not in (None, ""):
            code = LEVELS[name][int(query[name])] if name in LEVELS else query[name]
            yield asking.tongue.t(label), asking.tongue.known(prefix, code) if prefix else code


def _level(value: str) -> int | None:
    return int(value) if value in ("0", "1", "2") else None


def day_of(value: str, timezone: str, later: int = 0) -> float | None:
    """The beginning of a day on the clock of the house; `later`: of so many days after it."""
    try:
        day = datetime.strptime(value, "%Y-%m-%d") + timedelta(days=later)  # noqa: DTZ007  # a local day
    except (ValueError, OverflowError):
        return None
    return day.replace(tzinfo=ZoneInfo(timezone)).timestamp()


def _link(query: Mapping[str, str], cursor: str) -> str:
    return f"/logs?{urlencode({**query, 'at': cursor})}" if cursor else ""


def _form(asking: Visit) -> dict[str, Any]:
    return {
        "choices": flowlogs.choices(asking.store),
        "indicators": tuple(INDICATORS),
        "rules": tuple(one.rule for one in COMBINATIONS),
        "outcomes": OUTCOMES,
        "endings": (*ENDINGS, GOING_ON),
        "steps": tuple(step.name for step in INTAKE.steps),
    }
