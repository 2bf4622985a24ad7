"""The languages that she can speak with us, those of the desk, and what people call them."""

from __future__ import annotations

from collections.abc import Sequence

from flows.leave import listed, plain

LANGUAGES = ("nl", "en", "tr", "ar", "pl", "uk", "es", "fr", "ti")
STAFF_LANGUAGES = ("nl", "en")  # of pages, cards and alerts
FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar"})


def known(language: str, on: Sequence[str] = LANGUAGES) -> str:
    """The nearest language that is on: "nl-BE" is nl; where none is near, the fallback, or else the first."""
    short = language.replace("_", "-").casefold().split("-")[0]
    return next((one for one in (short, FALLBACK) if one in on), on[0])


def direction(language: str) -> str:
    """As HTML's `dir` names it."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def named(text: str) -> str | None:
    """The language that a whole message names, in any of ours and with or without its signs."""
    return _BY_NAME.get(plain(text))


# In the order of LANGUAGES, each as the nine call it, with the usual spellings of phones that lack the letters.
_NAMES = {
    "nl": "nederlands, hollands, vlaams, dutch, felemenkçe, felemenkce, flemenkçe, flemenkce, hollandaca,"
    " الهولندية, هولندية, هولندي, niderlandzki, holenderski, po niderlandzku, po holendersku, нідерландська,"
    " нідерландською, голландська, голландською, neerlandés, neerlandes, holandés, holandes, néerlandais,"
    " neerlandais, hollandais, ሆላንድኛ, ዳች",
    "en": "engels, english, ingilizce, الإنجليزية, الانجليزية, إنجليزية, انجليزية, إنجليزي, انجليزي,"
    " angielski, po angielsku, англійська, англійською, английский, inglés, ingles, anglais, እንግሊዝኛ, እንግሊዘኛ",
    "tr": "turks, turkish, türkçe, turkce, türkce, turkçe, التركية, تركية, تركي, turecki, po turecku, турецька,"
    " турецькою, турецкий, turco, turc, ቱርክኛ, ቱርኪ",
    "ar": "arabisch, arabic, arapça, arapca, العربية, عربية, عربي, بالعربي, بالعربية, arabi, arabski, po arabsku,"
    " арабська, арабською, арабский, árabe, arabe, ዓረብኛ, ዓረብ, ዐረብኛ, ዓረብያ",
    "pl": "pools, polish, lehçe, lehce, polonca, polonyaca, البولندية, بولندية, بولندي, polski, po polsku,"
    " język polski, польська, польською, польский, polaco, polonais, ፖላንድኛ, ፖሊሽ",
    "uk": "oekraïens, oekraiens, oekraïns, oekrains, ukrainian, ukraynaca, الأوكرانية, الاوكرانية, أوكرانية,"
    " اوكرانية, أوكراني, اوكراني, ukraiński, ukrainski, po ukraińsku, po ukrainsku, українська, українською,"
    " по-українськи, по українськи, украинский, ukrainska, ucraniano, ukrainien, ዩክሬንኛ, ዩክራይንኛ",
    "es": "spaans, spanish, ispanyolca, الإسبانية, الاسبانية, إسبانية, اسبانية, إسباني, اسباني,"
    " hiszpański, hiszpanski, po hiszpańsku, po hiszpansku, іспанська, іспанською, испанский, español, espanol,"
    " castellano, espagnol, ስፓንኛ, ስፓኛ, ስፓንሽ",
    "fr": "frans, french, fransızca, الفرنسية, فرنسية, فرنسي, francuski, po francusku, французька,"
    " французькою, французский, francés, frances, français, francais, ፈረንሳይኛ, ፈረንሳ",
    "ti": "tigrinya, tigrigna, tigrinja, tigrinia, tigriña, tigrina, tigrinyaca, التغرينية, تغرينية, التيغرينية,"
    " تيغرينية, التجرينية, تجرينية, tigrynia, тигринья, тигріня, тиґринья, ትግርኛ, ትግርና, ትግሪኛ,"
    " eritrees, eritrean",
}
_BY_NAME = {name: language for language, names in _NAMES.items() for name in listed(names)}
