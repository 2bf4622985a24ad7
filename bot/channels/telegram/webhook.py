"""The webhook: 200 once the turn is committed, 503 while the store is away, so that Telegram comes again.

A plain ASGI application: what it needs of HTTP is one path, one header and a body.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from bot.channels.telegram.answers import Answers
from bot.channels.telegram.taking import Taking

LARGEST = 256 * 1024  # bytes; an update is a few thousand
SECRET = b"x-telegram-bot-api-secret-token"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_NO_BODY = [(b"content-length", b"0")]


class Webhook:
    """Takes one update a request."""

    def __init__(self, taking: Taking, url: str, secret: str) -> None:
        self.taking = taking
        self.answers = Answers(taking.bot)
        self.path = urlsplit(url).path or "/"
        self._secret = secret.encode()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return None
        refused = self._refused(scope)
        if refused:
            return await _answer(send, refused)
        raw = await _body(receive)
        if raw is None:
            return await _answer(send, 413)
        outcome = await self.taking.take(raw)
        if not outcome.committed:
            return await _answer(send, 503)
        if outcome.press:
            self.answers.give(outcome.press)
        return await _answer(send, 200)

    def _refused(self, scope: MutableMapping[str, Any]) -> int:
        """The status of a request that is not Telegram's; 0 for one that is."""
        if scope["path"] != self.path:
            return 404
        if scope["method"] != "POST":
            return 405
        given = length = b""
        for name, value in scope["headers"]:
            if name == SECRET:
                given = value
            elif name == b"content-length":
                length = value
        if not hmac.compare_digest(given, self._secret):
            return 403
        return 413 if length.isdigit() and int(length) > LARGEST else 0


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large, or the caller is gone."""
    part = await receive()
    raw: bytes = part.get("body", b"")
    while part.get("more_body"):
        if len(raw) > LARGEST:
            return None
        part = await receive()
        raw += part.get("body", b"")
    return None if len(raw) > LARGEST or part["type"] == "http.disconnect" else raw


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _NO_BODY})
    await send({"type": "http.response.body"})


class Listener(uvicorn.Server):
    """uvicorn inside a running program: signals are not its affair."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def listener(app: Webhook, host: str, port: int) -> Listener:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        backlog=1024,
        timeout_graceful_shutdown=5,
    )
    return Listener(config)
