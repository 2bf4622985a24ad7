"""The desk in Chromium: by keyboard, live, under its own policy, readable in both schemes."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import select

from flows.model import Colour
from flows.placement import Kind
from storage import second, staff
from storage.logs.traces import local
from storage.places import shelters
from storage.store import Store
from storage.tables import sessions
from tests.desk.conftest import PASSWORD, People, second_done
from tests.storage.her import Her, Worker
from tests.storage.houses import open_house
from tests.storage.made_up import MadeUp

pytestmark = pytest.mark.browser
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)  # milliseconds: a machine with other work is slow, not wrong
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


@pytest.fixture
def address(desk: FastAPI, free_port: Callable[[], int]) -> Iterator[str]:
    """A running desk."""
    port = free_port()
    desk.state.room.watcher._every = 0.1
    server = uvicorn.Server(uvicorn.Config(desk, port=port, log_level="error", access_log=False))
    running = threading.Thread(target=server.run)
    running.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    desk.state.room.watcher.stop()
    server.should_exit = True
    running.join()


@contextlib.contextmanager
def watched(driver: Any, seconds: float) -> Iterator[None]:
    """A driver that waits for a browser which is gone already would never end by itself: then it is ended."""
    number = driver._client._transport._proc.pid
    timer = threading.Timer(seconds, os.kill, (number, signal.SIGKILL))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    manager = sync_playwright()
    manager.start()
    yield manager
    with watched(manager, 15), contextlib.suppress(PlaywrightError):
        manager.__exit__()


@pytest.fixture(scope="module")
def chrome(chromium: str, driver: Any) -> Iterator[Chromium]:
    browser = driver._playwright.chromium.launch(executable_path=chromium, args=QUIET)
    yield browser
    with watched(driver, 15), contextlib.suppress(PlaywrightError):
        browser.close()


@pytest.fixture(autouse=True)
def ends(driver: Any) -> Iterator[None]:
    """No test of a browser, and no end of one, takes longer than this."""
    with watched(driver, 120):
        yield


@dataclass
class Visitor:
    """One person with one browser of their own; whatever the browser complains of is kept."""

    context: BrowserContext
    address: str
    store: Store
    complaints: list[str] = field(default_factory=list)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, login: str) -> None:
        self.page.goto(self.address)
        self.page.wait_for_selector("[name=login]:focus")
        self.page.keyboard.type(login)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("[name=code]")
        second_done(self.store)
        self.page.goto(self.address)
        self.page.wait_for_selector("#board")

    def tab_to(self, selector: str) -> None:
        """By keyboard alone."""
        for _ in range(120):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{selector} cannot be reached with the Tab key")


Opens = Callable[..., Visitor]


@pytest.fixture
def visitor(chrome: Chromium, address: str, store: Store) -> Iterator[Opens]:
    visitors = []

    def open_one(login: str = "", **context: object) -> Visitor:
        visitors.append(Visitor(chrome.new_context(locale="nl-NL", **context), address, store))  # type: ignore[arg-type]
        if login:
            visitors[-1].sign_in(login)
        return visitors[-1]

    yield open_one
    complaints = [complaint for one in visitors for complaint in one.complaints]
    for one in visitors:
        one.context.close()
    assert complaints == []


def test_take_write_and_lower_with_a_second_person_by_keyboard(
    visitor: Opens, people: People, her: Her
) -> None:
    """Without a mouse a worker takes a red case, writes to her, and lowers it with a colleague who signs too."""
    assert people.mo
    sanne = visitor("sanne")
    page, keys = sanne.page, sanne.page.keyboard

    sanne.tab_to("#take-1")
    keys.press("Enter")
    page.wait_for_url("**/case/1")
    expect(page.locator("#band")).to_contain_text("Zoek contact vóór")

    sanne.tab_to("#text")
    keys.type("Ik ben Sanne. Ik lees met je mee.")
    keys.press("Control+Enter")
    expect(page.locator("#talk")).to_contain_text("Ik lees met je mee.")
    assert her.intake.talking

    sanne.tab_to("#acts summary")
    while "omlaag" not in page.evaluate("document.activeElement.textContent"):
        keys.press("Tab")
    keys.press("Enter")
    sanne.tab_to("[name=reason]")
    keys.type("gebeld, hij is opgepakt")
    sanne.tab_to("[name=second_login]")
    keys.type("mo")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.locator("#band .colour")).to_have_text("Oranje")
    assert her.case.colour == Colour.ORANGE
    expect(page.locator("#history")).to_contain_text("samen met Mo")


def test_a_form_that_was_opened_stays_open_when_the_case_changes(
    visitor: Opens, people: People, her: Her
) -> None:
    """She writes while a worker opens the form to lower: it stays open, and the keyboard where it was."""
    assert people.mo
    sanne = visitor("sanne")
    page = sanne.page
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/case/1")
    lower = page.locator("#acts summary", has_text="omlaag")
    for _ in range(10):  # the page's first refresh may come between the focus and the key
        lower.press("Enter")
        page.wait_for_timeout(200)
        if page.locator("[name=second_login]").is_visible():
            break
    expect(page.locator("[name=second_login]")).to_be_visible()
    page.evaluate("document.getElementById('acts').dataset.old = 'yes'")
    her.says("hij komt er zo aan en ik ben bang")
    expect(page.locator("#acts")).not_to_have_attribute("data-old", "yes")
    expect(page.locator("[name=second_login]")).to_be_visible()
    expect(lower).to_be_focused()


def test_the_board_changes_while_one_looks(visitor: Opens, people: People, store: Store, her: Her) -> None:
    """A case taken elsewhere and one that is new appear without a reload, in the title too, and are announced."""
    mo = visitor("mo")
    expect(mo.page).to_have_title("(1) Drempel")
    Worker(store, her.intake_id, people.sanne, time.time()).does("take")
    expect(mo.page.locator("#row-1")).to_contain_text("Sanne zoekt contact.")
    expect(mo.page).to_have_title("Drempel")
    other = Her(store, "2", at=time.time())
    other.is_in_danger()
    expect(mo.page.locator("#row-2.new")).to_be_visible()
    expect(mo.page).to_have_title("(1) Drempel")
    expect(mo.page.locator("#announced")).to_have_text("Nieuw: een zaak die nu iemand nodig heeft.")


def test_her_words_appear_while_one_types_and_nothing_typed_is_lost(
    visitor: Opens, people: People, her: Her
) -> None:
    """What she writes comes in as plain text, while the worker's half sentence and the focus stay in the box."""
    assert people.sanne
    sanne = visitor("sanne")
    page = sanne.page
    page.click("#take-1")
    page.wait_for_url("**/case/1")  # with its scripts: before them Control+Enter is no more than a key
    page.fill("#text", "Ik ben er")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#talk")).to_contain_text("Ik ben er")
    page.locator("#text").press_sequentially("Kun je")
    her.says("hij is weg nu <b>hoor</b>")
    expect(page.locator("#talk")).to_contain_text("hij is weg nu <b>hoor</b>")
    expect(page.locator("#text")).to_have_value("Kun je")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#stale")).to_be_hidden()


def test_losing_the_case_while_typing_is_said_and_nothing_typed_is_lost(
    visitor: Opens, people: People, store: Store, her: Her
) -> None:
    """The page says that it no longer holds, shows what is asked now, and keeps the half sentence."""
    sanne = visitor("sanne")
    page = sanne.page
    page.click("#take-1")
    page.locator("#text").press_sequentially("Kun je bellen")
    Worker(store, her.intake_id, people.sanne, time.time()).does("give_back")
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Kun je bellen")
    expect(page.locator("#band")).to_contain_text("Neem deze zaak.")


def test_two_workers_press_take(visitor: Opens, people: People, her: Her) -> None:
    """The second one, whose page still offers it, reads who has the case since when; the first one keeps it."""
    assert people.sanne
    sanne, mo = visitor("sanne"), visitor("mo")
    sanne.page.goto(sanne.address + "/case/1")
    mo.page.route("**/live", lambda route: route.abort())  # his page does not hear of it in time
    mo.page.goto(mo.address + "/case/1")
    sanne.page.click("#take")
    mo.page.click("#take")
    expect(mo.page.locator("#refused")).to_contain_text("Sanne heeft deze zaak sinds")
    mo.complaints.clear()  # the answer's status and the stream that was kept away
    assert her.intake.handoff is not None
    assert her.intake.handoff.by == people.sanne


def test_a_session_that_ended_leads_to_signing_in(
    visitor: Opens, people: People, store: Store, her: Her
) -> None:
    """A page left open by somebody whose session has ended goes to the sign-in with its next refresh."""
    assert her.intake_id
    sanne = visitor("sanne")
    sanne.page.goto(sanne.address + "/case/1")
    from storage import staff

    staff.change_password(store, people.sanne, "iets heel anders nu")
    with contextlib.suppress(PlaywrightError):  # a refresh of its own may have led there already
        sanne.page.evaluate("htmx.trigger('#case', 'changed')")
    expect(sanne.page).to_have_url(re.compile("/sign-in$"))
    sanne.complaints.clear()  # the browser tells of the 401


def test_without_scripts_everything_works_and_the_board_reloads(
    visitor: Opens, people: People, her: Her
) -> None:
    """With scripts turned off a case can be taken and written in, and the board asks to be loaded anew."""
    assert people.sanne
    sanne = visitor("sanne", java_script_enabled=False)
    page = sanne.page
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.click("#take-1")
    page.fill("#text", "Ik ben er")
    page.click("#send")
    expect(page.locator("#talk")).to_contain_text("Ik ben er")
    assert her.intake.talking


PAGES = (
    "/sign-in",
    "/",
    "/case/1",
    "/rota",
    "/logs",
    "/export",
    "/account",
    "/people",
    "/password",
    "/figures",
    "/flow",
    "/whatif",
    "/places",
    "/places/new",
    "/places/1",
    "/case/1/place",
    "/house",
)


def pages(her: Her, people: People) -> tuple[str, ...]:
    """Every page, and the two that show a log: hers, and beside itself. Ria may open them all, and works at a house."""
    staff.set_roles(her.store, people.ria, staff.ROLES)
    shelter_id = open_house(her.store, at=time.time())
    open_house(her.store, Kind.HOTEL, name="Modelhotel", empty=None)
    shelters.set_staff(her.store, shelter_id, [people.ria], people.ria, time.time())
    trace = her.case.head.trace
    return (*PAGES, f"/logs/{trace}", f"/logs/compare?a={trace}&b={trace}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(visitor: Opens, people: People, her: Her, scheme: str) -> None:
    """Contrast of at least 4.5 (3 for large text), from the styles the browser computed (WCAG 1.4.3)."""
    assert people.ria
    ria = visitor("ria", color_scheme=scheme)
    her.says("ik ben bang")
    ria.page.goto(ria.address + "/case/1")
    ria.page.click("#take")
    for path in pages(her, people):
        ria.page.goto(ria.address + path)
        ria.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        assert ria.page.evaluate(CONTRAST) == [], path


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(visitor: Opens, people: People, her: Her, width: int) -> None:
    """Down to 320 pixels (WCAG 1.4.10), and what can be pressed is large enough (2.5.8)."""
    assert people.ria
    her.says("eenheellangwoordzonderspaties" * 6)
    ria = visitor("ria", viewport={"width": width, "height": 844})
    ria.page.goto(ria.address + "/case/1")
    ria.page.click("#take")
    for path in pages(her, people):
        ria.page.goto(ria.address + path)
        wide = ria.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, path
        small = ria.page.evaluate(
            "[...document.querySelectorAll('button, select, nav a, summary, input:not([type=hidden])')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 24"
            " && !['checkbox', 'radio'].includes(e.type)).map(e => e.outerHTML)"
        )
        assert small == [], path


def test_every_field_and_button_has_a_name(visitor: Opens, people: People, her: Her) -> None:
    """On every page a screen reader finds words for each button, link and field."""
    assert people.ria
    assert her.intake_id
    ria = visitor("ria")
    ria.page.goto(ria.address + "/case/1")
    ria.page.click("#take")
    for path in pages(her, people):
        ria.page.goto(ria.address + path)
        nameless = ria.page.evaluate(
            "[...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea')].filter(e =>"
            " !e.hidden && !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML)"
        )
        assert nameless == [], path


def test_figures_and_flow_by_keyboard_on_a_phone(visitor: Opens, people: People, store: Store) -> None:
    """Filters, tables and steps are reached with Tab; a step's link names its logs; nothing scrolls sideways."""
    assert people.ria
    made, week = MadeUp(store), local(time.time(), "Europe/Amsterdam")[0] - 7
    made.conversations(2_000, week=week, started=1.0, last_at=1.0)
    made.passed("came", 1_955, step="safe", week=week)
    made.passed("moved", 1_950, step="safe", what="for_whom", week=week)
    ria = visitor("ria", viewport={"width": 360, "height": 780}, color_scheme="dark")
    page, keys = ria.page, ria.page.keyboard
    page.goto(ria.address + "/figures")
    ria.tab_to("select[name=language]")
    keys.type("Nederlands")
    ria.tab_to(".asked-for button")
    keys.press("Enter")
    page.wait_for_url("**language=nl**")
    ria.tab_to("#waits ~ details summary")
    keys.press("Enter")
    expect(page.locator("#waits ~ details table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.goto(ria.address + "/flow")
    ria.tab_to("svg a[href='/logs?step=safe']")
    expect(page.locator("svg a[href='/logs?step=safe']")).to_have_attribute("aria-label", re.compile("1.955"))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    # Ways drawn and text readable: no smaller than ten pixels on a phone.
    assert page.locator("svg .way:not(.none)").count() == 1
    size = "e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a"
    assert min(page.locator("svg.drawn text.name").evaluate_all(f"all => all.map({size})")) > 10


def test_the_second_step_is_set_up_with_an_app(
    visitor: Opens, people: People, address: str, store: Store
) -> None:
    """The drawing is there, the text as well; with the code the codes are shown, and then the board."""
    assert people.sanne
    sanne = visitor()
    page = sanne.page
    page.goto(address)
    page.get_by_label("Aanmeldnaam").fill("sanne")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="QR-code")).to_be_visible()
    sanne.tab_to("summary")
    page.keyboard.press("Enter")
    secret = page.locator("#secret").inner_text()
    page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    expect(page.locator("#codes li")).to_have_count(second.RECOVERY_CODES)
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    expect(page.locator("#board")).to_be_visible()
    assert sanne.complaints == []
    with store.read() as conn:
        assert conn.execute(select(sessions.c.second)).scalars().all() == [True]
