"""The shape of the store: brings it up to date with Alembic, and says when it is not. No alembic.ini."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def config(conn: Connection | None = None) -> Config:
    """Alembic's settings; `conn` is the connection that migrations/env.py works on."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = conn
    return settings


def upgrade(engine: Engine) -> None:
    """All migrations that are still to be done, in one transaction."""
    with engine.begin() as conn:
        command.upgrade(config(conn), "head")


def behind(engine: Engine) -> str:
    """Which version the store has and which it should have; empty when they are the same."""
    wanted = head()
    with engine.begin() as conn:
        current = MigrationContext.configure(conn).get_current_revision()
    return "" if current == wanted else f"it has {current or 'no tables'}, and should have {wanted}"


@cache
def head() -> str | None:
    """The newest version that this release knows."""
    return ScriptDirectory.from_config(config()).get_current_head()
