"""What is kept of her, in her own language, to read with her or hand to her on paper: her right (GDPR art. 15).

Through a worker, because a file on Telegram or on a phone that others open would tell on her. It names no worker and no
place; looking at it is logged.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from desk.case import opened
from desk.gate import sees_cases
from desk.pages import show
from desk.room import Visit
from desk.tongue import Tongue
from storage import retention, views
from storage.kept import answers

router = APIRouter()
Asking = Annotated[Visit, Depends(sees_cases)]


@router.get("/case/{handoff_id}/kept")
def kept(asking: Asking, handoff_id: int) -> HTMLResponse:
    view = opened(asking, handoff_id, "kept")
    number = views.reveal_number(asking.store, view.row.intake_id, asking.who.id, asking.now)
    hers = Tongue(view.row.language, asking.room.timezone)
    told = (*view.about, *view.needs, *view.reaching)
    return show(
        asking,
        "kept.html",
        view=view,
        hers=hers,
        said=answers(hers.language, told, view.answers, number),
        rules=retention.RULES.values(),
    )
