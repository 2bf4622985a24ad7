"""What staff do, on both databases where two of them may do it at once."""

from __future__ import annotations

import re
import threading
import time

import pytest
from fastapi import FastAPI

from flows.model import Colour
from storage import staff, views
from storage.settings import Settings
from storage.store import Store
from tests.desk.conftest import PASSWORD, Browser, Client, Opens, People, in_red, open_desk
from tests.storage.her import Her


def holder(her: Her) -> str:
    assert her.intake.handoff is not None
    return her.intake.handoff.by


def test_of_many_who_take_at_once_exactly_one_has_it(either: Settings) -> None:
    """Of eight presses in one moment one takes the case, on SQLite and PostgreSQL; the others are told it is taken."""
    app, store = open_desk(either)
    people = People(store)
    logins = ["sanne", "mo", "ria", *(f"worker{n}" for n in range(5))]
    for login in logins[3:]:
        people.hire(login, "worker")
    her = in_red(store)
    browsers = [_signed_in(app, login) for login in logins]
    answers: dict[str, int] = {}
    begin = threading.Barrier(len(logins))

    def take(login: str, browser: Browser) -> None:
        begin.wait()
        answers[login] = browser.post("/case/1/do", deed="take").status_code

    threads = [threading.Thread(target=take, args=pair) for pair in zip(logins, browsers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for browser in browsers:
        browser.client.close()
    taken = [login for login, status in answers.items() if status == 303]
    assert len(taken) == 1
    assert sorted(answers.values()) == [303, *[409] * 7]
    found = staff.member(store, holder(her))
    assert found is not None
    assert found.login == taken[0]
    store.close()


def _signed_in(app: FastAPI, login: str) -> Browser:
    browser = Browser(Client(app))
    browser.sign_in(login)
    browser.get("/account")
    return browser


def test_who_comes_second_reads_who_has_it_since_when(sanne: Browser, mo: Browser, her: Her) -> None:
    """A refused take names the holder and the time; the holder who presses twice is not refused."""
    assert her.intake_id
    assert sanne.post("/case/1/do", deed="take").headers["location"] == "/case/1"
    answer = mo.post("/case/1/do", deed="take")
    assert answer.status_code == 409
    assert re.search(r"Sanne heeft deze zaak sinds \W*\d\d:\d\d", answer.text)
    assert sanne.post("/case/1/do", deed="take").status_code == 303  # pressing twice is no mistake


def test_a_worker_writes_and_the_bot_is_silent_until_it_is_handed_back(sanne: Browser, her: Her) -> None:
    """Only who has taken the case writes; the bot is silent from the first message until it is handed back."""
    assert sanne.post("/case/1/write", text="Hallo").status_code == 409  # not taken yet
    sanne.post("/case/1/do", deed="take")
    assert (
        sanne.post("/case/1/write", text="Ik ben er.\r\nBen je veilig?").headers["location"]
        == "/case/1#write"
    )
    assert her.intake.talking
    her.says("ja")
    page = sanne.get("/case/1").text
    assert "Ik ben er.\nBen je veilig?" in page
    assert "Het programma zwijgt" in page
    assert "Zij schreef. Antwoord haar." in page
    sanne.post("/case/1/do", deed="hand_back")
    assert not her.intake.talking


def test_what_she_asks_to_keep_stays_at_hand_and_can_be_written_again(
    sanne: Browser, mo: Browser, her: Her
) -> None:
    """The holder keeps a line, hers or a worker's, once; it outlives her chat and stands ready to be sent again."""
    sanne.post("/case/1/do", deed="take")
    sanne.post("/case/1/write", text="Dinsdag 14:30")
    her.says("wil je dat voor mij bewaren")
    said = [line.seq for line in _case(her).conversation]
    assert len(said) == len(set(said)) == 2
    assert mo.post("/case/1/keep", line=str(said[0])).status_code == 409  # not his case
    for _ in range(2):
        answer = sanne.post("/case/1/keep", line=str(said[0]))
        assert (answer.status_code, answer.headers["location"]) == (303, "/case/1#kept")
    assert [one.text for one in her.intake.excerpts] == ["Dinsdag 14:30"]
    her.everywhere("leave")
    page = sanne.get("/case/1?again=0")
    assert "Bewaard op haar verzoek" in page.text
    assert re.search(r"<textarea[^>]*>Dinsdag 14:30</textarea>", page.text)
    assert "Sanne bewaarde een zin op haar verzoek" in page.text
    assert ">Dinsdag 14:30</textarea>" not in sanne.get("/case/1?again=7").text


def test_everything_is_deleted_by_two_because_she_asked(sanne: Browser, her: Her, people: People) -> None:
    """After a live talk, with a colleague who signs in the same form; then the key is gone, and so is the page."""
    case_id = her.intake_id
    asked = {"reason": "zij belde en vroeg het", "second_login": "mo", "second_password": PASSWORD}
    sanne.post("/case/1/do", deed="take")
    assert "Alles wissen" not in sanne.get("/case/1").text
    assert sanne.post("/case/1/forget", **asked).status_code == 409
    sanne.post("/case/1/do", deed="spoken_live")
    assert "Alles wissen" in sanne.get("/case/1").text
    alone = sanne.post("/case/1/forget", reason="zij belde en vroeg het")
    assert "laat een collega mee tekenen" in alone.text
    assert sanne.post("/case/1/forget", **asked).headers["location"] == "/"
    assert case_id not in her.store.keys.cases.held(float("inf"))
    assert case_id in her.store.keys.cases.forgotten()
    assert sanne.get("/case/1").status_code == 404


def test_no_line_is_made_up_and_a_number_is_not_kept_so(sanne: Browser, her: Her) -> None:
    """What is kept is a line of the conversation; one that is not there keeps nothing."""
    assert her.intake_id
    sanne.post("/case/1/do", deed="take")
    assert sanne.post("/case/1/keep", line="999").status_code == 409
    assert her.intake.excerpts == ()


def _case(her: Her) -> views.CaseView:
    found = views.case(her.store, her.intake_id, "1", her.at)
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "why"), [("  ", "niets om te sturen"), ("x" * 3501, "te lang")])
def test_what_cannot_be_sent_is_kept_in_the_box(sanne: Browser, her: Her, text: str, why: str) -> None:
    """An empty or too long message is refused with the reason, and the text is not lost."""
    assert her.intake_id
    sanne.post("/case/1/do", deed="take")
    answer = sanne.post("/case/1/write", text=text)
    assert answer.status_code == 409
    assert why in answer.text
    assert text.strip() in answer.text


def test_in_touch_live_back_and_close(sanne: Browser, mo: Browser, her: Her) -> None:
    """Only the holder closes, with a known outcome; she may read it after that; for others it is behind glass."""
    for deed in ("take", "in_touch", "spoken_live"):
        assert sanne.post("/case/1/do", deed=deed).status_code == 303
    handoff = her.intake.handoff
    assert handoff is not None
    assert (handoff.state, handoff.spoken_live) == ("in_touch", True)
    sanne.post("/case/1/do", deed="give_back")
    assert holder(her) == ""
    mo.post("/case/1/do", deed="take")
    answer = sanne.post("/case/1/close", outcome="police")
    assert answer.status_code == 409
    assert "Mo heeft deze zaak sinds" in answer.text
    assert mo.post("/case/1/close", outcome="nonsense").status_code == 409
    case_before = mo.get("/case/1").status_code
    assert mo.post("/case/1/close", outcome="police").headers["location"] == "/"
    assert case_before == 200
    assert "politie of hulpdiensten" in mo.get("/case/1").text  # its last worker may still read it
    behind = sanne.get("/case/1")
    assert behind.status_code == 403
    assert "Deze zaak is gesloten" in behind.text
    assert mo.post("/case/1/do", deed="take").status_code == 409


def test_colour_up_at_once_with_a_reason(sanne: Browser, store: Store) -> None:
    """Raising needs a reason and a higher colour and no second person; the reason stands in the case."""
    her = Her(store, at=time.time() - 60)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none")
    her.everywhere("human")
    assert her.case.colour == Colour.ORANGE
    assert sanne.post("/case/1/raise", colour=2, reason=" ").status_code == 409
    assert sanne.post("/case/1/raise", colour=0, reason="x").status_code == 409
    assert sanne.post("/case/1/raise", colour=7, reason="x").status_code == 400
    assert sanne.post("/case/1/raise", colour=2, reason="stem klonk anders").status_code == 303
    assert her.case.colour == Colour.RED
    assert "stem klonk anders" in sanne.get("/case/1").text


def test_an_orange_goes_down_with_a_reason(sanne: Browser, store: Store) -> None:
    """Below red one person may lower, if the reason is given."""
    her = Her(store, at=time.time() - 60)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none")
    her.everywhere("human")
    assert sanne.post("/case/1/lower", colour=0, reason="").status_code == 409
    assert sanne.post("/case/1/lower", colour=0, reason="gebeld").status_code == 303
    assert her.case.colour == Colour.GREEN


def test_a_red_goes_down_only_with_a_second_person(sanne: Browser, her: Her) -> None:
    """A second login that is missing, wrong, unknown or one's own leaves it red; a colleague's password lowers it."""

    def lower(**second: str) -> tuple[int, str]:
        answer = sanne.post("/case/1/lower", colour=1, reason="gebeld", **second)
        return answer.status_code, answer.text

    assert her.case.colour == Colour.RED
    for second, why in (
        ({}, "alleen omlaag met een tweede persoon"),
        ({"second_login": "mo", "second_password": "wrong"}, "horen niet bij elkaar"),
        ({"second_login": "nobody", "second_password": PASSWORD}, "horen niet bij elkaar"),
        ({"second_login": "sanne", "second_password": PASSWORD}, "moet iemand anders zijn"),
    ):
        status, text = lower(**second)
        assert (status, why in text) == (409, True), why
        assert PASSWORD not in text
        assert her.case.colour == Colour.RED
    assert lower(second_login="mo", second_password=PASSWORD)[0] == 303
    assert her.case.colour == Colour.ORANGE
    assert "samen met Mo" in sanne.get("/case/1").text


def test_the_second_person_may_not_be_barred_nor_without_cases(
    sanne: Browser, store: Store, people: People, her: Her
) -> None:
    """Who may not see the case cannot sign for lowering it, even with the right password."""
    people.hire("bea", "admin")
    staff.bar(store, people.mo, her.intake_id, people.ria, time.time())
    for login in ("mo", "bea"):
        answer = sanne.post(
            "/case/1/lower", colour=1, reason="x", second_login=login, second_password=PASSWORD
        )
        assert "kan voor deze zaak niet meetekenen" in answer.text
    assert her.case.colour == Colour.RED


def test_guessing_the_second_password_slows_that_account_down(sanne: Browser, her: Her) -> None:
    """After three wrong ones even the right password of that colleague is refused for a while."""
    assert her.intake_id
    for _ in range(3):
        sanne.post("/case/1/lower", colour=1, reason="x", second_login="mo", second_password="wrong")
    answer = sanne.post("/case/1/lower", colour=1, reason="x", second_login="mo", second_password=PASSWORD)
    assert "Te vaak een verkeerd wachtwoord" in answer.text
    assert her.case.colour == Colour.RED


def test_barring_whoever_has_the_case_gives_it_back_first(
    sanne: Browser, ria: Browser, mo: Browser, people: People, her: Her
) -> None:
    """A supervisor bars and lifts it again; who is barred loses the case and its page, but nobody else may bar."""
    assert mo.post("/case/1/bar", person=people.sanne).status_code == 403  # neither holder nor supervisor
    sanne.post("/case/1/do", deed="take")
    assert ria.post("/case/1/bar", person=people.sanne).status_code == 303
    assert holder(her) == ""
    assert sanne.get("/case/1").status_code == 404
    assert ria.post("/case/1/unbar", person=people.sanne).status_code == 303
    assert sanne.get("/case/1").status_code == 200


def test_one_may_bar_oneself(sanne: Browser, people: People, her: Her) -> None:
    """Who knows her may step out: the case is given back, and the desk leads to the board."""
    sanne.post("/case/1/do", deed="take")
    assert sanne.post("/case/1/bar", person=people.sanne).headers["location"] == "/"
    assert holder(her) == ""


def test_what_was_typed_to_her_and_not_sent_is_shown_again(sanne: Browser, mo: Browser, her: Her) -> None:
    """The case was taken by somebody else meanwhile: the words stand on the page, to be copied, marked as not sent."""
    sanne.post("/case/1/do", deed="take")
    answer = mo.post("/case/1/write", text="Dit schreef Mo <net>.")
    assert answer.status_code == 409
    assert "Dit schreef Mo &lt;net&gt;." in answer.text
    assert "niet verstuurd" in answer.text


@pytest.mark.parametrize("deed", ["close", "lower", "write", "mark", "", "explode"])
def test_only_plain_deeds_go_through_the_plain_form(sanne: Browser, her: Her, deed: str) -> None:
    """Deeds that ask for more than a press, and deeds that do not exist, are refused there."""
    assert her.intake_id
    assert sanne.post("/case/1/do", deed=deed).status_code in (400, 422)


def test_closing_an_account_gives_its_cases_back(
    ria: Browser, opens: Opens, people: People, her: Her
) -> None:
    """No case stays with somebody who can no longer sign in."""
    opens("sanne").post("/case/1/do", deed="take")
    assert holder(her) == people.sanne
    assert ria.post(f"/people/{people.sanne}/disable").status_code == 303
    assert holder(her) == ""
