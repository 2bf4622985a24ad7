"""The layer "store" of tests/talk.py: every turn in its own transaction, read back between every two."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flows import words
from flows.model import Blocked, House, Intake, Pressed, Said, Say, StaffDid
from storage import book, hearing, outbox, turns
from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import Store, migrate, open_store
from storage.turns import Arrival
from tests.talk import START, buttons_of

BOT, CHAT = "1", "4242"


@dataclass
class Stored:
    """A chat in a store. Opened anew before each turn, so that nothing lives outside it."""

    settings: Settings
    house: House
    language: str
    at: float = START
    number: int = 0
    phone: dict[int, Say] = field(default_factory=dict)
    known: int = 0
    intake_id: int | None = None

    async def hers(self, event: Said | Pressed | Blocked) -> None:
        with self.open() as store:
            self.number += 1
            pressed = max(self.phone, default=None) if isinstance(event, Pressed) else None
            own = self._next() if isinstance(event, Said) else None
            arrival = Arrival(
                "telegram",
                BOT,
                CHAT,
                event,
                f"u{self.number}",
                self.number,
                message_id=own,
                pressed_id=pressed,
                language=self.language,
            )
            taken = turns.take_turn(store, hearing.heard(store, arrival), self.house)
            self.intake_id = taken.intake_id or self.intake_id
            self._deliver(store)
        self.at += 2

    async def staffs(self, deed: StaffDid) -> str:
        with self.open() as store:
            taken = turns.staff_turn(store, self.intake_id or 0, deed, self.house)
            self._deliver(store)
        return taken.turn.refused if taken.turn else "no_case"

    async def time(self, at: float) -> None:
        while self.at < at:
            self.at = min(at, self.at + 30)
            with self.open() as store:
                for intake_id in turns.due(store, self.at):
                    turns.wait_turn(store, intake_id, self.at, self.house)
                self._deliver(store)

    def now(self) -> float:
        return self.at

    def intake(self) -> Intake:
        with self.open() as store, store.read() as conn:
            return book.peek(store, conn, self.intake_id or 0).intake

    def screen(self) -> list[str]:
        return [words.render(self.language, say, self.at) for say in self.phone.values()]

    def buttons(self) -> set[tuple[str, str]]:
        return set().union(*map(buttons_of, self.phone.values()))

    @contextmanager
    def open(self) -> Iterator[Store]:
        store = open_store(self.settings)
        try:
            yield store
        finally:
            store.close()

    def _next(self) -> int:
        self.known += 1
        return self.known

    def _deliver(self, store: Store) -> None:
        """Sends what waits, as a phone would show it."""
        while rows := outbox.claim_due(store, self.at, 10, (BOT, "staff", "alerts")):
            for row in rows:
                self._one(store, row)

    def _one(self, store: Store, row: outbox.Row) -> None:
        message_id = None
        if row.kind == "wipe":
            for one in row.ids:
                self.phone.pop(one, None)
        elif row.kind == "say" and row.say is not None:
            message_id = row.edit_id if row.edit_id in self.phone else self._next()
            self.phone.pop(row.replaces_id or 0, None)
            self.phone[message_id] = row.say
        elif row.kind.startswith("card"):
            message_id = row.edit_id or 1
        outbox.done(store, row, message_id, self.at)


@contextmanager
def stored(house: House, language: str = "nl") -> Iterator[Stored]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'talk.db'}"
        settings = Settings(secret_key=new_secret(), database_url=url, _env_file=None)  # type: ignore[call-arg, arg-type]
        migrate(settings)
        yield Stored(settings, house, language)
