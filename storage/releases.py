"""Which release may run: one that was proven; and what the store remembers of those that did."""

from __future__ import annotations

from sqlalchemy import desc, insert, select
from sqlalchemy.engine import Connection

from flows.proof import certificate
from flows.proof.certificate import Certificate, NotCertified
from storage.store import Store, StoreTrouble, alone
from storage.tables import certified


@alone
def admit(store: Store, conn: Connection, now: float) -> None:
    """This release is remembered as certified, or may only say the last-resort words (`store.certified`).

    Raises StoreTrouble where it has no certificate and an earlier one had: whoever starts it keeps that one running.
    """
    try:
        ours = certificate.of_this_release()
    except NotCertified as missing:
        earlier = _latest(conn)
        if earlier:
            raise StoreTrouble(f"{missing}; until then keep {earlier} running") from None
        store.certified = False
        return
    if _latest(conn) != ours.name:
        conn.execute(insert(certified).values(_row(ours, now)))


def _latest(conn: Connection) -> str:
    """The name of the release that was certified last; empty where none ever was."""
    row = conn.execute(select(certified.c.name).order_by(desc(certified.c.id)).limit(1)).one_or_none()
    return str(row.name) if row else ""


def _row(ours: Certificate, now: float) -> dict[str, object]:
    return {
        "name": ours.name,
        "flow_hash": ours.flow_hash,
        "words_hash": ours.words_hash,
        "states": ours.states,
        "edges": ours.edges,
        "at": now,
    }
