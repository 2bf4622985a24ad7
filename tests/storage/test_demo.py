"""A made-up shelter, and the first real account."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from flows.model import Colour, Urgency
from storage import demo, passwords, staff, views
from storage.__main__ import main
from storage.demo import houses as made_up_shelters
from storage.places import shelters
from storage.settings import Settings
from storage.staff import SignedIn
from storage.store import Store, open_store
from tests.storage.conftest import SECRET


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "_NOBODY", [])


def somebody(store: Store) -> str:
    return staff.members(store)[0].id


def test_the_demo_is_a_red_an_orange_and_one_about_her_own_life(store: Store) -> None:
    """Three made-up cases stand on the board, each for another desk, and every line of talk says it is made up."""
    now = time.time()
    assert demo.SHELTER in demo.fill(store, now)
    rows = views.open_handoffs(store, somebody(store), now)
    assert [(row.colour, row.urgency, row.desks) for row in rows] == [
        (Colour.RED, Urgency.NOW, ("placement",)),
        (Colour.ORANGE, Urgency.NOW, ("on_call",)),
        (Colour.ORANGE, Urgency.TODAY, ("intake",)),
    ]
    assert demo.is_demo(store)
    for row in rows:
        view = views.case(store, row.intake_id, somebody(store), now)
        assert view is not None
        assert all("verzonnen" in line.text or line.text == "•••" for line in view.conversation)


def test_somebody_is_always_on_call(store: Store) -> None:
    """In each hour of a whole week the made-up rota has somebody on duty."""
    demo.fill(store, time.time())
    hours = [1795000000.0 + 3600 * hour for hour in range(7 * 24)]
    assert all(staff.house(store, hour).on_duty for hour in hours)


def test_a_second_run_changes_nothing_and_says_the_same(store: Store) -> None:
    """A day later it prints the same password, which still opens every account, and adds no case and no house."""
    first = demo.fill(store, 1795000000.0)
    assert demo.fill(store, 1795090000.0) == first
    assert len(views.open_handoffs(store, somebody(store))) == 3
    assert len(staff.members(store)) == len(demo.STAFF)
    assert len(shelters.houses(store)) == len(made_up_shelters.HOUSES)
    password = first.split()[-1]
    for person in demo.STAFF:
        signed = staff.sign_in(store, person.login, password, 1795000000.0)
        assert isinstance(signed, SignedIn)
        assert not signed.member.must_change


def test_each_store_has_a_password_of_its_own(sqlite_store: Store, tmp_path: Path) -> None:
    """Two shelters that both show the demo cannot sign in to each other's."""
    from storage.store import migrate

    other = Settings(secret_key=SECRET, database_url=f"sqlite:///{tmp_path}/other.db", _env_file=None)  # type: ignore[call-arg]
    migrate(other)
    second = open_store(other)
    assert demo.fill(sqlite_store, 1.0).split()[-1] != demo.fill(second, 1.0).split()[-1]
    second.close()


def test_a_store_with_staff_of_its_own_is_left_alone(store: Store) -> None:
    """Where a real account exists nothing made up is added, and the command says so."""
    staff.add(store, "eva", "Eva", ["worker"], 1.0)
    assert "nothing made up was added" in demo.fill(store, 2.0)
    assert len(staff.members(store)) == 1
    assert not demo.is_demo(store)


# --- the commands ------------------------------------------------------------------------------------------


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREMPEL_SECRET_KEY", SECRET)
    monkeypatch.setenv("DREMPEL_DATABASE_URL", f"sqlite:///{tmp_path}/data/drempel.db")
    assert main(["migrate"]) == 0


@pytest.mark.usefixtures("own_store")
def test_the_demo_command_prints_how_to_sign_in(capsys: pytest.CaptureFixture[str]) -> None:
    """It names an account with its roles, and prints the same when it is run again."""
    assert main(["demo"]) == 0
    first = capsys.readouterr().out
    assert "sanne (worker, placement)" in first
    assert main(["demo"]) == 0
    assert capsys.readouterr().out == first


@pytest.mark.usefixtures("own_store")
def test_staff_add_prints_a_password_to_be_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """The printed password opens the account once, to be changed; a login in use is refused in one line."""
    assert (
        main(["staff", "add", "--login", "eva", "--name", "Eva", "--role", "worker", "--role", "admin"]) == 0
    )
    password = capsys.readouterr().out.split(" with ")[1].split(",")[0]
    store = open_store(Settings.load())
    signed = staff.sign_in(store, "eva", password, time.time())
    store.close()
    assert isinstance(signed, SignedIn)
    assert (signed.member.must_change, signed.member.roles) == (True, {"worker", "admin"})
    assert main(["staff", "add", "--login", "eva", "--name", "Eva", "--role", "worker"]) == 1
    assert capsys.readouterr().err == "not added: login_used\n"


@pytest.mark.usefixtures("own_store")
def test_staff_add_asks_for_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without options it asks for login, name and roles, and then says how to sign in."""
    answers = iter(["eva", "Eva", "worker, supervisor"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    assert main(["staff", "add"]) == 0
    assert "Eva signs in as eva with" in capsys.readouterr().out


@pytest.mark.parametrize("real", [{"staff_chat": "-500"}, {"alerts": "json://localhost"}])
def test_made_up_cases_ring_no_real_people(store: Store, real: dict[str, str]) -> None:
    """With a staff group or alerts set, the made-up shelter has staff and a rota, and nobody in danger."""
    alone = {"secret_key": SECRET, "_env_file": None}
    assert demo.wakes_nobody(Settings(**alone))  # type: ignore[arg-type]
    assert not demo.wakes_nobody(Settings(**(alone | real)))  # type: ignore[arg-type]
    demo.fill(store, time.time(), women=False)
    assert views.open_handoffs(store, somebody(store)) == []
