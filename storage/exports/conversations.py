"""What may leave the store: conversations in coarse codes, week by week, and never so few alike that one is known.

Everything here is worked out of one finished week at a time. So the same week says the same in each export, and two
exports of different length cannot be subtracted from one another; nor does a year have to fit into memory.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from storage.logs.traces import local
from storage.store import Store
from storage.suppress import K
from storage.tables import traces

WEEK = 7  # days
ANY = "*"  # was left out so that fewer than K are not alike
# By what somebody outside might know her: kept from left to right, given up from right to left.
KNOWN_BY = ("week", "colour", "urgency", "channel", "language")
FACTS = ("version", "ended", "handed_on", "human_after", "rungs", "by_human", "no_place", "outcome", "placed")
COLUMNS = (*KNOWN_BY, *FACTS)
COLOURS, URGENCIES = ("green", "orange", "red"), ("this_week", "today", "now")
# How long until a human was in touch: up to so many seconds is called so.
TOOK = ((15 * 60.0, "15_min"), (3600.0, "1_hour"), (4 * 3600.0, "4_hours"), (24 * 3600.0, "1_day"))
MOST_RUNGS = 3

Line = dict[str, str]


def weeks(since: date, until: date, now: float, timezone: str) -> tuple[int, ...]:
    """The Mondays, as day numbers, of the whole weeks between two days that have ended by now."""
    first = since.toordinal() + -since.weekday() % WEEK
    current = local(now, timezone)[0]
    return tuple(week for week in range(first, current, WEEK) if week + WEEK - 1 <= until.toordinal())


def table(store: Store, asked: Iterable[int]) -> Iterator[str]:
    """CSV, a line at a time: one row a conversation, those of a week in an order that says nothing."""
    yield _line(COLUMNS)
    for week in asked:
        for one in coarse(_week(store, week)):
            yield _line(tuple(one[name] for name in COLUMNS))


def _week(store: Store, week: int) -> list[Line]:
    # The name of a trace is random, and so is the order it gives.
    wanted = select(traces).where(traces.c.week == week).order_by(traces.c.trace)
    with store.read() as conn:
        return [_told(row) for row in conn.execute(wanted)]


def _told(row: Any) -> Line:
    """One conversation in coarse codes: no moment, no name, nothing that leads back."""
    return {
        "week": date.fromordinal(row.week).isoformat(),
        "colour": COLOURS[row.colour],
        "urgency": URGENCIES[row.urgency],
        "channel": row.channel,
        "language": row.language,
        "version": row.version,
        "ended": row.ended or "open",
        "handed_on": _yes(row.opened is not None),
        "human_after": _took(row.opened, row.touched),
        "rungs": str(row.rungs) if row.rungs < MOST_RUNGS else f"{MOST_RUNGS}_or_more",
        "by_human": _yes(row.overridden),
        "no_place": _yes(row.no_place),
        "outcome": row.outcome,
        "placed": row.placed,
    }


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _took(opened: float | None, touched: float | None) -> str:
    if opened is None or touched is None:
        return ""
    return next((name for most, name in TOOK if touched - opened <= most), "later")


def coarse(lines: Iterable[Line]) -> list[Line]:
    """Lines of which each is like K - 1 others in all that somebody might know her by.

    Where there are fewer, the last of KNOWN_BY is left out and they are looked at again, together with no others
    than those; what is still too few without all but the week is left out whole.
    """
    done, left = [], list(lines)
    for kept in range(len(KNOWN_BY), 0, -1):
        alike = Counter(_known(one) for one in left)
        done += [one for one in left if alike[_known(one)] >= K]
        left = [one | {KNOWN_BY[kept - 1]: ANY} for one in left if alike[_known(one)] < K]
    return sorted(done, key=_known)


def _known(line: Line) -> tuple[str, ...]:
    return tuple(line[name] for name in KNOWN_BY)


def _line(values: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue()


def beginning(week: int) -> str:
    """The Monday of a week as a moment: the only time that an export knows."""
    return datetime.combine(date.fromordinal(week), datetime.min.time(), UTC).isoformat()


def name(asked: tuple[int, ...], ending: str) -> str:
    """A file's name says of when it is, and nothing else."""
    first, last = (date.fromordinal(week).isoformat() for week in (asked[0], asked[-1]))
    return f"drempel-{first}-{last}.{ending}"
