"""What is asked of whoever reads, in one sentence, and what must not be done. Codes; the words stand in catalogues."""

from __future__ import annotations

from flows.ladder import CONTACT_WITHIN
from flows.model import Colour
from storage.staff import Member
from storage.views import CaseView, QueueRow

DO_NOT_WRITE = frozenset({"unfinished", "contact_lost"})
HONOUR = frozenset({"HBV", "FMAR"})
CHILDREN = frozenset({"CHILD", "CHILDLEFT"})


def asked(row: QueueRow) -> str:
    """What this case asks of its reader now: the last part of a key `desk.asked.<code>`."""
    if row.closed is not None:
        return "closed"
    if row.untaken:
        return _asked_of_all(row)
    if not row.mine:
        return "other_touched" if row.touched else "other_claimed"
    if "duress" in row.marks:
        return "duress"
    if "wrote" in row.marks:
        return "answer"
    if row.state == "claimed":
        return "contact"
    if row.state == "placed":
        return "aftercare"
    return "place" if row.spoken_live else "speak_live"


def asked_here(view: CaseView) -> str:
    """The same on the page of a case, where it is known how far her place is."""
    code, place = asked(view.row), view.place
    if code == "place" and place is not None and place.placement.keeps_a_bed:
        return place.placement.state
    return code


def _asked_of_all(row: QueueRow) -> str:
    if "duress" in row.marks:
        return "take_duress"
    if "unfinished" in row.marks:
        return "take_unfinished"
    return "take_unanswered" if "unanswered" in row.marks else "take"


def contact_until(row: QueueRow) -> float | None:
    """When a claim goes back to the ladder if she has not been reached by then."""
    return row.taken + CONTACT_WITHIN if row.state == "claimed" and row.taken else None


def until(view: CaseView) -> float | None:
    """Until when what is asked here must be done: a claim to reach her, a hold to hear from the house."""
    if asked_here(view) == "held" and view.place is not None:
        return view.place.placement.until
    return contact_until(view.row)


def donts(view: CaseView) -> list[str]:
    """What must not be done in this case, the most pressing first: last parts of keys `desk.dont.<code>`."""
    marks, found, answers = set(view.row.marks), view.found, view.answers
    rules = (
        ("duress", view.duress),
        ("perhaps_not_her", "perhaps_not_her" in marks),
        ("perhaps_same", bool(view.perhaps)),
        ("first", bool(marks & DO_NOT_WRITE)),
        ("not_reached", answers.get("reach_how") == "not" and not marks & DO_NOT_WRITE),
        ("left", view.left),
        ("asked_delete", "asked_delete" in marks),
        ("unverified", not view.row.spoken_live),
        ("present", answers.get("where_is_he") in ("here", "near")),
        ("watched", "MON" in found),
        ("minor", "MINOR" in found or answers.get("for_whom") == "minor"),
        ("helper", answers.get("for_whom") == "other"),
        ("honour", bool(found & HONOUR)),
        ("work", "TRAF" in found or answers.get("afraid_of") == "work"),
        ("partner", _no_partner(view)),
        ("visible_house", view.row.colour is Colour.RED),
        ("visible_house_yet", view.row.colour < Colour.RED and not view.visible_house),
    )
    return [code for code, holds in rules if holds]


def _no_partner(view: CaseView) -> bool:
    """Contact with a partner is "no" until she says yes."""
    return view.answers.get("afraid_of") == "partner" and view.answers.get("involve") != "yes"


def reminders(view: CaseView) -> list[str]:
    """What is easily forgotten: last parts of keys `desk.reminder.<code>`."""
    found = []
    if view.found & CHILDREN or "NOW" in view.found:
        found.append("reporting")  # the duty to weigh a report, with its steps
    if view.found & {"STR", "LOC", "MED"}:
        found.append("doctor")
    if "SUIS" in view.found:
        found.append("own_life")
    return found


def why_not_write(view: CaseView) -> str:
    """Why she cannot be written to now: the last part of a key `desk.no_writing.<code>`; empty if she can."""
    marks = view.row.marks
    if not view.row.mine:
        return "not_yours"
    if view.duress:
        return "duress"
    return next((mark for mark in ("unfinished", "contact_lost") if mark in marks), "")


def may_place(view: CaseView, who: Member) -> frozenset[str]:
    """Deeds about her place to offer on the page: to whoever has the case, or places."""
    placement = view.place.placement if view.place else None
    if view.row.closed is not None or not (who.places or view.row.mine):
        return frozenset()
    if placement is None or not placement.stands:
        return frozenset({"look"}) if who.places else frozenset()
    deeds = {"held": {"extend", "confirm", "release"}, "confirmed": {"set_out", "release"}}
    return frozenset(deeds.get(placement.state, {"arrive", "release"} if placement.keeps_a_bed else set()))


def may(view: CaseView, who: Member) -> frozenset[str]:
    """Deeds to offer on the page; the conversation itself refuses whatever does not fit any more."""
    row = view.row
    if row.closed is not None:
        return frozenset()
    deeds = {"take"} if row.untaken else set()
    if row.colour < Colour.RED:
        deeds.add("raise")
    if row.colour > Colour.GREEN:
        deeds.add("lower")
    if row.mine:
        deeds |= {"write", "keep", "give_back", "close"}
        deeds |= {"in_touch"} if row.state == "claimed" else set()
        deeds |= set() if row.spoken_live else {"spoken_live"}
        deeds |= {"hand_back"} if row.talking else set()
        deeds |= {"forget"} if row.spoken_live else set()
        deeds |= {"intake_done"} if row.spoken_live and view.visible_house and not view.intake_done else set()
    if row.mine or who.supervises:
        deeds.add("bar")
    if view.duress:
        deeds = (deeds | {"lift_duress"}) - {"write", "close", "forget"}
    return frozenset(deeds)
