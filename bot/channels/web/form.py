"""What a page sends us: a few short fields and her words, at most so much of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request

# 4,096 characters of Tigrinya take nine bytes each on the way, since each byte is written as %XX.
LONGEST_BODY = 48 * 1024
MOST_FIELDS = 20


class TooLong(Exception):
    """More than a page of ours sends."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of our one form. `nonce` names the page: what is sent twice from one page counts once."""

    act: str = ""
    press: str = ""
    text: str = ""
    nonce: str = ""
    moment: int = -1
    version: int = -1
    language: str = ""
    choose_language: str = ""
    code: str = ""


async def read(request: Request) -> Form:
    """Raises TooLong."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise TooLong
    try:
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return Form()
    fields = {name: values[-1] for name, values in found.items()}
    return Form(
        act=fields.get("act", ""),
        press=fields.get("press", ""),
        text=fields.get("text", "").replace("\r\n", "\n").replace("\x00", "").strip(),
        nonce=fields.get("nonce", "")[:64],
        moment=_number(fields.get("moment", "")),
        version=_number(fields.get("version", "")),
        language=fields.get("language", ""),
        choose_language=fields.get("choose_language", ""),
        code=fields.get("code", "")[:64],
    )


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
