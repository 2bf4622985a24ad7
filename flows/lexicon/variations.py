"""The same sentence as it is typed in haste: without accents, with a slip, a repeated letter, two words as one.

Seeded by the sentence itself, so that each run measures the same ones.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator

_NEIGHBOURS = {
    letter: row[place - 1 : place] + row[place + 1 : place + 2]
    for row in (
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "йцукенгшщзхї",
        "фівапролджє",
        "ячсмитьбю",
        "ضصثقفغعهخح",
        "شسيبلاتنم",
    )
    for place, letter in enumerate(row)
}


def no_marks(text: str, _chance: random.Random) -> str:
    """Lower case, no accents, no punctuation."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return " ".join(
        "".join(sign if sign.isalnum() or sign.isspace() else " " for sign in bare).split()
    ).lower()


def slip(text: str, chance: random.Random) -> str:
    """In the longest words, one in four: a letter missing, doubled wrongly, swapped, or the one beside it."""
    words = text.split(" ")
    longest = sorted(range(len(words)), key=lambda place: -len(words[place]))
    for place in longest[: max(1, len(words) // 8)]:
        words[place] = _slipped(words[place], chance)
    return " ".join(words)


def _slipped(word: str, chance: random.Random) -> str:
    if len(word) < 5:
        return word
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    beside = chance.choice(_NEIGHBOURS.get(letter.lower()) or letter)
    return chance.choice((before + after, before + after[:1] + letter + after[1:], before + beside + after))


def repeated(text: str, chance: random.Random) -> str:
    """A letter held down, in a word or two."""
    places = [place for place, sign in enumerate(text) if sign.isalpha()]
    for place in sorted(chance.sample(places, min(2, len(places))), reverse=True):
        text = text[:place] + text[place] * chance.randint(2, 4) + text[place + 1 :]
    return text


def joined(text: str, chance: random.Random) -> str:
    """One space forgotten."""
    spaces = [place for place, sign in enumerate(text) if sign == " "]
    if not spaces:
        return text
    place = chance.choice(spaces)
    return text[:place] + text[place + 1 :]


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "no marks": no_marks,
    "slip": slip,
    "repeated letters": repeated,
    "joined words": joined,
}


def of(text: str) -> Iterator[tuple[str, str]]:
    """(kind, the sentence so typed), for each kind that changes it."""
    for kind, change in KINDS.items():
        typed = change(text, random.Random(f"{kind}:{text}"))  # noqa: S311 - no secret
        if typed != text:
            yield kind, typed
