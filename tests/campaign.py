"""A campaign: many made-up women, a real bot in a process of its own, trouble on the line, kill -9, and again.

Everything by a seed. Afterwards nothing may be lost: not an update, not a finding, not a handoff, not an answer.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from flows import engine
from flows.handoff import is_open
from flows.intake import INTAKE
from flows.leave import LEAVE
from flows.model import Colour, Urgency
from storage import book, outbox, watch
from storage.settings import Settings
from storage.store import Store, migrate, open_store
from storage.tables import handoffs, intakes, seen
from tests.botapi import BotApi
from tests.botapi.users import User

ROOT = Path(__file__).resolve().parents[1]
KEY = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
STAFF_GROUP = -500
# What the Bot API may do to a bot; each happens to one request in twenty.
TROUBLES = (
    {"status": 500},
    {"status": 429, "retry_after": 1},
    {"status": 502, "html": True},
    {"drop": "before"},
    {"drop": "after"},
    {"malformed": True},
)
METHODS = ("sendMessage", "editMessageText", "deleteMessages", "answerCallbackQuery", "getUpdates")
SENTENCES = (
    "ik weet het niet",
    "kun je dat nog eens zeggen",
    "voorbeeldzin nummer drie",
    "ja",
    "nee",
    "06 00000000",
)
QUIET_SECONDS = 120.0


@dataclass
class Campaign:
    """One campaign. `arrived`: how many updates the women have caused."""

    api: BotApi
    settings: Settings
    log: Path
    chat_port: int
    seed: int
    women: int
    arrived: int = 0
    killed: int = 0
    left: set[int] = field(default_factory=set)
    more: dict[str, str] = field(default_factory=dict)  # other settings of the bot
    bot: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.users = [
            self.api.user(1001 + n, language=self.chance.choice(["nl", "en"])) for n in range(self.women)
        ]

    # --- the bot ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """A real `python -m bot`, as in a house."""
        secrets = {
            "DREMPEL_SECRET_KEY": KEY,
            "DREMPEL_DATABASE_URL": self.settings.database_url,
            "DREMPEL_TELEGRAM_TOKEN": self.api.token,
            "DREMPEL_TELEGRAM_API": self.api.root,
            "DREMPEL_STAFF_CHAT": str(STAFF_GROUP),
            "DREMPEL_CHAT_LISTEN": f"127.0.0.1:{self.chat_port}",
            **self.more,
        }
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot"]
            self.bot = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **secrets}, stdout=log, stderr=log
            )
        polls = len(self.api.calls("getUpdates"))
        self.api.wait_for(lambda: len(self.api.calls("getUpdates")) > polls, 30)

    def kill(self) -> None:
        """The power goes."""
        assert self.bot is not None
        self.bot.send_signal(signal.SIGKILL)
        self.bot.wait()
        self.killed += 1

    def end(self) -> None:
        if self.bot is not None and self.bot.poll() is None:
            self.bot.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.bot.wait(15)
            self.bot.kill()
            self.bot.wait()

    # --- what happens -----------------------------------------------------------------------------------------

    def trouble(self) -> None:
        """From now on one request in twenty goes wrong, each method in each way."""
        for method in METHODS:
            for number, trouble in enumerate(TROUBLES):
                self.api.fault(method, probability=0.05 / len(TROUBLES), seed=self.seed + number, **trouble)

    def acts(self, count: int) -> None:
        """`count` things that somebody does; now and then updates come twice or out of order."""
        for _ in range(count):
            if self.chance.random() < 0.05:
                self.api.updates.hold()
                for _ in range(3):
                    self.one_act()
                self.api.updates.release(shuffle=self.chance.randrange(1000), copies=2)
            else:
                self.one_act()
            time.sleep(self.chance.random() * 0.08)

    def one_act(self) -> None:
        she = self.chance.choice(self.users)
        self.left.discard(she.id)
        kind = self.chance.random()
        if kind < 0.75 and self.press(she):
            pass
        elif kind < 0.9:
            she.say(self.chance.choice(SENTENCES))
        elif kind < 0.95:
            self.chance.choice([she.voice, she.photo, she.sticker, she.location])()
        else:
            she.say(self.chance.choice(sorted(LEAVE)))
            self.left.add(she.id)
        self.arrived += 1

    def press(self, she: User) -> bool:
        """One of the buttons that she sees, seldom leaving or deleting so that conversations get on."""
        with_buttons = [message for message in self.api.chat(she.id).visible() if message.buttons]
        if not with_buttons:
            return False
        message = with_buttons[-1]
        rare = ("🌤", "wissen", "Wis", "Delete", "Taal", "Language")
        usual = [label for label in message.buttons if not any(word in label for word in rare)]
        she.press(self.chance.choice(usual or message.buttons), message=message)
        return True

    def settle(self) -> None:
        """No more trouble: until all that came in is taken and all that is due is sent."""
        self.api.faults.clear()
        end, calm = time.monotonic() + QUIET_SECONDS, 0
        with contextlib.closing(open_store(self.settings)) as store:
            while calm < 5:
                waiting = outbox.waiting(store)
                assert time.monotonic() < end, f"never quiet: {len(self.api.updates)} updates, rows {waiting}"
                calm = 0 if sum(waiting.values()) or len(self.api.updates) else calm + 1
                time.sleep(0.2)

    # --- what must be true afterwards -------------------------------------------------------------------------

    def verify(self) -> None:
        with contextlib.closing(open_store(self.settings)) as store:
            self._each_update_was_taken_once(store)
            for intake_id in _all_intakes(store):
                self._the_record_is_whole(store, intake_id)
            self._each_handoff_has_its_card(store)
            found = [str(finding) for finding in watch.audit(store, time.time())]
        assert found == []
        for she in self.users:
            self._she_was_answered(she)
        assert self.api.drops_asked == 0
        assert not self.api.odd

    def _each_update_was_taken_once(self, store: Store) -> None:
        with store.read() as conn:
            taken = conn.execute(select(func.count()).select_from(seen)).scalar()
        assert taken == self.arrived

    @staticmethod
    def _the_record_is_whole(store: Store, intake_id: int) -> None:
        """The record leads to what is stored, entry by entry; danger stands in one open handoff."""
        with store.read() as conn:
            case = book.peek(store, conn, intake_id)
            record = book.entries_of(conn, case)
            held = conn.execute(select(func.count()).where(handoffs.c.intake_id == intake_id)).scalar()
        assert len(record) == case.version == case.intake.seq
        assert engine.replay(INTAKE, book.begun(case), record) == case.intake
        assessment = engine.assess(INTAKE, case.intake)
        if assessment.colour is Colour.RED or assessment.urgency is Urgency.NOW:
            assert is_open(case.intake.handoff)
        assert held == (1 if case.intake.handoff else 0)

    def _each_handoff_has_its_card(self, store: Store) -> None:
        with store.read() as conn:
            names = [row[0] for row in conn.execute(select(handoffs.c.case_name))]
        shown = "\n".join(self.api.chat(STAFF_GROUP).texts())
        assert [name for name in names if name not in shown] == []

    def _she_was_answered(self, she: User) -> None:
        visible = self.api.chat(she.id).visible()
        if she.id in self.left:
            assert [message.text for message in visible] == [visible[-1].text]
            assert not visible[0].buttons
        elif visible:
            assert any(message.buttons for message in visible) or len(visible) == 1


def _all_intakes(store: Store) -> list[int]:
    with store.read() as conn:
        return [row[0] for row in conn.execute(select(intakes.c.id).where(intakes.c.head.is_not(None)))]


@contextlib.contextmanager
def campaign(folder: Path, chat_port: int, seed: int, women: int, database: str = "") -> Iterator[Campaign]:
    """A server, a fresh store and a bot that is not started yet."""
    with BotApi() as api:
        api.group(STAFF_GROUP)
        settings = Settings(  # type: ignore[call-arg]
            secret_key=KEY,
            database_url=database or f"sqlite:///{folder / 'drempel.db'}",
            staff_chat=str(STAFF_GROUP),
            _env_file=None,
        )
        migrate(settings)
        running = Campaign(api, settings, folder / "bot.log", chat_port, seed, women)
        try:
            yield running
        finally:
            running.end()
