"""The bot's public texts:  python -m bot face. What anyone sees of it before a word is said is the guide.

Only what reads otherwise than it should is set, for Telegram lets a bot change its name but a few times a day.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram import hush, line
from bot.channels.telegram.request import AiohttpRequest, proxy_for
from flows import words
from flows.tongues import LANGUAGES, known
from storage.settings import Settings

DEFAULT = ""  # for whoever uses a language that is not ours: Dutch
COMMANDS = ("start", "language")
LONGEST_WAIT = 600.0  # seconds; where Telegram asks for more, somebody has to come back later
# The Bot API's own names and limits, in characters.
TEXTS = {
    "name": ("Name", 64, "page.title"),
    "short_description": ("ShortDescription", 120, "face.line"),
    "description": ("Description", 512, "front"),
}


@dataclass(frozen=True, slots=True)
class Public:
    """One text. `what`: name, short_description, description or commands; `value`: as the Bot API takes it."""

    what: str
    language: str
    value: Any

    @property
    def asks(self) -> str:
        return "getMy" + (TEXTS[self.what][0] if self.what in TEXTS else "Commands")

    @property
    def sets(self) -> str:
        return "setMy" + self.asks.removeprefix("getMy")

    @property
    def shown(self) -> str:
        return self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False)


def public(languages: Sequence[str] = LANGUAGES) -> Iterator[Public]:
    """All of them, in every language that is on and in none."""
    for language in (DEFAULT, *languages):
        spoken = known(language or "nl")
        for what, (_, _, key) in TEXTS.items():
            yield Public(what, language, words.text(spoken, key))
        told = [{"command": name, "description": words.text(spoken, f"face.{name}")} for name in COMMANDS]
        yield Public("commands", language, told)


async def put_on(
    call: Callable[..., Awaitable[Any]],
    wanted: Sequence[Public],
    tell: Callable[[str], None] = print,
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> int:
    """Sets what reads otherwise; how many were set. Raises TelegramError."""
    changed = 0
    for number, one in enumerate(wanted, 1):
        about = f"{number}/{len(wanted)} {one.what} {one.language or 'default'}"
        if await _patiently(call, wait, tell, one.asks, language_code=one.language) == _answer(one):
            tell(f"{about}: as it is")
            continue
        await _patiently(call, wait, tell, one.sets, language_code=one.language, **{one.what: one.value})
        changed += 1
        tell(f"{about}: set")
    return changed


def _answer(one: Public) -> Any:
    return {one.what: one.value} if one.what in TEXTS else one.value


async def _patiently(
    call: Callable[..., Awaitable[Any]],
    wait: Callable[[float], Awaitable[None]],
    tell: Callable[[str], None],
    method: str,
    **parameters: Any,
) -> Any:
    while True:
        try:
            return await call(method, **parameters)
        except RetryAfter as error:
            seconds = line.wait_after(error, 0, red=False)
            if seconds > LONGEST_WAIT:
                raise
            tell(f"Telegram asks to wait {seconds:.0f} seconds")
            await wait(seconds)


def main(arguments: Sequence[str], settings: Settings) -> int:
    """0; 1 where Telegram refused, and it can be run again; 2 without a token."""
    parser = argparse.ArgumentParser(prog="python -m bot face", description=__doc__)
    parser.add_argument("--show", action="store_true", help="print them; nothing is set")
    chosen = parser.parse_args(arguments)
    wanted = list(public())
    if chosen.show:
        for one in wanted:
            print(f"{one.what} {one.language or 'default'}: {one.shown}")
        return 0
    if settings.telegram_token is None:
        print("DREMPEL_TELEGRAM_TOKEN is not set: there is no bot to dress")
        return 2
    hush.be_silent()
    return asyncio.run(_dress(settings, wanted))


async def _dress(settings: Settings, wanted: Sequence[Public]) -> int:
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    request = AiohttpRequest(proxy=proxy_for(settings.telegram_api))
    bot = line.open_line(token, settings.telegram_api, request)
    await request.initialize()
    try:
        changed = await put_on(bot.call, wanted)
    except TelegramError as error:
        print(f"Telegram did not take it ({line.what(error)}); run it again, it goes on from here")
        return 1
    finally:
        await request.shutdown()
    print(f"{changed} of {len(wanted)} set")
    return 0
