"""Who is on call when, on the clock of the house, also on the two nights that are not as long as others."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from storage import passwords, rota, staff
from storage.staff import Refused
from storage.store import Store

ZONE = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(1, 8, 1))


def hire(store: Store, login: str, *roles: str, alert: str = "") -> str:
    return staff.add(store, login, login.title(), roles or ("worker",), 0.0, alert=alert)[0].id


def test_an_empty_rota_means_nobody(store: Store) -> None:
    """Without shifts nobody is on duty, no hours are promised and nobody is on call."""
    found = staff.house(store, at("2026-11-23 12:00"))
    assert (found.on_duty, found.duty_until, found.duty_from) == (False, None, None)
    assert staff.on_call(store, at("2026-11-23 12:00")) == []


def test_a_shift_over_midnight_belongs_to_the_day_it_begins(store: Store) -> None:
    """Monday 20:00 to 08:00 covers Tuesday morning and not Tuesday evening; the next duty is a week later."""
    mo = hire(store, "mo")
    staff.add_weekly(store, mo, 0, 20 * 60, 8 * 60)  # Monday evening to Tuesday morning
    assert staff.on_call(store, at("2026-11-23 19:59")) == []
    assert staff.on_call(store, at("2026-11-23 20:00")) == [mo]
    assert staff.on_call(store, at("2026-11-24 07:59")) == [mo]
    assert staff.on_call(store, at("2026-11-24 08:00")) == []
    night = staff.house(store, at("2026-11-24 01:00"))
    assert night.duty_until == at("2026-11-24 08:00")
    day = staff.house(store, at("2026-11-24 12:00"))
    assert (day.on_duty, day.duty_from) == (False, at("2026-11-30 20:00"))


def test_duty_goes_on_as_long_as_one_shift_meets_the_next(store: Store) -> None:
    """She is told when somebody is there until, not when one worker hands over to another."""
    sanne, mo = hire(store, "sanne"), hire(store, "mo")
    staff.add_weekly(store, sanne, 0, 8 * 60, 17 * 60)
    staff.add_weekly(store, mo, 0, 17 * 60, 23 * 60)
    assert staff.house(store, at("2026-11-23 09:00")).duty_until == at("2026-11-23 23:00")


def test_around_the_clock_every_day_has_no_end(store: Store) -> None:
    """Somebody is always there: no end is promised and there is no gap."""
    mo = hire(store, "mo")
    for day in range(7):
        staff.add_weekly(store, mo, day, 0, 24 * 60)
    found = staff.house(store, at("2026-11-23 09:00"))
    assert (found.on_duty, found.duty_until) == (True, None)
    assert rota.gaps(rota.duties(staff.shifts(store), at("2026-11-23 09:00")), at("2026-11-23 09:00")) == []


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-10-25", 25), ("2026-03-29", 23), ("2026-11-22", 24)],  # clocks back, clocks forward, as ever
)
def test_a_sunday_is_as_long_as_the_clock_makes_it(store: Store, day: str, hours: int) -> None:
    """A shift from midnight to midnight lasts 25 hours when the clocks go back and 23 when they go forward."""
    mo = hire(store, "mo")
    staff.add_weekly(store, mo, 6, 0, 0)
    midnight = at(f"{day} 00:00")
    assert staff.house(store, midnight).duty_until == midnight + hours * 3600


def test_a_dated_shift_counts_once(store: Store) -> None:
    """It covers its own nights, ends to the minute, and once removed covers nothing."""
    mo = hire(store, "mo")
    staff.add_once(store, mo, at("2026-12-24 18:00"), at("2026-12-26 09:00"))
    assert staff.on_call(store, at("2026-12-25 03:00")) == [mo]
    assert staff.on_call(store, at("2026-12-26 09:00")) == []
    staff.remove(store, staff.shifts(store)[0].id)
    assert staff.on_call(store, at("2026-12-25 03:00")) == []


def test_who_is_gone_is_not_on_call(store: Store) -> None:
    """A shift of a disabled worker, or of an administrator who sees no case, counts for nobody."""
    mo, admin = hire(store, "mo"), hire(store, "bea", "admin")
    for person in (mo, admin):
        staff.add_weekly(store, person, 0, 0, 0)
    assert staff.on_call(store, at("2026-11-23 12:00")) == [mo]  # an administrator alone sees no case
    staff.set_disabled(store, mo, 0.0)
    assert not staff.house(store, at("2026-11-23 12:00")).on_duty


def test_gaps_are_named(store: Store) -> None:
    """Of the week to come, every stretch that nobody covers stands there with its begin and end."""
    mo = hire(store, "mo")
    now = at("2026-11-23 06:00")
    staff.add_weekly(store, mo, 0, 8 * 60, 20 * 60)
    found = rota.gaps(rota.duties(staff.shifts(store), now), now)
    assert found == [(now, at("2026-11-23 08:00")), (at("2026-11-23 20:00"), now + rota.WEEK)]


@pytest.mark.parametrize(("day", "first", "last"), [(7, 0, 60), (0, -1, 60), (0, 0, 1441), (0, 1440, 60)])
def test_hours_that_cannot_be(store: Store, day: int, first: int, last: int) -> None:
    """An eighth day, a minute before midnight begins or after it ends: refused, so that nobody counts on it."""
    with pytest.raises(Refused, match="hours_malformed"):
        staff.add_weekly(store, hire(store, "mo"), day, first, last)


def test_a_dated_shift_has_to_end_after_it_starts_and_belong_to_somebody(store: Store) -> None:
    """A shift of no length is refused, and so is one for an account that does not exist."""
    with pytest.raises(Refused, match="hours_malformed"):
        staff.add_once(store, hire(store, "mo"), 100.0, 100.0)
    with pytest.raises(Refused, match="nobody"):
        staff.add_once(store, "99", 100.0, 200.0)


# --- who is woken ------------------------------------------------------------------------------------------


def test_each_rung_wakes_its_own(store: Store) -> None:
    """On call first, then all who see cases, then supervisors; an administrator is woken by none of them."""
    now = at("2026-11-23 12:00")
    mo = hire(store, "mo", alert="ntfy://mo")
    hire(store, "sanne", alert="ntfy://sanne")
    hire(store, "ria", "supervisor", alert="ntfy://ria")
    hire(store, "bea", "admin", alert="ntfy://bea")
    staff.add_weekly(store, mo, 0, 0, 0)
    assert staff.ring_addresses(store, "on_call", now) == ["ntfy://mo"]
    assert staff.ring_addresses(store, "everyone", now) == ["ntfy://mo", "ntfy://sanne", "ntfy://ria"]
    assert staff.ring_addresses(store, "supervisors", now) == ["ntfy://ria"]
    assert staff.ring_addresses(store, "board", now) == []


def test_a_rung_that_would_wake_nobody_wakes_everyone(store: Store) -> None:
    """An empty rota, a worker without an address, no supervisor: no rung ever rings in vain."""
    now = at("2026-11-23 12:00")
    hire(store, "mo", alert="ntfy://mo")
    silent = hire(store, "sanne")
    assert staff.ring_addresses(store, "on_call", now) == ["ntfy://mo"]  # an empty rota
    staff.add_weekly(store, silent, 0, 0, 0)
    assert staff.ring_addresses(store, "on_call", now) == ["ntfy://mo"]  # on call, but without an address
    assert staff.ring_addresses(store, "supervisors", now) == ["ntfy://mo"]
