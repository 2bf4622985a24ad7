"""Numbers as drawings and tables show them: counted in fives, "under 5" where there are fewer, times in one unit."""

from __future__ import annotations

from babel.numbers import format_decimal

from desk.tongue import Tongue

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def count(tongue: Tongue, n: int | None) -> str:
    """A published count; none and fewer than five look the same."""
    return tongue.t("desk.few") if n is None else format_decimal(n, locale=tongue.language)


def lasting(tongue: Tongue, seconds: float | None) -> str:
    """How long, in the one unit that says it best."""
    if seconds is None:
        return "–"
    for unit, length in (("s", 1.0), ("min", MINUTE), ("h", HOUR)):
        if seconds < 2 * {"s": MINUTE, "min": HOUR, "h": DAY}[unit]:
            return tongue.t(f"desk.brief.{unit}", n=_short(seconds / length))
    return tongue.t("desk.brief.d", n=_short(seconds / DAY))


def percent(part: int | None, whole: int | None) -> str:
    """Of published counts only, in whole percents."""
    return "–" if part is None or not whole else f"{min(round(100 * part / whole), 100)} %"


def _short(value: float) -> str:
    return str(round(value))
