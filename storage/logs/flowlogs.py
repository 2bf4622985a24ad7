"""The flow log, as supervisors review it: lists of conversations with filters. Codes only.

A list reads `traces`, one row a conversation, in the order of its index; a cursor says where the next page begins,
so that the thousandth page costs what the first one does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select, tuple_

from flows.intake import INTAKE
from flows.logbook import SILENT_AFTER
from flows.model import Colour, Urgency
from flows.tongues import LANGUAGES
from storage.store import Store
from storage.tables import traces

PAGE = 50
LATEST = 10_000  # conversations
SILENT, GOING_ON = "silent", "going_on"  # told apart by time alone: `ended` is empty in both
_EXACT = ("language", "channel", "outcome", "step", "version")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; empty: all. `step`: where it stands, or where she left it."""

    since: float | None = None
    until: float | None = None
    colour: int | None = None
    urgency: int | None = None
    language: str = ""
    channel: str = ""
    indicator: str = ""
    rule: str = ""
    outcome: str = ""
    ended: str = ""  # flows.logbook.ENDINGS, or "going_on"
    step: str = ""
    version: str = ""
    overridden: bool | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One conversation, in a line: a row of `traces`."""

    trace: str
    started: float
    last_at: float
    channel: str
    language: str
    version: str
    step: str
    turns: int
    colour: Colour
    highest: Colour
    urgency: Urgency
    ended: str  # with "silent" and "going_on" told apart
    handoff: str
    opened: float | None
    taken: float | None
    touched: float | None
    closed: float | None
    rungs: int
    outcome: str
    overridden: bool
    no_place: bool
    placed: str
    placed_at: float | None
    signs: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def to_human(self) -> float | None:
        """Seconds from handing on until somebody was in touch with her."""
        return self.touched - self.opened if self.touched is not None and self.opened is not None else None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, the newest first; a cursor is empty where there is nothing further that way."""

    rows: tuple[Trace, ...]
    newer: str
    older: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to filter on, beside what the flow itself declares."""

    languages: tuple[str, ...]
    channels: tuple[str, ...]
    versions: tuple[str, ...]


# --- lists -------------------------------------------------------------------------------------------------


def page(store: Store, asked: Asked, cursor: str, now: float, limit: int = PAGE) -> Page:
    """A page of the list; a cursor that nobody of us gave leads to the first page."""
    up, place = _read(cursor)
    wanted = _filtered(asked, now)
    if place is not None:
        here = tuple_(traces.c.started, traces.c.trace)
        there = tuple_(literal(place[0]), literal(place[1]))
        wanted = wanted.where(here > there if up else here < there)
    order = (traces.c.started, traces.c.trace) if up else (traces.c.started.desc(), traces.c.trace.desc())
    with store.read() as conn:
        found = [as_trace(row, now) for row in conn.execute(wanted.order_by(*order).limit(limit + 1))]
    more, rows = len(found) > limit, found[:limit]
    if up:
        rows.reverse()
    newer, older = (more, True) if up else (place is not None, more)
    first, last = (_cursor("newer", rows[0]), _cursor("older", rows[-1])) if rows else ("", "")
    return Page(tuple(rows), first if newer else "", last if older else "")


def _filtered(asked: Asked, now: float) -> Select[Any]:
    wanted = select(traces)
    for condition in _conditions(asked, now):
        wanted = wanted.where(condition)
    return wanted


def _conditions(asked: Asked, now: float) -> Iterable[ColumnElement[bool]]:
    if asked.since is not None:
        yield traces.c.started >= asked.since
    if asked.until is not None:
        yield traces.c.started < asked.until
    if asked.colour is not None:
        yield traces.c.colour == asked.colour
    if asked.urgency is not None:
        yield traces.c.urgency == asked.urgency
    if asked.overridden is not None:
        yield traces.c.overridden.is_(asked.overridden)
    yield from (traces.c[name] == getattr(asked, name) for name in _EXACT if getattr(asked, name))
    yield from (
        column.contains(f" {code} ", autoescape=True)
        for column, code in ((traces.c.signs, asked.indicator), (traces.c.rules, asked.rule))
        if code
    )
    yield from _ended(asked.ended, now)


def _ended(ended: str, now: float) -> Iterable[ColumnElement[bool]]:
    if ended in (SILENT, GOING_ON):
        still = now - SILENT_AFTER
        yield traces.c.ended == ""
        yield traces.c.last_at < still if ended == SILENT else traces.c.last_at >= still
    elif ended:
        yield traces.c.ended == ended


def _cursor(way: str, row: Trace) -> str:
    """Where a page begins, as one opaque word: the direction, and the row it goes on from."""
    return base64.urlsafe_b64encode(f"{way} {row.started!r} {row.trace}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[bool, tuple[float, str] | None]:
    try:
        way, started, trace = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        return way == "newer", (float(started), trace)
    except (ValueError, binascii.Error):
        return False, None


def choices(store: Store) -> Choices:
    """Languages, channels and flow versions of the latest conversations: to look at all would cost a list's time."""
    columns = (traces.c.language, traces.c.channel, traces.c.version)
    latest = (
        select(*columns).order_by(traces.c.started.desc(), traces.c.trace.desc()).limit(LATEST).subquery()
    )
    with store.read() as conn:
        found = conn.execute(select(latest).distinct()).all()
    languages, channels, versions = ({row[place] for row in found} for place in range(3))
    return Choices(
        tuple(sorted(languages | set(LANGUAGES))),
        tuple(sorted(channels)),
        tuple(sorted(versions | {INTAKE.version}, reverse=True)),
    )


def as_trace(row: Any, now: float) -> Trace:
    ended = row.ended or (SILENT if row.last_at < now - SILENT_AFTER else GOING_ON)
    return Trace(
        trace=row.trace,
        started=row.started,
        last_at=row.last_at,
        channel=row.channel,
        language=row.language,
        version=row.version,
        step=row.step,
        turns=row.turns,
        colour=Colour(row.colour),
        highest=Colour(row.highest),
        urgency=Urgency(row.urgency),
        ended=ended,
        handoff=row.handoff,
        opened=row.opened,
        taken=row.taken,
        touched=row.touched,
        closed=row.closed,
        rungs=row.rungs,
        outcome=row.outcome,
        overridden=bool(row.overridden),
        no_place=bool(row.no_place),
        placed=row.placed,
        placed_at=row.placed_at,
        signs=tuple(row.signs.split()),
        rules=tuple(row.rules.split()),
    )
