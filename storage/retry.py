"""Trying a transaction again when another worker was quicker; SQLite, with its one writer, never needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.engine import Connection

from storage.book import Outrun
from storage.store import Store

TRIES = 5
T = TypeVar("T")


def outrun(store: Store, work: Callable[[Connection], T]) -> T:
    """Runs `work` in a write transaction, and once more in a new one when another worker came between."""
    for _ in range(TRIES - 1):
        try:
            with store.write() as conn:
                return work(conn)
        except (Outrun, DeadlockDetected, SerializationFailure):
            continue
    with store.write() as conn:
        return work(conn)
