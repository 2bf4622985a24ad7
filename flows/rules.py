"""A small vocabulary of named conditions, for the edges of a flow."""

from __future__ import annotations

from collections.abc import Iterable

from flows.model import Condition, Intake


def said(step: str, *codes: str) -> Condition:
    """She answered `step` with one of `codes`."""
    return Condition(
        f"{step} = {' or '.join(codes)}",
        lambda intake: intake.answers.get(step) in codes,
        _about(step, codes),
    )


def not_said(step: str, *codes: str) -> Condition:
    """She did not answer `step` with any of `codes` (or was not asked)."""
    return Condition(
        f"{step} is not {' or '.join(codes)}",
        lambda intake: intake.answers.get(step) not in codes,
        _about(step, codes),
    )


def not_asked(step: str) -> Condition:
    """She has not answered `step` at all."""
    return Condition(f"{step} was not asked", lambda intake: step not in intake.answers, _about(step, ("",)))


def _about(step: str, codes: Iterable[str]) -> frozenset[tuple[str, str]]:
    return frozenset((step, code) for code in codes)


def _about_all(conditions: Iterable[Condition]) -> frozenset[tuple[str, str]]:
    return frozenset().union(*(condition.about for condition in conditions))


def any_of(*conditions: Condition) -> Condition:
    tests = [condition.holds for condition in conditions]

    def holds(intake: Intake) -> bool:
        # Dozens of times a turn, and any() would take twice as long.
        for test in tests:  # noqa: SIM110
            if test(intake):
                return True
        return False

    return Condition(" or ".join(c.name for c in conditions), holds, _about_all(conditions))


def all_of(*conditions: Condition) -> Condition:
    tests = [condition.holds for condition in conditions]

    def holds(intake: Intake) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if not test(intake):
                return False
        return True

    return Condition(" and ".join(c.name for c in conditions), holds, _about_all(conditions))


def not_found(*codes: str) -> Condition:
    """None of these signs of danger has been seen, however."""
    barring = frozenset(codes)
    return Condition(
        f"no {' or '.join(codes)}",
        lambda intake: all(finding.indicator not in barring for finding in intake.findings),
    )


calm = Condition("not handed on", lambda intake: intake.handoff is None)
