"""What staff do with a case. A deed that its state does not allow changes nothing and says why (Turn.refused)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flows import leaving, placing
from flows.handoff import OUTCOMES, ROOFS, VISIBLE_HOUSE, move
from flows.making import Making
from flows.model import Colour, Decision, Excerpt, Handoff, StaffDid

RECENTLY = 600.0  # seconds: she wrote so recently that closing may be said to her


def did(making: Making, deed: StaffDid) -> None:
    making.code = deed.did
    handoff = making.intake.handoff
    handler = _DEEDS.get(deed.did) or placing.DEEDS.get(deed.did)
    if handler is None or handoff is None:
        making.refused = "no_case"
    elif not deed.by.strip():
        making.refused = "nobody"
    elif handoff.state == "closed":
        making.refused = "closed"
    elif deed.did in _HOLDERS and handoff.by != deed.by:
        making.refused = "not_yours" if handoff.by else "not_taken"
    else:
        handler(making, handoff, deed)
    making.log("refused" if making.refused else "staff", code=making.refused or deed.did)


def _take(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """The claim cancels the pending rungs in the same turn."""
    taken = move(handoff, "take")
    if taken is None:
        making.refused = "yours" if handoff.by == deed.by else "taken"
        return
    making.hold(replace(taken, by=deed.by, taken=deed.at, touched=None, due=None))
    if making.is_open and "unfinished" not in taken.marks:
        making.ask("news.taken", news=True)


def _in_touch(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    touched = move(handoff, "in_touch")
    if touched:
        making.hold(replace(touched, touched=deed.at))


def _spoken_live(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """By voice or code word: from now on her identity counts as verified."""
    _in_touch(making, handoff, deed)
    making.hold(replace(making.held, spoken_live=True))
    making.unmark("asked_delete")


def _give_back(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    given = move(handoff, "give_back")
    if given:
        making.hold(replace(given, by="", taken=None, touched=None))
        making.ring_next()


def _write(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    if not deed.text.strip():
        making.refused = "nothing_written"
    elif making.intake.duress:
        making.refused = "duress"
    elif set(handoff.marks) & {"unfinished", "contact_lost"} or _wants_no_contact(making, deed):
        making.refused = "do_not_contact"
    else:
        making.change(talking=True)
        making.unmark("wrote", "wrote_long")
        making.say(text=deed.text)


def _wants_no_contact(making: Making, deed: StaffDid) -> bool:
    """She said that she will come back herself; while she is here, she may be answered."""
    intake = making.intake
    return intake.answers.get("reach_how") == "not" and deed.at - intake.heard > RECENTLY


def _hand_back(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """The bot talks again, where she was."""
    if making.intake.talking:
        making.change(talking=False)
        making.unmark("wrote", "wrote_long")
        if making.is_open:
            making.ask("handed_back")


def _raise(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    colour = deed.colour
    if not deed.text.strip():
        making.refused = "needs_reason"
    elif colour is None or colour <= making.assessment.colour:
        making.refused = "not_higher"
    else:
        # All that was found goes on counting: raising the colour may not lower the urgency.
        before = making.intake.decision
        _decide(making, deed, colour, before.findings if before else 0)
        making.hand_on()


def _lower(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    colour, now = deed.colour, making.assessment.colour
    if not deed.text.strip():
        making.refused = "needs_reason"
    elif colour is None or colour >= now:
        making.refused = "not_lower"
    elif now is Colour.RED and deed.second in ("", deed.by):
        making.refused = "needs_second"
    elif "wrote" in handoff.marks:
        making.refused = "answer_first"
    else:
        for reason in making.assessment.reasons:
            making.log("overruled", rule=reason.rule)
        _decide(making, deed, colour, len(making.intake.findings))


def _decide(making: Making, deed: StaffDid, colour: Colour, findings: int) -> None:
    urgency = making.assessment.urgency
    making.change(decision=Decision(colour, urgency, deed.by, deed.at, deed.text, deed.second, findings))
    making.card = True


def _close(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    closed = move(handoff, "close")
    if deed.text not in OUTCOMES:
        making.refused = "needs_outcome"
    elif making.intake.duress:  # it ends by two people, not by one who closes the case
        making.refused = "duress_first"
    elif closed is None:
        making.refused = "not_taken"
    elif deed.text == VISIBLE_HOUSE and not making.assessment.visible_house:
        making.refused = (
            "not_visible_house"  # the invariant, at this gate too (mission: not for mortal danger)
        )
    elif not_there := _not_there(making, handoff, deed.text):
        making.refused = not_there
    elif "wrote" in handoff.marks:
        making.refused = "answer_first"
    else:
        making.hold(replace(closed, outcome=deed.text, due=None))
        if making.is_open and deed.at - making.intake.heard <= RECENTLY:
            making.say("closed")
        making.change(ended=True, talking=False)


def _forget(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """She asked a worker to delete everything (GDPR art. 17): only who has spoken with her live knows that it is she.

    Of a red two people say so: somebody may have made her ask.
    """
    closed = move(handoff, "close")
    red = making.assessment.colour is Colour.RED
    if not deed.text.strip():
        making.refused = "needs_reason"
    elif making.intake.duress:
        making.refused = "duress_first"
    elif not handoff.spoken_live:
        making.refused = "not_spoken_live"
    elif red and deed.second in ("", deed.by):
        making.refused = "needs_second_to_forget"
    elif making.intake.placement is not None and making.intake.placement.keeps_a_bed:
        making.refused = "place_open"
    elif closed is None:
        making.refused = "not_taken"
    else:
        making.hold(replace(closed, outcome="not_needed", due=None))
        if making.is_open:
            making.say("left", protect=False)
        leaving.forget(making)
        making.change(talking=False)
        making.wipe = True


def _not_there(making: Making, handoff: Handoff, outcome: str) -> str:
    """Why this cannot be how it ended: under a roof of ours only who has arrived there, and nobody unmet."""
    placement = making.intake.placement
    if placement is not None and placement.keeps_a_bed:
        return "place_open"
    if outcome in ROOFS and not handoff.spoken_live:
        return "not_spoken_live"
    kinds = ROOFS.get(outcome)
    there = placement is not None and placement.state == "arrived" and placement.place.kind in (kinds or ())
    return "not_placed" if kinds and not there else ""


def _lift_duress(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """Two named people know that it is she, and that she can be written to again."""
    if not making.intake.duress:
        making.refused = "no_duress"
    elif not deed.text.strip():
        making.refused = "needs_reason"
    elif deed.second in ("", deed.by):
        making.refused = "needs_second"
    else:
        making.change(duress=False, shown=None)
        making.unmark("duress")


def _keep(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    """She asked for it: these words stay at hand in the case when her chat is emptied. Once is enough."""
    kept = making.intake.excerpts
    if not deed.text.strip():
        making.refused = "nothing_written"
    elif all(one.text != deed.text for one in kept):
        making.change(excerpts=(*kept, Excerpt(deed.text, deed.by, deed.at)))


def _mark(making: Making, handoff: Handoff, deed: StaffDid) -> None:
    making.mark(deed.text)


_HOLDERS = frozenset(
    {"in_touch", "spoken_live", "intake_done", "give_back", "write", "hand_back", "keep", "close", "forget"}
)
_DEEDS: dict[str, Callable[[Making, Handoff, StaffDid], None]] = {
    "take": _take,
    "in_touch": _in_touch,
    "spoken_live": _spoken_live,
    "give_back": _give_back,
    "write": _write,
    "hand_back": _hand_back,
    "raise": _raise,
    "lower": _lower,
    "close": _close,
    "forget": _forget,
    "mark": _mark,
    "keep": _keep,
    "lift_duress": _lift_duress,
}
