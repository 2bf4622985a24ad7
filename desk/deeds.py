"""What staff do with a case: each a form, each one turn. Whatever the case refuses is said in a plain sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import RedirectResponse, Response

from desk.case import case_page, opened
from desk.gate import sees_cases
from desk.room import Visit
from flows.model import Colour, StaffDid
from storage import staff, turns, views
from storage.places import guard, placing
from storage.reading import WITHHELD
from storage.staff import Member, Wait
from storage.views import QueueRow

router = APIRouter()
Asking = Annotated[Visit, Depends(sees_cases)]
PLAIN = ("take", "in_touch", "spoken_live", "intake_done", "give_back", "hand_back")  # deeds without words
LONGEST = 3500  # characters of one message to her: Telegram takes 4,096


@router.post("/case/{handoff_id}/do")
def plain(asking: Asking, handoff_id: int, deed: Annotated[str, Form()]) -> Response:
    if deed not in PLAIN:
        raise HTTPException(400)
    return _do(asking, handoff_id, StaffDid(deed, asking.who.id, asking.now))


@router.post("/case/{handoff_id}/write")
def write(asking: Asking, handoff_id: int, text: Annotated[str, Form()] = "") -> Response:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        return _refused(asking, handoff_id, asking.tongue.t("refused.too_long", most=LONGEST), {"text": text})
    deed = StaffDid("write", asking.who.id, asking.now, text)
    return _do(asking, handoff_id, deed, {"text": text}, "#write")


@router.post("/case/{handoff_id}/keep")
def keep(asking: Asking, handoff_id: int, line: Annotated[int, Form()]) -> Response:
    """A line of the conversation stays at hand in the case, because she asked for it. `line`: Line.seq."""
    said = next((one.text for one in opened(asking, handoff_id).conversation if one.seq == line), "")
    text = "" if said == WITHHELD else said
    return _do(asking, handoff_id, StaffDid("keep", asking.who.id, asking.now, text), where="#kept")


@router.post("/case/{handoff_id}/raise")
def rise(
    asking: Asking, handoff_id: int, colour: Annotated[int, Form()], reason: Annotated[str, Form()] = ""
) -> Response:
    deed = StaffDid("raise", asking.who.id, asking.now, reason.strip(), _colour(colour))
    return _do(asking, handoff_id, deed, {"raise_reason": reason})


@dataclass(frozen=True, slots=True)
class Signature:
    """Why, and who else signs in the same form."""

    reason: str
    login: str
    password: str


def _signature(
    reason: Annotated[str, Form()] = "",
    second_login: Annotated[str, Form()] = "",
    second_password: Annotated[str, Form()] = "",
) -> Signature:
    return Signature(reason, second_login, second_password)


Signed = Annotated[Signature, Depends(_signature)]


@router.post("/case/{handoff_id}/lower")
def lower(asking: Asking, handoff_id: int, colour: Annotated[int, Form()], signed: Signed) -> Response:
    """Down with a reason; from red with a second person, who signs in this very form."""
    return _with_second(asking, handoff_id, "lower", signed, colour=_colour(colour))


@router.post("/case/{handoff_id}/lift")
def lift(asking: Asking, handoff_id: int, signed: Signed) -> Response:
    """Two people have decided that she can be written to again after her duress word; both sign."""
    return _with_second(asking, handoff_id, "lift_duress", signed, always=True)


@router.post("/case/{handoff_id}/forget")
def forget(asking: Asking, handoff_id: int, signed: Signed) -> Response:
    """Everything is deleted because she asked for it, live; of a red a second person signs in this very form."""
    return _with_second(asking, handoff_id, "forget", signed)


def _with_second(
    asking: Visit,
    handoff_id: int,
    did: str,
    signed: Signature,
    *,
    colour: Colour | None = None,
    always: bool = False,
) -> Response:
    """A deed with its reason. Who else signs is looked at where the case is red and somebody tried to, or `always`."""
    row, second = opened(asking, handoff_id).row, ""
    draft = {f"{did}_reason": signed.reason, "second_login": signed.login}
    if always or (row.colour is Colour.RED and (signed.login or signed.password)):
        signer = _second(asking, row.intake_id, signed.login, signed.password)
        if isinstance(signer, str):
            return _refused(asking, handoff_id, signer, draft)
        second = signer.id
    deed = StaffDid(did, asking.who.id, asking.now, signed.reason.strip(), colour, second)
    return _do(asking, handoff_id, deed, draft)


def _second(asking: Visit, intake_id: int, login: str, password: str) -> Member | str:
    """Who signs as well, or why that does not count, in words."""
    signer = staff.check(asking.store, login, password, asking.now)
    if isinstance(signer, Wait):
        return asking.tongue.t("refused.second_wait", until=asking.tongue.clock(signer.until, asking.now))
    if signer is None:
        return asking.tongue.t("refused.second_wrong")
    if signer.id == asking.who.id:
        return asking.tongue.t("refused.second_self")
    if signer.must_change or not staff.may_open(asking.store, signer.id, intake_id):
        return asking.tongue.t("refused.second_not_allowed", name=signer.name)
    return signer


@router.post("/case/{handoff_id}/close")
def close(asking: Asking, handoff_id: int, outcome: Annotated[str, Form()] = "") -> Response:
    return _do(asking, handoff_id, StaffDid("close", asking.who.id, asking.now, outcome))


@router.post("/case/{handoff_id}/bar")
def bar(asking: Asking, handoff_id: int, person: Annotated[str, Form()]) -> Response:
    """Keeps somebody from this case; if they have it, it goes back to the ladder first."""
    row = opened(asking, handoff_id).row
    barred = staff.member(asking.store, person)
    if barred is None or not (row.mine or asking.who.supervises):
        raise HTTPException(403, "role")
    staff.bar(asking.store, barred.id, row.intake_id, asking.who.id, asking.now)
    if row.holder == barred.id:
        turns.staff_turn(
            asking.store, row.intake_id, StaffDid("give_back", barred.id, asking.now), asking.house()
        )
    return RedirectResponse("/" if barred.id == asking.who.id else f"/case/{handoff_id}", 303)


@router.post("/case/{handoff_id}/unbar")
def unbar(asking: Asking, handoff_id: int, person: Annotated[str, Form()]) -> Response:
    row = opened(asking, handoff_id).row
    if not asking.who.supervises or not person.isdecimal():
        raise HTTPException(403, "role")
    staff.unbar(asking.store, person, row.intake_id, asking.who.id, asking.now)
    return RedirectResponse(f"/case/{handoff_id}", 303)


# --- one turn ----------------------------------------------------------------------------------------------


def _do(
    asking: Visit, handoff_id: int, deed: StaffDid, draft: dict[str, str] | None = None, where: str = ""
) -> Response:
    intake_id = staff.case_of(asking.store, handoff_id)
    if intake_id is None or not staff.may_open(asking.store, asking.who.id, intake_id):
        raise HTTPException(404)
    why = done(asking, handoff_id, intake_id, deed)
    if why:
        return _refused(asking, handoff_id, why, draft or {})
    gone = deed.did == "forget" or (deed.did == "close" and not asking.who.supervises)
    return RedirectResponse("/" if gone else f"/case/{handoff_id}{where}", 303)


def done(asking: Visit, handoff_id: int, intake_id: int, deed: StaffDid) -> str:
    """Does it; why it changed nothing, in a plain sentence, or nothing."""
    try:
        taken = turns.staff_turn(asking.store, intake_id, deed, asking.house())
    except placing.NoBed:
        return asking.tongue.t("refused.no_bed")
    except guard.HeldBack as held:
        staff.record(asking.store, asking.who.id, f"held_back:{held.hit.what}", asking.now)
        return asking.tongue.t(f"refused.held_back.{held.hit.what}", typed=held.hit.typed)
    refused = taken.turn.refused if taken.turn is not None else "no_case"
    return "" if refused in ("", "yours") else _why(asking, handoff_id, refused)


def _refused(asking: Visit, handoff_id: int, why: str, draft: dict[str, str]) -> Response:
    return case_page(asking, handoff_id, 409, refused=why, draft=draft)


def _why(asking: Visit, handoff_id: int, refused: str) -> str:
    """A refused deed in a plain sentence: who has it, since when."""
    row = next((r for r in views.open_handoffs(asking.store, asking.who.id) if r.id == handoff_id), None)
    return asking.tongue.known("refused", refused, **_holding(asking, row))


def _holding(asking: Visit, row: QueueRow | None) -> dict[str, str]:
    if row is None or row.taken is None:
        return {"name": "?", "at": "?"}
    return {"name": row.holder_name, "at": asking.tongue.clock(row.taken, asking.now)}


def _colour(value: int) -> Colour:
    try:
        return Colour(value)
    except ValueError:
        raise HTTPException(400) from None
