"""What stands around a match and changes what it weighs: negation, past, film, joke, question, somebody else.

It changes the strength or the branch and never hides: what is held back stays a note, with the reason (domain.md 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flows.lexicon import files
from flows.lexicon.files import Rule
from flows.lexicon.patterns import each
from flows.model import When

# About this very moment: long ago they say something else.
MOMENT = frozenset({"NOW", "LOCK", "FEAR", "SUIS", "MED"})
FILM_NEAR, TOPICS_NEAR, LAUGH_NEAR, OTHERS_BEFORE, OTHERS_AFTER, WHEN_NEAR = 12, 12, 8, 6, 2, 14  # words
WEAKER = {"sure": "ask", "ask": "note", "note": "note"}


class Around(NamedTuple):
    """Where the words stand that change a meaning, in one language; one integer each, a bit a word."""

    negation: int = 0
    me: int = 0
    others: int = 0
    now: int = 0
    recent: int = 0
    past: int = 0
    gone: int = 0
    film: int = 0
    laugh: int = 0
    topics: int = 0
    idiom: int = 0
    breaks: int = 0  # full stops, commas, "but"
    asked: int = 0  # question marks
    stops: int = 0  # full stops and question marks
    before: int = 3
    after: int = 0
    unless: Mapping[str, int] | None = None


class Weight(NamedTuple):
    strength: str
    held: str = ""  # why it is weaker than the rule says
    when: When = When.UNKNOWN
    other: bool = False  # somebody else than she who writes


def around(
    places: Mapping[str, int],
    unless: Mapping[str, int],
    marks: tuple[int, int, int],
    idiom: int,
    negation: tuple[int, int],
) -> Around:
    """`places`: where each class of this language stands; `marks`: full stops, commas, question marks.

    `unless`: the same of classes that show that something else is meant; `negation`: how far a NOT reaches.
    """
    stops, commas, asked = marks
    only = places.get(files.NOT_ONLY, 0)
    return Around(
        negation=places.get(files.NOT, 0) & ~(only | only >> 1),
        me=places.get(files.ME, 0),
        others=places.get(files.OTHERS, 0),
        now=places.get(files.NOW, 0),
        recent=places.get(files.RECENT, 0),
        past=places.get(files.PAST, 0),
        gone=places.get(files.GONE, 0),
        film=places.get(files.FILM, 0),
        laugh=places.get(files.LAUGH, 0),
        topics=places.get(files.TOPICS, 0),
        idiom=idiom,
        breaks=stops | commas | asked | places.get(files.BUT, 0),
        asked=asked,
        stops=stops | asked,
        before=negation[0],
        after=negation[1],
        unless=unless,
    )


def weigh(rule: Rule, strength: str, positions: tuple[int, ...], seen: Around) -> Weight:
    """What a match of `rule` is worth where it stands."""
    first, last = min(positions), max(positions)
    own = sum({1 << place for place in positions})
    self_in_it = bool(own & seen.me)
    when = _when(first, last, seen)
    other = not self_in_it and bool(seen.others & span(first - OTHERS_BEFORE, last + OTHERS_AFTER))
    everyday = seen.topics & span(first - TOPICS_NEAR, last + TOPICS_NEAR) & ~own
    held = ""
    if seen.idiom & own:
        strength, held = "note", "idiom"
    elif _unless(rule, first, last, seen):
        strength, held = "note", "meaning"
    elif _negated(positions, seen):
        if rule.negated != "same":
            strength, held = min(strength, rule.negated, key=_rank), "negated"
    elif seen.film & span(first - FILM_NEAR, last + FILM_NEAR) & ~own:
        strength, held = (WEAKER[strength] if self_in_it else "note"), "film"
    elif seen.laugh & span(first - LAUGH_NEAR, last + LAUGH_NEAR):
        strength, held = WEAKER[WEAKER[strength]] if everyday else WEAKER[strength], "joke"
    elif everyday:
        strength, held = WEAKER[strength], "everyday"
    elif when is When.BEFORE and (seen.gone or rule.indicator in MOMENT):
        strength, held = min(strength, "ask", key=_rank), "past"
    elif _is_asked(last, seen):
        strength, held = min(strength, "ask", key=_rank), "question"
    if seen.stops & span(first, last) & ~own:
        strength, held = WEAKER[strength], held or "sentences"
    return Weight(strength, held, when, other)


def _rank(strength: str) -> int:
    return files.STRENGTHS[::-1].index(strength)


def span(first: int, last: int) -> int:
    """All places from `first` to `last`."""
    first = max(first, 0)
    return ((1 << (last - first + 1)) - 1) << first if last >= first else 0


def _negated(positions: tuple[int, ...], seen: Around) -> bool:
    """A NOT stands before, in or after the match, in the same clause, and is no part of it."""
    first, last = min(positions), max(positions)
    # A match that begins with a subject of its own is a clause of its own.
    left = 0 if seen.breaks >> first & 1 else span(first - seen.before, first - 1)
    if broken := seen.breaks & left:
        left = span(broken.bit_length(), first - 1)
    right = span(last + 1, last + seen.after)
    if broken := seen.breaks & right:
        right = span(last + 1, (broken & -broken).bit_length() - 2)
    if seen.negation & (left | right):
        return True
    within = seen.negation & span(first, last) & ~sum({1 << place for place in positions})
    return any(
        not seen.breaks & span(place, min(one for one in positions if one > place)) for place in each(within)
    )


def _unless(rule: Rule, first: int, last: int, seen: Around) -> bool:
    near = span(first - LAUGH_NEAR, last + LAUGH_NEAR)
    places = seen.unless or {}
    return any(places.get(name, 0) & near for name in rule.unless)


def _when(first: int, last: int, seen: Around) -> When:
    near = span(first - WHEN_NEAR, last + WHEN_NEAR)
    if (seen.now | seen.recent) & near:
        return When.RECENT
    return When.BEFORE if seen.past & near else When.UNKNOWN


def _is_asked(last: int, seen: Around) -> bool:
    """The first mark that ends a sentence after the match is a question mark."""
    ends = seen.stops >> last
    return bool(ends) and bool(seen.asked >> last & (ends & -ends))
