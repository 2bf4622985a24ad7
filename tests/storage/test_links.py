"""The one-time link from a messenger to the page: her place goes along, and nothing stays behind."""

from __future__ import annotations

import pytest

from flows.model import Carried, Content, House, Pressed, Said
from storage import book, hearing, turns, watchwords, web
from storage.messages import WEB
from storage.store import Store
from storage.turns import Arrival
from tests.storage.her import Her, Phone, Worker
from tests.storage.test_guide import FORCED, RETURN, Listening, chooses, time_passes

ADDRESS = "https://guide.test/"
HOUSE = House(chat_address=ADDRESS)
TO_OFFER = ("talk", "go_on", "unsure", "strange")
PAGE = "a-page"


@pytest.fixture
def linked(her: Her) -> Her:
    """Her device may not be hers alone: the page is offered."""
    her.house = HOUSE
    her.walks(*TO_OFFER)
    assert her.intake.step == "web_chat"
    return her


@pytest.fixture
def ear(linked: Her) -> Listening:
    return Listening(linked)


def code_in(store: Store, phone: Phone, at: float) -> str:
    """The code behind the page's address, as it stands on her phone."""
    phone.sends_all(at)
    addresses = [say.args["chat_address"] for say in phone.shown.values() if "chat_address" in say.args]
    address, code = addresses[-1].split("#")
    assert address == ADDRESS
    return code


def follows(store: Store, code: str, at: float, chat: str = PAGE) -> bool:
    with store.write() as conn:
        return turns.carry(store, conn, code, chat, at, HOUSE)


def opens(store: Store, at: float, chat: str = PAGE) -> turns.Taken:
    return turns.take_turn(
        store, Arrival(WEB, WEB, chat, Pressed("", "open", at), f"open {chat} {at}"), HOUSE
    )


@pytest.fixture
def phone(store: Store) -> Phone:
    return Phone(store)


def test_her_place_goes_along_and_her_phone_is_empty(linked: Her, phone: Phone) -> None:
    """One case, now of the page; there she is asked whether nobody looks, then what comes after the offer."""
    code, case_id, hers = code_in(linked.store, phone, linked.at), linked.intake_id, linked.at
    assert follows(linked.store, code, hers + 60)
    phone.sends_all(hers + 61)
    assert [say.keys for say in phone.shown.values()] == [("left",)]
    assert turns.current(linked.store, linked.channel, linked.bot, linked.chat) is None

    taken = opens(linked.store, hers + 62)
    assert taken.intake_id == case_id
    assert taken.turn is not None
    assert (taken.turn.intake.step, taken.turn.intake.resume) == ("safe_again", "for_whom")
    yes = Arrival(WEB, WEB, PAGE, Pressed("safe_again", "yes", hers + 63), "yes")
    taken = turns.take_turn(linked.store, yes, HOUSE)
    assert taken.turn is not None
    assert taken.turn.intake.step == "for_whom"
    view = web.view(linked.store, case_id)
    assert view is not None
    assert view.shown[-1].say is not None
    assert Worker(linked.store, case_id).replays()


def test_it_is_good_for_once_and_for_an_hour(linked: Her, phone: Phone) -> None:
    """A second page that follows it finds nothing; nor does the first, an hour later."""
    code = code_in(linked.store, phone, linked.at)
    assert not follows(linked.store, code, linked.at + web.LINK_KEPT + 1)
    assert follows(linked.store, code, linked.at + 60)
    assert not follows(linked.store, code, linked.at + 61, "another-page")


@pytest.mark.parametrize("how", ["leave", "gap", "asked again"])
def test_it_leads_nowhere_once_it_stands_nowhere(linked: Her, phone: Phone, how: str) -> None:
    """She left, fell silent, or was shown a new one in its place."""
    code = code_in(linked.store, phone, linked.at)
    if how == "leave":
        linked.everywhere("leave")
    elif how == "gap":
        time_passes(linked)
    else:
        linked.everywhere("again")
    assert not follows(linked.store, code, linked.at + 60)


def test_what_was_found_and_who_takes_it_stay_with_her(linked: Her, phone: Phone) -> None:
    """A worker who holds the case writes with her on the page; nothing more goes to the messenger."""
    code = code_in(linked.store, phone, linked.at)
    case_id = linked.intake_id
    linked.says("hij heeft een mes op mijn keel")
    worker = Worker(linked.store, case_id, at=linked.at)
    worker.does("take")
    found = linked.intake.findings
    assert follows(linked.store, code, linked.at + 10)
    phone.sends_all(linked.at + 11)
    opens(linked.store, linked.at + 12)
    turns.take_turn(
        linked.store, Arrival(WEB, WEB, PAGE, Pressed("safe_again", "yes", linked.at + 13), "yes"), HOUSE
    )
    before = len(phone.sent)
    worker.at = linked.at + 20
    worker.does("write", "Ik ben Sanne.")
    phone.sends_all(linked.at + 30)
    assert not [row for row in phone.sent[before:] if row.kind == "say"]
    view = web.view(linked.store, case_id)
    assert view is not None
    assert found == view.intake.findings
    assert any(shown.say and shown.say.text == "Ik ben Sanne." for shown in view.shown)
    assert worker.replays()


def test_the_chat_that_she_leaves_knows_nothing_of_it(linked: Her, phone: Phone) -> None:
    """Whoever writes there begins as anybody would, and is not led to the page's case."""
    code, case_id = code_in(linked.store, phone, linked.at), linked.intake_id
    assert follows(linked.store, code, linked.at + 10)
    linked.at += 20
    taken = linked.says("/start")
    assert taken.intake_id != case_id
    assert taken.turn is not None
    assert taken.turn.says[0].keys[0] == "front"


def test_her_duress_word_still_reaches_staff(her: Her, phone: Phone) -> None:
    """Typed in the chat that she left, it is answered as any text, and every case of hers is told."""
    ear = Listening(her)
    chooses(her, ear, RETURN, FORCED)
    her.house = HOUSE
    case_id = her.intake_id
    with her.store.write() as conn:
        code = web.new_link(her.store, conn, book.by_id(her.store, conn, case_id), her.at)
    assert follows(her.store, code, her.at + 5)
    her.at += 10

    assert hearing.heard(her.store, her.arrival(Said("iets", her.at, Content.TEXT)), ear.hashed).leads is None
    returned = ear.says(RETURN)
    assert returned.intake_id != case_id
    forced = ear.says(FORCED)
    assert forced.turn is not None
    assert returned.turn is not None
    assert forced.turn.says == returned.turn.says
    with her.store.read() as conn:
        assert book.peek(her.store, conn, case_id).intake.duress
        assert watchwords.of_chat(conn, book.chat_hash(her.store, her.channel, her.bot, her.chat))


def test_the_record_tells_that_she_went_to_the_page(linked: Her, phone: Phone) -> None:
    """The last entry before she opens it there is that she followed her link."""
    code, case_id = code_in(linked.store, phone, linked.at), linked.intake_id
    assert follows(linked.store, code, linked.at + 10)
    with linked.store.read() as conn:
        case = book.peek(linked.store, conn, case_id)
        assert book.entries_of(conn, case)[-1].event == Carried(WEB, linked.at + 10)
    assert (case.channel, case.head.channel) == (WEB, linked.channel)
