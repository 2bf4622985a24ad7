"""Shelters, what they can take, and which of them fit her: `match()`. Pure; here a shelter has no name, no address.

Every attribute is declared once, in ATTRIBUTES: the desk's form, the matching and the tests go over that table.
Her needs become wishes once, and each is then looked up in what a shelter has: a thousand take a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from flows.model import Colour
from flows.placement import Kind, Regions
from flows.tongues import LANGUAGES

FRESH_SECONDS = 12 * 3600.0  # beds counted longer ago are unknown, never free
Value = bool | int | frozenset[str]
NONE: frozenset[str] = frozenset()
MOST = 20  # years of age, beds of one family: no number of a house says more
LARGE_FAMILY = 5
FOR_MINORS = "for_minors"
NOWHERE = "?"  # a feature that no house has


@dataclass(frozen=True, slots=True)
class Shelter:
    """A house that can take her in. `free`: beds free now; None where nobody has counted them lately."""

    id: str
    kind: Kind
    region: str
    beds: int
    free: int | None = None
    takes: Mapping[str, Value] = field(default_factory=dict)  # by attribute, as ATTRIBUTES declares it
    features: frozenset[str] = field(init=False, repr=False, compare=False)  # the same, to be looked up

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", frozenset(_features(self.takes)))


def _features(takes: Mapping[str, Value]) -> Iterator[str]:
    """`wheelchair`, `pets:small`, `oldest_child>=7`: one word for each thing that it can take."""
    for code, value in takes.items():
        if isinstance(value, bool):
            yield from (code,) if value else ()
        elif isinstance(value, int):
            yield from (f"{code}>={number}" for number in range(min(value, MOST) + 1))
        else:
            yield from (f"{code}:{choice}" for choice in value)
    if _for_minors(takes.get("admits", NONE), takes.get("specialism", NONE)):
        yield FOR_MINORS


def _for_minors(admits: Value, specialism: Value) -> bool:
    """Under 18: only where minors are admitted, and adults only where they are young women too (domain.md 5)."""
    if not isinstance(admits, frozenset) or not isinstance(specialism, frozenset):
        return False
    return "minors" in admits and ("adults" not in admits or "young_women" in specialism)


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


class Wish(NamedTuple):
    """One feature that matters to her: what is said of a house without it, and of one that has it."""

    feature: str
    missing: Says | None
    present: Says | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that a shelter can or cannot take: how the form asks for it, and what of it matters to her."""

    code: str
    form: str  # "flag", "number" or "choices"
    wishes: Callable[[Need], Iterable[Wish]]
    choices: tuple[str, ...] = ()
    otherwise: Value = False  # where nobody has filled it in

    def read(self, shelter: Shelter) -> Value:
        return shelter.takes.get(self.code, self.otherwise)


# --- what matters to her, by attribute ----------------------------------------------------------------------------


def _flag(code: str, wanted: bool | None) -> Iterator[Wish]:
    """She needs it: a house without it is out. Not known whether she does: to be asked where it is missing."""
    if wanted is not False:
        yield Wish(code, Says(code, NO) if wanted else Says(f"{code}_unknown", CHECK))


def _number(code: str, wanted: int | None) -> Iterator[Wish]:
    """The house's number must be at least hers; not knowing hers is asked of every house."""
    if wanted is None:
        yield Wish(NOWHERE, Says(f"{code}_unknown", CHECK))
    else:
        yield Wish(f"{code}>={min(wanted, MOST)}", Says(code, NO))


def _oldest(need: Need) -> Iterator[Wish]:
    """The ages of her children fit."""
    return _number("oldest_child", need.oldest) if need.children else iter(())


def _pets(need: Need) -> Iterator[Wish]:
    """Never in the way: foster homes take animals in (domain.md 2), and waiting for one keeps women where they are."""
    if need.pets not in (None, "none"):
        yield Wish(f"pets:{need.pets}", Says("pets", LESS))


def _languages(need: Need) -> Iterator[Wish]:
    yield Wish(f"languages:{need.language}", None, Says("speaks", GOOD))


def _admits(need: Need) -> Iterator[Wish]:
    if need.minor:
        yield Wish(FOR_MINORS, Says("minors", NO))
        return
    yield Wish("admits:adults", Says("adults", NO))
    if need.no_papers:
        yield Wish("admits:no_papers", Says("no_papers", NO))


def _specialism(need: Need) -> Iterator[Wish]:
    """Honour and trafficking go to those who can (domain.md 1.11); the others are an advantage."""
    for code, needed in (("honour", need.honour), ("trafficking", need.trafficking)):
        if needed:
            yield Wish(f"specialism:{code}", Says(f"no_{code}", NO), Says(code, VERY_GOOD))
    large = (need.people or 1) >= LARGE_FAMILY
    for code, liked in (("psychiatric", need.psychiatric), ("large_families", large)):
        if liked:
            yield Wish(f"specialism:{code}", None, Says(code, VERY_GOOD))


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("admits", "choices", _admits, ("adults", "minors", "no_papers"), frozenset({"adults"})),
    Attribute("children", "flag", lambda need: _flag("children", need.children)),
    Attribute("oldest_child", "number", _oldest, otherwise=17),
    Attribute("largest_family", "number", lambda need: _number("largest_family", need.people), otherwise=1),
    Attribute("rooms", "number", lambda _need: (Wish("rooms>=2", Says("one_room", LESS)),), otherwise=1),
    Attribute("wheelchair", "flag", lambda need: _flag("wheelchair", need.wheelchair)),
    Attribute("deaf", "flag", lambda need: _flag("deaf", need.deaf)),
    Attribute("pets", "choices", _pets, ("small", "big"), NONE),
    # Those of the conversation (domain.md 7); whatever else a house speaks is said on the phone.
    Attribute("languages", "choices", _languages, LANGUAGES, frozenset({"nl"})),
    Attribute(
        "specialism",
        "choices",
        _specialism,
        ("honour", "trafficking", "young_women", "psychiatric", "large_families"),
        NONE,
    ),
)

# --- what the kind, the region and the beds say -------------------------------------------------------------------


def _of_kind(need: Need) -> dict[Kind, Says | None]:
    """Red: secure only. The visible house is made for orange, and closed to whoever is barred (domain.md 1.9)."""
    if need.colour is Colour.RED:
        secure, no = Says("secret_address", GOOD), Says("only_secure", NO)
        return {kind: secure if kind is Kind.SECURE else no for kind in Kind}
    return {
        Kind.SECURE: Says("secure_is_scarce", LESS),
        Kind.VISIBLE_HOUSE: Says("made_for_orange", VERY_GOOD) if need.may_house else Says("barred", NO),
        Kind.HOTEL: Says("makeshift", LESS),
        Kind.PARTNER: None,
    }


def _of_region(need: Need) -> Callable[[str], Says | None]:
    """Outside every region she must avoid; another region if her own is unsafe; else her own first (domain.md 2)."""
    told = need.regions
    unknown = Says("avoid_unknown", CHECK) if need.avoids_more else None
    if unknown is None and not told.own and need.colour is Colour.RED:
        unknown = Says("region_unknown", CHECK)
    known = {region: Says("avoided", NO) for region in told.avoid}
    if told.own and told.own not in known:
        known[told.own] = _own(need)
    return lambda region: known.get(region, unknown)


def _own(need: Need) -> Says:
    safe = need.regions.own_safe
    if safe is None and need.colour is Colour.RED:
        return Says("own_not_known", CHECK)
    return Says("own_unsafe", NO) if safe is False else Says("own_region", GOOD)


def _of_beds(need: Need) -> Callable[[int | None], Says]:
    beds, full = need.people or 1, Says("full", NO)
    uncounted, free = Says("beds_unknown", CHECK), Says("free_now", GOOD)
    return lambda n: uncounted if n is None else free if n >= beds else full


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
    wishes = [wish for attribute in ATTRIBUTES for wish in attribute.wishes(need)]
    missing = [(wish.feature, wish.missing) for wish in wishes if wish.missing]
    present = [(wish.feature, wish.present) for wish in wishes if wish.present]
    of_kind, of_region, of_beds = _of_kind(need), _of_region(need), _of_beds(need)
    found = []
    for shelter in shelters:
        features = shelter.features
        first = (of_kind[shelter.kind], of_region(shelter.region), of_beds(shelter.free))
        says = [said for said in first if said]
        says += [said for feature, said in missing if feature not in features]
        says += [said for feature, said in present if feature in features]
        found.append(Match(shelter, tuple(says), sum(map(_WEIGHT, says))))
    found.sort(key=_SCORE, reverse=True)  # stable: equals stay in the order given
    return found


_WEIGHT, _SCORE = itemgetter(1), itemgetter(2)


def free_now(matches: Iterable[Match]) -> list[Match]:
    """Those with a free bed that nothing stands in the way of; what is to be checked is no bar."""
    return [one for one in matches if one.shelter.free is not None and one.verdict != "no"]
