"""THE conversation drawn from its declaration: a line of stations, the ways on as arcs, traffic and paths over it.

Steps stand from top to bottom in the order of the declaration. A way to the next one is a piece of the line; a way
that passes steps by is an arc at its left. The thicker, the more went there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from markupsafe import Markup

from desk.drawing import numbers
from desk.drawing.svg import WIDTH, box, drawing, join, tag, text
from desk.tongue import Tongue
from flows import machine
from flows.chart import parts
from flows.model import Flow, Step
from storage.figures.traffic import StepTraffic

ROW, HEAD, FOOT = 28.0, 58.0, 8.0
LINE, NAMES, BARS = 92.0, 108.0, 152.0  # where the line stands; where names begin; the longest bar
COLUMNS = (312.0, 353.0, 399.0)  # the right edges of: passed, left, time
THICK, THIN = 9.0, 1.0
LETTERS = 22  # of a name, where numbers stand beside it

Way = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands."""

    flow: Flow
    height: float
    at: Mapping[str, float]  # step -> y of its station
    heads: Sequence[tuple[str, float]]  # part -> y of its title


def draw(
    flow: Flow,
    tongue: Tongue,
    traffic: Mapping[str, StepTraffic] | None = None,
    ways: Mapping[Way, int] | None = None,
    paths: Sequence[Sequence[str]] = (),
    *,
    href: Callable[[str], str] | None = None,
    name: str = "flow",
) -> Markup:
    """The flow as one SVG.

    `traffic`, `ways`: published counts by step and by (from, to).  `paths`: the steps of single logs, in order; the
    first is drawn whole, the second dashed.  `href`: where a step leads.
    """
    plan = _plan(flow)
    visited = frozenset(step for path in paths for step in path)
    most = max((one.passed or 0 for one in (traffic or {}).values()), default=0)
    rows = [
        _row(plan, step, tongue, traffic, most, href, off=bool(paths) and step.name not in visited)
        for step in flow.steps
    ]
    return drawing(
        name,
        plan.height,
        tongue.t("desk.flow.drawn"),
        tongue.t("desk.flow.drawn_told", steps=len(flow.steps)),
        join(_heads(plan, tongue, traffic is not None)),
        join(_ways(plan, ways)),
        join(_path(plan, path, number) for number, path in enumerate(paths, 1)),
        join(rows),
        links=href is not None,
    )


def _plan(flow: Flow) -> _Plan:
    at: dict[str, float] = {}
    heads, y = [], 0.0
    for part, steps in parts(flow):
        heads.append((part, y + HEAD - 14))
        y += HEAD
        for step in steps:
            at[step.name] = y + ROW / 2
            y += ROW
    return _Plan(flow, y + FOOT, at, heads)


def _heads(plan: _Plan, tongue: Tongue, counted: bool) -> Iterator[Markup]:
    for part, y in plan.heads:
        yield text(NAMES - 6, y - (15 if counted else 0), tongue.t(f"desk.flow.part.{part}"), "head")
        if counted:
            for edge, column in zip(COLUMNS, ("passed", "left", "time"), strict=True):
                yield text(edge, y + 4, tongue.t(f"desk.flow.{column}"), "small", "end")


# --- the ways on ------------------------------------------------------------------------------------------------


def _ways(plan: _Plan, taken: Mapping[Way, int] | None) -> Iterator[Markup]:
    """Every declared way, those that most went last; danger-now, from wherever it was pressed, has its own colour."""
    declared = {(step.name, goto.to) for step, goto in machine.edges(plan.flow) if goto.to in plan.at}
    counts = taken or {}
    most = max((counts.get(way, 0) for way in declared), default=0)
    for way in sorted(declared, key=lambda way: (counts.get(way, 0), way)):
        n = counts.get(way, 0)
        kind = "way" if n else "way none"
        yield _arc(plan, way, kind, THIN + THICK * n / most if n else THIN)
    yield from _alarms(plan, counts, declared, most)


def _alarms(plan: _Plan, counts: Mapping[Way, int], declared: set[Way], most: int) -> Iterator[Markup]:
    raising = {alarm.to for alarm in plan.flow.alarms if alarm.to and alarm.raises}
    for (source, to), n in sorted(counts.items()):
        if n and to in raising and source in plan.at and (source, to) not in declared:
            yield _arc(plan, (source, to), "way alarm", THIN + THICK * n / max(most, 1))


def _arc(plan: _Plan, way: Way, kind: str, width: float, shift: float = 0.0) -> Markup:
    """From station to station; neighbours are joined by a straight piece of the line."""
    x, y1, y2 = LINE + shift, plan.at[way[0]], plan.at[way[1]]
    if 0 < y2 - y1 <= ROW + HEAD:
        return tag("path", d=f"M{x:.1f} {y1:.0f}V{y2:.0f}", class_=kind, stroke_width=width)
    reach = x - _bulge(abs(y2 - y1))
    d = f"M{x:.1f} {y1:.0f}C{reach:.1f} {y1:.0f} {reach:.1f} {y2:.0f} {x:.1f} {y2:.0f}"
    return tag("path", d=d, class_=kind, stroke_width=width)


def _bulge(span: float) -> float:
    """How far a curve's handles reach out; it comes three quarters of that way."""
    return min(10 + 104 * sqrt(span / (32 * ROW)), 114.0)


def _path(plan: _Plan, steps: Sequence[str], number: int) -> Markup:
    """One log's way over the flow, with a light edge so that it stands out from the traffic."""
    known = [step for step in steps if step in plan.at]
    moves = [(a, b) for a, b in pairwise(known) if a != b]
    shift = (1 - number) * 4.0
    edge = [_arc(plan, way, "path edge", 5.5, shift) for way in moves]
    drawn = [_arc(plan, way, f"path p{number}", 3.0, shift) for way in moves]
    return tag("g", *edge, *drawn)


# --- the stations -----------------------------------------------------------------------------------------------


def _row(
    plan: _Plan,
    step: Step,
    tongue: Tongue,
    traffic: Mapping[str, StepTraffic] | None,
    most: int,
    href: Callable[[str], str] | None,
    *,
    off: bool,
) -> Markup:
    y = plan.at[step.name]
    found = None if traffic is None else traffic.get(step.name, StepTraffic())
    inside = [
        box(NAMES - 28, y - ROW / 2 + 1, WIDTH - NAMES + 28, ROW - 2, "hit", 4.0),
        *(_bar(found, y, most) if found else ()),
        _station(step, y),
        text(NAMES, y + 4.5, _cut(_name(step, tongue), found), "off" if off else "name"),
        *(_numbers(found, y, tongue) if found else ()),
    ]
    if href is None:
        return tag("g", *inside)
    return tag("a", *inside, href=href(step.name), aria_label=_spoken(step, tongue, found))


def _bar(found: StepTraffic, y: float, most: int) -> Iterator[Markup]:
    """As long as many came there; its end shows the part of them that left."""
    if not found.passed or not most:
        return
    length = BARS * found.passed / most
    left = min(BARS * (found.left or 0) / most, length)
    yield box(NAMES - 4, y - 10, length - left, 20.0, "bar", 3.0)
    if left:
        yield box(NAMES - 4 + length - left, y - 10, left, 20.0, "bar left", 3.0)


def _station(step: Step, y: float) -> Markup:
    """A question of danger is a square on its corner, all else a circle; where she may type it is open."""
    kind = "station open" if step.text else "station"
    if step.block:
        r = 5.6
        return tag(
            "path",
            d=f"M{LINE} {y - r}L{LINE + r} {y}L{LINE} {y + r}L{LINE - r} {y}Z",
            class_=f"{kind} danger",
        )
    return tag("circle", cx=LINE, cy=y, r=4.2, class_=kind)


def _numbers(found: StepTraffic, y: float, tongue: Tongue) -> Iterator[Markup]:
    told = (
        numbers.count(tongue, found.passed),
        numbers.count(tongue, found.left),
        numbers.lasting(tongue, found.median),
    )
    for edge, words, kind in zip(COLUMNS, told, ("n", "n gone", "n"), strict=True):
        yield text(edge, y + 4.5, words, kind if words != tongue.t("desk.few") else "n few", "end")


def _name(step: Step, tongue: Tongue) -> str:
    name = tongue.question(step.name)
    return name[:1].upper() + name[1:]


def _cut(name: str, found: StepTraffic | None) -> str:
    return name if found is None or len(name) <= LETTERS else name[: LETTERS - 1].rstrip() + "…"


def _spoken(step: Step, tongue: Tongue, found: StepTraffic | None) -> str:
    """What a screen reader says of a station."""
    name = _name(step, tongue)
    if found is None:
        return name
    return tongue.t(
        "desk.flow.spoken",
        step=name,
        passed=numbers.count(tongue, found.passed),
        left=numbers.count(tongue, found.left),
        time=numbers.lasting(tongue, found.median),
    )
