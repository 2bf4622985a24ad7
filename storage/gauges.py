"""What a monitoring system may know of the house at this moment: numbers and codes, of nobody in particular."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.engine import Connection

from flows.logbook import SILENT_AFTER
from flows.model import Colour, Lane, Urgency
from flows.placement import Kind
from flows.shelters import FRESH_SECONDS
from storage.handoffs import UNTAKEN
from storage.logs import counting
from storage.logs.flowlogs import GOING_ON, SILENT
from storage.store import Store
from storage.tables import handoffs, outbox, shelters, traces, troubles


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number, or one for each of its labels' values."""

    name: str
    told: str
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[str, ...], float], ...]


def gauges(store: Store, now: float) -> list[Gauge]:
    with store.read() as conn:
        found = [
            _gauge("handoffs_open", "Open cases", ("colour", "urgency", "state"), _handoffs(conn)),
            _gauge(
                "wait_seconds", "Longest wait of a pressing case that nobody has taken", (), _wait(conn, now)
            ),
            _gauge("outbox_waiting", "Messages waiting to be sent", ("lane",), _outbox(conn)),
            _gauge("troubles_open", "Troubles that nobody has seen to", ("code",), _troubles(conn)),
            _gauge(
                "beds", "Beds: free now, held, or not counted lately", ("kind", "state"), _beds(conn, now)
            ),
            _gauge(
                "conversations",
                "Conversations that ever began, by how they ended",
                ("channel", "ended"),
                _talks(conn, now),
            ),
        ]
    behind = [((), float(counting.behind(store)))]
    return [*found, _gauge("counting_behind", "Rows of the log that the figures do not hold yet", (), behind)]


Values = Iterable[tuple[tuple[str, ...], float]]


def _gauge(name: str, told: str, labels: tuple[str, ...], values: Values) -> Gauge:
    return Gauge(f"drempel_{name}", told, labels, tuple(values))


def _handoffs(conn: Connection) -> Values:
    columns = (handoffs.c.colour, handoffs.c.urgency, handoffs.c.state)
    wanted = select(*columns, func.count()).where(handoffs.c.closed.is_(None)).group_by(*columns)
    for colour, urgency, state, n in conn.execute(wanted):
        yield (Colour(colour).name.lower(), Urgency(urgency).name.lower(), state), n


def _wait(conn: Connection, now: float) -> Values:
    pressing = or_(handoffs.c.colour == Colour.RED, handoffs.c.urgency == Urgency.NOW)
    wanted = select(func.min(handoffs.c.opened)).where(
        handoffs.c.closed.is_(None), handoffs.c.state.in_(UNTAKEN), pressing
    )
    first = conn.execute(wanted).scalar()
    yield (), max(now - first, 0.0) if first is not None else 0.0


def _outbox(conn: Connection) -> Values:
    """A lane with nothing in it is 0, so that an alert on it has something to look at."""
    waiting = select(outbox.c.lane, func.count()).where(outbox.c.state == 0).group_by(outbox.c.lane)
    found = {row[0]: row[1] for row in conn.execute(waiting)}
    return [((lane.name.lower(),), found.get(lane, 0)) for lane in Lane]


def _troubles(conn: Connection) -> Values:
    still = (
        select(troubles.c.code, func.count()).where(troubles.c.cleared.is_(None)).group_by(troubles.c.code)
    )
    return [((code,), n) for code, n in conn.execute(still)]


def _beds(conn: Connection, now: float) -> Values:
    """Of a house that has not counted lately nothing is free, and all its beds are unknown."""
    empty = shelters.c.free - shelters.c.held
    fresh = and_(shelters.c.counted.is_not(None), shelters.c.counted >= now - FRESH_SECONDS)
    sums = {
        "free": func.sum(case((and_(fresh, empty > 0), empty), else_=0)),
        "held": func.sum(shelters.c.held),
        "unknown": func.sum(case((fresh, 0), else_=shelters.c.beds)),
    }
    wanted = (
        select(shelters.c.kind, *sums.values()).where(shelters.c.closed.is_(None)).group_by(shelters.c.kind)
    )
    found: dict[str, Any] = {row[0]: row[1:] for row in conn.execute(wanted)}
    for kind in Kind:
        for state, n in zip(sums, found.get(kind, (0, 0, 0)), strict=True):
            yield (kind.value, state), float(n)


def _talks(conn: Connection, now: float) -> Values:
    still = case((traces.c.last_at < now - SILENT_AFTER, SILENT), else_=GOING_ON)
    ended = case((traces.c.ended == "", still), else_=traces.c.ended).label("how")
    wanted = select(traces.c.channel, ended, func.count()).group_by(traces.c.channel, ended)
    return [((channel, how), n) for channel, how, n in conn.execute(wanted)]
