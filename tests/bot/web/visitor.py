"""Somebody at the page without a browser: reads its HTML, and sends its form as a browser would."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

import httpx

from flows.tokens import pressed, token

TAG = re.compile(r"<[^>]+>")
LINE = re.compile(r'<li id="m\d+" class="line (\w+)( past)?"[^>]*>(.*?)</li>', re.DOTALL)
PRESS = re.compile(r'name="press" value="(\w+)"[^>]*>(.*?)</button>', re.DOTALL)
ARRIVED = (
    ("front", "talk"),
    ("notice", "go_on"),
    ("safe", "yes"),
    ("for_whom", "me"),
    ("afraid_of", "partner"),
)


def plain(markup: str) -> str:
    return " ".join(html.unescape(TAG.sub(" ", markup)).split())


def hidden(page: str, name: str) -> str:
    found = re.findall(rf'type="hidden" name="{name}" value="([^"]*)"', page)
    return found[-1] if found else ""


@dataclass
class Visitor:
    client: httpx.AsyncClient
    page: str = ""
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    # --- what she does ------------------------------------------------------------------------------------------

    async def opens(self, **headers: str) -> Visitor:
        return self._sees(await self.client.get("/", headers=headers))

    async def presses(self, step: str, option: str) -> Visitor:
        return await self.sends(press=token(step, option))

    async def says(self, text: str) -> Visitor:
        return await self.sends(act="say", text=text)

    async def acts(self, what: str, **fields: str) -> Visitor:
        return await self.sends(act=what, **fields)

    async def sends(self, **fields: str) -> Visitor:
        return self._sees(await self.client.post("/", data=self.form() | fields))

    async def arrives(self, *more: tuple[str, str]) -> Visitor:
        if self.kind != "front":
            await self.opens()
        for step, option in (*ARRIVED, *more):
            await self.presses(step, option)
        return self

    # --- what she sees ------------------------------------------------------------------------------------------

    def form(self) -> dict[str, str]:
        found = {name: hidden(self.page, name) for name in ("nonce", "moment", "language")}
        return {name: value for name, value in found.items() if value}

    @property
    def kind(self) -> str:
        found = re.search(r'data-page="(\w+)"', self.page)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        return plain(self.page.partition("<main")[2])

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [(who, plain(said).partition(": ")[2]) for who, _, said in LINE.findall(self.page)]

    @property
    def buttons(self) -> set[tuple[str, str] | None]:
        return {pressed(value) for value, _ in PRESS.findall(self.page)}

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self.client.cookies)

    def _sees(self, answer: httpx.Response) -> Visitor:
        assert answer.status_code in (200, 204)
        self.answer, self.page = answer, answer.text or self.page
        return self
