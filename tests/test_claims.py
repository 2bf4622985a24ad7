"""What a page claims with a test's name is claimed by a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
PAGES = ("docs/threat-model.md", "docs/dpia.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    """A claim whose test was renamed or taken away is found here."""
    named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))
    assert len(named) >= 5
    for file, name in named:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, f"{page}: {file}::{name}"
