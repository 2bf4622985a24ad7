"""Voice, pictures and films reach staff: fetched beside the conversation, and kept sealed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import fetching, updates
from bot.channels.telegram import line as telegram_line
from bot.channels.telegram.inbound import Inbound
from flows.model import Content, Said
from storage import files, staff, troubles, views
from storage.files import Sent
from storage.views import CaseView
from tests.bot import running
from tests.bot.running import Bot
from tests.bot.telegram.phone import HER, on_telegram
from tests.botapi import BotApi

VOICE = b"made-up content of a voice"


@pytest.fixture(params=["polling"])
def way(request: pytest.FixtureRequest) -> str:
    """Both ways in share all that is shown here."""
    return str(request.param)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_line, "FIRST_WAIT", 0.01)


async def sends_voice(bot: Bot) -> int:
    """From within a red case; its number."""
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "away", "with_me")
        await her.presses("danger_now")
        await her.says("", Content.VOICE)
        return int(her.layer.find())


def looks(bot: Bot, intake_id: int) -> tuple[CaseView, str]:
    """What a worker sees of the case, and who looked."""
    who = staff.members(bot.store)
    worker = who[0].id if who else staff.add(bot.store, "sanne", "Sanne", ["worker"], time.time())[0].id
    view = views.case(bot.store, intake_id, worker, time.time())
    assert view is not None
    return view, worker


def told(bot: Bot, intake_id: int) -> int:
    """How often staff were told."""
    return [one.code for one in troubles.still_open(bot.store, intake_id)].count("file_lost")


async def comes_to(bot: Bot, intake_id: int, state: str) -> files.File:
    await bot.api.eventually(
        lambda: [one.state for one in looks(bot, intake_id)[0].files.values()] == [state]
    )
    [found] = looks(bot, intake_id)[0].files.values()
    return found


async def test_a_voice_message_is_there_for_staff_and_nowhere_in_clear(bot: Bot, store_path: Path) -> None:
    """A worker gets the very bytes she sent, the look stands in the case's history, and the disk holds them sealed."""
    intake_id = await sends_voice(bot)
    file = await comes_to(bot, intake_id, "open")
    view, worker = looks(bot, intake_id)
    [line] = [line for line in view.conversation if line.content is Content.VOICE]
    assert view.files == {line.seq: file}
    assert views.open_file(bot.store, intake_id, file.id, worker) == (VOICE, "audio/ogg")
    assert "file" in {one.code for one in looks(bot, intake_id)[0].history}
    for path in await asyncio.to_thread(lambda: list(store_path.parent.iterdir())):
        content = await asyncio.to_thread(path.read_bytes)
        assert VOICE not in content
        assert b"made-up-voice" not in content


async def test_leaving_takes_it_from_her_phone_and_not_from_staff(bot: Bot) -> None:
    """After she left and her chat was wiped, a worker with the case can still hear it."""
    intake_id = await sends_voice(bot)
    file = await comes_to(bot, intake_id, "open")
    async with on_telegram(bot) as her:
        await her.presses("leave")
    _, worker = looks(bot, intake_id)
    assert views.open_file(bot.store, intake_id, file.id, worker) == (VOICE, "audio/ogg")


async def test_what_fails_is_tried_again_and_then_told(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tries, then staff read once that it could not be fetched; it is fetched once that works again."""
    monkeypatch.setattr(fetching, "EVERY", 0.2)
    bot.api.fault("getFile", status=502, html=True, times=fetching.TRIES + 2)
    intake_id = await sends_voice(bot)
    await comes_to(bot, intake_id, "open")
    assert len(bot.api.calls("getFile")) == fetching.TRIES + 3
    assert told(bot, intake_id) == 1


@pytest.mark.parametrize("why", ["refused", "too_large", "gone"])
async def test_what_can_never_be_fetched_is_told_at_once(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """Refused by Telegram, larger than is taken in, or away from its server: told, and not tried again."""
    if why == "refused":
        bot.api.fault("getFile", status=400)
    elif why == "too_large":
        monkeypatch.setattr(fetching, "LARGEST", 5)
    else:
        monkeypatch.setattr(fetching, "quote", lambda _: "not/there")
    intake_id = await sends_voice(bot)
    await comes_to(bot, intake_id, "lost")
    assert files.waiting(bot.store, bot.telegram.id) == []
    assert told(bot, intake_id) == 1


async def test_a_body_longer_than_it_said_is_cut_off(bot: Bot) -> None:
    """A server that sends more than is taken in is left at that size."""
    bot.api.files["long"] = b"x" * 100_000
    with pytest.raises(fetching.TooLarge):
        await bot.telegram.request.fetch(f"{bot.telegram.bot.base_file_url}/made_up/long", 5.0, 70_000)


async def test_a_restart_loses_none_of_it(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was committed and not yet fetched when the program ended is fetched at its next start."""
    monkeypatch.setattr(bot.telegram.fetching, "_fetch", _never)
    intake_id = await sends_voice(bot)
    await comes_to(bot, intake_id, "waiting")
    await bot.stop()
    async with running.running(bot.api, bot.settings) as again:
        await comes_to(again, intake_id, "open")


async def _never(_one: Any) -> None:
    return None


FILES: dict[str, Callable[[Any], Any]] = {
    "photo": lambda her: her.photo(),
    "video": lambda her: her.video(),
    "document": lambda her: her.document(),
    "sticker": lambda her: her.sticker(),
    "contact": lambda her: her.contact(),
    "text": lambda her: her.say("hallo"),
}
WANTED = {
    "photo": Sent("made-up-photo-2", "image/jpeg"),
    "video": Sent("made-up-video-1", "video/mp4"),
    "document": Sent("made-up-document-1", "application/pdf"),
}


@pytest.mark.parametrize("kind", FILES)
def test_only_what_a_person_can_see_or_hear_is_fetched(kind: str) -> None:
    """Of a picture the largest size; of a sticker, of somebody else's phone number and of text nothing."""
    api = BotApi()
    FILES[kind](api.user(HER))
    assert api.updates.last is not None
    arrival = Inbound("1").arrival(updates.read(api.updates.last.body), 1.0)
    assert arrival is not None
    assert arrival.file == WANTED.get(kind)


def test_a_place_is_kept_as_two_numbers() -> None:
    """Where she is stands in her record as latitude and longitude."""
    api = BotApi()
    api.user(HER).location(52.37, 4.9)
    assert api.updates.last is not None
    arrival = Inbound("1").arrival(updates.read(api.updates.last.body), 1.0)
    assert arrival is not None
    assert arrival.event == Said("52.37, 4.9", 1.0, Content.LOCATION)
