"""What leaves the desk as a file, for supervisors: coarse codes of finished weeks, with a purpose that is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO, Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from desk.gate import supervises
from desk.pages import show
from desk.room import Visit
from storage import access, staff
from storage.exports import conversations as exports
from storage.exports import handed_out
from storage.logs import traces
from storage.staff import Refused

router = APIRouter()
Asking = Annotated[Visit, Depends(supervises)]
TYPES = {"csv": "text/csv; charset=utf-8", "flow_results": "application/zip"}
CHUNK = 64 * 1024
IN_MEMORY = 1024 * 1024  # what is larger is kept in a file that has no name
USUAL = 13  # weeks that the form begins with


@router.get("/export")
def export(asking: Asking) -> HTMLResponse:
    monday, _ = traces.local(asking.now, asking.room.timezone)
    last, first = (
        date.fromordinal(monday) - timedelta(days=1),
        date.fromordinal(monday - USUAL * exports.WEEK),
    )
    return _page(asking, {"since": first.isoformat(), "until": last.isoformat(), "kind": "csv"})


@router.post("/export")
def make(
    asking: Asking,
    kind: Annotated[str, Form()] = "",
    since: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    purpose: Annotated[str, Form()] = "",
) -> Response:
    try:
        weeks = _weeks(asking, since, until)
        made = _made(asking, kind, weeks, purpose)
    except Refused as refused:
        draft = {"kind": kind, "since": since, "until": until, "purpose": purpose}
        return _page(asking, draft, 409, wrong=str(refused))
    name = exports.name(weeks, handed_out.KINDS[kind])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_sent(made), media_type=TYPES[kind], headers=headers)


def _made(asking: Visit, kind: str, weeks: tuple[int, ...], purpose: str) -> IO[bytes]:
    """The export, in a file that is gone when it is closed."""
    made = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when all of it was sent
    known = {"by": asking.who.id, "purpose": purpose, "now": asking.now, "language": asking.tongue.language}
    try:
        handed_out.make(asking.store, kind, weeks, made, **known)
    except BaseException:
        made.close()
        raise
    return made


def _weeks(asking: Visit, since: str, until: str) -> tuple[int, ...]:
    """Raises Refused where no whole week lies between the two days."""
    try:
        days = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        raise Refused("no_week") from None
    found = exports.weeks(*days, asking.now, asking.room.timezone)
    if not found:
        raise Refused("no_week")
    return found


def _sent(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        made.seek(0)
        while chunk := made.read(CHUNK):
            yield chunk


def _page(asking: Visit, draft: dict[str, str], status: int = 200, *, wrong: str = "") -> HTMLResponse:
    names = {member.id: member.name for member in staff.members(asking.store)}
    return show(
        asking,
        "export.html",
        status,
        draft=draft,
        wrong=wrong,
        kinds=tuple(handed_out.KINDS),
        columns=exports.COLUMNS,
        past=handed_out.past(asking.store),
        names=names,
        least=exports.K,
        shortest=access.SHORTEST,
        longest=access.LONGEST,
    )
