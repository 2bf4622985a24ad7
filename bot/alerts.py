"""Wakes people outside the staff group: ntfy, SMS, e-mail, Signal, whatever Apprise knows. Never a story."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bot.channels import ForGood, Passing, Sent
from bot.trouble import where
from flows import words
from flows.placing import NO_PLACE
from storage import cards, glass, staff, troubles
from storage.cards import COLOURS, URGENCIES, Facts
from storage.outbox import Row
from storage.places import guard

if TYPE_CHECKING:
    from bot.work import Work

LANGUAGE = "nl"
TRIES = 4  # of one address for one alert; the ladder rings again anyway
SECONDS = 20.0  # that one address may take
REMEMBERED = 500
_log = logging.getLogger(__name__)

Notify = Callable[[str, str, str], bool]  # address, title, body: whether it went out


def notify(address: str, title: str, body: str) -> bool:
    """One message to one Apprise address. In a thread: it waits for the network."""
    import apprise  # noqa: PLC0415 - a quarter of a second, and only who is alerted pays it

    one = apprise.Apprise()
    return bool(one.add(address)) and bool(one.notify(title=title, body=body))


class Alerts:
    """Sends the outbox's alerts: to the addresses of the house and of whoever is rung."""

    def __init__(self, work: Work, send: Notify = notify, clock: Callable[[], float] = time.time) -> None:
        self.work = work
        self.notify = send
        self.clock = clock
        self._reached: OrderedDict[int, set[str]] = OrderedDict()

    async def send(self, row: Row) -> Sent | Passing | ForGood:
        """Each address by itself; what failed is tried again without those that it reached."""
        who = str(row.payload.get("who", ""))
        body = await asyncio.to_thread(self._body, [int(one) for one in row.payload.get("handoffs", ())], who)
        if not body:
            return Sent(None)
        wanted = await asyncio.to_thread(self._addresses, who)
        if not wanted and who == glass.WHO:  # a case that waits stands on the board; this one stands nowhere
            return ForGood("nobody")
        reached = self._of(row.id)
        failed = await self._ring([one for one in wanted if one not in reached], body, reached)
        if not failed:
            self._reached.pop(row.id, None)
            return Sent(None)
        if row.attempts < TRIES:
            return Passing(self.clock() + 2.0**row.attempts, "alert_failed")
        self._reached.pop(row.id, None)
        return ForGood("alert_failed")

    async def tell(self, what: str) -> None:
        """Something of the system itself needs a person: `what` is a code or a short fact, never hers."""
        body = words.text(LANGUAGE, "alert.system", what=what)
        await self._ring(self.work.settings.alert_addresses(), body, set())

    async def _ring(self, addresses: Iterable[str], body: str, reached: set[str]) -> list[str]:
        wanted = list(dict.fromkeys(addresses))
        went = await asyncio.gather(*(self._one(address, body) for address in wanted))
        reached.update(address for address, good in zip(wanted, went, strict=True) if good)
        return [address for address, good in zip(wanted, went, strict=True) if not good]

    async def _one(self, address: str, body: str) -> bool:
        title = words.text(LANGUAGE, "alert.title")
        try:
            async with asyncio.timeout(SECONDS):
                return await asyncio.to_thread(self.notify, address, title, body)
        except Exception as error:  # noqa: BLE001 - whatever one address does, the others are rung
            # Only what kind of address it is: the rest of it may be a password.
            _log.error("an alert by %s failed: %s", address.partition("://")[0], where(error))
            return False

    def _addresses(self, who: str) -> list[str]:
        settings, store = self.work.settings, self.work.store
        return settings.alert_addresses() + staff.ring_addresses(store, who, self.clock(), settings.timezone)

    def _body(self, handoff_ids: list[int], who: str) -> str:
        """Nothing where all of them are closed or gone by now; without its name where that would name a house."""
        body = self._said(handoff_ids, who)
        if body and not guard.for_staff(self.work.store, body):
            return words.text(LANGUAGE, "alert.held_back")
        return body

    def _said(self, handoff_ids: list[int], who: str) -> str:
        told = who == glass.WHO  # of a case that is closed
        found = [one for one in cards.facts(self.work.store, handoff_ids) if told or not one.closed]
        desk = self.work.settings.desk_address.rstrip("/")
        if not found:
            return ""
        if len(found) > 1:
            return words.text(LANGUAGE, "alert.many", count=str(len(found)), path=desk + "/")
        one = found[0]
        return words.text(
            LANGUAGE,
            _about(one, who),
            name=one.name,
            colour=words.text(LANGUAGE, f"card.colour.{COLOURS[one.colour]}"),
            urgency=words.text(LANGUAGE, f"card.urgency.{URGENCIES[one.urgency]}"),
            path=f"{desk}/access?case={one.handoff_id}" if told else f"{desk}/case/{one.handoff_id}",
        )

    def _of(self, row_id: int) -> set[str]:
        reached = self._reached.setdefault(row_id, set())
        while len(self._reached) > REMEMBERED:
            self._reached.popitem(last=False)
        return reached


def _about(facts: Facts, who: str) -> str:
    """What is asked: to look for a place, to see who opened what, to help where none is free, or to take it."""
    if who == "placement":
        return "alert.place"
    if who == glass.WHO:
        return "alert.glass"
    return "alert.no_place" if who == "supervisors" and NO_PLACE in facts.marks else "alert.one"


async def tell_trouble(work: Work, code: str, detail: str = "") -> None:
    """Puts something that went wrong on the desk; a failure of that is only logged."""
    try:
        await asyncio.to_thread(troubles.report, work.store, time.time(), code, detail)
    except Exception as error:  # noqa: BLE001 - the store may be what is broken
        _log.error("%s could not be noted: %s", code, where(error))
