"""Tables of words as they are kept in a file: one text and one array, which open faster than as many objects."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

_BETWEEN = "\n"  # stands in no spelled word
Packed = tuple[str, "array[int]"]


def packed(table: Mapping[str, int]) -> Packed:
    return _BETWEEN.join(table), array("I", table.values())


def opened(table: Packed, numbers: Sequence[int]) -> dict[str, int]:
    """`numbers`: each number at its own place, so that equal ones are one object."""
    text, values = table
    return dict(zip(text.split(_BETWEEN), [numbers[value] for value in values], strict=True))


def places(words: Iterable[str], among: Iterable[str]) -> array[int]:
    """Where each word stands among others."""
    at = {word: place for place, word in enumerate(among)}
    return array("I", [at[word] for word in words])
