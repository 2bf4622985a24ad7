"""Shelters, what they can take, and which of them fit her: `match()`. Pure; here a shelter has no name, no address.

Every attribute is declared once, in ATTRIBUTES: the desk's form, the matching and the tests go over that table.
Rules are prepared once for her needs and then asked of each shelter: a thousand take a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from flows.model import Colour
from flows.placement import Kind, Regions

FRESH_SECONDS = 12 * 3600.0  # beds counted longer ago are unknown, never free
# The languages of the conversation (domain.md 7), and whatever else a house speaks is said on the phone.
LANGUAGES = ("nl", "en", "tr", "ar", "pl", "uk", "es", "fr", "ti")
Value = bool | int | frozenset[str]
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shelter:
    """A house that can take her in. `free`: beds free now; None where nobody has counted them lately."""

    id: str
    kind: Kind
    region: str
    beds: int
    free: int | None = None
    takes: Mapping[str, Value] = field(default_factory=dict)  # by attribute, as ATTRIBUTES declares it

    def chosen(self, code: str) -> frozenset[str]:
        """What was chosen for an attribute whose form is "choices"."""
        return self.takes.get(code, NONE)  # type: ignore[return-value]  # so ATTRIBUTES declares it


@dataclass(frozen=True, slots=True)
class Need:
    """What she needs of a roof, as far as it is known; None is unknown, which is never "no"."""

    colour: Colour
    may_house: bool  # whether the visible house may be considered at all (Assessment.visible_house)
    minor: bool = False
    people: int | None = None  # she and the children with her
    oldest: int | None = None  # age in years of her oldest child with her
    children: bool | None = None
    wheelchair: bool | None = None
    deaf: bool | None = None
    pets: str | None = None  # none, small, big
    language: str = "nl"
    no_papers: bool = False
    honour: bool = False
    trafficking: bool = False
    psychiatric: bool = False
    regions: Regions = Regions()
    avoids_more: bool = False  # she named places to avoid that nobody has put on the map yet


# What a rule's answer means for a place. Plain numbers: a thousand places are weighed at once.
NO = -100  # in the way: she may not go there
CHECK = -10  # unknown: to be asked before she goes
LESS = -1
GOOD = 1
VERY_GOOD = 3


class Says(NamedTuple):
    """One rule's answer: a code whose words stand in the catalogue, `place.<code>`, and its weight."""

    code: str
    weight: int


Rule = Callable[[Shelter], Says | None]
Prepare = Callable[[Need], Rule | None]  # None: for her this makes no difference


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that a shelter can or cannot take: how the form asks for it, and when it stands in the way."""

    code: str
    form: str  # "flag", "number" or "choices"
    prepare: Prepare
    choices: tuple[str, ...] = ()
    otherwise: Value = False  # where nobody has filled it in

    def read(self, shelter: Shelter) -> Value:
        return shelter.takes.get(self.code, self.otherwise)


# --- rules over an attribute ------------------------------------------------------------------------------------


def _must(code: str, wanted: bool | None) -> Rule | None:
    """She needs it: a house without it is out. Not known whether she does: to be asked where it is missing."""
    if wanted is False:
        return None
    answer = Says(code, NO) if wanted else Says(f"{code}_unknown", CHECK)
    return lambda shelter: None if shelter.takes.get(code) else answer


def _number(code: str, wanted: int | None) -> Rule | None:
    """The house's number must be at least hers."""
    if wanted is None:
        unknown = Says(f"{code}_unknown", CHECK)
        return lambda _shelter: unknown
    too_small = Says(code, NO)

    def rule(shelter: Shelter) -> Says | None:
        value = shelter.takes.get(code, 0)
        return too_small if isinstance(value, int) and value < wanted else None

    return rule


def _children(need: Need) -> Rule | None:
    if need.children is False:
        return None
    if need.children is None:
        return _must("children", None)
    return _must("children", wanted=True)


def _oldest(need: Need) -> Rule | None:
    """The ages of her children fit; unknown ages are asked."""
    if not need.children:
        return None
    return _number("oldest_child", need.oldest)


def _family(need: Need) -> Rule | None:
    return _number("largest_family", need.people)


def _pets(need: Need) -> Rule | None:
    pet = need.pets
    if pet in (None, "none"):  # an unknown pet keeps no place away
        return None
    # Not in the way: foster homes take animals in (domain.md 2), and waiting for one keeps women where they are.
    cannot_come = Says("pets", LESS)
    return lambda shelter: None if pet in shelter.chosen("pets") else cannot_come


def _languages(need: Need) -> Rule | None:
    language, good = need.language, Says("speaks", GOOD)
    return lambda shelter: good if language in shelter.chosen("languages") else None


def _admits(need: Need) -> Rule | None:
    if need.minor:
        return _minors
    no_adults, no_papers = Says("adults", NO), Says("no_papers", NO)
    papers_missing = need.no_papers

    def rule(shelter: Shelter) -> Says | None:
        admits = shelter.chosen("admits")
        if "adults" not in admits:
            return no_adults
        return no_papers if papers_missing and "no_papers" not in admits else None

    return rule


def _minors(shelter: Shelter) -> Says | None:
    """Under 18: only where minors are admitted, and adults only where they are young women too (domain.md 5)."""
    admits = shelter.chosen("admits")
    young = "adults" not in admits or "young_women" in shelter.chosen("specialism")
    return None if "minors" in admits and young else Says("minors", NO)


def _specialism(need: Need) -> Rule | None:
    """Honour and trafficking go to those who can (domain.md 1.11); the others are an advantage."""
    musts = [code for code, asked in (("honour", need.honour), ("trafficking", need.trafficking)) if asked]
    likes = [
        code for code, asked in (("psychiatric", need.psychiatric), ("large_families", _large(need))) if asked
    ]
    if not musts and not likes:
        return None
    missing = {code: Says(f"no_{code}", NO) for code in musts}
    good = {code: Says(code, VERY_GOOD) for code in (*musts, *likes)}

    def rule(shelter: Shelter) -> Says | None:
        can = shelter.chosen("specialism")
        for code, says in missing.items():
            if code not in can:
                return says
        return next((says for code, says in good.items() if code in can), None)

    return rule


def _large(need: Need) -> bool:
    return (need.people or 1) >= LARGE_FAMILY


LARGE_FAMILY = 5

ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("admits", "choices", _admits, ("adults", "minors", "no_papers"), frozenset({"adults"})),
    Attribute("children", "flag", _children),
    Attribute("oldest_child", "number", _oldest, otherwise=17),
    Attribute("largest_family", "number", _family, otherwise=1),
    Attribute("wheelchair", "flag", lambda need: _must("wheelchair", need.wheelchair)),
    Attribute("deaf", "flag", lambda need: _must("deaf", need.deaf)),
    Attribute("pets", "choices", _pets, ("small", "big"), frozenset()),
    Attribute("languages", "choices", _languages, LANGUAGES, frozenset({"nl"})),
    Attribute(
        "specialism",
        "choices",
        _specialism,
        ("honour", "trafficking", "young_women", "psychiatric", "large_families"),
        frozenset(),
    ),
)

# --- rules over the kind, the region and the beds -----------------------------------------------------------------


def _kind(need: Need) -> Rule:
    """Red: secure only. The visible house is made for orange, and closed to whoever is barred (domain.md 1.9)."""
    red = need.colour is Colour.RED
    only_secure, barred = Says("only_secure", NO), Says("barred", NO)
    made_for, scarce = Says("made_for_orange", VERY_GOOD), Says("secure_is_scarce", LESS)
    secure, makeshift = Says("secret_address", GOOD), Says("makeshift", LESS)

    def rule(shelter: Shelter) -> Says | None:
        kind = shelter.kind
        if kind is Kind.SECURE:
            return secure if red else scarce
        if red:
            return only_secure
        if kind is Kind.VISIBLE_HOUSE:
            return made_for if need.may_house else barred
        return makeshift if kind is Kind.HOTEL else None

    return rule


def _region(need: Need) -> Rule | None:
    """Outside every region she must avoid; another region if her own is unsafe; else her own first (domain.md 2)."""
    told = need.regions
    avoided, unsafe = Says("avoided", NO), Says("own_unsafe", NO)
    near, not_known = Says("own_region", GOOD), Says("own_not_known", CHECK)
    unmapped = Says("avoid_unknown", CHECK) if need.avoids_more else None
    nowhere = Says("region_unknown", CHECK) if not told.own and need.colour is Colour.RED else None
    own_safe = told.own_safe if told.own_safe is not None else (None if need.colour is Colour.RED else True)

    def rule(shelter: Shelter) -> Says | None:
        region = shelter.region
        if region in told.avoid:
            return avoided
        if region == told.own:
            if own_safe is False:
                return unsafe
            return near if own_safe else not_known
        return unmapped or nowhere

    return rule


def _free(need: Need) -> Rule:
    beds, full = need.people or 1, Says("full", NO)
    uncounted, free = Says("beds_unknown", CHECK), Says("free_now", GOOD)

    def rule(shelter: Shelter) -> Says | None:
        if shelter.free is None:
            return uncounted
        return free if shelter.free >= beds else full

    return rule


RULES: tuple[Prepare, ...] = (_kind, _region, _free)


# --- matching -----------------------------------------------------------------------------------------------------


class Match(NamedTuple):
    """One shelter against her needs. `says`: every rule's answer."""

    shelter: Shelter
    says: tuple[Says, ...]
    score: int

    @property
    def verdict(self) -> str:
        """fits, check (something is to be asked first), or no."""
        worst = min((said.weight for said in self.says), default=GOOD)
        return {NO: "no", CHECK: "check"}.get(worst, "fits")

    @property
    def in_the_way(self) -> tuple[str, ...]:
        return self._codes(NO)

    @property
    def to_check(self) -> tuple[str, ...]:
        return self._codes(CHECK)

    @property
    def speaks_for(self) -> tuple[str, ...]:
        return self._codes(VERY_GOOD, GOOD)

    @property
    def speaks_against(self) -> tuple[str, ...]:
        return self._codes(LESS)

    @property
    def near_miss(self) -> bool:
        """One thing alone is in the way."""
        return len(self.in_the_way) == 1

    def _codes(self, *weights: int) -> tuple[str, ...]:
        return tuple(said.code for said in self.says if said.weight in weights)


def match(need: Need, shelters: Iterable[Shelter]) -> list[Match]:
    """Every shelter with what speaks for it and against it, the best first; those barred to her come last."""
    prepared = [prepare(need) for prepare in (*RULES, *(one.prepare for one in ATTRIBUTES))]
    rules = [rule for rule in prepared if rule is not None]
    found = []
    for shelter in shelters:
        says = tuple([said for rule in rules if (said := rule(shelter)) is not None])
        found.append(Match(shelter, says, sum([said[1] for said in says])))
    found.sort(key=_SCORE, reverse=True)  # stable: equals stay in the order given
    return found


_SCORE = itemgetter(2)


def free_now(matches: Iterable[Match]) -> list[Match]:
    """Those with a free bed that nothing stands in the way of; what is to be checked is no bar."""
    return [one for one in matches if one.shelter.free is not None and one.verdict != "no"]
