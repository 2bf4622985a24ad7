"""What bot and desk write on the terminal: when, how grave, where, what; never what somebody said, never a secret."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

from storage.settings import Settings

SHAPE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# They would write addresses, statements or their values.
TALKATIVE = (
    "transitions",
    "uvicorn.access",
    "sqlalchemy",
    "alembic",
    "httpx",
    "httpcore",
    "aiohttp",
    "asyncio",
    "python_multipart",
)
INSTEAD = "<secret>"
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """An error is its kind and the places it came through. Its own words may hold hers, so they are left out."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__(SHAPE)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        # A text that another filter has made of the error holds its words.
        record.exc_text = None
        record.stack_info = None
        said = super().format(record)
        for secret in self._secrets:
            said = said.replace(secret, INSTEAD)
        return said

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - the library's name
        kind, _, trail = ei
        name = kind.__name__ if kind else "nothing"
        places = [
            f"  {place.filename}:{place.lineno} in {place.name}" for place in traceback.extract_tb(trail)
        ]
        return "\n".join([name, *places])


def begin(settings: Settings) -> None:
    """From now on all that is logged goes through one discreet handler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(_secrets(settings)))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.captureWarnings(True)


def _secrets(settings: Settings) -> tuple[str, ...]:
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    words = (settings.telegram_webhook_secret.get_secret_value(), settings.metrics_token.get_secret_value())
    masters = [part.partition(":")[2] for part in settings.secret_key.get_secret_value().split(",")]
    return tuple(secret for secret in (token, *words, *masters, *settings.alert_addresses()) if secret)
