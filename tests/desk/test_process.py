"""python -m desk: it begins with one clear line when it cannot, and ends at once when told to."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import staff
from storage.settings import Settings
from storage.store import open_store
from tests.desk.conftest import PASSWORD, SECRET, second_done

ROOT = Path(__file__).resolve().parents[2]


def environment(settings: Settings, port: int, **other: str) -> dict[str, str]:
    return os.environ | {
        "DREMPEL_SECRET_KEY": SECRET,
        "DREMPEL_DATABASE_URL": settings.database_url,
        "DREMPEL_DESK_LISTEN": f"127.0.0.1:{port}",
        **other,
    }


def run(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desk"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_a_port_in_use_is_one_clear_line(sqlite: Settings, free_port: Callable[[], int]) -> None:
    """It ends with 1 and one line that names the setting, the address and the reason."""
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        ended = run(environment(sqlite, port))
    assert ended.returncode == 1
    assert (
        ended.stderr == f"DREMPEL_DESK_LISTEN: cannot listen on 127.0.0.1:{port} (Address already in use)\n"
    )


@pytest.mark.parametrize(
    ("wrong", "code", "says"),
    [
        ({"DREMPEL_DESK_LISTEN": "nowhere"}, 2, "DREMPEL_DESK_LISTEN is not an address"),
        ({"DREMPEL_SECRET_KEY": "k9:" + "A" * 43}, 1, "made with another key (k1)"),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    sqlite: Settings, free_port: Callable[[], int], wrong: dict[str, str], code: int, says: str
) -> None:
    """A bad address and another key each end it with a code of their own and one line, without a traceback."""
    open_store(sqlite).close()  # its keys are made
    ended = run(environment(sqlite, free_port(), **wrong))
    assert ended.returncode == code
    assert len(ended.stderr.splitlines()) == 1
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture
def running(sqlite: Settings, free_port: Callable[[], int]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    store = open_store(sqlite)
    staff.add(store, "sanne", "Sanne", ["worker"], time.time(), password=PASSWORD)
    store.close()
    port = free_port()
    with started(sqlite, port, "-m", "desk") as process:
        yield process, port


@contextlib.contextmanager
def started(sqlite: Settings, port: int, *command: str) -> Iterator[subprocess.Popen[str]]:
    """A desk that listens by now."""
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(sqlite, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process
        process.kill()


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_with_pages_open(
    running: tuple[subprocess.Popen[str], int], sqlite: Settings, told: signal.Signals
) -> None:
    """A page that still listens does not keep it: Ctrl-C and SIGTERM end it with 0, and it has printed nothing."""
    process, port = running
    store = open_store(sqlite)
    signed = staff.sign_in(store, "sanne", PASSWORD, time.time())
    second_done(store)
    store.close()
    assert isinstance(signed, staff.SignedIn)
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    page.request("GET", "/live", headers={"Cookie": f"desk={signed.token}"})
    assert page.getresponse().readline() == b"retry: 2000\n"
    process.send_signal(told)
    assert process.wait(20) == 0
    assert process.stdout is not None
    assert process.stdout.read() == ""
    page.close()


BREAKS = """
import sys
from desk import __main__, signing
def breaks(*given):
    raise ValueError("hij staat voor de deur")
signing._sign_in_page = breaks
sys.exit(__main__.main())
"""


def test_the_log_tells_an_error_and_none_of_its_words(sqlite: Settings, free_port: Callable[[], int]) -> None:
    """What breaks is written down as its kind and the places it came through; a sentence it carries is not."""
    open_store(sqlite).close()
    port = free_port()
    with started(sqlite, port, "-c", BREAKS) as process:
        page = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        page.request("GET", "/sign-in")
        assert page.getresponse().status == 500
        page.close()
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        said = process.stdout.read()
    assert "ValueError\n" in said
    assert "signing.py" in said
    assert "deur" not in said
