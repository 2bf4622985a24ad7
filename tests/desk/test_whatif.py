"""What if, on the desk: a draft laid ready by the operator, over all logs, for supervisors alone."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from desk import trials
from desk.trials import Trial, Trials
from storage.logs import pastlogs
from storage.settings import Settings
from storage.store import Store
from storage.tables import access_log, log
from tests.desk.conftest import Browser, People
from tests.storage.her import Her

ROOT = Path(__file__).parent.parent.parent
BY_HER_THROAT = ("talk", "go_on", "yes", "me", "partner", "away", "none", "no", "no", "recent")


@pytest.fixture
def drafts(tmp_path: Path, desk: FastAPI, settings: Settings) -> Path:
    """A folder of drafts: in one, having been throttled is orange; one does not load."""
    folder = tmp_path / "drafts"
    shutil.copytree(ROOT / "flows", folder / "milder" / "flows", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "milder" / "flows" / "indicators.py"
    file.write_text(file.read_text().replace('_red("STR", ', '_orange("STR", '))
    (folder / "broken" / "flows").mkdir(parents=True)
    (folder / "broken" / "flows" / "__init__.py").touch()
    desk.state.trials = Trials(str(folder), settings.database_url)
    return folder


@pytest.fixture
def throttled(store: Store) -> Her:
    her = Her(store, at=time.time() - 100)
    her.walks(*BY_HER_THROAT)
    return her


def finish() -> None:
    for thread in threading.enumerate():
        if thread.name == "what-if":
            thread.join(120)


def test_without_a_folder_the_page_says_how_to_lay_a_draft_ready(ria: Browser) -> None:
    """Nothing can be begun, and the setting that is missing is named."""
    text = ria.get("/whatif").text
    assert "DREMPEL_DRAFTS" in text
    assert 'name="draft"' not in text
    assert ria.post("/whatif", draft="milder").status_code == 409


def test_only_supervisors_compare(sanne: Browser, drafts: Path) -> None:
    """A worker gets neither the page nor its parts, cannot begin or stop, and is shown no way there."""
    assert sanne.get("/whatif").status_code == sanne.get("/whatif/parts").status_code == 403
    sanne.get("/account")
    assert sanne.post("/whatif", draft="milder").status_code == 403
    assert sanne.post("/whatif/stop").status_code == 403
    assert 'href="/whatif"' not in sanne.get("/").text


def test_the_missed_stand_first_with_their_rule_and_their_log(
    ria: Browser, store: Store, people: People, drafts: Path, throttled: Her
) -> None:
    """One red by her throat is orange in the draft: missed, by that rule, with her log; of open cases only how many."""
    with store.read() as conn:
        before = conn.execute(select(log)).all()
    assert "milder" in ria.get("/whatif").text
    assert ria.post("/whatif", draft="milder").status_code == 303
    finish()
    text = ria.get("/whatif").text
    assert "1 rood gesprek was gemist" in text
    assert "Keel dichtgeknepen" in text
    assert f'href="/logs/{throttled.case.head.trace}"' in text
    assert text.index("was gemist") < text.index("Kleur toen")
    _, _, of_open_cases = text.partition("Zaken die nu open zijn")
    assert "Van 1 open zaken komen er 1 anders uit; 1 rode waren gemist" in of_open_cases
    assert throttled.case.head.trace[:6] not in of_open_cases
    assert ria.get("/whatif/parts").status_code == 286
    with store.read() as conn:
        assert conn.execute(select(log)).all() == before
        noted = conn.execute(
            select(access_log.c.what).where(access_log.c.staff_id == int(people.ria))
        ).scalars()
        assert "whatif" in list(noted)


@pytest.mark.parametrize("draft", ["../milder", "none", "", "broken/flows"])
def test_only_what_lies_in_the_folder_is_loaded(ria: Browser, drafts: Path, draft: str) -> None:
    """A name that is none of the folder's own is refused in words, and nothing runs."""
    ria.get("/whatif")
    answer = ria.post("/whatif", draft=draft)
    assert answer.status_code == 409
    assert "ligt niet meer klaar" in answer.text
    assert not [thread for thread in threading.enumerate() if thread.name == "what-if"]


def test_what_was_stopped_shows_what_there_was(
    ria: Browser, store: Store, drafts: Path, throttled: Her, desk: FastAPI
) -> None:
    """Stopped, the page says after how many conversations, and shows what came out of those."""
    known: Trials = desk.state.trials
    trial = known.last = Trial("milder", "3", time.time(), 1)
    text = ria.get("/whatif").text
    assert "<progress" in text
    assert '<noscript><meta http-equiv="refresh"' in text
    assert ria.get("/whatif/parts").status_code == 200
    assert ria.post("/whatif", draft="milder").status_code == 409
    assert ria.post("/whatif/stop").status_code == 303
    known._run(trial, drafts / "milder", pastlogs.names(store), [])
    assert trial.state == trials.STOPPED
    assert "gestopt na 1 van 1 gesprekken" in ria.get("/whatif").text


def test_a_draft_that_does_not_load_is_said_to_be_so(
    ria: Browser, store: Store, drafts: Path, throttled: Her, desk: FastAPI
) -> None:
    """The page stays up and says where to look; nothing of the error itself is shown."""
    known: Trials = desk.state.trials
    trial = known.last = Trial("broken", "3", time.time(), 1)
    known._run(trial, drafts / "broken", pastlogs.names(store), [])
    text = ria.get("/whatif").text
    assert "broken kan niet worden geladen" in text
    assert "ModuleNotFound" not in text
