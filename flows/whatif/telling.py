"""A Difference in words, for the terminal: the worst first, codes and traces only."""

from __future__ import annotations

from collections.abc import Iterator

from flows.whatif.difference import COLOURS, Difference, Kind, Kinds
from flows.whatif.rerun import RED

SHOWN = 5  # traces of each kind


def told(found: Difference, names: tuple[str, str]) -> str:
    """`names`: of the old and the new version."""
    return "\n".join(_lines(found, *names)) + "\n"


def _lines(found: Difference, old: str, new: str) -> Iterator[str]:
    yield f"{found.logs:,} past conversations, from {old} to {new}: {found.changed:,} routed differently"
    yield ""
    yield f"REDS THAT WOULD HAVE BEEN MISSED: {found.missed_reds:,}"
    if found.missed_reds:
        yield f"  of which a human lowered the colour at the time: {found.overruled:,}"
    yield from _kinds(found.missed, "no longer red by {}")
    if found.later.count:
        yield f"  red only after more questions: {_kind(found.later)}"
    yield f"reds that are new: {sum(kind.count for pair, kind in found.cells.items() if pair[1] == RED):,}"
    yield from _kinds(found.new, "red by {}")
    yield from _matrix(found)
    if found.urgency:
        yield "urgency"
        yield from _kinds(found.urgency, "{}")
    if found.desks:
        yield "who acts"
        yield from _kinds(found.desks, "{}")
    if found.unlike:
        yield f"{found.unlike:,} logs say something else than their own version's rules: of those, less is certain"


def _kinds(kinds: Kinds, form: str) -> Iterator[str]:
    for code, kind in sorted(kinds.items(), key=lambda one: -one[1].count):
        yield f"  {form.format(code)}: {_kind(kind)}"


def _kind(kind: Kind) -> str:
    more = " …" if kind.count > SHOWN else ""
    return f"{kind.count:,}  {' '.join(kind.examples[:SHOWN])}{more}"


def _matrix(found: Difference) -> Iterator[str]:
    yield f"{'colour':>10}" + "".join(f"{'> ' + colour:>12}" for colour in COLOURS)
    for old, colour in enumerate(COLOURS):
        cells = "".join(f"{found.matrix[old, new]:>12,}" for new in range(len(COLOURS)))
        yield f"{colour:>10}{cells}"
