"""`python -m benchmarks [names …]`: one JSON object a line as they come, and a table at the end."""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import closing
from typing import Any

from benchmarks import (
    durable_turns,
    log_pages,
    matching,
    reading_usual,
    reading_worst,
    red_card,
    rss,
    webhook_replies,
    whatif,
    word_times,
)
from benchmarks.measure import Bench, Plan, Round, result, table

_ALL = (
    durable_turns,
    webhook_replies,
    red_card,
    reading_usual,
    reading_worst,
    matching,
    log_pages,
    whatif,
    word_times,
    rss,
)
BENCHES = {one.BENCH.name: one.BENCH for one in _ALL}
STOPPED = 130  # what a shell gives for Ctrl-C


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    results: list[dict[str, Any]] = []
    code = 0
    for name in given.names or BENCHES:
        code = _run(BENCHES[name], given.rounds, results, quick=given.quick) or code
        if code == STOPPED:
            break
    if results:
        print(f"\n{table(results)}")
    return code


def _run(bench: Bench, wanted: int | None, results: list[dict[str, Any]], *, quick: bool) -> int:
    """Measures one; what was measured before it was stopped, or broke, is shown all the same."""
    rounds: list[Round] = []
    begun = time.monotonic()

    def say(words: str) -> None:
        print(f"[{time.monotonic() - begun:4.0f}s] {bench.name}: {words}", file=sys.stderr, flush=True)

    code = 0
    plan = Plan(wanted or (1 if quick else bench.rounds), quick, say)
    say(bench.what)
    try:
        with closing(bench.measure(plan)) as measured:  # type: ignore[type-var]  # a generator
            for one in measured:
                rounds.append(one)
                say(f"round {len(rounds)} of {plan.rounds}: {_brief(one)} {bench.unit}")
    except KeyboardInterrupt:
        say("stopped")
        code = STOPPED
    except Exception as error:  # noqa: BLE001 - the others are measured all the same
        say(f"failed: {type(error).__name__}: {error}")
        code = 1
    if rounds:
        results.append(result(bench, rounds))
        print(json.dumps(results[-1]), flush=True)
    return code


def _brief(one: Round) -> str:
    return (
        f"{one.ours:.4g}"
        if one.peer is None
        else f"{one.ours:.4g} and {one.peer:.4g} ({one.ratio:.2f} times)"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHES), type=_known)
    parser.add_argument("--rounds", type=int, help="of each benchmark, instead of its own number")
    parser.add_argument("--quick", action="store_true", help="one small round of each: does it run at all")
    return parser


def _known(name: str) -> str:
    if name not in BENCHES:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(BENCHES)}")
    return name


if __name__ == "__main__":
    sys.exit(main())
