"""What if: another version of the flow over past conversations shows exactly whom it would have missed, and why."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows import lexicon
from flows.__main__ import _checkout, _sentences, main
from flows.model import Colour, Content, Flow, Option, Step
from flows.whatif import difference as whatif
from flows.whatif import past, readings, telling, versions
from flows.whatif.difference import Version, compare, rerun
from flows.whatif.past import Past
from storage import book
from storage.demo import year
from tests.flows.walk import ARRIVED, NO_CORE, TO_DANGER, Walk

ROOT = Path(__file__).parent.parent.parent
OURS = versions.ours()
COLUMNS = ("kind", "step", "code", "goes_to", "rule", "actor")


def rows(walk: Walk) -> list[tuple[str, ...]]:
    logged = [book.log_row("t", entry) for turn in walk.turns for entry in turn.log]
    return [tuple(str(row[name]) for name in COLUMNS) for row in logged]


def past_of(walk: Walk) -> Past:
    return past.read("t", OURS.name, rows(walk))


def changed(step: str, change: Callable[[Step], Step]) -> Version:
    """Ours, with one step declared otherwise."""
    steps = tuple(change(one) if one.name == step else one for one in OURS.flow.steps)
    flow = Flow("intake", "draft", OURS.flow.start, steps, OURS.flow.alarms)
    return replace(OURS, name="draft", flow=flow)


def without_edge(step: str, to: str) -> Version:
    return changed(step, lambda one: replace(one, gotos=tuple(goto for goto in one.gotos if goto.to != to)))


def without_raise(step: str, option: str) -> Version:
    def silent(one: Step) -> Step:
        options = tuple(Option(o.code) if o.code == option else o for o in one.options)
        return replace(one, options=options)

    return changed(step, silent)


@pytest.fixture(scope="module")
def sample() -> list[Past]:
    """Some hundred made-up conversations, with all that happens in a year."""
    made = year.make(year.Plan("2026-11-18", 50_000, 7, "Europe/Amsterdam"), ["1", "2", "3"], range(70, 71))
    its: dict[str, list[tuple[str, ...]]] = {row["trace"]: [] for row in made.traces}
    for row in made.log:
        its[row["trace"]].append(tuple(str(row[name]) for name in COLUMNS))
    return [past.read(trace, OURS.name, logged) for trace, logged in its.items()]


def test_a_version_against_itself_gives_no_difference(sample: list[Past]) -> None:
    """Over made-up conversations of all kinds nobody is routed differently, and each colour stays what it was."""
    found = compare(OURS, OURS, sample)
    assert found.logs == len(sample) > 100
    assert (found.changed, found.missed_reds, dict(found.new), found.later.count) == (0, 0, {}, 0)
    assert {pair for pair, count in found.matrix.items() if count} <= {(0, 0), (1, 1), (2, 2)}


def test_a_rerun_by_the_same_version_gives_what_its_log_says(sample: list[Past]) -> None:
    """Leaving, coming back, corrections, old buttons and silence included: the same rules counted, in every log."""
    assert [one.trace for one in sample if rerun(OURS, one).rules != one.rules] == []
    assert compare(OURS, OURS, sample).unlike == 0


def test_the_sample_holds_what_makes_it_hard(sample: list[Past]) -> None:
    """It is no sample of straight answers: every kind of act but old buttons stands in it."""
    assert {act.what for one in sample for act in one.acts} == {"answer", "side", "unread", "silence"}
    assert len({one.acts for one in sample}) > 50


# --- what a change would have missed --------------------------------------------------------------------------


def test_a_dropped_question_misses_the_reds_that_it_alone_showed() -> None:
    """Nobody is asked about her throat: who was red by that is missed, by STR; who was red by a weapon is not."""
    draft = without_edge("threat", "throat")
    throat, weapon = (
        past_of(Walk(*TO_DANGER, "no", "no", "recent")),
        past_of(Walk(*TO_DANGER, "no", "no", "no", "recent")),
    )
    found = compare(OURS, draft, [throat, weapon])
    assert {rule: kind.count for rule, kind in found.missed.items()} == {"STR": 1}
    assert found.missed_reds == 1
    assert found.matrix == {(2, 1): 1, (2, 2): 1}
    assert found.urgency["now>this_week"].count == 1
    assert found.desks["placement>intake"].examples == ["t"]


def test_an_answer_that_says_nothing_any_more_misses_its_reds_alone() -> None:
    """Without what `throat.recent` raises, that answer shows nothing; `throat.before` still makes red."""
    draft = without_raise("throat", "recent")
    recent, before = (past_of(Walk(*TO_DANGER, "no", "no", one)) for one in ("recent", "before"))
    found = compare(OURS, draft, [recent, before])
    assert (found.missed_reds, found.missed["STR"].count, found.changed) == (1, 1, 1)


def test_a_lowered_sign_in_another_checkout_is_named_with_its_rule(draft: Path) -> None:
    """A copy of flows/ in which STR is orange: loaded beside ours, which stays as it was."""
    other = versions.load(draft)
    assert other.indicators["STR"].colour == 1
    assert versions.ours().indicators["STR"].colour is Colour.RED
    found = compare(OURS, other, [past_of(Walk(*TO_DANGER, "no", "no", "recent"))])
    assert found.missed["STR"].count == 1
    assert not found.new


def test_a_combination_that_no_longer_adds_up_is_missed_by_its_name() -> None:
    """Control no longer counts: separation, control and violence together are not red any more."""
    walk = Walk(*TO_DANGER, *("no",) * 5, "left", "no", "more", "recent", "no", "yes")
    assert walk.turn.assessment.colour is Colour.RED
    found = compare(OURS, without_raise("control", "yes"), [past_of(walk)])
    assert set(found.missed) == {"cluster_of_three"}


def test_what_was_raised_is_new_and_not_missed() -> None:
    """The other way round, from the draft to ours: one red is new, by its rule, and none is missed."""
    found = compare(
        without_raise("throat", "recent"), OURS, [past_of(Walk(*TO_DANGER, "no", "no", "recent"))]
    )
    assert (found.missed_reds, found.new["STR"].count, found.cells[1, 2].count) == (0, 1, 1)


def test_a_red_that_comes_only_after_more_questions_is_told() -> None:
    """She was red at her throat and pressed danger-now later: the draft sees only the second."""
    walk = Walk(*TO_DANGER, "no", "no", "recent")
    walk.presses("lost", "tonight").button("danger_now")
    found = compare(OURS, without_raise("throat", "recent"), [past_of(walk)])
    assert (found.missed_reds, found.later.examples) == (0, ["t"])


# --- what counts, and what does not ---------------------------------------------------------------------------


def test_the_order_of_the_questions_alone_changes_nobody() -> None:
    """Asked about weapons before threats, her answers are the same answers."""
    threat, throat, weapon = (OURS.flow.by_name[name] for name in ("threat", "throat", "weapon"))
    moved = {
        "right_now": replace(OURS.flow.by_name["right_now"], gotos=threat.gotos),
        "throat": replace(throat, gotos=(replace(throat.gotos[0], to="weapon"), *throat.gotos[1:])),
        "weapon": replace(weapon, gotos=(replace(weapon.gotos[0], to="threat"), *weapon.gotos[1:])),
        "threat": replace(threat, gotos=weapon.gotos),
    }
    steps = tuple(moved.get(step.name, step) for step in OURS.flow.steps)
    draft = replace(OURS, flow=Flow("intake", "draft", OURS.flow.start, steps, OURS.flow.alarms))
    pasts = [
        past_of(Walk(*TO_DANGER, "no", "no", "no", "recent")),
        past_of(Walk(*TO_DANGER, *NO_CORE, "worker", "yes")),
    ]
    assert compare(OURS, draft, pasts).changed == 0


def test_a_question_that_was_never_asked_is_unknown_and_not_no() -> None:
    """With a danger question more, nobody who answered all becomes green by it: it stands as unknown, so orange."""
    calm = Walk(*ARRIVED, "me", "family", "away", "none", *("no",) * 7, "more")
    while calm.intake.step != "consent":
        calm.presses("no")
    assert calm.turn.assessment.colour is Colour.GREEN
    new = Step("new", OURS.flow.by_name["hit"].gotos, (Option("no"),), block="core")
    flow = Flow("intake", "draft", OURS.flow.start, (*OURS.flow.steps, new), OURS.flow.alarms)
    assert rerun(OURS, past_of(calm)).colour == 0
    assert rerun(replace(OURS, flow=flow), past_of(calm)).colour == 1


@pytest.mark.parametrize("step", ["threat", "where"])
def test_danger_now_is_never_lost_with_a_question(step: str) -> None:
    """She pressed it at a question that the draft does not have: in the draft she presses it all the same."""
    walk = Walk(*TO_DANGER, "no", *(("recent",) if step == "where" else ()))
    assert walk.intake.step == step
    walk.button("danger_now")
    steps = tuple(one for one in OURS.flow.steps if one.name != step)
    draft = replace(OURS, flow=Flow("intake", "draft", OURS.flow.start, steps, OURS.flow.alarms))
    assert "NOW" in rerun(draft, past_of(walk)).reds


def test_what_could_not_be_read_stays_found() -> None:
    """A voice message and a typed answer count as nobody having read them, in any version that knows that sign."""
    walk = Walk(*TO_DANGER)
    walk.says("", Content.VOICE)
    found = rerun(without_edge("threat", "throat"), past_of(walk))
    assert (found.colour, found.rules) == (1, {"UNREAD"})


def test_a_missed_red_that_a_human_had_lowered_is_counted_apart() -> None:
    """It is missed by the rules all the same, and said to have been lowered by two people at the time."""
    walk = Walk(*TO_DANGER, "no", "no", "recent")
    walk.staff("take")
    walk.staff("lower", text="verzonnen", colour=Colour.ORANGE, second="mo")
    found = compare(OURS, without_raise("throat", "recent"), [past_of(walk)])
    assert (found.missed_reds, found.overruled) == (1, 1)


def test_an_old_button_counts_where_its_question_was_asked() -> None:
    """A late `threat.recent` is red by ours; a draft that never asks about threats never showed that button."""
    walk = Walk(*TO_DANGER, "no", "no")
    walk.old_button("threat", "recent")
    assert "KILL" in rerun(OURS, past_of(walk)).reds
    assert "KILL" not in rerun(without_edge("right_now", "threat"), past_of(walk)).rules


def test_who_deleted_and_came_back_is_walked_twice() -> None:
    """Staff hold her case, she deletes and begins anew with other answers: what either round showed is found."""
    walk = Walk(*ARRIVED, "me", "other", "near", "none", *("no",) * 7, "more", "no", "yes")
    walk.button("human")
    walk.button("delete")
    walk.presses("yes")
    walk.word("return")
    walk.presses("talk", "go_on", "yes", "minor")
    one = past_of(walk)
    assert one.rules >= {"ESC", "MINOR"}
    assert rerun(OURS, one).rules == one.rules


def test_a_duress_word_counts_again_as_danger_now() -> None:
    """What it showed is not lost on another version; coming back by a word is no answer to anything."""
    walk = Walk(*TO_DANGER, "no")
    walk.button("leave")
    walk.word("return")
    walk.button("leave")
    walk.word("duress")
    one = past_of(walk)
    assert "NOW" in one.rules
    assert rerun(OURS, one).rules == one.rules


# --- the record, and the command ------------------------------------------------------------------------------


def test_a_past_is_codes_alone_and_survives_its_line() -> None:
    """What she typed stands nowhere in it, and a line of JSON brings back the same past."""
    walk = Walk(*TO_DANGER, "no", "recent")
    walk.says("Geheimzinnigdorp 12 (verzonnen)")
    one = past_of(walk)
    assert "Geheimzinnig" not in past.to_line(one)
    assert past.from_lines([past.to_line(one), "\n"]) == [one]
    with pytest.raises(past.NotALine):
        past.from_lines(['{"trace": "t"}'])


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Another checkout, with one line changed: having been throttled is orange."""
    shutil.copytree(
        ROOT / "flows", tmp_path / "draft" / "flows", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, old, new in (
        ("indicators.py", '_red("STR", ', '_orange("STR", '),
        ("intake.py", 'VERSION = "', 'VERSION = "draft-of-'),
    ):
        file = tmp_path / "draft" / "flows" / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    return tmp_path / "draft"


def test_the_command_names_the_missed_first_and_ends_with_1(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over a file of logs: how many reds, by which rule, which traces; code 1, and nothing is left in the draft."""
    logs = tmp_path / "logs.jsonl"
    red, calm = past_of(Walk(*TO_DANGER, "no", "no", "recent")), past_of(Walk(*TO_DANGER, *NO_CORE))
    logs.write_text("".join(past.to_line(one) + "\n" for one in (red, calm)))
    command = ["whatif", "--against", str(draft), "--logs", str(logs), "--processes", "1"]
    assert main(command) == 1
    said = capsys.readouterr().out
    assert "draft-of-" in said.splitlines()[0]
    assert "no longer red by STR: 1  t" in said
    assert said.index("MISSED") < said.index("new")
    assert not list(draft.rglob("__pycache__"))


def test_what_is_no_version_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty folder, one that does not load, and a revision that git does not know: code 2 and one line each."""
    (tmp_path / "broken" / "flows").mkdir(parents=True)
    (tmp_path / "broken" / "flows" / "__init__.py").touch()
    (tmp_path / "broken" / "flows" / "intake.py").write_text("import no_such_module")
    for against in (str(tmp_path), str(tmp_path / "broken"), "no-such-revision"):
        assert main(["whatif", "--against", against, "--logs", "/dev/null"]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_a_revision_is_taken_out_of_git_and_put_away_again() -> None:
    """The newest revision loads as a version with a flow of its own, and its folder is gone afterwards."""
    with _checkout("HEAD") as folder:
        assert versions.load(folder).flow is not OURS.flow
    assert not folder.exists()


def test_the_telling_shows_a_few_traces_and_how_many_there_are() -> None:
    """Of many, some are named; the count is of all."""
    red = past_of(Walk(*TO_DANGER, "no", "no", "recent"))
    found = whatif.Difference()
    for _ in range(3):
        found.merge(compare(OURS, without_raise("throat", "recent"), [red] * 20))
    assert (found.missed["STR"].count, len(found.missed["STR"].examples)) == (60, whatif.EXAMPLES)
    assert "no longer red by STR: 60  t t t t t …" in telling.told(found, ("a", "b"))


def test_another_lexicon_is_compared_over_the_labelled_sentences(draft: Path) -> None:
    """A lexicon without the rules for the throat: the danger that it would no longer raise comes first, by sentence."""
    theirs = versions.reader(draft)
    assert theirs is not None
    dutch = [one for one in _sentences("nl") if "STR" in one.indicators]
    lines = list(readings.told(dutch, lexicon.read, lambda text: _without(theirs(text), "STR")))

    assert lines[0] == f"{len(dutch)} labelled sentences, from our lexicons to theirs"
    lost = int(lines[1].rpartition(" ")[2])
    assert lost > 0
    assert lines[2].startswith("  nl STR")
    assert list(readings.told(dutch, lexicon.read, theirs))[1].endswith(": 0")


def _without(reading: Any, indicator: str) -> Any:
    return replace(reading, signs=tuple(sign for sign in reading.signs if sign.indicator != indicator))
