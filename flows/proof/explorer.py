"""Explores the conversation: `advance()` itself, from every state that tells itself apart, with every kind of event.

A state is the class of all intakes with the same key; one real intake, reached by real turns, stands for it. The first
to reach a state is the shortest way there, so that a broken promise comes with the shortest conversation that shows it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from flows import promises
from flows.engine import advance, assess, replay
from flows.model import Assessment, Entry, Event, Flow, House, Intake, Reading, Turn

HOUSE = House()


class Step(NamedTuple):
    """One thing that can happen: what kind of thing it is, and the event.

    `given`: another intake of the same state, for what the one that stands for it cannot show (how she came there).
    `lands`: where that is known to lead; a state that is known already is not gone to again.
    """

    label: str
    event: Event
    given: Intake | None = None
    lands: Intake | None = None


class Way(NamedTuple):
    """One way on from a state: what kind of event takes it, where it leads, whether something is said to her."""

    label: str
    to: int
    speaks: bool


@dataclass(slots=True)
class State:
    """One class of intakes, and the intake that stands for it. `at`: when its last event was."""

    flow: Flow
    intake: Intake
    assessment: Assessment
    at: float
    parent: int
    entry: Entry | None
    story: tuple[Event, ...] = ()  # what led to a beginning
    ways: list[Way] = field(default_factory=list)


Watch = Callable[[State, Step, Turn], str]  # the promise that a way breaks, or ""


@dataclass(frozen=True)
class Factor:
    """One part of the product: what of an intake it tells apart, where it begins, and what happens in it.

    `roots`: the events that lead to each beginning, from a new conversation. `inside`: which states are gone on from.
    """

    name: str
    key: Callable[[Flow, Intake, Assessment], Hashable]
    roots: Callable[[Flow], Iterable[list[Event]]]
    events: Callable[[Flow, Intake, float], Iterator[Step]]
    inside: Callable[[Intake], bool]
    watches: tuple[Watch, ...]
    read: Callable[[str], Reading]


@dataclass(frozen=True)
class Breach:
    """A promise that does not hold, and the events of the shortest conversation that shows it."""

    promise: str
    detail: str
    events: tuple[Event, ...]


@dataclass
class Explored:
    """All states of one factor, in the order in which they were reached."""

    factor: Factor
    flow: Flow
    states: list[State] = field(default_factory=list)
    number: dict[Hashable, int] = field(default_factory=dict)
    edges: int = 0
    breaches: list[Breach] = field(default_factory=list)

    def path(self, number: int) -> tuple[Event, ...]:
        """The events that lead to a state, from a new conversation."""
        events: list[Event] = []
        while number >= 0:
            state = self.states[number]
            events += [state.entry.event] if state.entry else reversed(state.story)
            number = state.parent
        return tuple(reversed(events))


def explore(factor: Factor, flow: Flow, begun: Intake, most: int = 1) -> Explored:
    """Every state of a factor. Ends early once `most` promises are broken."""
    found = Explored(factor, flow)
    waiting: deque[int] = deque()
    for story in factor.roots(flow):
        _root(found, waiting, begun, story)
    while waiting and len(found.breaches) < most:
        _expand(found, waiting, waiting.popleft())
    return found


def _root(found: Explored, waiting: deque[int], begun: Intake, story: list[Event]) -> None:
    """Lives a story, so that each beginning is one that can really be."""
    intake, assessment = begun, assess(found.flow, begun)
    for number, event in enumerate(story):
        try:
            turn = advance(found.flow, intake, event, HOUSE, found.factor.read)
        except promises.Broken as broken:
            found.breaches.append(Breach(broken.promise, intake.step, tuple(story[: number + 1])))
            return
        intake, assessment = turn.intake, turn.assessment
    at = story[-1].at if story else begun.started
    _add(found, waiting, State(found.flow, intake, assessment, at, -1, None, tuple(story)))


def is_gone_on_from(factor: Factor, intake: Intake) -> bool:
    """Whether what can happen next is explored here.

    What she sees after her duress word is explored where she never typed it (`unseen.hidden` compares the two).
    """
    return intake.shown is None and factor.inside(intake)


def _expand(found: Explored, waiting: deque[int], number: int) -> None:
    state = found.states[number]
    if not is_gone_on_from(found.factor, state.intake):
        return
    for step in found.factor.events(found.flow, state.intake, state.at):
        way = _go(found, waiting, number, step)
        if way is not None:
            state.ways.append(way)


def _go(found: Explored, waiting: deque[int], number: int, step: Step) -> Way | None:
    state = found.states[number]
    found.edges += 1
    if step.lands is not None:
        to = found.number.get(found.factor.key(found.flow, step.lands, state.assessment))
        if to is not None:
            return Way(step.label, to, speaks=True)
    before = step.given or state.intake
    try:
        turn = advance(found.flow, before, step.event, HOUSE, found.factor.read)
    except promises.Broken as broken:
        _broken(found, number, step, broken.promise, state.intake.step)
        return None
    except Exception as error:  # noqa: BLE001 - whatever it is: an event that gives no Turn
        _broken(found, number, step, EVERY_EVENT, f"{type(error).__name__} at {state.intake.step}")
        return None
    for watch in found.factor.watches:
        promise = watch(state, step, turn)
        if promise:
            _broken(found, number, step, promise, state.intake.step)
    known = len(found.states)
    after = State(found.flow, turn.intake, turn.assessment, step.event.at, number, turn.entry)
    to = _add(found, waiting, after)
    if to == known and replay(found.flow, before, [turn.entry]) != turn.intake:
        _broken(found, number, step, REPLAY, state.intake.step)
    return Way(step.label, to, bool(turn.says))


EVERY_EVENT = "every event gives a turn"
REPLAY = "replay gives the same"


def _add(found: Explored, waiting: deque[int], state: State) -> int:
    key = found.factor.key(found.flow, state.intake, state.assessment)
    number = found.number.get(key)
    if number is not None:
        return number
    number = found.number[key] = len(found.states)
    found.states.append(state)
    waiting.append(number)
    return number


def _broken(found: Explored, number: int, step: Step, promise: str, detail: str) -> None:
    found.breaches.append(Breach(promise, detail, (*found.path(number), step.event)))
