"""A log that shows tampering: whatever is done to it behind the programs' back is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update

from storage import access, accounts, book, retention, vault, views
from storage.logs import chain, looks, newest, seals, verified
from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import Store, open_store
from storage.tables import access_log, log, traces
from storage.tables import seals as seals_table
from storage.tables import vault as vault_table
from tests.storage.conftest import settings_for
from tests.storage.her import START, Her

PASSWORD = "vier losse woorden samen"


@pytest.fixture
def ria(store: Store) -> str:
    return accounts.add(store, "ria", "Ria", ["worker", "supervisor"], START, password=PASSWORD)[0].id


@pytest.fixture
def busy(store: Store, her: Her, ria: str) -> Her:
    """Two conversations, looked at by a worker; sealed in two seals."""
    other = Her(store, "other")
    her.is_in_danger()
    other.walks("talk")
    views.case(store, her.intake_id, ria, START)
    assert seals.seal(store, START) > 5
    her.says("hij staat voor de deur")
    views.case(store, her.intake_id, ria, START + 5)
    assert seals.seal(store, START + 3) > 1
    return her


def finds(store: Store, now: float = START + 10) -> list[str]:
    return [str(find) for _, some in verified.whole(store, now) for find in some]


def do(store: Store, statement: Any) -> None:
    with store.write() as conn:
        conn.execute(statement)


def rows(store: Store, table: Any) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(table).order_by(table.c.id)))


def test_a_log_that_nobody_touched_is_whole(store: Store, busy: Her) -> None:
    """Turns, looks and seals of both kinds leave nothing to find, before and after the next seal."""
    assert finds(store) == []
    busy.says("nog iets")
    assert finds(store) == []
    assert seals.seal(store, START + 6) > 0
    assert seals.seal(store, START + 9) == 0
    assert finds(store) == []


def test_what_is_sealed_while_the_log_is_read_is_no_find(store: Store, busy: Her, ria: str) -> None:
    """All is read as it stood at the beginning: turns, looks, forgetting and seals go on meanwhile."""
    steps = verified.whole(store, START + 10)
    found = [next(steps)]
    other = Her(store, "third")
    other.walks("talk")
    views.case(store, busy.intake_id, ria, START + 6)
    assert seals.seal(store, START + 6) > 0
    with store.write() as conn:
        book.forget(store, conn, busy.case)
    assert [find for _, some in [*found, *steps] for find in some] == []


CHANGES: dict[str, Any] = {"at": 5.0, "colour": 0, "urgency": 0, "took": 1.5, "staff_id": 99}


@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name in chain.LOGS for column in chain.COVERED[name]]
)
def test_a_change_in_any_column_is_named(store: Store, busy: Her, name: str, column: str) -> None:
    """Whatever column of a sealed entry is changed, its number is told."""
    table = chain.LOGS[name]
    entry = rows(store, table)[-1]
    new = CHANGES.get(column, b"\x01" if column in ("whose", "why") else "other")
    if new == getattr(entry, column):
        new = type(new)(new + 1)
    do(store, update(table).where(table.c.id == entry.id).values({column: new}))
    assert f"{name} {entry.id}: {verified.CHANGED}" in finds(store)


def test_an_entry_that_is_gone_is_told_by_its_seal_and_by_the_next(store: Store, busy: Her) -> None:
    """The place under the seal is empty, and the entry after it follows nothing."""
    first, second, *_ = rows(store, log)
    do(store, delete(log).where(log.c.id == first.id))
    found = finds(store)
    assert f"seal 1, entry {first.leaf}: {verified.MISSING}" in found
    assert f"log {second.id}: {verified.BROKEN}" in found


def test_two_entries_that_changed_places_are_both_named(store: Store, busy: Her) -> None:
    """Their numbers are part of what is sealed."""
    first, second, *_ = rows(store, access_log)
    for was, becomes in ((first.id, -1), (second.id, first.id), (-1, second.id)):
        do(store, update(access_log).where(access_log.c.id == was).values(id=becomes))
    found = finds(store)
    assert {f"access_log {one.id}: {verified.CHANGED}" for one in (first, second)} <= set(found)


def test_an_entry_that_was_slipped_in_is_never_sealed(store: Store, busy: Her) -> None:
    """Without the key of the log nobody can write one that fits; a copy of a true one does not either."""
    true = rows(store, log)[0]
    forged = {c.name: getattr(true, c.name) for c in log.columns if c.name != "id"} | {
        "seal": None,
        "leaf": None,
    }
    do(store, insert(log).values(forged))
    entry = rows(store, log)[-1].id
    assert seals.seal(store, START + 6) == 0
    assert f"log {entry}: {verified.SLIPPED_IN}" in finds(store)


@pytest.mark.parametrize("first_is_sealed", [True, False])
def test_a_look_that_was_copied_is_never_sealed(
    store: Store, busy: Her, ria: str, first_is_sealed: bool
) -> None:
    """A true look stands there once: its copy is told and gets no seal, and nor does one that waits beside it."""
    views.case(store, busy.intake_id, ria, START + 6)
    if first_is_sealed:
        seals.seal(store, START + 6)
    true = rows(store, access_log)[-1]
    again = {"id": true.id + 1, "seal": None, "leaf": None, "stamp": None}
    do(store, insert(access_log).values(dict(true._mapping) | again))
    assert seals.seal(store, START + 9) == 0
    found = finds(store)
    assert f"access_log {true.id + 1}: {verified.SLIPPED_IN}" in found
    assert {f"access_log {entry}: {verified.TWICE}" for entry in (true.id, true.id + 1)} <= set(found)


def test_two_looks_of_one_moment_are_no_copies(store: Store, busy: Her, ria: str) -> None:
    """The same person may see the same case twice at once: each look has a number drawn for it."""
    for _ in range(2):
        views.case(store, busy.intake_id, ria, START + 6)
    assert seals.seal(store, START + 6) == 2
    assert finds(store) == []


def test_two_looks_of_one_moment_from_before_a_number_was_drawn_are_both_true(
    store: Store, busy: Her, ria: str
) -> None:
    """They are alike to the last sign; they are sealed, and no find."""
    last = rows(store, access_log)[-1]._mapping
    old = {**last, "seal": None, "leaf": None, "stamp": None, "at": START + 6}
    old["mac"] = chain.link(store.keys.log, b"", "access_log", old)
    del old["id"]
    do(store, insert(access_log).values([old, dict(old)]))
    assert seals.seal(store, START + 7) == 2
    assert finds(store) == []


def test_an_entry_slipped_in_without_a_hash_is_the_only_one_named(store: Store, busy: Her) -> None:
    """The true one behind it is sealed as ever."""
    last = {**rows(store, log)[-1]._mapping, "mac": None, "seal": None, "leaf": None, "stamp": None}
    slipped = last.pop("id") + 1
    do(store, insert(log).values(last))
    busy.says("hij is weg")
    assert seals.seal(store, START + 7) >= 1
    assert {one.split(":")[0] for one in finds(store)} == {f"log {slipped}"}


def test_a_look_from_before_numbers_were_drawn_still_fits(store: Store, busy: Her) -> None:
    """Releases up to migration 0013 wrote the hash alone."""
    look = {c.name: None for c in access_log.columns if c.name != "id"}
    look |= {"at": START + 6, "staff_id": 0, "role": "", "what": "sign_in"}
    look["mac"] = chain.link(store.keys.log, b"", "access_log", look)
    do(store, insert(access_log).values(look))
    assert seals.seal(store, START + 6) == 1
    assert finds(store) == []


def test_the_end_cut_off_with_its_seals_shows_against_a_head_kept_elsewhere(store: Store, busy: Her) -> None:
    """Such a log can be made whole in itself; what was noted in a second place is no longer in it."""
    with store.read() as conn:
        noted = str(seals.head(conn))
    assert verified.noted(store, noted + "\n") == []
    for table in chain.LOGS.values():
        do(store, delete(table).where(table.c.seal == 2))
    do(store, delete(seals_table).where(seals_table.c.id == 2))
    assert [str(find) for find in verified.noted(store, noted)] == [f"seal 2: {verified.ROLLED_BACK}"]
    assert any(verified.SHORT in find for find in finds(store))


@pytest.mark.parametrize(("column", "new"), [("at", 1.0), ("entries", 1), ("root", b"x"), ("seal", b"x")])
def test_a_seal_that_was_changed_no_longer_fits(store: Store, busy: Her, column: str, new: Any) -> None:
    """The seal itself, or the one after it, is told."""
    do(store, update(seals_table).where(seals_table.c.id == 1).values({column: new}))
    assert any(f"seal {number}: {verified.CUT}" in finds(store) for number in (1, 2))


def test_a_missing_seal_is_named_and_so_are_its_entries(store: Store, busy: Her) -> None:
    """What bears a seal that there is not is told entry by entry where it was the last one."""
    do(store, delete(seals_table).where(seals_table.c.id == 1))
    assert f"seal 1: {verified.MISSING}" in finds(store)
    do(store, delete(seals_table))
    entry = rows(store, log)[0].id
    assert f"log {entry}: {verified.NO_SEAL}" in finds(store)


@pytest.mark.parametrize("seal", [-1, 0, 3])
def test_what_was_slipped_in_under_a_seal_that_there_is_not_is_told(
    store: Store, busy: Her, seal: int
) -> None:
    """No seal covers it, and it does not wait for one: it is named all the same."""
    do(store, insert(access_log).values(at=START, staff_id=0, role="", what="read", seal=seal, leaf=0))
    assert finds(store) == [f"access_log {rows(store, access_log)[-1].id}: {verified.NO_SEAL}"]


def test_a_number_below_zero_stops_neither_sealing_nor_the_check(store: Store, busy: Her) -> None:
    """A copy of the first entry before the first itself: what follows it no longer does, and that is told."""
    first = rows(store, log)[0]
    moved = {"id": -1, "seal": None, "leaf": None, "stamp": None}
    do(store, insert(log).values(dict(first._mapping) | moved))
    busy.says("nog iets")
    assert seals.seal(store, START + 6) > 0
    assert finds(store) == [f"log {first.id}: {verified.BROKEN}"]


def test_an_entry_without_its_place_is_told(store: Store, busy: Her) -> None:
    """Its seal is there and its place under it was emptied: it is named, and so is the place that is empty now."""
    entry = rows(store, access_log)[0]
    do(store, update(access_log).where(access_log.c.id == entry.id).values(leaf=None))
    assert finds(store) == [
        f"access_log {entry.id}: {verified.CHANGED}",
        f"seal {entry.seal}, entry {entry.leaf}: {verified.MISSING}",
    ]


def test_what_stays_unsealed_for_a_minute_is_told(store: Store, busy: Her) -> None:
    """The sealer stands still: not the log is wrong, but nobody vouches for it any more."""
    busy.says("nog iets")
    assert finds(store, START + 10) == []
    late = busy.at + verified.LATE + 1
    assert any(verified.UNSEALED in find for find in finds(store, late))


def test_the_last_entry_of_a_conversation_cannot_go_before_it_is_sealed(store: Store, busy: Her) -> None:
    """The conversation knows which entry is its last."""
    busy.says("nog iets")
    do(store, delete(log).where(log.c.id == rows(store, log)[-1].id))
    assert any(verified.SHORT in find for find in finds(store))


def test_forgetting_changes_nothing_that_is_sealed(store: Store, busy: Her) -> None:
    """The link to the case is emptied; log, chain and seals live on, and are whole."""
    with store.write() as conn:
        book.forget(store, conn, busy.case)
    assert {row.intake_id for row in rows(store, access_log)} == {None}
    assert finds(store) == []


@pytest.mark.parametrize("to", ["nowhere", "another", "made up"])
def test_a_look_that_no_longer_leads_to_its_case_is_named(store: Store, busy: Her, ria: str, to: str) -> None:
    """The link is outside what is hashed; the key of the case says where it must lead, sealed or not."""
    views.case(store, busy.intake_id, ria, START + 6)
    other = Her(store, "other").intake_id
    led = {"nowhere": None, "another": other, "made up": 7}[to]
    looks_at_her = [row.id for row in rows(store, access_log) if row.intake_id == busy.intake_id]
    do(store, update(access_log).where(access_log.c.id.in_(looks_at_her)).values(intake_id=led))
    assert finds(store) == [f"access_log {entry}: {verified.ELSEWHERE}" for entry in looks_at_her]


def test_a_look_at_no_case_cannot_be_led_to_one(store: Store, busy: Her, ria: str) -> None:
    """Nothing stands for a case in it: a link that was put there is told."""
    access.record(store, ria, "sign_in", START + 6)
    entry = rows(store, access_log)[-1].id
    do(store, update(access_log).where(access_log.c.id == entry).values(intake_id=busy.intake_id))
    assert finds(store) == [f"access_log {entry}: {verified.ELSEWHERE}"]


def wipe(store: Store) -> None:
    """All that chain and seals ever wrote goes, as whoever may write to the database can do without a key."""
    for table in chain.LOGS.values():
        do(store, update(table).values(mac=None, seal=None, leaf=None, stamp=None))
    do(store, update(traces).values(chain=None))
    do(store, delete(seals_table))


def make_old(store: Store) -> None:
    """As a store from before there was a chain; with the master key."""
    wipe(store)
    masters, staff = store.keys.cases.masters, vault_table.c.name == vault.STAFF
    with store.write() as conn:
        raw, _ = vault.opened(masters, conn.execute(select(vault_table).where(staff)).one())
        conn.execute(
            update(vault_table).where(staff).values(wrapped=masters.wrap(raw, vault.place(vault.STAFF)))
        )
        conn.execute(delete(vault_table).where(vault_table.c.name == newest.NAME))


def test_what_was_there_before_the_first_seal_is_sealed_as_it_stands(store: Store, busy: Her) -> None:
    """A store from before there was a chain: its entries have no hash of their own, and change no more unseen."""
    make_old(store)
    assert finds(store) == []
    busy.says("na het bijwerken")
    assert seals.seal(store, START + 6) > 0
    assert finds(store) == []
    do(store, update(log).where(log.c.id == rows(store, log)[0].id).values(code="other"))
    assert len(finds(store)) == 1


@pytest.mark.parametrize("parts", [1, 5])
def test_an_old_store_with_more_than_one_seal_holds_is_sealed_to_its_end(
    store: Store, busy: Her, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    """Seal after seal until all from before the chain has one; what comes without a hash after that has none."""
    make_old(store)
    entries = sum(len(rows(store, table)) for table in chain.LOGS.values())
    most = entries // parts
    monkeypatch.setattr(seals, "MOST", most)
    made = [seals.seal(store, START + number) for number in range(parts + 1)]
    assert made == [most] * parts + [entries % parts]
    assert finds(store) == []
    do(store, insert(access_log).values(at=START, staff_id=0, role="", what="read"))
    assert seals.seal(store, START + 60) == 0


def test_what_does_not_fit_keeps_nothing_behind_it_from_its_seal(
    store: Store, busy: Her, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many were slipped in, true entries after them are sealed."""
    monkeypatch.setattr(seals, "MOST", 4)
    for _ in range(9):
        do(store, insert(access_log).values(at=START, staff_id=0, role="", what="read"))
    access.record(store, "0", "sign_in", START + 6)
    assert seals.seal(store, START + 6) == 1
    assert rows(store, access_log)[-1].seal == 3


def test_wiped_seals_are_a_find_and_nothing_without_a_hash_is_sealed_again(store: Store, busy: Her) -> None:
    """Whoever empties chain and seals makes no new beginning: each entry is named, now and after the next seals."""
    wipe(store)
    do(store, update(log).values(colour=0))
    bare = {
        f"{name} {row.id}: {verified.SLIPPED_IN}"
        for name in chain.LOGS
        for row in rows(store, chain.LOGS[name])
    }
    for number in (3, 4):
        assert {f"seals 1 to 2: {verified.MISSING}", *bare} <= set(finds(store))
        Her(store, f"after {number}").walks("talk")
        assert seals.seal(store, START + number) > 0
        assert rows(store, seals_table)[-1].id == number


def test_a_key_of_the_log_made_anew_opens_no_way_back(store: Store, busy: Her, settings: Settings) -> None:
    """Without its row in the vault the log gets another key; what it then seals holds nothing of before."""
    wipe(store)
    do(store, delete(vault_table).where(vault_table.c.name.in_(["log", newest.NAME])))
    with closing(open_store(settings)) as anew:
        assert seals.seal(anew, START + 6) == 0
        assert any(verified.SLIPPED_IN in find for find in finds(anew))


def test_seals_cut_off_with_all_they_hold_are_a_find(store: Store, busy: Her, ria: str) -> None:
    """The newest seal is noted under a key: one that ends earlier is told, and stays a gap after the next."""
    views.case(store, busy.intake_id, ria, START + 6)
    seals.seal(store, START + 6)
    do(store, delete(access_log).where(access_log.c.seal == 3))
    do(store, delete(seals_table).where(seals_table.c.id == 3))
    for _ in range(2):
        assert finds(store) == [f"seal 3: {verified.MISSING}"]
        views.case(store, busy.intake_id, ria, START + 7)
        assert seals.seal(store, START + 9) == 1


@pytest.mark.parametrize("taken", [True, False])
def test_the_note_of_the_newest_seal_cannot_go_unseen(store: Store, busy: Her, taken: bool) -> None:
    """Taken away or written by somebody without the key it is a find; the next seal leaves a number out for it."""
    note = vault_table.c.name == newest.NAME
    do(
        store,
        delete(vault_table).where(note) if taken else update(vault_table).where(note).values(wrapped=b"2"),
    )
    assert finds(store) == [f"seals: {verified.NO_NOTE}"]
    busy.says("nog iets")
    assert seals.seal(store, START + 9) > 0
    assert finds(store) == [f"seal 3: {verified.MISSING}"]


def test_the_mark_lasts_through_a_new_master_key(store: Store, busy: Her, settings: Settings) -> None:
    """The staff's key, wrapped anew, is still bound to logs that were sealed."""
    both = ",".join([new_secret("k2"), settings.secret_key.get_secret_value()])
    with closing(open_store(settings_for(settings.database_url, both))) as anew:
        wipe(anew)
        assert seals.seal(anew, START + 6) == 0


def test_two_sealers_seal_each_entry_once(store: Store, her: Her) -> None:
    """Whoever comes second in the same moment seals nothing, and nothing is sealed twice."""
    her.is_in_danger()
    with store.write() as conn:
        conn.execute(insert(seals_table).values(id=1, at=START, entries=0, root=b"", seal=b""))
    before = seals.head

    def none_yet(_conn: Any) -> None:
        """What the other one saw before the first wrote."""

    seals.head = none_yet  # type: ignore[assignment]
    try:
        assert seals.seal(store, START) == 0
    finally:
        seals.head = before
    assert all(row.seal is None for row in rows(store, log))


Tamper = Callable[[sqlite3.Connection, int], Any]
TAMPERINGS: dict[str, str] = {
    "delete": "delete from log where id = :id",
    "step": "update log set step = step || 'x' where id = :id",
    "later": "update log set at = at + 1 where id = :id",
    "milder": "update log set colour = (colour + 1) % 3 where id = :id",
    "other_seal": "update log set seal = seal + 1 where id = :id",
    "other_place": "update log set leaf = leaf + 1 where id = :id",
    "unsealed": "update log set seal = null, leaf = null, stamp = null, code = code || 'x' where id = :id",
    "other_trace": "update log set trace = (select max(trace) from log where trace <> (select trace from log "
    "where id = :id)) where id = :id",
    "twice": "insert into log (trace, at, kind, step, code, goes_to, indicator, rule, colour, urgency, actor, said, "
    "took, mac, seal, leaf, stamp) select trace, at, kind, step, code, goes_to, indicator, rule, colour, urgency, "
    "actor, said, took, mac, seal, leaf, stamp from log where id = :id",
}


@tried(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(TAMPERINGS)), st.integers(0, 30)),
        min_size=1,
        max_size=3,
        unique=True,
    )
)
def test_no_tampering_stays_unseen(store: Store, busy: Her, tamperings: list[tuple[str, int]]) -> None:
    """Whatever is done to entries, in whatever mix, at least one find comes of it; undone, there is none."""
    before = [row.id for row in rows(store, log)]
    with store.engine.connect() as conn:
        changed = 0
        for name, place in tamperings:
            changed += conn.execute(text(TAMPERINGS[name]), {"id": before[place % len(before)]}).rowcount
        seen = [find for find in _found(store, conn) if find]
        conn.rollback()
    assert not changed or seen
    assert finds(store) == []


def _found(store: Store, conn: Any) -> list[Any]:
    """As `whole`, within a transaction that is then undone."""
    seen: list[Any] = []
    for number in (1, 2):
        row = conn.execute(select(seals_table).where(seals_table.c.id == number)).one()
        seen += verified._entries(store, conn, row, START)
    return [*seen, *verified._loose(store, conn, START), *verified._chains(store, conn)]


# --- the end of a look --------------------------------------------------------------------------------------------

YEARS = START + seals.LOOKS_KEPT + 60.0


def test_what_was_said_five_years_ago_goes_and_the_log_is_whole(store: Store, busy: Her) -> None:
    """Who looked at what is told no more, and not a day before; nothing is missing, nothing can be changed unseen."""
    assert retention.looks_due(store, YEARS - 120) == 0
    assert retention.end_looks(store, YEARS - 120) == 0
    entries = len(rows(store, access_log))
    assert retention.looks_due(store, YEARS) == retention.end_looks(store, YEARS) == entries
    assert {(row.staff_id, row.role, row.what, row.why) for row in rows(store, access_log)} == {
        (0, "", seals.GONE, None)
    }
    assert finds(store, YEARS) == []
    assert looks.page(store, looks.Asked()) == ([], None)
    gone = rows(store, access_log)[0]
    do(store, update(access_log).where(access_log.c.id == gone.id).values(whose=b"x" * 32))
    assert f"access_log {gone.id}: {verified.CHANGED}" in finds(store, YEARS)


def test_what_is_taken_out_before_its_time_is_named(store: Store, busy: Her) -> None:
    """The rule counts from the time of the seal, which nobody can change: a fresh look cannot be made to vanish so."""
    entry = rows(store, access_log)[-1]
    with store.write() as conn:
        seals.take_out(conn, YEARS)
    assert f"access_log {entry.id}: {verified.CHANGED}" in finds(store, START + 10)


def test_what_is_not_sealed_is_not_taken_out(store: Store, busy: Her, ria: str) -> None:
    """An entry of today stays, whatever stands around it."""
    views.case(store, busy.intake_id, ria, YEARS)
    retention.end_looks(store, YEARS)
    assert [row.what for row in rows(store, access_log)][-1] == "read"
