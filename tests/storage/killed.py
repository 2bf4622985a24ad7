"""What a process does that is killed at one boundary of a turn, or of a send."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sqlalchemy import event

from flows.model import Pressed
from storage import book, handoffs, outbox, outrows, turns
from storage.settings import Settings
from storage.store import open_store
from tests.storage.her import BOT, HOUSE

TURN = ("before", "after_seen", "after_handoff", "after_outbox", "before_commit", "after_commit")
SEND = ("after_claim", "after_sending", "after_done")


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(module: object, name: str) -> None:
    works = getattr(module, name)

    def worked(*args: object, **kwargs: object) -> None:
        works(*args, **kwargs)
        die()

    setattr(module, name, worked)


def main(settings: Settings, boundary: str, update: int, at: float, sent: Path) -> None:
    """Ends by SIGKILL. `sent`: the file in which the messenger notes what it got."""
    store = open_store(settings)
    if boundary == "after_seen":
        then_die(book, "first_time")
    elif boundary == "after_handoff":
        then_die(handoffs, "project")
    elif boundary == "after_outbox":
        then_die(outrows, "says")
    elif boundary == "before_commit":
        event.listen(store.engine, "commit", die)
    elif boundary == "before":
        die()
    if boundary in TURN:
        pressed = Pressed("", "danger_now", at)
        arrival = turns.Arrival("telegram", BOT, "4242", pressed, str(update), update)
        turns.take_turn(store, arrival, HOUSE)
        die()
    [row, *_] = [row for row in outbox.claim_due(store, at, 10, [BOT]) if row.kind == "say"]
    if boundary == "after_claim":
        die()
    sent.write_text(str(row.id))
    if boundary == "after_sending":
        die()
    outbox.done(store, row, 500, at)
    die()
