"""Which conversations the figures are about: whole weeks that have ended, a language, a channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Table, select

from storage.logs.traces import local
from storage.store import Store
from storage.tables import traces

WEEK = 7  # days


@dataclass(frozen=True, slots=True)
class Asked:
    """`since`, `until`: the Mondays of the first and the last week, as day numbers; both are counted in.

    `wide`: so much of all there is that reading every row takes less time than looking up those that are wanted.
    """

    since: int
    until: int
    language: str = ""
    channel: str = ""
    wide: bool = False

    @property
    def weeks(self) -> tuple[int, ...]:
        return tuple(range(self.since, self.until + 1, WEEK))


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be asked for: the weeks that have ended and hold something, languages, channels."""

    first: int
    last: int
    languages: tuple[str, ...]
    channels: tuple[str, ...]


def choices(store: Store, now: float, timezone: str) -> Choices:
    last = local(now, timezone)[0] - WEEK
    with store.read() as conn:
        first = conn.execute(select(traces.c.week).order_by(traces.c.week).limit(1)).scalar()
        spoken = conn.execute(select(traces.c.language, traces.c.channel).distinct()).all()
    return Choices(
        min(int(first), last) if first is not None else last,
        last,
        tuple(sorted({language for language, _ in spoken})),
        tuple(sorted({channel for _, channel in spoken})),
    )


def within(asked: Asked, offered: Choices) -> Asked:
    """What was asked for, kept to what can be asked for: the week that still goes on is never in it."""
    ends = (monday(min(max(day, offered.first), offered.last)) for day in (asked.since, asked.until))
    since, until = sorted(ends)
    return replace(
        asked,
        since=since,
        until=until,
        wide=2 * (until - since) > offered.last - offered.first,
        language=asked.language if asked.language in offered.languages else "",
        channel=asked.channel if asked.channel in offered.channels else "",
    )


def monday(day: int) -> int:
    return day - date.fromordinal(day).weekday()


def those(asked: Asked, table: Table = traces, *, rows: bool = True) -> list[ColumnElement[bool]]:
    """The conditions on traces or traffic; a channel is known of traces alone.

    `rows`: whether more is read of traces than what stands in the index of weeks.
    """
    # No database looks up a sum of two in an index.
    week = traces.c.week + 0 if asked.wide and rows and table is traces else table.c.week
    found = [week >= asked.since, week <= asked.until]
    if asked.language:
        found.append(table.c.language == asked.language)
    if asked.channel and "channel" in table.c:
        found.append(table.c.channel == asked.channel)
    return found
