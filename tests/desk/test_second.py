"""The second step of signing in: nothing of the desk shows before it."""

from __future__ import annotations

import re
import time
from contextlib import closing

import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from desk.app import make_app
from storage import demo, second
from storage.settings import Settings
from storage.sign_in import LOCK_AFTER
from storage.store import Store, open_store
from storage.tables import access_log, recovery_codes
from storage.tables import staff as staff_table
from tests.desk.conftest import PASSWORD, Browser, Opens, People
from tests.desk.test_gate import closed_routes

SECOND = {"/second", "/second/set-up", "/sign-out", "/language"}


@pytest.fixture
def first(people: People, opens: Opens) -> Browser:
    """Sanne, with the right password, at the second step."""
    assert people.sanne
    browser = opens()
    browser.get("/sign-in")
    assert browser.post("/sign-in", login="sanne", password=PASSWORD).headers["location"] == "/"
    assert browser.get("/").headers["location"] == "/second"
    browser.get("/second")
    return browser


def secret_on(page: str) -> str:
    found = re.search(r'id="secret">([A-Z2-7]+)<', page)
    assert found
    return found[1]


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(time.time()) // second.STEP + steps)


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """The secret of the app, and the recovery codes."""
    secret = secret_on(browser.get("/second").text)
    page = browser.post("/second/set-up", code=code_of(secret)).text
    return secret, re.findall(r'<li class="secret">([a-z-]+)</li>', page)


def again(opens: Opens) -> Browser:
    browser = opens()
    browser.get("/sign-in")
    browser.post("/sign-in", login="sanne", password=PASSWORD)
    browser.get("/second")
    return browser


def test_before_the_second_step_every_page_leads_to_it(desk: FastAPI, first: Browser) -> None:
    """Every route of the desk, whatever it does, is closed to a right password alone."""
    tried = [one for one in closed_routes(desk) if one[1] not in SECOND]
    assert len(tried) > 30
    for method, path in tried:
        answer = first.client.request(method, path, content=b"" if method == "POST" else None)
        assert answer.headers.get("location") == "/second", (method, path)


def test_it_is_set_up_with_a_first_right_code_and_shown_once(first: Browser, store: Store) -> None:
    """Ten recovery codes come with it, of which only hashes are kept; then neither is shown again."""
    secret, codes = set_up(first)
    assert len(set(codes)) == second.RECOVERY_CODES
    assert first.get("/").status_code == 200
    assert first.get("/second").headers["location"] == "/"
    with store.read() as conn:
        kept = conn.execute(select(recovery_codes.c.code_hash)).scalars().all()
        row = conn.execute(select(staff_table).where(staff_table.c.login == "sanne")).one()
    assert len(kept) == len(codes)
    assert not any(code in hashed for code in codes for hashed in kept)
    assert secret.encode() not in bytes(row.totp)
    assert second.secret(store, str(row.id)) == ""


def test_a_code_is_good_for_once_and_for_its_time(first: Browser, opens: Opens) -> None:
    """The code that set it up, one of two steps ago and one from far ahead open nothing; the next one does."""
    secret, _ = set_up(first)
    browser = again(opens)
    for code in (code_of(secret), code_of(secret, -2), code_of(secret, 5), "000000", ""):
        assert browser.post("/second", code=code).status_code in (403, 429)
    with browser.client.store.write() as conn:
        conn.execute(update(staff_table).values(second_until=None))
    assert browser.post("/second", code=code_of(secret, 1)).headers["location"] == "/"
    assert browser.get("/").status_code == 200


def test_a_recovery_code_works_once_however_it_is_typed(first: Browser, opens: Opens) -> None:
    """With spaces and capitals it is the same code; the second time it is none."""
    _, codes = set_up(first)
    typed = codes[0].upper() + " "
    assert again(opens).post("/second", code=typed).headers["location"] == "/"
    assert again(opens).post("/second", code=typed).status_code == 403


def test_wrong_codes_slow_down_then_lock_whatever_the_password(
    first: Browser, opens: Opens, store: Store
) -> None:
    """A right password in between does not make them forgotten, and the page says when to try again."""
    secret, _ = set_up(first)
    for _ in range(LOCK_AFTER):
        with store.write() as conn:
            conn.execute(update(staff_table).values(second_until=None))
        assert again(opens).post("/second", code="000000").status_code == 403
    refused = again(opens).post("/second", code=code_of(secret, 1))
    assert refused.status_code == 429
    assert re.search(r"\d+", refused.text)


def test_an_administrator_resets_it_and_ends_what_is_open(
    first: Browser, opens: Opens, people: People
) -> None:
    """Who lost phone and codes sets it up anew; whoever holds the lost phone is signed out."""
    set_up(first)
    ria = opens("ria")
    ria.get("/people")
    assert ria.post(f"/people/{people.sanne}/second").status_code == 303
    assert first.get("/").headers["location"] == "/sign-in"
    assert not second.is_set(people.store, people.sanne)


def test_somebody_signs_out_everywhere_else(sanne: Browser, opens: Opens) -> None:
    """The browser in which it is asked stays signed in."""
    other = opens("sanne")
    sanne.get("/account")
    sanne.post("/account/sessions/end")
    assert other.get("/").headers["location"] == "/sign-in"
    assert sanne.get("/").status_code == 200


def test_each_step_stands_in_the_log(first: Browser, opens: Opens, store: Store) -> None:
    """Set up, wrong and right: by whom, and no code."""
    _, codes = set_up(first)
    again(opens).post("/second", code="000000")
    again(opens).post("/second", code=codes[0])
    with store.read() as conn:
        seen = (
            conn.execute(select(access_log.c.what).where(access_log.c.what.startswith("second")))
            .scalars()
            .all()
        )
    assert seen == ["second:set_up", "second:wrong", "second"]


def test_with_made_up_data_there_is_no_second_step_and_it_says_so(sqlite: Settings, opens: Opens) -> None:
    """Only a store that holds nothing but made-up people leaves it out."""
    with closing(open_store(sqlite)) as store:
        password = demo.fill(store, time.time(), women=False).split()[-1]
        login = demo.STAFF[0].login
        browser = opens(app=make_app(store, sqlite))
        assert "verzonnen" in browser.get("/sign-in").text
        assert browser.post("/sign-in", login=login, password=password).headers["location"] == "/"
        assert browser.get("/").status_code == 200
        assert browser.get("/second").headers["location"] == "/"


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", "7", '"x"', '{"id":1}', '{"response":{"clientDataJSON":"AA"}}', "{" * 900],
)
def test_an_answer_that_is_no_passkey_is_refused_in_words(opens: Opens, answer: str) -> None:
    """Whatever is sent, the page to sign in comes back with what to do."""
    browser = opens()
    browser.get("/sign-in")
    page = browser.post("/sign-in/passkey", answer=answer)
    assert page.status_code == 403
    assert 'role="alert"' in page.text
