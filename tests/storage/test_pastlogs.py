"""Past conversations out of the log: the same as their turns, in both databases, read and never written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from flows.whatif import difference as whatif
from flows.whatif import many, past, versions
from flows.whatif.past import Act
from storage.__main__ import main
from storage.logs import pastlogs
from storage.logs.pastlogs import Reader
from storage.settings import Settings
from storage.store import Store, open_store
from storage.tables import access_log, log, traces
from tests.storage.conftest import SECRET
from tests.storage.her import Her, Worker

RED = ("talk", "go_on", "yes", "me", "partner", "away", "none", "no", "recent")


def test_what_is_read_is_what_she_did(store: Store, settings: Settings) -> None:
    """Answers in their order, what could not be read, the rules that counted; of a worker's deeds nothing."""
    her = Her(store)
    her.walks(*RED)
    her.says("qwrt zxcv plmn bvgt")
    Worker(store, her.intake_id).does("take")
    (one,) = Reader(settings.database_url)(pastlogs.names(store))
    assert [act.code for act in one.acts if act.what == "answer"] == [*RED, "text"]
    assert Act("where", "unread", "where") in one.acts
    assert one.rules == {"KILL", "UNREAD"}
    assert whatif.rerun(versions.ours(), one).rules == one.rules


def test_open_cases_are_those_that_staff_hold(store: Store) -> None:
    """Of three conversations, one handed on, one closed and one never handed on, the first alone is open."""
    held, closed, early = Her(store, "1"), Her(store, "2"), Her(store, "3")
    for her in (held, closed):
        her.walks(*RED)
    early.walks("talk", "go_on")
    worker = Worker(store, closed.intake_id)
    worker.does("take")
    worker.does("close", "advice")
    assert pastlogs.of_open_cases(store) == [held.case.head.trace]
    assert len(pastlogs.names(store)) == 3
    assert len(pastlogs.names(store, 2)) == 2


def test_a_run_writes_nothing(sqlite_store: Store, sqlite_settings: Settings) -> None:
    """The file is the same byte for byte afterwards, no row is added, and nobody is noted as having looked."""
    for chat in ("1", "2"):
        Her(sqlite_store, chat).walks(*RED)
    with sqlite_store.write() as conn:
        conn.exec_driver_sql("SELECT 1")
    path = Path(make_url(sqlite_settings.database_url).database or "")
    sqlite_store.close()  # what stands in the write-ahead log goes into the file
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    reader = Reader(sqlite_settings.database_url)
    again = open_store(sqlite_settings)
    parts = many.in_parts(pastlogs.names(again))
    found = list(many.compare(Path(__file__).parent.parent.parent, parts, reader, 1))
    with again.read() as conn:
        counts = [
            conn.execute(select(func.count()).select_from(one)).scalar_one() for one in (traces, access_log)
        ]
        assert conn.execute(select(func.max(log.c.at))).scalar_one() < 1_700_001_000
    again.close()
    assert (found[0].logs, found[0].matrix[2, 2], counts) == (2, 2, [2, 0])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_the_command_prints_lines_that_can_be_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`python -m storage logs` prints one line a conversation, which `whatif --logs` takes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREMPEL_SECRET_KEY", SECRET)
    monkeypatch.setenv("DREMPEL_DATABASE_URL", f"sqlite:///{tmp_path}/drempel.db")
    assert main(["migrate"]) == 0
    store = open_store(Settings.load())
    Her(store).walks(*RED)
    store.close()
    assert main(["logs"]) == 0
    (one,) = past.from_lines(capsys.readouterr().out.splitlines())
    assert one.rules == {"KILL"}
