"""The pages of figures and of the drawn conversation: for supervisors, suppressed, each with its table."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest

from desk.figures import router as figures_router
from desk.flow import router as flow_router
from desk.tongue import Tongue
from flows import words
from flows.indicators import COMBINATIONS, INDICATORS
from flows.intake import INTAKE
from flows.logbook import ENDINGS
from flows.tongues import STAFF_LANGUAGES
from storage.logs.traces import local
from storage.store import Store
from tests.desk.conftest import Browser, People
from tests.storage.made_up import MadeUp

PAGES = [route.path for router in (figures_router, flow_router) for route in router.routes]  # type: ignore[attr-defined]
CODES = ("waits", "endings", "hours", "drops", "rungs", "rules", "nights", "houses")
LAST = local(time.time(), "Europe/Amsterdam")[0] - 7


@pytest.fixture
def made(store: Store) -> MadeUp:
    """A week that has ended: 30 finished, 12 who left, 3 of whom nothing may be said, and who waited how long."""
    made = MadeUp(store)
    at = time.time() - 20 * 86400
    about = {"started": at, "last_at": at, "week": LAST}
    made.conversations(30, **about, urgency=2, opened=at, touched=at + 90)
    made.conversations(12, **about, ended="left_suddenly", step="threat")
    made.conversations(3, **about, language="en", ended="left", step="safe")
    made.passed("came", 40, step="threat", week=LAST)
    made.passed("rung", 30, what="1:on_call", week=LAST)
    made.passed("reason", 20, what="KILL", week=LAST)
    made.passed("overruled", 10, what="KILL", week=LAST)
    made.passed("moved", 35, step="threat", what="throat", week=LAST)
    return made


@pytest.mark.parametrize("path", PAGES)
def test_only_supervisors_see_them(sanne: Browser, ria: Browser, path: str) -> None:
    """A worker is refused and finds no link; a supervisor finds one on every page."""
    assert sanne.get(path).status_code == 403
    assert f'href="{path}"' not in sanne.get("/").text
    assert ria.get(path).status_code == 200
    assert f'href="{path}"' in ria.get("/").text


def test_every_figure_has_a_drawing_a_definition_and_a_table(ria: Browser, made: MadeUp) -> None:
    """Eight figures, each with its words; nothing needs a style of its own."""
    text = ria.get("/figures").text
    tongue = Tongue("nl", "Europe/Amsterdam")
    for code in CODES:
        assert f'<svg id="{code}"' in text
        assert tongue.t(f"desk.figures.{code}.means") in text.replace("&#39;", "'")
    assert text.count("<table>") == len(CODES)
    assert "style=" not in text


def test_what_is_told_is_suppressed(ria: Browser, made: MadeUp) -> None:
    """Three who left are nobody; thirty who finished are thirty, in the drawing's table."""
    table = ria.get("/figures").text.split('<svg id="endings"')[1].split("</table>")[0]
    whole = re.search(r"<tbody><tr>(.*?)</tr>", table)
    assert whole
    assert re.findall(r"<td>(.*?)</td>", whole[1]) == ["30", "&lt;5", "10", "&lt;5"]


def test_filters_stay_in_the_form_and_narrow_what_is_shown(ria: Browser, made: MadeUp) -> None:
    """A language and a week are read from the address; nonsense counts as not asked."""
    monday = date.fromordinal(LAST).isoformat()
    text = ria.get(f"/figures?since={monday}&until={monday}&language=en").text
    assert f'name="since" value="{monday}"' in text
    assert '<option value="en" selected>' in text
    assert "&lt;5 gesprekken in deze weken." in text
    assert "45 gesprekken in deze weken." in ria.get("/figures?since=yesterday&language=xx&channel=%27").text


def test_the_flow_opens_the_logs_of_a_step(ria: Browser, made: MadeUp) -> None:
    """Every step is a link to its logs, with its numbers in words; the table says the same."""
    text = ria.get("/flow").text
    for step in INTAKE.steps:
        assert f'href="/logs?step={step.name}"' in text
    assert "Dreigen met doden: 40 kwamen langs, 10 gingen hier weg" in text
    assert "keel dichtknijpen 35" in text


def test_an_empty_house_has_pages_too(ria: Browser, people: People) -> None:
    """Where nothing has happened yet, every figure says so instead of failing."""
    for path in PAGES:
        assert ria.get(path).status_code == 200


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_every_code_of_a_figure_has_its_words(language: str) -> None:
    """Steps, rules, endings, rungs, kinds of houses: no code is shown bare."""
    known = words.catalogue(language)
    named = [{f"desk.q.{step.name}", f"{step.name}.short"} & known.keys() for step in INTAKE.steps]
    assert all(named)
    wanted = {f"desk.figures.{code}{part}" for code in CODES for part in ("", ".means")}
    wanted |= {f"desk.figures.ended.{code}" for code in ENDINGS}
    wanted |= {f"rule.{one.rule}" for one in COMBINATIONS} | {f"indicator.{code}" for code in INDICATORS}
    wanted |= {f"desk.rung.{who}" for who in ("board", "on_call", "everyone", "supervisors")}
    wanted |= {f"desk.figures.kind.{kind}" for kind in ("secure", "visible_house")}
    wanted |= {f"desk.figures.broken.{state}" for state in ("released", "expired", "withdrawn")}
    wanted |= {f"desk.brief.{unit}" for unit in ("s", "min", "h", "d")}
    assert wanted - known.keys() == set()
