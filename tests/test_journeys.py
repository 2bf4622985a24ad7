"""Whole journeys, held by the engine alone and by the store: there, opened and read back between every two turns."""

from __future__ import annotations

import pytest

from tests.talk import journey, journeys, play, talk


def test_the_journeys_are_there() -> None:
    """Those in danger, in doubt, who leave and who think of ending it: an empty folder would test nothing."""
    assert {"red", "orange", "leaves", "suicidal", "own_words", "doubt", "sister"} <= set(journeys())


@pytest.mark.parametrize("layer", ["flows", "store"])
@pytest.mark.parametrize("name", journeys())
async def test_journey(layer: str, name: str) -> None:
    """What she sees, what she is asked and what staff get is the same with the engine alone and out of the store."""
    async with talk(layer) as her:
        await play(her, journey(name))
