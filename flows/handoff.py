"""A handoff's own life: a `transitions` machine, shared by all; the state lives in the value."""

from __future__ import annotations

from dataclasses import replace

from transitions import Machine

from flows.carrier import allowed
from flows.model import Handoff
from flows.placement import Kind

STATES = ("offered", "raised", "claimed", "in_touch", "placed", "closed")
DEEDS = (
    "take",
    "in_touch",
    "spoken_live",
    "intake_done",
    "give_back",
    "write",
    "hand_back",
    "raise",
    "lower",
    "close",
    "forget",
    "mark",
    "keep",
    "lift_duress",
    # placing her (flows.placing)
    "regions",
    "hold",
    "extend",
    "confirm",
    "set_out",
    "arrive",
    "release",
)
VISIBLE_HOUSE = "visible_house"
OUTCOMES = (
    "secure_shelter",
    VISIBLE_HOUSE,
    "other_shelter",
    "advice",
    "police",
    "lost_contact",
    "not_needed",
)
# Outcomes under a roof, and the kinds of house of ours that each is; none where it is a house elsewhere.
ROOFS = {
    "secure_shelter": (Kind.SECURE,),
    VISIBLE_HOUSE: (Kind.VISIBLE_HOUSE,),
    "other_shelter": (),
}

_MACHINE = Machine(
    model=None,
    states=list(STATES),
    initial=None,
    auto_transitions=False,
    transitions=[
        ["ring", ["offered", "raised"], "raised"],  # a rung past the first: nobody took it
        ["take", ["offered", "raised"], "claimed"],
        ["in_touch", "claimed", "in_touch"],
        ["lapse", "claimed", "raised"],  # taken, but not in touch in time
        ["place", "in_touch", "placed"],  # she has arrived
        ["unplace", "placed", "in_touch"],  # where she is does not fit any more
        ["give_back", ["claimed", "in_touch", "placed"], "raised"],
        ["close", ["claimed", "in_touch", "placed"], "closed"],
    ],
)


def move(handoff: Handoff, trigger: str) -> Handoff | None:
    """The handoff after `trigger`, or None where its state does not allow it."""
    state = allowed(_MACHINE, trigger, handoff.state)
    return None if state is None else replace(handoff, state=state)


def marked(handoff: Handoff, *marks: str) -> Handoff:
    return replace(handoff, marks=handoff.marks + tuple(mark for mark in marks if mark not in handoff.marks))


def unmarked(handoff: Handoff, *marks: str) -> Handoff:
    return replace(handoff, marks=tuple(mark for mark in handoff.marks if mark not in marks))


def is_open(handoff: Handoff | None) -> bool:
    return handoff is not None and handoff.state != "closed"
