"""A malformed setting is named, with what is wrong and an example; a secret is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.settings import EXAMPLES, Settings, split_listen
from tests.storage.conftest import SECRET

WRONG = {
    "TELEGRAM_TOKEN": "hunter2",
    "TELEGRAM_API": "api.telegram.org",
    "TELEGRAM_WEBHOOK_URL": "ftp://example.org",
    "TELEGRAM_WEBHOOK_SECRET": "hunter2 with spaces",
    "TELEGRAM_WEBHOOK_LISTEN": "8000",
    "STAFF_CHAT": "@ourgroup",
    "ALERTS": "ntfy://host/topic hunter2",
    "DATABASE_URL": "mysql://me:hunter2@host/db",
    "SECRET_KEY": "k1:hunter2",
    "CHAT_LISTEN": "127.0.0.1:99999",
    "DESK_LISTEN": "nowhere:80",
    "TIMEZONE": "Mars/Hunter2",
    "DESK_ADDRESS": "desk.example.org",
    "WIPE_AFTER": "200000",
    "METRICS_TOKEN": "hunter2",
    "LANGUAGES": "nl,hunter2",
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREMPEL_SECRET_KEY", SECRET)


def refused(capsys: pytest.CaptureFixture[str]) -> list[str]:
    with pytest.raises(SystemExit) as ended:
        Settings.load()
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()


def test_one_key_is_all_that_must_be_set() -> None:
    """With nothing but a key, the store is a file beside us and Telegram is off."""
    settings = Settings.load()
    assert settings.database_url == "sqlite:///data/drempel.db"
    assert settings.telegram_token is None


@pytest.mark.parametrize("name", WRONG)
def test_malformed_setting_is_named_with_an_example(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line begins with its name and ends with an example of it; nothing of the value given is shown."""
    monkeypatch.setenv("DREMPEL_" + name, WRONG[name])
    [line] = refused(capsys)
    assert line.startswith(f"DREMPEL_{name} ")
    assert line.endswith(f"DREMPEL_{name}={EXAMPLES[name.lower()]}")
    assert "hunter2" not in line


def test_each_malformed_setting_has_its_own_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two mistakes are both told at once, so that nobody has to start again for each."""
    for name in ("STAFF_CHAT", "CHAT_LISTEN"):
        monkeypatch.setenv("DREMPEL_" + name, WRONG[name])
    assert len(refused(capsys)) == 2


def test_words_for_a_number_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no number at all is said in our words, not in the library's."""
    monkeypatch.setenv("DREMPEL_WIPE_AFTER", "a day")
    [line] = refused(capsys)
    assert line.startswith("DREMPEL_WIPE_AFTER is not a number; for example ")


def test_missing_key_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the key nothing starts; the one line names the setting."""
    monkeypatch.delenv("DREMPEL_SECRET_KEY")
    [line] = refused(capsys)
    assert line.startswith("DREMPEL_SECRET_KEY is not set")


def test_webhook_without_a_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a secret anyone who finds the address could write in Telegram's name."""
    monkeypatch.setenv("DREMPEL_TELEGRAM_WEBHOOK_URL", "https://example.org/x")
    [line] = refused(capsys)
    assert line.startswith("DREMPEL_TELEGRAM_WEBHOOK_SECRET must be set")


def test_file_is_read_and_the_environment_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What .env says counts unless a variable says otherwise; lines of other programs are passed over."""
    (tmp_path / ".env").write_text("DREMPEL_STAFF_CHAT=-1\nDREMPEL_TIMEZONE=Europe/Brussels\nOTHER=1\n")
    monkeypatch.setenv("DREMPEL_STAFF_CHAT", "-2")
    settings = Settings.load()
    assert (settings.staff_chat, settings.timezone) == ("-2", "Europe/Brussels")


def test_settings_printed_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Token, alert addresses and key are left out wherever the settings might be logged."""
    token = "123456:" + "hunter2" * 5
    monkeypatch.setenv("DREMPEL_TELEGRAM_TOKEN", token)
    monkeypatch.setenv("DREMPEL_ALERTS", "ntfy://me:hunter2@host/topic")
    printed = repr(Settings.load())
    assert "hunter2" not in printed
    assert SECRET not in printed


def test_listen_addresses_are_split() -> None:
    """Host and port come apart, an IPv6 address without its brackets."""
    assert split_listen("127.0.0.1:8001") == ("127.0.0.1", 8001)
    assert split_listen("[::1]:0") == ("::1", 0)
    assert split_listen("localhost:80") == ("localhost", 80)
