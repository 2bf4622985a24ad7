"""Who is on duty now, as the conversation may know it: read again every few seconds, not at every turn."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from flows.model import House
from storage import staff
from storage.settled import settled

if TYPE_CHECKING:
    from storage.settings import Settings
    from storage.store import Store

FRESH = 2.0
_log = logging.getLogger(__name__)


def keeper(store: Store, settings: Settings, clock: Callable[[], float] = time.time) -> Callable[[], House]:
    """A function that gives the house as it is; with the store away, as it was last. From any thread."""
    as_set = settled(store, settings)
    known: tuple[float, House] = (0.0, as_set)

    def house() -> House:
        nonlocal known
        now = clock()
        if not 0 <= now - known[0] < FRESH:
            try:
                known = now, staff.house(store, now, as_set)
            except Exception as error:  # noqa: BLE001 - a turn must not fail for want of the rota
                _log.error("the rota cannot be read: %s", type(error).__name__)
                known = now, known[1]
        return known[1]

    return house
