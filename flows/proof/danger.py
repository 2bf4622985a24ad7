"""What of the signs found decides the future: the danger part of the abstraction, by the promises' own tables."""

from __future__ import annotations

from typing import NamedTuple

from flows import promises
from flows.model import Assessment, Colour, Intake, Urgency


class Danger(NamedTuple):
    """`secondary`: how many secondary factors, to 4. `cluster`: how much of the cluster of three, to 3."""

    colour: Colour
    urgency: Urgency
    secondary: int
    cluster: int
    house: bool  # may the visible house be considered


def of(intake: Intake, found: Assessment) -> Danger:
    """A red that no human has decided on is red for good: all else that is found then counts for its urgency only."""
    if found.colour is Colour.RED and intake.decision is None:
        return Danger(found.colour, found.urgency, 4, 3, False)
    codes = frozenset([finding.indicator for finding in intake.findings])
    secondary = sum(1 for group in promises.SECONDARY if group & codes)
    cluster = sum(1 for group in promises.CLUSTER if group & codes)
    return Danger(found.colour, found.urgency, secondary, cluster, found.visible_house)


def apart(intake: Intake) -> bool:
    """Handed on, and nobody around her may be contacted."""
    return intake.handoff is not None and any(f.indicator in promises.NO_FAMILY for f in intake.findings)
