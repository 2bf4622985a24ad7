"""Made-up rows of the log's summary."""

from __future__ import annotations

from typing import Any

from storage.tables import traces
from tests.storage.her import START

NOW = START + 3600


def conversation(trace: str, **known: Any) -> dict[str, Any]:
    """A made-up row of traces: green, going on, and of no interest, but for what is said."""
    plain: dict[str, Any] = {column.name: None for column in traces.columns}
    plain |= {column.name: "" for column in traces.columns if column.type.python_type is str}
    numbers = ("week", "hour", "turns", "colour", "highest", "urgency", "rungs")
    plain |= dict.fromkeys(numbers, 0) | {"overridden": False, "no_place": False}
    return plain | {"trace": trace, "started": START, "last_at": NOW, "language": "nl"} | known
