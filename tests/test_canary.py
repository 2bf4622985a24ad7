"""One sentence of hers, typed to a real bot, and then looked for everywhere: where it may be, and nowhere else."""

from __future__ import annotations

import http.server
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from flows import words
from flows.model import House, StaffDid
from storage import backup, retention, staff, turns
from storage.store import Store, open_store
from storage.tables import handoffs, sessions
from tests.campaign import KEY, ROOT, STAFF_GROUP, Campaign, campaign
from tests.desk.test_process import environment

CANARY = "kanariegeel met zeven strepen"
SECONDS = 20.0


class Alerts(http.server.BaseHTTPRequestHandler):
    """Where alerts arrive; keeps what they say."""

    said: list[bytes]

    def do_POST(self) -> None:
        self.said.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def alerts() -> Iterator[tuple[str, list[bytes]]]:
    """An address for Apprise, and what came to it."""
    said: list[bytes] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Ours", (Alerts,), {"said": said}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", said
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def life(tmp_path: Path, free_port: Callable[[], int], alerts: tuple[str, list[bytes]]) -> Iterator[Campaign]:
    """A real bot, polling, with somebody to wake."""
    with campaign(tmp_path, free_port(), 1, 1) as running:
        running.more["DREMPEL_ALERTS"] = alerts[0]
        running.start()
        yield running


@pytest.fixture
def desk(life: Campaign, free_port: Callable[[], int], tmp_path: Path) -> Iterator[str]:
    """A real desk over the same store."""
    port = free_port()
    env = environment(life.settings, port, DREMPEL_SECRET_KEY=KEY)
    with (tmp_path / "desk.log").open("wb") as log:
        running = subprocess.Popen([sys.executable, "-m", "desk"], cwd=ROOT, env=env, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    life.api.wait_for(lambda: _answers(address), SECONDS)
    yield address
    running.terminate()
    running.wait(15)


def test_her_sentence_is_where_it_may_be_and_nowhere_else(
    life: Campaign, desk: str, alerts: tuple[str, list[bytes]], tmp_path: Path
) -> None:
    """On her phone and on the case; in no file, log, output, alert, card or backup. Forgotten, on no page either."""
    browser = httpx.Client(base_url=desk, headers={"origin": desk})
    with closing(open_store(life.settings)) as store, browser as client:
        tell(life, alerts[1])
        case = read_at_the_desk(store, client)
        assert CANARY in case()
        backup.write(store, tmp_path / "before.data")
        backup.write_keys(store, tmp_path / "keys", time.time())
        places = everywhere(life, alerts[1], tmp_path)
        looked_through = {"staff chat": "ROOD", "alerts": "/case/", "asked of Telegram": "sendMessage"}
        assert all(there.encode() in places[name] for name, there in looked_through.items())
        assert [name for name, content in places.items() if CANARY.encode() in content] == []
        forget(store)
        assert CANARY not in case()
        backup.write(store, tmp_path / "after.data")
    life.end()
    places = everywhere(life, alerts[1], tmp_path)
    assert {"drempel.db", "drempel-keys.db", "bot.log", "desk.log", "before.data", "after.data"} <= set(
        places
    )
    assert [name for name, content in places.items() if CANARY.encode() in content] == []


def tell(life: Campaign, said: list[bytes]) -> None:
    """She comes to the questions, types the sentence, and presses that she is in danger; staff are woken."""
    she = life.users[0]
    she.say("/start")
    for step, option in (("front", "talk"), ("notice", "go_on"), ("safe", "yes")):
        _press(life, words.label("nl", step, option))
    life.api.wait_for(lambda: words.label("nl", "who", "me") in _buttons(life), SECONDS)
    she.say(CANARY)
    _press(life, words.label("nl", "", "danger_now"))
    life.api.wait_for(lambda: bool(said) and bool(life.api.chat(STAFF_GROUP).texts()), SECONDS)
    assert any(CANARY in (message.text or "") for message in life.api.chat(she.id).history)


def read_at_the_desk(store: Store, client: httpx.Client) -> Callable[[], str]:
    """A worker signs in and opens the case; what its page says now."""
    _who, password = staff.add(
        store, "sanne", "Sanne", ["worker"], time.time(), password="vier losse woorden samen"
    )
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/sign-in").text)
    assert token
    client.post("/sign-in", data={"csrf": token[1], "login": "sanne", "password": password})
    with store.write() as conn:
        conn.execute(update(sessions).values(second=True))
        handoff_id = conn.execute(select(handoffs.c.id)).scalar_one()

    def page() -> str:
        return client.get(f"/case/{handoff_id}").text

    return page


def forget(store: Store) -> None:
    """Staff close the case, and its time comes."""
    with store.read() as conn:
        intake_id = conn.execute(select(handoffs.c.intake_id)).scalar_one()
    for did, text in (("take", ""), ("in_touch", ""), ("close", "advice")):
        taken = turns.staff_turn(store, intake_id, StaffDid(did, "1", time.time(), text), House())
        assert taken.turn is not None
        assert not taken.turn.refused
    assert retention.daily(store, time.time() + 60 * 86400.0) == 1


def everywhere(life: Campaign, said: list[bytes], folder: Path) -> dict[str, bytes]:
    """Every file of this life, what was said to staff, what woke them, and all that was asked of Telegram."""
    places = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    places["alerts"] = b"\n".join(said)
    places["staff chat"] = "\n".join(life.api.chat(STAFF_GROUP).texts()).encode()
    places["asked of Telegram"] = repr(
        life.api.calls("sendMessage") + life.api.calls("editMessageText")
    ).encode()
    return places


def _buttons(life: Campaign) -> list[str]:
    return [label for message in life.api.chat(life.users[0].id).visible() for label in message.buttons]


def _press(life: Campaign, label: str) -> None:
    life.api.wait_for(lambda: label in _buttons(life), SECONDS)
    life.users[0].press(label)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/sign-in").status_code == 200
    except httpx.TransportError:
        return False
