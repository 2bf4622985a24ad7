"""Starts Drempel on this machine, with made-up data, and ends it again: what `make run` calls.

The store is brought up to date and filled, then the bot and the desk run side by side until one of them
ends or somebody presses Ctrl-C. Each speaks for itself on the terminal; a command that fails has said why.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent
KEY_SETTING = "DREMPEL_SECRET_KEY"
LISTENERS = {  # who listens where, unless told otherwise
    "chat": ("DREMPEL_CHAT_LISTEN", "127.0.0.1:8001"),
    "desk": ("DREMPEL_DESK_LISTEN", "127.0.0.1:8000"),
}
READY_WITHIN = 60.0  # seconds
END_WITHIN = 10.0  # seconds
GLANCE = 0.05  # seconds between two looks at what runs

Address = tuple[str, int]


class Failed(Exception):
    """Drempel cannot run. The message is the one line to show; empty when a command has shown its own."""

    def __init__(self, line: str = "", code: int = 1) -> None:
        super().__init__(line)
        self.code = code


class Asked(Exception):
    """Somebody asked Drempel to end: Ctrl-C or SIGTERM."""


class Commands:
    """The commands that are running, each in its own process group: Ctrl-C reaches them only through us."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._asked = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1

    def start(self, *command: str, stdout: int | None = None) -> None:
        self._running[" ".join(command)] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            process_group=0,
        )

    def run(self, *command: str) -> str:
        """What the command said on standard output, once it has ended well."""
        with tempfile.TemporaryFile() as said:
            self.start(*command, stdout=said.fileno())
            name = " ".join(command)
            while self._running[name].poll() is None:
                self._glance()
            code = self._running.pop(name).returncode
            said.seek(0)
            words = said.read().decode(errors="replace")
        if code:
            print(words, end="", flush=True)
            raise ended(name, code)
        return words

    def watch(self) -> None:
        """One look at everything that should be running."""
        for name, process in self._running.items():
            code = process.poll()
            if code is not None:
                raise ended(name, code)
        self._glance()

    def _glance(self) -> None:
        if self._asked:
            raise Asked
        time.sleep(GLANCE)

    def end(self) -> None:
        """Nothing runs any more: asked first, made to after a while or when asked once more."""
        asked = self._asked
        for process in self._running.values():
            self._signal(process, signal.SIGTERM)
        until = time.monotonic() + END_WITHIN
        while self._any_left() and time.monotonic() < until and self._asked == asked:
            time.sleep(GLANCE)
        for process in self._running.values():
            self._signal(process, signal.SIGKILL)  # also what a command may have left in its group
            process.wait()

    def _any_left(self) -> bool:
        return any(process.poll() is None for process in self._running.values())

    @staticmethod
    def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # the whole group is gone already
            os.killpg(process.pid, number)


def ended(name: str, code: int) -> Failed:
    if code > 0:
        return Failed(code=code)
    if code == 0:
        return Failed(f"python -m {name} ended by itself.")
    return Failed(f"python -m {name} was ended by {signal.Signals(-code).name}.", 128 - code)


def read_settings() -> dict[str, str]:
    """The settings that are set: the environment over `.env`."""
    found: dict[str, str] = {}
    for source in (dotenv_values(ROOT / ".env"), os.environ):
        found |= {name.upper(): value for name, value in source.items() if value}
    return found


def make_secret_key() -> Path:
    """Adds a fresh key to `.env`, which from then on only its owner can read."""
    file = ROOT / ".env"
    key = "k1:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    try:
        opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(opened, "r+", encoding="utf-8") as env:
            os.fchmod(env.fileno(), 0o600)
            text = env.read()
            gap = "" if not text or text.endswith("\n") else "\n"
            env.write(f"{gap}{KEY_SETTING}={key}\n")
    except OSError as error:
        raise Failed(f"{file}: no place to keep a new {KEY_SETTING} ({error.strerror}).") from error
    return file


def listen_address(settings: dict[str, str], who: str) -> Address:
    setting, default = LISTENERS[who]
    value = settings.get(setting, default)
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise Failed(f"{setting}: {value!r} is not a host and a port. Example: {setting}={default}")
    return host.removeprefix("[").removesuffix("]"), int(port)


def must_be_free(setting: str, address: Address) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Failed(
                f"{setting}: cannot listen on {shown(address)} ({reason})."
                " End what uses it, or set another address."
            ) from error


def reachable(address: Address) -> Address:
    """Where to knock for someone who listens on all addresses."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked at, not bound to  # nosec B104
    return own.get(address[0], address[0]), address[1]


def shown(address: Address) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def answers(address: Address) -> bool:
    try:
        with socket.create_connection(reachable(address), timeout=1):
            return True
    except OSError:
        return False


def run(commands: Commands, addresses: dict[str, Address]) -> None:
    print(commands.run("storage", "migrate"), end="", flush=True)
    sign_in = commands.run("storage", "demo")
    print(sign_in, end="", flush=True)

    commands.start("bot")
    commands.start("desk")
    until = time.monotonic() + READY_WITHIN
    for who, address in addresses.items():
        while not answers(address):
            commands.watch()
            if time.monotonic() > until:
                raise Failed(
                    f"The {who} did not answer on {shown(address)} within {READY_WITHIN:.0f} seconds."
                )

    print("\nDrempel is running. Ctrl-C ends it.")
    print(f"  chat  http://{shown(reachable(addresses['chat']))}/")
    print(f"  desk  http://{shown(reachable(addresses['desk']))}/")
    print(sign_in, end="", flush=True)
    while True:
        commands.watch()


def main() -> int:
    commands: Commands | None = None
    try:
        settings = read_settings()
        addresses = {who: listen_address(settings, who) for who in LISTENERS}
        if addresses["chat"] == addresses["desk"]:
            raise Failed(
                "DREMPEL_CHAT_LISTEN and DREMPEL_DESK_LISTEN are the same address; give each its own."
            )
        for who, address in addresses.items():
            must_be_free(LISTENERS[who][0], address)
        if KEY_SETTING not in settings:
            print(f"Made a {KEY_SETTING} and added it to {make_secret_key()}.")
            print(
                "Keep a copy in a safe place: without it nothing sealed can ever be read again.", flush=True
            )
        # An empty variable means "not set": it must not hide what `.env` says.
        environment = {n: v for n, v in os.environ.items() if v or not n.upper().startswith("DREMPEL_")}
        commands = Commands(environment | {"PYTHONUNBUFFERED": "1"})
        run(commands, addresses)
    except Asked:
        return 0
    except Failed as failed:
        if str(failed):
            print(failed, file=sys.stderr)
        return failed.code
    finally:
        if commands:
            commands.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
