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
from .control import Control
from .errors import ApiError
from .faults import PAGE_502, Fault, Faults
from .methods import PACED, POLL, POLL_KNOWS, TABLE, dumps
from .pace import Pace
from .params import Params, read
from .profile import Profile
from .updates import Updates
from .users import Group, User
from .webhook import Webhook

TOKEN = "123456:made-up-token-for-tests-only"
KEPT_CALLS = 200_000
T = TypeVar("T")


@dataclass(slots=True)
class Call:
    """One request of the bot: what it asked and what it got (status 0: no answer)."""

    method: str
    params: dict[str, Any]
    at: float
    status: int = 0
    result: Any = None


@dataclass(slots=True)
class Press:
    """One press of a button and what the bot answered to it."""

    id: str
    at: float
    user: int
    message: Message
    data: str
    answered: bool = False
    answer: str = ""
    alert: bool = False


@dataclass
class BotApi:
    """A Bot API server on 127.0.0.1 for one bot.

    ``async with BotApi() as api`` serves in the running loop; ``with BotApi() as api`` in a thread of its own. The
    drivers (``user``, ``group``) and accessors are synchronous and work from any thread.
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
        self.updates = Updates(self.now, self._wake)
        self.webhook = Webhook(self.updates, self.now, self.retry_unit)
        self.webhook.on_answer = self._webhook_answer
        self.faults = Faults()
        self.pace = Pace()
        self.profile = Profile()
        self.control = Control(self)
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.open_requests = 0
        self._message_ids = 0
        self._prefix = f"/bot{self.token}/"
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

    def user(self, id: int, language: str | None = "nl") -> User:
        """The person with this id; the same one each time."""
        with self.lock:
            if id not in self.users:
                self.users[id] = User(self, id, language)
            return self.users[id]

    def group(self, id: int, title: str = "Verzonnen team", supergroup: bool = False) -> Group:
        """The group with this (negative) id, the bot a member of it."""
        with self.lock:
            if id not in self.groups:
                self.groups[id] = Group(self, id, title, supergroup)
            return self.groups[id]

    def chat(self, id: int) -> Chat:
        """The chat as it is on the phone."""
        return self.chats[id]

    def last(self, chat: int) -> Message:
        """The newest visible message of the bot."""
        return self.chats[chat].last()

    def calls(self, method: str = "") -> list[Call]:
        """Requests of one method, or all but getUpdates, oldest first."""
        wanted = method.lower()
        with self.lock:
            return [c for c in self.log if (c.method.lower() == wanted if wanted else c.method != "getUpdates")]

    def fault(self, method: str = "*", **settings: Any) -> Fault:
        """Switches a fault on; see ``Fault`` for the settings."""
        with self.lock:
            return self.faults.add(method, settings)

    def wait_for(self, look: Callable[[], T], seconds: float = 5.0) -> T:
        """Waits, from another thread, until ``look`` gives something true; an error in it counts as not yet."""
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
        server = web.Server(self._handle, access_log=None)
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
        failed: list[BaseException] = []
        loop = asyncio.new_event_loop()

        def serve() -> None:
            asyncio.set_event_loop(loop)
            try:
                loop.run_until_complete(self.start())
            except BaseException as error:
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

    # --- HTTP

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(self._prefix):
            self.open_requests += 1
            try:
                return await self._method(request, path[len(self._prefix) :])
            finally:
                self.open_requests -= 1
        if path.startswith("/control/"):
            return await self.control.handle(request)
        if path.startswith(f"/file{self._prefix}"):
            content = self.files.get(path.rpartition("/")[2])
            return web.Response(status=404) if content is None else web.Response(body=content)
        if path.startswith("/bot"):
            number, colon, _ = path[4:].partition("/")[0].partition(":")
            if colon and number.isdigit():
                return _refuse(ApiError(401, "Unauthorized"))
        return _refuse(ApiError(404, "Not Found"))

    async def _method(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        key = name.lower()
        call = Call(name, {}, self.now())
        try:
            call.params = raw = await read(request)
            if key == POLL:
                call.method = "getUpdates"
            elif key in TABLE:
                call.method = TABLE[key][0]
            else:
                self.log.append(call)
                raise ApiError(404, "Not Found: method not found")
            self.log.append(call)
            if self.faults.all:
                fault = self.faults.strike(key, _chat_number(raw))
                if fault is not None:
                    return await self._faulty(request, key, call, fault)
            body = await self._answer(key, raw, call)
        except ApiError as error:
            call.status = error.code
            return _refuse(error)
        call.status = 200
        return web.Response(body=body, content_type="application/json")

    async def _answer(self, key: str, raw: dict[str, Any], call: Call) -> bytes:
        if key == POLL:
            params = Params(raw)
            self._note(call.method, POLL_KNOWS, params)
            return b'{"ok":true,"result":[' + b",".join(await self.updates.poll(params)) + b"]}"
        if self.pace.on and key in PACED:
            chat = _chat_number(raw)
            if chat is not None and (key == "sendmessage" or chat < 0):
                refusal = self.pace.refusal(chat)
                if refusal is not None:
                    raise refusal
        call.result = result = self.perform(key, raw)
        answer = {"ok": True, "result": result}
        if key.endswith("etwebhook") or key == "deletewebhook":
            answer["description"] = self.remark
        return dumps(answer)

    def perform(self, key: str, raw: dict[str, Any]) -> Any:
        """Carries a method out and gives its result; raises ApiError when refused."""
        name, function, known = TABLE[key]
        params = Params(raw)
        with self.lock:
            try:
                return function(self, params)
            finally:
                self._note(name, known, params)

    def _note(self, name: str, known: frozenset[str], params: Params) -> None:
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

    async def _faulty(
        self, request: web.BaseRequest, key: str, call: Call, fault: Fault
    ) -> web.StreamResponse:
        if fault.slow:
            await asyncio.sleep(fault.slow)
        refusal = fault.refusal()
        plain = refusal is None and not (fault.drop or fault.hang or fault.malformed or fault.html)
        body = b""
        if plain or fault.acts or fault.drop == "after":
            body = await self._answer(key, call.params, call)
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.hang or fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        call.status = 200 if refusal is None else refusal.code
        if fault.html:
            call.status = fault.status or 502
            return web.Response(status=call.status, body=PAGE_502, content_type="text/html")
        if refusal is not None:
            return _refuse(refusal)
        if fault.malformed:
            body = b'{"ok":true,"result":{"message_id":'
        return web.Response(body=body, content_type="application/json")


def _refuse(error: ApiError) -> web.Response:
    return web.Response(status=error.code, body=dumps(error.body()), content_type="application/json")


def _chat_number(raw: dict[str, Any]) -> int | None:
    try:
        return int(raw["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None
