"""Words that tell what this is about: none may show on a locked screen, in a chat list or to a passer-by.

One line a language, written by its translator. A word that ends in * stands for all that begin with it, for languages
that change the ends of their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+")


def reveals(language: str, text: str) -> Iterator[str]:
    """The words of a text that reveal."""
    whole, stems = _of(language)
    for word in _WORD.findall(text.casefold()):
        if word in whole or word.startswith(stems):
            yield word


@cache
def _of(language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    lines = (files("flows.words") / "revealing.txt").read_text(encoding="utf-8").splitlines()
    listed = next((line for line in lines if line.startswith(f"{language}:")), "").casefold().split()[1:]
    whole = frozenset(word for word in listed if not word.endswith("*"))
    return whole, tuple(word[:-1] for word in listed if word.endswith("*"))
