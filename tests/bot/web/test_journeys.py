"""The journeys of tests/journeys, held on the page: the same words as at every other layer."""

from __future__ import annotations

import pytest

from tests.bot.web.conftest import Clock, Shelter
from tests.bot.web.talking import OnThePage
from tests.bot.web.visitor import Visitor
from tests.talk import Talk, journey, journeys, play

# Leaving ends the page itself instead of leaving a line in a chat: test_leaving.py.
ON_A_PAGE = [name for name in journeys() if name != "leaves"]


@pytest.mark.parametrize("name", ON_A_PAGE)
async def test_journey(her: Visitor, shelter: Shelter, clock: Clock, name: str) -> None:
    """A red, an orange and a suicidal conversation go on the page as they go on Telegram, up to the worker's words."""
    await play(Talk(OnThePage(her, shelter, clock)), journey(name))
