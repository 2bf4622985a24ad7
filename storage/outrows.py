"""Rows of the outbox, as turns write them: what is to be said to her, cards for staff, alerts, wiping."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, null, select, update
from sqlalchemy.engine import Connection

from flows.model import Lane, Ring, Say
from storage import shapes
from storage.book import Case
from storage.lean import Lean, insert_all
from storage.store import Store
from storage.tables import outbox

WAITING, COVERED = 0, 1
ALWAYS = 1e12  # reply_until of what never needs a cover
STAFF, ALERTS = "staff", "alerts"

_PUT = insert_all(outbox, "id")
_LINE = outbox.c.line == bindparam("the_line")
_FREE = outbox.c.lease == 0
_LIFT = Lean(update(outbox).where(_LINE, _FREE, outbox.c.lane > bindparam("to")).values(lane=bindparam("to")))
_HOLD = Lean(select(outbox.c.id).where(_LINE).order_by(outbox.c.id).with_for_update())
_UNSENT = Lean(select(outbox.c.id, outbox.c.payload).where(_LINE, _FREE).with_for_update())
_PAYLOAD = Lean(
    update(outbox).where(outbox.c.id == bindparam("the_id"), _FREE).values(payload=bindparam("payload"))
)
_CANCEL = Lean(delete(outbox).where(_LINE, _FREE, outbox.c.kind != "wipe"))
_VOID = Lean(
    update(outbox)
    .where(_LINE, outbox.c.lease > 0, outbox.c.vaulted.is_(False))
    .values(void=bindparam("void"), sealed=bindparam("sealed"), vaulted=bindparam("vaulted"))
)
_CANCEL_ALERTS = Lean(
    delete(outbox).where(
        outbox.c.handoff_id == bindparam("handoff_id"),
        outbox.c.kind == "alert",
        _FREE,
        outbox.c.bot == ALERTS,
    )
)
_REVEAL = Lean(
    update(outbox)
    .where(
        outbox.c.id == bindparam("the_id"),
        outbox.c.intake_id == bindparam("intake_id"),
        outbox.c.state == COVERED,
    )
    .values(state=WAITING, due=0, reply_until=bindparam("until"), attempts=0)
)
_UNCOVER = Lean(
    update(outbox)
    .where(outbox.c.intake_id == bindparam("the_intake"), outbox.c.state == COVERED)
    .values(state=WAITING, due=0, reply_until=bindparam("until"), attempts=0, edit_id=null())
)
_CASE_OF = Lean(
    select(outbox.c.intake_id).where(outbox.c.id == bindparam("id"), outbox.c.chat == bindparam("chat"))
)
_BLANK: dict[str, Any] = {
    "state": WAITING,
    "intake_id": None,
    "handoff_id": None,
    "seq": 0,
    "part": 0,
    "language": "",
    "vaulted": False,
    "sealed": None,
    "payload": "",
    "reply_until": 0.0,
    "pressed_id": None,
    "edit_id": None,
    "after_id": 0,
    "attempts": 0,
    "due": 0.0,
    "lease": 0.0,
    "void": False,
}


# --- to her ----------------------------------------------------------------------------------------------


def says(
    conn: Connection,
    case: Case,
    said: Sequence[Say],
    *,
    seq: int,
    language: str,
    lane: Lane,
    reply_until: float,
    pressed_id: int | None,
    at: float,
) -> None:
    """One row for each message; the first one answers the pressed button, if there was one."""
    rows = [
        _BLANK
        | {
            "bot": case.bot,
            "channel": case.channel,
            "chat": case.chat,
            "line": case.chat,
            "lane": int(lane),
            "kind": "say",
            "intake_id": case.id,
            "seq": seq,
            "part": part,
            "language": language,
            "sealed": case.key.seal(shapes.encode(say), place(case.id, seq, part)),
            "reply_until": reply_until,
            "pressed_id": None if part else pressed_id,
            "created": at,
        }
        for part, say in enumerate(said)
    ]
    if len(rows) == 1:
        _PUT.run(conn, rows[0])
    elif rows:
        _PUT.many(conn, rows)


def place(intake_id: int, seq: int, part: int) -> str:
    """What a sealed message is bound to."""
    return f"{intake_id}:outbox:{seq}:{part}"


def lift(conn: Connection, line: str, lane: Lane) -> None:
    """What already waits in this line goes in this lane too, so that its order is kept."""
    _LIFT.run(conn, {"the_line": line, "to": int(lane)})


def hold(conn: Connection, chat: str) -> None:
    """Waits for whoever is noting what became of a row of this chat; from here on they wait for this turn."""
    _HOLD.all(conn, {"the_line": chat})


def cancel(conn: Connection, chat: str) -> None:
    """Nothing that still waits for this chat is sent, but wiping."""
    _CANCEL.run(conn, {"the_line": chat})


def void(conn: Connection, store: Store, to: To) -> None:
    """What is on its way to this chat is wiped when it lands, for which its row keeps the address."""
    address = _seal_letter(store, to.chat, shapes.Letter(to.address))
    _VOID.run(conn, {"the_line": to.chat, "void": True, "sealed": address, "vaulted": True})


def reveal(conn: Connection, case: Case, row_id: int, until: float) -> bool:
    """She pressed the button under a cover text: what it covered goes out, in its place."""
    return _REVEAL.count(conn, {"the_id": row_id, "intake_id": case.id, "until": until}) == 1


def uncover(conn: Connection, case: Case, until: float) -> None:
    """She is at her place again: all that cover texts stood for goes out, each as a message of its own."""
    _UNCOVER.run(conn, {"the_intake": case.id, "until": until})


def case_of(conn: Connection, chat: str, row_id: int) -> int | None:
    """The case of a row that waits under a cover text in this chat."""
    row = _CASE_OF.one(conn, {"id": row_id, "chat": chat})
    return int(row[0]) if row and row[0] is not None else None


def cover_again(conn: Connection, case: Case, row_id: int) -> None:
    """Not now: her safety is asked first. It follows after that, once more behind a cover text."""
    its = (outbox.c.id == row_id, outbox.c.intake_id == case.id, outbox.c.state == COVERED)
    row = conn.execute(delete(outbox).where(*its).returning(outbox)).mappings().first()
    if row is not None:
        anew = {"state": WAITING, "due": 0.0, "reply_until": 0.0, "edit_id": None, "attempts": 0}
        _PUT.run(conn, {**row, **anew})


# --- in the lane of wiping: readable without the case's own key, which may go ----------------------------


class To(NamedTuple):
    """A chat, with its address in clear: never kept, only to be sealed."""

    bot: str
    channel: str
    chat: str  # keyed hash
    intake_id: int | None
    address: str

    @classmethod
    def of(cls, case: Case) -> To:
        return cls(case.bot, case.channel, case.chat, case.id, case.head.address)


def wipe(conn: Connection, store: Store, to: To, ids: Sequence[int], at: float) -> None:
    """These messages are to be deleted."""
    letter = shapes.Letter(to.address, tuple(ids))
    _PUT.run(conn, _letter(store, to, letter) | {"kind": "wipe", "created": at})


def farewell(
    conn: Connection, store: Store, to: To, say: Say, *, after_id: int, seq: int, language: str, at: float
) -> None:
    """The neutral line that stays. `after_id`: the newest message known before all was wiped and forgotten."""
    letter = shapes.Letter(to.address, (), say)
    about = {"kind": "say", "seq": seq, "language": language, "created": at, "after_id": after_id}
    _PUT.run(conn, _letter(store, to, letter) | about)


def read_letter(store: Store, row: Any) -> shapes.Letter:
    """What a row of this lane holds."""
    return shapes.decode_letter(store.keys.staff.open(bytes(row.sealed), f"letter:{row.chat}"))


def _seal_letter(store: Store, chat: str, letter: shapes.Letter) -> bytes:
    return store.keys.staff.seal(shapes.encode(letter), f"letter:{chat}")


def _letter(store: Store, to: To, letter: shapes.Letter) -> dict[str, Any]:
    return _BLANK | {
        "bot": to.bot,
        "channel": to.channel,
        "chat": to.chat,
        "line": to.chat,
        "lane": int(Lane.WIPE),
        "intake_id": to.intake_id,
        "vaulted": True,
        "sealed": _seal_letter(store, to.chat, letter),
        "reply_until": ALWAYS,
    }


# --- to staff --------------------------------------------------------------------------------------------


def card(conn: Connection, store: Store, handoff_id: int, lane: Lane, at: float) -> None:
    """The card of a case is to be drawn; one that still waits will show the newest anyway."""
    line = f"card:{handoff_id}"
    if _UNSENT.all(conn, {"the_line": line}):
        return lift(conn, line, lane)
    chat = store.keys.find("chat", STAFF, store.staff_chat)
    _PUT.run(conn, _to_staff(STAFF, chat, line, "card", lane, at) | {"handoff_id": handoff_id})
    return None


def alert(conn: Connection, handoff_id: int, ring: Ring, at: float) -> None:
    """Wakes people for one case."""
    line = f"alert:{handoff_id}:{ring.rung}:{ring.who}"
    row = _to_staff(ALERTS, ALERTS, line, "alert", Lane.RED, at)
    _PUT.run(conn, row | {"handoff_id": handoff_id, "payload": _payload(ring, [handoff_id])})


def alert_together(conn: Connection, handoff_id: int, ring: Ring, at: float, due: float) -> None:
    """Wakes people once for all cases of one slot, which ends at `due`."""
    line = f"alert:{ring.who}:{due:.0f}"
    for row_id, payload in _UNSENT.all(conn, {"the_line": line}):
        ids = [*json.loads(payload)["handoffs"], handoff_id]
        if _PAYLOAD.count(conn, {"the_id": row_id, "payload": _payload(ring, ids)}):
            return
    row = _to_staff(ALERTS, ALERTS, line, "alert", Lane.RED, at)
    _PUT.run(conn, row | {"due": due, "payload": _payload(ring, [handoff_id])})


def cancel_alerts(conn: Connection, handoff_id: int) -> None:
    """Somebody has the case: nobody else is woken for it any more."""
    _CANCEL_ALERTS.run(conn, {"handoff_id": handoff_id})


def _payload(ring: Ring, handoff_ids: Sequence[int]) -> str:
    return json.dumps({"who": ring.who, "rung": ring.rung, "handoffs": list(dict.fromkeys(handoff_ids))})


def _to_staff(bot: str, chat: str, line: str, kind: str, lane: Lane, at: float) -> dict[str, Any]:
    where = {"bot": bot, "channel": bot, "chat": chat, "line": line}
    return _BLANK | where | {"lane": int(lane), "kind": kind, "created": at}
