"""What holds for every answer of the desk and of the page, and strangers who ask for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import schemathesis
from httpx import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

# One table for both. `None`: must be there, with a value of its own.
HEADERS: dict[str, str | None] = {
    "cache-control": "no-store",
    "content-security-policy": None,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": None,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": None,
    "x-robots-tag": None,
}
TRANSPORT = "max-age=63072000; includeSubDomains"
# What a policy may never hold, and what it must begin or end with.
LOOSE = ("unsafe-inline", "unsafe-eval", "data:", "blob:", "http:", "https:", "*")
# A server's own words, none of which may reach anybody.
INSIDE = ("Traceback", "sqlalchemy", 'File "/', "site-packages", "Internal Server Error")


def holds(answer: Response, *, tls: bool = False, cached: bool = False) -> None:
    """`cached`: a file that is the same for everybody may be kept, if it is asked for anew."""
    for name, value in HEADERS.items():
        found = answer.headers.get(name, "")
        if name == "cache-control" and cached:
            assert "no-cache" in found or "no-store" in found, (name, found)
            continue
        assert found if value is None else found == value, (name, found)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy
    assert not [word for word in LOOSE if word in policy]
    assert ("strict-transport-security" in answer.headers) == tls
    if tls:
        assert answer.headers["strict-transport-security"] == TRANSPORT
    assert answer.status_code < 500, answer.status_code
    assert not [word for word in INSIDE if word in answer.text]


Asked = Callable[[str, str, dict[str, Any], dict[str, str]], None]


def strangers_ask(spec: dict[str, Any], ask: Asked, known: dict[str, str], examples: int) -> Iterator[str]:
    """Asks every route of an OpenAPI description with what fits it and what does not: method, path, query, form.

    `known`: values that are there, for the names in a path: half of the time they take the place of made-up ones.
    """
    for found in schemathesis.openapi.from_dict(spec).get_all_operations():
        route = found.ok()
        kinds = [route.as_strategy(generation_mode=mode) for mode in _kinds(route)]

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.one_of(kinds), st.booleans())
        def one(case: Any, is_known: bool) -> None:
            if is_known:
                case.path_parameters.update(
                    {name: known[name] for name in case.path_parameters if name in known}
                )
            body = case.body if isinstance(case.body, dict) else {}
            ask(
                case.method,
                case.formatted_path,
                dict(case.query or {}),
                {_text(k): _text(v) for k, v in body.items()},
            )

        one()
        yield route.label


def _kinds(route: Any) -> list[GenerationMode]:
    """What does not fit can only be made where something is asked for."""
    has_input = bool(route.body) or bool(list(route.iter_parameters()))
    return [GenerationMode.POSITIVE, GenerationMode.NEGATIVE] if has_input else [GenerationMode.POSITIVE]


def _text(value: Any) -> str:
    """As a form can carry it: no half of a character."""
    text = value if isinstance(value, str) else repr(value)
    return text.encode("utf-8", "replace").decode()
