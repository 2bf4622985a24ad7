"""What the tests of this server share: who is in them, a keyboard, a question, a webhook."""

from __future__ import annotations

from typing import Any

import aiohttp
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from tests.botapi import BotApi

HER = 1001
TEAM = -500
KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Ja", callback_data="a:1")], [InlineKeyboardButton("Nee", callback_data="a:2")]]
)


async def ask(http: aiohttp.ClientSession, api: BotApi, method: str, **body: Any) -> dict[str, Any]:
    async with http.post(f"{api.base_url}{api.token}/{method}", json=body) as response:
        answer: dict[str, Any] = await response.json()
        assert answer["ok"] == (response.status == 200)
        assert answer.get("error_code", 200) == response.status
        return answer


class Hook:
    """A webhook that answers what a test wants and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: set[str | None] = set()
        self.answers: list[web.Response] = []
        self.shut: set[int] = set()  # the people whose updates are refused
        self.url = ""

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.got.append(await request.json())
        if self.got[-1].get("message", {}).get("chat", {}).get("id") in self.shut:
            return web.Response(status=503)
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]
