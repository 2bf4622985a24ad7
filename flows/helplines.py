"""Help lines as data: number, hours, when it was last checked (domain.md part 6). Never typed in a catalogue.

Hours are local time of the Netherlands. Only lines whose number and hours have a source are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

WEEKDAYS = frozenset(range(5))
DAILY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One line that she can reach. `opens` and `closes`: whole hours; 0 to 24 is always."""

    code: str  # its name is the catalogue's `line.<code>`
    number: str
    source: str
    checked: date
    opens: int = 0
    closes: int = 24
    days: frozenset[int] = DAILY  # Monday is 0

    def open_at(self, at: datetime) -> bool:
        return at.weekday() in self.days and self.opens <= at.hour < self.closes


SHARED = "shared"  # how it is said on a device that somebody else reads: a number without its name
CHECKED = date(2026, 11, 1)
LINES: dict[str, HelpLine] = {
    line.code: line
    for line in (
        HelpLine("emergency", "112", "domain.md 6 [1]", CHECKED),
        HelpLine("safe_home", "0800-2000", "domain.md 6 [4][5]", CHECKED),
        HelpLine("suicide", "113", "domain.md 6 [9]", CHECKED),
        HelpLine("suicide_free", "0800-0113", "domain.md 6 [9]", CHECKED),
        HelpLine("sexual", "0800-0188", "domain.md 6 [8]", CHECKED),
        HelpLine("children", "0800-0432", "domain.md 6 [10]", CHECKED, 11, 21),
        HelpLine("youth", "088-7778887", "domain.md 6 [11]", CHECKED),
        HelpLine("trafficking", "033-448 11 86", "domain.md 6 [15]", CHECKED, 9, 17, WEEKDAYS),
        HelpLine("listening", "088 0767 000", "domain.md 6 [14]", CHECKED),
    )
}
# At most three at once, the first that are open (domain.md 6).
SHOWN: dict[str, tuple[str, ...]] = {
    "": ("emergency", "safe_home", "listening"),
    "minor": ("children", "safe_home", "youth", "emergency"),
    "work": ("emergency", "trafficking", "safe_home"),
}


def open_now(
    at: float, variants: tuple[str, ...] = (), timezone: str = "Europe/Amsterdam"
) -> tuple[HelpLine, ...]:
    """The three lines to show to her at this moment, open ones only."""
    local = datetime.fromtimestamp(at, ZoneInfo(timezone))
    codes = next((SHOWN[variant] for variant in variants if variant in SHOWN), SHOWN[""])
    return tuple(line for code in codes if (line := LINES[code]).open_at(local))[:3]
