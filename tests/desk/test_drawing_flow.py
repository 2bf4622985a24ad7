"""The drawn conversation: every step and every declared way stands in it, and its numbers are those given."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from desk.drawing.flow import draw
from desk.tongue import Tongue
from flows.intake import INTAKE
from flows.machine import edges
from storage.figures.traffic import StepTraffic

SVG = "{http://www.w3.org/2000/svg}"
DUTCH = Tongue("nl", "Europe/Amsterdam")


def drawn(*given: object, **more: object) -> ET.Element:
    return ET.fromstring(f'<x xmlns="http://www.w3.org/2000/svg">{draw(INTAKE, DUTCH, *given, **more)}</x>')  # type: ignore[arg-type]


def classes(root: ET.Element) -> list[str]:
    return [element.get("class", "") for element in root.iter()]


def test_every_step_and_every_declared_way_is_drawn() -> None:
    """One station a step, one line a declared way: nothing of the declaration is left out."""
    found = classes(drawn())
    declared = {(step.name, goto.to) for step, goto in edges(INTAKE) if goto.to in INTAKE.by_name}
    assert sum(kind.startswith("station") for kind in found) == len(INTAKE.steps)
    assert sum(kind.startswith("way") for kind in found) == len(declared)


def test_a_step_leads_to_its_logs_and_says_its_numbers() -> None:
    """Each station is a link that says in words how many passed, left, and how long they took."""
    traffic = {"safe": StepTraffic(8000, 25, 12.0)}
    root = drawn(traffic, {("safe", "for_whom"): 7000}, href=lambda step: f"/logs?step={step}")
    links = {a.get("href"): a.get("aria-label") for a in root.iter(f"{SVG}a")}
    assert len(links) == len(INTAKE.steps)
    assert links["/logs?step=safe"] == (
        "Veilig schrijven: 8.000 kwamen langs, 25 gingen hier weg, middelste tijd 12 s"
    )
    assert "<5" in (links["/logs?step=delete"] or "")
    assert root.find(f"{SVG}svg").get("role") == "group"  # type: ignore[union-attr]


def test_two_logs_are_told_apart_without_colour() -> None:
    """Each path has a class of its own (whole, dashed); a step that neither passed is set back."""
    found = classes(
        drawn(paths=(("front", "notice", "safe"), ("front", "notice", "nowhere", "safe", "for_whom")))
    )
    assert found.count("path p1") == 2
    assert found.count("path p2") == 3
    assert found.count("name") == 4


def test_it_carries_no_style_and_no_script() -> None:
    """Nothing in it needs more than the desk's policy allows."""
    svg = draw(INTAKE, DUTCH, {}, {("threat", "right_now"): 10}, (("front", "notice"),))
    assert "style=" not in svg
    assert "script" not in svg
    assert "way alarm" in svg
