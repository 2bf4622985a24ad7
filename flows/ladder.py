"""Who is told, when, and who next if nobody takes it (domain.md 2, "Speed"; waits in seconds)."""

from __future__ import annotations

from dataclasses import replace

from flows.model import Handoff, Ladder, Ring, Rung, Urgency

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

LADDERS: dict[Urgency, Ladder] = {
    Urgency.NOW: Ladder(
        (Rung(0, "on_call"), Rung(2 * MINUTE, "everyone"), Rung(5 * MINUTE, "supervisors")), 5 * MINUTE
    ),
    Urgency.TODAY: Ladder(
        (Rung(0, "on_call"), Rung(30 * MINUTE, "everyone"), Rung(2 * HOUR, "supervisors")), 2 * HOUR
    ),
    # "board" wakes nobody: the card and the desk show it.
    Urgency.THIS_WEEK: Ladder(
        (Rung(0, "board"), Rung(1 * DAY, "on_call"), Rung(2 * DAY, "supervisors")), 1 * DAY
    ),
}
CONTACT_WITHIN = 10 * MINUTE  # taken but not in touch for so long: back to the ladder
UNANSWERED_AFTER = 15 * MINUTE  # then she is told that nobody has answered yet
# Within what a human is in touch with her, as the ladder itself has it: its last rung, or the moment of honesty.
PROMISED: dict[Urgency, float] = {
    Urgency.NOW: UNANSWERED_AFTER,
    Urgency.TODAY: LADDERS[Urgency.TODAY].rungs[-1].after,
    Urgency.THIS_WEEK: LADDERS[Urgency.THIS_WEEK].rungs[-1].after,
}


def ring(handoff: Handoff, at: float) -> tuple[Handoff, Ring]:
    """The next rung rings; the one after it is due by the ladder, or `every` seconds later past its end."""
    rungs = handoff.ladder.rungs
    rung = rungs[min(handoff.rung, len(rungs) - 1)]
    return replace(handoff, rung=handoff.rung + 1, due=_due_after(handoff, at)), Ring(
        handoff.rung + 1, rung.who
    )


def _due_after(handoff: Handoff, at: float) -> float:
    upcoming = handoff.rung + 1
    rungs = handoff.ladder.rungs
    if upcoming >= len(rungs):
        return at + handoff.ladder.every
    return at + rungs[upcoming].after - rungs[upcoming - 1].after
