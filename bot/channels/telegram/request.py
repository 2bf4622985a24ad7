"""PTB's way to the network, over one aiohttp session: with many requests in flight far faster than over httpx."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import msgspec
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
AT_ONCE = 128  # connections; more would only wait at Telegram's own limits
_JSON = {"Content-Type": "application/json"}
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class NotSent(NetworkError):
    """No connection was made: Telegram never saw the request."""


def proxy_for(address: str) -> str | None:
    """The proxy that the usual variables name for this address. Asked once: aiohttp would ask at each request."""
    parts = urlsplit(address)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


class TooLarge(TelegramError):
    """More bytes than are taken in."""


class NotThere(TelegramError):
    """The server has no such file."""


class AiohttpRequest(BaseRequest):
    """One session for all that a bot asks. No error of it carries an address: the token stands in that."""

    __slots__ = ("_answer_seconds", "_proxy", "_session")

    def __init__(self, answer_seconds: float = ANSWER_SECONDS, proxy: str | None = None) -> None:
        self._answer_seconds = answer_seconds
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._answer_seconds

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=AT_ONCE, keepalive_timeout=60, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(
                connector=connector, proxy=self._proxy, cookie_jar=aiohttp.DummyCookieJar()
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        seconds = self._answer_seconds if isinstance(read_timeout, DefaultValue) else read_timeout
        body, headers = _body(request_data)
        if self._session is None:
            raise NotSent("not connected yet")
        waits = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=waits
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except TimeoutError as error:
            raise TimedOut(type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    async def fetch(self, url: str, seconds: float, most: int) -> bytes:
        """A file of at most `most` bytes. Raises TooLarge, NotThere, and for what passes NetworkError."""
        if self._session is None:
            raise NotSent("not connected yet")
        waits = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
        try:
            async with self._session.get(url, timeout=waits) as answer:
                if answer.status in (400, 403, 404, 410):
                    raise NotThere(str(answer.status))
                if answer.status != 200:
                    raise NetworkError(str(answer.status))
                return await _at_most(answer, most)
        except TimeoutError as error:
            raise TimedOut(type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """As PTB's, faster, and a broken answer is not written into a log."""
        try:
            return _decode(payload)
        except msgspec.DecodeError:
            raise TelegramError("the server's answer is no JSON") from None


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData, dict[str, str] | None]:
    """JSON; with a file in it, a form."""
    if data is None or not data.contains_files:
        return _encode(data.parameters) if data else b"", _JSON
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, None


async def _at_most(answer: aiohttp.ClientResponse, most: int) -> bytes:
    raw = bytearray()
    async for part in answer.content.iter_chunked(64 * 1024):
        raw += part
        if len(raw) > most:
            raise TooLarge(str(most))
    return bytes(raw)
