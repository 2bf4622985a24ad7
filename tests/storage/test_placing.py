"""Beds in the store: kept for one and never for two, and no red in the visible house, whoever writes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from flows.model import Colour, House, Turn
from flows.placement import HOLD_SECONDS, Kind
from flows.shelters import FRESH_SECONDS
from storage import turns, watch
from storage.places import looking, placing, shelters
from storage.settings import Settings
from storage.store import Store, open_store
from storage.tables import intakes, outbox, placements
from storage.tables import shelters as table
from tests.storage.her import Her, Worker, handoff_of
from tests.storage.houses import STAFF, WHOLE, open_house, orange, place

TRIES = 200


def red(store: Store, chat: str = "4242") -> Worker:
    """A red case that a worker has taken."""
    her = Her(store, chat)
    her.is_in_danger()
    worker = Worker(store, her.intake_id, STAFF, her.at + 10)
    worker.does("take")
    return worker


def beds(store: Store, shelter_id: int) -> tuple[int, int]:
    """Empty, and kept."""
    with store.read() as conn:
        row = conn.execute(select(table.c.free, table.c.held).where(table.c.id == shelter_id)).one()
    return int(row.free), int(row.held)


def row_of(store: Store, intake_id: int) -> Any:
    with store.read() as conn:
        wanted = (
            select(placements).where(placements.c.intake_id == intake_id).order_by(placements.c.id.desc())
        )
        return conn.execute(wanted).first()


def turn_of(taken: turns.Taken) -> Turn:
    assert taken.turn is not None
    return taken.turn


def test_a_bed_is_kept_from_holding_to_arriving(store: Store) -> None:
    """Kept while she is coming; when she is there it is no longer free, and no longer kept."""
    shelter_id, worker = open_house(store, empty=4), red(store)
    worker.does("hold", place=place(shelter_id, beds=3))
    assert beds(store, shelter_id) == (4, 3)
    for deed, about in (("confirm", {}), ("spoken_live", {}), ("set_out", {"journey": WHOLE})):
        worker.does(deed, **about)
    assert beds(store, shelter_id) == (4, 3)
    worker.does("arrive")
    assert beds(store, shelter_id) == (1, 0)
    found = row_of(store, worker.intake_id)
    assert (found.state, found.colour, found.kind, found.beds) == ("arrived", 2, "secure", 3)
    assert handoff_of(store, worker.intake_id).state == "placed"


@pytest.mark.parametrize("ending", ["release", "wait"])
def test_a_bed_that_is_given_up_is_free_again(store: Store, ending: str) -> None:
    """Released by somebody, or lapsed by time alone after two hours; another can hold it then."""
    shelter_id, worker = open_house(store, empty=1), red(store)
    worker.does("hold", place=place(shelter_id))
    if ending == "release":
        worker.does("release")
    else:
        worker.does("spoken_live")
        while turns.wait_turn(store, worker.intake_id, worker.at + HOLD_SECONDS, House()):
            pass  # her silence first, then the hold
    assert beds(store, shelter_id) == (1, 0)
    assert row_of(store, worker.intake_id).ended is not None
    assert turn_of(red(store, "2").does("hold", place=place(shelter_id))).refused == ""


def test_of_two_hundred_who_try_for_the_last_bed_exactly_one_has_it(settings: Settings) -> None:
    """At once, from as many threads, on either database: one hold, one bed, one row; the others are told."""
    store = open_store(settings)
    shelter_id = open_house(store, empty=1)
    workers = [red(store, f"chat{number}") for number in range(TRIES)]
    results = at_once([lambda w=w: w.does("hold", place=place(shelter_id)) for w in workers])
    held = [one for one in results if not isinstance(one, Exception)]
    assert len(held) == 1
    assert {type(one) for one in results if isinstance(one, Exception)} == {placing.NoBed}
    assert beds(store, shelter_id) == (1, 1)
    with store.read() as conn:
        assert len(conn.execute(select(placements.c.id)).all()) == 1
    assert {finding.code for finding in watch.audit(store, 0.0)} <= {"crowd"}  # they all began at once
    store.close()


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Each in a thread of its own, begun together; what it gave or raised."""
    begin, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(position: int, job: Callable[[], Any]) -> None:
        begin.wait(60)
        try:
            results[position] = job()
        except Exception as error:  # noqa: BLE001 - the result is what it raised
            results[position] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def test_what_nobody_counted_lately_cannot_be_held(store: Store) -> None:
    """Older than the limit is unknown, never free: the house is rung and counts first."""
    shelter_id, worker = open_house(store, empty=4), red(store)
    worker.at += FRESH_SECONDS
    with pytest.raises(placing.NoBed):
        worker.does("hold", place=place(shelter_id))
    shelters.count(store, shelter_id, 4, STAFF, worker.at)
    assert turn_of(worker.does("hold", place=place(shelter_id))).refused == ""


def test_what_was_not_held_leaves_no_trace(store: Store) -> None:
    """Full: the case is as it was, its record too, and no row stands."""
    shelter_id, worker = open_house(store, empty=0), red(store)
    before = worker.version()
    with pytest.raises(placing.NoBed):
        worker.does("hold", place=place(shelter_id))
    assert worker.version() == before
    assert row_of(store, worker.intake_id) is None


def test_a_house_of_another_kind_than_was_said_is_not_held(store: Store) -> None:
    """Whoever claims that the visible house is a secure shelter finds no bed in it."""
    shelter_id, worker = open_house(store, Kind.VISIBLE_HOUSE), red(store)
    with pytest.raises(placing.NoBed):
        worker.does("hold", place=place(shelter_id, Kind.SECURE))


# --- the gate of the store ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", [{"colour": 2, "may_house": False}, {"colour": 0, "may_house": True}])
def test_the_row_of_a_red_in_the_visible_house_cannot_be_written(
    store: Store, copied: dict[str, Any]
) -> None:
    """By hand, past everything: honest about the case it breaks the check, lying about it the foreign key."""
    shelter_id, worker = open_house(store, Kind.VISIBLE_HOUSE), red(store)
    with pytest.raises(IntegrityError):
        put(store, worker, shelter_id, kind="visible_house", **copied)


def test_nor_one_that_lies_about_the_house(store: Store) -> None:
    """The kind is copied from the house by a foreign key: the visible house is no secure shelter."""
    shelter_id, worker = open_house(store, Kind.VISIBLE_HOUSE), red(store)
    with pytest.raises(IntegrityError):
        put(store, worker, shelter_id, kind="secure", colour=2, may_house=False)


def put(store: Store, worker: Worker, shelter_id: int, **facts: Any) -> None:
    row = {
        "intake_id": worker.intake_id,
        "handoff_id": handoff_of(store, worker.intake_id).id,
        "shelter_id": shelter_id,
        "state": "held",
        "beds": 1,
        "held_by": STAFF,
        "since": 0.0,
        "until": 0.0,
    }
    with store.write() as conn:
        conn.execute(insert(placements).values(row | facts))


def test_a_case_in_the_visible_house_cannot_be_made_red_by_hand(store: Store) -> None:
    """The placement follows the case by its foreign key, and there the check stands in the way."""
    shelter_id, worker = open_house(store, Kind.VISIBLE_HOUSE), orange(store)
    worker.does("hold", place=place(shelter_id, Kind.VISIBLE_HOUSE))
    for change in ({"colour": 2}, {"may_house": False}):
        with pytest.raises(IntegrityError), store.write() as conn:
            conn.execute(update(intakes).where(intakes.c.id == worker.intake_id).values(change))
    assert row_of(store, worker.intake_id).colour == 1


def test_a_house_with_a_red_cannot_be_made_the_visible_one_by_hand(store: Store) -> None:
    """The other side of the same gate."""
    shelter_id, worker = open_house(store), red(store)
    worker.does("hold", place=place(shelter_id))
    with pytest.raises(IntegrityError), store.write() as conn:
        conn.execute(update(table).where(table.c.id == shelter_id).values(kind="visible_house"))


def test_turning_red_releases_the_bed_and_rings_placement_in_one_transaction(store: Store) -> None:
    """When she presses danger: the bed is free, the row withdrawn, and the alert stands in the outbox."""
    shelter_id, worker = open_house(store, Kind.VISIBLE_HOUSE, empty=3), orange(store)
    worker.does("hold", place=place(shelter_id, Kind.VISIBLE_HOUSE, beds=2))
    assert beds(store, shelter_id) == (3, 2)
    her = Her(store, "1", at=worker.at + 10)
    assert her.everywhere("danger_now").turn is not None
    assert beds(store, shelter_id) == (3, 0)
    found = row_of(store, worker.intake_id)
    assert (found.state, found.colour, bool(found.may_house)) == ("withdrawn", 2, False)
    with store.read() as conn:
        told = conn.execute(select(outbox.c.payload).where(outbox.c.kind == "alert")).scalars().all()
    assert any('"placement"' in one for one in told)


def test_the_auditor_sees_beds_that_do_not_agree_and_a_red_in_the_visible_house(sqlite_store: Store) -> None:
    """Whatever was done to the store by hand, with its checks switched off, is told."""
    store = sqlite_store
    shelter_id, worker = open_house(store, Kind.VISIBLE_HOUSE), orange(store)
    worker.does("hold", place=place(shelter_id, Kind.VISIBLE_HOUSE))
    assert watch.audit(store, 0.0) == []
    raw = store.engine.raw_connection()
    raw.execute("PRAGMA ignore_check_constraints=ON")
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("update shelters set held = 5")
    raw.execute("update handoffs set colour = 2")
    raw.commit()
    raw.close()
    assert {one.code for one in watch.audit(store, 0.0)} >= {"beds_wrong", "red_in_visible_house"}


# --- looking for a place ------------------------------------------------------------------------------------------


def test_a_supervisor_is_told_when_nothing_fits_and_again_when_something_does(store: Store) -> None:
    """Once, by an alert; the mark on the case goes when a house counts a free bed."""
    shelter_id, worker = open_house(store, empty=0), red(store)
    assert looking.look(store, worker.at, House()) == 1
    assert looking.look(store, worker.at + 1, House()) == 0
    assert "no_place" in handoff_of(store, worker.intake_id).marks
    with store.read() as conn:
        told = conn.execute(select(outbox.c.payload).where(outbox.c.kind == "alert")).scalars().all()
    assert any('"supervisors"' in one for one in told)
    shelters.count(store, shelter_id, 1, STAFF, worker.at + 2)
    assert looking.look(store, worker.at + 3, House()) == 1
    assert "no_place" not in handoff_of(store, worker.intake_id).marks


def test_nobody_looks_for_who_has_a_place_or_needs_none(store: Store) -> None:
    """A case with a bed, an orange one with a roof, and a shelter without a list of houses are left alone."""
    shelter_id, worker = open_house(store, empty=1), red(store)
    worker.does("hold", place=place(shelter_id))
    orange(store, "2")
    assert looking.look(store, worker.at, House()) == 0


def test_without_a_list_of_houses_nobody_is_told_that_all_are_full(store: Store) -> None:
    """An empty list is no answer."""
    worker = red(store)
    assert looking.look(store, worker.at, House()) == 0


def test_what_a_house_sees_of_who_is_coming_is_a_name_of_two_words(store: Store) -> None:
    """Case name, beds and state; nothing of hers, and only for its own house."""
    shelter_id, worker = open_house(store), red(store)
    other = open_house(store, name="De Bedachte Tuin")
    worker.does("hold", place=place(shelter_id, beds=2))
    (found,) = placing.coming(store, [shelter_id])
    assert (found.case_name, found.beds, found.state) == (
        handoff_of(store, worker.intake_id).case_name,
        2,
        "held",
    )
    assert placing.coming(store, [other]) == []


def test_deeds_about_places_are_recorded_and_replayed(store: Store) -> None:
    """What staff arranged stands in the sealed record, the log holds codes only."""
    shelter_id, worker = open_house(store), red(store)
    worker.does("hold", place=place(shelter_id))
    worker.does("confirm")
    worker.does("spoken_live")
    worker.does("set_out", journey=WHOLE)
    with store.read() as conn:
        rows = conn.execute(text("select kind, code, goes_to, rule, said from log")).all()
    assert not any("taxi" in str(row) or "Sanne" in str(row) for row in rows)
    assert worker.replays()


def test_a_refused_place_is_a_deed_like_any_other(store: Store) -> None:
    """It is recorded that somebody tried to bring a red to the visible house, and that it was refused."""
    shelter_id, worker = open_house(store, Kind.VISIBLE_HOUSE), red(store)
    turn = turn_of(worker.does("hold", "nergens anders", place=place(shelter_id, Kind.VISIBLE_HOUSE)))
    assert turn.refused == "not_visible_house"
    assert [row.kind for row in turn.log if row.code == "not_visible_house"] == ["refused"]
    assert beds(store, shelter_id)[1] == 0


def test_the_trace_says_what_kind_of_house_and_that_nothing_was_free(store: Store) -> None:
    """One row a conversation, for the supervisors: the kind where she arrived, and a moment without a bed."""
    shelter_id, worker = open_house(store, empty=0), red(store)
    looking.look(store, worker.at, House())
    shelters.count(store, shelter_id, 2, STAFF, worker.at)
    for deed, about in (
        ("hold", {"place": place(shelter_id)}),
        ("confirm", {}),
        ("spoken_live", {}),
        ("set_out", {"journey": WHOLE}),
        ("arrive", {}),
    ):
        assert turn_of(worker.does(deed, **about)).refused == ""
    with store.read() as conn:
        row = conn.execute(text("select placed, placed_at, no_place, colour from traces")).one()
    assert (row.placed, row.placed_at, bool(row.no_place), Colour(row.colour)) == (
        "secure",
        worker.at,
        True,
        Colour.RED,
    )
