"""Return codes: eight signs that can be read out and written down, in two groups."""

from __future__ import annotations

import secrets

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks or sounds like another: no i, l, o, 0, 1
LENGTH = 8


def new() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def shown(code: str) -> str:
    half = LENGTH // 2
    return f"{code[:half]} {code[half:]}"


def typed(text: str) -> str:
    """The code that was typed, however it was written; "" for what is none."""
    code = "".join(text.split()).replace("-", "").casefold()
    return code if len(code) == LENGTH and set(code) <= set(SIGNS) else ""
