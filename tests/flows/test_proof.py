"""The proof: its abstraction agrees with full histories, its counter-examples can be played, it sees corruptions."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine import advance, assess
from flows.intake import INTAKE
from flows.model import Colour, Event, Finding, Flow, House, Intake, Pressed, Raise, Said, When
from flows.promises import LEAST
from flows.proof import (
    certificate,
    events,
    explorer,
    factors,
    journey,
    mutations,
    paper,
    proving,
    score,
    watches,
)
from flows.proof.explorer import Explored, Factor, explore, is_gone_on_from
from flows.rules import calm
from tests.talk import play, talk

HOUSE = House()
PARTS = {factor.name: factor for factor in factors.FACTORS}
NOT_TALK = {"safe_again", "language", "delete", "understood", "when_was_it"}


@cache
def explored(name: str) -> Explored:
    return explore(PARTS[name], INTAKE, proving.new())


def edges(found: Explored) -> set[tuple[object, object]]:
    keys = list(found.number)
    return {(keys[n], keys[way.to]) for n, state in enumerate(found.states) for way in state.ways}


# --- full histories against the abstraction ----------------------------------------------------------------------

ANSWERS = [(step.name, option.code) for step in INTAKE.steps for option in step.options]
hers = st.one_of(
    st.integers(0, 8).map(lambda n: ("press", n)),
    st.integers(0, 8).map(lambda n: ("press", n)),
    st.integers(0, 8).map(lambda n: ("press", n)),
    st.sampled_from(["skip", "back", "danger_now", "human", "again", "menu"]).map(lambda o: ("any", o)),
    st.sampled_from(ANSWERS).map(lambda pair: ("old", pair)),
    st.sampled_from([events.UNKNOWN, events.TOLD, events.NOTED, "sure HBV", "sure STR before"]).map(
        lambda text: ("say", text)
    ),
)
her_stories = st.lists(hers, min_size=5, max_size=60)


def event_of(doing: tuple[str, object], intake: Intake, at: float) -> Event:
    match doing:
        case ("press", int(n)):
            options = INTAKE.by_name[intake.step].options
            return Pressed(intake.step, options[n % len(options)].code, at) if options else Said("x", at)
        case ("old", (str(step), str(option))):
            return Pressed(step, option, at, 0)
        case ("say", str(text)):
            return Said(text, at)
    return Pressed("", str(doing[1]), at)


@settings(max_examples=100, deadline=None)
@given(her_stories)
def test_a_full_history_goes_through_explored_states_along_explored_ways(
    story: list[tuple[str, object]],
) -> None:
    """Whatever she answers, in whatever branch: only where "back" leads to hangs on more than the abstraction keeps."""
    found, factor = explored("branches"), PARTS["branches"]
    known = edges(found)
    intake, at = proving.new(), factors.START
    key: object = factor.key(INTAKE, intake, assess(INTAKE, intake))
    for doing in story:
        at += 5
        turn = advance(INTAKE, intake, event_of(doing, intake, at), HOUSE, events.read)
        intake = turn.intake
        if intake.step in NOT_TALK:
            return
        before, key = key, factor.key(INTAKE, intake, turn.assessment)
        assert key in found.number
        assert key == before or doing == ("any", "back") or (before, key) in known


@pytest.mark.parametrize("name", ["danger", "ladder", "worker", "roof", "beside"])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_histories_of_one_part_stay_in_it(name: str, data: st.DataObject) -> None:
    """Random long histories of a part's own events, with their full past, never come to a state nobody explored."""
    found, factor = explored(name), PARTS[name]
    story = data.draw(st.sampled_from(list(factor.roots(INTAKE))))
    intake, at = proving.new(), factors.START
    for event in story:
        at = event.at
        intake = advance(INTAKE, intake, event, HOUSE, events.read).intake
    for choice in data.draw(st.lists(st.integers(0, 1000), max_size=40)):
        if not is_gone_on_from(factor, intake):
            return
        steps = [step for step in factor.events(INTAKE, intake, at) if step.given is None]
        step = steps[choice % len(steps)]
        at = step.event.at
        turn = advance(INTAKE, intake, step.event, HOUSE, events.read)
        intake = turn.intake
        assert factor.key(INTAKE, intake, turn.assessment) in found.number


# --- why parts suffice: one does not steer the other --------------------------------------------------------------

signs = st.lists(st.sampled_from(sorted(set(LEAST) - {"HBV", "FMAR", "TRAF", "MINOR"})), max_size=6)


@settings(max_examples=150, deadline=None)
@given(her_stories, signs, st.integers(0, 8))
def test_what_was_found_steers_the_conversation_only_by_being_handed_on(
    story: list[tuple[str, object]], codes: list[str], n: int
) -> None:
    """Other signs, the same answers, handed on or not as before: the next step is the same."""
    intake, at = proving.new(), factors.START
    for doing in story:
        at += 5
        intake = advance(INTAKE, intake, event_of(doing, intake, at), HOUSE, events.read).intake
    if intake.step in NOT_TALK or intake.handoff is None:
        return
    kept = tuple(f for f in intake.findings if f.indicator in ("HBV", "FMAR", "TRAF", "MINOR"))
    other = intake.but(findings=(*kept, *(Finding(code, When.UNKNOWN, "", at, "") for code in codes)))
    event = event_of(("press", n), intake, at + 5)

    first = advance(INTAKE, intake, event, HOUSE).intake.step
    assert advance(INTAKE, other, event, HOUSE).intake.step == first


# --- counter-examples ---------------------------------------------------------------------------------------------


def stops_at(step: str) -> Factor:
    """A promise that somebody would break who comes to this step."""

    def watch(_state: explorer.State, _step: explorer.Step, turn: explorer.Turn) -> str:
        return "never there" if turn.intake.step == step else ""

    return replace(PARTS["branches"], watches=(watch,))


@pytest.mark.parametrize("step", ["weapon", "left_before", "involve", "goodbye"])
async def test_a_counter_example_is_the_shortest_conversation_and_can_be_played(step: str) -> None:
    """Pasted into a test, the journey leads to where the promise broke."""
    breach = explore(stops_at(step), INTAKE, proving.new()).breaches[0]
    async with talk("flows") as her:
        await play(her, json.loads(journey.page(breach.events)))
        assert her.intake.step == step


async def test_deeds_of_staff_stand_in_a_journey_too() -> None:
    """Taken, spoken with, a bed held: as plain values, and back."""
    found = explored("roof")
    number = next(n for n, s in enumerate(found.states) if s.intake.placement and s.intake.placement.arrived)
    async with talk("flows") as her:
        await play(her, json.loads(journey.page(found.path(number))))
        assert her.intake.placement is not None
        assert her.intake.placement.state == "arrived"


def without(step: str, option: str) -> Flow:
    """The flow in which an answer no longer raises anything."""
    steps = tuple(
        replace(s, options=tuple(replace(o, raises=()) if o.code == option else o for o in s.options))
        if s.name == step
        else s
        for s in INTAKE.steps
    )
    return replace(INTAKE, steps=steps)


def test_what_is_not_heard_is_named() -> None:
    """An answer about her throat that raises nothing breaks a promise, by name."""
    broken = proving.part(without("throat", "recent"), proving.TABLE)
    assert [(breach.promise, breach.detail) for breach in broken.breaches] == [
        ("every answer is heard", "throat.recent")
    ]


def test_a_rule_weakened_everywhere_is_seen() -> None:
    """No sign may mean less than the promises' own table says."""
    mutation = mutations.Mutation("sign lowered", "STR", mutations.lower("STR", colour=Colour.ORANGE))
    assert score.seen(mutation).by == "red means red"


def test_a_flow_that_never_asks_about_danger_is_seen() -> None:
    """The conversation that leads past the danger block, with the way there."""
    steps = tuple(
        replace(step, gotos=(replace(step.gotos[0], to="more", when=calm), *step.gotos))
        if step.name == "threat"
        else step
        for step in INTAKE.steps
    )
    only = replace(PARTS["branches"], watches=(watches.asked,))
    found = explore(only, replace(INTAKE, steps=steps), proving.new())
    assert found.breaches[0].promise == watches.ASKED
    assert found.breaches[0].events[-1] == Pressed("more", "worker", found.breaches[0].events[-1].at)


def test_readings_are_made_up_for_every_sign_and_strength() -> None:
    """The explorer's own reader, whatever the lexicons hold."""
    for strength, code in product(("sure", "ask", "note"), LEAST):
        (sign,) = events.read(f"{strength} {code} recent other").signs
        assert (sign.strength, sign.indicator, sign.when, sign.voice) == (
            strength,
            code,
            When.RECENT,
            "other",
        )
    assert Raise("STR") == Raise(events.read("sure STR").signs[0].indicator)


# --- what is published ------------------------------------------------------------------------------------------


def test_what_is_published_is_what_was_proven(certified: None) -> None:
    """docs/proof.md holds the states, ways and promises of this release, and its corruptions."""
    page = paper.FILE.read_text(encoding="utf-8")

    assert paper.certified(certificate.of_this_release()) in page, "run  python -m flows mutants --write"
    assert f"Seed {mutations.SEED}:" in page


def test_corruptions_of_every_kind_are_seen(certified: None) -> None:
    """A sample of the score: `python -m flows mutants` tries them all."""
    every = mutations.all_of(frozenset())
    sample = [one for one in every if one.kind in QUICK][::6]

    missed = [one.name for one in sample if not score.seen(one).by and not mutations.why_equivalent(one.name)]
    assert missed == []
    assert len(sample) >= 20


QUICK = {
    "answer unheard",
    "answer weakened",
    "question uncounted",
    "alarm broken",
    "sign lowered",
    "combination removed",
    "ladder",
    "wait doubled",
}
