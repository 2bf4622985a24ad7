"""The bot as a process of its own:  python -m bot. It listens on every channel until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Awaitable, Callable

import uvloop

from bot import duty
from bot.alerts import Alerts
from bot.channels import Channel, ChannelTrouble, make_channels
from bot.channels.telegram import face
from bot.ear import Ear
from bot.sender import Sender, senders
from bot.ticker import Ticker
from bot.work import Work
from flows import words
from flows.proof.certificate import WHAT_TO_DO
from storage import discreet, guidebook, releases
from storage.settings import Settings
from storage.store import Store, StoreTrouble, open_store
from storage.writer import Writer

BEGIN_AGAIN = 5.0  # seconds after which a part that has broken is begun again
_log = logging.getLogger("bot")


class Bell:
    """Wakes the sender, which is made after the channels that ring."""

    def __init__(self) -> None:
        self.rings: Callable[[], None] = lambda: None

    def ring(self) -> None:
        self.rings()


def main() -> int:
    settings = Settings.load()
    try:
        words.lay_over(guidebook.texts(settings.guide))
    except guidebook.GuideTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    if sys.argv[1:2] == ["face"]:
        return face.main(sys.argv[2:], settings)
    discreet.begin(settings)
    try:
        store = open_store(settings)
        releases.admit(store, time.time())
    except StoreTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    if not store.certified:
        _log.error("this release was never proven: it only says the last-resort words (%s)", WHAT_TO_DO)
    writer = Writer(store)
    try:
        return uvloop.run(_live(settings, store, writer))
    except ChannelTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    finally:
        writer.close()  # what was submitted is written first
        store.close()


async def _live(settings: Settings, store: Store, writer: Writer) -> int:
    """Everything at once, until Ctrl-C or SIGTERM. Raises ChannelTrouble before anything has begun."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    bell = Bell()
    work = Work(store, writer, settings, duty.keeper(store, settings), bell.ring, Ear(store))
    channels = make_channels(work)
    try:
        for channel in channels.values():
            await channel.check()
        alerts = Alerts(work)
        sender = Sender(store, writer, senders(channels, alerts))
        bell.rings = sender.kick
        await _until(told, channels, sender, Ticker(work, alerts))
    finally:
        for channel in channels.values():
            with contextlib.suppress(Exception):
                await channel.close()
        work.ear.close()
    return 0


async def _until(told: asyncio.Event, channels: dict[str, Channel], sender: Sender, ticker: Ticker) -> None:
    """She is no longer listened to first; then what is still to be sent is ended."""
    listening = [_kept(name, channel.listen) for name, channel in channels.items()]
    beside = [_kept("sender", sender.run), _kept("ticker", ticker.run)]
    _log.info("listening: %s", ", ".join(channels))
    await told.wait()
    _log.info("ending")
    for tasks in (listening, beside):
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _kept(name: str, run: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    """Runs until it is cancelled: a part that breaks is begun again, and the others never notice."""

    async def forever() -> None:
        while True:
            try:
                await run()
                _log.error("%s ended by itself", name)
            except Exception:  # noqa: BLE001 - whatever broke in it, it is begun again
                _log.exception("%s has broken", name)
            await asyncio.sleep(BEGIN_AGAIN)

    return asyncio.create_task(forever(), name=name)


if __name__ == "__main__":
    sys.exit(main())
