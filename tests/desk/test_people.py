"""Accounts, the rota and one's own account."""

from __future__ import annotations

import re

import pytest

from storage import staff
from storage.store import Store
from tests.desk.conftest import Browser, Opens, People


def test_an_administrator_adds_somebody_who_then_signs_in(ria: Browser, opens: Opens, store: Store) -> None:
    """The given password is shown once, opens the account, and must be changed before anything else."""
    ria.get("/people")
    page = ria.post("/people", name="Eva", login="eva", roles=["worker", "placement"]).text
    given = re.search(r'id="given">([^<]+)<', page)
    assert given
    assert given[1] not in ria.get("/people").text  # shown once
    eva = opens()
    assert eva.sign_in("eva", given[1]).status_code == 303
    assert eva.get("/").headers["location"] == "/password"
    assert [one.roles for one in staff.members(store) if one.login == "eva"] == [{"worker", "placement"}]


@pytest.mark.parametrize(
    ("login", "roles", "why"),
    [
        ("sanne", ["worker"], "al in gebruik"),
        ("é!", ["worker"], "kleine letters"),
        ("eva", [], "minstens één rol"),
    ],
)
def test_an_account_that_cannot_be(ria: Browser, login: str, roles: list[str], why: str) -> None:
    """A name in use, letters that a login cannot have, or no role at all: refused, with the reason."""
    answer = ria.post("/people", name="Eva", login=login, roles=roles)
    assert answer.status_code == 409
    assert why in answer.text


def test_people_are_managed_by_administrators_alone(sanne: Browser, people: People, store: Store) -> None:
    """A worker has no link to the accounts, and each form there is refused: nobody's roles change."""
    assert sanne.get("/people").status_code == 403
    assert "/people" not in sanne.get("/").text
    for path in (
        "/people",
        *(f"/people/{people.mo}/{deed}" for deed in ("roles", "password", "disable", "enable")),
    ):
        assert sanne.post(path, roles=["admin"], name="x", login="xx").status_code == 403
    found = staff.member(store, people.mo)
    assert found is not None
    assert (found.roles, found.disabled) == ({"worker"}, False)


def test_roles_password_disable_and_enable(ria: Browser, opens: Opens, people: People, store: Store) -> None:
    """A closed account loses its session at once and cannot sign in; opened again, a new password works."""
    mo = opens("mo")
    ria.get("/people")
    ria.post(f"/people/{people.mo}/roles", roles=["worker", "supervisor"])
    assert staff.members(store)[0].roles == {"worker", "supervisor"}
    ria.post(f"/people/{people.mo}/disable")
    assert mo.get("/").headers["location"] == "/sign-in"
    assert opens().sign_in("mo").status_code == 403
    ria.post(f"/people/{people.mo}/enable")
    given = re.search(r'id="given">([^<]+)<', ria.post(f"/people/{people.mo}/password").text)
    assert given
    assert opens().sign_in("mo", given[1]).status_code == 303
    assert ria.post("/people/99/disable").status_code == 404


def test_the_last_administrator_stays(ria: Browser, people: People) -> None:
    """The only one who manages accounts can neither be closed nor lose that role, and is told why."""
    ria.get("/people")
    for path, fields in (
        (f"/people/{people.ria}/disable", {}),
        (f"/people/{people.ria}/roles", {"roles": ["worker"]}),
    ):
        answer = ria.post(path, **fields)
        assert answer.status_code == 409
        assert "Iemand moet de accounts kunnen beheren." in answer.text


# --- the rota ----------------------------------------------------------------------------------------------


def test_everybody_reads_the_rota_and_supervisors_write_it(
    sanne: Browser, ria: Browser, people: People
) -> None:
    """Workers read it and are refused a change; it shows shifts over midnight, gaps, and who has no address to wake."""
    assert "Er staat niemand op het rooster." in sanne.get("/rota").text
    assert "/rota/weekly" not in sanne.get("/rota").text
    fields = {"person": people.mo, "weekday": [0, 1], "starts": "20:00", "ends": "08:00"}
    assert sanne.post("/rota/weekly", **fields).status_code == 403
    assert ria.post("/rota/weekly", **fields).status_code == 303
    page = sanne.get("/rota").text
    assert "maandag 20:00 – 08:00 (volgende dag)" in page
    assert "Dan heeft niemand dienst:" in page
    assert "Heeft dienst, maar geen adres om te wekken: Mo" in page
    line = re.search(r"/rota/(\d+)/remove", ria.get("/rota").text)
    assert line
    assert ria.post(f"/rota/{line[1]}/remove").status_code == 303


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"weekday": [0], "starts": "25:00", "ends": "08:00"}, "tijden kloppen niet"),
        ({"starts": "08:00", "ends": "20:00"}, "minstens één dag"),
        ({"weekday": [0], "starts": "08:00", "ends": "20:00", "person": "99"}, "Kies een persoon"),
        ({"weekday": [9], "starts": "08:00", "ends": "20:00"}, "tijden kloppen niet"),
    ],
)
def test_shifts_that_cannot_be(ria: Browser, people: People, fields: dict[str, object], why: str) -> None:
    """Times, days and people that do not exist are refused with the reason."""
    answer = ria.post("/rota/weekly", **{"person": people.mo, **fields})
    assert answer.status_code == 409
    assert why in answer.text


def test_a_dated_shift_is_on_the_clock_of_the_house(ria: Browser, people: People, store: Store) -> None:
    """Times are typed and meant in the house's time zone; text that is no time is refused."""
    ria.post("/rota/once", person=people.mo, starts="2026-12-24T18:00", ends="2026-12-25T09:00")
    (line,) = staff.shifts(store)
    assert (line.starts, line.ends) == (1798131600.0, 1798185600.0)  # 17:00 and 08:00 UTC
    assert ria.post("/rota/once", person=people.mo, starts="soon", ends="later").status_code == 409


# --- one's own account -------------------------------------------------------------------------------------


def test_a_link_code_is_shown_once_and_works(sanne: Browser, store: Store, people: People) -> None:
    """The code links one Telegram account, cannot be read again afterwards, and the link can be undone."""
    shown = re.search(r'id="code">/link ([a-z0-9]+)<', sanne.post("/account/telegram").text)
    assert shown
    assert shown[1] not in sanne.get("/account").text
    assert staff.link_telegram(store, shown[1], 5) == "Sanne"
    assert "Je Telegram-account is gekoppeld." in sanne.get("/account").text
    sanne.post("/account/telegram/unlink")
    assert staff.staff_by_telegram(store, 5) is None
    assert people.sanne


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by a plugin of Apprise, in Python before 3.13
def test_the_alert_address_is_checked_kept_and_never_shown(sanne: Browser, store: Store) -> None:
    """An address may hold a password: it is kept and rung, and the page only says that there is one."""
    assert sanne.post("/account/alert", address="not an address").status_code == 409
    assert sanne.post("/account/alert", address="ntfys://geheim@ntfy.example.org/topic").status_code == 303
    page = sanne.get("/account").text
    assert "Er is een adres ingesteld" in page
    assert "geheim" not in page
    assert staff.ring_addresses(store, "everyone") == ["ntfys://geheim@ntfy.example.org/topic"]


def test_a_new_password_ends_the_other_sessions(opens: Opens, people: People) -> None:
    """The browser where it was changed stays signed in; any other must sign in anew."""
    assert people.sanne
    one, two = opens("sanne"), opens("sanne")
    new = "iets heel anders nu"
    one.post("/password", old="vier losse woorden samen", new=new, again=new)
    assert one.get("/").status_code == 200
    assert two.get("/").headers["location"] == "/sign-in"
