"""python -m storage: each command ends with a code that says how it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.__main__ import main
from storage.sealed import read_masters
from storage.settings import Settings
from storage.store import open_store
from tests.storage.conftest import SECRET
from tests.storage.her import Her


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREMPEL_SECRET_KEY", SECRET)
    monkeypatch.setenv("DREMPEL_DATABASE_URL", f"sqlite:///{tmp_path}/data/drempel.db")


def test_migrate_makes_a_store_and_may_be_run_again(tmp_path: Path) -> None:
    """The folder is made as well; a second run ends with 0, so that every start may begin with it."""
    assert main(["migrate"]) == 0
    assert (tmp_path / "data" / "drempel.db").exists()
    assert main(["migrate"]) == 0


def test_migrate_with_another_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new key over an old store is an error that names the key the store was made with."""
    main(["migrate"])
    monkeypatch.setenv("DREMPEL_SECRET_KEY", "k9:" + "A" * 43)
    assert main(["migrate"]) == 1
    assert "another key (k1)" in capsys.readouterr().err


def test_key_prints_one_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    """What it prints, and nothing else, is accepted as a setting and is called k1."""
    assert main(["key"]) == 0
    assert list(read_masters(capsys.readouterr().out.strip())) == ["k1"]


def test_audit_prints_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 0 while all is well, and with 1 and a line for a red case that nobody looked at in time."""
    main(["migrate"])
    assert main(["audit"]) == 0
    store = open_store(Settings.load())
    Her(store).is_in_danger()
    store.close()
    assert main(["audit"]) == 1
    assert "overdue" in capsys.readouterr().out
