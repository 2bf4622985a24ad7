"""The export page: for supervisors, with a purpose, and nothing but codes in what it gives."""

from __future__ import annotations

import csv
import io
import time
from zipfile import ZipFile

import pytest

from storage.store import Store
from tests.desk.conftest import Browser, People
from tests.storage.her import Her

WEEK = 7 * 24 * 3600.0
PURPOSE = "jaarverslag (verzonnen)"


@pytest.fixture
def women(store: Store) -> None:
    """Six who wrote in the week before last."""
    for chat in "123456":
        Her(store, chat, at=time.time() - 1.5 * WEEK).walks("talk", "go_on", "yes")


def fields(**other: str) -> dict[str, str]:
    days = (time.strftime("%Y-%m-%d", time.gmtime(time.time() - n * WEEK)) for n in (4, 0))
    since, until = days
    return {"kind": "csv", "since": since, "until": until, "purpose": PURPOSE} | other


def test_a_supervisor_gets_a_file_and_the_page_keeps_what_for(ria: Browser, women: None) -> None:
    """CSV under a name of weeks alone; the page then shows who made it and why."""
    ria.get("/export")
    made = ria.post("/export", **fields())
    assert made.status_code == 200
    assert made.headers["content-type"] == "text/csv; charset=utf-8"
    assert made.headers["content-disposition"].startswith('attachment; filename="drempel-20')
    assert made.headers["cache-control"] == "no-store"
    assert len(list(csv.DictReader(io.StringIO(made.text)))) == 6
    page = ria.get("/export").text
    assert f"<q>{PURPOSE}</q>" in page
    assert "Ria · Gesprekken (CSV)" in page


def test_answers_come_as_a_package(ria: Browser, women: None) -> None:
    """A zip with the descriptor and the rows."""
    ria.get("/export")
    made = ria.post("/export", **fields(kind="flow_results"))
    assert made.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(made.content)) as package:
        assert set(package.namelist()) == {"datapackage.json", "data.json"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"purpose": "zomaar"}, "Schrijf op waarvoor het is."),
        ({"kind": "everything"}, "Kies wat je wilt uitvoeren."),
        ({"since": "gisteren"}, "Tussen die dagen ligt geen hele week die voorbij is."),
        ({"since": "2030-01-01"}, "Tussen die dagen ligt geen hele week die voorbij is."),
    ],
)
def test_what_is_refused_is_said_and_kept_in_the_form(ria: Browser, wrong: dict[str, str], said: str) -> None:
    """A plain sentence, what was typed stays, and nothing was exported."""
    ria.get("/export")
    answer = ria.post("/export", **fields(**wrong))
    assert answer.status_code == 409
    assert said in answer.text
    assert fields(**wrong)["purpose"] in answer.text
    assert "Nog niets." in answer.text


def test_only_supervisors_export(sanne: Browser, people: People) -> None:
    """A worker has neither the page nor the file."""
    assert people
    assert sanne.get("/export").status_code == 403
    assert sanne.post("/export", **fields()).status_code == 403
