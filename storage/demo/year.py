"""A made-up year: thousands of conversations of the past twelve months, through the real engine, written in bulk.

For training, and to look at the pages of supervisors. What stays of each is what stays of a forgotten case: its log,
its row of traces and its closed handoff; no chat, no words, no key. A year is made a day at a time (several, where
there is little), each in one transaction, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from flows.handoff import is_open
from flows.processes import in_order
from storage import accounts, book, demo, handoffs, names
from storage.demo.lives import Life
from storage.lean import insert_all
from storage.logs import chain, traces
from storage.store import Store
from storage.tables import handoffs as handoffs_table
from storage.tables import intakes, log, vault
from storage.tables import traces as traces_table

DAYS = 365
CONVERSATIONS = 50_000
FEW = 2_000  # so few are made in this process: a second one would take longer to start
AT_LEAST = 100  # conversations in a transaction
_NAME = "year"
_PLACE = "demo:year"
# More in the evening and at night than in working hours, least towards morning.
BY_HOUR = (34, 24, 16, 11, 9, 9, 12, 18, 26, 33, 38, 40, 40, 42, 44, 44, 46, 48, 52, 60, 68, 72, 64, 48)
BY_WEEKDAY = (1.22, 1.08, 1.0, 0.98, 0.93, 0.84, 1.02)  # Monday, after the weekend, is the busiest
BY_MONTH = (1.10, 0.94, 0.95, 0.96, 1.0, 1.02, 1.12, 1.14, 1.0, 0.96, 0.97, 0.92)

Row = dict[str, Any]


class Refused(Exception):
    """Made-up conversations may not go into this store; the words say why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which year: `ends` is the first day that is not in it any more, `made` how many of its days are written."""

    ends: str
    conversations: int
    seed: int
    timezone: str
    made: int = 0

    @property
    def done(self) -> bool:
        return self.made >= DAYS

    def parts(self) -> Iterator[range]:
        """The days that are still to be made, as they are written together."""
        days = max(1, DAYS * AT_LEAST // max(self.conversations, 1))
        for first in range(self.made, DAYS, days):
            yield range(first, min(first + days, DAYS))


@dataclass(slots=True)
class Part:
    """The rows of some days' conversations. Those of the log stand in the order of their time."""

    days: range
    log: list[Row] = field(default_factory=list)
    traces: list[Row] = field(default_factory=list)
    intakes: list[Row] = field(default_factory=list)
    handoffs: list[Row] = field(default_factory=list)


# --- the whole run ----------------------------------------------------------------------------------------


def plan(store: Store, now: float, timezone: str, conversations: int = CONVERSATIONS, seed: int = 1) -> Plan:
    """The year that this store has, begun or finished; a new one, that ends today, where it has none.

    Raises Refused for a store that is not a made-up shelter's.
    """
    if not demo.is_demo(store):
        raise Refused("this store has staff of its own: nothing made up was added")
    with store.write() as conn:
        known = _known(store, conn)
        if known is None:
            today = datetime.fromtimestamp(now, ZoneInfo(timezone)).date()
            known = Plan(today.isoformat(), conversations, seed, timezone)
            values = {"name": _NAME, "key_id": "staff", "wrapped": _sealed(store, known)}
            conn.execute(insert(vault).values(values))
    return known


def fill(store: Store, known: Plan, processes: int = 2) -> Generator[Part, None, None]:
    """Makes and writes what is missing of the year, and gives each part once it is safe on disk."""
    staff = workers(store)
    with_others = processes > 1 and known.conversations > FEW
    parts = (
        in_order(partial(make, known, staff), known.parts(), processes)
        if with_others
        else _made_here(known, staff)
    )
    with closing(parts):
        for part in parts:
            with store.write() as conn:
                _write(store, conn, part)
                _reached(store, conn, replace(known, made=part.days.stop))
            yield part


def workers(store: Store) -> list[str]:
    """Who takes the made-up cases: whoever of the made-up staff may see one."""
    return [member.id for member in accounts.members(store) if member.sees_cases]


def _known(store: Store, conn: Connection) -> Plan | None:
    row = conn.execute(select(vault.c.wrapped).where(vault.c.name == _NAME)).one_or_none()
    return Plan(**json.loads(store.keys.staff.open(bytes(row.wrapped), _PLACE))) if row else None


def _sealed(store: Store, known: Plan) -> bytes:
    # As the demo's password: nothing else of the vault reads this row.
    return store.keys.staff.seal(json.dumps(asdict(known)).encode(), _PLACE)


def _reached(store: Store, conn: Connection, known: Plan) -> None:
    conn.execute(update(vault).where(vault.c.name == _NAME).values(wrapped=_sealed(store, known)))


def _made_here(known: Plan, staff: list[str]) -> Generator[Part, None, None]:
    for days in known.parts():
        yield make(known, staff, days)


# --- some days --------------------------------------------------------------------------------------------


def make(known: Plan, staff: list[str], days: range) -> Part:
    """The conversations that begin on these days of the year; the same every time."""
    part = Part(days)
    for number in days:
        _one_day(part, known, staff, number)
    part.log.sort(key=lambda row: float(row["at"]))
    return part


def _one_day(part: Part, known: Plan, staff: list[str], number: int) -> None:
    zone, ends = ZoneInfo(known.timezone), date.fromisoformat(known.ends)
    horizon = datetime(ends.year, ends.month, ends.day, tzinfo=zone).timestamp() - 1
    # Nothing secret hangs on it: it has to be the same when it is made again.
    rng = Random(f"{known.seed} {known.ends} {number}")  # noqa: S311
    for _ in range(how_many(known, number)):
        started = _moment(rng, ends - timedelta(days=DAYS - number), zone)
        _lived(part, Life(rng, started, horizon, staff, known.timezone), rng)


def how_many(known: Plan, number: int) -> int:
    """Conversations of one day, by season and weekday; all days together are exactly as many as were asked for."""
    ends = date.fromisoformat(known.ends)
    weights = [_weight(ends - timedelta(days=DAYS - one)) for one in range(DAYS)]
    whole = sum(weights)
    before = known.conversations * sum(weights[:number]) / whole
    after = known.conversations * sum(weights[: number + 1]) / whole
    return round(after) - round(before)


def _weight(day: date) -> float:
    holidays = 1.35 if (day.month, day.day) in ((12, 25), (12, 26), (12, 31), (1, 1)) else 1.0
    return BY_WEEKDAY[day.weekday()] * BY_MONTH[day.month - 1] * holidays


def _moment(rng: Random, day: date, zone: ZoneInfo) -> float:
    hour = rng.choices(range(24), BY_HOUR)[0]
    begins = datetime(day.year, day.month, day.day, hour, tzinfo=zone).timestamp()
    return begins + round(rng.random() * 3600, 3)


def _lived(part: Part, life: Life, rng: Random) -> None:
    """One life's rows, as the turns would have written them; the case itself is forgotten."""
    trace, intake_id = f"{rng.getrandbits(128):032x}", rng.getrandbits(book.ID_BITS)
    row: Row | None = None
    handoff: Row | None = None
    turn = None
    for turn in life.turns():
        part.log += [book.log_row(trace, entry) for entry in turn.log]
        row = traces.folded(row, trace, turn, life.house.timezone)
        if turn.intake.handoff is not None:
            handoff = handoffs.facts_of(turn, turn.intake.handoff, turn.entry.event.at)
    if turn is None or row is None:
        return
    intake = turn.intake
    part.traces.append(row)
    part.intakes.append(_forgotten(intake_id, row, turn.assessment.visible_house))
    if handoff is not None and intake.handoff is not None and not is_open(intake.handoff):
        name = names.two_words(rng.randrange)
        more = {"case_name": name, "opened": intake.handoff.opened, "card_message_id": None}
        part.handoffs.append(handoff | more | {"intake_id": intake_id, "version": intake.seq, "due": None})


def _forgotten(intake_id: int, row: Row, may_house: bool) -> Row:
    """A case of which nothing is left but that it was: as book.record leaves one that she deleted."""
    return {
        "id": intake_id,
        "channel": row["channel"],
        "bot": demo.BOT,
        "chat_hash": None,
        "head": None,
        "state": None,
        "version": row["turns"],
        "step": row["step"],
        "colour": row["colour"],
        "urgency": row["urgency"],
        "language": row["language"],
        "due": None,
        "last_order": 0,
        "last_at": row["last_at"],
        "created": row["started"],
        "handoff_id": None,
        "may_house": may_house,
        "after_id": None,
    }


_LOG = insert_all(log, "id", "seal", "leaf", "stamp")
_TRACES = insert_all(traces_table)
_INTAKES = insert_all(intakes)
_HANDOFFS = insert_all(handoffs_table, "id")


def _write(store: Store, conn: Connection, part: Part) -> None:
    _chain(store, part)
    for statement, rows in (
        (_INTAKES, part.intakes),
        (_TRACES, part.traces),
        (_HANDOFFS, part.handoffs),
        (_LOG, part.log),
    ):
        statement.many(conn, rows)


def _chain(store: Store, part: Part) -> None:
    """Each entry of the log follows the one before it of the same conversation, as in a turn."""
    last: dict[str, bytes] = {}
    for row in part.log:
        trace = row["trace"]
        row["mac"] = last[trace] = chain.link(store.keys.log, last.get(trace, b""), "log", row)
    for row in part.traces:
        row["chain"] = last.get(row["trace"], b"")
