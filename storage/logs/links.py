"""Whether each look still leads to the case that it was at: the link can be emptied, and so no hash covers it.

What stands for the case is covered. Worked out anew from the key of each case, it says where the link must lead; of a
case that is forgotten there is no key, and its looks lead nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage.keys.keystore import KeyLost
from storage.logs.seals import GONE
from storage.sealed import SealBroken
from storage.store import Store
from storage.tables import access_log, intakes


def wrong(store: Store, conn: Connection) -> Iterator[int]:
    """Entries of the log of looks whose link was cut or led elsewhere."""
    cases = dict(_cases(store, conn))
    living = set(cases.values())
    looks = select(access_log).where(access_log.c.what != GONE).order_by(access_log.c.id)
    for row in conn.execute(looks.execution_options(yield_per=5_000)):
        if row.whose is None and row.mac is None:  # from before anything stood for the case
            continue
        right = cases.get(bytes(row.whose or b""))
        if row.intake_id != right and (right is not None or row.intake_id in living):
            yield int(row.id)


def _cases(store: Store, conn: Connection) -> Iterator[tuple[bytes, int]]:
    """What stands for each case that is not forgotten."""
    for case_id in conn.scalars(select(intakes.c.id).where(intakes.c.head.is_not(None))).all():
        try:
            yield store.keys.cases.key(case_id).stands_for(), int(case_id)
        except (KeyLost, SealBroken):  # forgotten this moment, or lost: then the case itself does not open
            continue
