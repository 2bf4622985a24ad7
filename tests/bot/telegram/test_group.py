"""The staff group: a card a case without a story, taken by linked staff only; other groups are left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.telegram.cards import word
from storage import staff, troubles
from tests.bot.running import GROUP, Bot
from tests.bot.telegram.phone import HER, on_telegram, settled
from tests.botapi import Group, Message
from tests.talk import Talk

SANNE, KARIN, STRANGER = 2001, 2002, 2003


@pytest.fixture
def by_way() -> dict[str, Any]:
    return {}  # polling; what differs between the two is tested elsewhere


@pytest.fixture
async def red(bot: Bot) -> AsyncIterator[Talk]:
    """A red case, and two linked workers in the group."""
    group = bot.api.group(GROUP)
    for number, name in ((SANNE, "Sanne"), (KARIN, "Karin")):
        member, _ = staff.add(bot.store, name.lower(), name, ["worker"], 0.0)
        code = staff.make_link_code(bot.store, member.id)
        bot.api.user(number).say(f"/link {code}")
        group.member(number)
    await settled(bot)
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "away", "with_me")
        await her.says("mijn buurvrouw Truus zag het")
        await her.presses("danger_now")
        yield her


def group_of(bot: Bot) -> Group:
    return bot.api.group(GROUP)


def card(bot: Bot) -> Message:
    return bot.api.last(group_of(bot).id)


async def press(bot: Bot, number: int, button: str = "") -> str:
    """What the person who presses is told."""
    pressed = group_of(bot).member(number).press(button or word("card.button.take"), card(bot))
    await bot.api.eventually(lambda: pressed.answered)
    await settled(bot)
    return pressed.answer


async def test_the_card_tells_no_story(bot: Bot, red: Talk) -> None:
    """One card: colour, urgency, since when, language and that nobody has it; no name, no words, no answer of hers."""
    said = card(bot).text
    assert said.startswith("🔴 ROOD · nu · ")
    assert "Wacht sinds" in said
    assert "Nederlands" in said
    assert word("card.untaken") in said
    for private in ("Truus", str(HER), *bot.api.user(HER).names, "partner", "wapen"):
        assert private not in said
    assert len(bot.api.chat(GROUP).visible()) == 1


async def test_a_worker_takes_it_and_the_next_one_hears_who_has_it(bot: Bot, red: Talk) -> None:
    """The one card is edited to name its holder and loses its button; who presses after that reads who has it."""
    assert await press(bot, SANNE) == word("card.yours")
    red.is_a_case("red", state="claimed")
    assert word("card.taken", holder="Sanne") in card(bot).text
    assert word("card.button.take") not in card(bot).buttons
    assert await press(bot, KARIN) == word("card.has", holder="Sanne")
    assert len(bot.api.chat(GROUP).visible()) == 1


async def test_who_is_not_linked_takes_nothing(bot: Bot, red: Talk) -> None:
    """Being in the group is not enough: a press by somebody without a linked account leaves the case untaken."""
    assert await press(bot, STRANGER) == word("card.not_linked")
    red.is_a_case("red", state="offered")


async def test_who_is_barred_takes_nothing(bot: Bot, red: Talk) -> None:
    """A worker who is barred from her case is told so, and the case stays with those who are not."""
    her = red.layer.find()  # type: ignore[attr-defined]
    staff.bar(bot.store, staff.staff_by_telegram(bot.store, SANNE) or "", her, "1", 0.0)
    assert await press(bot, SANNE) == word("card.barred")
    red.is_a_case("red", state="offered")


async def test_a_wrong_code_links_nobody(bot: Bot) -> None:
    """A code that was never given is answered, and the account that sent it belongs to no staff."""
    bot.api.user(STRANGER).say("/link abcdefghjk")
    await bot.api.eventually(lambda: word("card.link_unknown") in bot.api.chat(STRANGER).texts())
    assert staff.staff_by_telegram(bot.store, STRANGER) is None


async def test_the_group_moves_and_the_cards_follow(bot: Bot, red: Talk) -> None:
    """When Telegram moves the group, the next change of a case stands in the new one, and the desk shows the move."""
    new = group_of(bot).migrate()
    await settled(bot)
    await red.staff.takes()
    assert word("card.taken", holder="Sanne") in bot.api.last(new).text
    assert "staff_chat_moved" in {one.code for one in troubles.still_open(bot.store)}


async def test_a_group_that_moved_unseen_is_followed_when_sending(bot: Bot, red: Talk) -> None:
    """The refusal of a card names the new group: the card goes there before any update has told of the move."""
    bot.api.updates.hold()
    new = group_of(bot).migrate()
    await red.staff.takes()
    await bot.api.eventually(lambda: word("card.taken", holder="Sanne") in bot.api.last(new).text)
    bot.api.updates.release()


async def test_another_group_is_left(bot: Bot) -> None:
    """Somebody who adds the bot to a group of their own loses it at once."""
    other = bot.api.group(-900)
    other.set_bot("administrator")
    await bot.api.eventually(lambda: other.chat.bot_status == "left")


async def test_what_staff_say_in_the_group_is_theirs(bot: Bot, red: Talk) -> None:
    """A command in the staff group begins no conversation: the one message of ours there stays the card."""
    group_of(bot).member(SANNE).command("/start")
    await settled(bot)
    assert len([message for message in bot.api.chat(GROUP).visible() if message.by_bot]) == 1


async def test_the_group_out_of_reach_does_not_stop_her_replies(bot: Bot) -> None:
    """With the bot put out of the staff group she is answered as ever, and the desk shows what went wrong."""
    bot.api.group(GROUP).set_bot("kicked")
    async with on_telegram(bot) as her:
        await her.arrives("me", "partner", "away", "with_me")
        await her.presses("danger_now")
        her.sees("beats.violence")
    await bot.api.eventually(
        lambda: (
            [(one.code, one.detail) for one in troubles.still_open(bot.store)] == [("card_failed", "removed")]
        )
    )
