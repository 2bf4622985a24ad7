"""A second process at the same file: the desk, beside the bot."""

from __future__ import annotations

from collections.abc import Iterable
from multiprocessing.synchronize import Event

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from storage.settings import Settings
from storage.store import open_store
from storage.tables import seen


def note(conn: Connection, number: int) -> int:
    conn.execute(insert(seen).values(bot="b", update_id=str(number), at=0.0))
    return number


def desk(settings: Settings, numbers: Iterable[int], holding: Event, release: Event) -> None:
    """Notes each number in a transaction of its own; the first is held open until it is released."""
    first, *others = numbers
    store = open_store(settings)
    with store.write() as conn:
        note(conn, first)
        holding.set()
        assert release.wait(30)
    for number in others:
        with store.write() as conn:
            note(conn, number)
    store.close()
