"""What can be set from outside, from the environment or `.env`; every name begins with DREMPEL_."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from flows.model import GAP
from flows.tongues import LANGUAGES
from storage.sealed import read_masters

PREFIX = "DREMPEL_"
EXAMPLES = {
    "telegram_token": "123456789:AAExampleExampleExampleExampleExample",
    "telegram_api": "https://api.telegram.org",
    "telegram_webhook_url": "https://example.org/telegram",
    "telegram_webhook_secret": "a-long-random-word_1234",
    "telegram_webhook_listen": "127.0.0.1:8002",
    "staff_chat": "-1001234567890",
    "alerts": "ntfys://ntfy.example.org/topic",
    "database_url": "sqlite:///data/drempel.db",
    "secret_key": "k1:<32 bytes in urlsafe base64, as `python -m storage key` prints them>",
    "chat_listen": "127.0.0.1:8001",
    "desk_listen": "127.0.0.1:8000",
    "timezone": "Europe/Amsterdam",
    "desk_address": "https://desk.example.org/",
    "chat_address": "https://chat.example.org/",
    "languages": "nl,en,tr,ar",
    "audio": "data/audio",
    "wipe_after": "86400",
    "gap": "1800",
    "guide": "data/guide.toml",
    "drafts": "/srv/drempel/drafts",
    "metrics_token": "a-long-random-word-of-32-or-more_1234",
}
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_METRICS_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,256}")
_SAID = {"missing": "is not set", "float_parsing": "is not a number"}
_ALERT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
HOURS_47 = 47 * 3600
HOURS_12 = 12 * 3600


class Settings(BaseSettings):
    """Each with a default for running on one machine without a token; only the secret key has none."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    telegram_webhook_url: str = ""  # empty: long polling
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_webhook_listen: str = "127.0.0.1:8002"
    staff_chat: str = ""  # the staff group; empty: no cards
    alerts: SecretStr = SecretStr("")  # Apprise addresses, separated by spaces; they hold passwords
    database_url: str = "sqlite:///data/drempel.db"
    secret_key: SecretStr
    chat_listen: str = "127.0.0.1:8001"
    desk_listen: str = "127.0.0.1:8000"
    timezone: str = "Europe/Amsterdam"
    desk_address: str = ""  # the desk's public address, for the links in cards and alerts
    chat_address: str = ""  # the web chat's public address, offered where Telegram is not safe
    languages: str = ""  # of hers, by code, separated by commas; empty: those whose danger texts are reviewed
    audio: str = ""  # folder with recordings, <language>/<text>.ogg; empty: nothing to listen to
    wipe_after: float = 24 * 3600.0  # seconds that a message may stand on her phone
    gap: float = GAP  # seconds of silence after which her chat is the guide again
    guide: str = ""  # the house's own guide to its neighbourhood (storage.guidebook); empty: a general one
    drafts: str = ""  # folder with checkouts that supervisors may compare the flow with; code in it is run
    metrics_token: SecretStr = SecretStr("")  # what Prometheus has to carry; empty: there is no /metrics

    @classmethod
    def load(cls) -> Self:
        """The settings; or one clear line for each malformed one, and the process ends with code 2."""
        try:
            return cls()  # type: ignore[call-arg]  # the secret key comes from outside
        except ValidationError as error:
            for line in explain(error):
                sys.stderr.write(line + "\n")
            raise SystemExit(2) from None

    def alert_addresses(self) -> list[str]:
        return self.alerts.get_secret_value().split()

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is not a bot token")
        return value

    @field_validator("telegram_api", "telegram_webhook_url", "chat_address", "desk_address")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("is not a web address")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr) -> SecretStr:
        word = value.get_secret_value()
        if word and not _WEBHOOK_SECRET.fullmatch(word):
            raise ValueError("may hold only letters, digits, - and _, at most 256")
        return value

    @field_validator("telegram_webhook_listen", "chat_listen", "desk_listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        split_listen(value)
        return value

    @field_validator("staff_chat")
    @classmethod
    def _chat(cls, value: str) -> str:
        if value and not re.fullmatch(r"-?\d+", value):
            raise ValueError("is not the number of a chat")
        return value

    @field_validator("alerts")
    @classmethod
    def _alerts(cls, value: SecretStr) -> SecretStr:
        if not all(_ALERT.fullmatch(address) for address in value.get_secret_value().split()):
            raise ValueError("is not a list of Apprise addresses, separated by spaces")
        return value

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("is not the name of a time zone") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("is not a database address") from None
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("is neither sqlite nor postgresql")
        if url.get_backend_name() == "postgresql" and not _is_near(url):
            raise ValueError("leaves this machine in clear: add ?sslmode=verify-full")
        return value

    @field_validator("languages")
    @classmethod
    def _languages(cls, value: str) -> str:
        codes = split_codes(value)
        if not set(codes) <= set(LANGUAGES) or len(set(codes)) < len(codes):
            raise ValueError(f"is not a list of some of {', '.join(LANGUAGES)}")
        return value

    @field_validator("secret_key")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        read_masters(value.get_secret_value())
        return value

    @field_validator("wipe_after")
    @classmethod
    def _wipe_after(cls, value: float) -> float:
        if not 60 <= value <= HOURS_47:
            raise ValueError("must be between a minute and 47 hours: after 48 a bot cannot delete any more")
        return value

    @field_validator("gap")
    @classmethod
    def _gap(cls, value: float) -> float:
        if not 300 <= value <= HOURS_12:
            raise ValueError("must be between five minutes and twelve hours")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _metrics_token(cls, value: SecretStr) -> SecretStr:
        word = value.get_secret_value()
        if word and not _METRICS_TOKEN.fullmatch(word):
            raise ValueError("must be 32 to 256 letters, digits, - and _")
        return value

    @model_validator(mode="after")
    def _webhook_is_guarded(self) -> Self:
        if self.telegram_webhook_url and not self.telegram_webhook_secret.get_secret_value():
            raise ValueError("telegram_webhook_secret: must be set when there is a webhook address")
        return self


def _is_near(url: URL) -> bool:
    """Whether the way to the database is this machine's own, or TLS to a server whose name is checked."""
    if url.query.get("sslmode") == "verify-full":
        return True
    if any(_told(url, "service")):  # a file that is not ours says where it is
        return False
    # Where there is a number, the name is only what the other end should be called.
    hosts = [*_told(url, "host", url.host), *_told(url, "hostaddr")]
    return all(_is_here(host.rpartition(":")[0] if host.count(":") == 1 else host) for host in hosts)


def _told(url: URL, name: str, otherwise: str | None = None) -> list[str]:
    """What the address says, one or several; where it is silent, what the library takes from the environment."""
    given = url.query.get(name) or otherwise or os.environ.get(f"PG{name.upper()}", "")
    return [one for some in ([given] if isinstance(given, str) else given) for one in some.split(",")]


def _is_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith("/"):  # a socket in the file system
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def split_codes(value: str) -> tuple[str, ...]:
    """Codes that stand in one setting, separated by commas."""
    return tuple(code.strip() for code in value.split(",") if code.strip())


def split_listen(value: str) -> tuple[str, int]:
    """Host and port to listen on. Raises ValueError."""
    host, colon, port = value.rpartition(":")
    host = host.strip("[]")
    if not colon or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ValueError("is not an address and a port")
    if host != "localhost":
        ipaddress.ip_address(host)
    return host, int(port)


def explain(error: ValidationError) -> list[str]:
    """One line a malformed setting: its name, what is wrong, an example; never its value."""
    return [
        _line(str(found["loc"][0]) if found["loc"] else "", found["type"], found["msg"])
        for found in error.errors()
    ]


def _line(name: str, kind: str, message: str) -> str:
    wrong = _SAID.get(kind, message.removeprefix("Value error, "))
    if not name:  # a rule over several settings names the one that must change
        name, _, wrong = wrong.partition(": ")
    example = EXAMPLES.get(name, "")
    return f"{PREFIX}{name.upper()} {wrong}; for example {PREFIX}{name.upper()}={example}"
