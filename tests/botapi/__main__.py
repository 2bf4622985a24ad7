"""``python -m tests.botapi --port 8081 --token 123:made-up``: the server alone, for trying by hand."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import signal
import sys

from .server import TOKEN, BotApi


async def serve(api: BotApi, as_json: bool) -> None:
    """Serves until it is told to stop."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def ask() -> None:
        loop.call_soon_threadsafe(stop.set)

    def other_end() -> None:
        if not sys.stdin.read(1):
            stop.set()

    api.stop_asked = ask
    # Every message is kept: looking through them again and again would cost a third of the speed.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    if as_json:
        # Whoever started this holds the other end of standard input: if they die, so does the server.
        with contextlib.suppress(OSError, ValueError):
            loop.add_reader(sys.stdin.fileno(), other_end)
    async with api:
        if as_json:
            print(json.dumps({"port": api.port, "base_url": api.base_url}), flush=True)
        else:
            print(f"Bot API of {api.token} at {api.root}  (PTB base_url: {api.base_url})")
            print(f"try: curl -d user=1001 -d text=/start {api.root}/control/say")
        await stop.wait()


def _loop() -> asyncio.AbstractEventLoop:
    """uvloop's where it is installed: a fifth faster."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description="A Bot API server for tests.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument(
        "--retry-unit", type=float, default=1.0, help="seconds that a webhook retry second lasts"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the address as JSON; end with standard input"
    )
    given = parser.parse_args()
    try:
        api = BotApi(token=given.token, port=given.port, retry_unit=given.retry_unit)
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(serve(api, given.json))
    except OSError as error:
        sys.exit(f"port {given.port}: {error.strerror or error}")


if __name__ == "__main__":
    main()
