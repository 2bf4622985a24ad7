"""kill -9 at each boundary: after a restart no message is lost, nothing happened twice, each reply goes out."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flows import engine
from flows.intake import INTAKE
from flows.model import Pressed
from storage import book, outbox, turns
from storage.settings import Settings
from storage.store import Store, open_store
from storage.tables import handoffs
from storage.tables import outbox as table
from tests.storage import killed
from tests.storage.her import BOT, HOUSE, START, Her, Phone
from tests.storage.killed import SEND, TURN

UPDATE, AT = 9_000_000, START + 10


def is_killed(settings: Settings, boundary: str, sent: Path) -> None:
    """Runs that process to its end; from a server that has imported all, so that it takes no time."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.storage.killed"])
    process = processes.Process(target=killed.main, args=(settings, boundary, UPDATE, AT, sent))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def begun(settings: Settings) -> Store:
    store = open_store(settings)
    Her(store).walks("talk")
    Phone(store).sends_all(START + 5)
    return store


@pytest.mark.parametrize("boundary", TURN)
def test_turn_killed_anywhere_happens_once_in_full(settings: Settings, boundary: str, tmp_path: Path) -> None:
    """Telegram brings the update again: one entry, one handoff, one card and alert, and a record that replays."""
    begun(settings).close()
    is_killed(settings, boundary, tmp_path / "sent")
    store = open_store(settings)
    arrival = turns.Arrival("telegram", BOT, "4242", Pressed("", "danger_now", AT), str(UPDATE), UPDATE)
    again = turns.take_turn(store, arrival, HOUSE)
    assert again.duplicate == (boundary == "after_commit")
    her = Her(store)
    assert her.case.version == 3
    with store.read() as conn:
        record = book.entries_of(conn, her.case)
        assert conn.execute(select(func.count()).select_from(handoffs)).scalar() == 1
    assert engine.replay(INTAKE, book.begun(her.case), record) == her.intake
    kinds = [row.kind for row in Phone(store).sends_all(AT)]
    assert kinds.count("card") == kinds.count("alert") == 1
    assert "say" in kinds
    store.close()


@pytest.mark.parametrize("boundary", SEND)
def test_send_killed_anywhere_goes_out_at_least_once(
    settings: Settings, boundary: str, tmp_path: Path
) -> None:
    """Every message reaches the messenger after the lease; only the one killed before it was noted may come twice."""
    store = begun(settings)
    her = Her(store, at=AT - 1)
    her.is_in_danger()
    with store.read() as conn:
        wanted = set(conn.execute(select(table.c.id).where(table.c.kind == "say")).scalars())
    store.close()
    messenger = tmp_path / "sent"
    is_killed(settings, boundary, messenger)
    store = open_store(settings)
    phone = Phone(store)
    got = [int(messenger.read_text())] if messenger.exists() else []
    sent = [row.id for row in phone.sends_all(AT + outbox.LEASE_SECONDS + 1) if row.kind == "say"]
    assert {*sent, *got} == wanted
    assert len(sent) == len(wanted) - (boundary == "after_done")
    store.close()
