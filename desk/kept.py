"""What is kept of her, in her own language, to read with her or hand to her on paper: her right (GDPR art. 15).

Through a worker, because a file on Telegram or on a phone that others open would tell on her. It names no worker and no
place; looking at it is logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from desk.case import opened
from desk.gate import sees_cases
from desk.pages import show
from desk.room import Visit
from desk.tongue import Tongue
from flows import words
from storage import retention, views
from storage.reading import NUMBER, Told
from storage.views import CaseView

router = APIRouter()
Asking = Annotated[Visit, Depends(sees_cases)]


@dataclass(frozen=True, slots=True)
class Said:
    """A question as she was asked it, and what she answered."""

    question: str
    answer: str


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
        said=[_said(hers, one, view, number) for one in told],
        rules=retention.RULES.values(),
    )


def _said(hers: Tongue, told: Told, view: CaseView, number: str) -> Said:
    person = hers.person(view.answers)
    answer = number if told.step == NUMBER and number else told.text
    return Said(
        _asked(_words(hers.language, told.step, person)) or told.step,
        answer or _words(hers.language, f"{told.step}.{told.code}", person) or told.code,
    )


def _asked(text: str) -> str:
    """The question, without the line that leads to it ("Next question.")."""
    return text.split("\n", 1)[-1].strip()


def _words(language: str, key: str, person: dict[str, str]) -> str:
    """A text of the conversation; nothing where a newer flow has none, or it needs to know more."""
    try:
        return words.text(language, key, (), **person)
    except (KeyError, IndexError):
        return ""
