"""Who saw which case when, in which role and why: what NEN 7513 asks for, and nothing about her."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from storage import access, accounts, book, sign_in, staff, views
from storage.sealed import SealBroken
from storage.store import Store
from storage.tables import access_log
from tests.storage.her import START, Her

PASSWORD = "vier losse woorden samen"
WHY = "haar dossier op haar eigen verzoek nagezien"


@pytest.fixture
def ria(store: Store) -> str:
    roles = ["worker", "supervisor"]
    return accounts.add(store, "ria", "Ria", roles, START, password=PASSWORD)[0].id


def logged(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(access_log).order_by(access_log.c.id)))


def test_a_look_tells_who_in_which_role_saw_whose_case(store: Store, her: Her, ria: str) -> None:
    """What stands for the case is the same at every look, and differs between two cases."""
    other = Her(store, "other")
    for one in (her, her, other):
        one.is_in_danger()
        views.case(store, one.intake_id, ria, START)
    first, again, others = logged(store)
    assert (first.staff_id, first.role, first.what, first.at) == (
        int(ria),
        "worker supervisor",
        "read",
        START,
    )
    assert first.intake_id == her.intake_id
    assert first.whose == again.whose == her.case.key.stands_for() != others.whose


def test_the_reason_for_a_look_goes_with_the_case(store: Store, her: Her, ria: str) -> None:
    """It is sealed with the key of her case: no key of the store opens it."""
    her.is_in_danger()
    with store.write() as conn:
        access.note(store, conn, ria, "from_log", START, case=her.case, why=WHY)
    row = logged(store)[0]
    assert access.reason(store, row.what, row.why, her.case) == WHY
    with pytest.raises(SealBroken):
        access.reason(store, row.what, row.why)


def test_forgetting_cuts_the_link_and_leaves_the_log(store: Store, her: Her, ria: str) -> None:
    """The looks at her case stand as they were written, but no row leads to it, nor it to a row."""
    her.walks("talk")
    intake_id = her.intake_id
    with store.write() as conn:
        access.note(store, conn, ria, "read", START, case=her.case)
    before = logged(store)[0]
    her.everywhere("delete")
    her.presses("yes", "delete")
    with pytest.raises(book.Forgotten), store.read() as conn:
        book.peek(store, conn, intake_id)
    after = logged(store)[0]
    assert after.intake_id is None
    kept = [column.name for column in access_log.columns if column.name != "intake_id"]
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def test_signing_in_and_out_is_logged_also_when_it_fails(store: Store, ria: str) -> None:
    """A wrong name is nobody's, and what was typed as one is not kept: it may be a password."""
    found = sign_in.sign_in(store, "ria", PASSWORD, START)
    assert isinstance(found, staff.SignedIn)
    session = staff.session(store, found.token, START)
    assert session is not None
    staff.sign_out(store, session.key, START)
    staff.sign_out(store, session.key, START)
    staff.sign_in(store, "ria", "niet het goede woord", START)
    staff.sign_in(store, "hunter2", PASSWORD, START)
    for _ in range(4):
        staff.sign_in(store, "ria", "niet het goede woord", START)
    seen = [(row.staff_id, row.what) for row in logged(store)]
    mine = int(ria)
    assert seen[:4] == [(mine, "sign_in"), (mine, "sign_out"), (mine, "sign_in:wrong"), (0, "sign_in:wrong")]
    assert seen[4:] == [(mine, "sign_in:wrong")] * 2 + [(mine, "sign_in:locked")] * 2
    assert "hunter2" not in repr(logged(store))
