"""A conversation held with the pure engine alone: no store, no channel, time by the second."""

from __future__ import annotations

import re
from typing import Any

from flows import lexicon
from flows.engine import Read, advance, begin, replay
from flows.intake import INTAKE
from flows.model import (
    Blocked,
    Colour,
    Content,
    Entry,
    Event,
    House,
    Intake,
    Looked,
    Pressed,
    Reading,
    Said,
    Sign,
    StaffDid,
    Turn,
    Waited,
    When,
    Word,
)

ARRIVED = ("talk", "go_on", "yes")
TO_DANGER = (*ARRIVED, "me", "partner", "away", "none")
READ = re.compile(r"(sure|ask|note) ([A-Z]+)(?: (recent|before))?(?: (other))?")
NO_CORE = ("no",) * 7
MINUTE = 60.0


def as_told(text: str) -> Reading:
    """A reader for tests of what follows a reading: "sure STR recent" is that sign, "yes" and "no" are answers."""
    signs = tuple(
        Sign(code, strength, f"nl.{code}.told", text, When(when or "unknown"), voice or "self")
        for strength, code, when, voice in READ.findall(text)
    )
    return Reading(signs, "nl", "", text if text in ("yes", "no", "unsure") else "")


class Walk:
    """What she and staff do, turn by turn; `turn` is the last one."""

    def __init__(
        self, *answers: str, house: House | None = None, read: Read = lexicon.read, channel: str = "telegram"
    ) -> None:
        self.house = house or House()
        self.read = read
        self.now = 1_000_000.0
        self.begun = begin(channel, "nl", self.now)
        self.intake: Intake = self.begun
        self.entries: list[Entry] = []
        self.turns: list[Turn] = []
        self.presses(*answers)

    @property
    def turn(self) -> Turn:
        return self.turns[-1]

    def happens(self, event: Event) -> Turn:
        turn = advance(INTAKE, self.intake, event, self.house, self.read)
        self.intake = turn.intake
        self.entries.append(turn.entry)
        self.turns.append(turn)
        return turn

    def later(self, seconds: float) -> Walk:
        self.now += seconds
        return self

    def presses(self, *options: str) -> Walk:
        """Answers the open question, one after the other."""
        for option in options:
            self.later(5)
            self.happens(Pressed(self.intake.step, option, self.now, self.intake.seq))
        return self

    def button(self, option: str) -> Turn:
        """One of the buttons that work everywhere."""
        return self.later(5).happens(Pressed("", option, self.now, self.intake.seq))

    def old_button(self, step: str, option: str) -> Turn:
        return self.later(5).happens(Pressed(step, option, self.now, 0))

    def says(self, text: str, content: Content = Content.TEXT, late: bool = False) -> Turn:
        return self.later(5).happens(Said(text, self.now, content, late))

    def word(self, kind: str, text: str = "") -> Turn:
        """She types a word of her own, or chooses one. `text`: the duress word, where a text is an answer."""
        return self.later(5).happens(Word(kind, self.now, text))

    def blocks(self, back: bool = False) -> Turn:
        return self.later(5).happens(Blocked(self.now, back))

    def staff(
        self,
        did: str,
        by: str = "sanne",
        text: str = "",
        colour: Colour | None = None,
        second: str = "",
        **about: Any,
    ) -> Turn:
        return self.later(1).happens(StaffDid(did, by, self.now, text, colour, second, **about))

    def looked(self, free: int) -> Turn:
        """The program looked for a place, and so many are free."""
        return self.later(1).happens(Looked(free, self.now))

    def waits(self) -> Turn:
        """Lets the next timer go off, at its time."""
        wait = self.turn.wait
        assert wait is not None, "nothing is waited for"
        self.now = max(self.now, wait.due)
        return self.happens(Waited(wait.what, self.now))

    def waits_until(self, seconds: float) -> list[Turn]:
        """All timers of the next `seconds`."""
        end, gone = self.now + seconds, []
        while self.turn.wait and self.turn.wait.due <= end:
            gone.append(self.waits())
        self.now = end
        return gone

    def said(self) -> list[str]:
        """The keys of what was just said to her."""
        return [key for say in self.turn.says for key in say.keys]

    def replayed(self) -> Intake:
        return replay(INTAKE, self.begun, self.entries)
