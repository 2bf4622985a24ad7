"""The programs' own account in PostgreSQL can do their work and nothing against the logs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from storage import grants, retention, second, staff
from storage.__main__ import main
from storage.logs import seals, verified
from storage.settings import Settings
from storage.store import Store, connect, migrate, open_store
from tests.storage.conftest import settings_for
from tests.storage.her import Her, Phone, Worker

pytestmark = pytest.mark.postgres


@pytest.fixture
def least(postgres_databases: Callable[[], AbstractContextManager[str]]) -> Iterator[Store]:
    """A store that an account with the least rights has opened."""
    role = f"drempel_{uuid.uuid4().hex[:12]}"
    with postgres_databases() as url:
        migrate(settings_for(url))
        owner = connect(url)
        with owner.begin() as conn:
            conn.execute(text(f"CREATE ROLE {role} LOGIN"))
            for _twice in range(2):
                for one in grants.statements(role, str(make_url(url).database)):
                    conn.execute(text(one))
        with closing(open_store(settings_for(_as(url, role)))) as store:
            yield store
        with owner.begin() as conn:
            conn.execute(text(f"DROP OWNED BY {role}"))
            conn.execute(text(f"DROP ROLE {role}"))
        owner.dispose()


def _as(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def test_the_least_is_enough_for_a_whole_life(least: Store) -> None:
    """Conversations, workers, sign-ins, seals, wiping, forgetting and retention run with it."""
    her = Her(least)
    her.walks("talk", "go_on")
    her.is_in_danger()
    Worker(least, her.intake_id).does("take")
    Worker(least, her.intake_id).does("write", "ik ben er")
    Phone(least).sends_all(her.at + 100)
    who, password = staff.add(least, "sanne", "Sanne", ["worker"], time.time())
    assert isinstance(staff.sign_in(least, "sanne", password, time.time()), staff.SignedIn)
    assert second.secret(least, who.id)
    other = Her(least, "5151")
    other.walks("talk")
    other.everywhere("delete")
    other.presses("yes", "delete")
    her.everywhere("leave")
    Phone(least).sends_all(her.at + 200)
    Her(least, "6161").walks("talk")
    assert retention.daily(least, time.time() + 90 * 86400.0)
    assert seals.seal(least, time.time())
    assert [find for _done, finds in verified.whole(least, time.time()) for find in finds] == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log",
        "UPDATE log SET at = 0",
        "DELETE FROM access_log",
        "UPDATE access_log SET what = 'read'",
        "DELETE FROM seals",
        "UPDATE seals SET at = 0",
        "DELETE FROM keys.forgotten",
        "TRUNCATE log",
        "DROP TABLE log",
        "ALTER TABLE intakes ADD COLUMN x integer",
        "CREATE TABLE public.x (id integer)",
        "UPDATE alembic_version SET version_num = ''",
    ],
)
def test_it_changes_no_entry_and_no_table(least: Store, statement: str) -> None:
    """What would hide a deed, or alter the store, PostgreSQL itself refuses."""
    Her(least).walks("talk")
    with (
        least.engine.connect() as conn,
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
    ):
        conn.execute(text(statement))


def test_the_command_prints_the_sql(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One statement a line, for psql; SQLite has no roles, and the command says so."""
    monkeypatch.setattr(Settings, "load", lambda: settings_for("postgresql:///drempel"))
    assert main(["grants", 'o"dd']) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.endswith(";") for line in lines)
    assert any('ON access_log TO "o""dd"' in line for line in lines)
    monkeypatch.setattr(Settings, "load", lambda: settings_for("sqlite:///x.db"))
    assert main(["grants", "drempel"]) == 1
    assert "SQLite has no roles" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("postgresql:///drempel", True),
        ("postgresql://u:p@localhost/drempel", True),
        ("postgresql://u:p@127.0.0.1:5432/drempel", True),
        ("postgresql://u:p@[::1]/drempel", True),
        ("postgresql:///drempel?host=/run/postgresql", True),
        ("postgresql://u:p@db.example.org/drempel?sslmode=verify-full", True),
        ("postgresql://u:p@db.example.org/drempel", False),
        ("postgresql://u:p@db.example.org/drempel?sslmode=require", False),
        ("postgresql://u:p@/drempel?host=localhost:1&host=db.example.org:2", False),
        ("postgresql:///drempel?host=192.0.2.7", False),
        ("postgresql://u:p@localhost/drempel?hostaddr=127.0.0.1", True),
        ("postgresql://u:p@localhost/drempel?hostaddr=203.0.113.5", False),
        ("postgresql:///drempel?hostaddr=127.0.0.1,203.0.113.5", False),
        ("postgresql://u@127.0.0.1/drempel?hostaddr=203.0.113.5&sslmode=disable", False),
        ("postgresql://db.example.org/drempel?hostaddr=203.0.113.5&sslmode=verify-full", True),
        ("postgresql:///drempel?service=far", False),
        ("postgresql:///drempel?service=far&sslmode=verify-full", True),
    ],
)
def test_off_this_machine_the_way_is_sealed_and_its_end_is_known(url: str, taken: bool) -> None:
    """TLS without looking whose it is would talk to whoever stands between."""
    if taken:
        assert settings_for(url).database_url == url
    else:
        with pytest.raises(ValueError, match="sslmode=verify-full"):
            settings_for(url)


@pytest.mark.parametrize(
    ("name", "far"), [("HOST", "db.example.org"), ("HOSTADDR", "192.0.2.7"), ("SERVICE", "far")]
)
def test_the_environment_leads_nowhere_in_clear(monkeypatch: pytest.MonkeyPatch, name: str, far: str) -> None:
    """An address that names no server is not near when the database's own settings name one elsewhere."""
    monkeypatch.setenv(f"PG{name}", far)
    with pytest.raises(ValueError, match="sslmode=verify-full"):
        settings_for("postgresql:///drempel")
    assert settings_for("postgresql:///drempel?sslmode=verify-full")
    assert settings_for("sqlite:///drempel.db")
