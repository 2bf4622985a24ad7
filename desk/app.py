"""The desk: what it is made of. A new page is a function in a module of its own and a line here."""

from __future__ import annotations

from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from desk import (
    access,
    account,
    board,
    case,
    deeds,
    export,
    figures,
    flow,
    glass,
    house,
    kept,
    live,
    logs,
    metrics,
    passkeys,
    people,
    placing,
    rota,
    second,
    shelters,
    signing,
    whatif,
)
from desk.gate import Gate, add_headers, with_token
from desk.pages import trouble
from desk.room import Room
from desk.trials import Trials
from desk.watcher import Watcher
from storage import demo, views
from storage.settings import Settings
from storage.settled import settled
from storage.store import Store

STATIC = Path(__file__).parent / "static"


def make_app(store: Store, settings: Settings) -> FastAPI:
    """The desk over this store."""
    watcher = Watcher(lambda: views.changes(store))
    token = settings.metrics_token.get_secret_value()
    room = Room(store, settings.timezone, settled(store, settings), demo.is_demo(store), watcher, token)
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(with_token)],
        exception_handlers={
            HTTPException: _refused,
            422: _malformed,
            OverflowError: _missing,  # a number larger than SQLite counts
            Exception: _broken,
        },
    )
    app.state.room = room
    app.state.trials = Trials(settings.drafts, settings.database_url)
    pages = (
        signing,
        second,
        board,
        case,
        glass,
        kept,
        deeds,
        placing,
        live,
        shelters,
        house,
        rota,
        account,
        passkeys,
        people,
    )
    reviewing = (access, logs, export, figures, flow, metrics, whatif)
    for page in (*pages, *reviewing):
        app.include_router(page.router)
    app.add_api_route("/robots.txt", _robots, methods=["GET"])
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Gate, room=room)
    return app


def _robots() -> PlainTextResponse:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _refused(request: Request, error: Exception) -> Response:
    return trouble(request, getattr(error, "status_code", 500))


async def _malformed(request: Request, _error: Exception) -> Response:
    """A form that no page of ours sends: nothing of it is shown back."""
    return trouble(request, 400)


async def _missing(request: Request, _error: Exception) -> Response:
    """A number in an address that no row can have."""
    return trouble(request, 404)


async def _broken(request: Request, _error: Exception) -> Response:
    """Answered by the server's outermost layer, past the Gate: this answer brings its headers itself."""
    try:
        answer: Response = trouble(request, 500)
    except Exception:  # noqa: BLE001 - it may be the pages themselves that broke
        answer = PlainTextResponse("Er ging iets mis. Something went wrong.", 500)
    add_headers(answer.headers, request.scope)
    return answer
