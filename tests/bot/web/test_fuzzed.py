"""Strangers at the page: its one form with anything in it, and addresses that are not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.channels.web.form import Form
from tests import edges
from tests.bot.web.conftest import Shelter

ACTS = ("press", "say", "leave", "code", "reopen", "")
FIELDS: dict[str, dict[str, Any]] = {
    "act": {"type": "string", "enum": list(ACTS)},
    "moment": {"type": "integer"},
    "version": {"type": "integer"},
    "language": {"type": "string", "enum": ["nl", "ar", "ti", "xx"]},
}
FORM = {
    "type": "object",
    "properties": {name: FIELDS.get(name, {"type": "string"}) for name in Form.__dataclass_fields__},
}
TEXT = {"type": "string"}
SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "the page", "version": "1"},
    "paths": {
        "/": {
            "get": {"responses": {}},
            "post": {
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": FORM}}},
                "responses": {},
            },
        },
        "/messages": {"get": {"parameters": [{"name": "v", "in": "query", "schema": TEXT}], "responses": {}}},
        "/{anywhere}": {
            "get": {
                "parameters": [{"name": "anywhere", "in": "path", "required": True, "schema": TEXT}],
                "responses": {},
            }
        },
        "/audio/{language}/{name}.ogg": {
            "get": {
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": TEXT}
                    for name in ("language", "name")
                ],
                "responses": {},
            }
        },
    },
}


def test_whatever_is_sent_the_page_answers_as_a_page(app: Starlette, shelter: Shelter) -> None:
    """No crash, no word from inside, every header; nothing that was sent stands in an address."""
    loop = asyncio.new_event_loop()
    way = httpx.ASGITransport(app=app, client=("192.0.2.1", 50000))
    client = httpx.AsyncClient(transport=way, base_url="http://guide.test")
    seen: set[int] = set()

    def ask(method: str, path: str, query: dict[str, Any], form: dict[str, str]) -> None:
        sending = client.request(method, path, params=query, data=form if method == "POST" else None)
        answer = loop.run_until_complete(sending)
        edges.holds(answer)
        assert "location" not in answer.headers
        seen.add(answer.status_code)

    try:
        asked = list(edges.strangers_ask(SPEC, ask, {"language": "nl"}, 60))
        assert len(asked) == 5
        assert seen >= {200, 404}
    finally:
        loop.run_until_complete(client.aclose())
        loop.close()


async def test_over_tls_the_browser_is_told_to_keep_to_it(new_visitor: Callable[..., Any]) -> None:
    """The same as at the desk, for what is there and what is not."""
    client = new_visitor(base="https://guide.test").client
    for path in ("/", "/messages", "/nothing-here", "/static/page.css"):
        edges.holds(await client.get(path), tls=True)
