"""The bot as a process: it begins, ends when told, and says in one line why it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from flows.tokens import token
from tests.bot.running import SECRET

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(
    certified: None, store_path: Path, free_port: Callable[[], int], tmp_path: Path
) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DREMPEL_SECRET_KEY": SECRET,
        "DREMPEL_DATABASE_URL": f"sqlite:///{store_path}",
        "DREMPEL_CHAT_LISTEN": f"127.0.0.1:{free_port()}",
    }


def bot(environment: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, complained = process.communicate(timeout=60)
    assert said == ""
    return process.returncode, complained.strip()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_listens_and_ends_cleanly(environment: dict[str, str], tmp_path: Path, how: int) -> None:
    """Ctrl-C and SIGTERM end it with 0; what it printed holds no words of hers, no address and no key."""
    process = bot(environment, tmp_path)
    address = f"http://{environment['DREMPEL_CHAT_LISTEN']}/"
    for _ in range(300):
        try:
            page = httpx.get(address)
            break
        except httpx.ConnectError:
            time.sleep(0.1)
    nonce = page.text.partition('name="nonce" value="')[2].partition('"')[0]
    begun = httpx.post(address, data={"nonce": nonce, "press": token("front", "talk"), "text": "top-secret"})
    assert begun.status_code == 200
    process.send_signal(how)
    code, said = ended(process)
    assert code == 0
    assert "Traceback" not in said
    assert "127.0.0.1" not in said
    assert "top-secret" not in said
    assert SECRET.partition(":")[2] not in said


def test_a_port_in_use_is_one_clear_line(environment: dict[str, str], tmp_path: Path) -> None:
    """It ends with 1 and one line that names the setting of the port."""
    host, _, port = environment["DREMPEL_CHAT_LISTEN"].partition(":")
    with socket.create_server((host, int(port))):
        code, said = ended(bot(environment, tmp_path))
    assert code == 1
    assert said.startswith("DREMPEL_CHAT_LISTEN: cannot listen on")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DREMPEL_DATABASE_URL", "sqlite:///nowhere/at-all.db", "cannot be read"),
        ("DREMPEL_SECRET_KEY", "k1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=", "another key"),
        ("DREMPEL_CHAT_LISTEN", "somewhere", "DREMPEL_CHAT_LISTEN"),
        ("DREMPEL_TELEGRAM_TOKEN", "nonsense", "DREMPEL_TELEGRAM_TOKEN"),
    ],
)
def test_what_is_set_wrong_is_one_clear_line(
    environment: dict[str, str], tmp_path: Path, store_path: Path, name: str, value: str, says: str
) -> None:
    """Store, key, address or token: one line says what is wrong, no traceback, and not the token itself."""
    from storage.settings import Settings
    from storage.store import open_store

    chosen = {"secret_key": SECRET, "database_url": environment["DREMPEL_DATABASE_URL"], "_env_file": None}
    open_store(Settings(**chosen)).close()  # type: ignore[arg-type]  # from here on the store has its key
    code, said = ended(bot(environment | {name: value}, tmp_path))
    assert code != 0
    assert says in said
    assert len(said.splitlines()) == 1
    assert "nonsense" not in said
