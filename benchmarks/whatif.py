"""What if over past logs, from the store to the result: a made-up year, and a draft in which one sign is lowered.

Ten thousand conversations, all made up one by one, are compared by two processes that read them from SQLite; the
result is what a hundred thousand would take. Beside it: how much faster that is than the engine folding the same
records (`engine.replay`), which would also need the sealed texts.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import flows
from benchmarks.measure import Bench, Plan, Round
from benchmarks.stores import made_store
from flows import engine
from flows.intake import INTAKE
from flows.whatif import many
from storage import demo
from storage.demo import year
from storage.demo.lives import Life
from storage.logs import pastlogs
from storage.store import Store

CONVERSATIONS, QUICK = 10_000, 40
SAMPLE = 100  # conversations that the engine folds
ENDS = 1_795_000_000.0
ZONE = "Europe/Amsterdam"


def measure(plan: Plan) -> Iterator[Round]:
    with tempfile.TemporaryDirectory(prefix="drempel-bench-") as folder:
        with closing(made_store(Path(folder))) as store:
            plan.say("making the conversations")
            _fill(store, QUICK if plan.quick else CONVERSATIONS)
            names = pastlogs.names(store)
            reader = pastlogs.Reader(str(store.engine.url))
        draft = _draft(Path(folder))
        folded = _folded_a_second(5 if plan.quick else SAMPLE)
        for _ in range(plan.rounds):
            begun = time.perf_counter()
            done = sum(part.logs for part in many.compare(draft, many.in_parts(names), reader))
            a_second = done / (time.perf_counter() - begun)
            yield Round(100_000 / a_second, more={"logs_per_s": a_second, "times_replay": a_second / folded})


def _fill(store: Store, conversations: int) -> None:
    demo.fill(store, ENDS, women=False)
    for _ in year.fill(store, year.plan(store, ENDS, ZONE, conversations)):
        pass


def _draft(folder: Path) -> Path:
    """Another version beside ours: having been throttled is orange there."""
    ours = Path(flows.__file__).parent
    shutil.copytree(ours, folder / "draft" / "flows", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "draft" / "flows" / "indicators.py"
    file.write_text(file.read_text().replace('_red("STR", ', '_orange("STR", '))
    return folder / "draft"


def _folded_a_second(sample: int) -> float:
    """Conversations a second that one process folds through the engine."""
    records = []
    for number in range(sample):
        life = Life(Random(number), ENDS, ENDS + year.DAYS * 86400, ["1", "2"], ZONE)
        records.append((life.intake, [turn.entry for turn in life.turns()]))
    begun = time.perf_counter()
    for start, entries in records:
        engine.replay(INTAKE, start, entries)
    return sample / (time.perf_counter() - begun)


BENCH = Bench(
    name="whatif_100k_seconds",
    unit="s",
    what="100,000 past conversations under another version of the flow, by two processes, from SQLite",
    measure=measure,
    rounds=3,
    below=60,
)
