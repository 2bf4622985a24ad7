"""What every page of the desk has at hand."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from fastapi import Request

from desk.tongue import Tongue
from desk.watcher import Watcher
from flows.model import House
from flows.tongues import STAFF_LANGUAGES, known
from storage import staff
from storage.staff import Member, Session
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Room:
    """One desk: the store it looks at, and how."""

    store: Store
    timezone: str
    settled: House
    demo: bool  # filled with made-up data, and says so
    watcher: Watcher
    metrics_token: str = field(default="", repr=False)  # empty: no numbers for anybody

    def admits(self, session: Session) -> bool:
        """Whether both steps of signing in are done; made-up data needs no second one, and says so."""
        return session.second or self.demo


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in."""

    room: Room
    session: Session
    now: float
    tongue: Tongue

    @property
    def who(self) -> Member:
        return self.session.member

    @property
    def store(self) -> Store:
        return self.room.store

    @property
    def inside(self) -> bool:
        return self.room.admits(self.session)

    def house(self) -> House:
        return staff.house(self.store, self.now, self.room.settled)


def visit(request: Request) -> Visit:
    """A dependency: who is asking. What is closed never gets here without a session."""
    room: Room = request.app.state.room
    session: Session = request.state.session
    return Visit(
        room, session, time.time(), Tongue(known(session.member.language, STAFF_LANGUAGES), room.timezone)
    )
