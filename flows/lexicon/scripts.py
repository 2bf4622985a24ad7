"""Words typed in Latin letters for want of their own: which known words of another script they may be.

Ukrainian romanises nearly letter by letter, whatever the table (official, Polish, or none), so that a word is simply
put back: "vin byv mene" is "він бив мене". Arabic as it is chatted ("3am yhaddedni", "drebni") leaves out or adds
vowels and shares letters, so that of all spellings it may stand for only those count that a lexicon knows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

_LATIN = re.compile("[a-z]")
_TWICE = re.compile(r"(.)\1+")


def is_latin(words: Sequence[str]) -> bool:
    """Whether all of it is typed in Latin letters."""
    return all(word.isascii() for word in words) and any(map(_LATIN.search, words))


def _table(rows: str) -> dict[str, tuple[str, ...]]:
    """By the first sign of each row, the others; a dash stands for none."""
    split = (row.split() for row in rows.strip().splitlines())
    return {first: tuple(one.strip("-") for one in others) for first, *others in split}


def _any(sounds: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(sounds, key=len, reverse=True)))


# --- Ukrainian --------------------------------------------------------------------------------------------------------

# A letter, and how it is typed. `spelling` makes one of и, і, ї and й: i, y and j may each be any of them.
_CYRILLIC = {
    sound: letter
    for letter, sounds in _table("""
щ shch sch
ж zh
х kh x
ц ts c
ч ch 4
ш sh 6
ю yu ju iu
я ya ja ia
є ye je ie
а a
б b
в v w
г h g
д d
е e
з z
и i y j
к k q
л l
м m
н n
о o
п p
р r
с s
т t
у u
ф f
""").items()
    for sound in sounds
}
_CYRILLIC_SOUND = _any(_CYRILLIC)


def cyrillic(word: str) -> str:
    """A word (spelled) in Cyrillic letters (spelled); a mark stays what it is."""
    return _TWICE.sub(r"\1", _CYRILLIC_SOUND.sub(lambda sound: _CYRILLIC[sound[0]], word))


# --- Arabic -----------------------------------------------------------------------------------------------------------

# How a sound is typed, and what it may be written as. Digits stand for letters that look like them: 7 ح, 3 ع, 5 خ, 9 ص
# or ق, 2 a hamza or what Cairo makes of ق.
_ARABIC = _table("""
a - ا
e - ي
i - ي
o - و
u - و
ou و -
oo و
ee ي
ei ي
ay ي
ai ي
b ب
p ب
t ت ط
th ث
j ج
g ج ق غ
7 ح
h ه
5 خ
kh خ
x خ
d د ض
dh ذ ض
r ر
z ز ظ ذ
s س ص
sh ش
ch ش
4 ش
9 ص ق
6 ط
3 ع
gh غ
8 غ
f ف
v ف
q ق
2 - ا ق
k ك ق
c ك
l ل
m م
n ن
w و
y ي
""")
_BEGINS = _table("""
a ا -
e ا ي
i ا ي
o ا و
u ا و
""")
_ENDS = _table("""
a ا ه ة -
e ه ة ي -
i ي
o و ه
u و ه
""")
_ARABIC_SOUND = _any(_ARABIC)
# Small words that are written as one with the next.
_WRITTEN_ON = _table("""
wel وال
bel بال
fel فال
lel لل
el ال
al ال
il ال
w و
b ب
f ف
l ل
""")
_MOST = 400  # beginnings of spellings that are looked at
_STEM, _REST = 3, 3  # letters of the shortest stem; of the shortest word behind one that is written on


class Arabic:
    """The words (spelled) that the lexicons know in Arabic letters. `stems`: those that may go on."""

    def __init__(self, words: Iterable[str], stems: Iterable[str]) -> None:
        self._words = sorted(filter(_is_arabic, words))
        self._stems = sorted(filter(_is_arabic, stems))

    def word(self, typed: str) -> str:
        """The longest known word that may have been typed so; what was typed where there is none."""
        if found := self._known(typed):
            return found
        for before, (written,) in _WRITTEN_ON.items():
            rest = typed.removeprefix(before)
            if len(rest) >= _REST and rest != typed and (found := self._known(rest)):
                return written + found
        return typed

    def _known(self, typed: str) -> str:
        sounds = _sounds(typed)
        seen = {(0, "")} if sounds else set()
        waiting = list(seen)
        best = (False, 0, "")
        while waiting and len(seen) < _MOST:
            at, begun = waiting.pop()
            if at == len(sounds):
                best = max(best, (_holds(self._words, begun), len(begun), begun))
                continue
            for letter in sounds[at]:
                # After spelling no letter stands twice, also not one with an unwritten vowel between.
                further = at + 1, begun if begun.endswith(letter) else begun + letter
                if further not in seen and self._begins(further[1]):
                    seen.add(further)
                    waiting.append(further)
            if len(begun) >= _STEM and _holds(self._stems, begun):
                best = max(best, (False, len(begun), begun))
        return best[2]

    def _begins(self, begun: str) -> bool:
        """Whether a known word begins so."""
        return _begin(self._words, begun) or _begin(self._stems, begun)


def _sounds(typed: str) -> list[tuple[str, ...]]:
    """What each sound of a word may be written as; none where one of them is not of Arabic."""
    found, at = [], 0
    while at < len(typed):
        sound = _ARABIC_SOUND.match(typed, at)
        if sound is None:
            return []
        choice = _BEGINS if at == 0 else _ENDS if sound.end() == len(typed) else _ARABIC
        found.append(choice.get(sound[0], _ARABIC[sound[0]]))
        at = sound.end()
    return found


def _is_arabic(word: str) -> bool:
    return "\u0600" <= word[0] <= "\u06ff"


def _holds(ordered: list[str], word: str) -> bool:
    at = bisect_left(ordered, word)
    return at < len(ordered) and ordered[at] == word


def _begin(ordered: list[str], begun: str) -> bool:
    at = bisect_left(ordered, begun)
    return at < len(ordered) and ordered[at].startswith(begun)
