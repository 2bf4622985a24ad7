"""The web chat as an ASGI application: one address, GET for the first look, POST for everything she does."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import lastresort
from bot.channels.web import form
from bot.channels.web.acts import Acts
from bot.channels.web.drawing import Drawing
from bot.channels.web.headers import CLEAR, CLEAR_ALL, FRAME, Headers, put_on
from bot.channels.web.markup import AUDIO
from bot.channels.web.outcome import LEFT, SAME, Outcome
from storage import recordings

if TYPE_CHECKING:
    from bot.work import Work

STATIC = {"page.css": "text/css", "plain.css": "text/css", "page.js": "text/javascript"}
COOKIE = "s"
GONE = "g"  # set by the page's script for a few seconds when she leaves: what comes next is the front


class Page:
    """The handlers. A person's address is looked at for the budget alone, and never kept or logged."""

    def __init__(self, work: Work) -> None:
        self._acts = Acts(work)
        self._draw = Drawing(work)
        self._house = work.house
        self._own_host = urlsplit(work.settings.chat_address)

    async def look(self, request: Request) -> Response:
        if GONE in request.cookies:
            return self._answer(request, LEFT, {})
        return self._answer(request, await self._acts.open(self._cookie(request)), {})

    async def act(self, request: Request) -> Response:
        if _from_elsewhere(request):
            return self._answer(request, Outcome("front"), {})
        try:
            sent = await form.read(request)
        except form.TooLong:
            shown = await self._acts.open(self._cookie(request))
            return self._answer(request, shown, {"note": "page.too_long"})
        language = sent.language if sent.language in self._house().languages else self._guessed(request)
        address = request.client.host if request.client else ""
        outcome = await self._acts.did(sent, self._cookie(request), address, language)
        if outcome is SAME:
            return Response(status_code=204)
        return self._answer(request, outcome, {"language": outcome.language or language, "nonce": sent.nonce})

    async def frame(self, request: Request) -> Response:
        """The messages, for a page without JavaScript: it asks for itself again every ten seconds."""
        view = await self._acts.newer(self._cookie(request))
        asked = request.query_params.get("v", "")
        return _html(self._draw.frame(view, self._guessed(request), asked))

    async def broken(self, request: Request, _error: Exception) -> Response:
        """Answered by the server's outermost layer, past Headers: this answer brings its headers itself."""
        answer = self._last(request)
        put_on(answer.headers, request.scope)
        return answer

    def _last(self, request: Request) -> Response:
        """On her page as after any failure; elsewhere, or where even that breaks, the bare words."""
        language = "nl"
        with suppress(Exception):  # the numbers come, whatever it is that broke
            language = self._guessed(request)
            if request.url.path == "/":
                return self._answer(request, Outcome("last"), {})
        return PlainTextResponse(lastresort.text(language), 500)

    def _answer(self, request: Request, outcome: Outcome, more: dict[str, str]) -> Response:
        language = more.get("language") or self._guessed(request)
        note = outcome.note or more.get("note", "")
        # After a failure the same page is sent again, so that what did arrive counts once.
        nonce = more.get("nonce", "") if outcome.what == "last" else ""
        if outcome.what == "file" and outcome.kept is not None:
            return _file(self._draw.file(outcome.kept))
        response = _html(self._draw.page(outcome, language, note, nonce or secrets.token_urlsafe(18)))
        name, secure = self._cookie_name(request)
        if outcome.secret and outcome.what == "talk":
            response.set_cookie(
                name, outcome.secret, path="/", secure=secure, httponly=True, samesite="strict"
            )
        elif outcome.what == "left":
            response.set_cookie(
                name, "", max_age=0, path="/", secure=secure, httponly=True, samesite="strict"
            )
            response.headers["clear-site-data"] = CLEAR_ALL if secure else CLEAR
        return response

    def _guessed(self, request: Request) -> str:
        """The first language of her browser that is on."""
        on = self._house().languages
        asked = request.headers.get("accept-language", "").split(",")
        short = (part.split(";")[0].strip().lower().split("-")[0] for part in asked)
        return next((language for language in short if language in on), on[0])

    def _cookie(self, request: Request) -> str:
        return request.cookies.get(self._cookie_name(request)[0], "")[:64]

    def _cookie_name(self, request: Request) -> tuple[str, bool]:
        """Behind https the name itself makes the browser hold it to this very host."""
        ours = self._own_host
        secure = request.url.scheme == "https" or (
            ours.scheme == "https" and request.url.hostname == ours.hostname
        )
        return (f"__Host-{COOKIE}" if secure else COOKIE), secure


def _from_elsewhere(request: Request) -> bool:
    """Whether another site's page sent this form."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def _html(body: str) -> Response:
    return Response(body, media_type="text/html")


def _file(text: str) -> Response:
    """Its name says nothing."""
    headers = {"content-disposition": 'attachment; filename="notes.txt"'}
    return PlainTextResponse(text, headers=headers)


def _static(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    body = (files("bot.channels.web") / "static" / name).read_bytes()

    async def serve(_request: Request) -> Response:
        return Response(body, media_type=kind)

    return serve


def _recording(folder: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        file = recordings.path(folder, request.path_params["language"], request.path_params["name"])
        return Response(status_code=404) if file is None else FileResponse(file, media_type="audio/ogg")

    return serve


async def _nothing(_request: Request) -> Response:
    return Response(status_code=204)


async def _robots(_request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


def make_app(work: Work) -> Starlette:
    page = Page(work)
    routes = [
        Route("/", page.look, methods=["GET"]),
        Route("/", page.act, methods=["POST"]),
        Route(FRAME, page.frame, methods=["GET"]),
        Route(f"{AUDIO}/{{language}}/{{name}}.ogg", _recording(work.settings.audio)),
        Route("/favicon.ico", _nothing),
        Route("/robots.txt", _robots),
        *(Route(f"/static/{name}", _static(name, kind)) for name, kind in STATIC.items()),
    ]
    return Starlette(
        routes=routes, middleware=[Middleware(Headers)], exception_handlers={Exception: page.broken}
    )
