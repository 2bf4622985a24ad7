"""Makes the pictures of the README: a real bot and desk, a made-up woman, a real browser. `make pictures`.

The card holds an emoji: without a font for them (Debian: fonts-noto-color-emoji) it shows as an empty box.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flows import words  # noqa: E402 - the checkout is put on the path first
from flows.tongues import LANGUAGES  # noqa: E402
from tests.botapi import BotApi  # noqa: E402
from tests.botapi.chats import Message  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
GROUP = -500
KEY = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
PAST = "4000"  # made-up conversations of a year, for the pages of supervisors
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
TO_THROAT = (
    *(("front", "talk"), ("notice", "go_on"), ("safe", "yes"), ("for_whom", "me"), ("afraid_of", "partner")),
    *(("where_is_he", "away"), ("where_children", "none"), ("right_now", "no"), ("threat", "no")),
)
SHEET = """<!doctype html><meta charset=utf-8><style>
body{margin:0;padding:12px;background:#e9e2d5;display:grid;grid-template-columns:repeat(3,360px);gap:12px}
img{width:360px;border-radius:14px}
</style>"""
RED = ("Verder", "Ja", "Voor mezelf", "Partner of ex", "Ver weg", "Geen kinderen", "Nee", "Nee")
CARD = """<!doctype html><meta charset=utf-8><style>
body{{margin:0;padding:24px;background:#d5e3d0;font:17px/1.45 system-ui,"Noto Sans",sans-serif;width:342px}}
p{{background:#fff;border-radius:14px 14px 14px 4px;padding:12px 16px;margin:0;white-space:pre-line;color:#111}}
div{{margin-top:6px;background:#5f8a5a;color:#fff;border-radius:10px;padding:10px;text-align:center}}
</style><p>{text}</p>{buttons}"""


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, BotApi() as api, sync_playwright() as playwright:
        api.group(GROUP)
        chat, desk = _free_port(), _free_port()
        store = os.environ | {
            "DREMPEL_SECRET_KEY": KEY,
            "DREMPEL_DATABASE_URL": f"sqlite:///{folder}/drempel.db",
        }
        environment = store | {
            "DREMPEL_TELEGRAM_TOKEN": api.token,
            "DREMPEL_TELEGRAM_API": api.root,
            "DREMPEL_STAFF_CHAT": str(GROUP),
            "DREMPEL_CHAT_LISTEN": f"127.0.0.1:{chat}",
            "DREMPEL_DESK_LISTEN": f"127.0.0.1:{desk}",
        }
        # Filled without a messenger: with one, the made-up women would stay away, for they could ring real people.
        _python(store, "-m", "storage", "migrate")
        password = _python(store, "-m", "storage", "demo").split("password")[1].split()[0]
        _python(store, "-m", "storage", "demo", "--year", "--conversations", PAST)
        with _running(environment, "bot", chat), _running(environment, "desk", desk):
            path = next(path for name in CHROMIUM if (path := shutil.which(name)))
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            _chat(browser, f"http://127.0.0.1:{chat}/")
            _languages(browser, f"http://127.0.0.1:{chat}/")
            _case(browser, f"http://127.0.0.1:{desk}/", password)
            _place(browser, f"http://127.0.0.1:{desk}/", password)
            _supervisor(browser, f"http://127.0.0.1:{desk}/", password)
            api.wait_for(lambda: api.chat(GROUP).visible(), 30)
            _card(browser, api.chat(GROUP).visible()[0])
            browser.close()
    return 0


def _chat(browser: Browser, address: str) -> None:
    """A red conversation on a phone: the question, and what she hears after her answer."""
    page = _page(browser, 390, 844)
    page.goto(address)
    for label in ("Ik wil praten", *RED):
        _press(page, label)
    page.mouse.move(0, 0)
    page.screenshot(path=PICTURES / "question.png")
    _press(page, "Ja, laatste 30 dagen")
    page.screenshot(path=PICTURES / "chat.png")


def _languages(browser: Browser, address: str) -> None:
    """The same danger question in nine languages, side by side."""
    shown = []
    for language in LANGUAGES:
        page = _page(browser, 360, 640, language)
        page.goto(address)
        for label in (words.label(language, step, option) for step, option in TO_THROAT):
            _press(page, label)
        page.mouse.move(0, 0)
        shown.append(base64.b64encode(page.screenshot()).decode())
        page.context.close()
    sheet = _page(browser, 1128, 400)
    sheet.set_content(SHEET + "".join(f'<img src="data:image/png;base64,{one}">' for one in shown))
    sheet.wait_for_function("[...document.images].every(one => one.complete)")
    sheet.screenshot(path=PICTURES / "languages.png", full_page=True)


def _case(browser: Browser, address: str, password: str) -> None:
    """The board, and the most pressing case of the made-up shelter."""
    page = _signed_in(browser, address, "sanne", password)
    page.wait_for_selector('a[href*="/case"]')
    page.screenshot(path=PICTURES / "board.png")
    page.locator('a[href*="/case"]').first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / "case.png")


def _place(browser: Browser, address: str, password: str) -> None:
    """What fits the orange case: the visible house beside the others, each with its reasons."""
    page = _signed_in(browser, address, "sanne", password)
    page.locator(".row.orange h3 a").last.click()
    page.wait_for_load_state("networkidle")
    if page.locator("#take").count():
        page.locator("#take").click()
        page.wait_for_load_state("networkidle")
    page.locator("#look").click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / "place.png")


def _supervisor(browser: Browser, address: str, password: str) -> None:
    """The figures, the drawn conversation with its traffic, and one log of a red case."""
    page = _signed_in(browser, address, "ria", password)
    for path, picture in (("figures", "figures"), ("flow", "flow")):
        page.goto(address + path)
        page.screenshot(path=PICTURES / f"{picture}.png")
    page.goto(address + "logs?colour=red&outcome=secure_shelter")
    page.locator('main a[href^="/logs/"]').first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / "log.png")


def _signed_in(browser: Browser, address: str, login: str, password: str) -> Page:
    page = _page(browser, 1280, 860)
    page.goto(address)
    page.locator("input:not([type=hidden])").first.fill(login)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    return page


def _card(browser: Browser, card: Message) -> None:
    """The card as it was sent to the staff group, drawn as a messenger would."""
    buttons = "".join(f"<div>{escape(label)}</div>" for label in card.buttons)
    page = _page(browser, 390, 300)
    page.set_content(CARD.format(text=escape(card.text), buttons=buttons))
    page.locator("html").screenshot(path=PICTURES / "card.png")


def _page(browser: Browser, width: int, height: int, language: str = "nl-NL") -> Page:
    view = {"width": width, "height": height}
    return browser.new_context(viewport=view, locale=language, device_scale_factor=1.5).new_page()  # type: ignore[arg-type]


def _press(page: Page, label: str) -> None:
    page.wait_for_timeout(1200)  # a new question takes no press in its first moment
    page.get_by_role("button", name=label, exact=True).last.click()
    page.wait_for_timeout(1200)


def _python(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


@contextmanager
def _running(environment: dict[str, str], module: str, port: int) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=environment)
    try:
        _wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(port: int, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
