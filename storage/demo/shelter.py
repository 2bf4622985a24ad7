"""A made-up shelter to try Drempel with: Huis De Voorbeeld, its staff, its rota, and three made-up women.

Everything runs through the real conversation. A second run changes nothing and prints the same sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from flows.intake import INTAKE
from flows.model import House, Pressed, Said
from storage import accounts, passwords, rota, turns
from storage.demo import houses as made_up_shelters
from storage.places import shelters
from storage.settings import Settings
from storage.store import Store
from storage.tables import seen, staff, vault

SHELTER = "Huis De Voorbeeld"
BOT = "demo"
_PLACE = "demo:password"


@dataclass(frozen=True, slots=True)
class Person:
    login: str
    name: str
    roles: tuple[str, ...]


STAFF = (
    Person("sanne", "Sanne Voorbeeld", ("worker", "placement")),
    Person("mo", "Mo Voorbeeld", ("worker",)),
    Person("ria", "Ria Voorbeeld", ("worker", "supervisor", "admin")),
    Person("noor", "Noor Voorbeeld", ("house",)),
)


@dataclass(frozen=True, slots=True)
class Woman:
    """One made-up conversation. `answers`: what she presses or types at each step, till one has none; `then`:
    what she types there. It began `ago` seconds before now, with `pace` seconds between her messages.
    """

    chat: str
    ago: float
    pace: float
    answers: dict[str, str]
    then: str = ""


_ARRIVING = {"front": "talk", "notice": "go_on", "safe": "yes", "for_whom": "me"}
WOMEN = (
    # Red, now: he has threatened to kill her, this month.
    Woman(
        "demo-red",
        6 * 60.0,
        8.0,
        _ARRIVING
        | {
            "afraid_of": "partner",
            "where_is_he": "away",
            "where_children": "with_me",
            "right_now": "no",
            "threat": "recent",
            "shelter": "tonight",
            "children": "two",
            "ages": "4 en 7 (verzonnen voorbeeld)",
            "medical": "hurt",
            "speak": "nl",
            "access": "none",
            "pets": "small",
            "transport": "no",
            "where": "Voorbeeldstad, bij een vriendin (verzonnen)",
            "avoid": "Testdorp, daar woont zijn moeder (verzonnen)",
            "around": "mijn vriendin Voorbeeldje weet ervan (verzonnen)",
            "never_tell": "zijn familie (verzonnen)",
            "involve": "no",
            "reach_how": "both",
            "reach_when": "morning",
            "number": "06 00000000",
            "other_answers": "wrong_number",
            "cover": "library",
        },
        "Ik ben bang dat hij me hier vindt. (verzonnen voorbeeld)",
    ),
    # Her own life, now: on-call, whatever else.
    Woman(
        "demo-own-life",
        3 * 60.0,
        7.0,
        _ARRIVING
        | {
            "afraid_of": "family",
            "where_is_he": "near",
            "where_children": "none",
            "right_now": "no",
            "threat": "no",
            "throat": "no",
            "weapon": "no",
            "fear": "unsure",
            "honour": "no",
            "own_life": "now",
            "self_took": "no",
        },
        "Ik ben zo moe. Ik kan niet meer. (verzonnen voorbeeld)",
    ),
    # Orange, today: no red sign, all the core questions answered, the rest left to a worker.
    Woman(
        "demo-orange",
        48 * 60.0,
        14.0,
        _ARRIVING
        | {
            "afraid_of": "partner",
            "where_is_he": "away",
            "where_children": "with_me",
            "right_now": "no",
            "threat": "no",
            "throat": "no",
            "weapon": "no",
            "fear": "no",
            "leaving": "want",
            "own_life": "no",
            "more": "worker",
            "consent": "yes",
            "shelter": "later",
            "children": "one",
            "ages": "11 maanden (verzonnen voorbeeld)",
            "medical": "none",
            "speak": "interpreter",
            "access": "none",
            "money": "some",
            "pets": "none",
            "transport": "yes",
            "where": "Modelwijk (verzonnen)",
            "avoid": "none",
            "around": "nobody",
            "never_tell": "mijn baas (verzonnen)",
            "involve": "later",
            "papers": "with_me",
            "reach_how": "chat",
            "reach_when": "evening",
            "cover": "sport",
            "read_back": "right",
        },
    ),
)


def wakes_nobody(settings: Settings) -> bool:
    """Whether a made-up case can ring nobody real: no messenger, no staff group, no alert address is set."""
    return not (settings.telegram_token or settings.staff_chat or settings.alert_addresses())


def fill(store: Store, now: float, *, women: bool = True) -> str:
    """Fills an empty store and says how to sign in. A store with staff of its own is left alone.

    `women`: with made-up cases, whose ladder rings like any other.
    """
    password = _password(store)
    if password is None:
        return "This store has staff of its own: nothing made up was added.\n"
    for person in STAFF:
        _hire(store, person, password, now)
    _open_houses(store, now)
    with store.read() as conn:
        new = [woman for woman in WOMEN if women and not _held_before(conn, woman)]
    for woman in new:
        if turns.current(store, "web", BOT, woman.chat) is None:
            _hold(store, woman, now)
    logins = " · ".join(f"{person.login} ({', '.join(person.roles)})" for person in STAFF)
    return f"{SHELTER}, made up to try things out. Sign in at the desk:\n  {logins}\n  password  {password}\n"


def is_demo(store: Store) -> bool:
    """Whether this store was filled with made-up data."""
    with store.read() as conn:
        return conn.execute(select(vault.c.name).where(vault.c.name == BOT)).first() is not None


def _password(store: Store) -> str | None:
    """The demo's password: made up once a store, kept sealed. None for a store that has real staff."""
    with store.write() as conn:
        row = conn.execute(select(vault.c.wrapped).where(vault.c.name == BOT)).one_or_none()
        if row is not None:
            return store.keys.staff.open(bytes(row.wrapped), _PLACE).decode()
        if conn.execute(select(func.count()).select_from(staff)).scalar_one():
            return None
        password = passwords.made_up()
        # Sealed by the staff key, not wrapped by a master key: nothing else of the vault reads this row.
        sealed = store.keys.staff.seal(password.encode(), _PLACE)
        conn.execute(insert(vault).values(name=BOT, key_id="staff", wrapped=sealed))
        return password


def _open_houses(store: Store, now: float) -> None:
    """The made-up houses; Noor works at the visible one and at one with a secret address."""
    by = {member.login: member.id for member in accounts.members(store)}
    ids = list(made_up_shelters.fill(store, by["ria"], now).values())
    for shelter_id in ids[:2]:
        shelters.set_staff(store, shelter_id, [by["noor"]], by["ria"], now)


def _hire(store: Store, person: Person, password: str, now: float) -> None:
    with store.read() as conn:
        known = conn.execute(select(staff.c.id).where(staff.c.login == person.login)).first()
    if known is not None:
        return
    member, _ = accounts.add(store, person.login, person.name, person.roles, now, password=password)
    # Somebody is always on call: Sanne by day, Mo by night, Ria at the weekend.
    for weekday in range(5):
        if person.login == "sanne":
            rota.add_weekly(store, member.id, weekday, 8 * 60, 20 * 60)
        if person.login == "mo":
            rota.add_weekly(store, member.id, weekday, 20 * 60, 8 * 60)
    if person.login == "ria":
        for weekday in (5, 6):
            rota.add_weekly(store, member.id, weekday, 8 * 60, 8 * 60)


def _held_before(conn: Connection, woman: Woman) -> bool:
    """Her first message was taken in an earlier run, also when her case has ended since."""
    first = select(seen.c.at).where(seen.c.bot == BOT, seen.c.update_id == f"{woman.chat}:0")
    return conn.execute(first).first() is not None


def _hold(store: Store, woman: Woman, now: float) -> None:
    at, step = now - woman.ago, INTAKE.start
    for count in range(len(woman.answers) + 1):
        answer = woman.answers.get(step)
        if not answer and not woman.then:
            return
        event = _event(step, answer, at) if answer else Said(woman.then, at)
        arrival = turns.Arrival("web", BOT, woman.chat, event, seen=f"{woman.chat}:{count}")
        taken = turns.take_turn(store, arrival, House())
        if taken.turn is None or not answer:
            return
        step, at = taken.turn.intake.step, at + woman.pace


def _event(step: str, answer: str, at: float) -> Pressed | Said:
    is_option = INTAKE.by_name[step].option(answer) is not None
    return Pressed(step, answer, at) if is_option else Said(answer, at)
