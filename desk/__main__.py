"""The desk as a process of its own:  python -m desk."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import time

import uvicorn

from desk.app import make_app
from desk.watcher import Watcher
from storage import discreet, releases
from storage.settings import Settings, split_listen
from storage.store import StoreTrouble, open_store


class Server(uvicorn.Server):
    """Ends the open live streams first: a server that is asked to end waits for whatever is still open."""

    def __init__(self, config: uvicorn.Config, watcher: Watcher) -> None:
        super().__init__(config)
        self._watcher = watcher

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._watcher.stop()
        await super().shutdown(sockets)


def main() -> int:
    settings = Settings.load()
    discreet.begin(settings)
    host, port = split_listen(settings.desk_listen)
    try:
        store = open_store(settings)
        releases.admit(store, time.time())
        bound = _bind(host, port)
    except StoreTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"DREMPEL_DESK_LISTEN: cannot listen on {host}:{port} ({error.strerror})", file=sys.stderr)
        return 1
    app = make_app(store, settings)
    config = uvicorn.Config(
        app,
        log_config=None,  # storage.discreet has begun: uvicorn would write what an error says itself
        log_level="warning",
        access_log=False,  # an access log would hold who looked at which case from where
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    # Told to end, the server ends by itself and then raises the signal once more, when nothing is left to do.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(store):
        Server(config, app.state.room.watcher).run(sockets=[bound])
    return 0


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(2048)
    except OSError:
        bound.close()
        raise
    return bound


if __name__ == "__main__":
    sys.exit(main())
