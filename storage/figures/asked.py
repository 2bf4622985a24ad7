"""Which conversations the figures are about: whole weeks that have ended, a language, a channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.engine import Connection

from storage.store import Store
from storage.tables import traces
from storage.traces import local

WEEK = 7  # days


@dataclass(frozen=True, slots=True)
class Asked:
    """`since`, `until`: the Mondays of the first and the last week, as day numbers; both are counted in."""

    since: int
    until: int
    language: str = ""
    channel: str = ""

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
        return Choices(
            min(int(first), last) if first is not None else last,
            last,
            _values(conn, traces.c.language),
            _values(conn, traces.c.channel),
        )


def _values(conn: Connection, column: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in conn.execute(select(column).distinct().order_by(column)).scalars())


def within(asked: Asked, offered: Choices) -> Asked:
    """What was asked for, kept to what can be asked for: the week that still goes on is never in it."""
    since, until = (monday(min(max(day, offered.first), offered.last)) for day in (asked.since, asked.until))
    return replace(
        asked,
        since=min(since, until),
        until=max(since, until),
        language=asked.language if asked.language in offered.languages else "",
        channel=asked.channel if asked.channel in offered.channels else "",
    )


def monday(day: int) -> int:
    return day - date.fromordinal(day).weekday()


def those(asked: Asked, table: Table = traces) -> list[ColumnElement[bool]]:
    """The conditions on traces or traffic; a channel is known of traces alone."""
    found = [table.c.week >= asked.since, table.c.week <= asked.until]
    if asked.language:
        found.append(table.c.language == asked.language)
    if asked.channel and "channel" in table.c:
        found.append(table.c.channel == asked.channel)
    return found
