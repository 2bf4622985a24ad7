"""What becomes of what she does on the page. Turns and the fate of her cookie share one transaction."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from bot.channels.web.budget import Budget
from bot.channels.web.form import Form
from bot.channels.web.outcome import FRONT, LEFT, SAME, Outcome, event_of, name_of
from bot.lastresort import LastResort
from bot.work import Work
from flows import guide
from flows.model import Event, Pressed
from storage import book, codes, kept, messages, troubles, turns, web
from storage.messages import WEB
from storage.turns import Arrival
from storage.web import Session, View

if TYPE_CHECKING:
    Conn = Any  # a transaction of the store; only storage knows what it is

IDLE = 15 * 60.0  # seconds without an open page: then the front is shown, and nothing behind it
TOUCH_EVERY = 60.0
AGAIN_AFTER = 0.3
TALK, LEAVE, DANGER = ("front", "talk"), ("", "leave"), ("", "danger_now")
OPEN = ("", "open")  # her code shows that it is she; whether nobody looks is asked
DELETE = ("delete", "yes")
log = logging.getLogger("bot.web")
T = TypeVar("T")


class Acts:
    """All that can be done on the page. Nothing is kept here between two requests but the budgets."""

    def __init__(self, work: Work, clock: Callable[[], float] = time.time) -> None:
        self._work = work
        self._store = work.store
        self._clock = clock
        self._beginnings = Budget(30, 600.0)
        self._wrong_codes = Budget(10, 600.0)
        self._told = LastResort()

    async def open(self, cookie: str) -> Outcome:
        """The page is opened at its address. Raises nothing: without the store, the front is shown."""
        try:
            now = self._clock()
            return await self._shown(await self._find(cookie, now), now)
        except Exception:
            log.exception("a page could not be shown")
            return FRONT

    async def did(self, form: Form, cookie: str, address: str, language: str) -> Outcome:
        """Something was sent from the page. Raises nothing: when it fails, she gets the last-resort words."""
        try:
            return await self._did(replace(form, language=language), cookie, address)
        except Exception as error:
            log.exception("a turn failed")
            await self._tell_staff(cookie, error)
            return Outcome("last", draft=form.text)

    async def newer(self, cookie: str) -> View | None:
        """What the frame of a page without JavaScript shows; None where nothing is open."""
        outcome = await self.open(cookie)
        return outcome.view

    # --- what she does ----------------------------------------------------------------------------------

    async def _did(self, form: Form, cookie: str, address: str) -> Outcome:
        now = self._clock()
        if form.act == "leave":
            return await self._leave(form, cookie, now)
        session = await self._find(cookie, now)
        if form.choose_language in self._work.house().languages and session is None:
            return replace(FRONT, language=form.choose_language)
        if form.act == "code" and session is not None:
            return await self._give_code(session, now)
        if form.act in ("kept", "take"):
            return await self._kept(form, session, address, now)
        if form.act == "reopen":
            return await self._reopen(form, address, now)
        event = event_of(form, now)
        if event is None:
            return await self._look(form, session, now)
        talks = isinstance(event, Pressed) and (event.step, event.option) == TALK
        if talks and form.code and (carried := await self._carry(form, address, now)):
            return carried
        if session is None:
            return await self._begin(form, event, address, now)
        if talks and not self._own(session, form):
            if _stale(session, now):
                return await self._come_back(form, session, event, now)
            return await self._shown(session, now)
        return await self._turn(form, session, event, now)

    async def _look(self, form: Form, session: Session | None, now: float) -> Outcome:
        if session is not None and session.intake_id is not None and not _stale(session, now):
            version = await asyncio.to_thread(web.version, self._store, session.intake_id)
            if version == form.version:
                await self._touch(session, now)
                return SAME
        return await self._shown(session, now)

    async def _begin(self, form: Form, event: Event, address: str, now: float) -> Outcome:
        """The first press on the front; danger now begins from any page, and whatever the budget says."""
        what = (event.step, event.option) if isinstance(event, Pressed) else None
        if what not in (TALK, DANGER) or not form.nonce:
            return replace(FRONT, note="page.lost")
        if what == TALK and not self._beginnings.allows(address, now):
            return Outcome("last", note="page.busy")
        self._beginnings.spend(address, now)
        return await self._turn(form, None, event, now)

    async def _turn(self, form: Form, session: Session | None, event: Event, now: float) -> Outcome:
        secret = "" if session else self._secret(form)
        chat = session.chat if session else self._chat(form)
        arrival = await self._heard(self._arrival(form, chat, event))
        house = self._work.house()

        def turn(conn: Conn) -> tuple[Session | None, bool]:
            if session is not None and web.still(self._store, conn, session, now) is None:
                self._overtaken(conn, arrival)
                return None, True
            known = session or web.begin(self._store, conn, secret, chat, now)
            if known is None:  # she left before this came
                return None, False
            taken = turns.take(self._store, conn, arrival, house)
            if taken.turn is not None and taken.turn.wipe:
                deleted = isinstance(event, Pressed) and (event.step, event.option) == DELETE
                web.end(self._store, conn, chat, now, code_too=deleted)
                return known, True
            return _opens(conn, known, taken.intake_id, now), False

        known, left = await self._written(turn, chat)
        self._work.kick()
        if left:
            return LEFT
        outcome = await self._shown(known, now)
        return replace(outcome, secret=secret, draft=form.text if isinstance(event, Pressed) else "")

    def _overtaken(self, conn: Conn, arrival: Arrival) -> None:
        """She left while this was listened to: danger in it is heard, and nothing of it stands in the emptied chat.

        Where her code has led back into that chat meanwhile, it is one text more there.
        """
        taken = turns.take(self._store, conn, arrival, self._work.house())
        if taken.turn is None or taken.turn.intake.left or taken.turn.intake.ended:
            messages.drop_all(conn, book.chat_hash(self._store, WEB, WEB, arrival.chat))

    async def _come_back(self, form: Form, session: Session, event: Event, now: float) -> Outcome:
        """Nobody looked at the page for a while: what stood there goes, and her safety is asked first."""
        before = self._arrival(form, session.chat, Pressed(*LEAVE, now))
        arrival = self._arrival(form, session.chat, event)
        house = self._work.house()

        def turn(conn: Conn) -> Session:
            turns.take(self._store, conn, before, house)
            taken = turns.take(self._store, conn, arrival, house)
            return _opens(conn, session, taken.intake_id, now)

        known = await self._written(turn, session.chat)
        self._work.kick()
        return await self._shown(known, now)

    # --- leaving ----------------------------------------------------------------------------------------

    async def _leave(self, form: Form, cookie: str, now: float) -> Outcome:
        """Whatever else fails, the page is left and its cookie ended."""
        try:
            session = await self._find(cookie, now) or await self._find(self._secret(form), now)
            if session is not None:
                await self._left(form, session, now)
            elif form.nonce:
                await self._written(lambda conn: web.spend(self._store, conn, self._secret(form), now), "")
        except Exception as error:
            log.exception("leaving could not be recorded")
            await self._tell_staff(cookie, error)
        return LEFT

    async def _left(self, form: Form, session: Session, now: float) -> None:
        arrival = self._arrival(form, session.chat, Pressed(*LEAVE, now))
        current = await asyncio.to_thread(turns.current, self._store, WEB, WEB, session.chat)
        house = self._work.house()

        def leave(conn: Conn) -> None:
            if current is not None:
                turns.take(self._store, conn, arrival, house)
            else:  # it has ended: only what was said goes
                messages.drop_all(conn, book.chat_hash(self._store, WEB, WEB, session.chat))
            web.end(self._store, conn, session.chat, now)

        await self._written(leave, session.chat)
        self._work.kick()

    # --- return codes -----------------------------------------------------------------------------------

    async def _give_code(self, session: Session, now: float) -> Outcome:
        outcome = await self._shown(session, now)
        if outcome.view is None:
            return outcome
        code = codes.new()
        await self._written(lambda conn: web.keep_code(self._store, conn, session, code, now), session.chat)
        return replace(outcome, code=codes.shown(code))

    async def _reopen(self, form: Form, address: str, now: float) -> Outcome:
        """Her place, never what was said; every other cookie of that chat is ended."""
        code = codes.typed(form.code)
        allowed = self._wrong_codes.allows(address, now)
        led = await asyncio.to_thread(web.led_by_code, self._store, code, now) if code and allowed else None
        if led is None:
            return await self._carry(form, address, now) or replace(FRONT, note="page.code.unknown")
        chat, case_id = led
        current = await asyncio.to_thread(turns.current, self._store, WEB, WEB, chat)
        before = self._arrival(form, chat, Pressed(*LEAVE, now))
        arrival = replace(self._arrival(form, chat, Pressed(*OPEN, now)), leads=case_id)
        secret, house = self._secret(form), self._work.house()

        def turn(conn: Conn) -> Session | None:
            if current is not None:
                taken = turns.take(self._store, conn, before, house)
                if taken.duplicate:  # the same page once more
                    return web.begin(self._store, conn, secret, chat, now)
            web.end(self._store, conn, chat, now)
            known = web.begin(self._store, conn, secret, chat, now)
            return known and _opens(conn, known, self._opened(conn, form, arrival, now), now)

        known = await self._written(turn, chat)
        self._work.kick()
        return replace(await self._shown(known, now), secret=secret)

    async def _carry(self, form: Form, address: str, now: float) -> Outcome | None:
        """Her place comes along from a messenger, by the code in her link; None where that leads nowhere."""
        code = codes.typed(form.code)
        if not form.nonce or not self._wrong_codes.allows(address, now):
            return None
        if not code:
            self._wrong_codes.spend(address, now)
            return None
        chat, secret, house = self._chat(form), self._secret(form), self._work.house()
        arrival = self._arrival(form, chat, Pressed(*OPEN, now))

        def turn(conn: Conn) -> Session | None:
            if not turns.carry(self._store, conn, code, chat, now, house):
                return None
            known = web.begin(self._store, conn, secret, chat, now)
            return known and _opens(conn, known, self._opened(conn, form, arrival, now), now)

        known = await self._written(turn, chat)
        if known is None:
            self._wrong_codes.spend(address, now)
            return None
        self._work.kick()
        return replace(await self._shown(known, now), secret=secret)

    async def _kept(self, form: Form, session: Session | None, address: str, now: float) -> Outcome:
        """What is kept of her, to read or as a file; her own code again, for it is more than what stands open."""
        shown = await self._shown(session, now)
        if session is None or shown.view is None:
            return shown
        code, known = codes.typed(form.code), None
        if code and self._wrong_codes.allows(address, now):
            known = await self._written(
                lambda conn: kept.opened(self._store, conn, session, code, now), session.chat
            )
        if known is None:
            self._wrong_codes.spend(address, now)
            return replace(shown, note="page.kept.unknown")
        return Outcome(
            "file" if form.act == "take" and not known.guarded else "kept", kept=known, code=form.code
        )

    def _opened(self, conn: Conn, form: Form, arrival: Arrival, now: float) -> int | None:
        """Her place; or, where nothing of it may be shown, a beginning. Which case that is."""
        taken = turns.take(self._store, conn, arrival, self._work.house())
        if taken.turn is not None and guide.is_shown(taken.turn.intake):
            talks = self._arrival(form, arrival.chat, Pressed(*TALK, now))
            taken = turns.take(self._store, conn, talks, self._work.house())
        return taken.intake_id

    # --- helpers ----------------------------------------------------------------------------------------

    async def _find(self, cookie: str, now: float) -> Session | None:
        return await asyncio.to_thread(web.find, self._store, cookie, now) if cookie else None

    async def _shown(self, session: Session | None, now: float) -> Outcome:
        if session is None or session.intake_id is None or _stale(session, now):
            return FRONT
        view = await asyncio.to_thread(web.view, self._store, session.intake_id)
        if view is None or view.intake.left:
            return FRONT
        await self._touch(session, now)
        return Outcome("talk", view)

    async def _touch(self, session: Session, now: float) -> None:
        if now - session.seen >= TOUCH_EVERY:
            with suppress(Exception):
                await self._written(lambda conn: web.touch(conn, session, now), session.chat)

    async def _heard(self, arrival: Arrival) -> Arrival:
        """What a word of hers in it means; tried once more when it failed."""
        try:
            return await self._work.ear.heard(arrival)
        except Exception as error:  # noqa: BLE001 - a fault that passes; the second time it counts
            log.warning("listening once more after %s", type(error).__name__)
            await asyncio.sleep(AGAIN_AFTER)
            return await self._work.ear.heard(arrival)

    async def _written(self, work: Callable[[Conn], T], chat: str) -> T:
        """In one transaction, in order for this chat; tried once more when it failed."""
        try:
            return await asyncio.wrap_future(self._work.writer.submit(work, f"{WEB} {chat}"))
        except Exception as error:  # noqa: BLE001 - a fault that passes; the second time it counts
            log.warning("trying once more after %s", type(error).__name__)
            await asyncio.sleep(AGAIN_AFTER)
            return await asyncio.wrap_future(self._work.writer.submit(work, f"{WEB} {chat}"))

    async def _tell_staff(self, cookie: str, error: Exception) -> None:
        now = self._clock()
        if self._told.may(cookie, now):
            with suppress(Exception):  # with the store away, the log and the desk's auditor are what is left
                await asyncio.to_thread(
                    troubles.report, self._store, now, "failed_turn", type(error).__name__
                )

    def _arrival(self, form: Form, chat: str, event: Event) -> Arrival:
        seen = self._store.keys.find("web.seen", chat, form.nonce, name_of(event)) if form.nonce else ""
        return Arrival(WEB, WEB, chat, event, seen, language=form.language)

    def _secret(self, form: Form) -> str:
        """The cookie that this page begins: the same each time it is sent, so that it begins once."""
        return self._store.keys.find("web.secret", form.nonce) if form.nonce else ""

    def _chat(self, form: Form) -> str:
        return self._store.keys.find("web.new_chat", form.nonce)

    def _own(self, session: Session, form: Form) -> bool:
        """Whether this session was begun by this very page, which is now sent once more."""
        return session.key_hash == web.hash_of(self._store, self._secret(form))


def _opens(conn: Conn, session: Session, intake_id: int | None, now: float) -> Session:
    if intake_id is None:  # a duplicate: what it opened stays
        return session
    web.opens(conn, session, intake_id, now)
    return replace(session, intake_id=intake_id, seen=now)


def _stale(session: Session, now: float) -> bool:
    return now - session.seen > IDLE
