"""Who is on call when: the coming week with its gaps, and the shifts it is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.gate import manages_rota
from desk.pages import show
from desk.room import Visit, visit
from storage import rota as shifts
from storage import staff
from storage.staff import Refused

router = APIRouter()
Asking = Annotated[Visit, Depends(visit)]
Managing = Annotated[Visit, Depends(manages_rota)]


@router.get("/rota")
def rota(asking: Asking) -> HTMLResponse:
    return _page(asking)


@router.post("/rota/weekly")
def weekly(
    asking: Managing,
    person: Annotated[str, Form()] = "",
    weekday: Annotated[list[int] | None, Form()] = None,
    starts: Annotated[str, Form()] = "",
    ends: Annotated[str, Form()] = "",
) -> Response:
    try:
        first, last = _minute(starts), _minute(ends)
        if not weekday:
            raise Refused("no_day")
        for day in weekday:
            staff.add_weekly(asking.store, person, day, first, last)
        staff.record(asking.store, asking.who.id, f"rota:{person}", asking.now)
    except Refused as refused:
        return _page(asking, 409, str(refused))
    return RedirectResponse("/rota", 303)


@router.post("/rota/once")
def once(
    asking: Managing,
    person: Annotated[str, Form()] = "",
    starts: Annotated[str, Form()] = "",
    ends: Annotated[str, Form()] = "",
) -> Response:
    try:
        staff.add_once(asking.store, person, _moment(asking, starts), _moment(asking, ends))
        staff.record(asking.store, asking.who.id, f"rota:{person}", asking.now)
    except Refused as refused:
        return _page(asking, 409, str(refused))
    return RedirectResponse("/rota", 303)


@router.post("/rota/{shift}/remove")
def remove(asking: Managing, shift: int) -> Response:
    staff.remove(asking.store, shift)
    staff.record(asking.store, asking.who.id, f"rota:-{shift}", asking.now)
    return RedirectResponse("/rota", 303)


def _minute(text: str) -> int:
    try:
        read = datetime.strptime(text.strip(), "%H:%M")  # noqa: DTZ007  # a time of the clock, of no day
    except ValueError:
        raise Refused("hours_malformed") from None
    return read.hour * 60 + read.minute


def _moment(asking: Visit, text: str) -> float:
    """A date and time as the browser's field gives it, on the clock of the house."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(asking.room.timezone)).timestamp()
    except ValueError:
        raise Refused("hours_malformed") from None


def _page(asking: Visit, status: int = 200, wrong: str = "") -> HTMLResponse:
    return show(asking, "rota.html", status, wrong=wrong, **_week(asking))


def _week(asking: Visit) -> dict[str, Any]:
    lines = staff.shifts(asking.store)
    people = [one for one in staff.members(asking.store) if one.sees_cases]
    seeing = {one.id: one for one in people}
    coming = [d for d in shifts.duties(lines, asking.now, asking.room.timezone) if d.staff_id in seeing]
    week = [duty for duty in coming if duty.starts < asking.now + shifts.WEEK]
    return {
        "lines": lines,
        "people": people,
        "week": week,
        "gaps": shifts.gaps(coming, asking.now),
        "unwakeable": [one for one in people if not one.alert and any(d.staff_id == one.id for d in week)],
        "manages": bool(asking.who.roles & {"supervisor", "admin"}),
    }
