"""Tests that read as talk: one woman, one worker, and the same words whatever carries them.

    async with talk("flows") as her:                       # or "store", or telegram(bot) on a running one
        await her.arrives("me", "partner", "away", "none")
        await her.presses("right_now", "no")
        await her.presses("throat", "recent")
        her.sees("beats.violence")
        await her.staff.takes()
        await her.staff.writes("Ik ben Sanne.")
        her.reads("Ik ben Sanne.")

A journey is the same as data: `await play(her, journey("red"))`.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any, Protocol

from flows import engine, lexicon, words
from flows.intake import INTAKE
from flows.model import (
    Assessment,
    Blocked,
    Carried,
    Colour,
    Content,
    Event,
    House,
    Intake,
    Looked,
    Pressed,
    Said,
    Say,
    StaffDid,
    Urgency,
    Waited,
    Word,
)
from flows.placement import Journey, Kind, Place, Regions
from flows.proof.events import read as made_up

JOURNEYS = Path(__file__).parent / "journeys"
ARRIVING = (("front", "talk"), ("notice", "go_on"), ("safe", "yes"))
START = 1_790_000_000.0


class Layer(Protocol):
    """What carries the talk."""

    async def hers(self, event: Said | Pressed | Blocked) -> None: ...

    async def staffs(self, deed: StaffDid) -> str:
        """Why it was refused; "" when it was done."""

    async def time(self, at: float) -> None:
        """What time alone brings until then."""

    def now(self) -> float: ...

    def intake(self) -> Intake: ...

    def screen(self) -> list[str]:
        """The messages of ours that she can read now."""

    def buttons(self) -> set[tuple[str, str]]:
        """What she can press now: step and option."""


class Talk:
    """Her, as a test speaks of her."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.staff = Worker(layer)

    # --- what she does --------------------------------------------------------------------------------------

    async def says(self, text: str, content: Content = Content.TEXT) -> None:
        await self.layer.hers(Said(text, self.layer.now(), content))

    async def presses(self, step: str, option: str = "") -> None:
        """A button under a question, or one that works everywhere: presses("leave")."""
        step, option = (step, option) if option else ("", step)
        assert (step, option) in self.layer.buttons(), f"no button {step}.{option}: {self.layer.buttons()}"
        await self.layer.hers(Pressed(step, option, self.layer.now(), self.intake.seq))

    async def answers(self, *options: str) -> None:
        """The open question, one after the other."""
        for option in options:
            await self.presses(self.intake.step, option)

    async def arrives(self, *options: str) -> None:
        """From her first message through the notice, and on with these answers."""
        await self.says("/start", Content.COMMAND)
        for step, option in ARRIVING:
            await self.presses(step, option)
        await self.answers(*options)

    async def blocks(self) -> None:
        await self.layer.hers(Blocked(self.layer.now()))

    async def waits(self, seconds: float) -> None:
        await self.layer.time(self.layer.now() + seconds)

    # --- what she sees --------------------------------------------------------------------------------------

    def sees(self, *keys: str) -> None:
        """Each catalogue text stands on her screen, whatever its variables hold."""
        shown = "\n".join(self.layer.screen())
        for key in keys:
            assert any(stands(shown, text) for text in texts(self.intake.language, key)), (
                f"{key} not in: {shown}"
            )

    def reads(self, text: str) -> None:
        assert any(text in one for one in self.layer.screen()), self.layer.screen()

    def is_asked(self, step: str) -> None:
        """The question is open, and the first of its answers can be pressed."""
        assert self.intake.step == step
        options = INTAKE.by_name[step].options
        assert not options or (step, options[0].code) in self.layer.buttons()

    def sees_only_the_neutral_line(self) -> None:
        assert len(self.layer.screen()) == 1, self.layer.screen()
        self.sees("left")
        assert self.layer.buttons() == set()

    # --- what is known of her -------------------------------------------------------------------------------

    @property
    def intake(self) -> Intake:
        return self.layer.intake()

    @property
    def assessment(self) -> Assessment:
        return engine.assess(INTAKE, self.intake)

    def is_a_case(self, colour: str, urgency: str = "", **also: Any) -> None:
        """Handed on, with this colour and urgency; `state` and `marks` of the handoff where given."""
        assert self.assessment.colour is Colour[colour.upper()]
        assert not urgency or self.assessment.urgency is Urgency[urgency.upper()]
        assert self.intake.handoff is not None
        for name, wanted in also.items():
            assert getattr(self.intake.handoff, name) == wanted


class Worker:
    """Somebody of the staff, on the desk."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer

    async def does(self, did: str, by: str = "1", **more: Any) -> str:
        return await self.layer.staffs(StaffDid(did, by, self.layer.now(), **more))

    async def takes(self, by: str = "1") -> None:
        assert await self.does("take", by) == ""

    async def writes(self, text: str, by: str = "1") -> None:
        assert await self.does("write", by, text=text) == ""


# --- words on a screen ---------------------------------------------------------------------------------------


def texts(language: str, key: str) -> list[str]:
    """The text of a key, and of each of its variants."""
    known = words.catalogue(language)
    found = [text for one, text in known.items() if one.split("@")[0] == key]
    assert found, f"nobody wrote {key} in {language}"
    return found


def stands(shown: str, text: str) -> bool:
    """Every fixed part of a text, between its variables; lines may be broken anew."""
    flat = " ".join(shown.split())
    return all(" ".join(part.split()) in flat for part, *_ in Formatter().parse(text))


def buttons_of(say: Say) -> set[tuple[str, str]]:
    return {(button.step, button.option) for row in say.buttons for button in row}


# --- layer: flows alone --------------------------------------------------------------------------------------


@dataclass
class Flows:
    """The pure engine: an intake and a clock."""

    house: House
    state: Intake
    at: float = START
    says: tuple[Say, ...] = ()
    before: list[Intake] = field(default_factory=list)  # those that this chat had before, behind the guide

    async def hers(self, event: Event, read: engine.Read = lexicon.read) -> None:
        self._happens(event, read)
        self.at += 2

    async def staffs(self, deed: StaffDid) -> str:
        return self._happens(deed).refused

    async def time(self, at: float) -> None:
        while (wait := engine.next_wait(self.state)) is not None and wait.due <= at:
            self.at = max(self.at, wait.due)
            self._happens(Waited(wait.what, self.at))
        self.at = at

    def _happens(self, event: Event, read: engine.Read = lexicon.read) -> Any:
        turn = engine.advance(INTAKE, self.state, event, self.house, read)
        if turn.anew:
            self.before.append(self.state)
            anew = engine.begin(self.state.channel, self.state.language, event.at, duress=self.state.duress)
            turn = engine.advance(INTAKE, anew, event, self.house, read)
        self.state = turn.intake
        self.says = turn.says or self.says
        return turn

    def now(self) -> float:
        return self.at

    def intake(self) -> Intake:
        return self.state

    def screen(self) -> list[str]:
        return [words.render(self.state.language, say, self.at) for say in self.says]

    def buttons(self) -> set[tuple[str, str]]:
        return set().union(*map(buttons_of, self.says))


# --- opening -------------------------------------------------------------------------------------------------


@asynccontextmanager
async def talk(layer: str = "flows", *, language: str = "nl", on_duty: bool = True) -> AsyncIterator[Talk]:
    """`layer`: "flows" or "store"; Telegram and the page: tests/bot/telegram/phone.py, tests/bot/web/talking.py."""
    house = House(on_duty=on_duty)
    if layer == "flows":
        yield Talk(Flows(house, engine.begin("web", language, START)))
        return
    from tests.talk_store import stored

    with stored(house, language) as kept:
        yield Talk(kept)


# --- journeys ------------------------------------------------------------------------------------------------


def journey(name: str) -> list[dict[str, Any]]:
    """tests/journeys/<name>.json: a list of steps, each one thing that happens or is seen."""
    steps: list[dict[str, Any]] = json.loads((JOURNEYS / f"{name}.json").read_text())
    return steps


def journeys() -> list[str]:
    return sorted(path.stem for path in JOURNEYS.glob("*.json"))


async def play(her: Talk, steps: list[dict[str, Any]], between: Callable[[], None] = lambda: None) -> None:
    """Plays a journey; `between` is called after each step."""
    for step in steps:
        ((what, given),) = step.items()
        await _play_one(her, what, given)
        between()


async def _plays_what_was_found(her: Talk, what: str, given: Any) -> None:
    """Steps of the journeys that `python -m flows check` prints: buttons shown or not, deeds with all their parts."""
    now = her.layer.now()
    if what == "anywhere":
        await her.layer.hers(Pressed("", given, now, her.intake.seq))
    elif what == "old":
        step, option = given.split(".")
        await her.layer.hers(Pressed(step, option, now, 0))
    elif what == "told":
        await her.layer.hers(Said(given, now), made_up)  # type: ignore[call-arg]  # where it is known what is read
    elif what == "blocks":
        await her.layer.hers(Blocked(now, bool(given)))
    elif what in ("word", "carried", "looked"):
        await her.layer.hers({"word": Word, "carried": Carried, "looked": Looked}[what](given, now))  # type: ignore[arg-type]
    elif what != "staff":
        raise ValueError(f"a journey has no step {what!r}")
    else:
        await her.layer.staffs(StaffDid(at=now, **{name: _part(name, part) for name, part in given.items()}))


def _part(name: str, part: Any) -> Any:
    """A part of a deed, out of its plain form."""
    made: dict[str, Callable[[Any], Any]] = {
        "colour": Colour,
        "place": lambda told: Place(**{**told, "kind": Kind(told["kind"])}),
        "journey": lambda told: Journey(**told),
        "regions": lambda told: Regions(**{**told, "avoid": tuple(told["avoid"])}),
    }
    return made.get(name, lambda told: told)(part)


async def _play_one(her: Talk, what: str, given: Any) -> None:
    if what == "says":
        await her.says(given)
    elif what == "sends":
        await her.says("", Content(given))
    elif what == "arrives":
        await her.arrives(*given)
    elif what == "presses":
        await her.presses(*re.split(r"\.", given, maxsplit=1))
    elif what == "waits":
        await her.waits(given)
    elif what == "sees":
        her.sees(*([given] if isinstance(given, str) else given))
    elif what == "asked":
        her.is_asked(given)
    elif what == "case":
        her.is_a_case(**given)
    elif what == "takes":
        await her.staff.takes()
    elif what == "writes":
        await her.staff.writes(given)
        her.reads(given)
    elif what == "alone":
        her.sees_only_the_neutral_line()
    else:
        await _plays_what_was_found(her, what, given)
