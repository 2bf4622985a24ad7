"""A desk over a store of its own, with three people, and somebody who signs in and fills in forms."""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import update

from desk.app import make_app
from storage import passwords, staff
from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import Store, migrate, open_store
from storage.tables import sessions
from tests.storage.her import Her

PASSWORD = "vier losse woorden samen"
SECRET = new_secret("k1")


def settings_for(url: str) -> Settings:
    return Settings(secret_key=SECRET, database_url=url, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory-hard hashing is not what these tests are about."""
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "_NOBODY", [])


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "empty.db"
    migrate(settings_for(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite(migrated: Path, tmp_path: Path) -> Settings:
    path = tmp_path / "drempel.db"
    shutil.copy(migrated, path)
    return settings_for(f"sqlite:///{path}")


@pytest.fixture
def postgresql(postgres_databases: Callable[[], AbstractContextManager[str]]) -> Iterator[Settings]:
    with postgres_databases() as url:
        found = settings_for(url)
        migrate(found)
        yield found


@pytest.fixture
def settings(sqlite: Settings) -> Settings:
    """SQLite, unless a test asks for both."""
    return sqlite


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Settings:
    """Of either database."""
    found: Settings = request.getfixturevalue(request.param)
    return found


@dataclass
class People:
    """Who works at the desk of a test: staff ids."""

    store: Store
    sanne: str = field(init=False)
    mo: str = field(init=False)
    ria: str = field(init=False)

    def __post_init__(self) -> None:
        self.sanne = self.hire("sanne", "worker")
        self.mo = self.hire("mo", "worker")
        self.ria = self.hire("ria", "supervisor", "admin")

    def hire(self, login: str, *roles: str) -> str:
        return staff.add(self.store, login, login.title(), roles, time.time(), password=PASSWORD)[0].id


def second_done(store: Store) -> None:
    """Everybody who is signed in has done the second step too: tests/desk/test_second.py is about that one."""
    with store.write() as conn:
        conn.execute(update(sessions).values(second=True))


class Client:
    """One browser's connection: asks the app itself, and waits for the answer."""

    def __init__(self, app: FastAPI, base_url: str = "http://desk") -> None:
        self.store: Store = app.state.room.store
        self._loop = asyncio.new_event_loop()
        self._way = ASGITransport(app)
        self._http = AsyncClient(transport=self._way, base_url=base_url)
        self.cookies = self._http.cookies

    def request(self, method: str, path: str, **more: Any) -> Response:
        return self._loop.run_until_complete(self._http.request(method, path, **more))

    def forgive(self) -> None:
        """What breaks is answered, and does not end the test."""
        self._way.raise_app_exceptions = False

    def close(self) -> None:
        self._loop.run_until_complete(self._http.aclose())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


@dataclass
class Browser:
    """Somebody at the desk: keeps its cookies and sends the token of its forms."""

    client: Client
    token: str = ""

    def sign_in(self, login: str, password: str = PASSWORD) -> Response:
        """Both steps: whoever comes to the second one has done it."""
        self.get("/sign-in")
        answer = self.post("/sign-in", login=login, password=password)
        if answer.status_code == 303:
            second_done(self.client.store)
        return answer

    def get(self, path: str, **headers: str) -> Response:
        answer = self.client.request("GET", path, headers=headers)
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, **fields: object) -> Response:
        return self.client.request("POST", path, data={"csrf": self.token, **fields})


def open_desk(settings: Settings) -> tuple[FastAPI, Store]:
    store = open_store(settings)
    return make_app(store, settings), store


@pytest.fixture
def desk(settings: Settings) -> Iterator[FastAPI]:
    app, store = open_desk(settings)
    yield app
    store.close()


@pytest.fixture
def store(desk: FastAPI) -> Store:
    found: Store = desk.state.room.store
    return found


@pytest.fixture
def people(store: Store) -> People:
    return People(store)


Opens = Callable[..., Browser]


@pytest.fixture
def opens(desk: FastAPI) -> Iterator[Opens]:
    """Opens a browser; with a login, somebody is signed in."""
    clients = []

    def open_one(login: str = "", base_url: str = "http://desk", app: FastAPI = desk) -> Browser:
        clients.append(Client(app, base_url))
        browser = Browser(clients[-1])
        if login:
            assert browser.sign_in(login).status_code == 303
            browser.get("/account")
        return browser

    yield open_one
    for client in clients:
        client.close()


@pytest.fixture
def outside(opens: Opens) -> Browser:
    """Nobody has signed in."""
    return opens()


@pytest.fixture
def sanne(opens: Opens, people: People) -> Browser:
    assert people.sanne
    return opens("sanne")


@pytest.fixture
def mo(opens: Opens, people: People) -> Browser:
    assert people.mo
    return opens("mo")


@pytest.fixture
def ria(opens: Opens, people: People) -> Browser:
    assert people.ria
    return opens("ria")


@pytest.fixture
def her(store: Store) -> Her:
    """A red case, this minute: he has threatened to kill her. Its handoff is number 1."""
    return in_red(store)


def in_red(store: Store, chat: str = "1") -> Her:
    found = Her(store, chat, at=time.time() - 60)
    found.walks("talk", "go_on", "yes", "me", "partner", "away", "with_me", "no")
    found.presses("recent")
    return found
