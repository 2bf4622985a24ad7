"""The web chat as a channel: it listens on one port. Nothing is pushed, since her page asks for what is new."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import uvicorn

from bot.channels import ChannelTrouble, ForGood, Passing, Sent
from bot.channels.web.app import make_app
from storage.settings import split_listen

if TYPE_CHECKING:
    from bot.work import Work
    from storage import outbox

ENDS_WITHIN = 5  # seconds for requests that are on their way


class Server(uvicorn.Server):
    """Leaves Ctrl-C to whoever started it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Web:
    """The page at DREMPEL_CHAT_LISTEN."""

    name = "web"

    def __init__(self, work: Work) -> None:
        self._listen = work.settings.chat_listen
        self._socket: socket.socket | None = None
        self._server = Server(
            uvicorn.Config(
                make_app(work),
                access_log=False,
                log_config=None,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=ENDS_WITHIN,
            )
        )

    async def check(self) -> None:
        """Takes the port. Raises ChannelTrouble."""
        if self._socket is None:
            self._socket = await asyncio.to_thread(_taken, self._listen)

    async def listen(self) -> None:
        await self.check()
        if self._socket is None:
            return
        serving = asyncio.ensure_future(self._server.serve(sockets=[self._socket]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self._server.should_exit = True
            await serving
            raise

    async def send(self, row: outbox.Row) -> Sent | Passing | ForGood:
        """Never asked for: what is said on the web stands among the messages."""
        return ForGood(f"{row.channel}_is_pulled")

    async def close(self) -> None:
        if self._socket is not None:
            self._socket.close()


def _taken(listen: str) -> socket.socket:
    host, port = split_listen(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(1024)
    except OSError as error:
        taken.close()
        reason = error.strerror or str(error)
        raise ChannelTrouble(f"DREMPEL_CHAT_LISTEN: cannot listen on {listen} ({reason})") from None
    return taken
