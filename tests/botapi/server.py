"""The server: its state, its HTTP side, its start and end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from .chats import Chat, Message
from .errors import ApiError
from .faults import Fault, Faults
from .http import Http
from .methods import TABLE
from .pace import Pace
from .params import Params
from .profile import Profile
from .records import Call, Press
from .updates import Updates
from .users import Group, User
from .webhook import Webhook

TOKEN = "123456:made-up-token-for-tests-only"
KEPT_CALLS = 200_000
T = TypeVar("T")


@dataclass
class BotApi:
    """A Bot API server on 127.0.0.1 for one bot.

    ``async with BotApi() as api`` serves in the running loop; ``with BotApi() as api`` in an own thread.
    The drivers (``user``, ``group``) and accessors are synchronous and work from any thread.
    """

    token: str = TOKEN
    port: int = 0
    seed: int = 1
    username: str = "made_up_bot"
    privacy: bool = True
    callback_seconds: float = 150.0
    retry_unit: float = 0.02
    own_ids_per_chat: bool = False
    stop_asked: Callable[[], None] | None = None

    chats: dict[int, Chat] = field(default_factory=dict)
    accounts: dict[int, dict[str, Any]] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    log: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))
    odd: list[str] = field(default_factory=list)
    drops_asked: int = 0
    pushed: float = 0.0
    remark: str = ""
    on_sent: Callable[[int], None] | None = None

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.bot = {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Made-up bot",
            "username": self.username,
        }
        self.updates = Updates(self.now, self._wake, self.lock)
        self.webhook = Webhook(self.updates, self.now, self.retry_unit)
        self.webhook.on_answer = self._webhook_answer
        self.faults = Faults()
        self.pace = Pace()
        self.profile = Profile()
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.open_requests = 0
        self._message_ids = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: web.ServerRunner | None = None
        self._thread: threading.Thread | None = None
        self._thread_id = 0

    # --- addresses and time

    @property
    def root(self) -> str:
        """The plain address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """PTB's ``base_url``."""
        return f"{self.root}/bot"

    @property
    def base_file_url(self) -> str:
        """PTB's ``base_file_url``."""
        return f"{self.root}/file/bot"

    def now(self) -> float:
        """The server's clock: real time, pushed ahead by ``push_clock``."""
        return time.time() + self.pushed

    def push_clock(self, seconds: float = 0.0, hours: float = 0.0) -> None:
        """Lets time pass for the server."""
        self.pushed += seconds + hours * 3600

    # --- what a test looks at

    def user(self, user_id: int, language: str | None = "nl") -> User:
        """The person with this id; the same one each time."""
        with self.lock:
            if user_id not in self.users:
                self.users[user_id] = User(self, user_id, language)
            return self.users[user_id]

    def group(self, group_id: int, title: str = "Verzonnen team", supergroup: bool = False) -> Group:
        """The group with this (negative) id, the bot a member of it."""
        with self.lock:
            if group_id not in self.groups:
                self.groups[group_id] = Group(self, group_id, title, supergroup)
            return self.groups[group_id]

    def chat(self, chat_id: int) -> Chat:
        """The chat as it is on the phone."""
        return self.chats[chat_id]

    def last(self, chat: int) -> Message:
        """The newest visible message of the bot."""
        return self.chats[chat].last()

    def calls(self, method: str = "") -> list[Call]:
        """Requests of one method, or all but getUpdates, oldest first."""
        wanted = method.lower()
        # A copy in one step: the server's thread goes on writing.
        calls = list(self.log)
        return [c for c in calls if (c.method.lower() == wanted if wanted else c.method != "getUpdates")]

    def fault(self, method: str = "*", **settings: Any) -> Fault:
        """Switches a fault on; see ``Fault`` for the settings."""
        with self.lock:
            return self.faults.add(method, settings)

    def wait_for(self, look: Callable[[], T], seconds: float = 5.0) -> T:
        """Waits, from another thread, until ``look`` gives something true; an error in it counts as not
        yet."""
        for result in self._looks(look, seconds):
            if result:
                return result
            time.sleep(0.005)
        raise TimeoutError(f"nothing within {seconds} s")

    async def eventually(self, look: Callable[[], T], seconds: float = 5.0) -> T:
        """The same inside the loop."""
        for result in self._looks(look, seconds):
            if result:
                return result
            await asyncio.sleep(0.005)
        raise TimeoutError(f"nothing within {seconds} s")

    def _looks(self, look: Callable[[], T], seconds: float) -> Iterator[T | None]:
        end = time.monotonic() + seconds
        while True:
            try:
                with self.lock:
                    result: T | None = look()
            except (LookupError, AssertionError):
                result = None
            yield result
            if time.monotonic() > end:
                return

    def new_message_id(self, chat: Chat) -> int:
        """The next id: private chats and groups share the account's numbers, a supergroup has its own."""
        if self.own_ids_per_chat or chat.kind == "supergroup":
            chat.own_ids += 1
            return chat.own_ids
        self._message_ids += 1
        return self._message_ids

    # --- start and end

    async def start(self) -> None:
        """Serves in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()
        server = web.Server(Http(self).handle, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Ends polls, deliveries and connections."""
        self.updates.end_poll(None)
        await self.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._loop = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        up = threading.Event()
        failed: list[OSError] = []
        loop = asyncio.new_event_loop()

        def serve() -> None:
            asyncio.set_event_loop(loop)
            try:
                loop.run_until_complete(self.start())
            except OSError as error:
                failed.append(error)
                up.set()
                return
            up.set()
            loop.run_forever()
            loop.close()

        self._thread = threading.Thread(target=serve, name="botapi", daemon=True)
        self._thread.start()
        up.wait()
        if failed:
            raise failed[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        loop, thread = self._loop, self._thread
        if loop is not None and thread is not None:
            asyncio.run_coroutine_threadsafe(self.stop(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)

    def _wake(self) -> None:
        loop = self._loop
        if loop is None:
            return
        if threading.get_ident() == self._thread_id:
            self._woken()
        else:
            loop.call_soon_threadsafe(self._woken)

    def _woken(self) -> None:
        with self.lock:
            if self.updates.webhook_set:
                self.webhook.kick()
            else:
                self.updates.wake_poll()

    # --- methods

    def perform(self, key: str, raw: dict[str, Any]) -> Any:
        """Carries a method out and gives its result; raises ApiError when refused."""
        name, function, known = TABLE[key]
        params = Params(raw)
        with self.lock:
            try:
                return function(self, params)
            finally:
                self.note(name, known, params)

    def note(self, name: str, known: frozenset[str], params: Params) -> None:
        """Keeps what Telegram would have swallowed."""
        if params.odd or not known.issuperset(params.raw):
            self.odd.extend(f"{name}: {what}" for what in params.odd)
            self.odd.extend(f"{name}: unknown parameter {what}" for what in sorted(set(params.raw) - known))

    def _webhook_answer(self, key: str, raw: dict[str, Any]) -> None:
        if key in TABLE:
            self.log.append(Call(TABLE[key][0], raw, self.now(), 200))
            try:
                self.perform(key, raw)
            except ApiError as error:
                self.log[-1].status = error.code
