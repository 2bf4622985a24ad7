"""Numbers as drawings and tables show them: counted in fives, "under 5" where there are fewer, times in one unit."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from desk.tongue import Tongue

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def count(tongue: Tongue, n: int | None) -> str:
    """A published count; none and fewer than five look the same."""
    return tongue.t("desk.few") if n is None else _decimal(n, tongue.language)


def lasting(tongue: Tongue, seconds: float | None) -> str:
    """How long, in the one unit that says it best."""
    if seconds is None:
        return "–"
    for unit, length in (("s", 1.0), ("min", MINUTE), ("h", HOUR)):
        if seconds < 2 * {"s": MINUTE, "min": HOUR, "h": DAY}[unit]:
            return tongue.t(f"desk.brief.{unit}", n=_short(seconds / length))
    return tongue.t("desk.brief.d", n=_short(seconds / DAY))


def tick(tongue: Tongue, seconds: float) -> str:
    """A round time: 1 min, 2 h, 1 d."""
    for unit, length in (("d", DAY), ("h", HOUR), ("min", MINUTE)):
        if seconds >= length:
            return tongue.t(f"desk.brief.{unit}", n=_short(seconds / length))
    return tongue.t("desk.brief.s", n=_short(seconds))


def percent(share: float | None) -> str:
    """A share of published counts, in whole percents."""
    return "–" if share is None else f"{round(100 * share)} %"


def day(tongue: Tongue, number: int, form: str = "d MMM yyyy") -> str:
    """A day by its number, such as the Monday of a week."""
    return format_date(date.fromordinal(number), form, locale=tongue.language)


@lru_cache(4096)
def _decimal(n: int, language: str) -> str:
    """Remembered: a page holds hundreds, and most of them many times over."""
    return format_decimal(n, locale=language)


def _short(value: float) -> str:
    return str(round(value))
