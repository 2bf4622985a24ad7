"""Her duress word on the page: what stands there does not change, and staff know."""

from __future__ import annotations

import re

from flows import words
from flows.model import House, Intake, StaffDid
from storage import book, turns
from storage.tables import watchwords
from tests.bot.web.conftest import Shelter
from tests.bot.web.visitor import Visitor

FORCED, OTHER = "waterketel", "appelboom"


async def chooses(her: Visitor) -> None:
    await her.arrives(("where_is_he", "away"), ("where_children", "none"))
    await her.presses("", "menu")
    await her.presses("", "word")
    assert words.text("nl", "duress_word", ("web",)).splitlines()[1] in her.text
    await her.says(FORCED)
    assert FORCED not in her.text


async def test_it_stands_there_as_any_text_and_staff_know(her: Visitor, shelter: Shelter) -> None:
    """The same answer and buttons as after another text; the case is red and marked; nothing more can be written."""
    await chooses(her)
    await her.says(OTHER)
    before = her.lines[-1], her.buttons
    await her.says(FORCED)
    assert (her.lines[-1], her.buttons) == before
    assert ("she", FORCED) in her.lines
    case = shelter.intake()
    assert case.duress is False  # the page's own view knows nothing of it
    [forced] = _cases(shelter)
    assert forced.duress
    assert forced.handoff is not None
    assert "duress" in forced.handoff.marks
    shelter.does("take")
    deed = StaffDid("write", "7", forced.heard + 5, "Gaat het?")
    taken = turns.staff_turn(shelter.store, shelter.intake_ids[-1], deed, House())
    assert taken.turn is not None
    assert taken.turn.refused == "duress"


async def test_a_worker_who_was_writing_falls_silent_unseen(her: Visitor, shelter: Shelter) -> None:
    """Handing her back to the program, which staff may do then, changes nothing on her page."""
    await chooses(her)
    await her.presses("", "danger_now")
    shelter.does("take")
    shelter.does("write", "Dag, ik ben Sanne.")
    await her.says(FORCED)
    before = her.lines, her.buttons
    shelter.does("hand_back")
    await her.opens()
    assert (her.lines, her.buttons) == before


async def test_when_she_leaves_nothing_is_left_of_the_word(her: Visitor, shelter: Shelter) -> None:
    """It stood sealed among the messages of the page, for it stood on the page; it goes with them."""
    await chooses(her)
    await her.says(FORCED)
    assert FORCED in shelter.said()
    await her.acts("leave")
    assert shelter.said() == ["left"]
    with shelter.store.read() as conn:
        kept = conn.execute(watchwords.select()).all()
    assert len(kept) == 1
    assert not any(FORCED.encode() in bytes(part) for part in kept[0] if isinstance(part, bytes))


async def test_her_code_leads_to_a_beginning_then(her: Visitor, shelter: Shelter) -> None:
    """Whoever makes her give her code away finds nothing of hers; staff see that somebody began anew."""
    await chooses(her)
    await her.acts("code")
    found = re.search(r"Je code is (\w{4} \w{4})", her.text)
    assert found
    await her.says(FORCED)
    await her.acts("leave")
    await her.opens()
    await her.acts("reopen", code=found[1])
    assert her.kind == "talk"
    assert "notice" in ",".join(shelter.said())
    assert all(case.duress for case in _cases(shelter))


async def test_the_label_of_the_button_is_no_word(her: Visitor, shelter: Shelter) -> None:
    """Typed to the letter it counts as pressed, in the words that stand on the page."""
    await her.arrives()
    await her.presses("", "menu")
    await her.presses("", "word")
    await her.says(words.text("nl", "duress_word.none", ("web",)))
    with shelter.store.read() as conn:
        assert conn.execute(watchwords.select()).all() == []


def _cases(shelter: Shelter) -> list[Intake]:
    """The cases themselves, as staff have them."""
    with shelter.store.read() as conn:
        return [book.peek(shelter.store, conn, case).intake for case in shelter.intake_ids]
