"""Passkeys, with Chromium's own virtual authenticator: added once, then no password and no code."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect
from sqlalchemy import select, update

from storage import passkeys, second, staff
from storage.store import Store
from storage.tables import access_log, sessions
from storage.tables import passkeys as passkeys_table
from tests.desk.conftest import PASSWORD, People
from tests.desk.test_browser import Chromium, address, chrome, driver, ends

pytestmark = pytest.mark.browser
__all__ = ["address", "chrome", "driver", "ends"]


@pytest.fixture
def named(address: str) -> str:
    """Passkeys need a name: the same desk, by its name."""
    return address.replace("127.0.0.1", "localhost")


@pytest.fixture
def device(chrome: Chromium) -> Iterator[tuple[Page, CDPSession, str]]:
    """A browser on a device that has a screen lock."""
    context = chrome.new_context(locale="en-GB")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    number = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    yield page, session, number
    context.close()


Device = tuple[Page, CDPSession, str]


def add_one(page: Page, named: str, store: Store, password: str = PASSWORD) -> None:
    """Signs in by password and code, and makes a passkey on the account's page."""
    page.goto(f"{named}/sign-in")
    page.fill("input[name=login]", "sanne")
    page.fill("input[name=password]", PASSWORD)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url("**/second")
    with store.write() as conn:
        conn.execute(update(sessions).values(second=True))
    page.goto(f"{named}/account")
    page.click("details[data-passkey-needed] summary")
    page.fill("form[action='/account/passkeys'] input[name=name]", "my phone")
    page.fill("form[action='/account/passkeys'] input[name=password]", password)
    page.click("form[action='/account/passkeys'] button")


def added(page: Page, named: str, store: Store) -> None:
    """The same, until it stands on the page."""
    add_one(page, named, store)
    expect(page.get_by_text("my phone", exact=False).first).to_be_visible()


def come_with_it(page: Page, named: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{named}/sign-in")
    page.click("form[action='/sign-in/passkey'] button")


def done(store: Store) -> list[str]:
    with store.read() as conn:
        return list(conn.execute(select(access_log.c.what).order_by(access_log.c.id)).scalars())


def test_a_passkey_signs_in_without_password_and_code(
    named: str, device: Device, store: Store, people: People
) -> None:
    """Both steps are done with it, and the log says how; removed on the account's page, it opens nothing."""
    page, _session, _number = device
    added(page, named, store)
    come_with_it(page, named)
    page.wait_for_url(f"{named}/")
    assert done(store)[-1] == "passkey"
    page.goto(f"{named}/account")
    page.get_by_role("button", name="my phone").click()
    expect(page.get_by_text("my phone")).to_have_count(0)
    come_with_it(page, named)
    expect(page.get_by_role("alert").first).to_contain_text("do not know this passkey")


def test_it_is_not_added_without_the_password(
    named: str, device: Device, store: Store, people: People
) -> None:
    """A desk left open for a minute does not become a door for ever."""
    page, _session, _number = device
    add_one(page, named, store, password="something else")
    expect(page.get_by_role("alert").first).to_be_visible()
    assert not passkeys.of(store, people.sanne)


def test_a_device_that_does_not_know_who_holds_it_is_refused(
    named: str, device: Device, store: Store, people: People
) -> None:
    """No finger, no face, no PIN: the browser itself stops, and says so in our words."""
    page, session, number = device
    add_one(page, named, store)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    come_with_it(page, named)
    expect(page.get_by_text("No passkey came", exact=False)).to_be_visible()


def test_a_copy_and_a_closed_account_are_refused(
    named: str, device: Device, store: Store, people: People
) -> None:
    """A passkey that signed oftener than this one says is a copy; who is disabled comes in by no way."""
    page, _session, _number = device
    added(page, named, store)
    with store.write() as conn:
        conn.execute(update(passkeys_table).values(count=1000))
    come_with_it(page, named)
    expect(page.get_by_role("alert").first).to_be_visible()
    assert done(store)[-1] == "passkey:copied"
    with store.write() as conn:
        conn.execute(update(passkeys_table).values(count=0))
    staff.set_disabled(store, people.sanne, time.time())
    come_with_it(page, named)
    expect(page.get_by_role("alert").first).to_be_visible()
    assert done(store)[-1] == "passkey:wrong"


def test_an_answer_is_good_for_once_and_for_the_browser_that_was_asked(
    named: str, device: Device, store: Store, people: People
) -> None:
    """What a thief writes down on the way opens nothing: not again, not elsewhere, not later."""
    page, _session, _number = device
    added(page, named, store)

    def answered() -> tuple[str, float]:
        now = time.time()
        asked = passkeys.asked_to_sign_in(store, "localhost", "mine", now)
        script = """async (asked) => JSON.stringify(await navigator.credentials.get(
            {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(asked))}))"""
        return page.evaluate(script, asked), now

    answer, now = answered()
    assert passkeys.sign_in(store, "localhost", "somebody's", answer, now) is None
    assert isinstance(passkeys.sign_in(store, "localhost", "mine", answer, now), staff.SignedIn)
    assert passkeys.sign_in(store, "localhost", "mine", answer, now) is None
    answer, now = answered()
    assert passkeys.sign_in(store, "localhost", "mine", answer, now + passkeys.LASTS) is None
    answer, now = answered()
    assert passkeys.sign_in(store, "elsewhere.example", "mine", answer, now) is None
    answer, now = answered()
    forged = json.loads(answer)
    forged["response"]["signature"] = forged["response"]["signature"][:-6] + "AAAAAA"
    assert passkeys.sign_in(store, "localhost", "mine", json.dumps(forged), now) is None


def test_a_new_second_step_takes_passkeys_along(
    named: str, device: Device, store: Store, people: People
) -> None:
    """Who lost the phone lost what was on it."""
    page, _session, _number = device
    added(page, named, store)
    second.reset(store, people.sanne)
    assert not passkeys.of(store, people.sanne)
