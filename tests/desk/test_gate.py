"""Everything is closed unless it stands in one list; every answer says what the browser must not do with it."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from desk import gate
from storage import staff
from storage.store import Store
from tests.desk.conftest import Browser, Opens, People
from tests.storage.her import Her


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Every route, also those that stand in a router of their own."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)
        else:
            yield route


def closed_routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path that is not in the list of open ones."""
    for route in routes_of(app.routes):
        if isinstance(route, Mount):
            assert route.path + "/" == gate.OPEN_FOLDER
            continue
        assert isinstance(route, APIRoute), route
        if route.path in gate.OPEN:
            continue
        path = route.path_format
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", "1")
        yield from ((method, path) for method in route.methods)


@pytest.mark.parametrize("address", ["/case/99999999999999999999", "/case/1/file/99999999999999999999"])
def test_a_number_that_no_row_can_have_is_a_page_that_is_not_there(sanne: Browser, address: str) -> None:
    """Larger than a database counts: it is answered as any other case or house that is not there."""
    assert sanne.get(address).status_code == 404


def test_every_route_is_closed_without_a_session(desk: FastAPI, outside: Browser) -> None:
    """Without signing in every method and path outside the open list leads to the sign-in, whatever it is for."""
    routes = list(closed_routes(desk))
    assert len(routes) > 30
    for method, path in routes:
        answer = outside.client.request(method, path, content=b"" if method == "POST" else None)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/sign-in"), (method, path)


def test_what_is_open_is_this_and_no_more(desk: FastAPI) -> None:
    """Only the sign-in, robots.txt and the metrics with their own token are open, and all are there."""
    paths = {route.path for route in routes_of(desk.routes) if isinstance(route, APIRoute)}
    assert frozenset({"/sign-in", "/sign-in/passkey", "/robots.txt", "/metrics"}) == gate.OPEN
    assert paths >= gate.OPEN


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/nothing/here", "/static/%2e%2e/app.py"]
)
def test_what_does_not_exist_is_closed_too(outside: Browser, path: str) -> None:
    """No schema, no documentation and no file outside the static folder can be read without signing in."""
    assert outside.get(path).status_code in (303, 404)


def test_every_post_needs_the_token_of_its_session(desk: FastAPI, sanne: Browser) -> None:
    """Each form without a token or with a made-up one is refused, and refusing it does not end the session."""
    for method, path in closed_routes(desk):
        if method == "POST":
            for token in ("", "0" * 64):
                answer = sanne.client.request("POST", path, data={"csrf": token})
                assert answer.status_code == 403, path
    assert sanne.get("/account").status_code == 200  # and none of them signed her out


def test_the_token_of_another_session_does_not_count(
    desk: FastAPI, sanne: Browser, mo: Browser, her: Her
) -> None:
    """A colleague's token does not let a form through: the case stays untaken."""
    sanne.token = mo.token
    assert sanne.post("/case/1/do", deed="take").status_code == 403
    assert her.intake.handoff is not None
    assert her.intake.handoff.by == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://desk.evil.example"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_the_token(
    sanne: Browser, her: Her, headers: dict[str, str]
) -> None:
    """A form that the browser says comes from another site, or a neighbour of ours, takes no case."""
    answer = sanne.client.request(
        "POST", "/case/1/do", data={"csrf": sanne.token, "deed": "take"}, headers=headers
    )
    assert answer.status_code == 403
    assert her.intake.handoff is not None
    assert her.intake.handoff.by == ""


def test_a_form_of_our_own_goes_through(sanne: Browser, her: Her) -> None:
    """A page without referrer sends the origin null; that counts as ours when the browser says same-origin."""
    headers = {
        "origin": "null",
        "sec-fetch-site": "same-origin",
    }  # what a browser sends for a page without referrer
    answer = sanne.client.request(
        "POST", "/case/1/do", data={"csrf": sanne.token, "deed": "take"}, headers=headers
    )
    assert answer.status_code == 303
    assert her.intake.handoff is not None
    assert her.intake.handoff.by != ""


def test_a_form_larger_than_any_of_ours_is_refused(sanne: Browser) -> None:
    """Too large is refused, and so is a body that does not say how large it is."""
    answer = sanne.post("/case/1/write", text="x" * 70_000)
    assert answer.status_code == 413

    async def in_pieces() -> AsyncIterator[bytes]:
        yield b"text=x"

    unknown = sanne.client.request("POST", "/case/1/write", content=in_pieces())
    assert unknown.status_code == 411


def test_headers_stand_on_every_answer(sanne: Browser, outside: Browser, her: Her) -> None:
    """Pages, redirects, refusals and errors alike are not stored, framed or referred, and run nothing inline."""
    assert her.intake_id
    answers = [
        outside.get("/sign-in"),
        outside.get("/"),
        outside.get("/static/desk.css"),
        sanne.get("/"),
        sanne.get("/case/1"),
        sanne.get("/case/999"),
        sanne.post("/case/1/do", deed="nonsense"),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        still = "private, no-cache" if "/static/" in str(answer.url) else "no-store"
        assert answer.headers["cache-control"] == still
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"


BREAKS = ("storage.views.open_handoffs", "storage.staff.session")  # a page, and the gate before it


@pytest.mark.parametrize("breaks", BREAKS)
def test_what_breaks_is_a_page_in_words_with_every_header(
    sanne: Browser, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    """A page that raises, or the gate itself, is answered in words, with all headers and nothing of the error."""
    sanne.client.forgive()
    monkeypatch.setattr(breaks, raises)
    answer = sanne.get("/", **{"accept-language": "nl"})
    assert answer.status_code == 500
    assert "Er ging iets mis." in answer.text
    assert "deur" not in answer.text
    assert {name: answer.headers.get(name) for name in gate.HEADERS} == gate.HEADERS


def raises(*_given: object, **_more: object) -> None:
    raise ValueError("hij staat voor de deur")


def test_when_pages_cannot_be_drawn_there_are_words_and_headers(
    sanne: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the templates gone, one line in words comes with the same headers."""
    sanne.client.forgive()
    monkeypatch.setattr("desk.pages.templates", raises)
    answer = sanne.get("/")
    assert (answer.status_code, answer.text) == (500, "Er ging iets mis. Something went wrong.")
    assert answer.headers["content-security-policy"] == gate.HEADERS["Content-Security-Policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_pages_carry_nothing_inline_and_nothing_from_elsewhere(sanne: Browser, her: Her) -> None:
    """No page has inline style or script, nor an address of another site to load from."""
    assert her.intake_id
    for path in ("/", "/case/1", "/rota", "/account", "/password"):
        text = sanne.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick" not in text
        assert "<script>" not in text
        assert "//" not in text.replace("ntfys://", "").replace("mailto://", "").replace("<!doctype", "")


def test_the_cookie_is_kept_from_scripts_and_other_sites(people: People, outside: Browser) -> None:
    """The session's cookie is HttpOnly and strictly same-site."""
    assert people.sanne
    cookie = next(c for c in outside.sign_in("sanne").headers.get_list("set-cookie") if c.startswith("desk="))
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_over_tls_the_cookie_is_bound_to_the_host(opens: Opens, people: People) -> None:
    """Over https the cookie's name holds it to this host, it is secure, and the browser is told to keep to https."""
    assert people.sanne
    browser = opens(base_url="https://desk")
    answer = browser.sign_in("sanne")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-desk="))
    assert "Secure" in cookie
    assert "strict-transport-security" in answer.headers
    assert browser.get("/").status_code == 200


def test_signing_in_needs_the_token_of_its_own_page(people: People, outside: Browser) -> None:
    """A sign-in form with a made-up token is refused before any password is looked at."""
    assert people.sanne
    outside.get("/sign-in")
    outside.token = "0" * 64
    assert outside.post("/sign-in", login="sanne", password="x").status_code == 403


def test_a_wrong_password_and_an_unknown_name_look_the_same(people: People, outside: Browser) -> None:
    """Also when it is tried again and again: the same pages, the same waits; names cannot be found by trying."""
    assert people.sanne
    seen = []
    for login in ("sanne", "nobody"):
        answers = [outside.sign_in(login, "wrong") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [403, 403, 403, 429, 429]
        texts = [answer.text.replace(login, "").replace(outside.token, "") for answer in answers]
        seen.append([re.sub(r'\d+|data-passkey="[^"]*"', "", text) for text in texts])
    assert seen[0] == seen[1]


def test_too_many_wrong_passwords_say_when_to_try_again(people: People, outside: Browser) -> None:
    """After three wrong ones the right password waits as well, and the page says for how long."""
    assert people.sanne
    for _ in range(3):
        outside.sign_in("sanne", "wrong")
    answer = outside.sign_in("sanne")
    assert answer.status_code == 429
    assert re.search(r"Probeer het over \W*\d+\W* seconden weer", answer.text)


def test_signing_out_ends_the_session_on_the_server(opens: Opens, sanne: Browser) -> None:
    """The cookie of a session that was signed out opens nothing in another browser."""
    token = sanne.client.cookies["desk"]
    assert sanne.post("/sign-out").status_code == 303
    again = opens()
    again.client.cookies.set("desk", token)
    assert again.get("/").headers["location"] == "/sign-in"


def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many minutes pass."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return lambda minutes: now.__setitem__(0, now[0] + minutes * 60)


def test_an_idle_page_signs_out_though_it_refreshes_itself(
    sanne: Browser, her: Her, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refreshing a case does not count as use: after sixteen minutes the sign-in comes, and says why."""
    assert her.intake_id
    passes = later(monkeypatch)
    for _ in range(4):
        sanne.get("/case/1/parts", **{"HX-Request": "true"})
        passes(4)
    answer = sanne.get("/case/1/parts", **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"], answer.text) == (401, "/sign-in", "")
    assert "een kwartier waarin je niets deed" in sanne.get("/sign-in").text


def test_what_somebody_does_keeps_the_session(
    sanne: Browser, her: Her, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening pages and typing, each within a quarter of an hour of the last, go on for hours."""
    assert her.intake_id
    passes = later(monkeypatch)
    for path in ("/case/1", "/here", "/", "/account", "/here", "/case/1"):
        passes(14)
        assert sanne.get(path).status_code in (200, 204), path


def test_a_board_shows_on_and_opens_nothing(
    sanne: Browser, her: Her, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board that nobody touches is live for hours, and whatever else is asked from there leads to the sign-in."""
    assert her.intake_id
    passes = later(monkeypatch)
    for _ in range(60):
        passes(10)
        assert sanne.get("/board/rows", **{"HX-Request": "true"}).status_code == 200
        assert sanne.get("/board").status_code == 200
    for path in ("/", "/case/1", "/case/1/parts", "/here", "/account", "/places", "/rota"):
        assert sanne.get(path).headers.get("location") == "/sign-in", path
    for path in ("/case/1/do", "/trouble/1/clear", "/language"):
        assert sanne.post(path, deed="take", to="en").headers.get("location") == "/sign-in", path
    assert her.intake.handoff is not None
    assert her.intake.handoff.by == ""
    passes(121)
    assert sanne.get("/board/rows").headers["location"] == "/sign-in"


def test_a_board_stays_when_a_colleague_signs_in(
    opens: Opens, sanne: Browser, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clearing away what is over spares the board on the wall."""
    later(monkeypatch)(20)
    opens("mo")
    assert sanne.get("/board/rows").status_code == 200


def test_nothing_makes_an_idle_session_young_again(
    sanne: Browser, her: Her, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the board nor a refused signing out is a use; signing out from an idle board ends what was left."""
    assert her.intake_id
    later(monkeypatch)(16)
    assert sanne.client.request("POST", "/sign-out", data={"csrf": "0" * 64}).status_code == 403
    sanne.get("/board")
    assert sanne.get("/case/1").headers["location"] == "/sign-in"
    assert sanne.post("/sign-out").status_code == 303
    assert "een kwartier" not in sanne.get("/sign-in").text
    assert sanne.get("/board").headers["location"] == "/sign-in"


def test_a_link_from_elsewhere_asks_once_more_with_the_cookie(
    sanne: Browser, outside: Browser, her: Her
) -> None:
    """A link in a mail gets a page that asks again, for a strict cookie is not sent the first time."""
    assert her.intake_id
    bounced = outside.get("/case/1", **{"Sec-Fetch-Site": "cross-site"})
    assert bounced.status_code == 200
    assert 'http-equiv="refresh"' in bounced.text
    assert outside.get("/case/1", **{"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert sanne.get("/case/1", **{"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_with_a_given_password_only_changing_it_is_possible(
    opens: Opens, store: Store, people: People
) -> None:
    """Everything leads to the password page until a new one is set: long enough, typed alike twice, not the old."""
    assert people.sanne
    _, given = staff.add(store, "eva", "Eva", ["worker"], time.time())
    eva = opens()
    eva.sign_in("eva", given)
    for path in ("/", "/case/1", "/rota", "/account", "/live"):
        assert eva.get(path).headers["location"] == "/password", path
    eva.get("/password")
    assert eva.post("/password", old=given, new="kort", again="kort").status_code == 409
    new = "een heel eigen zin"
    assert eva.post("/password", old=given, new=new, again=new + "!").status_code == 409
    assert eva.post("/password", old="wrong", new=new, again=new).status_code == 403
    assert eva.post("/password", old=given, new=given, again=given).status_code == 409
    assert eva.post("/password", old=given, new=new, again=new).headers["location"] == "/"
    assert eva.get("/").status_code == 200


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_the_language_switch_leads_nowhere_else(sanne: Browser, back: str) -> None:
    """An address of another site to go back to is ignored, and the language changes all the same."""
    answer = sanne.post("/language", to="en", back=back)
    assert answer.headers["location"] == "/"
    assert 'lang="en"' in sanne.get("/").text
