"""Many conversations that begin at once keep nobody waiting who was here before, and nothing of theirs is lost."""

from __future__ import annotations

from sqlalchemy import select

from flows.model import Lane
from storage import crowd, troubles
from storage.store import Store
from storage.tables import outbox
from tests.storage.her import START, Her, Phone, Worker

DANGER = "hij heeft mijn keel dichtgeknepen"


def _many(store: Store, number: int) -> list[Her]:
    found = [Her(store, f"new {n}") for n in range(number)]
    for one in found:
        one.says("/start")
    return found


def test_who_was_here_before_is_answered_first(store: Store) -> None:
    """Sixty may begin in ten minutes; the next waits for the reply to a woman of before, and is then sent too."""
    known, phone = Her(store, "known"), Phone(store)
    known.walks("talk")
    phone.sends_all(START + 5)
    _many(store, crowd.MOST)
    known.presses("go_on")
    sent = phone.sends_all(START + 10)
    lanes = [row.lane for row in sent]
    assert lanes == sorted(lanes)
    assert lanes.count(Lane.CROWD) == 1
    assert sent[-1].address == f"new {crowd.MOST - 1}"
    assert "known" in {row.address for row in sent[:-1]}


def test_a_word_of_danger_is_never_held_back(store: Store) -> None:
    """With the first sign all that waits for her goes in the lane of red cases, in its order."""
    *_, last = _many(store, crowd.MOST + 1)
    last.presses("talk")
    assert _waiting(store, last) == {Lane.CROWD}
    last.says(DANGER)
    assert _waiting(store, last) == {Lane.RED_REPLY}
    hers = [
        row for row in Phone(store).sends_all(START + 10) if row.address == last.chat and row.kind == "say"
    ]
    assert [row.seq for row in hers] == sorted(row.seq for row in hers)


def test_perhaps_danger_and_a_worker_end_it_too(store: Store) -> None:
    """A doubt about her words is enough, and so is somebody of staff."""
    *_, doubted, handed = _many(store, crowd.MOST + 2)
    for option in ("talk", "go_on", "yes"):
        doubted.presses(option)
    doubted.says("hij had een mes")
    assert doubted.intake.doubts
    assert _waiting(store, doubted) == {Lane.REPLY}
    handed.presses("talk")
    handed.everywhere("human")
    Worker(store, handed.intake_id).does("take")
    assert _waiting(store, handed) == {Lane.REPLY}


def test_who_begins_anew_is_no_stranger(store: Store) -> None:
    """Her chat was known before the others came: what she begins behind the guide is answered as ever."""
    known = Her(store, "known")
    known.walks("talk", "go_on", "yes", "me")
    known.at += 3600.0
    crowd_of = [Her(store, f"new {n}", at=known.at) for n in range(crowd.MOST + 1)]
    for one in crowd_of:
        one.says("/start")
    known.presses("talk", "front")
    assert _waiting(store, known) == {Lane.REPLY}
    assert _waiting(store, crowd_of[-1]) == {Lane.CROWD}


def test_the_page_has_no_crowd(store: Store) -> None:
    """It is answered while she looks; nobody of staff is told that it waits."""
    for number in range(crowd.MOST + 2):
        Her(store, f"page {number}", channel="web", bot="web").presses("talk", "front")
    assert troubles.still_open(store) == []


def test_staff_see_it_once(store: Store) -> None:
    """However many come, one line on the board says so, till somebody has seen to it."""
    _many(store, crowd.MOST + 5)
    [told] = troubles.still_open(store)
    assert (told.code, told.intake_id) == ("crowd", None)
    troubles.clear(store, told.id, "7", START + 20)
    Her(store, "one more").says("/start")
    assert [one.code for one in troubles.still_open(store)] == ["crowd"]


def test_ten_minutes_later_it_is_over(store: Store) -> None:
    """Who comes after that is answered as ever."""
    _many(store, crowd.MOST + 1)
    later = Her(store, "later", at=START + crowd.SPAN + 10)
    later.says("/start")
    assert _waiting(store, later) == {Lane.REPLY}


def _waiting(store: Store, who: Her) -> set[Lane]:
    with store.read() as conn:
        rows = conn.execute(
            select(outbox.c.lane).where(outbox.c.chat == who.case.chat, outbox.c.kind == "say")
        )
        return {Lane(lane) for (lane,) in rows}
