"""The page as it is: harmless at first, at one address, and nothing of it is kept."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.web.acts import Acts
from bot.channels.web.app import Page
from flows import words
from tests.bot.web.visitor import Visitor

ROUTES = ("/", "/messages", "/static/page.css", "/static/page.js", "/favicon.ico", "/robots.txt", "/none")


async def test_a_fresh_visitor_sees_a_guide_and_nothing_is_written(her: Visitor, shelter) -> None:
    """Before the first press the page names no violence or help, sets no cookie and leaves nothing in the store."""
    await her.opens()
    assert her.kind == "front"
    assert words.text("nl", "front.coffee") in her.text
    for telling in ("geweld", "gevaar", "opvang", "veilig", "partner", "hulp"):
        assert telling not in her.page.casefold()
    assert her.cookies == {}
    assert shelter.intake_ids == []


async def test_the_title_is_the_same_on_every_page(her: Visitor) -> None:
    """The tab's title is the same harmless one before and during the conversation."""
    await her.opens()
    title = her.page.partition("<title>")[2].partition("<")[0]
    await her.arrives()
    assert her.page.partition("<title>")[2].partition("<")[0] == title == words.text("nl", "page.title")


@pytest.mark.parametrize("path", ROUTES)
async def test_every_answer_asks_to_be_forgotten(her: Visitor, path: str) -> None:
    """Page, styles, script, unknown paths: nothing is cached, referred, framed from elsewhere or run inline."""
    headers = (await her.client.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "noindex" in headers["x-robots-tag"]
    assert "geolocation=()" in headers["permissions-policy"]
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert ("frame-ancestors 'self'" if path == "/messages" else "frame-ancestors 'none'") in policy


@pytest.mark.parametrize("path", ["/", "/messages"])
async def test_what_breaks_is_answered_with_the_last_resort_words(
    app: Starlette, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Her page stays a page, whatever raises; the numbers are there, the headers too, and nothing of the error."""
    monkeypatch.setattr(Acts, "open", _raises)
    monkeypatch.setattr(Acts, "newer", _raises)
    way = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=way, base_url="https://guide.test") as client:
        answer = await client.get(path, headers={"accept-language": "en"})
        as_ever = (await client.get("/static/page.css")).headers
    assert answer.status_code == (200 if path == "/" else 500)
    assert "112" in answer.text
    assert "deur" not in answer.text
    assert "Internal Server Error" not in answer.text
    same = set(as_ever) - {"content-length", "content-type", "content-security-policy", "x-frame-options"}
    assert {name: answer.headers.get(name) for name in same} == {name: as_ever[name] for name in same}
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "x-frame-options" in answer.headers


async def test_with_nothing_left_to_draw_the_bare_numbers_come(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when what answers a failure fails itself: 112, in words, with every header."""
    monkeypatch.setattr(Acts, "open", _raises)
    monkeypatch.setattr(Page, "_answer", _raises)
    way = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=way, base_url="https://guide.test") as client:
        answer = await client.get("/")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "112" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def _raises(*_given: object, **_more: object) -> None:
    raise RuntimeError("hij staat voor de deur")


async def test_nothing_comes_from_elsewhere_and_nothing_is_written_into_the_page(her: Visitor) -> None:
    """The page of a conversation holds no address of another site, no inline script and no inline style."""
    await her.arrives()
    for part in ("http://", "https://", "style=", "onclick", "<script>"):
        assert part not in her.page


async def test_the_language_is_that_of_her_browser_and_can_be_changed(her: Visitor, shelter) -> None:
    """Choosing a language begins no conversation; the one she then begins is in that language."""
    await her.opens(**{"accept-language": "en-GB,en;q=0.9"})
    assert 'lang="en"' in her.page
    await her.opens()
    await her.sends(choose_language="en")
    assert words.text("en", "front.talk") in her.text
    assert shelter.intake_ids == []
    await her.presses("front", "talk")
    assert shelter.intake().language == "en"
    assert 'lang="en"' in her.page


async def test_what_leaving_does_and_does_not_do_is_said_once_before_first_use(her: Visitor) -> None:
    """The notice tells of leaving, history, spyware and private windows, and is gone when she goes on."""
    await her.opens()
    await her.presses("front", "talk")
    for trace in ("leave", "history", "spyware", "private"):
        assert words.text("nl", f"page.traces.{trace}") in her.text
    assert "Telegram" not in her.text
    await her.presses("notice", "go_on")
    assert words.text("nl", "page.traces.history") not in her.text


async def test_the_cookie_is_of_this_host_alone(new_visitor) -> None:
    """It lasts as long as the browser, no script reads it, no other site sends it, and over https the host owns it."""
    her = await new_visitor("https://guide.test").arrives()
    assert list(her.cookies) == ["__Host-s"]
    her = new_visitor()
    await her.opens()
    await her.presses("front", "talk")
    given = her.answer.headers["set-cookie"].lower()
    assert "httponly" in given
    assert "samesite=strict" in given
    assert "domain" not in given
    assert "expires" not in given
    assert "max-age" not in given


async def test_https_behind_a_proxy_is_known_by_its_name(her: Visitor, work, app) -> None:
    """A request over http to the host of the public https address counts as secure: the proxy ends the https."""
    from urllib.parse import urlsplit

    from starlette.requests import Request

    from bot.channels.web.app import Page

    page = Page(work)
    page._own_host = urlsplit("https://guide.example/")
    scope = {
        "type": "http",
        "scheme": "http",
        "path": "/",
        "headers": [(b"host", b"guide.example")],
        "server": None,
    }
    assert page._cookie_name(Request(scope)) == ("__Host-s", True)
    scope["headers"] = [(b"host", b"elsewhere.example")]
    assert page._cookie_name(Request(scope)) == ("s", False)


async def test_telephone_numbers_can_be_called_with_one_tap(her: Visitor) -> None:
    """112 in a message is a telephone link that reads left to right in every language."""
    await her.arrives()
    await her.presses("", "danger_now")
    assert '<a class="tel" href="tel:112" dir="ltr">112</a>' in her.page
