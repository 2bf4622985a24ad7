"""What signs mean together, exhaustively: the rules against the promises' own tables, without any conversation.

`assess()` is held against every set of signs that tells combinations apart, whatever else is found, skipped or decided;
the gates before the visible house against every case; the ladders against what was promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product

from flows import promises
from flows.handoff import OUTCOMES
from flows.indicators import INDICATORS, assess
from flows.ladder import CONTACT_WITHIN, LADDERS, UNANSWERED_AFTER
from flows.model import (
    Assessment,
    Colour,
    Decision,
    Desk,
    Finding,
    Handoff,
    Intake,
    Ladder,
    Urgency,
    When,
)
from flows.placement import HOLD_SECONDS, Kind, Place
from flows.promises import LEAST
from flows.proof.explorer import Breach
from flows.routing import HouseCase, NotForHouse, elsewhere, into_the_house, route

KNOWN, MEANT, MONOTONE, DECIDED, HOUSE, ROUTED, LADDER = (
    "every sign is known twice",
    "no set of signs means less",
    "more danger never means less",
    "a decision holds until more is found",
    "the gates of the visible house hold",
    "every case goes to people",
    "the ladder is as promised",
)
SAYS = {
    KNOWN: "Every sign of the rules is in the promises' table, and the other way round.",
    MEANT: "Each red sign alone, and each combination, gives red, whatever else is said or skipped.",
    MONOTONE: "One more sign never lowers colour or urgency.",
    DECIDED: "After a human's decision each red sign found later gives red again.",
    HOUSE: "A red, a barred or an unmet case can be no HouseCase, and nothing else opens that house.",
    ROUTED: "Red goes to placement and to secure shelters, her own life or body to whoever is on call.",
    LADDER: "Rungs, claims and holds are no slower than what was promised, and reach supervisors.",
}
# The signs that tell combinations apart and are not red alone.
WEIGHED = tuple(
    sorted(
        {code for rule in promises.TOGETHER for group in rule.groups for code in group} - promises.RED_ALONE
    )
)
UNANSWERED = ((), ("throat",))
SIZE = 4  # a red sign is held against every set of so many others
Signs = tuple[tuple[str, When], ...]


def found() -> Iterator[Breach]:
    """Whatever does not hold, as it is come upon."""
    for promise, detail in chain(_known(), _ladders(), _house(), _decided(), _sets()):
        yield Breach(promise, detail, ())


def size() -> int:
    """How many sets of signs are held against the table."""
    return sum(1 for _ in _all_sets())


def _known() -> Iterator[tuple[str, str]]:
    yield from ((KNOWN, code) for code in sorted(INDICATORS.keys() ^ LEAST.keys()))


def _all_sets() -> Iterator[Signs]:
    """Every set of the weighed signs; each red with every few of them; every pair of signs at each date."""
    every = [code for code in LEAST if code in INDICATORS]
    for count in range(len(WEIGHED) + 1):
        yield from (_dated(codes) for codes in combinations(WEIGHED, count))
    for count in range(SIZE):
        for codes in combinations(WEIGHED, count):
            yield from (_dated((red, *codes)) for red in sorted(promises.RED_ALONE))
    dated = list(product(every, (When.RECENT, When.BEFORE)))
    yield from ((one,) for one in dated)
    yield from combinations(dated, 2)
    for rule in promises.TOGETHER:  # long ago, each combination
        for groups in combinations(rule.groups, rule.least):
            for codes in product(*(sorted(group) for group in groups)):
                yield tuple((code, When.BEFORE) for code in codes)


def _dated(codes: Iterable[str]) -> Signs:
    return tuple((code, When.UNKNOWN) for code in codes)


def _sets() -> Iterator[tuple[str, str]]:
    meant: dict[frozenset[str], Assessment] = {}
    for signs in _all_sets():
        if any(code not in INDICATORS for code, _ in signs):
            continue
        found = _assessed(signs)
        least = promises.least(_findings(signs))
        codes = frozenset(code for code, _ in signs)
        if found.colour < least.colour or found.urgency < least.urgency:
            yield MEANT, _named(signs)
        if (barred := _barred(codes, found)) and found.visible_house:
            yield HOUSE, _named(signs)
        if not _routed(codes, found, barred):
            yield ROUTED, _named(signs)
        if all(when is When.UNKNOWN for _, when in signs):
            meant[codes] = found
    yield from ((MONOTONE, " ".join(sorted(codes))) for codes in _lower(meant))


def _lower(meant: dict[frozenset[str], Assessment]) -> Iterator[frozenset[str]]:
    for codes, found in meant.items():
        for code in codes:
            fewer = meant.get(codes - {code})
            if fewer and (fewer.colour > found.colour or fewer.urgency > found.urgency):
                yield codes


def _barred(codes: frozenset[str], found: Assessment) -> bool:
    red = found.colour is Colour.RED
    return red or bool(codes & (promises.RED_ALONE | promises.BARRED | promises.MINOR))


def _routed(codes: frozenset[str], found: Assessment, barred: bool) -> bool:
    if not found.desks:
        return False
    if found.colour is Colour.RED:
        return Desk.PLACEMENT in found.desks and route(found).code == "secure"
    on_call = bool(codes & promises.BARRED)
    return (
        (Desk.ON_CALL in found.desks and route(found).code == "on_call")
        if on_call
        else barred or bool(route(found).code)
    )


def _decided() -> Iterator[tuple[str, str]]:
    """A green that was decided, over each sign; each red that is found afterwards; and what was decided stands."""
    for code, red in product(sorted(LEAST), sorted(promises.RED_ALONE)):
        if code not in INDICATORS or red not in INDICATORS:
            continue
        findings = _findings(_dated((code, red)))
        decision = Decision(Colour.GREEN, Urgency.NOW, "1", 0.0, "-", "2", 1)
        found = assess(_intake(findings, decision), ())
        if found.colour is not Colour.RED or found.visible_house:
            yield DECIDED, f"{code}, decided, {red}"
        stands = assess(_intake(findings[:1], decision), ())
        minor = code in promises.MINOR
        if stands.urgency is not Urgency.NOW or (minor and stands.visible_house):
            yield DECIDED, code
    for findings in _after_others():
        decision = Decision(Colour.GREEN, Urgency.THIS_WEEK, "1", 0.0, "-", "2", len(findings) - 1)
        found, least = assess(_intake(findings, decision), ()), promises.least(findings, len(findings) - 1)
        if found.colour < least.colour or found.urgency < least.urgency:
            yield DECIDED, " ".join(finding.indicator for finding in findings)
    raised = Decision(Colour.RED, Urgency.TODAY, "1", 0.0, "-", "", 0)
    if assess(_intake((), raised), ()).colour is not Colour.RED:
        yield DECIDED, "raised to red"


def _after_others() -> Iterator[tuple[Finding, ...]]:
    """Each combination whose last sign is found after a human decided on the others."""
    for rule in promises.TOGETHER:
        for groups in combinations(rule.groups, rule.least):
            for codes in product(*(sorted(group) for group in groups)):
                for last in codes:
                    first = tuple(code for code in codes if code != last)
                    whens = [(code, When.UNKNOWN) for code in first]
                    yield _findings((*whens, (last, When.BEFORE)))


# --- gates ------------------------------------------------------------------------------------------------------


def _house() -> Iterator[tuple[str, str]]:
    place = Place("1", Kind.VISIBLE_HOUSE, 1)
    for colour, house, spoken, done in product(Colour, (True, False), (True, False), (True, False)):
        found = Assessment(colour, Urgency.TODAY, (), (Desk.INTAKE,), house, ())
        handoff = Handoff("in_touch", 0.0, Ladder((), 0.0), spoken_live=spoken, intake_done=done)
        may = colour < Colour.RED and house and spoken and done
        if _opens(lambda found=found, handoff=handoff: HouseCase(found, handoff)) and not may:
            yield HOUSE, f"{colour.name.lower()} house={house} spoken={spoken} done={done}"
    if _opens(lambda: elsewhere(place, "1", 0.0)):
        yield HOUSE, "as if it were elsewhere"
    if _opens(lambda: into_the_house(None, place, "1", 0.0)):  # type: ignore[arg-type]
        yield HOUSE, "without a case"


def _opens(gate: object) -> bool:
    try:
        gate()  # type: ignore[operator]
    except NotForHouse:
        return False
    return True


# --- ladders ----------------------------------------------------------------------------------------------------

MINUTE, HOUR = 60.0, 3600.0
# domain.md 2 "Speed": who is rung at the latest when, and how often after the last rung.
PROMISED = {
    Urgency.NOW: ((0.0, "on_call"), (2 * MINUTE, "everyone"), (5 * MINUTE, "supervisors"), 5 * MINUTE),
    Urgency.TODAY: ((0.0, "on_call"), (30 * MINUTE, "everyone"), (2 * HOUR, "supervisors"), 2 * HOUR),
    Urgency.THIS_WEEK: ((0.0, "board"), (24 * HOUR, "on_call"), (48 * HOUR, "supervisors"), 24 * HOUR),
}


def _ladders() -> Iterator[tuple[str, str]]:
    for urgency, (*rungs, every) in PROMISED.items():
        ladder = LADDERS.get(urgency)
        if ladder is None or ladder.every > every or not ladder.every > 0:
            yield LADDER, urgency.name.lower()
            continue
        for latest, who in rungs:
            if not any(rung.who == who and rung.after <= latest for rung in ladder.rungs):
                yield LADDER, f"{urgency.name.lower()}: {who}"
        if [rung.after for rung in ladder.rungs] != sorted(rung.after for rung in ladder.rungs):
            yield LADDER, f"{urgency.name.lower()}: out of order"
    if CONTACT_WITHIN > 10 * MINUTE or UNANSWERED_AFTER > 15 * MINUTE or HOLD_SECONDS > 2 * HOUR:
        yield LADDER, "a wait is longer"
    if "visible_house" not in OUTCOMES:
        yield LADDER, "outcomes"


# --- making them up -----------------------------------------------------------------------------------------------


def _findings(signs: Signs) -> tuple[Finding, ...]:
    return tuple(Finding(code, when, "", 0.0, "") for code, when in signs)


def _intake(findings: tuple[Finding, ...], decision: Decision | None = None) -> Intake:
    return Intake("", "", 0.0, findings=findings, decision=decision)


def _assessed(signs: Signs) -> Assessment:
    return assess(_intake(_findings(signs)), UNANSWERED[len(signs) % 2])


def _named(signs: Signs) -> str:
    return (
        " ".join(f"{code}.{when}" if when is not When.UNKNOWN else code for code, when in signs) or "nothing"
    )
