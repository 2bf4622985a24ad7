"""Promises about the whole of what was explored: ends, ways back, loops, and that nothing declared is out of reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flows.logbook import DONE
from flows.onward import ASIDES
from flows.proof.explorer import Breach, Explored, State

END, BACK, LOOP, FORWARD, REACHED, ALIVE = (
    "an end can be reached",
    "every end has a way back",
    "no loop without her",
    "answers lead forward",
    "every answer can be given",
    "what staff may do can be done",
)
SAYS = {
    END: "From every state an end of the conversation can be reached without leaving it.",
    BACK: "From every end, and from having left, she comes back to where she was, or to a question.",
    LOOP: "Time and staff alone never say anything to her again and again.",
    FORWARD: "Answering never leads round in a circle; only reading back and the ends lead back by themselves.",
    ALIVE: "Every roof can be held, confirmed and reached, every case taken, decided and closed.",
    REACHED: "Every step is reached, and every answer to it leads on.",
}
ASIDE = frozenset({"safe_again"}) | ASIDES
OUT = frozenset({"leave", "delete", "blocked"})
Take = Callable[[str], bool]  # which kinds of events are taken


def breaches(found: Explored) -> list[Breach]:
    """What does not hold in this factor; each with the shortest conversation to where it does not."""
    name = found.factor.name
    checks = {
        "branches": (_ends, _ways_back, _reached, _forward),
        "danger": (_ends,),
        "beside": (_ways_back, _comes_back),
        "ladder": (_loops, _alive),
        "worker": (_loops, _alive),
        "roof": (_loops, _alive),
    }
    return [breach for check in checks[name] for breach in check(found)]


def _ends(found: Explored) -> list[Breach]:
    ends = [
        number for number, state in enumerate(found.states) if _is_end(state) or _goes_on_elsewhere(state)
    ]
    reaching = _that_reach(found, ends, lambda label: label not in OUT)
    return _first(found, END, (n for n in range(len(found.states)) if n not in reaching))


def _ways_back(found: Explored) -> list[Breach]:
    """A question: anything that is asked of her in the conversation itself, and where she waits for a worker."""
    questions = [
        number
        for number, state in enumerate(found.states)
        if not state.intake.left and (not _is_end(state) or _waits(state)) and state.intake.step not in ASIDE
    ]
    reaching = _that_reach(found, questions, _hers)
    ends = (number for number, state in enumerate(found.states) if _is_end(state) and state.ways)
    return _first(found, BACK, (number for number in ends if number not in reaching))


def _comes_back(found: Explored) -> list[Breach]:
    """Whoever left, or was away, comes to the very step where she was: by her word, or what a cover text asks."""
    lost = []
    for number, state in enumerate(found.states):
        place = state.intake.resume
        barred = state.intake.duress or state.intake.step in ASIDES
        if not place or not state.ways or barred:
            continue
        if not any(_is_there(found.states[to], place) for to in _from(found, number)):
            lost.append(number)
    return _first(found, BACK, lost)


def _is_there(state: State, place: str) -> bool:
    return state.intake.step == place and not state.intake.left


def _from(found: Explored, number: int) -> set[int]:
    """Where her answers alone lead from here, by at most four of them."""
    reached, edge = {number}, {number}
    for _ in range(4):
        edge = {
            way.to
            for one in edge
            for way in found.states[one].ways
            if way.label.startswith(("answer:", "word:return"))
        } - reached
        reached |= edge
    return reached


def _reached(found: Explored) -> list[Breach]:
    seen = {(state.intake.step, way.label) for state in found.states for way in state.ways}
    for step in found.flow.steps:
        if step.name in ASIDE:
            continue  # beside the conversation: another factor's
        for option in step.options:
            if (step.name, f"answer:{option.code}") not in seen:
                return [Breach(REACHED, f"{step.name}.{option.code}", ())]
    return []


ROUND = frozenset({"read_back", "only_advice", "goodbye", "next"})  # where going round is hers to choose


def _forward(found: Explored) -> list[Breach]:
    """A step that answers alone lead back to."""
    on: dict[str, set[str]] = {step.name: set() for step in found.flow.steps}
    for state in found.states:
        name = state.intake.step
        if name not in ROUND:
            on[name] |= {
                found.states[way.to].intake.step
                for way in state.ways
                if way.label.startswith(("answer:", "skip")) and found.states[way.to].intake.step != name
            }
    while leaves := [name for name, to in on.items() if not to & on.keys()]:
        for name in leaves:
            del on[name]
    circle = (number for number, state in enumerate(found.states) if state.intake.step in on)
    return _first(found, FORWARD, circle)


# What must be seen in some state of a factor: a gate that opens for nobody is no gate.
WANTED: dict[str, frozenset[str]] = {
    "ladder": frozenset(
        (
            "offered",
            "raised",
            "claimed",
            "in_touch",
            "closed",
            "unanswered",
            "silent",
            "contact_lost",
            "unfinished",
        )
    ),
    "worker": frozenset(("talking", "wrote", "wrote_long", "decided 0", "decided 1", "decided 2", "closed")),
    "roof": frozenset(
        f"{kind} {state}"
        for kind in ("secure", "visible_house", "hotel")
        for state in ("held", "confirmed", "under_way", "arrived")
    )
    | {"released", "expired", "withdrawn", "placed", "intake_done", "no_place"}
    | {f"as {outcome}" for outcome in ("visible_house", "secure_shelter", "other_shelter", "police")},
}


def _alive(found: Explored) -> list[Breach]:
    seen = frozenset(what for state in found.states for what in _shown(state))
    return [Breach(ALIVE, what, ()) for what in sorted(WANTED[found.factor.name] - seen)]


def _shown(state: State) -> Iterator[str]:
    handoff, placement, decision = state.intake.handoff, state.intake.placement, state.intake.decision
    if handoff is not None:
        yield handoff.state
        yield f"as {handoff.outcome}"
        yield from handoff.marks
        yield "intake_done" if handoff.intake_done else ""
    if placement is not None:
        yield f"{placement.place.kind} {placement.state}"
        yield placement.state
    if decision is not None:
        yield f"decided {int(decision.colour)}"
    yield "talking" if state.intake.talking else ""


def _loops(found: Explored) -> list[Breach]:
    """Cycles of timers and looks in which anything is said."""
    alone = [
        [way for way in state.ways if way.label.startswith(("timer:", "looked:")) and way.to != number]
        + [way for way in state.ways if way.label.startswith("timer:") and way.to == number and way.speaks]
        for number, state in enumerate(found.states)
    ]
    round_ = _in_cycles(alone)
    speaking = (
        number
        for number in round_
        for way in alone[number]
        if way.speaks and way.to in round_ and number in _closure(alone, way.to)
    )
    return _first(found, LOOP, speaking)


def _in_cycles(ways: list) -> set[int]:  # type: ignore[type-arg]
    """What is left once every state without a way on, or without one to it, is taken away again and again."""
    left = set(range(len(ways)))
    while True:
        on = {number for number in left if any(way.to in left for way in ways[number])}
        to = {way.to for number in on for way in ways[number]} & on
        if to == left:
            return left
        left = to


def _closure(ways: list, number: int) -> set[int]:  # type: ignore[type-arg]
    reached, waiting = {number}, [number]
    while waiting:
        for way in ways[waiting.pop()]:
            if way.to not in reached:
                reached.add(way.to)
                waiting.append(way.to)
    return reached


def _is_end(state: State) -> bool:
    return state.intake.step in DONE or state.intake.ended


def _goes_on_elsewhere(state: State) -> bool:
    """Left, which `beside` looks into; or as it would without the word that she typed (`unseen.hidden`)."""
    return state.intake.left or state.intake.shown is not None


def _waits(state: State) -> bool:
    return state.intake.step == "next" and not state.intake.ended


def _hers(label: str) -> bool:
    return not label.startswith(("timer:", "staff:", "looked:"))


def _that_reach(found: Explored, goals: Iterable[int], take: Take) -> set[int]:
    """All states from which a goal can be reached."""
    into: list[list[int]] = [[] for _ in found.states]
    for number, state in enumerate(found.states):
        for way in state.ways:
            if take(way.label):
                into[way.to].append(number)
    reached, waiting = set(goals), list(goals)
    while waiting:
        for number in into[waiting.pop()]:
            if number not in reached:
                reached.add(number)
                waiting.append(number)
    return reached


def _first(found: Explored, promise: str, numbers: Iterable[int]) -> list[Breach]:
    """The one with the shortest conversation; states were reached in that order."""
    number = min(numbers, default=None)
    if number is None:
        return []
    return [Breach(promise, found.states[number].intake.step, found.path(number))]
