"""Conversations for figures, without the conversation: rows of traces as turns would have left them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import insert

from storage.store import Store
from storage.tables import log, traces, traffic

MONDAY = date(2025, 3, 3).toordinal()
STARTED = 1_741_000_000.0  # in that week
LATER = STARTED + 400 * 86400.0
_numbers = count(1)


def trace(**facts: Any) -> dict[str, Any]:
    plain = {
        "trace": f"{next(_numbers):032x}",
        "started": STARTED,
        "week": MONDAY,
        "hour": 20,
        "last_at": STARTED + 600,
        "channel": "web",
        "language": "nl",
        "version": "2026.2",
        "step": "next",
        "turns": 9,
        "colour": 1,
        "highest": 1,
        "urgency": 1,
        "ended": "finished",
        "handoff": "",
        "opened": None,
        "taken": None,
        "touched": None,
        "closed": None,
        "rungs": 0,
        "outcome": "",
        "overridden": False,
        "no_place": False,
        "placed": "",
        "placed_at": None,
        "signs": "",
        "rules": "",
    }
    assert facts.keys() <= plain.keys()
    return plain | facts


@dataclass
class MadeUp:
    """What is added is written at once."""

    store: Store
    made: list[dict[str, Any]] = field(default_factory=list)

    def conversations(self, n: int, **facts: Any) -> list[dict[str, Any]]:
        rows = [trace(**facts) for _ in range(n)]
        self.add(traces, rows)
        self.made += rows
        return rows

    def passed(
        self, kind: str, n: int, *, step: str = "", what: str = "", bucket: int = -1, **facts: Any
    ) -> None:
        about = {"week": MONDAY, "language": "nl", "version": "2026.2"} | facts
        self.add(traffic, [about | {"kind": kind, "step": step, "what": what, "bucket": bucket, "n": n}])

    def logged(self, of: dict[str, Any], kind: str, code: str, at: float) -> None:
        plain = {"step": "", "goes_to": "", "indicator": "", "rule": "", "said": "", "actor": "staff:1"}
        row = plain | {"trace": of["trace"], "kind": kind, "code": code, "at": at, "took": None}
        self.add(log, [row | {"colour": 0, "urgency": 0}])

    def add(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            with self.store.write() as conn:
                conn.execute(insert(table), rows)
