"""The signs of danger, and what they mean together: `assess()`.

Sources are the published risk factors gathered in domain.md; our questions ask about the same factors in our own words.
Every rule is monotone: a further finding can only raise colour and urgency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from flows.model import (
    Assessment,
    Colour,
    Desk,
    Finding,
    Indicator,
    Intake,
    Reason,
    Urgency,
    When,
)

GREEN, ORANGE, RED = Colour.GREEN, Colour.ORANGE, Colour.RED
THIS_WEEK, TODAY, NOW = Urgency.THIS_WEEK, Urgency.TODAY, Urgency.NOW


def _red(code: str, source: str, **more: object) -> Indicator:
    return Indicator(code, RED, NOW, source, **more)  # type: ignore[arg-type]


def _orange(code: str, source: str, urgency: Urgency = TODAY, **more: object) -> Indicator:
    return Indicator(code, ORANGE, urgency, source, **more)  # type: ignore[arg-type]


INDICATORS: dict[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        # Alone enough for red. Those with older=NOW have no "long ago": they are about this moment.
        _red("NOW", "1.9 red: extreme threat", older=NOW),
        _red("LOCK", "1.5 confinement", older=NOW),
        _red("FEAR", "1.1 item 18, 1.3 item 3", older=NOW, screen="fear"),
        _red("CHILD", "1.1 item 17, 1.3 item 2, 1.10 children", older=NOW),
        _red("KILL", "1.1 item 6, 1.3 item 2, 1.10 about 15 times", act=True),
        _red(
            "WPN",
            "1.1 item 5, 1.3 item 1, 1.10 about 20 times",
            act=True,
            screen="weapon",
            violence="physical",
        ),
        _red("STR", "1.1 item 10, 1.10 OR 7.48", act=True, screen="throat_or_pregnancy", violence="physical"),
        _red("LOC", "1.11 medical red after strangling", act=True, violence="physical"),
        _red("FIRE", "7 FIRE burn/acid", act=True, violence="physical"),
        _red("HBV", "1.11 honour", act=True),
        _red("FMAR", "1.11 forced marriage", act=True),
        _red("TRAF", "1.11 trafficking", act=True),
        # Her own life, her body: no question of which roof; a person is woken and decides.
        _orange("SUIS", "1.11 her own suicide risk", NOW, older=NOW, bars=True),
        _orange("MED", "1.11 medical red", NOW, older=NOW, bars=True),
        _orange("NOROOF", "2 needs: shelter tonight", NOW, older=NOW),
        # Weighed together.
        _orange("GUN", "1.3 item 4, 1.10 about 6 times", secondary="gun"),
        _orange("CTRL", "1.1 item 13, 1.3 item 6", secondary="control"),
        _orange("JEAL", "1.1 item 14, 1.3 item 6", secondary="control", screen="jealousy"),
        _orange("SEP", "1.1 item 3, 1.3 item 7", secondary="separation"),
        _orange("STALK", "1.1 item 19, 1.3 item 11", act=True, secondary="stalking"),
        _orange("SUIH", "1.1 item 16, 1.3 item 9", act=True, secondary="his_suicide"),
        _orange("STEP", "1.1 item 8, 1.3 item 10", THIS_WEEK, older=THIS_WEEK, secondary="stepchild"),
        _orange("UNEMP", "1.1 item 4, 1.3 item 8", THIS_WEEK, older=THIS_WEEK, secondary="unemployed"),
        _orange("ESC", "1.1 item 1, 1.2", act=True, screen="worse"),
        _orange("PREG", "1.1 item 15, 1.2", act=True, screen="throat_or_pregnancy", violence="physical"),
        _orange("PHYS", "1.4 physical violence", act=True, violence="physical"),
        _orange("SEX", "1.1 item 9", act=True, violence="sexual"),
        _orange("SUBST", "1.1 items 11 and 12", THIS_WEEK, older=THIS_WEEK),
        _orange("BREACH", "1.4 broke orders", act=True),
        _orange("MON", "3.1 monitored"),
        _orange("PET", "1.1 not lethality, but a threat (29)", THIS_WEEK, act=True, older=THIS_WEEK),
        _orange("PLAN", "1.4 separated or tried in past year"),
        _orange("PRESENT", "2 (2): where is he"),
        _orange("CHILDLEFT", "2 (2): where are the children"),
        _orange("SUISOME", "1.11 her own suicide risk"),
        _orange("MINOR", "5 minors", bars=True),
        _orange("LOST", "1.11 she does not know where she is"),
        # No danger in itself: she wants a person.
        Indicator("ASKED", GREEN, TODAY, "3.1 (5): a human at any time"),
        # She wrote in her own words, and no rule saw danger in them: for a person to read.
        Indicator("TOLD", GREEN, THIS_WEEK, "7: what no rule sees is shown to staff", older=THIS_WEEK),
        # What she may have meant, and nobody could ask or she did not say.
        _orange("POSSIBLE_RED", "7: missing a red costs more than ten false ones", NOW, older=NOW),
        _orange("POSSIBLE", "7: any suppressed hit is shown to staff"),
        # Unknown is its own value, never "no".
        _orange("UNREAD", "8 (1): danger may stand in what the program cannot read"),
        _orange("SKIPPED", "1.3: not answered is a value of its own"),
        _orange("UNSURE", "1.3: not answered is a value of its own"),
    )
}
OWN_LIFE = frozenset({"SUIS", "MED"})
VIOLENCE = frozenset(code for code, i in INDICATORS.items() if i.violence)


@dataclass(frozen=True, slots=True)
class Combination:
    """Signs that mean more together. `uses` returns the codes that make it hold, or none."""

    rule: str
    source: str
    uses: Callable[[frozenset[str]], frozenset[str]]
    proposal: bool = False


def _factors(codes: frozenset[str], name: str, least: int) -> frozenset[str]:
    """The codes that show factors of the kind `name`, if they show at least `least` different ones."""
    shown = {code: factor for code in codes if (factor := getattr(INDICATORS[code], name))}
    return frozenset(shown) if len(set(shown.values())) >= least else frozenset()


def _together(*groups: Iterable[str]) -> Callable[[frozenset[str]], frozenset[str]]:
    """At least one code out of each group."""
    sets = tuple(frozenset(group) for group in groups)

    def uses(codes: frozenset[str]) -> frozenset[str]:
        hits = [group & codes for group in sets]
        return frozenset().union(*hits) if all(hits) else frozenset()

    return uses


COMBINATIONS: tuple[Combination, ...] = (
    Combination("four_secondary", "1.3: at least 4 of 4-11", lambda codes: _factors(codes, "secondary", 4)),
    Combination("three_of_five", "1.2: any 3 of 5", lambda codes: _factors(codes, "screen", 3)),
    Combination("his_suicide_and_child", "1.10: child killed", _together(["SUIH"], ["CHILD", "STEP"])),
    Combination("cluster_of_three", "1.4: cluster of 3", _together(["SEP"], ["CTRL"], VIOLENCE)),
    Combination("gun_and_violence", "1.10: gun", _together(["GUN"], VIOLENCE), proposal=True),
    Combination(
        "followed_after_leaving", "1.10: stalking", _together(["STALK", "ESC"], ["SEP"]), proposal=True
    ),
)


def reasons(findings: tuple[Finding, ...], new_from: int = 0) -> list[Reason]:
    """Every rule that holds, strongest first; only those in which a finding from `new_from` on takes part."""
    if not findings:
        return []
    urgency: dict[str, Urgency] = {}
    fresh: set[str] = set()
    for position, finding in enumerate(findings):
        code = finding.indicator
        urgency[code] = max(urgency.get(code, THIS_WEEK), _urgency(finding))
        if position >= new_from:
            fresh.add(code)
    found = [
        Reason(code, INDICATORS[code].colour, urgency[code], (code,)) for code in urgency if code in fresh
    ]
    codes = frozenset(urgency)
    for combination, used in holding(codes):
        if used & fresh:
            pressing = NOW if _any_recent(findings, used) else TODAY
            found.append(Reason(combination.rule, RED, pressing, tuple(sorted(used)), combination.proposal))
    return sorted(found, key=lambda reason: (-reason.colour, -reason.urgency))


@lru_cache(4096)
def holding(codes: frozenset[str]) -> tuple[tuple[Combination, frozenset[str]], ...]:
    """The combinations that these codes make, and the codes that each rests on; asked several times a turn."""
    return tuple((one, used) for one in COMBINATIONS if (used := one.uses(codes)))


def _urgency(finding: Finding) -> Urgency:
    indicator = INDICATORS[finding.indicator]
    return indicator.older if finding.when is When.BEFORE else indicator.urgency


def _any_recent(findings: tuple[Finding, ...], codes: frozenset[str]) -> bool:
    """Whether an act among `codes` is recent or of unknown date: then the whole combination rings now."""
    return any(
        f.indicator in codes and INDICATORS[f.indicator].act and f.when is not When.BEFORE for f in findings
    )


def assess(intake: Intake, unknown: tuple[str, ...]) -> Assessment:
    """Colour, urgency, reasons and who acts, for what is known so far.

    `unknown`: danger questions skipped, not understood or never reached; any makes it at least orange. A human's
    decision replaces what the rules said before it; findings that came later raise it again.
    """
    decision = intake.decision
    why = reasons(intake.findings, decision.findings if decision else 0)
    if decision:
        why.insert(0, Reason("decided", decision.colour, decision.urgency))
    elif unknown:
        why.append(Reason("not_all_answered", ORANGE, THIS_WEEK))
    colour = max((reason.colour for reason in why), default=GREEN)
    urgency = max((reason.urgency for reason in why), default=THIS_WEEK)
    codes = {code for reason in why for code in reason.indicators}
    visible = colour < RED and not any(INDICATORS[code].bars for code in codes) and not _is_minor(intake)
    return Assessment(colour, urgency, tuple(why), _desks(colour, codes), visible, unknown)


def _is_minor(intake: Intake) -> bool:
    """Under 18 is no judgement of danger: nobody's decision on the colour takes it away (domain.md 5)."""
    return any(finding.indicator == "MINOR" for finding in intake.findings)


def _desks(colour: Colour, codes: set[str]) -> tuple[Desk, ...]:
    """Red goes to placement; her own life or body to on-call intake, to placement only if violence is red too."""
    placement = (Desk.PLACEMENT,) if colour is RED else ()
    on_call = (Desk.ON_CALL,) if codes & OWN_LIFE else ()
    return placement + on_call or (Desk.INTAKE,)
