"""What she needs of a roof, read from her answers: `need_of()`. What was not answered is unknown, never "no"."""

from __future__ import annotations

import re

from flows.model import Assessment, Colour, Intake
from flows.placement import Regions
from flows.shelters import Need
from flows.tongues import LANGUAGES, named

_COUNTS = {"none": 0, "one": 1, "two": 2, "three": 3}
_MANY = 4  # "more": as many as this at least
# A number, and whether it counts months or weeks: "4 en 7", "11 maanden", "3 weken".
_AGE = re.compile(r"(\d{1,2})\s*(m(?:aand|nd|nth|on|ois)|w(?:eek|ek|k)|mies|міс|ay\b|mes)?", re.IGNORECASE)
OLDEST = 25


def need_of(intake: Intake, assessment: Assessment) -> Need:
    """Her needs, as far as she has said them and a worker has understood them."""
    answer, found = intake.answers.get, {finding.indicator for finding in intake.findings}
    children, known_ages = _children(intake), ages(intake.texts.get("ages", ""))
    regions = intake.regions
    return Need(
        colour=assessment.colour,
        may_house=assessment.visible_house,
        minor="MINOR" in found,
        people=_people(intake, children, known_ages),
        oldest=max(known_ages) if known_ages and children else None,
        children=children,
        wheelchair=_access(answer("access"), "wheelchair"),
        deaf=_access(answer("access"), "deaf"),
        pets=answer("pets") if answer("pets") in ("none", "small", "big") else None,
        language=_language(intake),
        no_papers=answer("papers") == "none",
        honour=bool(found & {"HBV", "FMAR"}),
        trafficking="TRAF" in found,
        psychiatric=bool(found & {"SUIS", "SUISOME"}),
        regions=regions or Regions(),
        avoids_more=regions is None and answer("avoid") != "none",
    )


def wants_a_roof(intake: Intake, assessment: Assessment) -> bool:
    """Whether a place is to be looked for now, whoever has the case: red, or nowhere to sleep tonight."""
    homeless = any(finding.indicator == "NOROOF" for finding in intake.findings)
    return (assessment.colour is Colour.RED or homeless) and intake.answers.get("shelter") != "advice"


def ages(text: str) -> tuple[int, ...]:
    """Ages in whole years, from what she typed; a baby's months and weeks are 0."""
    found = tuple(0 if unit else int(number) for number, unit in _AGE.findall(text))
    return tuple(age for age in found if age <= OLDEST)


def _children(intake: Intake) -> bool | None:
    """Whether children come with her."""
    said = intake.answers.get("children")
    if said in (*_COUNTS, "more"):
        return said != "none"
    return {"none": False, "with_me": True}.get(intake.answers.get("where_children", ""))


def _people(intake: Intake, children: bool | None, known_ages: tuple[int, ...]) -> int | None:
    """She and the children with her; "more" needs at least as many beds as ages were named."""
    if children is False:
        return 1
    said = intake.answers.get("children")
    if said == "more":
        return 1 + max(_MANY, len(known_ages))
    return 1 + _COUNTS[said] if said in _COUNTS else None


def _access(said: str | None, what: str) -> bool | None:
    """One answer names what matters most: another one does not say that this is not needed as well."""
    return {what: True, "none": False}.get(said or "")


def _language(intake: Intake) -> str:
    """The one she said she speaks best, by a button or by its name; else the one she writes in."""
    said = intake.answers.get("speak", "")
    return said if said in LANGUAGES else named(intake.texts.get("speak", "")) or intake.language
