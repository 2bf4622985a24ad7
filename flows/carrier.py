"""How every `transitions` machine of ours is used: one machine shared by all, a fresh carrier a call.

The machine keeps nothing and knows nobody; state lives in the row (transitions #146, #640).
"""

from __future__ import annotations

from transitions import Machine, MachineError


class _Carrier:
    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def after(machine: Machine, trigger: str, state: str, *known: object) -> str:
    """The state that `trigger` leads to; `known` is what the conditions ask about. Raises MachineError."""
    carrier = _Carrier(state)
    machine.events[trigger].trigger(carrier, *known)
    return carrier.state


def allowed(machine: Machine, trigger: str, state: str) -> str | None:
    """As `after`, but None where the state does not allow it."""
    try:
        return after(machine, trigger, state)
    except MachineError:
        return None
