"""What every part of the bot is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.model import House

if TYPE_CHECKING:
    from bot.ear import Ear
    from storage.settings import Settings
    from storage.store import Store
    from storage.writer import Writer


@dataclass(frozen=True)
class Work:
    """The open store and its one writer, the settings, who is on duty now, how to wake the sender, who listens.

    `kick`: something may be waiting in the outbox; it may be called from any thread, as often as one likes.
    """

    store: Store
    writer: Writer
    settings: Settings
    house: Callable[[], House]
    kick: Callable[[], None]
    ear: Ear
