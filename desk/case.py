"""A case, made to be understood in half a minute: what is asked now, what must not be done, why, what is unknown."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, Response

from desk import glass, guide
from desk.gate import sees_cases
from desk.pages import show
from desk.room import Visit
from flows.handoff import OUTCOMES, VISIBLE_HOUSE
from flows.model import Colour
from storage import staff, views
from storage.files import SHOWN, UNKNOWN
from storage.reading import WITHHELD, Seen, Why
from storage.views import CaseView

router = APIRouter()
Asking = Annotated[Visit, Depends(sees_cases)]
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"
# Sound and film: the browser's own player asks for them once more, which a sandbox would not let it do.
PLAYED = "default-src 'none'; media-src 'self'; frame-ancestors 'none'"
# Reasons that say that something is not known; they stand with what is unknown.
NOT_KNOWN = frozenset({"UNREAD", "TOLD", "SKIPPED", "UNSURE", "not_all_answered"})


@router.get("/case/{handoff_id}")
def case(asking: Asking, handoff_id: int, again: int | None = None) -> HTMLResponse:
    """`again`: which excerpt is to be written to her once more; it stands ready to be sent."""
    try:
        return case_page(asking, handoff_id, again=again)
    except HTTPException:
        if not glass.stands(asking, handoff_id):
            raise
    return glass.page(asking, handoff_id)


@router.get("/case/{handoff_id}/parts")
def parts(asking: Asking, handoff_id: int) -> HTMLResponse:
    """The parts of an open page that may have changed, each to take the place of the one with its id."""
    return show(
        asking,
        "case_parts.html",
        **_case(asking, opened(asking, handoff_id)),
        refused="",
        draft={},
        number="",
    )


@router.get("/case/{handoff_id}/file/{file_id}")
def file(asking: Asking, handoff_id: int, file_id: int) -> Response:
    """What she sent beside words, as it came; the look is logged. Whatever it holds can reach nothing from here."""
    intake_id = staff.case_of(asking.store, handoff_id)
    found = None
    if intake_id is not None:
        found = views.open_file(asking.store, intake_id, file_id, asking.who.id, asking.now)
    if found is None:
        raise HTTPException(404)
    raw, mime = found
    headers = {"Content-Security-Policy": PLAYED if mime.startswith(("audio/", "video/")) else ALONE}
    if mime not in SHOWN:
        mime, headers["Content-Disposition"] = UNKNOWN, "attachment"
    return Response(raw, media_type=mime, headers=headers)


@router.post("/case/{handoff_id}/number")
def number(asking: Asking, handoff_id: int) -> HTMLResponse:
    """Her number, once, on a press; the look is logged."""
    view = opened(asking, handoff_id)
    told = views.reveal_number(asking.store, view.row.intake_id, asking.who.id, asking.now)
    return case_page(
        asking, handoff_id, number=told, refused="" if told else asking.tongue.t("refused.not_yours_short")
    )


def opened(asking: Visit, handoff_id: int, what: str = "read") -> CaseView:
    """The case, or the same answer for one that does not exist and one that is not for this person."""
    intake_id = staff.case_of(asking.store, handoff_id)
    view = (
        views.case(asking.store, intake_id, asking.who.id, asking.now, what=what)
        if intake_id is not None
        else None
    )
    if view is None or view.row.id != handoff_id:
        raise HTTPException(404)
    return view


def case_page(
    asking: Visit,
    handoff_id: int,
    status: int = 200,
    *,
    refused: str = "",
    draft: dict[str, str] | None = None,
    number: str = "",
    again: int | None = None,
) -> HTMLResponse:
    """`refused`: why a deed changed nothing; `draft`: what was typed, to be shown again."""
    view = opened(asking, handoff_id)
    if again is not None and again in range(len(view.excerpts)):
        draft = {"text": view.excerpts[again].text}
    shown = _case(asking, view)
    return show(asking, "case.html", status, **shown, refused=refused, draft=draft or {}, number=number)


def _case(asking: Visit, view: CaseView) -> dict[str, Any]:
    deeds = guide.may(view, asking.who)
    return {
        "view": view,
        "row": view.row,
        "asked": guide.asked_here(view),
        "until": guide.until(view),
        "donts": guide.donts(view),
        "reminders": guide.reminders(view),
        "may": deeds,
        "excerpted": {one.text for one in view.excerpts} | {WITHHELD},
        "may_place": guide.may_place(view, asking.who),
        "no_writing": guide.why_not_write(view),
        "danger": [why for why in view.reasons if not _not_known(why)],
        **_unread(view),
        "outcomes": [code for code in OUTCOMES if code != VISIBLE_HOUSE or view.visible_house],
        "higher": [colour for colour in Colour if colour > view.row.colour],
        "lower": [colour for colour in reversed(Colour) if colour < view.row.colour],
        "colleagues": _colleagues(asking, view) if "bar" in deeds else [],
    }


def _unread(view: CaseView) -> dict[str, Any]:
    """What nobody read: her own messages in full; typed answers only as a count, for they stand with her needs."""
    times = _seen(view, "UNREAD")
    answered = {f"unread.{told.step}" for told in (*view.needs, *view.reaching)}
    return {
        "unread": [seen for seen in times if seen.source not in answered],
        "told": _seen(view, "TOLD"),
        "unread_answers": sum(seen.source in answered for seen in times),
    }


def _seen(view: CaseView, rule: str) -> list[Seen]:
    return [seen for why in view.reasons if why.rule == rule for sign in why.signs for seen in sign.seen]


def _not_known(why: Why) -> bool:
    return why.rule in NOT_KNOWN


def _colleagues(asking: Visit, view: CaseView) -> list[staff.Member]:
    return [one for one in staff.members(asking.store) if one.sees_cases and one.id not in view.barred]
