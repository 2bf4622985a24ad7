"""Opaque, stable names for buttons: callback data is seen in client logs and exports (domain.md 3.2)."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

from flows.intake import INTAKE
from flows.model import Flow
from flows.words import EVERYWHERE


@cache
def token(step: str, option: str) -> str:
    """Ten characters that say nothing and stay the same in every version that keeps step and option."""
    return blake2b(f"{step}.{option}".encode(), digest_size=5).hexdigest()


def table(flow: Flow) -> dict[str, tuple[str, str]]:
    """Token to (step, option), for every button of a flow. Raises ValueError where two are the same."""
    pairs = [(step.name, option.code) for step in flow.steps for option in step.options]
    pairs += [("", option) for option in EVERYWHERE]
    found = {token(step, option): (step, option) for step, option in pairs}
    if len(found) != len(pairs):
        raise ValueError("two buttons have the same token: rename one of the options")
    return found


_PRESSED = table(INTAKE)


def pressed(data: str) -> tuple[str, str] | None:
    """Which step and option a token stands for; None for one that no flow of ours made."""
    return _PRESSED.get(data)
