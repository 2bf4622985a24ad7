"""What leaves the store: coarse codes, never so few alike that one is known, and with a purpose."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from frictionless import Dialect, Package, Schema
from frictionless.resources import TableResource
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from flows.intake import INTAKE
from storage import accounts
from storage.__main__ import main
from storage.accounts import Refused
from storage.exports import conversations as exports
from storage.exports import flow_results, handed_out
from storage.exports.conversations import ANY, COLUMNS, FACTS, KNOWN_BY
from storage.logs.traces import local
from storage.settings import Settings
from storage.store import Store
from storage.suppress import K
from storage.tables import access_log, log, traces
from tests.storage.her import START, Her, Worker
from tests.storage.logged import conversation

AMSTERDAM = "Europe/Amsterdam"
LATER = START + 30 * 24 * 3600.0
WEEK = local(START, AMSTERDAM)[0]
PURPOSE = "jaarverslag (verzonnen)"


def written(store: Store, kind: str, **other: Any) -> bytes:
    known = {"by": "1", "purpose": PURPOSE, "now": LATER, "language": "nl"} | other
    made = io.BytesIO()
    handed_out.make(store, kind, (WEEK,), made, **known)
    return made.getvalue()


def lines(store: Store) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(store, "csv").decode())))


def answers(store: Store, **other: Any) -> tuple[dict[str, Any], list[list[Any]]]:
    with ZipFile(io.BytesIO(written(store, "flow_results", **other))) as package:
        return json.loads(package.read("datapackage.json")), json.loads(package.read("data.json"))


def talk(store: Store, *chats: str, options: tuple[str, ...] = ("talk", "go_on", "yes", "me")) -> list[Her]:
    found = [Her(store, chat) for chat in chats]
    for her in found:
        her.walks(*options)
    return found


# --- never so few alike that one is known ---------------------------------------------------------------------

line = st.fixed_dictionaries(
    {name: st.sampled_from("abc"[: 2 if name == "week" else 3]) for name in KNOWN_BY}
    | dict.fromkeys(FACTS, st.just("x"))
)


@given(st.lists(line, max_size=60))
def test_whoever_is_in_it_is_like_four_others(given_lines: list[dict[str, str]]) -> None:
    """For any conversations: each line has K - 1 others with its week, colour, urgency, channel and language."""
    done = exports.coarse(given_lines)
    alike = Counter(tuple(one[name] for name in KNOWN_BY) for one in done)
    assert all(n >= K for n in alike.values())
    assert not any(one["week"] == ANY for one in done)
    assert len(done) <= len(given_lines)


@given(st.lists(line, max_size=40), st.lists(line, max_size=40))
def test_a_week_says_the_same_in_every_export(
    one_week: list[dict[str, str]], other_week: list[dict[str, str]]
) -> None:
    """Two exports of different length cannot be subtracted: what is said of a week hangs on that week alone."""
    first = [one | {"week": "a"} for one in one_week]
    both = [*first, *(one | {"week": "b"} for one in other_week)]
    assert [one for one in exports.coarse(both) if one["week"] == "a"] == exports.coarse(first)


def test_too_few_lose_their_language_first_then_the_rest(store: Store) -> None:
    """Five in Dutch stay as they are; four and one share a star; three of another week are left out."""
    rows = [conversation(f"n{n}", week=WEEK, language="nl", channel="web") for n in range(5)]
    rows += [conversation(f"e{n}", week=WEEK, language="en", channel="web", urgency=1) for n in range(4)]
    rows += [conversation("d", week=WEEK, language="nl", channel="web", urgency=1)]
    rows += [conversation(f"w{n}", week=WEEK + 7) for n in range(3)]
    with store.write() as conn:
        conn.execute(insert(traces), rows)
    assert Counter(one["language"] for one in lines(store)) == {"nl": 5, ANY: 5}
    assert list(exports.table(store, (WEEK + 7,))) == [",".join(COLUMNS) + "\r\n"]


def test_only_whole_weeks_that_are_over(store: Store) -> None:
    """From the first Monday on, to the last Sunday that both was asked for and has passed."""
    now = datetime.fromisoformat("2026-03-18T12:00+01:00").timestamp()
    weeks = exports.weeks(date(2026, 3, 3), date(2026, 12, 31), now, AMSTERDAM)
    assert [date.fromordinal(week).isoformat() for week in weeks] == ["2026-03-09"]
    assert exports.weeks(date(2026, 3, 9), date(2026, 3, 14), now, AMSTERDAM) == ()
    assert store


# --- nothing that leads back ----------------------------------------------------------------------------------


def test_no_trace_no_staff_no_word_no_moment_leaves(store: Store) -> None:
    """Neither file holds a trace, a staff id, what anybody typed, a case's name or a time of day."""
    women = talk(store, *"123456")
    for her in women:
        her.says("zilverreiger in voorbeeldstad")
        her.is_in_danger()
        worker = Worker(store, her.intake_id, "40774077", her.at + 60)
        worker.does("take")
        worker.does("write", "purperreiger")
    content = written(store, "csv")
    with ZipFile(io.BytesIO(written(store, "flow_results"))) as package:
        content += b"".join(package.read(name) for name in package.namelist())
        data = package.read("data.json").decode()
    assert data.count("talk") >= 6
    told = content.decode()
    with store.read() as conn:
        secret = [*conn.execute(select(log.c.trace).distinct()).scalars(), "40774077", "staff:"]
    for word in (*secret, "reiger", "voorbeeldstad", "telegram:1", "4242"):
        assert word not in told
    assert {row[0] for row in json.loads(data)} == {exports.beginning(WEEK)}


def test_what_is_told_of_a_conversation_is_coarse(store: Store) -> None:
    """How long until a human is a step of a stair, the time is a week, rungs end at three or more."""
    known = {"week": WEEK, "opened": START, "colour": 2, "rungs": 7, "ended": "finished", "outcome": "police"}
    rows = [conversation(f"{n}", touched=START + 900 * 4**n, **known) for n in range(5)]
    with store.write() as conn:
        conn.execute(insert(traces), rows)
    found = lines(store)
    assert [one["human_after"] for one in found] == ["15_min", "1_hour", "4_hours", "1_day", "later"]
    assert {one["rungs"] for one in found} == {"3_or_more"}
    assert {one["week"] for one in found} == {"2023-11-13"}
    assert tuple(found[0]) == COLUMNS


# --- FLOIP Flow Results ---------------------------------------------------------------------------------------


def test_the_package_is_a_valid_data_package(store: Store, tmp_path: Path) -> None:
    """Frictionless finds no error in the descriptor nor in the rows against its schema; the profile is FLOIP's own."""
    talk(store, *"123456")
    descriptor, rows = answers(store)
    assert descriptor["profile"] == "flow-results-package"
    # Frictionless takes an unknown profile for the name of a file.
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor | {"profile": "data-package"}))
    (tmp_path / "data.json").write_text(json.dumps(rows))
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["type", "note"]) == []
    schema = Schema.from_descriptor({"fields": descriptor["resources"][0]["schema"]["fields"]})
    table = TableResource(data=rows, dialect=Dialect.from_descriptor({"header": False}), schema=schema)
    report = table.validate()
    assert report.flatten(["type", "note"]) == []
    assert report.tasks[0].stats["rows"] == len(rows) > 0


def test_rows_are_what_flow_results_asks_for(store: Store) -> None:
    """Each response is one of its question's choices, each row has seven parts and an id of its own."""
    talk(store, *"123456")
    descriptor, rows = answers(store)
    questions = descriptor["resources"][0]["schema"]["questions"]
    assert set(questions) == {step.name for step in INTAKE.steps}
    for timestamp, _, contact, session, question, response, metadata in rows:
        assert timestamp.endswith("T00:00:00+00:00")
        assert contact
        assert session
        assert response in questions[question]["type_options"]["choices"]
        assert metadata == {}
    assert len({row[1] for row in rows}) == len(rows)
    assert questions["throat"]["label"]
    assert descriptor["resources"][0]["schema"]["language"] == "nld"


def test_an_answer_that_fewer_than_five_gave_is_left_out(store: Store) -> None:
    """Six said yes, four something else: the four cannot be found, and what all ten said stands ten times."""
    talk(store, *(f"y{n}" for n in range(6)))
    talk(store, *(f"n{n}" for n in range(4)), options=("talk", "go_on", "no"))
    _, rows = answers(store)
    found = Counter((row[4], row[5]) for row in rows)
    assert found == {
        ("front", "talk"): 10,
        ("notice", "go_on"): 10,
        ("safe", "yes"): 6,
        ("for_whom", "me"): 6,
    }


def test_answers_of_one_woman_cannot_be_put_together(store: Store) -> None:
    """Contact and session are made up for each row; linked, for use in the house, they are those of a conversation."""
    talk(store, *"123456")
    _, loose = answers(store)
    assert len({row[2] for row in loose}) == len({row[3] for row in loose}) == len(loose)
    _, linked = answers(store, linked=True)
    assert len({row[2] for row in linked}) == len({row[3] for row in linked}) == 6
    assert {row[2] for row in linked}.isdisjoint({row[2] for row in answers(store, linked=True)[1]})


def test_rows_come_week_by_week(store: Store) -> None:
    """A year is never held as a whole: the second week is not read before the first one's rows are taken."""
    talk(store, *"123456")
    read: list[int] = []

    def weeks() -> Iterator[int]:
        for week in (WEEK, WEEK + 7):
            read.append(week)
            yield week

    rows = flow_results.rows(store, weeks())
    next(rows)
    assert read == [WEEK]


# --- with a purpose -------------------------------------------------------------------------------------------


def test_no_export_without_a_purpose_and_each_is_kept(store: Store) -> None:
    """Too short a purpose writes nothing and logs nothing; a good one stands in the log of looks, sealed."""
    with pytest.raises(Refused, match="needs_purpose"):
        written(store, "csv", purpose="zomaar")
    with pytest.raises(Refused, match="no_such_kind"):
        written(store, "everything")
    assert handed_out.past(store) == []
    written(store, "csv")
    [past] = handed_out.past(store)
    assert (past.at, past.staff_id, past.kind, past.purpose) == (LATER, "1", "csv", PURPOSE)
    with store.read() as conn:
        assert PURPOSE.encode() not in bytes(conn.execute(select(access_log.c.why)).scalar_one())


def test_the_command_writes_a_file_and_leaves_one_that_is_there_alone(
    sqlite_settings: Settings, sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a supervisor who is answerable; a worker's login, an empty range or a file that exists end with 1."""
    talk(sqlite_store, *"123456")
    for login, role in (("ria", "supervisor"), ("sanne", "worker")):
        accounts.add(sqlite_store, login, login, [role], START, password="vier losse woorden")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREMPEL_SECRET_KEY", sqlite_settings.secret_key.get_secret_value())
    monkeypatch.setenv("DREMPEL_DATABASE_URL", sqlite_settings.database_url)

    def run(file: str, by: str = "ria", until: str = "2023-11-19", purpose: str = PURPOSE) -> int:
        days = ["--since", "2023-11-13", "--until", until]
        return main(["export", "csv", file, *days, "--by", by, "--purpose", purpose])

    assert run("out.csv", by="sanne") == 1
    assert run("out.csv", until="2023-11-18") == 1
    assert run("out.csv", purpose="zomaar") == 1
    assert not (tmp_path / "out.csv").exists()
    assert run("out.csv") == 0
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 7
    assert run("out.csv") == 1
