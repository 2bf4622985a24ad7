"""What a send leaves behind: ids on her phone, the card's id, wiping of what landed late, troubles."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from flows.model import Lane
from storage import glass, messages, outrows, troubles, wiping
from storage.letters import Row
from storage.messages import COVER, GAP, NEUTRAL, OURS, Standing
from storage.store import Store
from storage.tables import handoffs

BLOCKED = "blocked"
TROUBLES = {
    "say": "undelivered",
    "wipe": "not_wiped",
    "card": "card_failed",
    "card_edit": "card_failed",
    "alert": "alert_failed",
}


def sent(
    store: Store, conn: Connection, row: Row, message_id: int | None, now: float, *, stray: bool
) -> None:
    """`stray`: she left, or another sender was quicker, while it was on its way."""
    if row.kind in ("card", "card_edit"):
        _card(conn, row, message_id)
    elif row.kind == "say" and message_id is not None:
        if stray and row.edit_id != message_id:
            outrows.wipe(conn, store, _to(row), (message_id,), now)
        elif not stray:
            _on_phone(conn, row, message_id, now)
            if row.lane is Lane.WIPE:
                _only_once(store, conn, row, message_id, now)


def _only_once(store: Store, conn: Connection, row: Row, message_id: int, now: float) -> None:
    """The neutral line was perhaps sent before, with a result that nobody knows: one of them stays."""
    known = messages.on_phone(conn, row.chat)
    standing = {one.remote_id for one in known if one.kind != GAP}
    tried = [one.remote_id for one in known if one.kind == GAP and one.remote_id is not None]
    doubles = {number for after in tried for number in wiping.reach_of(after, message_id)} - standing
    if doubles:
        outrows.wipe(conn, store, _to(row), sorted(doubles), now)


def _card(conn: Connection, row: Row, message_id: int | None) -> None:
    if message_id is not None:
        known = update(handoffs).where(handoffs.c.id == row.handoff_id)
        conn.execute(known.values(card_message_id=message_id))


def _on_phone(conn: Connection, row: Row, message_id: int, now: float) -> None:
    if row.say is None or row.intake_id is None:
        return
    question = bool(row.say.buttons)
    if row.replaces_id is not None:
        messages.replaced(conn, row.chat, row.replaces_id)
    if message_id == row.edit_id and messages.edited(conn, row.chat, message_id, question=question):
        return
    kind = NEUTRAL if row.lane is Lane.WIPE else OURS
    messages.note(
        conn,
        Standing(row.intake_id, row.chat, row.bot),
        message_id,
        kind,
        now,
        protect=row.say.protect,
        question=question,
    )


def cover(conn: Connection, row: Row, message_id: int, now: float) -> None:
    if row.intake_id is None or row.say is None:
        return
    if message_id == row.edit_id and messages.edited(conn, row.chat, message_id, question=False):
        return
    protect = row.say.protect
    messages.note(conn, Standing(row.intake_id, row.chat, row.bot), message_id, COVER, now, protect=protect)


def may_have_landed(store: Store, conn: Connection, row: Row, now: float, *, stray: bool) -> None:
    """Nobody knows whether it was sent: the ids it may have got are wiped, with the rest or by themselves."""
    if row.kind != "say" or row.edit_id is not None or row.intake_id is None:
        return
    if stray:
        outrows.wipe(conn, store, _to(row), wiping.reach_of(row.after_id), now)
    else:
        messages.note(conn, Standing(row.intake_id, row.chat, row.bot), row.after_id, GAP, now)


def lost(store: Store, conn: Connection, row: Any, now: float) -> None:
    """As may_have_landed, for a row of the table itself: its sender said nothing while its lease ran."""
    if row.kind != "say" or row.edit_id is not None or row.intake_id is None:
        return
    if row.void:
        letter = outrows.read_letter(store, row)
        to = outrows.To(row.bot, row.channel, row.chat, row.intake_id, letter.address)
        outrows.wipe(conn, store, to, wiping.reach_of(row.after_id), now)
    else:
        messages.note(conn, Standing(row.intake_id, row.chat, row.bot), row.after_id, GAP, now)


def failed(conn: Connection, row: Row, now: float, why: str) -> None:
    """Staff are told that it will never be sent; of one who blocked us, that nothing more is."""
    if row.kind == "say" and why == BLOCKED:
        outrows.cancel(conn, row.chat)
    intake_id = row.intake_id
    if intake_id is None and row.handoff_id is not None:
        of_handoff = select(handoffs.c.intake_id).where(handoffs.c.id == row.handoff_id)
        intake_id = conn.execute(of_handoff).scalar()
    if row.kind == "alert" and row.payload.get("who") == glass.WHO:
        troubles.tell(conn, now, troubles.UNTOLD, str(row.handoff_id), intake_id)
    else:
        troubles.tell(conn, now, TROUBLES[row.kind], why, intake_id)


def _to(row: Row) -> outrows.To:
    return outrows.To(row.bot, row.channel, row.chat, row.intake_id, row.address)
