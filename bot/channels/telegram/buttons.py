"""What stands behind a button: a token that says nothing, and when it was shown. At most 64 bytes."""

from __future__ import annotations

from flows.tokens import pressed, token

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
AGAIN = ("", "again")  # asks the open question once more: what a button counts as that no flow of ours made


def answer(step: str, option: str, moment: int) -> str:
    """The data of one button under a message."""
    return f"{token(step, option)}:{base36(moment)}"


def answered(data: str) -> tuple[str, str, int]:
    """Step, option and moment. Unknown data counts as `again`: an old button gets a humane answer too."""
    name, _, moment = data.partition(":")
    step, option = pressed(name) or AGAIN
    return step, option, from_base36(moment)


def uncover(row_id: int) -> str:
    """The data of the one button under a cover text."""
    return f"o{base36(row_id)}"


def uncovered(data: str) -> int | None:
    """Which outbox row a cover text's button stands for; None for any other button."""
    if data[:1] != "o" or ":" in data:
        return None
    row_id = from_base36(data[1:])
    return row_id if row_id >= 0 else None


def take(handoff_id: int) -> str:
    """The data of the button on a staff card."""
    return f"k{base36(handoff_id)}"


def taken(data: str) -> int | None:
    if data[:1] != "k" or ":" in data:
        return None
    handoff_id = from_base36(data[1:])
    return handoff_id if handoff_id >= 0 else None


def count(shelter_id: int, empty: int) -> str:
    """The data of a button by which a house says how many of its beds stand empty."""
    return f"b{base36(shelter_id)}.{base36(empty)}"


def counted(data: str) -> tuple[int, int] | None:
    """Which house, and how many beds; None for any other button."""
    house, _, empty = data[1:].partition(".")
    found = from_base36(house), from_base36(empty)
    return found if data[:1] == "b" and min(found) >= 0 else None


def base36(number: int) -> str:
    if number < 0:
        return ""
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
        if not number:
            return digits


def from_base36(digits: str) -> int:
    """-1 for what is no number."""
    try:
        return int(digits, 36) if digits.isalnum() and len(digits) <= 12 else -1
    except ValueError:
        return -1
