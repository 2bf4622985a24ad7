"""A small vocabulary of named conditions, for the edges of a flow."""

from __future__ import annotations

from flows.model import Condition, Intake


def said(step: str, *codes: str) -> Condition:
    """She answered `step` with one of `codes`."""
    return Condition(f"{step} = {' or '.join(codes)}", lambda intake: intake.answers.get(step) in codes)


def not_said(step: str, *codes: str) -> Condition:
    """She did not answer `step` with any of `codes` (or was not asked)."""
    return Condition(
        f"{step} is not {' or '.join(codes)}", lambda intake: intake.answers.get(step) not in codes
    )


def any_of(*conditions: Condition) -> Condition:
    tests = [condition.holds for condition in conditions]

    def holds(intake: Intake) -> bool:
        # Dozens of times a turn, and any() would take twice as long.
        for test in tests:  # noqa: SIM110
            if test(intake):
                return True
        return False

    return Condition(" or ".join(c.name for c in conditions), holds)


def all_of(*conditions: Condition) -> Condition:
    tests = [condition.holds for condition in conditions]

    def holds(intake: Intake) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if not test(intake):
                return False
        return True

    return Condition(" and ".join(c.name for c in conditions), holds)


def found(*codes: str) -> Condition:
    """Any of these signs of danger has been seen, however."""
    wanted = frozenset(codes)
    return Condition(
        f"found {' or '.join(codes)}", lambda intake: any(f.indicator in wanted for f in intake.findings)
    )


calm = Condition("not handed on", lambda intake: intake.handoff is None)
