"""Nothing is lost and nothing is doubled, whatever breaks: campaigns by seed. `make soak` runs the long ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaign import campaign


def fought(
    folder: Path, port: int, seed: int, *, women: int, rounds: int, acts: int, database: str = ""
) -> None:
    with campaign(folder, port, seed, women, database) as run:
        run.trouble()
        run.start()
        for _ in range(rounds):
            run.acts(acts)
            run.kill()
            run.start()
        run.settle()
        run.verify()
        assert run.killed == rounds


def test_a_campaign_with_trouble_and_two_kills_loses_nothing(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    """Eight women, one request in twenty failing, updates doubled and reordered, the bot killed twice."""
    fought(tmp_path, free_port(), 7, women=8, rounds=2, acts=40)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_long_campaigns_lose_nothing(tmp_path: Path, free_port: Callable[[], int], seed: int) -> None:
    """Thirty women, ten kills, on SQLite."""
    fought(tmp_path, free_port(), seed, women=30, rounds=10, acts=120)


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(20, 25))
def test_long_campaigns_lose_nothing_on_postgresql(
    tmp_path: Path, free_port: Callable[[], int], postgres_url: str, seed: int
) -> None:
    """The same on PostgreSQL."""
    fought(tmp_path, free_port(), seed, women=30, rounds=10, acts=120, database=postgres_url)
