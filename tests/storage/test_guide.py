"""The guide in the store: her words as slow hashes, what the gap takes away, cases of one chat."""

from __future__ import annotations

from hashlib import blake2b

import pytest
from sqlalchemy import select

from flows.model import Content, Said, Word
from storage import book, hearing, outbox, turns, watchwords
from storage.store import Store
from storage.tables import intakes
from storage.tables import watchwords as table
from storage.turns import Arrival, Taken
from tests.storage.her import HOUSE, Her, Phone, Worker

GAP = 31 * 60.0
TO_DANGER = ("talk", "go_on", "yes", "me", "partner", "away", "none", "no", "recent")
RETURN, FORCED = "zonnebloem", "waterketel"


class Listening:
    """What is typed, heard before its turn; the hash is a quick one, and counted."""

    def __init__(self, her: Her) -> None:
        self.her = her
        self.hashes = 0
        self.ids = 5000

    def hashed(self, keyed: bytes, salt: bytes) -> bytes:
        self.hashes += 1
        return blake2b(keyed, key=salt, digest_size=watchwords.BYTES).digest()

    def heard(self, text: str, content: Content = Content.TEXT) -> Arrival:
        self.her.at += 1
        self.ids += 1
        arrival = self.her.arrival(Said(text, self.her.at, content), message_id=self.ids)
        return hearing.heard(self.her.store, arrival, self.hashed)

    def says(self, text: str) -> Taken:
        return turns.take_turn(self.her.store, self.heard(text), HOUSE)


@pytest.fixture
def ear(her: Her) -> Listening:
    return Listening(her)


@pytest.fixture
def phone(store: Store) -> Phone:
    return Phone(store)


def chooses(her: Her, ear: Listening, *chosen: str) -> None:
    """One word, or both, at the step that she has come to."""
    her.walks(*TO_DANGER)
    her.everywhere("word")
    for one in chosen:
        ear.says(one)


def time_passes(her: Her, seconds: float = GAP) -> None:
    her.at += seconds
    while turns.wait_turn(her.store, her.intake_id, her.at, HOUSE) is not None:
        pass


def kept(store: Store) -> bytes:
    """All that is kept of her words."""
    with store.read() as conn:
        return b" ".join(bytes(part or b"") for row in conn.execute(table.select()) for part in row[2:])


def test_her_word_leads_back_and_stands_nowhere(her: Her, ear: Listening, phone: Phone) -> None:
    """Only its hash is kept; each message that carried it is deleted at once; she is back at her place."""
    chooses(her, ear, RETURN)
    place = her.intake.aside
    phone.sends_all(her.at)
    assert ear.ids in {one for row in phone.sent if row.kind == "wipe" for one in row.ids}
    her.presses("none")
    time_passes(her)
    assert her.intake.step == "front"

    taken = ear.says(f"  {RETURN.upper()}! ")
    phone.sends_all(her.at)
    assert taken.turn is not None
    assert (taken.turn.intake.step, taken.turn.intake.left) == (place, False)
    assert ear.ids in {one for row in phone.sent if row.kind == "wipe" for one in row.ids}
    assert RETURN.encode() not in kept(her.store)
    assert len(kept(her.store)) > watchwords.BYTES


@pytest.mark.parametrize("typed", ["zonnebloemen", "waterketel", "hallo daar", "zonne bloem"])
def test_a_wrong_word_is_answered_as_any_text(her: Her, ear: Listening, typed: str) -> None:
    """As in a chat that nobody knows: the same words, and the message goes as well."""
    chooses(her, ear, RETURN)
    time_passes(her)
    known = ear.says(typed)
    stranger = Listening(Her(her.store, chat="777"))
    unknown = stranger.says(typed)
    assert known.turn is not None
    assert unknown.turn is not None
    assert known.turn.says == unknown.turn.says


def test_the_same_hash_runs_once_for_every_text_in_guide_mode(her: Her, ear: Listening) -> None:
    """A chat with words, one without, one that nobody knows; a right word, a wrong one, danger, a command."""
    chooses(her, ear, RETURN, FORCED)
    time_passes(her)
    plain = Her(her.store, chat="888")
    plain.walks(*TO_DANGER)
    time_passes(plain)
    chats = (ear, Listening(plain), Listening(Her(her.store, chat="999")))
    for listening in chats:
        for text in ("hallo", "hij gaat me vermoorden", "/start", RETURN + "x", FORCED, RETURN):
            before = listening.hashes
            listening.heard(text)
            assert listening.hashes == before + 1, text


def test_in_the_conversation_nothing_is_hashed(her: Her, ear: Listening) -> None:
    """Where she is known to be talking, what she types is an answer."""
    her.walks(*TO_DANGER)
    ear.says("hij doet zo raar")
    assert ear.hashes == 0


@pytest.mark.parametrize(
    "close", ["zonnebloem", "Zonnebloem", "zonneblom", "zonnebloemm", "zonnebleom", "zonneblöem"]
)
def test_a_duress_word_close_to_the_other_is_refused(her: Her, ear: Listening, close: str) -> None:
    """The same, one letter added, dropped or changed, two that changed places: a slip must not call."""
    chooses(her, ear, RETURN)
    taken = ear.says(close)
    assert taken.turn is not None
    assert taken.turn.says[0].keys[0] == "word.close"
    assert her.intake.word == "return"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("roos", "word.brief"),
        ("12345", "word.brief"),
        ("bibliotheek", "word.plain"),
        ("x" * 33, "word.plain"),
    ],
)
def test_a_word_that_anybody_might_type_is_refused(her: Her, ear: Listening, typed: str, why: str) -> None:
    """Too short, one of the guide's own, too long."""
    chooses(her, ear, typed)
    assert her.intake.step == "return_word"
    taken = ear.says(typed)
    assert taken.turn is not None
    assert taken.turn.says[0].keys[0] == why


def test_danger_and_stories_typed_where_a_word_is_chosen_are_read(her: Her, ear: Listening) -> None:
    """A cry for help is no word, and a leave word leaves."""
    chooses(her, ear, "hij heeft een mes op mijn keel")
    assert any(finding.indicator == "WPN" for finding in her.intake.findings)
    assert her.intake.word == ""
    ear.says("weg")
    assert her.intake.left


def test_her_duress_word_calls_off_what_waits_and_tells_staff(her: Her, ear: Listening, phone: Phone) -> None:
    """A worker's message that waits under a cover text is never sent; the guide answers as always."""
    chooses(her, ear, RETURN, FORCED)
    phone.sends_all(her.at)
    time_passes(her)
    worker = Worker(her.store, her.intake_id, at=her.at)
    worker.does("take")
    worker.does("write", "Gaat het nog?")
    her.at = worker.at
    taken = ear.says(FORCED)
    assert taken.turn is not None
    assert taken.turn.says[0].keys == ("heard.front", "front")
    sent = phone.sends_all(her.at)
    assert not any(row.say is not None and row.say.text for row in sent)
    assert "alert" in {row.kind for row in sent}
    assert "duress" in (her.intake.handoff.marks if her.intake.handoff else ())
    ear.says(RETURN)
    assert her.intake.step == "front"


def test_talk_without_her_word_begins_another_case_and_staff_see_both(her: Her, ear: Listening) -> None:
    """Nothing of the first shows in the second; the two know of each other; her word leads back to the first."""
    chooses(her, ear, RETURN)
    first = her.intake_id
    time_passes(her)
    her.presses("talk")
    second = her.intake_id
    assert second != first
    assert (her.intake.step, her.intake.findings) == ("notice", ())
    with her.store.read() as conn:
        assert conn.scalar(select(intakes.c.after_id).where(intakes.c.id == second)) == first
    her.everywhere("leave")
    ear.says(RETURN)
    assert her.intake_id == first
    assert her.intake.step != "front"


def test_who_begins_anew_behind_duress_is_written_to_by_nobody(her: Her, ear: Listening) -> None:
    """Whoever presses "talk" then: no worker's word goes to that phone until two people decide."""
    chooses(her, ear, RETURN, FORCED)
    time_passes(her)
    ear.says(FORCED)
    her.presses("talk")
    her.everywhere("danger_now")
    worker = Worker(her.store, her.intake_id, at=her.at)
    worker.does("take")
    taken = worker.does("write", "Dag")
    assert taken.turn is not None
    assert taken.turn.refused == "duress"
    assert worker.replays()


def test_duress_stops_every_case_of_the_chat(her: Her, ear: Listening) -> None:
    """Somebody had begun anew before it: a worker who holds that case cannot write to the phone either."""
    chooses(her, ear, RETURN, FORCED)
    first = her.intake_id
    time_passes(her)
    her.presses("talk")
    second = her.intake_id
    her.everywhere("danger_now")
    worker = Worker(her.store, second, at=her.at)
    worker.does("take")
    her.at = worker.at
    her.everywhere("leave")
    ear.says(FORCED)
    assert her.intake_id == first
    worker.at = her.at
    refused = worker.does("write", "Gaat het?")
    assert refused.turn is not None
    assert refused.turn.refused == "duress"
    assert worker.replays()


def test_in_the_conversation_her_duress_word_stays_there_and_stops_what_waits(
    her: Her, ear: Listening, phone: Phone
) -> None:
    """It is answered and stands as any text; a worker's message on its way is called off; the word is kept nowhere."""
    chooses(her, ear, RETURN, FORCED)
    phone.sends_all(her.at)
    place = her.intake.step
    worker = Worker(her.store, her.intake_id, at=her.at)
    worker.does("take")
    worker.does("write", "Gaat het nog?")
    her.at = worker.at
    before = ear.hashes
    ear.says("hallo")
    taken = ear.says(FORCED)
    assert ear.hashes == before + 2
    assert taken.turn is not None
    assert (taken.turn.says, taken.turn.intake.step) == ((), place)
    sent = phone.sends_all(her.at)
    assert not any(row.say is not None and row.say.text for row in sent)
    assert ear.ids not in {one for row in sent if row.kind == "wipe" for one in row.ids}
    assert "duress" in (her.intake.handoff.marks if her.intake.handoff else ())
    worker.at = her.at
    refused = worker.does("write", "Ben je daar?")
    assert refused.turn is not None
    assert refused.turn.refused == "duress"
    assert worker.replays()


def test_a_word_chosen_anew_takes_the_place_of_the_one_before(her: Her, ear: Listening) -> None:
    """She was told that it works from now on: the new one leads back, the old one is a text like any other."""
    chooses(her, ear, RETURN)
    her.presses("none")
    her.everywhere("word")
    ear.says("klaproosje")
    her.presses("none")
    time_passes(her)
    assert not isinstance(ear.heard(RETURN).event, Word)
    assert ear.heard("klaproosje").event == Word("return", her.at)


def test_whoever_begins_anew_takes_no_word_of_hers_and_learns_of_none(her: Her, ear: Listening) -> None:
    """A word chosen there is one of that case, however like hers it is; her own still leads back to her."""
    chooses(her, ear, RETURN, FORCED)
    first = her.intake_id
    time_passes(her)
    her.presses("talk")
    second = her.intake_id
    her.presses("go_on")
    her.everywhere("word")
    assert ear.heard(RETURN + "x").event == Word("chosen", her.at)
    ear.says("kastanjeboom")
    time_passes(her)
    assert ear.heard("kastanjeboom").leads == second
    assert ear.heard(RETURN).leads == first
    assert ear.heard(FORCED).event == Word("duress", her.at)


def test_of_two_words_that_are_alike_duress_counts(her: Her, ear: Listening) -> None:
    """The duress word of a case begun anew is the return word of the one before it: nobody is led behind the guide."""
    chooses(her, ear, RETURN)
    her.presses("none")
    time_passes(her)
    her.presses("talk")
    second = her.intake_id
    her.presses("go_on")
    her.everywhere("word")
    ear.says("kastanjeboom")
    ear.says(RETURN)
    time_passes(her)
    heard = ear.heard(RETURN)
    assert (heard.event, heard.leads) == (Word("duress", her.at), second)


def test_made_to_choose_she_types_her_duress_word(her: Her, ear: Listening, phone: Phone) -> None:
    """It is answered, timed and deleted as any word that is chosen, is not kept as one, and staff know."""
    chooses(her, ear, RETURN, FORCED)
    phone.sends_all(her.at)
    her.everywhere("word")
    before = ear.hashes
    taken = ear.says(FORCED)
    assert taken.turn is not None
    assert taken.turn.intake.duress
    assert taken.turn.intake.step == "duress_word"
    assert ear.hashes == before + 1 + len({FORCED[:at] + FORCED[at + 1 :] for at in range(len(FORCED))})
    wiped = {one for row in phone.sends_all(her.at) if row.kind == "wipe" for one in row.ids}
    assert ear.ids in wiped
    assert "word.chosen" in {key for say in taken.turn.says for key in say.keys}


def test_her_return_word_in_the_conversation_is_a_text(her: Her, ear: Listening) -> None:
    """It has led already: whoever reads along learns nothing from what comes of it."""
    chooses(her, ear, RETURN, FORCED)
    taken = ear.says(RETURN)
    assert taken.turn is not None
    assert isinstance(taken.turn.entry.event, Said)


def test_an_edited_message_that_becomes_her_word_goes_as_well(her: Her, ear: Listening, phone: Phone) -> None:
    """However the word came to stand there, it does not stay."""
    chooses(her, ear, RETURN)
    her.presses("none")
    time_passes(her)
    arrival = ear.heard(RETURN, Content.EDITED)
    turns.take_turn(her.store, arrival, HOUSE)
    phone.sends_all(her.at)
    assert her.intake.step != "front"
    assert ear.ids in {one for row in phone.sent if row.kind == "wipe" for one in row.ids}


def test_after_the_gap_nothing_but_a_cover_text_stands_there(her: Her, ear: Listening, phone: Phone) -> None:
    """Both sides' messages go without a line being sent; a cover text stays, for it says that there is news."""
    her.walks(*TO_DANGER)
    her.takes(Said("een eigen zin", her.at), message_id=77)
    phone.sends_all(her.at)
    worker = Worker(her.store, her.intake_id, at=her.at + 70)
    worker.does("take")
    phone.sends_all(worker.at)
    worker.does("write", "Kun je bellen?")
    [row] = [one for one in phone.claims(worker.at) if one.say is not None and one.say.text]

    outbox.cover_sent(her.store, row, 4000, worker.at)
    time_passes(her)
    sent = phone.sends_all(her.at)
    assert {row.kind for row in sent} <= {"wipe", "card", "card_edit", "alert"}
    gone = {one for row in phone.sent if row.kind == "wipe" for one in row.ids}
    assert 77 in gone
    assert 4000 not in gone
    assert not phone.shown


def test_what_came_late_finds_the_guide_though_no_timer_was_looked_at(her: Her, phone: Phone) -> None:
    """The ticker was away: an answer after the gap wipes first, and is answered by the guide."""
    her.walks(*TO_DANGER)
    phone.sends_all(her.at)
    her.at += GAP
    taken = her.presses("no")
    assert taken.turn is not None
    assert taken.turn.says[0].keys == ("heard.front", "front")
    phone.sends_all(her.at)
    assert [say.keys for say in phone.shown.values()] == [("heard.front", "front")]


def test_forgetting_takes_her_words_and_the_link_along(her: Her, ear: Listening) -> None:
    """Nothing tells any more that there was a word, or that the later case was perhaps hers."""
    chooses(her, ear, RETURN)
    her.presses("none")
    time_passes(her)
    first = her.intake_id
    her.presses("talk")
    her.everywhere("leave")
    ear.says(RETURN)
    worker = Worker(her.store, first, at=her.at)
    for did in ("take", "in_touch"):
        worker.does(did)
    worker.does("close", "advice")
    with her.store.write() as conn:
        book.forget(her.store, conn, book.by_id(her.store, conn, first))
    with her.store.read() as conn:
        assert conn.execute(table.select()).all() == []
        assert conn.execute(select(intakes.c.id).where(intakes.c.after_id == first)).all() == []


def test_the_slow_hash_is_slow_and_keyed(store: Store) -> None:
    """argon2id: another chat, another store or another letter gives another hash."""
    one = watchwords.hashed(store, "chat", RETURN, watchwords.slow)
    assert one == watchwords.hashed(store, "chat", RETURN, watchwords.slow)
    assert one != watchwords.hashed(store, "other", RETURN, watchwords.slow)
    assert one != watchwords.hashed(store, "chat", RETURN + "s", watchwords.slow)
    assert len(one) == watchwords.BYTES
