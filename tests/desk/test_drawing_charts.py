"""The charts: lengths follow numbers, what is held back is drawn as nothing, and no kind is told by colour alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from desk.drawing import numbers, scale
from desk.drawing.bars import Bar, Pair, bars, pairs
from desk.drawing.heat import heat
from desk.drawing.spreads import Row, spreads
from desk.drawing.svg import tag
from desk.drawing.weeks import Week, weeks
from desk.tongue import Tongue
from storage.figures.spread import Spread

DUTCH = Tongue("nl", "Europe/Amsterdam")


def of(svg: str, kind: str) -> list[dict[str, str]]:
    return [dict(one.items()) for one in ET.fromstring(svg).iter() if one.get("class") == kind]


def test_bars_are_as_long_as_their_numbers() -> None:
    """Half the number, half the length; a number that is held back has its words and no bar."""
    svg = bars("x", "title", "told", [Bar("one", "40", 40), Bar("two", "20", 20), Bar("three", "<5", None)])
    lengths = [float(one["width"]) for one in of(svg, "solid")]
    assert lengths[0] == pytest.approx(2 * lengths[1])
    assert len(lengths) == 2
    assert "&lt;5" in svg


def test_stacked_weeks_stand_on_one_another_and_stripes_tell_them_apart() -> None:
    """The parts of a week add up; what ended suddenly is striped."""
    svg = weeks("x", "title", "told", ["a", "b", "c", "d"], [Week("3 mrt", (40, 20, 20, None))], "nl")
    whole, light = of(svg, "part whole")[-1], of(svg, "part light")[-1]
    assert float(whole["height"]) == pytest.approx(2 * float(light["height"]), abs=0.2)
    assert float(light["y"]) + float(light["height"]) == pytest.approx(float(whole["y"]), abs=0.2)
    assert svg.count('fill="url(#x-hatch)"') == 2  # in the legend, and in the week


def test_a_busy_hour_is_larger_and_darker() -> None:
    """Size tells it without colour; an hour without a number is a dot."""
    rows: list[list[int | None]] = [[None] * 24 for _ in range(7)]
    rows[0][20], rows[1][20] = 100, 25
    svg = heat("x", "title", "told", list("mdwdvzz"), rows)
    large, small = of(svg, "shade s3")[0], of(svg, "shade s1")[0]
    assert float(large["width"]) > 1.8 * float(small["width"])
    assert len(of(svg, "dot")) == 7 * 24 - 2


def test_a_spread_stands_before_or_after_its_promise() -> None:
    """On the scale of minutes and weeks the middle lies left of the promise when it was kept."""
    row = Row("Nu", Spread(20, 300.0, 1200.0, 9000.0), promised=900.0)
    svg = spreads("x", "title", "told", [row], DUTCH)
    promise = float(of(svg, "promise")[0]["x1"])
    assert float(of(svg, "mark-median")[0]["cx"]) < promise < float(of(svg, "mark-worst")[0]["cx"])
    assert "beloofd binnen 15 min" in svg
    assert "&lt;5" in spreads("x", "title", "told", [Row("Nu", Spread())], DUTCH)


def test_pairs_have_a_fill_each() -> None:
    """Two kinds side by side differ by outline and fill; both numbers are written."""
    svg = pairs("x", "title", "told", ["a", "b"], [Pair("one", ("10", "<5"), (10, None))])
    assert len(of(svg, "outlined")) == 1  # the legend's: nothing is drawn for what is held back
    assert len(of(svg, "solid")) == 2


def test_every_drawing_says_what_it_is() -> None:
    """Role, title and description, found by their ids."""
    svg = bars("x", "A title", "What it shows", [])
    root = ET.fromstring(svg)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "x-title x-told")
    assert re.search(r'<title id="x-title">A title</title><desc id="x-told">What it shows</desc>', svg)


def test_what_goes_into_a_drawing_is_escaped() -> None:
    """A name cannot become a tag or end an attribute."""
    assert tag("text", "<b>&", class_='"x') == '<text class="&#34;x">&lt;b&gt;&amp;</text>'


def test_times_and_axes_are_round() -> None:
    """How long is said in one unit; an axis ends at a round number."""
    told = [numbers.lasting(DUTCH, seconds) for seconds in (None, 8.0, 130.0, 9000.0, 3 * 86400.0)]
    assert told == ["–", "8 s", "2 min", "2 u", "3 d"]
    assert [scale.top(most) for most in (0, 7, 110, 1_050)] == [1.0, 8.0, 120.0, 1200.0]
