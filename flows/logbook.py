"""What the flow log speaks of: kinds of rows, how a conversation ends, how long things take. Codes only."""

from __future__ import annotations

import math

from flows.model import Intake

KINDS = {
    "moved": "an event that led to another step: step, code (her answer), to, said, took",
    "kept": "an event after which she is where she was",
    "found": "a sign of danger: indicator, rule (what showed it), code (when the act was)",
    "reason": "a rule that counts from now on: rule, colour and urgency that it gives, code (proposal or empty)",
    "doubt": "what she may have meant: indicator, rule, code (asked, yes, no, rather_not, unanswered)",
    "held": "a rule that matched and was held back: indicator, rule, code (why: negated, idiom, film ...)",
    "overruled": "a rule that counted when a human lowered the colour: rule",
    "route": "where the case goes from now on: code (the route), rule (a reason for it)",
    "handoff": "the handoff's state: code",
    "rung": "somebody was rung: code (which rung:who)",
    "place": "a placement's new state: code; to (the kind of house)",
    "no_place": "nothing that fits was free: code (since, or again when something is)",
    "staff": "a deed of staff: code",
    "refused": "a deed of staff that changed nothing: code (why)",
    "waited": "a timer that had nothing to bring: code",
    "anew": "from the guide, without her word, the chat began anew in an intake of its own",
    "deleted": "she asked to delete: code (forgotten, or kept_for_staff)",
}
# finished: she came to the end, or a worker was in touch with her; left: she used the quick exit, or deleted, with
# nothing found; left_suddenly: the same, or blocking, after something was found; silent: she stopped in the middle
# without a word (told apart from going on by time alone).
ENDINGS = ("finished", "left", "left_suddenly", "silent")
SILENT_AFTER = 24 * 3600.0  # seconds after which a conversation that stopped in the middle is over
DONE = frozenset({"next", "only_advice", "goodbye"})


def ending(intake: Intake) -> str:
    """How the conversation has ended, as far as it has; empty while it goes on."""
    handoff = intake.handoff
    stopped_at = intake.resume if intake.left else intake.step
    away = intake.left and not intake.lapsed  # the gap alone says nothing: she may only be silent
    met = handoff is not None and handoff.touched is not None
    if stopped_at in DONE or met:
        return "finished"
    if away or (handoff is not None and "contact_lost" in handoff.marks):
        return "left_suddenly" if intake.findings else "left"  # also when staff have closed the case since
    return "finished" if handoff is not None and handoff.state == "closed" else ""


# --- how long something took: steps of half an octave, so that a median of a year is a sum -----------------------

HALVES = 2
LONGEST = 46  # 2 ** 23 seconds, some hundred days


def bucket(took: float | None) -> int:
    """Which step a duration in seconds falls into; -1 where there is none."""
    if took is None or took < 0:
        return -1
    return min(int(HALVES * math.log2(1 + took)), LONGEST)


def longest_of(step: int) -> float:
    """The longest duration, in seconds, of a bucket."""
    return float(2 ** ((step + 1) / HALVES) - 1)
