"""One spelling for how people really type: no capitals, no accents, no doubled letters, no apostrophes.

Rules and messages go through the same `spelled()`, so a rule is written in ordinary spelling and still reads
"VERMOOORDEN", "m'n", "çık"/"cik", "أ"/"ا" and Ge'ez letters that sound alike. `str.replace` for each letter is many
times faster here than a table or an expression that looks at every character.
"""

from __future__ import annotations

import re
import unicodedata
from string import ascii_lowercase

END, PAUSE, ASKED = ".", ",", "?"
MARKS = frozenset((END, PAUSE, ASKED))

_SIGNS = (
    {chr(code): " " for code in range(128) if not chr(code).isalnum()}
    | dict.fromkeys("!;.\n\r", END)
    | dict.fromkeys(",:()", PAUSE)
    | {ASKED: ASKED, "'": "", "`": ""}
)
_ASCII = str.maketrans(_SIGNS)
_OTHERS = tuple(
    (sign, becomes) for sign, becomes in _SIGNS.items() if sign.isprintable() and sign not in (" ", becomes)
)
# Combining marks (accents, Arabic vowels and hamza), tatweel, zero-width and direction signs.
_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u135d-\u135f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0f]+"
)
_EMOJI = re.compile("([\u2190-\u2bff\U0001f000-\U0001faff])\\1*")
_LATIN = tuple(zip("ıłđøæœ", ("i", "l", "d", "o", "ae", "oe"), strict=True)) + tuple(
    (sign, becomes)
    for signs, becomes in (("’‘´ʼʹ", ""), ("«»“”„‹›•·", " "), ("–—…", ","), ("¿¡", " "))
    for sign in signs
)
# As typed on a Russian keyboard, or in a hurry.
_CYRILLIC = tuple(zip("іыэґъь", ("и", "и", "е", "г", "", ""), strict=True))
_ARABIC = (
    *zip("ٱىةکیگپچڤ", "ايهكيكبجف", strict=True),
    ("ء", ""),
    ("،", PAUSE),
    ("؟", ASKED),
    ("؛", END),
    *((chr(start + digit), str(digit)) for start in (0x0660, 0x06F0) for digit in range(10)),
)
# Letters that sound alike in Tigrinya, as people mix them: ሐ ኀ as ሀ, ሠ as ሰ, ዐ as አ, ፀ as ጸ; then ሃ as ሀ, ኣ as አ.
_ETHIOPIC = (
    *((chr(0x1210 + order), chr(0x1200 + order)) for order in range(7)),
    *((chr(0x1280 + order), chr(0x1200 + order)) for order in range(7)),
    *((chr(0x1220 + order), chr(0x1230 + order)) for order in range(7)),
    *((chr(0x12D0 + order), chr(0x12A0 + order)) for order in range(7)),
    *((chr(0x1340 + order), chr(0x1338 + order)) for order in range(7)),
    # One letter to who writes: the sound changes after a vowel, and many type only the plain one.
    *((chr(0x1250 + order), chr(0x1240 + order)) for order in range(7)),
    *((chr(0x12B8 + order), chr(0x12A8 + order)) for order in range(7)),
    *zip("ቈቍኰኵጐጒ", "ቆቁኮኩጎጉ", strict=True),
    *zip("ሃኣ።፡፣፤፥፧", ("ሀ", "አ", END, " ", PAUSE, END, PAUSE, ASKED), strict=True),
)
_CYRILLIC_LETTERS = "абвгдежзиклмнопрстуфхцчшщюя"
_ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
# Of each script: a letter range that shows it, what is replaced, and which letters may stand doubled.
_SCRIPTS = (
    (re.compile("[a-z]"), (), ascii_lowercase),
    (re.compile("[\u0400-\u04ff]"), _CYRILLIC, _CYRILLIC_LETTERS),
    (re.compile("[\u0600-\u06ff]"), _ARABIC, _ARABIC_LETTERS),
    (re.compile("[\u1200-\u137f]"), _ETHIOPIC, ""),
)


def spelled(text: str) -> str:
    """Words, full stops, commas and question marks, each between single spaces."""
    plain = text.casefold()
    ascii_only = plain.isascii()
    plain = _single(plain.translate(_ASCII), ascii_lowercase) if ascii_only else _to_one_alphabet(plain)
    for mark in (END, PAUSE, ASKED):
        if mark in plain:
            plain = _single(plain, mark).replace(mark, f" {mark} ")
    return " ".join(plain.split())


def _to_one_alphabet(text: str) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text).replace("\n", END))
    plain = _replaced(_replaced(plain, _LATIN), _OTHERS)
    for shows, letters, doubled in _SCRIPTS:
        if shows.search(plain):
            plain = _single(_replaced(plain, letters), doubled)
    return _EMOJI.sub(r" \1 ", plain)


def _replaced(text: str, letters: tuple[tuple[str, str], ...]) -> str:
    for letter, becomes in letters:
        text = text.replace(letter, becomes)
    return text


def _single(text: str, letters: str) -> str:
    """No letter twice in a row, however often it is repeated."""
    for letter in letters:
        twice = letter + letter
        while twice in text:
            text = text.replace(twice, letter)
    return text


def weight(word: str) -> int:
    """How much a word holds, in letters: a sign of Ge'ez is a consonant with its vowel."""
    return 2 * len(word) if "\u1200" <= word[:1] <= "\u137f" else len(word)


def words_of(entry: str) -> tuple[str, ...]:
    """An entry of a lexicon, word by word: "mijn_man" is two; a star stays at its end of a word."""
    return tuple(word for part in entry.split("_") for word in _starred(part))


def _starred(part: str) -> list[str]:
    words = spelled(part.strip("*")).split()
    if words and part.startswith("*"):
        words[0] = "*" + words[0]
    if words and part.endswith("*"):
        words[-1] += "*"
    return words
