"""Who is on call when: shifts on a weekday in local time, also over midnight, or once between two moments."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from flows.model import House
from storage import accounts
from storage.accounts import Member, Refused
from storage.store import Store
from storage.tables import rota, staff

TIMEZONE = "Europe/Amsterdam"
SETTLED = House(timezone=TIMEZONE)
DAY = 24 * 60  # minutes
WEEK = 7 * 86400.0
AHEAD = 8  # days that are looked at for what comes next
DAILY = range(7)


@dataclass(frozen=True, slots=True)
class Shift:
    """One line of the rota. Weekly: `weekday` (Monday is 0) with two minutes of the local day; it ends on the
    next day where `to_minute` is not after `from_minute`. Once: `starts` and `ends`.
    """

    id: int
    staff_id: str
    name: str
    weekday: int | None = None
    from_minute: int = 0
    to_minute: int = 0
    starts: float = 0.0
    ends: float = 0.0


def add_weekly(store: Store, staff_id: str, weekday: int, from_minute: int, to_minute: int) -> None:
    """Every week from one local minute to the other; the same twice is around the clock. Raises Refused."""
    if weekday not in DAILY or not (0 <= from_minute < DAY and 0 <= to_minute <= DAY):
        raise Refused("hours_malformed")
    values = {"weekday": weekday, "from_minute": from_minute, "to_minute": to_minute % DAY}
    _add(store, staff_id, values)


def add_once(store: Store, staff_id: str, starts: float, ends: float) -> None:
    """Once, between two moments. Raises Refused."""
    if not starts < ends <= starts + 31 * 86400:
        raise Refused("hours_malformed")
    _add(store, staff_id, {"starts": starts, "ends": ends})


def _add(store: Store, staff_id: str, values: dict[str, Any]) -> None:
    with store.write() as conn:
        if accounts.row_of(conn, staff_id) is None:
            raise Refused("nobody")
        conn.execute(insert(rota).values(values | {"staff_id": int(staff_id)}))


def remove(store: Store, shift_id: int) -> None:
    with store.write() as conn:
        conn.execute(delete(rota).where(rota.c.id == shift_id))


def shifts(store: Store) -> list[Shift]:
    """Every line of those who still work here, Monday first, then what happens once."""
    with store.read() as conn:
        return _shifts(conn)


def _shifts(conn: Connection) -> list[Shift]:
    wanted = (
        select(rota, staff.c.name)
        .join(staff, staff.c.id == rota.c.staff_id)
        .where(staff.c.disabled.is_(None))
        .order_by(rota.c.weekday.is_(None), rota.c.weekday, rota.c.from_minute, rota.c.starts, rota.c.id)
    )
    return [
        Shift(
            row.id,
            str(row.staff_id),
            row.name,
            row.weekday,
            row.from_minute or 0,
            row.to_minute or 0,
            row.starts or 0.0,
            row.ends or 0.0,
        )
        for row in conn.execute(wanted)
    ]


# --- what the rota says of a moment ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """One person on call from one moment to another."""

    starts: float
    ends: float
    staff_id: str
    name: str


def duties(lines: Iterable[Shift], at: float, timezone: str = TIMEZONE) -> list[Duty]:
    """Everybody's duties that end after `at`, as far as a week ahead, in order."""
    zone = ZoneInfo(timezone)
    today = datetime.fromtimestamp(at, zone).date()
    found = (duty for line in lines for duty in _duties(line, today, zone))
    return sorted(duty for duty in found if duty.ends > at)


def _duties(line: Shift, today: date, zone: ZoneInfo) -> Iterator[Duty]:
    if line.weekday is None:
        yield Duty(line.starts, line.ends, line.staff_id, line.name)
        return
    for ahead in range(-1, AHEAD):
        day = today + timedelta(days=ahead)
        if day.weekday() == line.weekday:
            over = line.to_minute <= line.from_minute
            starts = _moment(day, line.from_minute, zone)
            ends = _moment(day + timedelta(days=1) if over else day, line.to_minute, zone)
            yield Duty(starts, ends, line.staff_id, line.name)


def _moment(day: date, minute: int, zone: ZoneInfo) -> float:
    """A wall-clock time as a moment: on the days that are not 24 hours long, the clock decides."""
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone).timestamp()


def covered_until(coming: Iterable[Duty], at: float) -> float:
    """Until when somebody is on without a gap; `at` itself where nobody is on."""
    until = at
    for duty in coming:
        if duty.starts <= until and duty.ends > until:
            until = duty.ends
    return until


def gaps(coming: Iterable[Duty], at: float) -> list[tuple[float, float]]:
    """The times in the coming week when nobody is on call. `coming` in order, as duties() gives them."""
    found, until = [], at
    for duty in coming:
        if duty.starts > until and until < at + WEEK:
            found.append((until, min(duty.starts, at + WEEK)))
        until = max(until, duty.ends)
    return [*found, (until, at + WEEK)] if until < at + WEEK else found


def house(store: Store, at: float | None = None, settled: House = SETTLED) -> House:
    """What the conversation may know of the house at this moment. `settled`: what no rota changes."""
    at = time.time() if at is None else at
    with store.read() as conn:
        coming = _coming(conn, at, settled.timezone)
    until = covered_until(coming, at)
    on_duty = until > at
    return replace(
        settled,
        on_duty=on_duty,
        # Further ahead than the rota was read is as good as always.
        duty_until=until if on_duty and until < at + (AHEAD - 1) * 86400 else None,
        duty_from=None if on_duty else next((duty.starts for duty in coming), None),
    )


def on_call(store: Store, at: float | None = None, timezone: str = TIMEZONE) -> list[str]:
    """Ids of those who are on call at this moment, each once."""
    at = time.time() if at is None else at
    with store.read() as conn:
        return _on_call(conn, at, timezone)


def _on_call(conn: Connection, at: float, timezone: str) -> list[str]:
    return list(dict.fromkeys(duty.staff_id for duty in _coming(conn, at, timezone) if duty.starts <= at))


def _coming(conn: Connection, at: float, timezone: str) -> list[Duty]:
    seeing = {member.id for member in _people(conn) if member.sees_cases}
    return [duty for duty in duties(_shifts(conn), at, timezone) if duty.staff_id in seeing]


def _people(conn: Connection) -> list[Member]:
    return [accounts.as_member(row) for row in conn.execute(select(staff).order_by(staff.c.id))]


def ring_addresses(store: Store, who: str, at: float | None = None, timezone: str = TIMEZONE) -> list[str]:
    """Apprise addresses that wake `who`: on_call, everyone, supervisors or placement. The board wakes nobody.

    Where no one of those can be woken (nobody on call, no address), everyone is: a rung never rings in vain. Of broken
    glass supervisors alone are told.
    """
    at = time.time() if at is None else at
    if who not in ("on_call", "everyone", "supervisors", "placement", "glass"):
        return []
    with store.read() as conn:
        people = [member for member in _people(conn) if member.sees_cases]
        wanted = {member.id for member in people}
        if who == "on_call":
            wanted = set(_on_call(conn, at, timezone))
        elif who in ("supervisors", "glass"):
            wanted = {member.id for member in people if member.supervises}
        elif who == "placement":
            places = {member.id for member in people if member.places}
            wanted = places & set(_on_call(conn, at, timezone)) or places
        found = _addresses(store, conn, people, wanted)
        if found or who == "glass":
            return found
        return _addresses(store, conn, people, {member.id for member in people})


def _addresses(store: Store, conn: Connection, people: list[Member], wanted: set[str]) -> list[str]:
    opened = (accounts.alert_of(store, conn, member.id) for member in people if member.id in wanted)
    return list(dict.fromkeys(address for address in opened if address))
