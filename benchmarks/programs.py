"""Real programs on this machine: the bot, the peer's bot, each with a made-up Bot API server of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.stores import made_store
from storage.sealed import new_secret
from tests.botapi import TOKEN, Remote, spawn

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-made-up-word_1234"
STAFF = -500  # the made-up staff group
READY_WITHIN = 30.0
END_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Program:
    """A bot that answers at its webhook. `store`: its SQLite file, where it has one."""

    api: Remote
    process: subprocess.Popen[bytes]
    store: Path | None = None

    def rss_mb(self) -> float:
        """What it holds in memory."""
        try:
            said = Path(f"/proc/{self.process.pid}/status").read_text()
            kilobytes = said.partition("VmRSS:")[2].split()[0]
        except FileNotFoundError:  # no Linux
            asked = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
            kilobytes = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
        return int(kilobytes) / 1024


@contextmanager
def our_bot(folder: Path, *, paced: bool) -> Iterator[Program]:
    """`python -m bot` with SQLite in `folder` and a staff group. `paced`: no faster than Telegram allows."""
    key = new_secret()
    store = made_store(folder, key)
    store.close()
    port = free_port()
    with spawn() as api:
        api.do("group", group=STAFF)
        ours = {
            "telegram_token": TOKEN,
            "telegram_api": api.root,
            "telegram_webhook_url": f"http://127.0.0.1:{port}/telegram",
            "telegram_webhook_secret": SECRET,
            "telegram_webhook_listen": f"127.0.0.1:{port}",
            "staff_chat": str(STAFF),
            "database_url": f"sqlite:///{folder / 'drempel.db'}",
            "secret_key": key,
            "chat_listen": f"127.0.0.1:{free_port()}",
        }
        settings = {f"DREMPEL_{name.upper()}": value for name, value in ours.items()}
        with _running(["bot" if paced else "benchmarks.bot_unpaced"], folder, settings) as process:
            _wait_until_it_listens(api, process)
            yield Program(api, process, folder / "drempel.db")


@contextmanager
def echo_bot(folder: Path) -> Iterator[Program]:
    """The peer's own webhook server."""
    port = free_port()
    with spawn() as api:
        command = [
            "benchmarks.peer_echo",
            "--token",
            TOKEN,
            "--api",
            api.root,
            "--port",
            str(port),
            "--secret",
            SECRET,
        ]
        with _running(command, folder, {}) as process:
            _wait_until_it_listens(api, process)
            yield Program(api, process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(
    command: list[str], folder: Path, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """In `folder`, so that no `.env` of this checkout is read; its words go to a file there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DREMPEL_")}
    with (folder / f"{command[0]}.log").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env={**kept, "PYTHONPATH": str(ROOT), **settings},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            # Ctrl-C is ours: it is told to end when what was measured has been shown.
            start_new_session=True,
        )
    try:
        yield process
        if process.poll() is not None:
            raise RuntimeError(
                f"{command[0]} ended with code {process.returncode}:\n{_last_words(folder, command[0])}"
            )
    except TimeoutError as error:
        raise RuntimeError(f"{error}; {command[0]} said:\n{_last_words(folder, command[0])}") from None
    finally:
        _end(process)


def _last_words(folder: Path, name: str) -> str:
    return (folder / f"{name}.log").read_text(errors="replace")[-2000:]


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_it_listens(api: Remote, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_WITHIN
    while process.poll() is None:
        if api.state()["webhook"]["url"]:
            return
        if time.monotonic() > until:
            raise TimeoutError(f"no webhook within {READY_WITHIN:g} s")
        time.sleep(0.05)
    raise TimeoutError(f"it ended with code {process.returncode}")
