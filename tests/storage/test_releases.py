"""Which release may run: one that was proven, and never an unproven one in the place of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flows import words
from flows.intake import INTAKE
from flows.model import Said
from flows.proof import certificate, hashes
from flows.proof.certificate import Certificate, Explored, NotCertified
from flows.tongues import LANGUAGES
from storage import releases
from storage.store import Store, StoreTrouble
from storage.tables import certified, intakes
from tests.storage.her import Her


def ours() -> Certificate:
    explored = (Explored("roof", 10, 100),)
    return Certificate("intake", INTAKE.version, hashes.of_flow(), hashes.of_words(), explored, 5, ("red",))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the certificate would stand; nothing is there yet."""
    file = tmp_path / "certificate.json"
    monkeypatch.setattr(certificate, "FILE", file)
    return file


def remembered(store: Store) -> int:
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(certified)).scalar_one()


def test_a_proven_release_runs_and_is_remembered_once(store: Store, kept: Path) -> None:
    """However often it is started."""
    kept.write_text(ours().to_json())
    releases.admit(store, 1.0)
    releases.admit(store, 2.0)

    assert store.certified
    assert remembered(store) == 1


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("", "no certificate"),
        ("{}", "cannot be read"),
        (replace(ours(), flow_hash="0" * 32).to_json(), "for other code"),
        (replace(ours(), words_hash="0" * 32).to_json(), "for other emergency texts"),
    ],
)
def test_an_unproven_release_never_takes_the_place_of_a_proven_one(
    store: Store, kept: Path, what: str, says: str
) -> None:
    """It refuses to begin, in one line: what is wrong, what to do, and which release to keep running."""
    kept.write_text(ours().to_json())
    releases.admit(store, 1.0)
    kept.write_text(what) if what else kept.unlink()

    with pytest.raises(StoreTrouble) as refused:
        releases.admit(store, 2.0)
    assert says in str(refused.value)
    assert "python -m flows check --write" in str(refused.value)
    assert ours().name in str(refused.value)


def test_where_nothing_was_ever_proven_only_the_last_resort_is_left(store: Store, kept: Path) -> None:
    """No turn is taken and nothing is begun: each channel answers with the packaged words instead."""
    releases.admit(store, 1.0)

    assert not store.certified
    with pytest.raises(NotCertified):
        Her(store).takes(Said("help", 2.0))
    with store.read() as conn:
        assert conn.execute(select(func.count()).select_from(intakes)).scalar_one() == 0


def test_a_correction_of_other_words_leaves_the_certificate(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An emergency text that changes asks for a new one."""
    kept.write_text(ours().to_json())
    texts = {language: dict(words.catalogue(language)) for language in LANGUAGES}
    monkeypatch.setattr(words, "catalogue", texts.__getitem__)

    texts["en"]["pets"] += "!"
    hashes.of_words.cache_clear()
    certificate.of_this_release()
    texts["en"]["beats.violence"] += "!"
    hashes.of_words.cache_clear()
    with pytest.raises(NotCertified):
        certificate.of_this_release()
    hashes.of_words.cache_clear()
