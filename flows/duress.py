"""Her duress word: staff know, and her screen does not.

Where the guide stands, the guide answers as ever. In the open conversation `Intake.shown` is the one that never heard
the word: what she does is done there, what it says is said, and the case takes over where she is and what was found.
What staff and the ladder do is done to the case alone, until two people lift it (docs/decisions/0014).
"""

from __future__ import annotations

from collections.abc import Callable

from flows import leaving
from flows.making import NAME_PLACES, Making
from flows.model import Event, Hers, Intake, Pressed, Raise, Reading, Said, Waited, Word

SOURCE = "word.duress"
# What staff do and know; all else of a case is where she stands, and comes from what is shown to her.
OF_STAFF = (
    *("handoff", "decision", "placement", "regions", "excerpts"),
    *("duress", "forced_at", "talking", "ended", "forgotten"),
)
CHOOSING = frozenset({"return_word", "duress_word"})  # where a word of her own is asked for
MARKS = {"leave": "left", "human": "asked_human", "blocked": "contact_lost"}
Did = Callable[[Making], None]


def tell_staff(making: Making) -> None:
    """Somebody makes her write: nothing is sent any more, and staff decide together."""
    making.find(Raise("NOW"), SOURCE)
    making.change(duress=True)
    making.hand_on()
    making.mark("duress")


def typed(making: Making, did: Did) -> None:
    """The word, in the open conversation."""
    making.change(shown=making.intake.but(findings=making.before.findings))
    tell_staff(making)
    goes_on(making, did)
    making.code = "duress"


def is_of_hers(event: Event) -> bool:
    """Whether it moves what is shown to her: what she does, and a question of the program's that she left open."""
    if isinstance(event, Waited):
        return event.what == "doubt"
    return isinstance(event, Hers)


def goes_on(making: Making, did: Did) -> None:
    """What she does, and sees, in the conversation that did not hear the word."""
    shown = making.intake.shown
    if shown is None:
        raise LookupError("nothing is shown to her but the case itself")
    event, reading = making.event, making.reading
    if isinstance(event, Word):  # as any text that says nothing
        event, reading = _as_typed(event, shown), Reading(language=shown.language)
    twin = making.twin(shown.but(seq=making.intake.seq, flow=making.intake.flow), event, reading, SOURCE)
    did(twin)
    found = making.adopt(twin, OF_STAFF, NAME_PLACES)
    _unsay(making, shown.step)
    making.unmark("silent", "contact_lost")
    if found:
        making.hand_on()
    _mark(making, twin)
    if twin.intake.left or twin.intake.ended:
        _gone(making)


def _as_typed(event: Word, shown: Intake) -> Event:
    """What her screen takes it for: a text, or a word that is chosen where one is asked for."""
    return Word("chosen", event.at) if shown.step in CHOOSING else Said(event.text, event.at)


def _unsay(making: Making, step: str) -> None:
    """Her screen reads the word back where it was an answer; the case keeps none: there nothing was said."""
    answers, texts = dict(making.intake.answers), dict(making.intake.texts)
    forced_at = set(making.intake.forced_at) - {step}
    if isinstance(making.event, Word) and answers.get(step) == "text":
        forced_at.add(step)
    for name in forced_at & answers.keys():
        answers[name] = "skip"
        texts.pop(name, None)
    making.change(answers=answers, texts=texts, forced_at=tuple(sorted(forced_at)))


def _mark(making: Making, twin: Making) -> None:
    """What staff see of it on the card."""
    event = making.event
    if isinstance(event, Said) and making.intake.talking:
        making.mark("wrote")
    if twin.code in MARKS:
        making.mark(MARKS[twin.code])
    elif isinstance(event, Pressed) and event.step == "delete" and twin.intake.left:
        making.mark("asked_delete")


def _gone(making: Making) -> None:
    """The chat is the guide again, where nothing of hers is seen: from here on there is only the case."""
    if making.intake.step != making.flow.start:
        leaving.to_guide(making)
        making.change(resume="")
    making.change(shown=None)
