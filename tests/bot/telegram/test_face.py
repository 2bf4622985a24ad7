"""What anyone sees of the bot before a word is said: its name, descriptions and commands are those of the guide."""

from __future__ import annotations

import pytest
from telegram.error import RetryAfter

from bot.channels.telegram import face
from flows.tongues import LANGUAGES
from flows.words.revealing import reveals
from tests.bot.running import Bot


@pytest.mark.parametrize("way", ["polling"], indirect=True)
async def test_every_public_text_is_set_once(bot: Bot) -> None:
    """For all others and in every language; a second time nothing is set, for Telegram counts what is."""
    told: list[str] = []
    wanted = list(face.public())
    dutch = len(face.TEXTS)  # as the texts for all others, so there is nothing to set
    assert await face.put_on(bot.telegram.bot.call, wanted, told.append) == len(wanted) - dutch
    assert bot.api.profile.texts["name", ""] == "Wijkgids"
    assert bot.api.profile.texts["name", "en"] == "Local guide"
    assert bot.api.profile.texts["description", "tr"]
    assert [one["command"] for one in bot.api.profile.commands["default", "ar"]] == list(face.COMMANDS)
    assert await face.put_on(bot.telegram.bot.call, wanted, told.append) == 0
    assert told[-1].endswith("as it is")


def test_no_public_text_reveals_anything_and_each_fits() -> None:
    """Every one in every language: no revealing word, and no longer than Telegram takes."""
    found = list(face.public())
    assert {one.language for one in found} == {"", *LANGUAGES}
    for one in found:
        assert not list(reveals(one.language or "nl", one.shown)), one
        if one.what in face.TEXTS:
            assert 0 < len(one.value) <= face.TEXTS[one.what][1], one
        else:
            assert all(3 <= len(command["description"]) <= 256 for command in one.value), one


async def test_it_waits_as_long_as_telegram_asks_and_goes_on() -> None:
    """A short wait is waited; a long one is for somebody to come back to."""
    waited: list[float] = []
    refusals = [RetryAfter(3)]

    async def call(method: str, **_parameters: object) -> object:
        if refusals and method.startswith("set"):
            raise refusals.pop()
        return {}

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    wanted = list(face.public(("nl",)))
    assert await face.put_on(call, wanted, lambda _: None, wait) == len(wanted)
    assert waited == [3.0]
    refusals.append(RetryAfter(4000))
    with pytest.raises(RetryAfter):
        await face.put_on(call, wanted, lambda _: None, wait)
