"""What can be listened to as well as read, where an organisation has recorded it: for who cannot read.

A recording is named after the catalogue's text that it speaks. It is offered wherever that text, or one that means the
same to who hears it, is said. Nothing ever sounds by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# Recording, and the texts beside which it is offered: how this works and how to leave it; can you write safely;
# are you in danger now; whom to call; you asked for a human.
RECORDINGS: dict[str, tuple[str, ...]] = {
    "notice": ("notice",),
    "safe": ("safe", "safe_again"),
    "right_now": ("right_now",),
    "help_lines": ("help_lines",),
    "human": ("human",),
}
_OF = {key: name for name, keys in RECORDINGS.items() for key in keys}


def of(keys: Iterable[str]) -> Iterator[str]:
    """The recordings of these texts, in their order."""
    return (_OF[key] for key in keys if key in _OF)
