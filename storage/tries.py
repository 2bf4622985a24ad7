"""Wrong passwords by address, beside those by account: whoever tries many names from one place is shut out.

Of an address only a keyed hash is kept, for a quarter of an hour. The machine's own is that of a proxy before it and
stands for everybody, so it counts for nobody: a stranger may not shut the shelter out.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from storage.store import Store
from storage.tables import wrong_tries

WITHIN = 15 * 60.0  # seconds
MOST = 30  # of all accounts together: a whole house behind one address types wrong now and then


def begun(store: Store, address: str, now: float) -> int | float:
    """Counts a try before it is checked, so that many at once gain nothing: its number, to be taken back.

    Where there were too many: until when nothing is checked, as a float. 0: nobody's address.
    """
    hashed = _hashed(store, address)
    if not hashed:
        return 0
    of_it = (wrong_tries.c.address == hashed, wrong_tries.c.at > now - WITHIN)
    with store.write() as conn:
        conn.execute(delete(wrong_tries).where(wrong_tries.c.at <= now - WITHIN))
        count, first = conn.execute(select(func.count(), func.min(wrong_tries.c.at)).where(*of_it)).one()
        if count >= MOST:
            return float(first) + WITHIN
        added = insert(wrong_tries).values(address=hashed, at=now).returning(wrong_tries.c.id)
        return int(conn.execute(added).scalar_one())


def of_nobody(store: Store, conn: Connection, login: str, now: float, pause: Callable[[int], float]) -> float:
    """A login that nobody has is slowed down and closed as any other: else trying would tell which there are.

    Until when it waits; a try that may be made now is counted.
    """
    name = store.keys.find("desk.nobody", login)
    of_it = (wrong_tries.c.address == name, wrong_tries.c.at > now - WITHIN)
    count, last = conn.execute(select(func.count(), func.max(wrong_tries.c.at)).where(*of_it)).one()
    until = float(last) + pause(int(count)) if count else 0.0
    if until <= now:
        conn.execute(insert(wrong_tries).values(address=name, at=now))
    return until


def right(store: Store, number: int) -> None:
    """It was no wrong one."""
    if number:
        with store.write() as conn:
            conn.execute(delete(wrong_tries).where(wrong_tries.c.id == number))


def _hashed(store: Store, address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return "" if known.is_loopback else store.keys.find("desk.address", known.compressed)
