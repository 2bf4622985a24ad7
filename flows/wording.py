"""What every text to her must be: complete in each language, short, plain, harmless where anyone may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flows import words
from flows.leave import LEAVE, plain
from flows.leave import everywhere as command
from flows.model import Flow
from flows.tongues import named
from flows.words import EVERYWHERE, NUMBERS, variables
from flows.words.revealing import reveals

SOURCE = "nl"  # its keys and variables are those that every language must have
SENTENCE, LABEL, SHORT = 12, 4, 3  # words at most
LONGEST = 1000  # characters, a quarter of what a message may hold
# Words of pages, staff cards and alerts have variables and numbers of their own, and no language but those of staff.
STAFF = (
    *("desk.", "card.", "alert.", "staff.", "indicator."),
    *("rule.", "outcome.", "mark.", "refused."),
)
PERSONS = ("partner", "family", "work", "other")
# Filled in while a text is measured.
FILLED = {
    "until": "17:00",
    "from": "08:00",
    "gone_by": "7 december",
    "chat_address": "x",
    "code": "x",
    "contact": "14",
    "closed": "30",
}
_TYPED_NUMBER = re.compile(r"\d[\d\s-]*\d\d")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?:…؟።፧])[”\"»]?\s+|\n")
_QUOTED = re.compile("[“„«]\\s*([^”“»]+?)\\s*[”“»]")
_WORD = re.compile(r"\w")
_BELOW = ("word.notice", "word.next", "person.", "line.", "told.", "duty.", "understood.")


def of_hers(texts: Mapping[str, str]) -> dict[str, str]:
    """All that can be said to her, without what only staff read."""
    return {key: said for key, said in texts.items() if not key.startswith(STAFF)}


def is_label(flow: Flow, key: str) -> bool:
    """Whether it stands on a button."""
    step, _, option = key.partition("@")[0].partition(".")
    known = flow.by_name.get(step)
    return step == "button" or bool(known and known.option(option))


def begins(flow: Flow, key: str) -> bool:
    """Whether a message may begin with it: then a locked screen shows its first line."""
    base = key.partition("@")[0]
    below = base.endswith((".why", ".short")) or base.startswith(_BELOW) or base == "web_chat.address"
    return not (below or is_label(flow, key) or base == "cover.default" or base.startswith("page."))


def is_public(flow: Flow, key: str) -> bool:
    """Whether anyone may see it: the front, cover texts, what is left behind, the page's own name and guide."""
    base = key.partition("@")[0]
    covers = {f"cover.{option.code}" for option in flow.by_name["cover"].options} | {"cover.default"}
    public = {"front", "left", "button.open", "button.leave", "page.title", "page.guide.head", *covers}
    guide = base.startswith(("front.", "guide.", "face.")) and base != "guide.emergency"
    return base in public or guide


def sentences(said: str) -> list[list[str]]:
    """Its sentences, each as its words; a sign alone is no word."""
    return [[word for word in part.split() if _WORD.search(word)] for part in _SENTENCE_ENDS.split(said)]


def filled(said: str, texts: Mapping[str, str], variant: str = "") -> list[str]:
    """As she may read it, once for each person that it may name."""
    named_in_it = PERSONS if "person" in variables(said) else PERSONS[:1]
    persons = [variant] if variant in PERSONS else named_in_it
    return [
        said.format(**NUMBERS, **FILLED, person=texts.get(f"person.{person}", person)) for person in persons
    ]


# --- one text ---------------------------------------------------------------------------------------------------


def faults(flow: Flow, language: str, key: str, said: str, texts: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a text as `key` among the texts of its language, one line each."""
    if not said.strip():
        yield f"{key} is empty"
        return
    try:
        used = variables(said)
    except ValueError:
        yield f"{key} has a brace that is not one of a variable"
        return
    yield from _variables(key, used)
    if not used <= _fillable():
        return
    if _TYPED_NUMBER.search(said):
        yield f"{key} has a number typed in; use a variable of the help lines"
    yield from _labels(flow, key, said, texts)
    yield from _long(key, said, texts)
    yield from _seen(flow, language, key, said)


def _fillable() -> set[str]:
    return set(NUMBERS) | set(FILLED) | {"person"}


def _variables(key: str, used: set[str]) -> Iterator[str]:
    yield from (f"{key} uses {{{name}}}, which nobody fills" for name in sorted(used - _fillable()))
    source = words.catalogue(SOURCE).get(key)
    if source is not None:
        wanted = variables(source)
        # The one she fears may be named or not, as a language likes best.
        yield from (f"{key} lacks {{{name}}}" for name in sorted(wanted - used - {"person"}))
        more = (used & _fillable()) - wanted - {"person"}
        yield from (f"{key} has {{{name}}}, which the other languages have not" for name in sorted(more))


def _labels(flow: Flow, key: str, said: str, texts: Mapping[str, str]) -> Iterator[str]:
    if key.partition("@")[0].endswith(".short") and len(said.split()) > SHORT:
        yield f"{key} has {len(said.split())} words, at most {SHORT}"
    if not is_label(flow, key):
        return
    count = sum(1 for word in said.split() if _WORD.search(word))
    if count > LABEL or "\n" in said:
        yield f"{key} is no label ({said!r}): one line of at most {LABEL} words"
    if variables(said):
        yield f"{key} is a label and has a variable in it"
    if plain(said) in LEAVE:
        yield f"{key} is a leave word ({said}): typing it would leave"
    elif command(said):
        yield f"{key} is a command ({said}): typing it would not answer"
    elif named(said) and not key.startswith(("language.", "speak.")):
        yield f"{key} is the name of a language ({said}): typing it would change hers"
    elif not key.startswith("button.") and plain(said) in _everywhere(texts):
        yield f"{key} reads as a button that works everywhere ({said})"


def _everywhere(texts: Mapping[str, str]) -> set[str]:
    return {plain(texts[f"button.{option}"]) for option in EVERYWHERE if f"button.{option}" in texts}


def _long(key: str, said: str, texts: Mapping[str, str]) -> Iterator[str]:
    if len(said) > LONGEST:
        yield f"{key} has {len(said)} characters, at most {LONGEST}"
    if key.startswith("line."):
        return
    for text in filled(said, texts, key.partition("@")[2]):
        for sentence in sentences(text):
            if len(sentence) > SENTENCE:
                yield f"{key} has a sentence of {len(sentence)} words, at most {SENTENCE}: {' '.join(sentence)}"


def _seen(flow: Flow, language: str, key: str, said: str) -> Iterator[str]:
    """What a notification, a chat list or anyone at the page may show."""
    first = said.split("\n", maxsplit=1)[0]
    if begins(flow, key):
        yield from (f"{key}: a locked screen would show “{word}”" for word in reveals(language, first))
        if variables(first):
            yield f"{key}: a locked screen would show what is filled into its first line"
    if is_public(flow, key):
        yield from (f"{key}: anyone may see it, and it says “{word}”" for word in reveals(language, said))
    if key == "left" and "\n" in said:
        yield "left has more than one line"


# --- a whole language -------------------------------------------------------------------------------------------


def mistakes(flow: Flow, language: str, texts: Mapping[str, str]) -> Iterator[str]:
    """All that is wrong with the words of a language, one line each, without the language's name."""
    hers = of_hers(texts)
    yield from _missing(hers)
    for key, said in hers.items():
        yield from faults(flow, language, key, said, texts)
    yield from _alike(flow, texts)
    yield from _named_buttons(flow, hers)


def _missing(hers: Mapping[str, str]) -> Iterator[str]:
    """Texts that the other languages have, or that have no text to stand beside."""
    source = of_hers(words.catalogue(SOURCE))
    yield from (f"no words for {key}" for key in source if key not in hers)
    yield from (f"{key} is said in no other language" for key in hers if key not in source)


def _alike(flow: Flow, texts: Mapping[str, str]) -> Iterator[str]:
    """Answers of one question that read alike when typed."""
    for step in flow.steps:
        for variant in ("", "other", "minor", *PERSONS[:3]):
            said: dict[str, str] = {}
            for option in step.options:
                key = f"{step.name}.{option.code}"
                label = plain(texts.get(f"{key}@{variant}", texts.get(key, "")))
                if label and said.setdefault(label, key) != key:
                    yield f"{key} reads as {said[label]} ({label})"


def _named_buttons(flow: Flow, hers: Mapping[str, str]) -> Iterator[str]:
    """What stands in quotes in a text is a button's label, letter for letter; in the notice, a word that leaves."""
    labels = {said for key, said in hers.items() if is_label(flow, key)}
    for key, said in hers.items():
        # Words around the page name buttons of its own and of the browser.
        passed = is_label(flow, key) or key.startswith("page.")
        for quoted in () if passed else _QUOTED.findall(said):
            if key.startswith("notice") and command(quoted) != "leave":
                yield f"{key} says that “{quoted}” leaves, and it does not"
            elif not key.startswith("notice") and quoted not in labels:
                yield f"{key} names “{quoted}”, and no button is called so"
