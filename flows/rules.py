"""A small vocabulary of named conditions, for the edges of a flow."""

from __future__ import annotations

from flows.model import Condition


def said(step: str, *codes: str) -> Condition:
    """She answered `step` with one of `codes`."""
    return Condition(f"{step} = {' or '.join(codes)}", lambda intake: intake.answers.get(step) in codes)


def not_said(step: str, *codes: str) -> Condition:
    """She did not answer `step` with any of `codes` (or was not asked)."""
    return Condition(
        f"{step} is not {' or '.join(codes)}", lambda intake: intake.answers.get(step) not in codes
    )


def any_of(*conditions: Condition) -> Condition:
    return Condition(
        " or ".join(c.name for c in conditions), lambda intake: any(c(intake) for c in conditions)
    )


def all_of(*conditions: Condition) -> Condition:
    return Condition(
        " and ".join(c.name for c in conditions), lambda intake: all(c(intake) for c in conditions)
    )


def found(*codes: str) -> Condition:
    """Any of these signs of danger has been seen, however."""
    wanted = frozenset(codes)
    return Condition(
        f"found {' or '.join(codes)}", lambda intake: any(f.indicator in wanted for f in intake.findings)
    )


calm = Condition("not handed on", lambda intake: intake.handoff is None)
