"""What the figures are asked about: read from the form of the page, kept to whole weeks that have ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends

from desk.gate import supervises
from desk.room import Visit
from storage import figures
from storage.figures import Asked, Choices

HALF_A_YEAR = 25 * 7  # days from its first to its last Monday: what is shown where nothing was asked


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for figures, about what, and what else they might ask for."""

    visit: Visit
    asked: Asked
    offered: Choices

    def iso(self, day: int) -> str:
        return date.fromordinal(day).isoformat()

    @property
    def ends(self) -> str:
        """The Sunday of the last week."""
        return self.iso(self.asked.until + 6)


def asking(
    visit: Annotated[Visit, Depends(supervises)],
    since: str = "",
    until: str = "",
    language: str = "",
    channel: str = "",
) -> Asking:
    """A dependency. What cannot be read, or was never offered, counts as not asked."""
    offered = figures.choices(visit.store, visit.now, visit.room.timezone)
    wanted = Asked(_day(since, offered.last - HALF_A_YEAR), _day(until, offered.last), language, channel)
    return Asking(visit, figures.within(wanted, offered), offered)


def _day(text: str, otherwise: int) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return otherwise
