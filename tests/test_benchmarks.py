"""That every benchmark runs and says what it measured; how fast it was decides nothing here."""

from __future__ import annotations

import json

import pytest

from benchmarks import __main__ as command
from benchmarks import durable_turns, log_pages, red_card, rss, webhook_replies, whatif, word_times
from benchmarks.measure import Bench, Plan, Round, result, table


def bench(at_least=None, below=None, rounds=()):
    return Bench("made_up", "a second", "two sides", lambda plan: iter(rounds), 3, at_least, below)


def test_the_ratio_is_the_median_of_the_rounds_own_ratios():
    """One round in which the machine was busy does not move the result; the spread of all rounds is told."""
    rounds = [Round(10, 10), Round(40, 10), Round(30, 20)]
    found = result(bench(at_least=1.5), rounds)
    assert (found["ours"], found["peer"], found["ratio"]) == (30, 10, 1.5)
    assert (found["met"], found["runs"], found["spread"]) == (True, 3, [1.0, 4.0])


def test_without_a_peer_it_is_ours_that_must_be_below():
    """No ratio is made up then: the median of ours, 1.5, misses its bound of 1, and the table says so."""
    found = result(bench(below=1.0), [Round(0.5, more={"p99_ms": 3.0}), Round(1.5), Round(2.0)])
    assert (found["peer"], found["ratio"], found["met"], found["p99_ms"]) == (None, None, False, 3.0)
    assert "missed" in table([found])


def test_what_was_measured_before_it_is_stopped_is_shown(monkeypatch, capsys):
    """Ctrl-C in the second round: the first still counts, and the exit code says that it was stopped."""

    def stopped(plan: Plan):
        yield Round(2, 1)
        raise KeyboardInterrupt

    monkeypatch.setattr(
        command, "BENCHES", {"made_up": Bench("made_up", "a second", "two sides", stopped, at_least=1)}
    )
    assert command.main(["made_up"]) == command.STOPPED
    assert json.loads(capsys.readouterr().out.splitlines()[0])["ratio"] == 2


def test_one_that_breaks_does_not_keep_the_others_from_it(monkeypatch, capsys):
    """The next benchmark still runs and is printed; the whole ends with 1."""

    def broken(plan: Plan):
        raise RuntimeError("made up")
        yield

    benches = {"broken": Bench("broken", "", "", broken, below=1), "fine": bench(1, None, [Round(1, 1)])}
    monkeypatch.setattr(command, "BENCHES", benches)
    assert command.main([]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[0])["bench"] == "made_up"


@pytest.mark.parametrize(
    "which",
    [
        durable_turns,
        red_card,
        word_times,
        *(pytest.param(one, marks=pytest.mark.soak) for one in (log_pages, webhook_replies, rss, whatif)),
    ],
)
def test_it_runs(which, monkeypatch):
    """Each can be run in one quick round and measures something above nothing."""
    monkeypatch.setattr(durable_turns, "CHATS", 2)
    monkeypatch.setattr(red_card, "A_FEW", 20)
    monkeypatch.setattr(log_pages, "QUICK_ROWS", 3_000)
    found = list(which.BENCH.measure(Plan(rounds=1, quick=True, say=print)))
    assert len(found) == 1
    assert found[0].ours > 0
