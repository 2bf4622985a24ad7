"""The parameters of one request, read as Telegram reads them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from .errors import bad

_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0", ""})


async def read(request: web.BaseRequest) -> dict[str, Any]:
    """Query string, JSON, urlencoded or multipart body, all as one mapping."""
    found: dict[str, Any] = {}
    if request.query_string:
        found.update(parse_qsl(request.query_string, keep_blank_values=True))
    if request.method != "POST" or not request.can_read_body:
        return found
    kind = request.content_type
    if kind == "multipart/form-data":
        for name, value in (await request.post()).items():
            found[name] = value if isinstance(value, str) else getattr(value, "filename", "")
        return found
    body = await request.read()
    if kind == "application/json":
        try:
            sent = json.loads(body)
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(sent, dict):
            raise bad("can't parse JSON object")
        found.update((name, value) for name, value in sent.items() if value is not None)
    elif kind == "application/x-www-form-urlencoded":
        found.update(parse_qsl(body.decode(), keep_blank_values=True))
    return found


class Params:
    """Typed access to the parameters of one call.

    Telegram ignores names it does not know and reads a wrong flag as false; such things are kept in ``odd``,
    so that a test can see a misspelt parameter that the real server would swallow.
    """

    __slots__ = ("odd", "raw")

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.odd: list[str] = []

    def has(self, name: str) -> bool:
        """Whether the parameter is there and not empty."""
        return self.raw.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A string; numbers are taken as their digits, as Telegram does."""
        value = self.raw.get(name, "")
        if type(value) is str:
            return value
        if isinstance(value, bool | dict | list):
            raise bad(f'field "{name}" must be of type String')
        return str(value)

    def integer(self, name: str, default: int, low: int | None = None, high: int | None = None) -> int:
        """A whole number, moved into its range; what is no number counts as the default."""
        value = self.raw.get(name)
        if type(value) is not int:
            if value is None or value == "":
                return default
            try:
                value = int(str(value))
            except ValueError:
                self.odd.append(f"{name} is no number")
                return default
        if low is not None and value < low:
            return low
        if high is not None and value > high:
            return high
        return value

    def flag(self, name: str) -> bool:
        """True for true, yes and 1."""
        value = self.raw.get(name)
        if value is None or value is False:
            return False
        if value is True:
            return True
        word = str(value).lower()
        if word not in _TRUE and word not in _FALSE:
            self.odd.append(f"{name} is no flag")
        return word in _TRUE

    def json(self, name: str, complaint: str) -> Any:
        """A nested value, as an object of a JSON body or as JSON text; None when absent."""
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise bad(complaint) from None
        return value

    def array(self, name: str, complaint: str) -> list[Any] | None:
        """A nested list; None when absent."""
        value = self.json(name, complaint)
        if value is not None and not isinstance(value, list):
            raise bad(complaint)
        return value
