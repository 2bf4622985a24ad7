"""Telegram as a channel: checks the token, listens by polling or webhook, sends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram.error import InvalidToken, TelegramError

from bot.channels import ChannelTrouble, ForGood, Passing, Sent
from bot.channels.telegram import hush, line, webhook
from bot.channels.telegram.cards import Cards
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.inbound import CHANNEL
from bot.channels.telegram.outbound import Outbound
from bot.channels.telegram.poll import Poll
from bot.channels.telegram.request import AiohttpRequest, proxy_for
from bot.channels.telegram.staff import Staff
from bot.channels.telegram.taking import Taking
from bot.channels.telegram.updates import ALLOWED
from flows.model import Blocked
from storage.settings import split_listen
from storage.turns import Arrival

if TYPE_CHECKING:
    from bot.work import Work
    from storage.outbox import Row

CONNECTIONS = 100  # that Telegram may open to the webhook at once
LOST = frozenset({"blocked", "deactivated"})  # she cannot be reached any more
_log = logging.getLogger(__name__)


class Telegram:
    """One bot. `bots`: the names under which the outbox holds what it sends: its own, and the staff group."""

    name = CHANNEL

    def __init__(self, work: Work) -> None:
        settings = work.settings
        hush.be_silent()
        token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
        self.work = work
        self.id = token.partition(":")[0]
        self.bots = frozenset({self.id, "staff"})
        self.request = AiohttpRequest(proxy=proxy_for(settings.telegram_api))
        self.bot = line.open_line(token, settings.telegram_api, self.request)
        self.cards = Cards(work, self.bot)
        self.outbound = Outbound(self.bot, settings.audio)
        self.fetching = Fetching(work, self.bot, self.request, self.id)
        staff = Staff(work, self.bot, self.cards)
        self.taking = Taking(work, self.bot, self.id, staff, fetch=self.fetching.kick)

    # --- listening ------------------------------------------------------------------------------------------

    async def check(self) -> None:
        """Raises ChannelTrouble for a refused token and a port in use. A server out of reach passes."""
        try:
            await self.bot.initialize()
        except InvalidToken:
            raise ChannelTrouble(
                "DREMPEL_TELEGRAM_TOKEN is refused by the Bot API server; for example"
                " DREMPEL_TELEGRAM_TOKEN=123456789:AAExampleExampleExampleExampleExample"
            ) from None
        except TelegramError as error:
            _log.error("Telegram cannot be reached now (%s); trying again", line.what(error))
        if self.work.settings.telegram_webhook_url:
            _check_port(self.work.settings.telegram_webhook_listen)

    async def listen(self) -> None:
        hush.be_silent()
        await self._connected()
        fetching = asyncio.create_task(self.fetching.run())
        try:
            if self.work.settings.telegram_webhook_url:
                await self._hooked()
            else:
                await Poll(self.bot, self.taking).run()
        finally:
            fetching.cancel()
            with suppress(asyncio.CancelledError):
                await fetching

    async def _connected(self) -> None:
        """Telegram out of reach at the start is no reason to give up."""
        failed = 0
        while True:
            try:
                return await self.bot.initialize()
            except TelegramError as error:
                if not failed:
                    _log.error("Telegram cannot be reached (%s); trying again", line.what(error))
                await asyncio.sleep(line.growing(failed))
                failed += 1

    async def _hooked(self) -> None:
        settings = self.work.settings
        secret = settings.telegram_webhook_secret.get_secret_value()
        app = webhook.Webhook(self.taking, settings.telegram_webhook_url, secret)
        server = webhook.listener(app, *split_listen(settings.telegram_webhook_listen))
        serving = asyncio.ensure_future(server.serve())
        try:
            await self._set_webhook(settings.telegram_webhook_url, secret)
            await asyncio.shield(serving)
        finally:
            server.should_exit = True  # requests that have begun are ended first
            with suppress(asyncio.CancelledError):
                await serving

    async def _set_webhook(self, url: str, secret: str) -> None:
        failed = 0
        while True:
            try:
                hook = {"url": url, "secret_token": secret, "max_connections": CONNECTIONS}
                kinds = list(ALLOWED)
                await self.bot.call("setWebhook", **hook, allowed_updates=kinds, drop_pending_updates=False)
                break
            except TelegramError as error:
                _log.error("Telegram does not take the webhook (%s); trying again", line.what(error))
                await asyncio.sleep(line.wait_after(error, failed, red=False))
                failed += 1

    # --- sending --------------------------------------------------------------------------------------------

    async def send(self, row: Row) -> Sent | Passing | ForGood:
        if row.bot == "staff":
            return await self.cards.send(row, self.outbound)
        result = await self.outbound.send(row)
        if isinstance(result, ForGood) and result.why in LOST:
            await self._lost(row)
        return result

    async def _lost(self, row: Row) -> None:
        """She blocked us, and no update told so: nothing more is sent, staff see it."""
        arrival = Arrival(CHANNEL, self.id, row.address, Blocked(self.outbound.clock()), "")
        with contextlib.suppress(Exception):  # the row's own trouble tells staff in any case
            await asyncio.wrap_future(self.work.writer.take(arrival, self.work.house()))

    async def close(self) -> None:
        await self.request.shutdown()


def _check_port(listen: str) -> None:
    host, port = split_listen(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ChannelTrouble(
                f"DREMPEL_TELEGRAM_WEBHOOK_LISTEN={listen}: {error.strerror}; for example"
                " DREMPEL_TELEGRAM_WEBHOOK_LISTEN=127.0.0.1:8002"
            ) from None
