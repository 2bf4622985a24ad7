"""The layer "web" of tests/talk.py: the page over its HTTP, and a worker at the same store."""

from __future__ import annotations

from flows.model import Blocked, Content, House, Intake, Pressed, Said, StaffDid
from storage import turns
from tests.bot.web.conftest import Clock, Shelter
from tests.bot.web.visitor import Visitor


class OnThePage:
    """One visitor, and the clock that the page goes by."""

    def __init__(self, her: Visitor, shelter: Shelter, clock: Clock) -> None:
        self.her = her
        self.shelter = shelter
        self.clock = clock

    async def hers(self, event: Said | Pressed | Blocked) -> None:
        """A command is what opens the page; nobody can block one."""
        if isinstance(event, Pressed):
            await self.her.presses(event.step, event.option)
        elif isinstance(event, Said) and event.content is Content.TEXT:
            await self.her.says(event.text)
        else:
            await self.her.opens()

    async def staffs(self, deed: StaffDid) -> str:
        done = turns.staff_turn(self.shelter.store, self.shelter.intake_ids[-1], deed, House())
        await self.her.opens()
        return done.turn.refused if done.turn else "no_case"

    async def time(self, at: float) -> None:
        while self.now() < at:
            self.clock.ahead += min(30.0, at - self.now())
            for intake_id in turns.due(self.shelter.store, self.now()):
                turns.wait_turn(self.shelter.store, intake_id, self.now(), House())
        await self.her.opens()

    def now(self) -> float:
        return self.clock()

    def intake(self) -> Intake:
        return self.shelter.intake() if self.shelter.intake_ids else Intake("", "web", 0.0)

    def screen(self) -> list[str]:
        if self.her.kind == "talk":
            return [said for who, said in self.her.lines if who != "she"]
        return [self.her.text]

    def buttons(self) -> set[tuple[str, str]]:
        return {button for button in self.her.buttons if button is not None}
