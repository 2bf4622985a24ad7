"""The house's own guide: a file that it keeps, read once, refused with every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tongues import LANGUAGES
from storage import guidebook
from storage.guidebook import GuideTrouble

GOOD = """
[coffee.nl]
title = "Koffie in de tuin"
says = "Elke dinsdag vanaf tien uur."
[coffee.en]
title = "Coffee in the garden"
says = "Every Tuesday from ten."
[sport.nl]
title = "Wandelclub"
says = "Vrijdag, bij het park."
"""


def written(folder: Path, text: str) -> str:
    path = folder / "guide.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_house_shows_its_own_places_and_no_others(tmp_path: Path) -> None:
    """What it leaves out is not shown; a language that it leaves out shows Dutch."""
    path = written(tmp_path, GOOD)
    texts = guidebook.texts(path)
    assert guidebook.entries(path) == ("coffee", "sport")
    assert texts["en"]["front.coffee"] == "Coffee in the garden"
    assert texts["ar"]["guide.sport"] == "Vrijdag, bij het park."
    assert texts.keys() == set(LANGUAGES)


def test_without_a_file_the_general_guide_is_shown() -> None:
    """Nothing has to be kept."""
    assert guidebook.texts("") == {}
    assert len(guidebook.entries("")) > 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no place"),
        ("[coffee", "guide.toml"),
        ('[pub.nl]\ntitle = "x"\nsays = "y"', "[pub] is no place of the guide"),
        ('[coffee.en]\ntitle = "x"\nsays = "y"', "[coffee.nl] is missing"),
        ('[coffee.nl]\ntitle = "x"', "[coffee.nl] needs a title and says"),
        ('[coffee.nl]\ntitle = "x"\nsays = "y"\n[coffee.xx]\ntitle = "x"\nsays = "y"', "no such language"),
        ('[coffee.nl]\ntitle = "Een heel erg lang opschrift"\nsays = "y"', "no label"),
        ('[coffee.nl]\ntitle = "Koffie"\nsays = "Bij de opvang om de hoek."', "opvang"),
    ],
)
def test_what_is_wrong_is_said_by_name(tmp_path: Path, text: str, says: str) -> None:
    """A place that there is none of, a text that is missing or too long, a word that gives the house away."""
    with pytest.raises(GuideTrouble) as trouble:
        guidebook.texts(written(tmp_path, text))
    assert says in str(trouble.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The operator reads which one."""
    with pytest.raises(GuideTrouble, match=r"nowhere\.toml"):
        guidebook.entries(str(tmp_path / "nowhere.toml"))
