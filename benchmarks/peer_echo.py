"""The peer of webhook_replies, a program of its own: PTB's webhook server, echoing; nothing is kept.

Set up as well as it can be: updates side by side, room for every request at once, only what is needed handled.
"""

from __future__ import annotations

import argparse
import logging

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

CONNECTIONS = 256  # more than there are chats: no reply waits for a connection


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(update.effective_message.text or "")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peer_echo", description=__doc__)
    for name in ("token", "api", "port", "secret"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = (
        Application.builder()
        .token(given.token)
        .base_url(f"{given.api}/bot")
        .concurrent_updates(CONNECTIONS)
        .connection_pool_size(CONNECTIONS)
        .build()
    )
    app.add_handler(MessageHandler(filters.TEXT, echo))
    app.run_webhook(
        listen="127.0.0.1",
        port=int(given.port),
        url_path="telegram",
        webhook_url=f"http://127.0.0.1:{given.port}/telegram",
        secret_token=given.secret,
        max_connections=100,
        allowed_updates=["message"],
    )


if __name__ == "__main__":
    main()
