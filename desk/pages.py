"""Templates: every value is escaped, a name that is missing is an error, nothing is cached by the browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.room import Room, Visit
from desk.tongue import Tongue
from flows.tongues import STAFF_LANGUAGES, known

FOLDER = Path(__file__).parent / "templates"


@cache
def templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(asking: Visit, template: str, **values: Any) -> str:
    return (
        templates()
        .get_template(template)
        .render(
            t=asking.tongue.t,
            tongue=asking.tongue,
            language=asking.tongue.language,
            languages=STAFF_LANGUAGES,
            who=asking.who,
            csrf=asking.session.csrf,
            now=asking.now,
            demo=asking.room.demo,
            inside=asking.inside,
            **values,
        )
    )


def show(asking: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(render(asking, template, **values), status)


def outside(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for somebody who is not signed in, in the browser's language if it is one of ours."""
    room: Room = request.app.state.room
    asked = request.headers.get("accept-language", "nl").split(",")[0].split(";")[0]
    tongue = Tongue(known(asked or "nl", STAFF_LANGUAGES), room.timezone)
    page = (
        templates()
        .get_template(template)
        .render(t=tongue.t, tongue=tongue, language=tongue.language, who=None, demo=room.demo, **values)
    )
    return HTMLResponse(page, status)


def trouble(request: Request, status: int) -> HTMLResponse:
    """A page that says what is wrong, in words; nothing that was sent is shown back."""
    key = {403: "forbidden", 404: "missing", 405: "missing", 400: "malformed"}.get(status, "broken")
    return outside(request, "trouble.html", status, key=f"desk.trouble.{key}")
