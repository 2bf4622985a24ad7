"""Accounts, signing in, Telegram links and barred cases, in both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from storage import passwords, sign_in, staff, tries
from storage.staff import Member, Refused, SignedIn, Wait
from storage.store import Store
from storage.tables import access_log, link_codes, sessions, wrong_tries
from storage.tables import staff as table
from tests.storage.her import START, Her

GOOD = "vier losse woorden samen"
OURS = passwords._HASHER  # as it is when nobody has put a quicker one in its place


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory-hard hashing is not what these tests are about."""
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "_NOBODY", [])


def hire(store: Store, login: str = "sanne", *roles: str, **other: str) -> Member:
    return staff.add(store, login, login.title(), roles or ("worker",), START, password=GOOD, **other)[0]


# --- accounts ----------------------------------------------------------------------------------------------


def test_the_hash_is_argon2id_with_the_defaults_of_the_library(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the table cost 64 MiB, three rounds and four lanes; and so does a hash of nobody's."""
    monkeypatch.setattr(passwords, "_HASHER", OURS)
    hire(sqlite_store)
    with sqlite_store.read() as conn:
        kept = conn.execute(select(table.c.password_hash)).scalar_one()
    for made in (kept, passwords.nobody()):
        assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.right(kept, GOOD)


def test_a_made_up_password_works_and_has_to_be_changed(store: Store) -> None:
    """A login is one whatever its capitals; once the worker chose a password of her own, none is asked for again."""
    person, password = staff.add(store, "Sanne ", "Sanne", ["worker"], START)
    assert (person.login, person.must_change) == ("sanne", True)
    signed = staff.sign_in(store, "SANNE", password, START)
    assert isinstance(signed, SignedIn)
    staff.change_password(store, person.id, GOOD)
    found = staff.member(store, person.id)
    assert found is not None
    assert not found.must_change


@pytest.mark.parametrize(
    ("login", "name", "roles", "why"),
    [
        ("s", "Sanne", ["worker"], "login_malformed"),
        ("<b>", "Sanne", ["worker"], "login_malformed"),
        ("sanne", " ", ["worker"], "name_missing"),
        ("sanne", "Sanne", [], "roles_unknown"),
        ("sanne", "Sanne", ["king"], "roles_unknown"),
    ],
)
def test_an_account_that_cannot_be(store: Store, login: str, name: str, roles: list[str], why: str) -> None:
    """A login that is too short or no name, a blank name, no role or an unknown one: refused, each with its code."""
    with pytest.raises(Refused, match=why):
        staff.add(store, login, name, roles, START)


def test_a_login_is_given_once(store: Store) -> None:
    """A second account under the same login is refused, so that a deed always names one person."""
    hire(store)
    with pytest.raises(Refused, match="login_used"):
        hire(store)


def test_the_alert_address_is_sealed(store: Store) -> None:
    """It may hold a password of the worker's own: the row shows nothing of it, and it can be taken away."""
    person = hire(store, alert="ntfys://user:geheim@example.org/topic")
    with store.read() as conn:
        sealed = conn.execute(select(table.c.alert_sealed)).scalar_one()
    assert b"geheim" not in bytes(sealed)
    assert person.alert
    staff.set_alert(store, person.id, "")
    found = staff.member(store, person.id)
    assert found is not None
    assert not found.alert


def test_the_last_administrator_stays(store: Store) -> None:
    """Nobody can lock the house out of its own accounts, neither by disabling nor by changing roles."""
    boss = hire(store, "ria", "admin")
    with pytest.raises(Refused, match="last_admin"):
        staff.set_disabled(store, boss.id, START)
    with pytest.raises(Refused, match="last_admin"):
        staff.set_roles(store, boss.id, ["worker"])
    other = hire(store, "mo", "admin")
    staff.set_disabled(store, boss.id, START)
    with pytest.raises(Refused, match="last_admin"):
        staff.set_disabled(store, other.id, START)


def test_an_administrator_alone_sees_no_case(store: Store) -> None:
    """Running the accounts gives no look at her words; that takes the role of a worker or supervisor as well."""
    assert not hire(store, "ria", "admin").sees_cases
    assert hire(store, "eva", "admin", "supervisor").sees_cases


# --- signing in --------------------------------------------------------------------------------------------


def test_a_session_is_found_by_its_token_of_which_only_a_hash_is_kept(store: Store) -> None:
    """Who reads the table cannot sign in with what stands there."""
    hire(store)
    signed = staff.sign_in(store, "sanne", GOOD, START)
    assert isinstance(signed, SignedIn)
    found = staff.session(store, signed.token, START + 1)
    assert found is not None
    assert found.member.login == "sanne"
    with store.read() as conn:
        row = conn.execute(select(sessions)).one()
    assert signed.token not in str(row)


def test_a_session_ends_when_it_is_idle_and_after_twelve_hours(store: Store) -> None:
    """Used every ten minutes it still ends after a shift; a quarter of an hour unused, it is over but for the board."""
    hire(store)
    signed = staff.sign_in(store, "sanne", GOOD, START)
    assert isinstance(signed, SignedIn)
    now = START
    while now < START + 12 * 3600 - 600:
        now += 600
        assert staff.session(store, signed.token, now) is not None
    assert staff.session(store, signed.token, START + 12 * 3600) is None
    again = staff.sign_in(store, "sanne", GOOD, START)
    assert isinstance(again, SignedIn)
    assert staff.session(store, again.token, START + 899, use=False) is not None
    assert staff.session(store, again.token, START + 901) is None
    assert staff.session(store, again.token, START + 901, idle=True) is not None
    assert staff.session(store, again.token, START + 12 * 3600, use=False, idle=True) is None
    assert staff.session(store, again.token, START + 902) is None


def test_signing_out_disabling_and_a_new_password_end_sessions(store: Store) -> None:
    """A new password ends all sessions but one's own; a disabled account loses that too and cannot sign in."""
    person = hire(store)

    def signed() -> str:
        found = staff.sign_in(store, "sanne", GOOD, START)
        assert isinstance(found, SignedIn)
        return found.token

    first, second, third = signed(), signed(), signed()
    open_first = staff.session(store, first, START)
    assert open_first is not None
    staff.sign_out(store, open_first.key, START)
    assert staff.session(store, first, START) is None
    kept = staff.session(store, second, START)
    assert kept is not None
    staff.change_password(store, person.id, "heel iets anders nu", keep=kept.key)
    assert staff.session(store, third, START) is None
    assert staff.session(store, second, START) is not None
    staff.set_disabled(store, person.id, START)
    assert staff.session(store, second, START) is None
    assert staff.sign_in(store, "sanne", "heel iets anders nu", START) is None


def test_wrong_passwords_slow_the_account_down_then_close_it(store: Store) -> None:
    """After two the wait doubles from a second; the tenth closes for 15 minutes, and a success forgives all."""
    hire(store)
    now, waits = START, []
    for _ in range(sign_in.LOCK_AFTER):
        assert staff.sign_in(store, "sanne", "wrong", now) is None
        found = staff.sign_in(store, "sanne", GOOD, now) if len(waits) >= 2 else None
        waits.append(found.until - now if isinstance(found, Wait) else 0.0)
        now += waits[-1]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 900]
    assert isinstance(staff.sign_in(store, "sanne", GOOD, now), SignedIn)
    assert staff.sign_in(store, "sanne", "wrong", now) is None  # counted from the start again
    assert isinstance(staff.sign_in(store, "sanne", GOOD, now), SignedIn)


def test_many_guesses_at_once_gain_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve guesses in the same moment: only as many as are free are checked at all."""
    hire(store)
    checked = []
    right = passwords.right
    monkeypatch.setattr(passwords, "right", lambda *both: checked.append(1) or right(*both))
    guesses = [
        threading.Thread(target=staff.sign_in, args=(store, "sanne", f"guess {n}", START)) for n in range(12)
    ]
    for guess in guesses:
        guess.start()
    for guess in guesses:
        guess.join()
    assert len(checked) == sign_in.FREE_TRIES


def test_a_login_that_nobody_has_is_checked_as_well(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is checked in any case, so that the time taken does not tell which logins exist."""
    checked = []
    monkeypatch.setattr(passwords, "right", lambda *both: bool(checked.append(both)))
    assert staff.sign_in(store, "nobody", "x", START) is None
    assert checked == [("", "x")]


@pytest.mark.parametrize("password", ["kort", "a" * 20, "sanne", "x" * 300])
def test_a_weak_password_is_refused(store: Store, password: str) -> None:
    """Too short, one letter again and again, one's own login, or beyond any length that is sensible."""
    person = hire(store)
    with pytest.raises(Refused, match="weak"):
        staff.change_password(store, person.id, password)


# --- Telegram ----------------------------------------------------------------------------------------------


def test_a_code_links_once_and_only_hashes_are_kept(store: Store) -> None:
    """Capitals and blanks do not matter, a second account cannot use it, and no Telegram number can be read."""
    person = hire(store)
    code = staff.make_link_code(store, person.id, START)
    with store.read() as conn:
        assert code not in str(conn.execute(select(link_codes)).one())
    assert staff.link_telegram(store, f" {code.upper()} ", 991122334455, START + 1) == "Sanne"
    assert staff.link_telegram(store, code, 5, START + 1) is None
    assert staff.staff_by_telegram(store, 991122334455) == person.id
    assert staff.staff_by_telegram(store, 5) is None
    with store.read() as conn:
        assert "991122334455" not in str(conn.execute(select(table)).one())


def test_a_code_ends_and_a_newer_one_replaces_it(store: Store) -> None:
    """The older code is worthless at once, the newer one after a quarter of an hour."""
    person = hire(store)
    old = staff.make_link_code(store, person.id, START)
    new = staff.make_link_code(store, person.id, START)
    assert staff.link_telegram(store, old, 5, START) is None
    assert staff.link_telegram(store, new, 5, START + 901) is None


def test_one_telegram_account_is_one_person(store: Store) -> None:
    """Linked to a second worker, it is no longer the first one's; that worker disabled, it is nobody's."""
    one, two = hire(store, "sanne"), hire(store, "mo")
    for person in (one, two):
        staff.link_telegram(store, staff.make_link_code(store, person.id, START), 5, START)
    assert staff.staff_by_telegram(store, 5) == two.id
    staff.set_disabled(store, two.id, START)
    assert staff.staff_by_telegram(store, 5) is None


# --- barred ------------------------------------------------------------------------------------------------


def test_who_is_barred_may_not_open_and_it_is_logged(store: Store) -> None:
    """Barring twice is one entry in the log; lifting it is another, and the case opens again."""
    her = Her(store)
    her.is_in_danger()
    person, boss = hire(store, "mo"), hire(store, "ria", "supervisor")
    assert staff.may_open(store, person.id, her.intake_id)
    staff.bar(store, person.id, her.intake_id, boss.id, START)
    staff.bar(store, person.id, her.intake_id, boss.id, START)
    assert not staff.may_open(store, person.id, her.intake_id)
    staff.unbar(store, person.id, her.intake_id, boss.id, START)
    assert staff.may_open(store, person.id, her.intake_id)
    with store.read() as conn:
        logged = conn.execute(select(access_log.c.what).order_by(access_log.c.id)).scalars().all()
    assert logged == [f"bar:{person.id}", f"unbar:{person.id}"]


def test_nobody_opens_anything_under_an_id_that_is_none(store: Store) -> None:
    """A staff id that nobody has, or that is no number, is answered with no and never with an error."""
    assert not staff.may_open(store, "99", 1)
    assert not staff.may_open(store, "x'; --", 1)


def test_many_names_from_one_address_shut_that_address_out(store: Store) -> None:
    """Whoever tries one password with many names is stopped, then let in again; others sign in all the while."""
    hire(store)
    for number in range(tries.MOST):
        assert staff.sign_in(store, f"nobody{number}", "wrong", START + number, "192.0.2.7") is None
    shut = staff.sign_in(store, "sanne", GOOD, START + 60, "192.0.2.7")
    assert isinstance(shut, Wait)
    assert shut.until == START + tries.WITHIN
    assert isinstance(staff.sign_in(store, "sanne", GOOD, START + 61, "192.0.2.8"), SignedIn)
    assert isinstance(staff.sign_in(store, "sanne", GOOD, shut.until + 1, "192.0.2.7"), SignedIn)


def test_a_proxy_before_the_desk_shuts_nobody_out_and_no_address_is_kept(store: Store) -> None:
    """The machine's own address stands for everybody; of another only a keyed hash is kept, and not for long."""
    hire(store)
    for number in range(2 * tries.MOST):
        staff.sign_in(store, "nobody", "wrong", START + number / 100, "127.0.0.1")
    assert isinstance(staff.sign_in(store, "sanne", GOOD, START + 2, "127.0.0.1"), SignedIn)
    staff.sign_in(store, "another", "wrong", START + 3, "192.0.2.7")
    hashed = store.keys.find("desk.address", "192.0.2.7")
    assert addresses(store).count(hashed) == 1
    assert not any("192.0.2.7" in address for address in addresses(store))
    staff.sign_in(store, "another", "wrong", START + 4 + tries.WITHIN, "192.0.2.9")
    assert hashed not in addresses(store)


def addresses(store: Store) -> list[str]:
    with store.read() as conn:
        return [row.address for row in conn.execute(wrong_tries.select())]
