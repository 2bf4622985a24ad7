"""The board opens nothing; a case is opened for those who may, and every look is logged."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from flows.model import Colour, Content, Said, Urgency
from storage import cards, passwords, staff, views
from storage.staff import Member
from storage.store import Store
from storage.tables import access_log, intakes, metadata
from storage.views import CaseView
from tests.storage.her import START, Her, Worker


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(1, 8, 1))


@pytest.fixture
def sanne(store: Store) -> Member:
    return staff.add(store, "sanne", "Sanne", ["worker"], START)[0]


@pytest.fixture
def mo(store: Store) -> Member:
    return staff.add(store, "mo", "Mo", ["worker"], START)[0]


@pytest.fixture
def ria(store: Store) -> Member:
    return staff.add(store, "ria", "Ria", ["supervisor"], START)[0]


def opened(store: Store, her: Her, who: Member) -> CaseView:
    found = views.case(store, her.intake_id, who.id, START + 500)
    assert found is not None
    return found


def red(store: Store, chat: str = "1") -> Her:
    her = Her(store, chat)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "with_me", "no")
    her.presses("recent")
    return her


def orange(store: Store, chat: str = "2", at: float = START) -> Her:
    her = Her(store, chat, at=at)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none")
    her.everywhere("human")
    return her


# --- the board ---------------------------------------------------------------------------------------------


def test_the_board_shows_the_most_urgent_first_then_colour_then_who_waits_longest(
    store: Store, sanne: Member
) -> None:
    """A red case opened last stands above two orange ones; of those, the one that waits longer is first."""
    late, early = orange(store, "3", START + 50), orange(store, "2", START)
    danger = red(store)
    rows = views.open_handoffs(store, sanne.id, START + 500)
    assert [row.intake_id for row in rows] == [danger.intake_id, early.intake_id, late.intake_id]
    assert [row.urgency for row in rows] == [Urgency.NOW, Urgency.TODAY, Urgency.TODAY]
    assert rows[0].colour is Colour.RED
    assert rows[0].untaken
    assert rows[0].waited == START + 500 - rows[0].opened


def test_the_board_opens_no_case(store: Store, sanne: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is drawn from codes alone: no case's key is unwrapped for it."""
    red(store)
    monkeypatch.setattr(type(store.keys.cases), "key", lambda *_: pytest.fail("a case was opened"))
    assert len(views.open_handoffs(store, sanne.id)) == 1


def test_a_barred_worker_neither_sees_nor_opens(store: Store, sanne: Member, mo: Member) -> None:
    """Board, case and number are closed to that worker, and live news can leave the case out; others see it all."""
    her = red(store)
    staff.bar(store, mo.id, her.intake_id, sanne.id, START)
    assert views.open_handoffs(store, mo.id) == []
    assert views.case(store, her.intake_id, mo.id) is None
    assert views.reveal_number(store, her.intake_id, mo.id) == ""
    assert views.hidden(store, mo.id) == {views.open_handoffs(store, sanne.id)[0].id}
    assert views.hidden(store, sanne.id) == frozenset()


def test_administrators_and_the_disabled_see_nothing(store: Store, sanne: Member) -> None:
    """Neither a case on the board nor one by its number, however the id was come by."""
    her = red(store)
    admin = staff.add(store, "bea", "Bea", ["admin"], START)[0]
    staff.set_disabled(store, sanne.id, START)
    for who in (admin, sanne):
        assert views.open_handoffs(store, who.id) == []
        assert views.case(store, her.intake_id, who.id) is None


def test_versions_change_with_every_change(store: Store, sanne: Member) -> None:
    """A deed and a message of hers each show to whoever watches; a closed case is watched no more."""
    her = red(store)
    before = views.changes(store)
    Worker(store, her.intake_id, sanne.id).does("take")
    after = views.changes(store)
    assert before.keys() == after.keys()
    assert before != after
    her.says("nog iets")
    assert views.changes(store) != after
    Worker(store, her.intake_id, sanne.id).does("close", "advice")
    assert views.changes(store) == {}


# --- a case ------------------------------------------------------------------------------------------------


def test_reasons_carry_rule_source_and_what_showed_them(store: Store, sanne: Member) -> None:
    """The worker sees which rule made it red, from which page of which source, and by which answer of hers."""
    view = opened(store, red(store), sanne)
    first = view.reasons[0]
    assert (first.rule, first.colour, first.urgency, first.proposal) == (
        "KILL",
        Colour.RED,
        Urgency.NOW,
        False,
    )
    assert first.signs[0].source.startswith("1.1")
    assert first.signs[0].seen[0].source == "threat.recent"
    assert not view.visible_house


def test_skipped_unsure_and_never_asked_are_each_shown_as_unknown(store: Store, sanne: Member) -> None:
    """A question without an answer is no "no": each is listed with why it is unknown."""
    her = Her(store)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none", "unsure")
    her.everywhere("skip")
    her.everywhere("human")
    unknown = {one.step: one.why for one in opened(store, her, sanne).unknown}
    assert (unknown["right_now"], unknown["threat"], unknown["throat"]) == ("unsure", "skipped", "not_asked")


def test_what_nobody_could_read_stands_there_as_not_read(store: Store, sanne: Member) -> None:
    """In no language that we know: her words and a voice message are marked for a person to read."""
    her = red(store)
    her.says("qwrt zxcv plmn bvgt")
    her.takes(Said("", her.at + 1, Content.VOICE))
    view = opened(store, her, sanne)
    unread = next(why for why in view.reasons if why.rule == "UNREAD")
    assert [seen.quote for seen in unread.signs[0].seen if seen.quote] == ["qwrt zxcv plmn bvgt"]
    assert [(line.text, line.content, line.unread) for line in view.conversation[-2:]] == [
        ("qwrt zxcv plmn bvgt", Content.TEXT, True),
        ("", Content.VOICE, True),
    ]


def test_the_conversation_holds_both_sides_and_nothing_that_was_refused(
    store: Store, sanne: Member, mo: Member
) -> None:
    """What a second worker was not allowed to write never reached her, and does not stand there as if it had."""
    her = red(store)
    worker, other = (
        Worker(store, her.intake_id, sanne.id),
        Worker(store, her.intake_id, mo.id, at=START + 200),
    )
    worker.does("take")
    worker.does("write", "Ik ben er.")
    her.at = START + 150
    her.says("dank je")
    turn = other.does("write", "Ik ook!").turn
    assert turn is not None
    assert turn.refused == "not_yours"
    lines = opened(store, her, sanne).conversation
    talk = [(line.by, line.text, line.unread) for line in lines if line.at > START + 100]
    assert talk == [(sanne.id, "Ik ben er.", False), ("", "dank je", False)]


def test_history_names_who_did_what_and_why(store: Store, sanne: Member, ria: Member) -> None:
    """From the handoff on: each deed with its worker, the reason given and the second person who agreed."""
    her = red(store)
    worker = Worker(store, her.intake_id, sanne.id)
    worker.does("take")
    worker.does("lower", "gebeld", colour=Colour.ORANGE, second=ria.id)
    done = [(one.who, one.code, one.text, one.second) for one in opened(store, her, ria).history]
    assert (sanne.id, "take", "", "") in done
    assert (sanne.id, "lower", "gebeld", ria.id) in done
    assert done[0][1] == "offered"


def test_a_decision_sets_reasons_aside_but_keeps_them_in_sight(
    store: Store, sanne: Member, ria: Member
) -> None:
    """Lowered to orange, the case still shows the rule that had made it red."""
    her = red(store)
    worker = Worker(store, her.intake_id, sanne.id)
    worker.does("take")
    worker.does("lower", "gebeld", colour=Colour.ORANGE, second=ria.id)
    view = opened(store, her, sanne)
    assert view.row.colour is Colour.ORANGE
    assert view.decision is not None
    assert "KILL" in {why.rule for why in view.set_aside}
    assert "KILL" in view.found


def test_every_look_is_logged(store: Store, sanne: Member, mo: Member) -> None:
    """The log and the case itself tell who looked and when; a colleague who opens it sees both looks."""
    her = red(store)
    opened(store, her, sanne)
    assert opened(store, her, mo).looked == ((sanne.id, START + 500), (mo.id, START + 500))
    with store.read() as conn:
        logged = conn.execute(select(access_log.c.staff_id, access_log.c.what)).all()
    assert [tuple(row) for row in logged] == [(int(sanne.id), "read"), (int(mo.id), "read")]


def test_a_closed_case_is_for_its_worker_and_supervisors(
    store: Store, sanne: Member, mo: Member, ria: Member
) -> None:
    """Once closed, another worker has no more business with it and cannot open it."""
    her = red(store)
    intake_id = her.intake_id
    worker = Worker(store, intake_id, sanne.id)
    worker.does("take")
    worker.does("close", "police")
    for who, sees in ((sanne, True), (ria, True), (mo, False)):
        assert (views.case(store, intake_id, who.id) is not None) is sees


# --- her number --------------------------------------------------------------------------------------------


def with_number(store: Store) -> Her:
    her = red(store)
    while her.intake.step != "number":
        step = her.intake.step
        if step == "reach_how":
            her.presses("call")
        else:
            her.everywhere("skip")
    her.says("06 12 34 56 78")
    return her


def test_the_number_is_for_the_holder_alone_and_logged(store: Store, sanne: Member, mo: Member) -> None:
    """Not before the case is taken, not to a colleague; showing it to the holder stands in the history."""
    her = with_number(store)
    assert views.reveal_number(store, her.intake_id, sanne.id, START) == ""  # not taken yet
    Worker(store, her.intake_id, sanne.id).does("take")
    assert views.reveal_number(store, her.intake_id, mo.id, START) == ""
    assert views.reveal_number(store, her.intake_id, sanne.id, START) == "06 12 34 56 78"
    assert [one.code for one in opened(store, her, sanne).history if one.kind == "desk"] == ["number"]


def test_the_number_stands_nowhere_else(store: Store, sanne: Member) -> None:
    """Not in the case, which tells that there is one; not on board or card; in no table's rows, the log's included."""
    her = with_number(store)
    Worker(store, her.intake_id, sanne.id).does("take")
    view = opened(store, her, sanne)
    assert view.has_number
    board = views.open_handoffs(store, sanne.id)
    shown = cards.facts(store, [row.id for row in board])
    assert len(board) == len(shown) == 1
    with store.read() as conn:
        rows = {table.name: conn.execute(select(table)).all() for table in metadata.sorted_tables}
    assert rows["log"]
    assert rows["outbox"]
    for place in (view, board, shown, rows):
        assert not re.search(r"6\D*12\D*34\D*56", repr(place))
    assert views.reveal_number(store, her.intake_id, sanne.id, START) == "06 12 34 56 78"


def test_words_instead_of_a_number_are_withheld_too(store: Store, sanne: Member) -> None:
    """Whatever she typed where the number was asked for is treated as one."""
    her = red(store)
    while her.intake.step != "number":
        her.presses("call") if her.intake.step == "reach_how" else her.everywhere("skip")
    her.says("bel mijn zus op nul zes")
    assert "nul zes" not in repr(opened(store, her, sanne))


def test_a_forgotten_case_shows_nothing(store: Store, sanne: Member) -> None:
    """Once its key is destroyed, who held it opens nothing and reads no number, and no look is logged."""
    her = with_number(store)
    Worker(store, her.intake_id, sanne.id).does("take")
    assert opened(store, her, sanne).has_number
    assert views.reveal_number(store, her.intake_id, sanne.id, START)
    intake_id = her.intake_id
    with store.write() as conn:
        conn.execute(update(intakes).values(head=None, state=None))
    assert views.case(store, intake_id, sanne.id) is None
    assert views.reveal_number(store, intake_id, sanne.id, START) == ""
    with store.read() as conn:
        assert conn.execute(select(access_log.c.what)).scalars().all() == ["read", "number"]
