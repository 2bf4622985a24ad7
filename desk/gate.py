"""Everything is closed unless it stands in OPEN. Who has no session gets no further than the page to sign in."""

from __future__ import annotations

import asyncio
import hmac
import time
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.room import Room, Visit, visit
from storage import staff
from storage.staff import Session

# metrics asks for a token of its own
OPEN = frozenset({"/sign-in", "/sign-in/passkey", "/robots.txt", "/metrics"})
OPEN_FOLDER = "/static/"
# Before the second step is done, only these.
SECOND = frozenset({"/second", "/second/set-up", "/sign-out", "/language"})
# With a password that somebody else gave, only these.
FIRST = frozenset({"/password", "/sign-out", "/language"})
# A page that refreshes itself is nothing that anybody did: it keeps no session alive.
BACKGROUND = "/parts"
# Nor do these, but they go on when nobody has done anything for long: a board on a wall shows no word of hers, and
# signing out is always possible.
UNWATCHED = frozenset({"/board", "/board/rows", "/live", "/sign-out"})
SESSION, BEFORE = "desk", "desk_before"
LARGEST = 64 * 1024  # bytes of a form

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, noarchive",
}
_BOUNCE = '<!doctype html><meta charset="utf-8"><title>Drempel</title><meta http-equiv="refresh" content="0">'


class Gate:
    """Around every page: headers on every answer, no request from elsewhere, a session for whatever is closed.

    What breaks, here or behind it, is answered outside of this: desk.app.
    """

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self._app = app
        self._room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            raise RuntimeError("the desk has no web sockets")
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message), scope)
            await send(message)

        refused = await self._refuse(scope)
        await (refused or self._app)(scope, receive, with_headers)
        return None

    async def _refuse(self, scope: Scope) -> Response | None:
        """What is answered instead of the page; None to go on."""
        headers, path = Headers(scope=scope), scope["path"]
        if scope["method"] not in ("GET", "HEAD") and (wrong := _wrong(headers)):
            return PlainTextResponse(wrong[1], wrong[0])
        if path in OPEN or path.startswith(OPEN_FOLDER):
            return None
        found = await self._session(scope, headers, path)
        if found is None:
            return _to("/sign-in", scope, headers)
        if not self._room.admits(found):
            scope.setdefault("state", {})["session"] = found
            return None if path in SECOND else _to("/second", scope, headers)
        if found.member.must_change and path not in FIRST:
            return _to("/password", scope, headers)
        scope.setdefault("state", {})["session"] = found
        return None

    async def _session(self, scope: Scope, headers: Headers, path: str) -> Session | None:
        token = cookie(headers.get("cookie", ""), cookie_name(SESSION, scope["scheme"]))
        if not token:
            return None
        idle = path in UNWATCHED
        use = not idle and not path.endswith(BACKGROUND)
        return await asyncio.to_thread(
            staff.session, self._room.store, token, time.time(), use=use, idle=idle
        )


def _wrong(headers: Headers) -> tuple[int, str] | None:
    """Why a form is not taken: sent from another site, or larger than any form of ours."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in (None, "same-origin", "none"):
        return 403, "not from here"
    # Browsers say "null" for the forms of a page that tells no referrer; then the token decides alone.
    if origin not in (None, "null") and urlsplit(origin).netloc != headers.get("host"):
        return 403, "not from here"
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "how long?"
    return (413, "too long") if int(length) > LARGEST else None


def _to(path: str, scope: Scope, headers: Headers) -> Response:
    if headers.get("hx-request"):  # htmx would put the page into the middle of this one
        return Response(status_code=401, headers={"HX-Redirect": path})
    if path == "/sign-in" and headers.get("sec-fetch-site") == "cross-site" and scope["method"] == "GET":
        # Coming from a link elsewhere, the browser keeps the strict cookie back: asking once more brings it along.
        return HTMLResponse(_BOUNCE)
    if headers.get("accept", "").startswith("text/event-stream"):
        return PlainTextResponse("sign in", 401)
    return RedirectResponse(path, 303)


def add_headers(headers: MutableHeaders, scope: Scope) -> None:
    """What every answer tells the browser; what the answer says itself about one of them stays."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scope["path"].startswith(
        OPEN_FOLDER
    ):  # the same for everyone: asked for anew, sent only when it changed
        headers["Cache-Control"] = "private, no-cache"
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"


# --- cookies -----------------------------------------------------------------------------------------------


def cookie_name(name: str, scheme: str) -> str:
    """Over TLS a cookie is bound to this very host; without it (on one's own machine) that name is refused."""
    return f"__Host-{name}" if scheme == "https" else name


def cookie(header: str, name: str) -> str:
    return cookie_parser(header).get(name, "")


def cookie_of(request: Request, name: str) -> str:
    return cookie(request.headers.get("cookie", ""), cookie_name(name, request.url.scheme))


def before(request: Request) -> str:
    """What ties the page to sign in to this browser, while nobody is signed in."""
    return cookie_of(request, BEFORE)


def set_cookie(response: Response, request: Request, name: str, value: str) -> None:
    scheme = request.url.scheme
    response.set_cookie(
        cookie_name(name, scheme), value, path="/", secure=scheme == "https", httponly=True, samesite="strict"
    )


def drop_cookie(response: Response, request: Request, name: str) -> None:
    scheme = request.url.scheme
    response.delete_cookie(
        cookie_name(name, scheme), path="/", secure=scheme == "https", httponly=True, samesite="strict"
    )


# --- forms and roles ---------------------------------------------------------------------------------------


async def with_token(request: Request) -> None:
    """A dependency of every route: a form must carry the token of its session (or of its page to sign in)."""
    if request.method in ("GET", "HEAD"):
        return
    session: Session | None = getattr(request.state, "session", None)
    wanted = session.csrf if session is not None else before(request)
    sent = str((await request.form()).get("csrf", ""))
    if not wanted or not hmac.compare_digest(wanted.encode(), sent.encode()):
        raise HTTPException(403, "token")


def sees_cases(asking: Annotated[Visit, Depends(visit)]) -> Visit:
    if not asking.who.sees_cases:
        raise HTTPException(403, "role")
    return asking


def places(asking: Annotated[Visit, Depends(visit)]) -> Visit:
    if not asking.who.places:
        raise HTTPException(403, "role")
    return asking


def keeps_shelters(asking: Annotated[Visit, Depends(visit)]) -> Visit:
    if not asking.who.keeps_shelters:
        raise HTTPException(403, "role")
    return asking


def works_at_house(asking: Annotated[Visit, Depends(visit)]) -> Visit:
    if "house" not in asking.who.roles:
        raise HTTPException(403, "role")
    return asking


def manages_rota(asking: Annotated[Visit, Depends(visit)]) -> Visit:
    if not asking.who.roles & {"supervisor", "admin"}:
        raise HTTPException(403, "role")
    return asking


def supervises(asking: Annotated[Visit, Depends(visit)]) -> Visit:
    if not asking.who.supervises:
        raise HTTPException(403, "role")
    return asking


def manages_people(asking: Annotated[Visit, Depends(visit)]) -> Visit:
    if "admin" not in asking.who.roles:
        raise HTTPException(403, "role")
    return asking
