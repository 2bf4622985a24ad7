"""Her right to see what is kept: through a worker, in her own language, on paper if she wants."""

from __future__ import annotations

import time

from sqlalchemy import select

from flows import words
from flows.intake import INTAKE
from storage import reading, staff
from storage.store import Store
from storage.tables import access_log
from tests.desk.conftest import Browser, People
from tests.storage.her import Her, Worker, handoff_of

TEXT = "ik slaap bij mijn zus"


def test_it_holds_what_she_said_and_who_saw_it_and_names_nobody(
    sanne: Browser, store: Store, people: People
) -> None:
    """Questions and buttons as she saw them, both sides of the talk, how long; no worker's name; the look is logged."""
    her = Her(store, "77", at=time.time() - 60)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none", "no", "recent")
    her.says(TEXT)
    worker = Worker(store, her.intake_id, people.mo, time.time())
    worker.does("take")
    worker.does("write", "ik luister")
    case = handoff_of(store, her.intake_id).id
    page = sanne.get(f"/case/{case}/kept").text
    assert words.label("nl", "afraid_of", "partner") in page
    assert TEXT in page
    assert "ik luister" in page
    assert "Mo" not in page.split("<h1>")[1]
    with store.read() as conn:
        seen = conn.execute(select(access_log.c.what).order_by(access_log.c.id.desc()).limit(1)).scalar_one()
    assert seen == "kept"


def test_her_number_is_there_for_who_holds_the_case_alone(
    sanne: Browser, store: Store, people: People
) -> None:
    """The page is no way around the button that shows it once."""
    her = Her(store, "78", at=time.time() - 60)
    her.says("/start")
    while her.intake.step != "number":
        codes = [option.code for option in INTAKE.by_name[her.intake.step].options]
        her.presses("call" if "call" in codes else codes[0])
    her.says("06 00000000")
    case = handoff_of(store, her.intake_id).id
    told = reading.number(her.intake)
    assert told
    assert told not in sanne.get(f"/case/{case}/kept").text
    Worker(store, her.intake_id, people.sanne, time.time()).does("take")
    assert told in sanne.get(f"/case/{case}/kept").text
    with store.read() as conn:
        seen = list(conn.execute(select(access_log.c.what).order_by(access_log.c.id)).scalars())
    assert seen[-2:] == ["kept", "number"]


def test_whoever_may_not_open_the_case_does_not_find_it(
    sanne: Browser, store: Store, people: People, her: Her
) -> None:
    """As with the case itself."""
    staff.bar(store, people.sanne, her.intake_id, people.ria, time.time())
    assert sanne.get("/case/1/kept").status_code == 404
