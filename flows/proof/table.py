"""What signs mean together, exhaustively: the rules against the promises' own tables, without any conversation.

`assess()` is held against every set of signs that tells combinations apart, whatever else is found, skipped or decided;
the gates before the visible house against every case; the ladders against what was promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product

from flows import handoff as handoffs
from flows import placement as placements
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
from flows.placement import HOLD_SECONDS, Kind, Place, Placement
from flows.promises import LEAST
from flows.proof.explorer import Breach
from flows.routing import HouseCase, NotForHouse, elsewhere, into_the_house, route

KNOWN, MEANT, MONOTONE, DECIDED, HOUSE, ROUTED, LADDER, LIVES = (
    "every sign is known twice",
    "no set of signs means less",
    "more danger never means less",
    "a decision holds until more is found",
    "the gates of the visible house hold",
    "every case goes to people",
    "the ladder is as promised",
    "a case lives as it may",
)
SAYS = {
    KNOWN: "Every sign of the rules is in the promises' table with what it counts towards, and the other way round.",
    MEANT: "Each red sign alone, and each combination, gives red and is named, whatever else is said or skipped.",
    MONOTONE: "One more sign never lowers colour or urgency.",
    DECIDED: "After a human's decision each red sign found later gives red again.",
    HOUSE: "A red, a barred or an unmet case can be no HouseCase, and nothing else opens that house.",
    ROUTED: "Red goes to placement and to secure shelters, her own life or body to whoever is on call.",
    LADDER: "Rungs, claims and holds are no slower than what was promised, and reach supervisors.",
    LIVES: "A handoff and a placement change their state only as is written here a second time.",
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
    for promise, detail in chain(_known(), _lives(), _ladders(), _house(), _decided(), _sets()):
        yield Breach(promise, detail, ())


def size() -> int:
    """How many sets of signs are held against the table."""
    return sum(1 for _ in _all_sets())


def _known() -> Iterator[tuple[str, str]]:
    yield from ((KNOWN, code) for code in sorted(INDICATORS.keys() ^ LEAST.keys()))
    for code in sorted(INDICATORS.keys() & LEAST.keys()):
        sign = INDICATORS[code]
        counts = (sign.act, bool(sign.violence), bool(sign.secondary), bool(sign.screen), sign.bars)
        if counts != _counts(code):
            yield KNOWN, f"{code} counts for something else"


def _counts(code: str) -> tuple[bool, ...]:
    """Whether its date matters, it is violence, a secondary factor, one of the five, or bars the visible house."""
    return (
        code in promises.ACTS,
        code in promises.VIOLENCE.split(),
        any(code in group for group in promises.SECONDARY),
        any(code in group for group in promises.SCREEN),
        code in promises.BARRED | promises.MINOR,
    )


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
        elif not _made(codes) <= {reason.rule for reason in found.reasons}:
            yield MEANT, f"{_named(signs)}: a combination is not named"
        if (barred := _barred(codes, found)) and found.visible_house:
            yield HOUSE, _named(signs)
        if not _routed(codes, found, barred):
            yield ROUTED, _named(signs)
        if all(when is When.UNKNOWN for _, when in signs):
            meant[codes] = found
    yield from ((MONOTONE, " ".join(sorted(codes))) for codes in _lower(meant))


def _made(codes: frozenset[str]) -> frozenset[str]:
    """The combinations that these signs make, by name."""
    return frozenset(
        rule.name
        for rule in promises.TOGETHER
        if sum(1 for group in rule.groups if group & codes) >= rule.least
    )


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


# --- lives ------------------------------------------------------------------------------------------------------

# What leads where: whoever takes a case is the first to, only a bed that is kept can be given up, and so on.
HANDOFF = {
    "ring": {"offered": "raised", "raised": "raised"},
    "take": {"offered": "claimed", "raised": "claimed"},
    "in_touch": {"claimed": "in_touch"},
    "lapse": {"claimed": "raised"},
    "place": {"in_touch": "placed"},
    "unplace": {"placed": "in_touch"},
    "give_back": {"claimed": "raised", "in_touch": "raised", "placed": "raised"},
    "close": {"claimed": "closed", "in_touch": "closed", "placed": "closed"},
}
PLACEMENT = {
    "extend": {"held": "held"},
    "confirm": {"held": "confirmed"},
    "set_out": {"confirmed": "under_way"},
    "arrive": {"under_way": "arrived"},
    "release": {"held": "released", "confirmed": "released", "under_way": "released"},
    "expire": {"held": "expired"},
    "withdraw": dict.fromkeys(("held", "confirmed", "under_way", "arrived"), "withdrawn"),
}


def _lives() -> Iterator[tuple[str, str]]:
    place = Place("1", Kind.SECURE, 1)
    for trigger, state in product(HANDOFF, handoffs.STATES):
        case = handoffs.move(Handoff(state, 0.0, Ladder((), 0.0)), trigger)
        if (case.state if case else None) != HANDOFF[trigger].get(state):
            yield LIVES, f"handoff: {trigger} from {state}"
    for trigger, state in product(PLACEMENT, placements.STATES):
        bed = placements.move(Placement(place, state, "1", 0.0, 0.0), trigger)
        if (bed.state if bed else None) != PLACEMENT[trigger].get(state):
            yield LIVES, f"placement: {trigger} from {state}"


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
