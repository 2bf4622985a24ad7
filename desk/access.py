"""Who saw which case, and who changed what: for supervisors, with the state of the seals on top."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from desk import retold
from desk.gate import supervises
from desk.logs import day_of
from desk.pages import show
from desk.room import Visit
from storage.logs import looks

router = APIRouter()
Asking = Annotated[Visit, Depends(supervises)]


@router.get("/access")
def page(asking: Asking, request: Request, before: str = "") -> HTMLResponse:
    query = {name: value for name, value in request.query_params.items() if value and name != "before"}
    rows, older = looks.page(asking.store, _asked(asking, query), int(before) if before.isdecimal() else None)
    return show(
        asking,
        "access.html",
        rows=rows,
        query=query,
        names=looks.people(asking.store),
        groups=looks.GROUPS,
        standing=looks.standing(asking.store, asking.now),
        begun=lambda at: retold.begun(asking.tongue, at, asking.now),
        span=lambda seconds: retold.span(asking.tongue, seconds),
        older=f"/access?{urlencode(query | {'before': older})}" if older else "",
    )


def _asked(asking: Visit, query: dict[str, str]) -> looks.Asked:
    """What nobody of us could ask for counts as not asked."""
    who, group, case = query.get("who", ""), query.get("what", ""), query.get("case", "")
    zone = asking.room.timezone
    return looks.Asked(
        who if who.isdecimal() else "",
        group if group in looks.GROUPS else "",
        day_of(query.get("since", ""), zone),
        day_of(query.get("until", ""), zone, 1),
        int(case) if case.isdecimal() else None,
    )
