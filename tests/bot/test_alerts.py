"""Alerts: a name of two words and a number, to each address by itself; time's own work beside it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import lastresort
from flows.tongues import LANGUAGES
from storage import glass, staff, troubles
from tests.bot import running
from tests.bot.running import Bot
from tests.bot.telegram.phone import HER, on_telegram, settled
from tests.botapi import BotApi
from tests.storage.her import Worker, handoff_of


@pytest.fixture
async def bot(api: BotApi, store_path: Path) -> AsyncIterator[Bot]:
    chosen = running.settings(
        api.root, store_path, alerts="json://house.example ntfys://made-up", staff_chat=""
    )
    async with running.running(api, chosen) as one:
        yield one


async def danger(bot: Bot, number: int = HER) -> Any:
    async with on_telegram(bot, number) as her:
        await her.says("/start")
        await her.presses("front", "talk")
        await her.presses("danger_now")
        return her


async def test_the_house_and_whoever_is_on_call_are_rung(bot: Bot) -> None:
    """The two addresses of the house and the worker on duty hear of it, with no trace of who she is; others sleep."""
    sanne, _ = staff.add(bot.store, "sanne", "Sanne", ["worker"], 0.0, alert="json://sanne.example")
    staff.add(bot.store, "karin", "Karin", ["worker"], 0.0, alert="json://karin.example")
    for day in range(7):
        staff.add_weekly(bot.store, sanne.id, day, 0, 0)
    await danger(bot)
    await bot.api.eventually(lambda: len(bot.bell.rung) >= 3)
    rung = dict(bot.bell.rung)
    assert set(rung) == {"json://house.example", "ntfys://made-up", "json://sanne.example"}
    for body in rung.values():
        assert "🔴" in body
        assert "/case/" in body
        assert str(HER) not in body


async def test_a_failing_address_stops_no_other_and_is_recorded(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that works is rung once, and the desk shows that one of them failed."""
    monkeypatch.setattr("bot.alerts.TRIES", 1)
    bot.bell.broken = {"json://house.example"}
    await danger(bot)
    await bot.api.eventually(lambda: [one for one in bot.bell.rung if one[0] == "ntfys://made-up"])
    await bot.api.eventually(lambda: "alert_failed" in str(troubles.still_open(bot.store)))
    assert len(bot.bell.rung) == 1


async def test_more_than_five_at_once_ring_as_one_with_a_count(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of nine red cases at once, those beyond the fifth come in one alert that counts them, not in one each."""
    monkeypatch.setattr("storage.handoffs.SLOT_SECONDS", 2.0)
    for number in range(9):
        await asyncio.wait_for(asyncio.shield(_write_danger(bot, 1100 + number)), 20)
    await bot.api.eventually(lambda: sum(cases_in(bot)) == 9, 20)
    assert cases_in(bot)[:5] == [1, 1, 1, 1, 1]
    assert max(cases_in(bot)) > 1


def cases_in(bot: Bot) -> list[int]:
    """Of how many cases each alert to one of the addresses told."""
    told = [body for address, body in bot.bell.rung if address == "ntfys://made-up"]
    counts = [re.search(r"(\d+)\W+zaken wachten", body) for body in told]
    return [int(count[1]) if count else 1 for count in counts]


async def _write_danger(bot: Bot, number: int) -> None:
    phone = bot.api.user(number)
    phone.say("/gevaar")
    await bot.api.eventually(lambda: bot.api.last(number))


async def test_what_is_due_comes_and_what_is_a_day_old_goes(bot: Bot) -> None:
    """Two minutes untaken climbs the next rung; after a day nothing is left in her chat, whether she left or not."""
    her = await danger(bot)
    bot.ticker.clock = lambda: her.layer.now() + 130
    assert await bot.ticker.waits() == 1
    await settled(bot)
    assert her.intake.handoff.rung == 2
    bot.ticker.clock = lambda: her.layer.now() + 25 * 3600
    assert await bot.ticker.wipes() == 1
    await settled(bot)
    assert bot.api.chat(HER).visible() == []


async def test_the_auditor_tells_once(bot: Bot) -> None:
    """A trouble that stays open is told to the house when it is found, and not again on every look."""
    troubles.report(bot.store, 1.0, "undelivered", "x")
    assert [one.code for one in await bot.ticker.audit()] == ["undelivered"]
    assert await bot.ticker.audit() == []
    assert any("undelivered" in body for _, body in bot.bell.rung)


def test_the_last_resort_words_never_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the catalogue broken and in whatever language, the three numbers are still given."""
    assert "112" in lastresort.text("nl")

    def broken(*_: object) -> str:
        raise KeyError("made up")

    monkeypatch.setattr("flows.words.text", broken)
    for language in (*LANGUAGES, "xx", ""):
        for number in ("112", "0800-2000", "113"):
            assert number in lastresort.text(language)


def test_the_last_resort_words_come_once_in_ten_minutes() -> None:
    """Repeated failures do not flood one chat, and what is remembered of chats is bounded."""
    given = lastresort.LastResort()
    assert [given.may("her", at) for at in (0.0, 599.0, 601.0)] == [True, False, True]
    for number in range(lastresort.REMEMBERED + 5):
        given.may(str(number), 0.0)
    assert len(given._given) == lastresort.REMEMBERED


async def test_supervisors_are_told_of_broken_glass_and_nobody_else(bot: Bot) -> None:
    """A closed case was opened: the way to who and why, and no word of her; workers sleep on."""
    staff.add(bot.store, "ria", "Ria", ["supervisor"], 0.0, alert="json://ria.example")
    sanne, _ = staff.add(bot.store, "sanne", "Sanne", ["worker"], 0.0, alert="json://sanne.example")
    case_id = await broken_glass(bot, sanne.id)
    await bot.api.eventually(lambda: any(address == "json://ria.example" for address, _ in bot.bell.rung))
    bodies = dict(bot.bell.rung)
    assert "json://sanne.example" not in bodies
    assert f"/access?case={case_id}" in bodies["json://ria.example"]
    assert "schreef" not in bodies["json://ria.example"]


async def broken_glass(bot: Bot, staff_id: str) -> int:
    """Opens a closed case of somebody else's: the number of its handoff."""
    her = await danger(bot)
    case = handoff_of(bot.store, her.layer.intake_id)
    for did, text in (("take", ""), ("in_touch", ""), ("close", "advice")):
        Worker(bot.store, her.layer.intake_id, "99").does(did, text)
    await settled(bot)
    bot.bell.rung.clear()
    glass.break_it(bot.store, int(case.id), staff_id, "zij schreef opnieuw", time.time())
    bot.sender.kick()
    return int(case.id)


def untold(bot: Bot) -> list[str]:
    return [one.detail for one in troubles.still_open(bot.store) if one.code == troubles.UNTOLD]


async def test_where_nobody_can_be_told_of_broken_glass_it_stands_on_the_board(
    api: BotApi, store_path: Path
) -> None:
    """No address of the house and none of a supervisor: nothing is rung, and the desk says so."""
    async with running.running(api, running.settings(api.root, store_path, alerts="", staff_chat="")) as bot:
        staff.add(bot.store, "ria", "Ria", ["supervisor"], 0.0)
        sanne, _ = staff.add(bot.store, "sanne", "Sanne", ["worker"], 0.0, alert="json://sanne.example")
        case_id = await broken_glass(bot, sanne.id)
        await bot.api.eventually(lambda: untold(bot) == [str(case_id)])
        assert bot.bell.rung == []


async def test_where_ringing_of_broken_glass_fails_it_stands_on_the_board(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supervisor's address that does not work is as good as none."""
    monkeypatch.setattr("bot.alerts.TRIES", 1)
    staff.add(bot.store, "ria", "Ria", ["supervisor"], 0.0, alert="json://ria.example")
    bot.bell.broken = {"json://ria.example"}
    sanne, _ = staff.add(bot.store, "sanne", "Sanne", ["worker"], 0.0)
    case_id = await broken_glass(bot, sanne.id)
    await bot.api.eventually(lambda: untold(bot) == [str(case_id)])
