"""One turn, one transaction: what came in, what the conversation makes of it, and what is to be sent.

Nothing is said that was not saved first; the same update twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from flows import duress, engine, guide
from flows.intake import INTAKE
from flows.machine import BESIDE
from flows.making import is_shared
from flows.model import (
    Blocked,
    Carried,
    Content,
    Event,
    House,
    Intake,
    Lane,
    Looked,
    Pressed,
    Said,
    Say,
    StaffDid,
    Turn,
    Waited,
    Word,
)
from flows.proof.certificate import NotCertified
from flows.tongues import known
from storage import book, crowd, files, handoffs, messages, outrows, retry, watchwords, web, wiping
from storage.book import Case
from storage.lean import Lean
from storage.messages import HERS, WEB, Standing
from storage.places import guard, placing
from storage.store import Store
from storage.tables import intakes
from storage.watchwords import Chosen

REPLY_SECONDS = 60.0  # after that, only her cover text is sent
AWAY = frozenset(
    {"safe_again", "cannot_write", "devices", "web_chat"}
)  # asked before she is at her place again
ORDER_KEPT = 6 * 24 * 3600.0  # after a week of silence a messenger may number its updates anew


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that came in from a messenger.

    chat: the messenger's own address of the chat.
    seen: identity of the update, unique with `bot`; "" where the channel has none.
    order: the update's number (0: not numbered); a lower one than the last taken is late.
    message_id: of her own message, to be wiped later.
    pressed_id: the message whose button she pressed; the answer is written in its place.
    language: what the messenger tells of hers, as it names it; the nearest that is on is hers until she says so.
    raw_at: when it reached us, where that is later than the event.
    file: what she sent beside words, to be fetched afterwards.
    opens: the outbox row that a cover text's button stands for; the event is then Pressed("", "open", at).
    leads: the case that a word of hers leads to.
    chosen: the word that she has just chosen, as it is kept.
    typed: what stands on the page for her duress word, as any text would.
    """

    channel: str
    bot: str
    chat: str
    event: Event
    seen: str
    order: int = 0
    message_id: int | None = None
    pressed_id: int | None = None
    language: str = "nl"
    raw_at: float | None = None
    opens: int | None = None
    leads: int | None = None
    chosen: Chosen | None = None
    typed: str = ""
    file: files.Sent | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it. `turn` is None for a duplicate, and for a chat that nothing is known of."""

    duplicate: bool
    turn: Turn | None
    intake_id: int | None
    outgoing: int = 0  # messages to her


_DUE = Lean(
    select(intakes.c.id)
    .where(intakes.c.due <= bindparam("now"))
    .order_by(intakes.c.due)
    .limit(bindparam("most"))
)
_FIND = Lean(select(intakes.c.id).where(intakes.c.chat_hash == bindparam("chat")))


def take_turn(store: Store, arrival: Arrival, house: House) -> Taken:
    """Takes what came in, in a transaction of its own."""
    return retry.outrun(store, lambda conn: take(store, conn, arrival, house))


def staff_turn(store: Store, intake_id: int, deed: StaffDid, house: House) -> Taken:
    """What a worker did with a case, in a transaction of its own.

    Raises book.Forgotten, placing.NoBed, guard.HeldBack; then nothing was written.
    """
    return retry.outrun(store, lambda conn: did(store, conn, intake_id, deed, house))


def wait_turn(store: Store, intake_id: int, at: float, house: House) -> Taken | None:
    """What time has brought to a case, in its own transaction; None: nothing due. Raises book.Forgotten."""
    return retry.outrun(store, lambda conn: waited(store, conn, intake_id, at, house))


def look_turn(store: Store, intake_id: int, free: int, at: float, house: House) -> Taken:
    """The program looked for a place, in a transaction of its own. Raises book.Forgotten."""

    def look(conn: Connection) -> Taken:
        return _advanced(store, conn, book.by_id(store, conn, intake_id), Looked(free, at), house)

    return retry.outrun(store, look)


def due(store: Store, now: float, limit: int = 100) -> list[int]:
    """Intakes for which time alone brings something now, the longest overdue first."""
    with store.read() as conn:
        return [row[0] for row in _DUE.all(conn, {"now": now, "most": limit})]


def current(store: Store, channel: str, bot: str, chat: str) -> int | None:
    """The current intake of a chat."""
    with store.read() as conn:
        row = _FIND.one(conn, {"chat": book.chat_hash(store, channel, bot, chat)})
    return int(row[0]) if row else None


# --- the same inside a caller's transaction --------------------------------------------------------------


def take(store: Store, conn: Connection, arrival: Arrival, house: House) -> Taken:
    """Raises NotCertified where this release may only say the last-resort words."""
    if not store.certified:
        raise NotCertified("this release has no certificate")
    at = arrival.event.at
    now = at if arrival.raw_at is None else arrival.raw_at
    if arrival.seen and not book.first_time(conn, arrival.bot, arrival.seen, now):
        return Taken(True, None, None)
    case = _case_of(store, conn, arrival, house)
    if case is None:
        return Taken(False, None, None)
    event = _in_order(case, arrival)
    turn = engine.advance(INTAKE, case.intake, event, house)
    if turn.anew:
        _record(store, conn, case, turn, event, now, None, house)
        case = _begun_anew(store, conn, case, arrival, house)
        turn = engine.advance(INTAKE, case.intake, event, house)
    if arrival.chosen is not None and _is_taken(arrival.chosen, case.intake, turn.intake):
        watchwords.keep(conn, case, arrival.chosen)
    if arrival.message_id is not None:
        _note_hers(store, conn, case, event, arrival.message_id)
    if isinstance(event, Blocked) and not event.back:
        outrows.cancel(conn, case.chat)
        turn = replace(turn, says=())
    if arrival.opens is None:
        stands = Said(arrival.typed, event.at) if arrival.typed and case.channel == WEB else event
        _record(store, conn, case, turn, stands, now, arrival.pressed_id, house)
    else:
        turn = _open_cover(store, conn, case, turn, arrival, now, house)
    if turn.intake.duress and not case.intake.duress:
        _in_every_case_of_the_chat(store, conn, case, event, now, house)
    if arrival.file is not None and isinstance(event, Said) and not turn.intake.forgotten:
        files.expect(conn, case, case.version + 1, event.content.value, arrival.file, now)
    return Taken(False, turn, case.id, len(turn.says))


def _is_taken(chosen: Chosen, before: Intake, after: Intake) -> bool:
    """Whether she stood where that word is chosen and went on from there: also where she had one, and changed it."""
    return before.step == chosen.step != after.step and not after.left


def carry(store: Store, conn: Connection, code: str, chat: str, at: float, house: House) -> bool:
    """She followed her link: from now on her case is one of that chat of the page.

    False where the link leads nowhere any more. The chat that she leaves is one that nothing is known of; words that
    she chose there lead to a case of their own, so that her duress word still reaches staff.
    """
    case = _linked(store, conn, code, at)
    if case is None:
        return False
    event = Carried(WEB, at)
    _record(store, conn, case, engine.advance(INTAKE, case.intake, event, house), event, at, None, house)
    book.move(store, conn, case, WEB, WEB, chat)
    if any(known.intake_id == case.id for known in watchwords.of_chat(conn, case.chat)):
        watchwords.lead_to(conn, case, _begun_behind(store, conn, case, at, house))
    return True


def _linked(store: Store, conn: Connection, code: str, at: float) -> Case | None:
    intake_id = web.led_by_link(store, conn, code, at)
    try:
        case = book.by_id(store, conn, intake_id) if intake_id is not None else None
    except book.Forgotten:
        return None
    hidden = case is None or case.intake.left or case.intake.ended or guide.is_due(case.intake, at)
    return None if hidden else case


def did(store: Store, conn: Connection, intake_id: int, deed: StaffDid, house: House) -> Taken:
    case = book.by_id(store, conn, intake_id)
    return _advanced(store, conn, case, deed, house)


def waited(store: Store, conn: Connection, intake_id: int, at: float, house: House) -> Taken | None:
    case = book.by_id(store, conn, intake_id)
    timer = engine.next_wait(case.intake)
    if timer is None or timer.due > at:
        return None
    return _advanced(store, conn, case, Waited(timer.what, at), house)


def _advanced(
    store: Store, conn: Connection, case: Case, event: StaffDid | Waited | Looked, house: House
) -> Taken:
    turn = engine.advance(INTAKE, case.intake, event, house)
    _record(store, conn, case, turn, event, event.at, None, house)
    return Taken(False, turn, case.id, len(turn.says))


def _case_of(store: Store, conn: Connection, arrival: Arrival, house: House) -> Case | None:
    """The chat's current case, or the one that her word or a cover text leads to; what was due there comes first."""
    chat = book.chat_hash(store, arrival.channel, arrival.bot, arrival.chat)
    found = _led_to(store, conn, arrival, chat) or book.by_chat(store, conn, chat)
    if found is not None and not isinstance(arrival.event, Blocked):
        found = _lapsed(store, conn, found, arrival.event.at, house)
    if found is not None or isinstance(arrival.event, Blocked):
        return found
    return book.begin(
        store,
        conn,
        channel=arrival.channel,
        bot=arrival.bot,
        chat=chat,
        address=arrival.chat,
        language=known(arrival.language, house.languages),
        at=arrival.event.at,
        gap=house.gap,
    )


def _led_to(store: Store, conn: Connection, arrival: Arrival, chat: str) -> Case | None:
    wanted = arrival.leads
    if arrival.opens is not None:
        wanted = outrows.case_of(conn, chat, arrival.opens)
    if wanted is None:
        return None
    try:
        case = book.by_id(store, conn, wanted)
    except book.Forgotten:
        return None
    if case.intake.ended:
        return None
    book.lead_to(conn, case)
    return case


def _lapsed(store: Store, conn: Connection, case: Case, at: float, house: House) -> Case | None:
    """The gap was over before this came, and its timer had not been looked at yet."""
    if not guide.is_due(case.intake, at):
        return case
    due = case.intake.heard + case.intake.gap
    _advanced(store, conn, case, Waited("gap", due), house)
    return book.by_chat(store, conn, case.chat)


def _begun_anew(store: Store, conn: Connection, before: Case, arrival: Arrival, house: House) -> Case:
    book.step_back(conn, before)
    case = _begun_behind(store, conn, before, arrival.event.at, house)
    case.last_order, case.last_at = before.last_order, before.last_at
    return case


def _begun_behind(store: Store, conn: Connection, before: Case, at: float, house: House) -> Case:
    """Another case in its chat."""
    return book.begin(
        store,
        conn,
        channel=before.channel,
        bot=before.bot,
        chat=before.chat,
        address=before.head.address,
        language=before.intake.language,
        at=at,
        gap=house.gap,
        after=before,
    )


def _in_every_case_of_the_chat(
    store: Store, conn: Connection, case: Case, event: Event, now: float, house: House
) -> None:
    """No case that began before or after it in this chat sends anything to it either; her answer she has had."""
    for other_id in book.beside(conn, case.id):
        try:
            other = book.by_id(store, conn, other_id)
        except book.Forgotten:
            continue
        turn = engine.advance(INTAKE, other.intake, event, house)
        if not other.intake.ended:
            _record(store, conn, other, replace(turn, says=()), event, now, None, house)


def _note_hers(store: Store, conn: Connection, case: Case, event: Event, message_id: int) -> None:
    """What she typed to the guide, or to choose a word, goes at once: a word of hers must stand nowhere, and what
    goes may not tell whether it was one. In the open conversation her duress word stays: there a text that goes would.
    """
    content = event.content if isinstance(event, Said) else None
    to_the_guide = guide.is_shown(case.intake) and content in (Content.TEXT, Content.EDITED)
    in_the_open = not guide.is_shown(case.intake) and case.intake.step not in duress.CHOOSING
    stands = isinstance(event, Word) and event.kind == "duress" and in_the_open
    if (isinstance(event, Word) and not stands) or to_the_guide:
        outrows.wipe(conn, store, outrows.To.of(case), (message_id,), event.at)
    elif content is not Content.EDITED:  # that one is known since it was sent
        messages.note(conn, Standing.of(case), message_id, HERS, event.at)


def _in_order(case: Case, arrival: Arrival) -> Event:
    """The event, marked late when a newer one was taken before it."""
    event = arrival.event
    if not arrival.order:
        case.last_at = max(case.last_at, event.at)  # how long a case is kept counts from there
        return event
    if arrival.order < case.last_order and event.at - case.last_at < ORDER_KEPT:
        return replace(event, late=True) if isinstance(event, Said | Pressed) else event
    case.last_order, case.last_at = arrival.order, event.at
    return event


def _open_cover(
    store: Store, conn: Connection, case: Case, turn: Turn, arrival: Arrival, now: float, house: House
) -> Turn:
    """The button under a cover text: what it covered is the answer, unless her safety goes first."""
    row_id, event = arrival.opens or 0, arrival.event
    if case.intake.left:  # it waits for her word, or for her answer
        _record(store, conn, case, turn, event, now, arrival.pressed_id, house)
    elif turn.intake.step == case.intake.step:
        if outrows.reveal(conn, case, row_id, event.at + REPLY_SECONDS):
            turn = replace(turn, says=())
        _record(store, conn, case, turn, event, now, arrival.pressed_id, house)
    else:
        _record(store, conn, case, turn, event, now, arrival.pressed_id, house)
        outrows.cover_again(conn, case, row_id)
    return turn


def _record(
    store: Store,
    conn: Connection,
    case: Case,
    turn: Turn,
    event: Event,
    now: float,
    pressed_id: int | None,
    house: House,
) -> None:
    """All that a turn brings about. The case's own row comes last: until then, others may refer to it."""
    handoffs.project(store, conn, case, turn, now)
    placing.project(conn, case, turn, now)
    _send(store, conn, case, turn, event, now, pressed_id)
    book.record(conn, store, case, turn, house.timezone)


def _send(
    store: Store, conn: Connection, case: Case, turn: Turn, event: Event, now: float, pressed_id: int | None
) -> None:
    seq, language = turn.intake.seq, turn.intake.language
    _hold_back(store, conn, turn)
    if turn.intake.duress and not case.intake.duress:
        outrows.cancel(conn, case.chat)
    if turn.wipe:
        web.drop_link(conn, case.chat)
    if isinstance(event, Waited) and turn.wipe:
        return wiping.lapse(store, conn, case, now)
    if turn.wipe:
        return wiping.leave(store, conn, case, turn.says, seq=seq, language=language, at=now)
    handoff = turn.intake.handoff
    if handoff is not None and "contact_lost" in handoff.marks:
        return None  # she blocked us; what she does herself takes the mark away
    if case.channel == WEB:
        return messages.write(conn, case, event, turn.says, seq=seq, language=language, at=event.at)
    lane = _lane(case, turn.intake, pressing=turn.assessment.pressing)
    if lane < _lane(case, case.intake, pressing=case.pressing):
        outrows.lift(conn, case.chat, lane)
    if _came_back(case, turn) or _is_here(turn, event):
        outrows.uncover(conn, case, event.at + REPLY_SECONDS)
    outrows.says(
        conn,
        case,
        _with_link(store, conn, case, turn.says, now),
        seq=seq,
        language=language,
        lane=lane,
        reply_until=_reply_until(turn, event),
        pressed_id=pressed_id,
        at=now,
    )
    return None


def _lane(case: Case, intake: Intake, *, pressing: bool) -> Lane:
    """In which lane a reply to her goes, as things stand."""
    if pressing:
        return Lane.RED_REPLY
    return Lane.CROWD if case.head.crowded and crowd.waits(intake) else Lane.REPLY


def _with_link(
    store: Store, conn: Connection, case: Case, says: Sequence[Say], now: float
) -> tuple[Say, ...]:
    """Where the page's address is told, a code goes behind it: never sent to a server by itself, and good for once."""
    if not any("chat_address" in say.args for say in says):
        return tuple(says)
    code = web.new_link(store, conn, case, now)
    return tuple(
        replace(say, args={**say.args, "chat_address": f"{say.args['chat_address']}#{code}"})
        if "chat_address" in say.args
        else say
        for say in says
    )


def _came_back(case: Case, turn: Turn) -> bool:
    """She is at her place again, from behind the guide or from being asked whether she can write."""
    was_away = case.intake.left or case.intake.step in AWAY
    return was_away and not turn.intake.left and turn.intake.step not in BESIDE


def _is_here(turn: Turn, event: Event) -> bool:
    """On a device that somebody else reads she does something herself: what was held till then may be shown."""
    hers = isinstance(event, Said | Pressed) and is_shared(turn.intake)
    return hers and not turn.intake.left and turn.intake.step not in BESIDE


def _hold_back(store: Store, conn: Connection, turn: Turn) -> None:
    """What a worker writes names no house, address or region that she may not read here. Raises guard.HeldBack."""
    handoff = turn.intake.handoff
    for say in turn.says:
        if say.text:
            hit = guard.for_her(
                store,
                conn,
                say.text,
                spoken_live=handoff is not None and handoff.spoken_live,
                may_house=turn.assessment.visible_house,
                her_own=turn.intake.texts.values(),
            )
            if hit is not None:
                raise guard.HeldBack(hit)


def _reply_until(turn: Turn, event: Event) -> float:
    """Until when she still holds her phone for this answer: from then on it is covered."""
    if isinstance(event, Said | Pressed | Word):
        return event.at + REPLY_SECONDS
    return 0.0 if turn.intake.left else turn.intake.heard + REPLY_SECONDS
