"""How long it takes to read a usual message with all nine lexicons; and to load them, and what they weigh."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Bench, Plan, Round
from flows.lexicon import read

SENTENCES = Path(__file__).parents[1] / "tests" / "reading" / "open"
SHORTEST, LONGEST = 20, 80  # characters of a usual message
LOADING = """
import gc, json, os, time
import flows.lexicon
def resident():
    with open("/proc/self/statm") as memory:
        return int(memory.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
before, begun = resident(), time.perf_counter()
flows.lexicon.lexicons()
took = time.perf_counter() - begun
gc.collect()
print(json.dumps([took, resident() - before]))
"""


def measure(plan: Plan) -> Iterator[Round]:
    usual = [text for text in texts() if SHORTEST <= len(text) <= LONGEST]
    read("")  # loaded before the first
    for _ in range(plan.rounds):
        seconds = min(_once(usual) for _ in range(1 if plan.quick else 10))
        load, weight = _loaded()
        yield Round(seconds / len(usual) * 1e6, more={"load_ms": load * 1000, "lexicons_mb": weight})


def texts() -> list[str]:
    """All labelled sentences that may be looked at."""
    lines = (
        line for file in sorted(SENTENCES.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
    )
    return [json.loads(line)["text"] for line in lines]


def _once(every: list[str]) -> float:
    """Seconds. The fastest of many is what the work itself takes: the others were waiting for the machine."""
    begun = time.perf_counter()
    for text in every:
        read(text)
    return time.perf_counter() - begun


def _loaded() -> tuple[float, float]:
    """Seconds and MB of loading all lexicons in a fresh process."""
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, check=True, text=True)
    load, weight = json.loads(done.stdout)
    return load, weight


BENCH = Bench(
    name="reading_usual_us",
    unit="µs",
    what=f"reading a message of {SHORTEST} to {LONGEST} characters for danger with all lexicons, on one core",
    measure=measure,
    rounds=3,
    below=50.0,
)
