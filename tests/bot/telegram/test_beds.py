"""Free beds by one tap on Telegram, by whoever works at a house; nothing there says which house it is."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.channels.telegram.cards import word
from storage import staff
from storage.places import shelters
from tests.bot.running import Bot
from tests.bot.telegram.phone import settled
from tests.botapi import Message, User
from tests.storage.houses import NAME, open_house

NOOR, STRANGER = 2010, 2011


@pytest.fixture
def by_way() -> dict[str, Any]:
    return {}  # polling; what differs between the two is tested elsewhere


async def linked(bot: Bot, *roles: str) -> tuple[User, str]:
    member, _ = staff.add(bot.store, "noor", "Noor", roles, 0.0)
    user = bot.api.user(NOOR)
    user.say(f"/link {staff.make_link_code(bot.store, member.id)}")
    await settled(bot)
    return user, member.id


def last(bot: Bot, user: User) -> Message:
    return bot.api.last(user.id)


async def test_a_house_counts_its_beds_by_one_tap(bot: Bot) -> None:
    """/beds asks in its two words with a button a number; a press counts, and the message says so."""
    shelter_id = open_house(bot.store, beds=5, empty=None, at=time.time())
    noor, staff_id = await linked(bot, "house")
    shelters.set_staff(bot.store, shelter_id, [staff_id], staff_id, time.time())
    noor.say("/beds")
    await settled(bot)
    await bot.api.eventually(lambda: "nog nooit geteld" in last(bot, noor).text)
    asked = last(bot, noor)
    found = shelters.house(bot.store, shelter_id)
    assert found is not None
    assert asked.text.startswith(found.code_name)
    assert NAME not in asked.text
    pressed = noor.press("3", asked)
    await bot.api.eventually(lambda: pressed.answered)
    await settled(bot)
    counted = shelters.house(bot.store, shelter_id)
    assert counted is not None
    assert counted.free(time.time()) == 3
    await bot.api.eventually(lambda: "3 leeg" in last(bot, noor).text)


async def test_who_works_at_no_house_counts_nothing(bot: Bot) -> None:
    """A linked account without a house, and one that is not linked at all, are told so, and no house is named."""
    shelter_id = open_house(bot.store, at=time.time())
    noor, _ = await linked(bot, "worker")
    stranger = bot.api.user(STRANGER)
    for user in (noor, stranger):
        user.say("/bedden")
        await settled(bot)
        await bot.api.eventually(lambda who=user: last(bot, who).text == word("card.beds.none"))
    found = shelters.house(bot.store, shelter_id)
    assert found is not None
    assert found.code_name not in last(bot, stranger).text
