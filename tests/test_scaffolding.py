"""The project's own frame: `make run` begins and ends well, the arrows hold, lists and settings are sound."""

from __future__ import annotations

import ast
import base64
import itertools
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from storage.sealed import read_masters
from storage.settings import Settings

ROOT = Path(__file__).resolve().parent.parent

# --- scripts/run.py, with commands that stand in for the real ones ------------------------------------------

STORAGE = """
import os, sys
print("storage", sys.argv[1], os.environ.get("DREMPEL_SECRET_KEY", "no key in the environment"))
if sys.argv[1] == os.environ.get("STAND_IN_FAILS"):
    print("storage: the store cannot be read", file=sys.stderr)
    sys.exit(4)
if sys.argv[1] == "demo":
    print("sign in as ada with password lovelace")
"""

LISTENER = """
import os, signal, socket, sys, time
name = {name!r}
def end(number, frame):
    os.write(1, (name + " ended well\\n").encode())  # in one piece: both end at once
    sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if os.environ.get("STAND_IN_DEAF") == name else end)
if os.environ.get("STAND_IN_FAILS") == name:
    print(name + ": a bad token", file=sys.stderr)
    sys.exit(7)
host, port = os.environ[{setting!r}].rsplit(":", 1)
with socket.create_server((host, int(port))):
    print(name, "pid", os.getpid(), flush=True)
    if os.environ.get("STAND_IN_DIES") == name:
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)
    if os.environ.get("STAND_IN_LEAVES") == name:
        time.sleep(1)
        sys.exit(0)
    while True:
        time.sleep(0.05)
"""


class Checkout:
    """A folder with scripts/run.py and stand-ins for the commands it starts."""

    def __init__(self, folder: Path, chat: int, desk: int) -> None:
        self.folder = folder
        self.env_file = folder / ".env"
        self.chat, self.desk = chat, desk
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / "scripts" / "run.py", folder / "scripts")
        (folder / "storage.py").write_text(STORAGE)
        (folder / "bot.py").write_text(LISTENER.format(name="bot", setting="DREMPEL_CHAT_LISTEN"))
        (folder / "desk.py").write_text(LISTENER.format(name="desk", setting="DREMPEL_DESK_LISTEN"))
        self._started: list[subprocess.Popen[str]] = []

    def start(self, **environment: str) -> subprocess.Popen[str]:
        addresses = {
            "DREMPEL_CHAT_LISTEN": f"127.0.0.1:{self.chat}",
            "DREMPEL_DESK_LISTEN": f"127.0.0.1:{self.desk}",
        }
        process = subprocess.Popen(
            [sys.executable, self.folder / "scripts" / "run.py"],
            env=dict(os.environ) | addresses | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
        )
        self._started.append(process)
        return process

    def ends(self, **environment: str) -> tuple[int, str, str]:
        process = self.start(**environment)
        out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    def clear(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=30)

    def is_left(self) -> bool:
        """Whether anyone still listens."""
        return any(is_open(port) for port in (self.chat, self.desk))


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    read = ""
    for line in process.stdout:
        read += line
        if wanted in line:
            return read
    raise AssertionError(f"ended without saying {wanted!r}:\n{read}\n{process.stderr.read()}")


@pytest.fixture
def checkout(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Checkout]:
    made = Checkout(tmp_path, free_port(), free_port())
    yield made
    made.clear()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_shows_addresses_and_sign_in_and_ends_both_when_asked(checkout: Checkout, number: int) -> None:
    """The sign-in stands below the addresses again; after Ctrl-C or SIGTERM it ends with 0 and no port is left open."""
    process = checkout.start()
    said = read_until(process, "  desk ")
    assert "storage migrate" in said
    assert f"chat  http://127.0.0.1:{checkout.chat}/" in said
    assert f"desk  http://127.0.0.1:{checkout.desk}/" in said
    assert is_open(checkout.chat)
    assert is_open(checkout.desk)
    before = said.count("sign in as ada")
    rest = read_until(process, "sign in as ada")
    assert before == 1, rest

    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "bot ended well" in out
    assert "desk ended well" in out
    assert err == ""
    assert not checkout.is_left()


def test_run_makes_one_key_and_keeps_it(checkout: Checkout) -> None:
    """It is added to .env, which its owner alone may then read, and never printed; a second run makes no other."""
    checkout.env_file.write_text("DREMPEL_SECRET_KEY=\nDREMPEL_STAFF_CHAT=-1")
    checkout.env_file.chmod(0o644)
    _, out, _ = checkout.ends(STAND_IN_FAILS="demo")
    assert str(checkout.env_file) in out
    lines = checkout.env_file.read_text().splitlines()
    assert lines[:2] == ["DREMPEL_SECRET_KEY=", "DREMPEL_STAFF_CHAT=-1"]
    name, _, key = lines[2].partition("=")
    assert name == "DREMPEL_SECRET_KEY"
    assert key.startswith("k1:")
    assert len(base64.urlsafe_b64decode(key.removeprefix("k1:"))) == 32
    assert key not in out
    assert read_masters(key)
    assert stat.S_IMODE(checkout.env_file.stat().st_mode) == 0o600

    _, out, _ = checkout.ends(STAND_IN_FAILS="demo")
    assert checkout.env_file.read_text().splitlines() == lines
    assert "Made a" not in out


def test_run_makes_no_key_when_the_environment_has_one(checkout: Checkout) -> None:
    """A key given from outside is the one used, and no file appears."""
    _, out, _ = checkout.ends(STAND_IN_FAILS="demo", DREMPEL_SECRET_KEY="k2:given")
    assert "storage migrate k2:given" in out
    assert not checkout.env_file.exists()


def test_run_does_not_let_an_empty_variable_hide_the_file(checkout: Checkout) -> None:
    """An empty variable counts as none: the key in .env is kept and used, for another key could open no case."""
    checkout.env_file.write_text("DREMPEL_SECRET_KEY=k1:kept\n")
    _, out, _ = checkout.ends(STAND_IN_FAILS="demo", DREMPEL_SECRET_KEY="")
    assert "storage migrate no key in the environment" in out
    assert checkout.env_file.read_text() == "DREMPEL_SECRET_KEY=k1:kept\n"


@pytest.mark.parametrize(
    ("who", "code", "line"),
    [
        ("migrate", 4, "storage: the store cannot be read"),
        ("demo", 4, "storage: the store cannot be read"),
        ("bot", 7, "bot: a bad token"),
        ("desk", 7, "desk: a bad token"),
    ],
)
def test_run_ends_with_the_code_and_the_line_of_what_failed(
    checkout: Checkout, who: str, code: int, line: str
) -> None:
    """The one line on stderr is that of the part that failed; nothing claims to run and nobody still listens."""
    ended, out, err = checkout.ends(STAND_IN_FAILS=who)
    assert ended == code
    assert err == line + "\n"
    assert "Drempel is running" not in out
    assert not checkout.is_left()


@pytest.mark.parametrize(("who", "other"), [("bot", "desk"), ("desk", "bot")])
def test_run_ends_the_other_when_one_is_killed(checkout: Checkout, who: str, other: str) -> None:
    """Half a Drempel is none: the other ends well, and code and line tell who was killed and how."""
    code, out, err = checkout.ends(STAND_IN_DIES=who)
    assert code == 128 + signal.SIGKILL
    assert err == f"python -m {who} was ended by SIGKILL.\n"
    assert f"{other} ended well" in out
    assert not checkout.is_left()


def test_run_fails_when_one_leaves_without_a_word(checkout: Checkout) -> None:
    """A part that ends with 0 was not asked to: the whole ends with 1 and says which it was."""
    code, _, err = checkout.ends(STAND_IN_LEAVES="desk")
    assert code == 1
    assert err == "python -m desk ended by itself.\n"
    assert not checkout.is_left()


def test_run_asked_twice_does_not_wait_for_one_that_does_not_listen(checkout: Checkout) -> None:
    """The second Ctrl-C kills a bot that ignores the first, so that the terminal is back within five seconds."""
    process = checkout.start(STAND_IN_DEAF="bot")
    read_until(process, "  desk ")
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    read_until(process, "desk ended well")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert time.monotonic() - begun < 5
    assert not checkout.is_left()


@pytest.mark.parametrize(
    ("which", "setting"), [("chat", "DREMPEL_CHAT_LISTEN"), ("desk", "DREMPEL_DESK_LISTEN")]
)
def test_run_says_in_one_line_that_a_port_is_in_use(checkout: Checkout, which: str, setting: str) -> None:
    """Found before anything starts: the line names the setting, the address and what to do."""
    port = getattr(checkout, which)
    with socket.create_server(("127.0.0.1", port)):
        code, out, err = checkout.ends()
    assert code == 1
    assert out == ""
    assert err == (
        f"{setting}: cannot listen on 127.0.0.1:{port} (Address already in use)."
        " End what uses it, or set another address.\n"
    )


@pytest.mark.parametrize(
    "value", ["8000", "localhost:", ":8000", "localhost:http", "localhost:0", "localhost:65536"]
)
def test_run_says_what_is_wrong_with_an_address(checkout: Checkout, value: str) -> None:
    """A missing host or port, a name for a port and ports that cannot be: one line with an example each."""
    code, out, err = checkout.ends(DREMPEL_DESK_LISTEN=value)
    assert (code, out) == (1, "")
    assert err == (
        f"DREMPEL_DESK_LISTEN: {value!r} is not a host and a port."
        " Example: DREMPEL_DESK_LISTEN=127.0.0.1:8000\n"
    )


def test_run_wants_two_addresses(checkout: Checkout) -> None:
    """Chat and desk cannot share one: the line names both settings and says what to do."""
    code, _, err = checkout.ends(DREMPEL_CHAT_LISTEN=f"127.0.0.1:{checkout.desk}")
    assert code == 1
    assert err == "DREMPEL_CHAT_LISTEN and DREMPEL_DESK_LISTEN are the same address; give each its own.\n"


# --- the arrows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("flows/bad.py", "import storage", "bot and desk stand on storage"),
        ("storage/bad.py", "import desk", "bot and desk stand on storage"),
        ("bot/bad.py", "import desk", "bot and desk stand on storage"),
        ("desk/bad.py", "import bot.channels", "bot and desk stand on storage"),
        ("flows/bad.py", "import msgspec", "flows is pure"),
        ("flows/bad.py", "from urllib.request import urlopen", "flows is pure"),
        ("bot/bad.py", "import sqlalchemy.orm", "only storage knows the database"),
        ("desk/bad.py", "import sqlite3", "only storage knows the database"),
        ("bot/channels/bad.py", "from telegram.ext import Application", "only bot.channels.telegram"),
        ("storage/bad.py", "import telegram", "only bot.channels.telegram"),
    ],
)
def test_an_import_against_an_arrow_is_refused(tmp_path: Path, file: str, line: str, contract: str) -> None:
    """A room that keeps to the arrows passes; one import across them breaks exactly the contract that forbids it."""
    for room in ("flows", "storage", "bot", "bot/channels", "bot/channels/telegram", "desk"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "bot/channels/telegram/inbound.py").write_text("import telegram\nimport storage\n")
    (tmp_path / "storage/tables.py").write_text("import sqlalchemy\nimport flows\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def broken() -> list[str]:
        linter = Path(sys.executable).with_name("lint-imports")
        ran = subprocess.run(
            [linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        found = [said for said in ran.stdout.splitlines() if " BROKEN" in said]
        assert (ran.returncode != 0) == bool(found), ran.stdout + ran.stderr
        return found

    assert broken() == []
    (tmp_path / file).write_text(line + "\n")
    (found,) = broken()
    assert found.startswith(contract)


# --- lists and settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["uv.txt", "run.txt", "dev.txt"])
def test_every_locked_package_has_one_version_and_hashes_and_no_address(file: str) -> None:
    """What is installed is what was locked, to the byte, from whichever index the machine uses."""
    text = (ROOT / "requirements" / file).read_text()
    assert "://" not in text
    assert "--index" not in text
    packages = re.split(r"\n(?=\S)", re.sub(r"^#.*\n|^    #.*\n", "", text, flags=re.MULTILINE).strip())
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9.-]+(\[[a-z,-]+\])?==\S+", package), package
        assert "--hash=sha256:" in package, package


def test_the_development_list_holds_what_runs_at_the_same_version() -> None:
    """Every pin of run.txt stands in dev.txt too, so tests run against the versions that people run."""

    def pinned(file: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / file).read_text(), flags=re.MULTILINE))

    assert pinned("run.txt") <= pinned("dev.txt")


def test_the_example_settings_are_all_there_explained_and_harmless() -> None:
    """Every setting of the code stands there, words above it, commented out: a copy of the file changes nothing."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert all(not line or line.startswith("#") for line in lines), "copying the example must change nothing"
    settings = {}
    for above, line in itertools.pairwise(lines):
        if named := re.match(r"# DREMPEL_([A-Z_]+)=", line):
            settings[named[1]] = above.removeprefix("# ")
    assert set(settings) == {name.upper() for name in Settings.model_fields}
    assert all(len(words) > 20 for words in settings.values())


def test_the_licence_is_the_one_declared() -> None:
    """pyproject.toml and the LICENSE file both say EUPL 1.2."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "EUPL-1.2"
    assert (ROOT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")


def test_make_help_names_every_target_meant_for_people() -> None:
    """Who types `make help` reads a line about each target that the Makefile calls phony, and about no other."""
    text = (ROOT / "Makefile").read_text()
    [phony] = re.findall(r"^\.PHONY: (.+)", text, flags=re.MULTILINE)
    said = dict(re.findall(r"^  make (\S+) +(\S.*)$", make("help"), flags=re.MULTILINE))
    assert set(said) == set(phony.split()) >= {"help", "install", "run", "test", "check"}
    for target, words in said.items():
        assert re.search(rf"^{target}:.*  ## {re.escape(words)}$", text, flags=re.MULTILINE), target


def make(*arguments: str) -> str:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


# --- the tests themselves -----------------------------------------------------------------------------------


def test_every_test_states_its_fact() -> None:
    """Each test function has a docstring; one without is named here with its file."""
    silent = [
        f"{path.relative_to(ROOT)}: {found.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for found in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef)
        and found.name.startswith("test_")
        and not ast.get_docstring(found)
    ]
    assert silent == []


# --- PostgreSQL ---------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_each_postgres_database_is_real_fresh_and_one_s_own(
    postgres_url: str, postgres_databases: Callable[[], AbstractContextManager[str]]
) -> None:
    """A table made in one is not in the next; the server is 15 or newer and speaks UTF-8."""
    assert postgres_url.startswith("postgresql+psycopg://")
    with psycopg.connect(postgres_url.replace("+psycopg", "", 1)) as one:
        one.execute("CREATE TABLE here (id int)")
    with postgres_databases() as url, psycopg.connect(url.replace("+psycopg", "", 1)) as two:
        assert two.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'here'").fetchone() == (0,)
        (version,) = two.execute("SHOW server_version_num").fetchone()
        assert int(version) >= 150000
        assert two.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_make_check_runs_every_static_check() -> None:
    """What the threat model names is what `make check` calls."""
    calls = subprocess.run(
        ["make", "-n", "check"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    named = ("ruff check", "mypy", "lint-imports", "bandit", "scripts/advisories.py", "flows check")
    assert [one for one in named if one not in calls] == []
