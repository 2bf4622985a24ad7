"""A store of each kind, empty for every test, and somebody who writes to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import delete, inspect
from sqlalchemy.engine import Engine

from storage.keys import tables as keys
from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import Store, connect, migrate, open_store
from storage.tables import metadata
from tests.storage.her import Her

SECRET = new_secret("k1")
STAFF_CHAT = "-100777"


def settings_for(url: str, secret: str = SECRET) -> Settings:
    return Settings(secret_key=secret, database_url=url, staff_chat=STAFF_CHAT, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    migrate(settings_for(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_settings(migrated_file: Path, tmp_path: Path) -> Settings:
    path = tmp_path / "drempel.db"
    shutil.copy(migrated_file, path)
    return settings_for(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def migrated_postgres(postgres_databases: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    with postgres_databases() as url:
        migrate(settings_for(url))
        yield url


def has_keys(engine: Engine) -> bool:
    return inspect(engine).has_table("case_keys", schema=keys.SCHEMA)


@pytest.fixture
def postgres_settings(migrated_postgres: str) -> Settings:
    """One database for the whole run, emptied for each test: making one takes longer than most tests."""
    settings = settings_for(migrated_postgres)
    engine = connect(migrated_postgres)
    with engine.begin() as conn:  # a tenth of what TRUNCATE takes, where there is so little
        for table in reversed(metadata.sorted_tables):
            conn.execute(delete(table))
        for table in keys.tables("postgresql").metadata.sorted_tables if has_keys(engine) else ():
            conn.execute(delete(table))
    engine.dispose()
    return settings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Of either database."""
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    found: Settings = request.getfixturevalue(f"{kind}_settings")
    return found


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_settings: Settings) -> Iterator[Store]:
    opened = open_store(sqlite_settings)
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres_settings: Settings) -> Iterator[Store]:
    opened = open_store(postgres_settings)
    yield opened
    opened.close()


@pytest.fixture
def her(store: Store) -> Her:
    return Her(store)
