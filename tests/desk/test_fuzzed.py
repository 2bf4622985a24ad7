"""Strangers at the desk: every route, with whatever its description allows and what it does not."""

from __future__ import annotations

from fastapi import FastAPI

from storage.store import Store
from tests import edges
from tests.desk.conftest import Browser, Opens, People
from tests.storage.her import Her, handoff_of

ENDLESS = frozenset({"/live"})  # a stream
LEAVING = frozenset({"/sign-out"})
EXAMPLES = 12


def spec_of(desk: FastAPI) -> dict:
    spec = desk.openapi()
    spec["paths"] = {path: one for path, one in spec["paths"].items() if path not in ENDLESS | LEAVING}
    return spec


def test_whatever_is_asked_the_desk_answers_in_words(
    desk: FastAPI, opens: Opens, people: People, store: Store
) -> None:
    """No crash, no word from inside, every header, for somebody with every role and for nobody at all."""
    her = Her(store)
    her.walks("talk")
    her.is_in_danger()
    people.hire("everything", "worker", "placement", "supervisor", "admin", "house")
    inside, nobody = opens("everything"), opens()
    known = {"handoff_id": str(handoff_of(store, her.intake_id).id), "person": people.mo, "number": "1"}
    statuses: set[int] = set()

    def ask(method: str, path: str, query: dict, form: dict[str, str]) -> None:
        for browser in (inside, nobody):
            answer = _sent(browser, method, path, query, form)
            edges.holds(answer, cached=path.startswith("/static"))
            statuses.add(answer.status_code)
            if browser is inside and answer.headers.get("location") == "/sign-in":
                browser.sign_in("everything")
                browser.get("/account")

    asked = list(edges.strangers_ask(spec_of(desk), ask, known, EXAMPLES))
    assert len(asked) > 60
    assert statuses >= {200, 303, 403, 404, 409}  # they came further than the door


def _sent(browser: Browser, method: str, path: str, query: dict, form: dict[str, str]):
    data = {**form, "csrf": browser.token} if method != "GET" else None
    return browser.client.request(method, path, params=query, data=data)


def test_over_tls_the_browser_is_told_to_keep_to_it(opens: Opens) -> None:
    """Two years, with all names below: the same at the desk and at the page."""
    for path in ("/sign-in", "/nothing-here", "/static/desk.css"):
        answer = opens(base_url="https://desk").get(path)
        edges.holds(answer, tls=True, cached=path.startswith("/static"))
