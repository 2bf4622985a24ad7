"""The messaging apps and pages on which she can write, one folder each, and what all of them have in common.

A new channel is a folder here and a line in CHANNELS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.work import Work
    from storage import outbox
    from storage.settings import Settings


@dataclass(frozen=True)
class Sent:
    """It arrived; `message_id` is what the messenger calls it from now on."""

    message_id: str | None


@dataclass(frozen=True)
class Passing:
    """Not now: try again at `retry_at`. `whole_bot`: nothing else would get through before that either."""

    retry_at: float
    why: str
    whole_bot: bool = False


@dataclass(frozen=True)
class ForGood:
    """It will never arrive, and staff have to know."""

    why: str


class ChannelTrouble(Exception):
    """A channel cannot work as it is set up; the words are one line for a person."""


class Channel(Protocol):
    """What each channel does: it listens, and sends what was saved to be sent."""

    name: str

    async def check(self) -> None:
        """Raises ChannelTrouble where listening cannot work: a port in use, a token that is refused."""

    async def listen(self) -> None:
        """Takes in what she does, until it is cancelled; a turn that has begun is ended first."""

    async def send(self, row: outbox.Row) -> Sent | Passing | ForGood: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Kind:
    """One line of the table: when a channel is wanted, and where its class stands; Work is what it gets."""

    wanted: Callable[[Settings], bool]
    stands: str  # module:class, imported only when it is wanted


CHANNELS: dict[str, Kind] = {
    "web": Kind(lambda _settings: True, "bot.channels.web.channel:Web"),
    "telegram": Kind(lambda s: s.telegram_token is not None, "bot.channels.telegram.channel:Telegram"),
}


def make_channels(work: Work) -> dict[str, Channel]:
    """The channels that the settings ask for, by name; what they need is imported here and not before."""
    made: dict[str, Channel] = {}
    for name, kind in CHANNELS.items():
        if kind.wanted(work.settings):
            module, _, made_by = kind.stands.partition(":")
            made[name] = getattr(import_module(module), made_by)(work)
    return made
