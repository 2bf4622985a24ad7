"""The server in a process of its own, and a synchronous client of its control API."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .server import TOKEN

ROOT = Path(__file__).resolve().parents[2]


class Remote:
    """A server elsewhere. Any verb of the control API is a method: ``remote.do("say", user=1,
    text="hallo")``."""

    def __init__(self, port: int, token: str, process: subprocess.Popen[str] | None = None) -> None:
        self.port = port
        self.token = token
        self.process = process
        self.root = f"http://127.0.0.1:{port}"
        self.base_url = f"{self.root}/bot"
        self._line = HTTPConnection("127.0.0.1", port, timeout=120)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body)
        self._line.request(
            method, f"/control/{path}", sent, {"Content-Type": "application/json"} if sent else {}
        )
        response = self._line.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise LookupError(answer["error"])
        return answer

    def do(self, verb: str, **body: Any) -> Any:
        """POST /control/<verb>."""
        return self._ask("POST", verb, body)

    def many(self, *orders: dict[str, Any]) -> Any:
        """Several verbs in one request, each with its name in ``do``."""
        return self._ask("POST", "many", list(orders))

    def say(self, user: int, text: str, **more: Any) -> Any:
        """A text message."""
        return self.do("say", user=user, text=text, **more)

    def press(self, user: int, button: str | int = 0, **more: Any) -> Any:
        """A press of a button."""
        return self.do("press", user=user, button=button, **more)

    def fault(self, method: str = "*", **settings: Any) -> Any:
        """A fault."""
        return self.do("fault", method=method, **settings)

    def flood(self, chats: int = 40, seconds: float = 5.0, **more: Any) -> dict[str, float]:
        """Many chats at once; see ``flood``."""
        answer: dict[str, float] = self.do("flood", chats=chats, seconds=seconds, **more)
        return answer

    def chat(self, chat_id: int, every: bool = False) -> list[dict[str, Any]]:
        """The visible messages of a chat, or all there ever were."""
        messages: list[dict[str, Any]] = self._ask("GET", f"chat/{chat_id}" + ("?all=1" if every else ""))
        return messages

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """Requests of the bot."""
        calls: list[dict[str, Any]] = self._ask("GET", f"calls?method={method}")
        return calls

    def state(self) -> dict[str, Any]:
        """Counts, the webhook, violations of pace."""
        state: dict[str, Any] = self._ask("GET", "state")
        return state

    def wait_for(self, look: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Waits until ``look`` gives something true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if result := look():
                    return result
            except LookupError:
                pass
            time.sleep(0.01)
        raise TimeoutError(f"nothing within {seconds} s")

    def close(self) -> None:
        """Ends the process, if this one started it."""
        self._line.close()
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def spawn(token: str = TOKEN, port: int = 0, unit: float = 0.02) -> Remote:
    """Starts a server in a process of its own; it ends with ``close`` or the ``with`` block."""
    command = [sys.executable, "-m", "tests.botapi", "--json", "--port", str(port), "--token", token]
    process = subprocess.Popen(
        [*command, "--retry-unit", str(unit)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("the Bot API server did not start")
    return Remote(int(json.loads(line)["port"]), token, process)
