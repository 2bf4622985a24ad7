"""What is stored can be read only with the right key, and only where it was sealed for."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, update

from storage import book
from storage.sealed import Key, Masters, SealBroken, new_secret, read_masters
from storage.settings import Settings
from storage.store import Store, StoreTrouble, open_store
from storage.tables import entries, intakes, vault
from tests.storage.conftest import SECRET, settings_for
from tests.storage.her import Her

OTHER = new_secret("k2")


def with_secret(settings: Settings, secret: str) -> Settings:
    return settings_for(settings.database_url, secret)


def test_seal_opens_only_in_its_place() -> None:
    """Sealed words moved to another case, version or kind cannot be read, even with the right key."""
    key = Key(bytes(32))
    sealed = key.seal(b"words", "1:state:4")
    assert key.open(sealed, "1:state:4") == b"words"
    for place in ("1:state:5", "2:state:4", "1:entry:4"):
        with pytest.raises(SealBroken):
            key.open(sealed, place)


def test_seal_that_was_changed_does_not_open() -> None:
    """One bit changed, or nothing there at all, is an error and never wrong words."""
    key = Key(bytes(32))
    sealed = bytearray(key.seal(b"words", "here"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        key.open(bytes(sealed), "here")
    with pytest.raises(SealBroken):
        key.open(b"", "here")


def test_same_words_are_never_sealed_alike() -> None:
    """Whoever reads the store cannot tell that two people wrote the same."""
    key = Key(bytes(32))
    assert key.seal(b"words", "here") != key.seal(b"words", "here")


MALFORMED = {
    "empty": "",
    "only an id": "k1",
    "too short": "k1:abc",
    "too long": "k1:" + "a" * 44,
    "the same id twice": f"{SECRET},{SECRET}",
    "a blank in the id": "k 1:" + SECRET[3:],
}


@pytest.mark.parametrize("setting", MALFORMED.values(), ids=MALFORMED)
def test_malformed_keys_are_refused_without_being_quoted(setting: str) -> None:
    """An almost right key is still a secret: the error says that it is malformed, not what it was."""
    with pytest.raises(ValueError, match="malformed") as refused:
        read_masters(setting)
    assert not setting or setting not in str(refused.value)


def test_three_keys_are_too_many() -> None:
    """A key is replaced one at a time: a new one and the old, and no third."""
    with pytest.raises(ValueError, match="at most two"):
        read_masters(",".join((SECRET, OTHER, new_secret("k3"))))


def test_store_made_with_another_key_never_opens(settings: Settings) -> None:
    """A wrong key is found at the start, also one under the right name, before anything is written with it."""
    open_store(settings).close()
    with pytest.raises(StoreTrouble, match=r"made with another key \(k1\)"):
        open_store(with_secret(settings, OTHER))
    with pytest.raises(StoreTrouble, match=r"made with another key \(k1\)"):
        open_store(with_secret(settings, new_secret("k1")))


def test_each_case_has_a_key_of_its_own(store: Store) -> None:
    """The state of one case opens under its own key, and in the same place not under that of another."""
    first, second = Her(store, "1"), Her(store, "2")
    first.says("/start")
    second.says("/start")
    state, place = state_of(store, first.intake_id), f"{first.intake_id}:state:1"
    assert first.case.key.open(state, place)
    with pytest.raises(SealBroken):
        second.case.key.open(state, place)


def state_of(store: Store, intake_id: int) -> bytes:
    with store.read() as conn:
        return bytes(conn.execute(select(intakes.c.state).where(intakes.c.id == intake_id)).scalar_one())


def test_what_was_swapped_from_another_case_does_not_open(store: Store) -> None:
    """Who can write to the store cannot put one case in the place of another."""
    first, second = Her(store, "1"), Her(store, "2")
    first.says("/start")
    second.says("/start")
    victim = first.intake_id
    with store.write() as conn:
        other = conn.execute(select(intakes).where(intakes.c.id == second.intake_id)).one()
        stolen = {"head": other.head, "state": other.state}
        conn.execute(update(intakes).where(intakes.c.id == victim).values(stolen))
    with store.read() as conn, pytest.raises(SealBroken):
        book.peek(store, conn, victim)


def test_entry_moved_to_another_place_does_not_open(her: Her) -> None:
    """Two entries of the record changed about are noticed when it is read."""
    her.walks("talk")
    with her.store.write() as conn:
        first, second = conn.execute(select(entries.c.sealed).order_by(entries.c.seq)).scalars().all()
        for seq, sealed in ((1, second), (2, first)):
            conn.execute(update(entries).where(entries.c.seq == seq).values(sealed=sealed))
    with her.store.read() as conn, pytest.raises(SealBroken):
        book.entries_of(conn, her.case)


def test_earlier_state_put_back_does_not_open(her: Her) -> None:
    """An old state, though sealed by us, does not fit the version: her next message fails loudly."""
    her.says("/start")
    old = state_of(her.store, her.intake_id)
    her.presses("talk")
    with her.store.write() as conn:
        conn.execute(update(intakes).values(state=old))
    with pytest.raises(SealBroken):
        her.says("hallo")


def test_a_new_master_key_takes_over_while_programs_run(settings: Settings) -> None:
    """The old one stays as the second until every key was wrapped anew; then it opens nothing here any more."""
    store = open_store(settings)
    active, quiet = Her(store, "1"), Her(store, "2")
    active.says("/start")
    quiet.says("/start")
    store.close()

    both = open_store(with_secret(settings, f"{OTHER},{SECRET}"))
    active.store = quiet.store = both
    active.presses("talk")
    with both.read() as conn:
        assert set(conn.execute(select(vault.c.key_id)).scalars()) == {"k2"}
    assert both.keys.cases.wrapped_by_others() == 2
    assert sum(both.keys.cases.rotate()) == 2
    assert both.keys.cases.wrapped_by_others() == 0
    quiet.presses("talk")
    both.close()

    alone = open_store(with_secret(settings, OTHER))
    active.store = quiet.store = alone
    assert active.presses("go_on").turn is not None
    assert quiet.presses("go_on").turn is not None
    alone.close()


def test_masters_wrap_for_one_place_only() -> None:
    """A wrapped key opens for its own case and under its own key id alone."""
    masters = Masters(read_masters(SECRET))
    wrapped = masters.wrap(bytes(32), "case:1")
    assert masters.unwrap("k1", wrapped, "case:1") == bytes(32)
    with pytest.raises(SealBroken):
        masters.unwrap("k1", wrapped, "case:2")
    with pytest.raises(SealBroken):
        masters.unwrap("k9", wrapped, "case:1")


@pytest.mark.parametrize("length", [0, 1, 62, 63, 64, 65, 100, 1000, 4096, 100_000])
def test_what_is_sealed_is_padded_and_comes_back_whole(length: int) -> None:
    """Also where it ends in zeros or in the mark itself; at most an eighth longer than it was."""
    key = Key(bytes(32))
    for plain in (b"x" * length, b"\0" * length, b"\x80" * length):
        sealed = key.seal(plain, "here")
        assert key.open(sealed, "here") == plain
        assert len(sealed) <= max(64, (length + 1) * 9 / 8) + 28 + 1


def test_short_words_cannot_be_told_apart_by_their_length() -> None:
    """A yes, a no, a name and a place take the same room."""
    key = Key(bytes(32))
    assert (
        len({len(key.seal(word.encode(), "here")) for word in ("ja", "nee", "Sanne", "bij mijn zus thuis")})
        == 1
    )


def test_what_was_sealed_before_there_was_padding_still_opens() -> None:
    """A store of an earlier release goes on; moved to another place it opens no more than before."""
    aes, nonce = AESGCM(bytes(32)), bytes(12)
    sealed = nonce + aes.encrypt(nonce, b"oud", b"here")
    assert Key(bytes(32)).open(sealed, "here") == b"oud"
    with pytest.raises(SealBroken):
        Key(bytes(32)).open(sealed, "there")
