"""Somebody who writes: one chat, its updates numbered as Telegram does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count

from sqlalchemy import select

from flows import engine
from flows.intake import INTAKE
from flows.model import Content, Event, House, Intake, Pressed, Said, Say, StaffDid
from storage import book, outbox, turns
from storage.outbox import Row
from storage.store import Store
from storage.tables import handoffs
from storage.turns import Arrival, Taken

BOT = "telegram:1"
HOUSE = House()
START = 1_700_000_000.0
_numbers = count(1)


@dataclass
class Her:
    store: Store
    chat: str = "4242"
    channel: str = "telegram"
    bot: str = BOT
    at: float = START
    house: House = field(default_factory=House)

    def arrival(self, event: Event, **other: object) -> Arrival:
        number = next(_numbers)
        known = Arrival(self.channel, self.bot, self.chat, event, f"u{number}", number)
        return replace(known, **other)  # type: ignore[arg-type]

    def takes(self, event: Event, **other: object) -> Taken:
        return turns.take_turn(self.store, self.arrival(event, **other), self.house)

    def says(self, text: str, **other: object) -> Taken:
        self.at += 1
        content = Content.COMMAND if text.startswith("/") else Content.TEXT
        return self.takes(Said(text, self.at, content), **other)

    def presses(self, option: str, step: str | None = None, **other: object) -> Taken:
        self.at += 1
        return self.takes(Pressed(self.intake.step if step is None else step, option, self.at), **other)

    def everywhere(self, option: str, **other: object) -> Taken:
        return self.presses(option, "", **other)

    def is_in_danger(self) -> Taken:
        """Opens a red case with the one button that always works."""
        return self.everywhere("danger_now")

    def walks(self, *options: str) -> Taken:
        taken = self.says("/start")
        for option in options:
            taken = self.presses(option)
        return taken

    def answers_all(self) -> None:
        """The first option of every question, until there is none left."""
        self.says("/start")
        while self.intake.step not in ("next", "goodbye"):
            step = INTAKE.by_name[self.intake.step]
            self.presses(step.options[0].code)

    @property
    def intake_id(self) -> int:
        found = turns.current(self.store, self.channel, self.bot, self.chat)
        assert found is not None
        return found

    @property
    def case(self) -> book.Case:
        with self.store.read() as conn:
            return book.peek(self.store, conn, self.intake_id)

    @property
    def intake(self) -> Intake:
        return self.case.intake


@dataclass
class Worker:
    """A member of staff with a case."""

    store: Store
    intake_id: int
    staff_id: str = "7"
    at: float = START + 100

    def does(self, did: str, text: str = "", **other: object) -> Taken:
        self.at += 1
        deed = StaffDid(did, self.staff_id, self.at, text, **other)  # type: ignore[arg-type]
        return turns.staff_turn(self.store, self.intake_id, deed, HOUSE)

    def version(self) -> int:
        """How many turns the case has."""
        with self.store.read() as conn:
            return book.peek(self.store, conn, self.intake_id).version

    def replays(self) -> bool:
        """Whether the sealed record leads to the case as it stands."""
        with self.store.read() as conn:
            case = book.peek(self.store, conn, self.intake_id)
            return engine.replay(INTAKE, book.begun(case), book.entries_of(conn, case)) == case.intake


@dataclass
class Phone:
    """Sends what is due and gives each message the next number, as a messenger does."""

    store: Store
    next_id: int = 1000
    bots: tuple[str, ...] = (BOT, "staff", "alerts")
    sent: list[Row] = field(default_factory=list)
    shown: dict[int, Say] = field(default_factory=dict)  # what stands on it; two senders may share it

    def claims(self, now: float, limit: int = 100) -> list[Row]:
        return outbox.claim_due(self.store, now, limit, self.bots)

    def lands(self, row: Row, now: float) -> int | None:
        self.sent.append(row)
        message_id = row.edit_id
        if row.kind in ("say", "card") and message_id is None:
            self.next_id += 1
            message_id = self.next_id
        if row.kind == "say" and row.say is not None and message_id is not None:
            self.shown[message_id] = row.say
        for gone in (*row.ids, row.replaces_id):
            self.shown.pop(gone, None)
        outbox.done(self.store, row, message_id, now)
        return message_id

    def sends_all(self, now: float) -> list[Row]:
        """All that is due, in the order in which it went out."""
        out: list[Row] = []
        while rows := self.claims(now):
            for row in rows:
                self.lands(row, now)
            out += rows
        return out


def handoff_of(store: Store, intake_id: int):
    with store.read() as conn:
        wanted = select(handoffs).where(handoffs.c.intake_id == intake_id).order_by(handoffs.c.id.desc())
        return conn.execute(wanted).first()
