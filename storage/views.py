"""What the desk reads: the board without opening anything, a case by opening it. Each look is logged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from flows.model import Colour, Decision, Excerpt, Urgency
from flows.placement import Regions
from storage import access, accounts, book, files, glass, reading
from storage.accounts import Member
from storage.book import Case
from storage.places import placing
from storage.places.placing import Standing
from storage.reading import Line, Told, Unknown, Why
from storage.store import Store
from storage.tables import access_log, barred, handoffs, intakes, log

UNTAKEN = ("offered", "raised")
# Of the log, what a case's history shows: whatever staff did, and what happened to a place by itself.
SHOWN = frozenset({"handoff", "rung", "staff", "refused", "deleted", "no_place"})
BY_ITSELF = frozenset({("place", "expired"), ("place", "withdrawn")})


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One handoff, as the board shows it; nothing of it is sealed. `id` is the handoff's."""

    id: int
    intake_id: int
    name: str
    colour: Colour
    urgency: Urgency
    language: str
    state: str
    opened: float
    waited: float  # seconds since then
    holder: str  # staff id, or empty
    holder_name: str
    mine: bool
    taken: float | None
    touched: float | None
    due: float | None
    rung: int
    spoken_live: bool
    talking: bool
    marks: tuple[str, ...]
    desks: tuple[str, ...]
    version: int
    closed: float | None
    outcome: str

    @property
    def untaken(self) -> bool:
        return self.state in UNTAKEN


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a case's history. `who`: a staff id, "she" or "timer". `text`: a reason, an outcome."""

    at: float
    kind: str  # handoff, rung, staff, refused, deleted, desk
    code: str
    who: str
    text: str = ""
    colour: Colour | None = None
    second: str = ""


@dataclass(frozen=True, slots=True)
class Perhaps:
    """Another case of the same chat, begun anew from the guide without her word: perhaps the same person."""

    handoff_id: int
    name: str
    earlier: bool
    duress: bool  # there, her duress word was typed


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case, opened. `names`: staff id to name, for every id in it."""

    row: QueueRow
    channel: str
    step: str  # where the conversation stands
    heard: float  # when she last did anything
    left: bool
    consent: str
    reasons: tuple[Why, ...]
    set_aside: tuple[Why, ...]  # what a human's decision has overruled
    decision: Decision | None
    visible_house: bool
    unknown: tuple[Unknown, ...]
    denied: tuple[str, ...]
    about: tuple[Told, ...]
    needs: tuple[Told, ...]
    needs_unknown: tuple[str, ...]
    reaching: tuple[Told, ...]
    has_number: bool
    found: frozenset[str]  # every indicator ever seen
    answers: dict[str, str]
    conversation: tuple[Line, ...]
    excerpts: tuple[Excerpt, ...]  # what is kept at hand because she asked for it
    files: dict[int, files.File]  # by the number of the line they came with
    told: tuple[
        tuple[float, str], ...
    ]  # what the program has told her about danger and staff: when, catalogue key
    history: tuple[Happened, ...]
    names: dict[str, str]
    place: Standing | None  # where she is going, or is
    intake_done: bool
    regions: Regions | None
    barred: tuple[str, ...]  # staff ids
    looked: tuple[tuple[str, float], ...]  # who opened it, and when last
    perhaps: tuple[Perhaps, ...]
    duress: bool  # nothing is sent to her; it also holds where this case began anew behind one in duress


# --- the board ---------------------------------------------------------------------------------------------


def open_handoffs(store: Store, staff_id: str, now: float | None = None) -> list[QueueRow]:
    """Open cases that this person may see: the most urgent first, then by colour, then who waits longest."""
    now = time.time() if now is None else now
    with store.read() as conn:
        if not _sees(conn, staff_id):
            return []
        wanted = select(handoffs).where(handoffs.c.closed.is_(None), handoffs.c.id.not_in(_hidden(staff_id)))
        names = accounts.names(conn)
        rows = [_row(found, staff_id, names, now) for found in conn.execute(wanted)]
    return sorted(rows, key=lambda row: (-row.urgency, -row.colour, -row.waited, row.id))


def changes(store: Store) -> dict[int, int]:
    """Version of each open handoff, by its id: whoever watches compares it with what it was."""
    with store.read() as conn:
        wanted = select(handoffs.c.id, handoffs.c.version).where(handoffs.c.closed.is_(None))
        return {int(found.id): int(found.version) for found in conn.execute(wanted)}


def hidden(store: Store, staff_id: str) -> frozenset[int]:
    """Handoffs that this person is barred from."""
    with store.read() as conn:
        return frozenset(conn.execute(_hidden(staff_id)).scalars())


def _hidden(staff_id: str) -> Any:
    kept_from = select(barred.c.intake_id).where(barred.c.staff_id == int(staff_id))
    return select(handoffs.c.id).where(handoffs.c.intake_id.in_(kept_from))


def _sees(conn: Connection, staff_id: str) -> Member | None:
    found = accounts.row_of(conn, staff_id)
    person = accounts.as_member(found) if found is not None else None
    return person if person is not None and person.sees_cases else None


def _row(found: Any, staff_id: str, names: dict[str, str], now: float) -> QueueRow:
    return QueueRow(
        id=found.id,
        intake_id=found.intake_id,
        name=found.case_name,
        colour=Colour(found.colour),
        urgency=Urgency(found.urgency),
        language=found.language,
        state=found.state,
        opened=found.opened,
        waited=max(now - found.opened, 0.0),
        holder=found.taken_by,
        holder_name=names.get(found.taken_by, ""),
        mine=found.taken_by == staff_id,
        taken=found.taken,
        touched=found.touched,
        due=found.due,
        rung=found.rung,
        spoken_live=bool(found.spoken_live),
        talking=bool(found.talking),
        marks=tuple(found.marks.split()),
        desks=tuple(found.desks.split()),
        version=found.version,
        closed=found.closed,
        outcome=found.outcome,
    )


# --- a case ------------------------------------------------------------------------------------------------


def case(
    store: Store, intake_id: int, staff_id: str, now: float | None = None, *, what: str = "read"
) -> CaseView | None:
    """A case, opened for this person. None where it does not exist, is forgotten, or is not theirs to see.

    `what`: as which look it is logged: read, or kept (all that is kept of her, to read with her).
    """
    now = time.time() if now is None else now
    with store.write() as conn:
        found, opened = _opened(store, conn, intake_id, staff_id, now)
        if opened is None:
            return None
        access.note(store, conn, staff_id, what, now, case=opened)
        return _view(store, conn, opened, found, staff_id, now)


def _opened(
    store: Store, conn: Connection, intake_id: int, staff_id: str, now: float
) -> tuple[Any, Case | None]:
    """The newest handoff of a case, and the case, for whoever may see it; no case where it is gone or not theirs."""
    person, found = _sees(conn, staff_id), access.latest(conn, intake_id)
    if person is None or found is None or not _may_see(conn, person, found, now):
        return found, None
    try:
        return found, book.peek(store, conn, intake_id)
    except book.Forgotten:
        return found, None


def reveal_number(store: Store, intake_id: int, staff_id: str, now: float | None = None) -> str:
    """Her number for a safe call, for the worker who holds the case, and logged. Empty for all others."""
    now = time.time() if now is None else now
    with store.write() as conn:
        found, opened = _opened(store, conn, intake_id, staff_id, now)
        if opened is None or found.taken_by != staff_id or found.closed is not None:
            return ""
        told = reading.number(opened.intake)
        if told:
            access.note(store, conn, staff_id, "number", now, case=opened)
        return told


def open_file(
    store: Store, intake_id: int, file_id: int, staff_id: str, now: float | None = None
) -> tuple[bytes, str] | None:
    """What she sent, and its kind, for whoever may open the case, and logged. None for all others."""
    now = time.time() if now is None else now
    with store.write() as conn:
        _, opened = _opened(store, conn, intake_id, staff_id, now)
        if opened is None:
            return None
        raw = files.read(conn, opened, file_id)
        if raw is not None:
            access.note(store, conn, staff_id, "file", now, case=opened)
        return raw


def _may_see(conn: Connection, person: Member, found: Any, now: float) -> bool:
    """Open cases are for all who see cases; a closed one for who held it last, for supervisors, behind the glass."""
    if access.is_barred(conn, person.id, found.intake_id):
        return False
    theirs = found.closed is None or person.supervises or str(found.taken_by) == person.id
    return theirs or glass.broken(conn, person.id, found.intake_id, now)


def _view(
    store: Store, conn: Connection, opened: book.Case, found: Any, staff_id: str, now: float
) -> CaseView:
    intake, person = opened.intake, _sees(conn, staff_id)
    named = person is not None and person.keeps_shelters
    entries = book.entries_of(conn, opened)
    counting, aside = reading.whys(intake)
    rows = conn.execute(select(log).where(log.c.trace == opened.head.trace).order_by(log.c.id)).all()
    looks = conn.execute(select(access_log).where(access_log.c.intake_id == opened.id)).all()
    names = accounts.names(conn)
    kept = conn.execute(select(barred.c.staff_id).where(barred.c.intake_id == opened.id)).scalars()
    return CaseView(
        row=_row(found, staff_id, names, now),
        channel=opened.channel,
        step=intake.step,
        heard=intake.heard,
        left=intake.left,
        consent=intake.answers.get("consent", ""),
        reasons=counting,
        set_aside=aside,
        decision=intake.decision,
        visible_house=reading.visible_house(intake),
        unknown=reading.unknowns(intake),
        denied=reading.denied(intake),
        about=reading.about(intake),
        needs=reading.needs(intake),
        needs_unknown=reading.needs_unknown(intake),
        reaching=reading.reaching(intake),
        has_number=bool(reading.number(intake)),
        found=frozenset(finding.indicator for finding in intake.findings),
        answers=dict(intake.answers),
        conversation=reading.conversation(book.begun(opened), entries),
        excerpts=intake.excerpts,
        files=files.of_case(conn, opened.id),
        told=_told(rows),
        history=_history(rows, entries, looks),
        names=names,
        place=placing.standing(store, conn, intake, named=named),
        intake_done=intake.handoff is not None and intake.handoff.intake_done,
        regions=intake.regions,
        barred=tuple(str(one) for one in kept),
        looked=_looked(looks),
        perhaps=tuple(_perhaps(conn, opened.id, staff_id)),
        duress=intake.duress,
    )


def _perhaps(conn: Connection, intake_id: int, staff_id: str) -> Iterator[Perhaps]:
    """Also one that is closed, behind the glass; none that this person is barred from."""
    before = select(intakes.c.after_id).where(intakes.c.id == intake_id).scalar_subquery()
    beside = or_(intakes.c.id == before, intakes.c.after_id == intake_id)
    for other, after in conn.execute(select(intakes.c.id, intakes.c.after_id).where(beside)).all():
        found = access.latest(conn, other)
        if found is not None and not access.is_barred(conn, staff_id, other):
            marks = found.marks.split()
            yield Perhaps(found.id, found.case_name, after != intake_id, "duress" in marks)


def _told(rows: Any) -> tuple[tuple[float, str], ...]:
    said = [(row.at, key) for row in rows for key in row.said.split(",") if key.startswith(reading.TOLD)]
    return tuple({key: (at, key) for at, key in reversed(said)}.values())[::-1]


def _looked(looks: Any) -> tuple[tuple[str, float], ...]:
    last: dict[str, float] = {}
    for look in looks:
        if look.what in ("read", "kept"):
            last[str(look.staff_id)] = max(look.at, last.get(str(look.staff_id), 0.0))
    return tuple(sorted(last.items(), key=lambda one: -one[1]))


def _history(rows: Any, entries: list[Any], looks: Any) -> tuple[Happened, ...]:
    """Who did what when, oldest first: from the log, with the reasons that only the sealed record holds."""
    reasons = {(deed.at, deed.did, deed.by): deed for deed in reading.deeds(entries)}
    found = []
    for row in rows:
        if row.kind not in SHOWN and (row.kind, row.code) not in BY_ITSELF:
            continue
        who = row.actor.removeprefix("staff:")
        deed = reasons.get((row.at, row.code, who))
        if deed is None or deed.did in ("write", "keep"):
            found.append(Happened(row.at, row.kind, row.code, who))
        else:
            found.append(Happened(row.at, row.kind, row.code, who, deed.text, deed.colour, deed.second))
    desk = [Happened(look.at, "desk", look.what, str(look.staff_id)) for look in looks if look.what != "read"]
    # What opened it stands before what followed from that in the same turn.
    return tuple(sorted([*found, *desk], key=lambda one: (one.at, one.kind != "handoff")))
