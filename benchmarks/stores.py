"""Stores made for measuring: SQLite as by default, in a folder that goes away."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import Store, migrate, open_store


def made_store(folder: Path, key: str = "") -> Store:
    """An empty store at its newest shape."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # only what is said here
        database_url=f"sqlite:///{folder / 'drempel.db'}",
        secret_key=SecretStr(key or new_secret()),
    )
    migrate(settings)
    return open_store(settings)
