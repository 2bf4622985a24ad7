"""Everything that is ever said, one gettext catalogue a language, read once with Babel.

A key is a step (`throat`), an option (`throat.recent`) or a named text; `key@variant` is preferred for a variant of
her situation (`throat@other` when she writes for someone else). Telephone numbers are variables (`{n_emergency}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from flows.helplines import LINES, SHARED, open_now
from flows.leave import plain
from flows.model import Say, Step
from flows.tongues import STAFF_LANGUAGES, known

# Buttons that work at every step. `again` asks the open question once more, `menu` shows the rest of them.
EVERYWHERE = (
    "leave",
    "danger_now",
    "skip",
    "back",
    "menu",
    "listen",
    "again",
    "help_lines",
    "human",
    "word",
    "language",
    "delete",
)
REVIEWED = "Reviewed "  # begins the comment above a text that was
# First-strong isolate and its end: numbers, times and what was typed keep their order in a right-to-left sentence.
ISOLATE, END = "\u2068", "\u2069"


def isolated(value: str) -> str:
    return f"{ISOLATE}{value}{END}"


NUMBERS = {f"n_{code}": isolated(line.number) for code, line in LINES.items()}
TIMES = ("until", "from", "gone_by")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Key to text. Raises FileNotFoundError for a language that has no catalogue."""
    return {str(message.id): str(message.string) for message in _messages(language) if message.string}


def lay_over(texts: Mapping[str, Mapping[str, str]]) -> None:
    """Texts of the house's own, by language and key, in the place of ours: once, before anything is said."""
    for language, own in texts.items():
        catalogue(language).update(own)
    template.cache_clear()


@cache
def unreviewed(language: str) -> frozenset[str]:
    """Keys of the texts that nobody who speaks the language from birth has reviewed.

    They are flagged `fuzzy`; a translation without the flag needs the comment of its review as well, so that one which
    was added in haste does not pass for reviewed. Dutch and English are written by the team.
    """
    return frozenset(
        str(message.id) for message in _messages(language) if not _is_reviewed(message, language)
    )


def _is_reviewed(message: Message, language: str) -> bool:
    said_so = any(comment.startswith(REVIEWED) for comment in message.user_comments)
    return not message.fuzzy and (said_so or language in STAFF_LANGUAGES)


@cache
def _messages(language: str) -> tuple[Message, ...]:
    with (files("flows.words") / f"{language}.po").open("rb") as source:
        return tuple(message for message in read_po(source) if message.id)


@cache
def template(language: str, key: str, variants: tuple[str, ...] = ()) -> str:
    """The unfilled text of a key, the first variant that has one. Raises KeyError, by name, where nobody wrote it."""
    texts = catalogue(known(language))
    for variant in variants:
        if f"{key}@{variant}" in texts:
            return texts[f"{key}@{variant}"]
    if key not in texts:
        raise KeyError(f"no words for {key} in {language}")
    return texts[key]


def text(language: str, key: str, variants: tuple[str, ...] = (), **args: str) -> str:
    """A text, filled. A value that begins with "@" is itself a key."""
    unfilled = template(language, key, variants)
    if "{" not in unfilled:
        return unfilled
    filled = {
        name: template(language, value[1:]) if value[:1] == "@" else value for name, value in args.items()
    }
    return unfilled.format(**NUMBERS, **filled)


def variables(unfilled: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(unfilled) if name}


def label(language: str, step: str, option: str, variants: tuple[str, ...] = (), **args: str) -> str:
    """What stands on a button."""
    return text(language, f"{step}.{option}" if step else f"button.{option}", variants, **args)


def render(language: str, say: Say, at: float = 0.0) -> str:
    """The whole text of a Say at the moment of sending (`at`: which help lines are open then)."""
    if say.text:
        return say.text
    parts = [_part(language, key, say, at) for key in say.keys]
    return "\n\n".join(part for part in parts if part)


def _part(language: str, key: str, say: Say, at: float) -> str:
    args = {name: isolated(value) if name in TIMES else value for name, value in say.args.items()}
    told = text(language, key, say.variants, **args)
    if key == "help_lines":
        return "\n".join([told, *_lines(language, say, at)])
    if key == "read_back":
        return "\n".join([told, *_rows(language, say)])
    return told


def _lines(language: str, say: Say, at: float) -> list[str]:
    lines = open_now(at, say.variants)
    if SHARED in say.variants:
        return [isolated(line.number) for line in lines]
    return [f"{isolated(line.number)} – {text(language, f'line.{line.code}')}" for line in lines]


def _rows(language: str, say: Say) -> list[str]:
    return [
        f"• {text(language, f'{step}.short')}: "
        + (isolated(typed) if typed else label(language, step, code, say.variants, **say.args))
        for step, code, typed in say.rows
    ]


def option_of(step: Step, typed: str, language: str, variants: tuple[str, ...] = ()) -> str | None:
    """The option whose label was typed to the letter, in her language; the only answer read from text so far."""
    said, texts = plain(typed), catalogue(known(language))
    for option in step.options:
        key = f"{step.name}.{option.code}"
        labels = (texts.get(key, ""), *(texts.get(f"{key}@{variant}", "") for variant in variants))
        if said and any(said == plain(label) for label in labels):
            return option.code
    return None


def everywhere_of(typed: str, language: str) -> str | None:
    """The button that works everywhere whose label was typed to the letter."""
    said, texts = plain(typed), catalogue(known(language))
    return next(
        (option for option in EVERYWHERE if said and said == plain(texts.get(f"button.{option}", ""))), None
    )
