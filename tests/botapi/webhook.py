"""Delivery of updates to a webhook: in order in each lane, several lanes at once, again until it is taken."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from .errors import bad
from .params import Params
from .updates import Updates

LONGEST_DELAY = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Webhook:
    """The webhook of the bot. ``unit`` is the length of Telegram's second between two tries."""

    def __init__(self, updates: Updates, now: Callable[[], float], unit: float) -> None:
        self.updates = updates
        self.now = now
        self.unit = unit
        self.answer_seconds = 60.0
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        self.last_error: tuple[int, str] | None = None
        self.tries = 0
        self.on_answer: Callable[[str, dict[str, Any]], None] = lambda method, params: None
        self._slots = asyncio.Semaphore(40)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    def set(self, params: Params) -> str:
        """setWebhook and, without an address, deleteWebhook; answers Telegram's remark."""
        url = params.text("url")
        secret = params.text("secret_token")
        if url:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise bad("bad webhook: invalid webhook URL specified")
        if len(secret) > 256:
            raise bad("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad("secret token contains unallowed characters")
        self.updates.remember_allowed(params)
        same = url == self.url and secret == self.secret
        had = bool(self.url)
        if params.flag("drop_pending_updates"):
            self.updates.clear()
        self.url, self.secret = url, secret
        self.max_connections = params.integer("max_connections", 40, 1, 100)
        self.updates.webhook_set = bool(url)
        self.last_error = None if not same else self.last_error
        self._slots = asyncio.Semaphore(self.max_connections)
        self._stop_lanes()
        if url:
            self.updates.end_poll_for_webhook()
            self.kick()
            return "Webhook is already set" if same else "Webhook was set"
        return "Webhook was deleted" if had else "Webhook is already deleted"

    def info(self) -> dict[str, Any]:
        """getWebhookInfo."""
        self.updates.expire()
        out: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
        }
        if self.url:
            out["max_connections"] = self.max_connections
            out["ip_address"] = "127.0.0.1"
            if self.last_error is not None:
                out["last_error_date"], out["last_error_message"] = self.last_error
        if self.updates.allowed:
            out["allowed_updates"] = self.updates.allowed
        return out

    def kick(self) -> None:
        """Starts a runner for each lane that has none. Called in the server's loop."""
        if not self.url:
            return
        for lane in self.updates.lanes:
            if lane not in self._running:
                self._running[lane] = asyncio.create_task(self._run(lane))

    def _stop_lanes(self) -> None:
        for task in self._running.values():
            task.cancel()
        self._running.clear()

    async def close(self) -> None:
        """Ends every delivery."""
        tasks = list(self._running.values())
        self._stop_lanes()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _run(self, lane: int) -> None:
        delay, fails = 1.0, 0
        while queue := self.updates.lanes.get(lane):
            head = queue[0]
            if head.expires < self.now():
                self.updates.delivered(head)
                self.updates.dropped += 1
                continue
            async with self._slots:
                head.handed += 1
                error, wait = await self._post(head.body)
            if not error:
                self.updates.delivered(head)
                delay, fails = 1.0, 0
                continue
            self.last_error = (int(self.now()), error)
            # The first failure is tried again at once, then after 2, 4, 8 … seconds.
            if not wait and fails:
                wait = delay = min(LONGEST_DELAY, delay * 2)
            fails += 1
            await asyncio.sleep(wait * self.unit)
        self._running.pop(lane, None)

    async def _post(self, body: bytes) -> tuple[str, float]:
        """One try: the error ('' when taken) and the seconds that a Retry-After asks for."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET_HEADER] = self.secret
        self.tries += 1
        try:
            async with self._session.post(
                self.url, data=body, headers=headers, timeout=aiohttp.ClientTimeout(total=self.answer_seconds)
            ) as response:
                answer = await response.read()
                if 200 <= response.status <= 299:
                    self._obey(answer)
                    return "", 0.0
                after = response.headers.get("Retry-After", "")
                wait = min(float(after), 3600.0) if after.isdigit() else 0.0
                return f"Wrong response from the webhook: {response.status} {response.reason}", wait
        except TimeoutError:
            return "Read timeout expired", 0.0
        except aiohttp.ClientConnectorError:
            return "Connection refused", 0.0
        except aiohttp.ClientError:
            return "Webhook connection closed", 0.0

    def _obey(self, answer: bytes) -> None:
        """A method that the answer of a webhook carries is carried out; its result reaches nobody."""
        if not answer.startswith(b"{"):
            return
        try:
            order = json.loads(answer)
        except ValueError:
            return
        method = str(order.pop("method", "")).lower()
        if method and not method.startswith("get") and method not in ("setwebhook", "deletewebhook"):
            self.on_answer(method, order)
