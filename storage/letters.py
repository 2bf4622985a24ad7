"""A claimed row of the outbox, opened: all that a sender needs to know."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from flows.model import Lane, Say
from storage import book, messages, outrows, shapes
from storage.book import Case
from storage.outrows import ALWAYS
from storage.store import Store
from storage.tables import handoffs

NEWS_SECONDS = 2 * 60.0  # she wrote so recently: news may be a message of its own


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to send.

    kind: say, wipe (delete `ids`), card, card_edit, alert.
    chat: what is paced together, an opaque word.  address: the messenger's own; "" for staff and alerts.
    edit_id: write it in the place of this message.  replaces_id: delete this one once a new one is sent.
    cover: her own cover text, or else cover_code: the one she chose from the catalogue ("": the usual one).
    """

    id: int
    lane: Lane
    kind: str
    bot: str
    channel: str
    chat: str
    address: str = field(repr=False)
    intake_id: int | None
    handoff_id: int | None
    say: Say | None = field(repr=False)
    language: str
    seq: int  # the moment (Intake.seq) that its buttons are tied to
    cover: str = field(repr=False)
    cover_code: str
    reply_until: float
    edit_id: int | None
    replaces_id: int | None
    ids: tuple[int, ...]
    payload: Mapping[str, Any]
    attempts: int
    after_id: int

    def must_be_covered(self, now: float) -> bool:
        """Whether only her cover text may be sent, with the one button that opens this row."""
        return self.kind == "say" and now > self.reply_until


def opened(
    store: Store, conn: Connection, rows: Sequence[Any], after: Mapping[int, int], now: float
) -> list[Row]:
    """The claimed rows with their addresses and contents, but those of cases that are forgotten."""
    cases: dict[int, Case | None] = {}
    found = (_opened(store, conn, row, after[row.id], now, cases) for row in rows)
    return [row for row in found if row is not None]


def _opened(
    store: Store, conn: Connection, row: Any, after_id: int, now: float, cases: dict[int, Case | None]
) -> Row | None:
    common = {
        "id": row.id,
        "lane": Lane(row.lane),
        "bot": row.bot,
        "channel": row.channel,
        "chat": row.chat,
        "intake_id": row.intake_id,
        "handoff_id": row.handoff_id,
        "language": row.language,
        "seq": row.seq,
        "payload": json.loads(row.payload) if row.payload else {},
        "attempts": row.attempts + 1,
        "after_id": after_id,
    }
    if row.vaulted:
        return _letter(store, conn, row, common)
    if row.intake_id is None:
        return _staff(conn, row, common)
    if row.intake_id not in cases:
        cases[row.intake_id] = _case(store, conn, row.intake_id)
    return _say(conn, row, common, cases[row.intake_id], now)


def _case(store: Store, conn: Connection, intake_id: int) -> Case | None:
    try:
        return book.peek(store, conn, intake_id)
    except book.Forgotten:
        return None


_NOTHING: dict[str, Any] = {
    "address": "",
    "say": None,
    "cover": "",
    "cover_code": "",
    "reply_until": ALWAYS,
    "edit_id": None,
    "replaces_id": None,
    "ids": (),
}


def _letter(store: Store, conn: Connection, row: Any, common: dict[str, Any]) -> Row:
    letter = outrows.read_letter(store, row)
    return Row(
        **common,
        **_NOTHING
        | {
            "kind": row.kind,
            "address": letter.address,
            "say": letter.say,
            "ids": _to_wipe(conn, row.chat, letter.ids),
        },
    )


def _to_wipe(conn: Connection, chat: str, ids: tuple[int, ...]) -> tuple[int, ...]:
    """Among ids that were only guessed, one may since have come to a message that is known, and is to stay there.

    What is to be wiped for certain is no longer known to stand there: whoever asked for it has dropped it.
    """
    if len(ids) < 2:
        return ids
    standing = {one.remote_id for one in messages.on_phone(conn, chat) if one.kind != messages.GAP}
    return tuple(one for one in ids if one not in standing)


def _staff(conn: Connection, row: Any, common: dict[str, Any]) -> Row:
    if row.kind != "card":
        return Row(**common, **_NOTHING, kind=row.kind)
    card = conn.execute(select(handoffs.c.card_message_id).where(handoffs.c.id == row.handoff_id)).scalar()
    kind = "card" if card is None else "card_edit"
    return Row(**common, **_NOTHING | {"kind": kind, "edit_id": card})


def _say(conn: Connection, row: Any, common: dict[str, Any], case: Case | None, now: float) -> Row | None:
    if case is None:
        return None
    say = shapes.decode_say(case.key.open(bytes(row.sealed), outrows.place(row.intake_id, row.seq, row.part)))
    found = {
        "kind": "say",
        "address": case.head.address,
        "say": say,
        "cover": case.intake.texts.get("cover", ""),
        "cover_code": _cover_code(case),
    }
    return Row(**common, **_NOTHING | found | _where(conn, row, say, case, now))


def _cover_code(case: Case) -> str:
    code = case.intake.answers.get("cover", "")
    return "" if code in ("skip", "text") else code


def _where(conn: Connection, row: Any, say: Say, case: Case, now: float) -> dict[str, Any]:
    """In the place of which message, or instead of which: known only now that all before it is sent."""
    if row.edit_id is not None:  # revealed: it goes where its cover text stands
        return {"edit_id": row.edit_id, "reply_until": row.reply_until}
    if say.news:
        return _news(conn, row, say, case, now)
    if row.pressed_id is not None:
        return _in_place(conn, row, say)
    if row.part == 0 and row.reply_until > 0:  # she typed: the question she answered goes
        return {"replaces_id": messages.asked(conn, row.chat), "reply_until": row.reply_until}
    return {"reply_until": row.reply_until}


def _news(conn: Connection, row: Any, say: Say, case: Case, now: float) -> dict[str, Any]:
    if now - case.intake.heard > NEWS_SECONDS:
        last = messages.last(conn, row.chat)
        if last is not None and last[1] is say.protect:
            return {"edit_id": last[0], "reply_until": ALWAYS}
    return {"reply_until": row.reply_until}


def _in_place(conn: Connection, row: Any, say: Say) -> dict[str, Any]:
    """A message keeps its protection when it is edited: only one with the same may be written over."""
    if messages.protection(conn, row.chat, row.pressed_id) is say.protect:
        return {"edit_id": row.pressed_id, "reply_until": row.reply_until}
    return {"replaces_id": row.pressed_id, "reply_until": row.reply_until}
