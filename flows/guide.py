"""The harmless face: the chat is a guide to the neighbourhood until she talks, after a gap, and after she left.

In guide mode she stands at `front`. Whoever holds the phone then finds the guide; nothing of her case shows, and what
is typed is read for danger as everywhere (docs/decisions/0014). Behind it leads her own word, or the button under a
cover text where she chose none; "talk" begins anew, in an intake of its own.
"""

from __future__ import annotations

from flows import doubts, duress, leaving, onward, typed
from flows.making import Making
from flows.model import Button, Carried, Intake, Pressed, Said, Word
from flows.tongues import LANGUAGES

FRONT = "front"
OFFER = "web_chat"  # where the link is shown
ARRIVING = frozenset({FRONT, "notice", "safe"})  # answers that tell nothing of her
CARD = ((Button("", "danger_now"),), (Button(FRONT, "talk"),), (Button("", "leave"),))
# What a word that she chose may not be; each has its text.
REFUSED = ("brief", "close", "plain")


def is_shown(intake: Intake) -> bool:
    return intake.step == FRONT


def hides(intake: Intake) -> bool:
    """Whether the guide stands before something of hers."""
    told = intake.findings or intake.handoff or intake.answers.keys() - ARRIVING
    return intake.left and bool(told)


def is_due(intake: Intake, at: float) -> bool:
    """Whether it was silent for so long that the chat is the guide again."""
    return intake.open and at >= intake.heard + intake.gap


def lapse(making: Making) -> None:
    """The gap is over: nothing stands in the chat any more, and where she was is kept."""
    if making.intake.doubts:
        doubts.settle(making)
    leaving.to_guide(making)
    making.change(lapsed=making.before.lapsed or not making.before.left, open=False)


def carry(making: Making, event: Carried) -> None:
    """She goes on elsewhere, where she is asked first whether nobody looks; nothing stands behind this guide any more.

    The words that she chose belong to the chat that she leaves.
    """
    making.code = event.channel
    if making.intake.doubts:
        doubts.settle(making)
    if making.intake.step == OFFER:  # going there is her answer
        onward.note(making, "go_on")
        making.go("answer")
    making.change(channel=event.channel, word="", heard=max(event.at, making.intake.heard))
    leaving.clear(making)


def did(making: Making, event: Said | Pressed | Word) -> None:
    """What is done in guide mode, by her or by whoever holds her phone: the guide answers."""
    before = making.intake.but(findings=making.before.findings)
    if not hides(before):  # as in a chat that nobody knows
        making.change(left=False, lapsed=False)
    if isinstance(event, Word):
        return _word(making, event)
    if isinstance(event, Said):
        return _said(making, event)
    making.code = event.option
    if event.step == FRONT and making.step.option(event.option) and not event.late:
        return _entry(making, event.option)
    if event.step == "language" and event.option in LANGUAGES and not event.late:
        making.change(language=event.option, spoken=True)
        return making.ask()
    if event.step:
        onward.old_signs(making, event)
        _hand_on(making)
        return making.ask("heard.front")
    _everywhere(making, event.option)


def _entry(making: Making, entry: str) -> None:
    if entry != "talk":
        return making.ask(f"guide.{entry}")
    if hides(making.intake):
        return _anew(making)
    making.unmark("left")
    making.change(resume="")
    onward.answer(making, entry)


def _everywhere(making: Making, option: str) -> None:
    if option == "leave":
        return leaving.leave(making)
    if option == "danger_now":
        return _anew(making) if hides(making.intake) else onward.danger_now(making)
    if option == "language":
        return making.languages()
    if option == "open":
        return _uncover(making)
    if option == "human":  # staff hear of it; what she sees gives nothing away
        onward.ask_for_human(making)
        _perhaps_not_her(making)
    making.ask()


def _anew(making: Making) -> None:
    """Who it is cannot be known: this intake stays behind the guide, and another one begins."""
    making.anew = True
    making.log("anew")


def _uncover(making: Making) -> None:
    """The button under a cover text. With a word of her own, only the word leads to what it covers."""
    if making.intake.word or making.intake.duress or not hides(making.intake):
        return making.ask()
    making.change(left=False, lapsed=False)
    making.unmark("left")
    making.go("away")
    making.ask()


# --- what is typed ------------------------------------------------------------------------------------------------


def _said(making: Making, event: Said) -> None:
    """Read for danger as everywhere. The card is the same in every chat: it tells nobody whether this one is known."""
    making.code = event.content
    typed.danger_in(making, ask=False)
    typed.speaks(making)
    typed.in_her_own_words(making, event)
    _hand_on(making)
    if making.intake.talking:
        making.mark("wrote")
    if making.reading.is_sure:
        return making.say("guide.emergency", buttons=CARD)
    making.ask("heard.front")


def _hand_on(making: Making) -> None:
    making.hand_on()
    if making.found:
        making.unmark("unfinished")
    _perhaps_not_her(making)


def _perhaps_not_her(making: Making) -> None:
    if making.intake.left:
        making.mark("perhaps_not_her")


# --- her own words: only what they mean reaches us here --------------------------------------------------------------


def _word(making: Making, event: Word) -> None:
    making.code = event.kind
    if event.kind == "duress":
        duress.tell_staff(making)  # nothing that can be seen changes
    if event.kind != "return" or making.intake.duress or not hides(making.intake):
        return making.ask("heard.front")
    _return(making)


def _return(making: Making) -> None:
    """Back to where she was."""
    making.change(left=False, lapsed=False)
    making.unmark("left", "perhaps_not_her")
    making.go("away")
    onward.note(making, "yes")
    making.go("answer")
    onward.ask_next(making, making.before.step)


def chose(making: Making, event: Word) -> None:
    """A word was chosen, or refused with the reason; elsewhere a word of hers says nothing."""
    making.code = event.kind
    step = making.intake.step
    if event.kind in REFUSED and step in duress.CHOOSING:
        return making.ask(f"word.{event.kind}")
    if event.kind != "chosen" or step not in duress.CHOOSING:
        return making.ask()
    if making.in_messenger:  # to the page none leads
        making.change(word="return" if step == "return_word" else "duress")
    onward.note(making, "text")
    onward.aside_done(making, "word.chosen")


def chose_none(making: Making, code: str) -> None:
    onward.note(making, code)
    onward.aside_done(making)
