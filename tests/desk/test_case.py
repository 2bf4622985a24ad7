"""A case's page: what is asked, what must not be done, why, what is unknown; and her words never become markup."""

from __future__ import annotations

import html
import re
import time

import pytest

from flows import words
from flows.model import Content, Said
from storage import staff
from storage.store import Store
from tests.desk.conftest import Browser, People
from tests.storage.her import Her, Worker

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'


def text_of(browser: Browser, path: str = "/case/1") -> str:
    """The page as read: without tags, white space in one."""
    page = browser.get(path).text
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page)))


def test_the_order_is_the_one_in_which_it_is_needed(sanne: Browser, her: Her) -> None:
    """What to do comes first, then what not to do, why, her needs, the talk, the deeds, and what happened."""
    assert her.intake_id
    page = sanne.get("/case/1").text
    places = [
        page.index(f'id="{part}"') for part in ("band", "donts", "found", "needs", "talk", "acts", "history")
    ]
    assert places == sorted(places)


def test_reasons_give_rule_source_and_her_answer(sanne: Browser, her: Her) -> None:
    """A red case shows which rule made it red, where that rule comes from, and which answer of hers met it."""
    assert her.intake_id
    text = text_of(sanne)
    assert "Dreigen met doden" in text
    assert "Ja, laatste 30 dagen" in text
    assert "regel KILL · Danger Assessment item 6" in text


def test_unknown_is_never_shown_as_no(sanne: Browser, store: Store) -> None:
    """Skipped, unsure, not asked and no stand in four different lines, so that silence is not read as safety."""
    her = Her(store, at=time.time() - 60)
    her.walks("talk", "go_on", "yes", "me", "partner", "away", "none", "no")
    her.everywhere("skip")
    her.presses("unsure")
    her.everywhere("human")
    text = text_of(sanne)
    assert "Onbekend is niet ‘nee’." in text
    assert re.search("Overgeslagen dreigen met doden", text)
    assert re.search("‘Weet ik niet’ keel dichtknijpen", text)
    assert re.search("Niet gevraagd wapen · bang gedood te worden", text)
    assert re.search("Zij zei nee op gevaar op dit moment", text)


def test_her_words_never_become_markup(sanne: Browser, store: Store, her: Her, people: People) -> None:
    """Script, image and template code in her words, a worker's or a reason is shown as text and never run."""
    her.says(HOSTILE)
    Worker(store, her.intake_id, people.sanne, time.time()).does("take")
    sanne.post("/case/1/write", text=HOSTILE)
    sanne.post("/case/1/lower", colour=0, reason=HOSTILE, second_login=HOSTILE, second_password="x")
    for path in ("/case/1", "/case/1/parts"):
        page = sanne.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "49" not in re.sub(
            r"\d\d:\d\d|\d{4,}|[0-9a-f]{64}", "", page.split('id="talk"')[1].split("</section>")[0]
        )
        assert html.escape(HOSTILE, quote=False).split("&gt;")[1] in page


def test_what_is_typed_in_a_refused_form_is_shown_again_escaped(sanne: Browser, her: Her) -> None:
    """What was refused stands in its box again to be mended, as text and not as markup."""
    assert her.intake_id
    sanne.post("/case/1/do", deed="take")
    written = sanne.post("/case/1/write", text=HOSTILE + "x" * 3500)
    lowered = sanne.post("/case/1/lower", colour=1, reason="", second_login=HOSTILE)
    for refused in (written, lowered):
        assert refused.status_code == 409
        assert "<script>alert" not in refused.text
        assert "&lt;script&gt;alert(1)" in refused.text


def test_names_of_colleagues_are_escaped(opens: object, people: People, store: Store, her: Her) -> None:
    """A colleague whose name is a script is shown by that text, wherever names stand."""
    other = staff.add(
        store, "eve", HOSTILE[:100], ["worker"], time.time(), password="vier losse woorden samen"
    )[0]
    Worker(store, her.intake_id, other.id, time.time()).does("take")
    assert people.ria
    ria = opens("ria")  # type: ignore[operator]
    for path in ("/", "/case/1", "/people", "/rota"):
        page = ria.get(path).text
        assert "<script>alert" not in page, path
        assert "&lt;script&gt;alert(1)" in page, path


@pytest.mark.parametrize("case", [0, 999, -1])
def test_a_case_that_is_not_there(sanne: Browser, case: int) -> None:
    """A number that belongs to no case is answered with 404."""
    assert sanne.get(f"/case/{case}").status_code == 404


def test_a_case_one_is_barred_from_looks_like_one_that_is_not_there(
    mo: Browser, store: Store, people: People, her: Her
) -> None:
    """Page and deeds answer 404, word for word as for a case that never was: who is barred learns nothing."""
    staff.bar(store, people.mo, her.intake_id, people.ria, time.time())
    answers = [mo.get(path) for path in ("/case/1", "/case/1/parts", "/case/999")]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].text == answers[2].text
    for path, fields in (("do", {"deed": "take"}), ("write", {"text": "x"}), ("number", {}), ("close", {})):
        assert mo.post(f"/case/1/{path}", **fields).status_code == 404
    assert her.intake.handoff is not None
    assert her.intake.handoff.by == ""


# --- what must not be done ---------------------------------------------------------------------------------


def danger(store: Store, *answers: str) -> Her:
    found = Her(store, at=time.time() - 60)
    found.walks("talk", "go_on", "yes", *answers)
    return found


def test_partner_and_red(sanne: Browser, her: Her) -> None:
    """No contact with the partner, no visible house for red, and nothing told before she was spoken to live."""
    assert her.intake_id
    text = text_of(sanne)
    assert "Contact met de partner: nee." in text
    assert "Rood gaat nooit naar het zichtbare huis." in text
    assert "Vertel niets uit deze zaak voordat je haar live hebt gesproken." in text


def test_honour(sanne: Browser, store: Store) -> None:
    """No contact with the family, no interpreter from her circle, and a warning that the other one is near."""
    her = danger(store, "me", "family", "near", "none", "no", "no", "no", "no", "no")
    her.presses("threat", "honour")
    text = text_of(sanne)
    assert "Neem geen contact op met familie en bemiddel niet. Geen tolk uit haar eigen kring." in text
    assert "De ander is bij haar of in de buurt." in text


def test_minor(sanne: Browser, store: Store) -> None:
    """Who helps a minor reads not to tell her parents."""
    danger(store, "minor", "go_on", "family", "away").everywhere("danger_now")
    assert "Vertel het niet aan ouders." in text_of(sanne)


def test_helper(sanne: Browser, store: Store) -> None:
    """Who answers somebody that asks for another woman reads to confirm nothing about anyone."""
    danger(store, "other", "go_on", "partner", "away", "none").everywhere("danger_now")
    assert "Bevestig niets over wie dan ook" in text_of(sanne)


def test_her_own_life(sanne: Browser, store: Store) -> None:
    """Thoughts of suicide now: ask what she has taken or done, and not yet to the visible house."""
    her = danger(store, "me", "partner", "away", "none", "no", "no", "no", "no", "no", "no")
    her.presses("now", "own_life")
    text = text_of(sanne)
    assert "Zij denkt nu aan zelfmoord" in text
    assert "Vraag of zij iets heeft ingenomen of gedaan." in text
    assert "Nog niet naar het zichtbare huis" in text


def test_unfinished_is_not_written_to_first(sanne: Browser, store: Store, people: People) -> None:
    """She left before the end: the page has no box to write in, and a message sent past it is refused."""
    her = danger(store, "me", "partner", "here", "none", "no")
    her.everywhere("leave")
    assert "niet als eerste" in sanne.get("/").text
    Worker(store, her.intake_id, people.sanne, time.time()).does("take")
    page = sanne.get("/case/1").text
    assert "Schrijf of bel haar niet als eerste." in page
    assert "<textarea id=" not in page
    answer = sanne.post("/case/1/write", text="Hallo")
    assert answer.status_code == 409
    assert "Schrijf haar nu niet." in answer.text


def test_asked_to_delete_is_marked_as_perhaps_not_hers(sanne: Browser, her: Her) -> None:
    """Somebody else may hold her phone: a wish to delete is shown with that doubt."""
    her.everywhere("delete")
    her.presses("yes", "delete")
    assert "Misschien niet door haar." in text_of(sanne)


def test_what_nobody_read_says_what_it_was(sanne: Browser, her: Her) -> None:
    """A voice message, which the bot does not read, is shown to staff as a voice message."""
    her.takes(Said("", her.at + 1, Content.VOICE))
    assert "spraakbericht" in text_of(sanne)


# --- her number --------------------------------------------------------------------------------------------


def test_the_number_is_shown_on_a_press_to_the_holder_alone(
    sanne: Browser, mo: Browser, store: Store, people: People, her: Her
) -> None:
    """Not before taking, not on the page itself, not to a colleague; each look is written in the history."""
    while her.intake.step != "number":
        her.presses("call") if her.intake.step == "reach_how" else her.everywhere("skip")
    her.says("06 12 34 56 78")
    assert "Alleen voor wie de zaak heeft." in text_of(sanne)
    assert "06 12 34 56 78" not in sanne.post("/case/1/number").text
    Worker(store, her.intake_id, people.sanne, time.time()).does("take")
    assert "06 12 34" not in sanne.get("/case/1").text
    assert "06 12 34 56 78" in sanne.post("/case/1/number").text
    assert "06 12 34" not in mo.post("/case/1/number").text
    assert "Sanne bekeek het nummer" in text_of(sanne)


@pytest.mark.parametrize("language", ["ar", "tr", "ti"])
def test_a_case_in_another_language_is_told_in_the_workers(
    sanne: Browser, store: Store, language: str
) -> None:
    """Questions, buttons and reasons stand in Dutch, her own words as she wrote them, in their own direction."""
    her = Her(store, at=time.time() - 60)
    her.says("/start", language=language)
    for option in ("talk", "go_on", "yes", "me", "partner", "away", "with_me", "no", "recent"):
        her.presses(option)
    typed = words.text(language, "page.guide.head")
    her.says(typed)
    page = sanne.get("/case/1").text
    assert '<html lang="nl"' in page
    text = text_of(sanne)
    assert "Dreigen met doden" in text
    assert "Ja, laatste 30 dagen" in text
    assert words.text("nl", f"desk.speaks.{language}") in text
    assert re.search(f'lang="{language}" dir="auto">[^<]*{re.escape(html.escape(typed))}', page)
    hers = set(words.catalogue(language).values()) - set(words.catalogue("nl").values()) - {typed}
    assert not [said for said in hers if len(said) > 12 and html.escape(said) in page]
    assert sanne.get("/").status_code == 200


def test_whoever_writes_sees_that_her_phone_is_read(sanne: Browser, store: Store, people: People) -> None:
    """A message to such a phone comes only once she does something herself; it is said where it is typed."""
    told = words.text("nl", "desk.write.shared")
    for chat, devices in (("1", "known"), ("2", "strange")):
        her = Her(store, chat, at=time.time() - 60)
        her.walks("talk", "go_on", "unsure", devices)
        her.everywhere("danger_now")
        Worker(store, her.intake_id, people.sanne, time.time()).does("take")
        assert (told in text_of(sanne, f"/case/{chat}")) is (devices == "strange")
