"""What a certificate is about, as two hashes: the code and data that decide, and the words of an emergency."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flows import words
from flows.tongues import LANGUAGES

FLOWS = Path(__file__).parent.parent
# Told apart by what decides: drawings, commands, what-if and the catalogues themselves decide nothing.
BESIDE = frozenset({"__main__.py", "chart.py", "processes.py"})
ROOMS_BESIDE = frozenset({"whatif", "words", "__pycache__"})
DECIDES = frozenset({".py", ".toml"})
# What she reads when it matters most. A correction of any other text leaves the certificate as it is.
EMERGENCY = (
    "beats.", "told.", "last_resort", "nobody_on_duty", "left", "help_lines", "line.", "human", "news.unanswered",
    "cannot_write", "right_now", "button.danger_now", "button.leave", "button.human", "button.help_lines",
)  # fmt: skip


@cache
def of_flow() -> str:
    """Over every file that decides anything; a comment counts too, which costs one more check and spares a parser."""
    found = hashlib.blake2b(digest_size=16)
    for path in _files():
        found.update(path.relative_to(FLOWS).as_posix().encode() + b"\0")
        found.update(hashlib.blake2b(path.read_bytes(), digest_size=16).digest())
    return found.hexdigest()


def _files() -> Iterator[Path]:
    for path in sorted(FLOWS.rglob("*")):
        inside = path.relative_to(FLOWS).parts
        beside = inside[0] in ROOMS_BESIDE or "__pycache__" in inside or path.name in BESIDE
        if path.suffix in DECIDES and not beside:
            yield path


@cache
def of_words() -> str:
    """Over the emergency texts of every language, with their variants."""
    found = hashlib.blake2b(digest_size=16)
    for language in sorted(LANGUAGES):
        for key, said in sorted(words.catalogue(language).items()):
            if key.startswith(EMERGENCY):
                found.update(f"{language}\0{key}\0{said}\0".encode())
    return found.hexdigest()
