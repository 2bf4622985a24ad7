"""What must hold for every conversation: hypothesis walks, replays and compares."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine import advance, begin, next_wait, replay
from flows.handoff import DEEDS
from flows.indicators import INDICATORS
from flows.intake import INTAKE
from flows.logbook import KINDS
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
    Said,
    StaffDid,
    Turn,
    Waited,
    Word,
)
from flows.placement import Journey, Kind, Place, Regions
from flows.placing import DEEDS as PLACING
from flows.tokens import EVERYWHERE

seconds = st.floats(1.0, 100_000.0)
staff = st.sampled_from(["sanne", "mo", ""])
places = st.builds(Place, st.just("1"), st.sampled_from(Kind), st.integers(0, 3))
# What is done for her roof, with everything that it asks for, so that walks get far along it.
placings = st.builds(
    lambda did, by, text, place: ("place", did, by, text, place),
    st.sampled_from(["take", "spoken_live", *PLACING]),
    st.sampled_from(["sanne", "sanne", "mo"]),
    st.sampled_from(["", "reden"]),
    places,
)
deeds = st.builds(
    lambda did, by, text, colour, second: ("staff", did, by, text, colour, second),
    st.sampled_from([*DEEDS, "nonsense"]),
    staff,
    st.sampled_from(["", "reden", "advice", "visible_house"]),
    st.sampled_from([None, *Colour]),
    staff,
)
doings = st.one_of(
    st.integers(0, 5).map(lambda n: ("press", n)),
    st.integers(0, 5).map(lambda n: ("press", n)),  # twice: most of what happens is an answer
    st.sampled_from(EVERYWHERE).map(lambda option: ("button", option)),
    st.tuples(
        st.just("old"),
        st.sampled_from([(step.name, option.code) for step in INTAKE.steps for option in step.options]),
    ),
    st.tuples(st.just("say"), st.sampled_from(["ja", "weg", "x" * 4096, "", "{person}", "06 00000000"])),
    st.sampled_from(list(Content)).map(lambda content: ("send", content)),
    st.just(("wait",)),
    st.just(("block",)),
    st.sampled_from(["return", "duress", "duress", "chosen", "brief"]).map(lambda kind: ("word", kind)),
    deeds,
    placings,
    placings,
    st.integers(0, 2).map(lambda free: ("looked", free)),
)
stories = st.lists(st.tuples(doings, seconds), max_size=40)


def event_of(doing: tuple, intake: Intake, at: float) -> Event:  # type: ignore[type-arg]
    match doing:
        case ("press", n):
            options = INTAKE.by_name[intake.step].options
            return (
                Pressed(intake.step, options[n % len(options)].code, at)
                if options
                else Pressed("", "skip", at)
            )
        case ("button", option):
            return Pressed("", option, at)
        case ("old", (step, option)):
            return Pressed(step, option, at, 0)
        case ("say", text):
            return Said(text, at)
        case ("send", content):
            return Said("", at, content)
        case ("word", kind):
            return Word(kind, at)
        case ("wait",):
            wait = next_wait(intake)
            return Waited(wait.what if wait else "rung", wait.due if wait else at)
        case ("staff", did, by, text, colour, second):
            return StaffDid(did, by, at, text, colour, second)
        case ("place", did, by, text, place):
            about = {"place": place, "journey": Journey("taxi", "Sanne", "papieren"), "regions": Regions("a")}
            return StaffDid(did, by, at, text, **about)
        case ("looked", free):
            return Looked(free, at)
    return Blocked(at)


def lived(story: list) -> tuple[Intake, list[Turn]]:  # type: ignore[type-arg]
    """Every turn of a story; `advance` itself checks the promises on each."""
    at = 1_000_000.0
    intake = begun = begin("web", "nl", at)
    turns = []
    for doing, wait in story:
        at += wait
        turn = advance(INTAKE, intake, event_of(doing, intake, at), House())
        intake = turn.intake
        turns.append(turn)
    return begun, turns


@settings(max_examples=150, deadline=None)
@given(stories)
def test_any_event_at_any_step_gives_a_turn_and_replay_leads_to_the_same_place(story: list) -> None:  # type: ignore[type-arg]
    """Total, and the record alone is enough: the fold of the entries equals what was lived."""
    begun, turns = lived(story)
    entries: list[Entry] = [turn.entry for turn in turns]

    assert replay(INTAKE, begun, entries) == (turns[-1].intake if turns else begun)


@settings(max_examples=150, deadline=None)
@given(stories)
def test_colour_by_findings_falls_only_by_a_named_human(story: list) -> None:  # type: ignore[type-arg]
    """From turn to turn a red or a found orange stays, unless the turn is a worker's deed."""
    _, turns = lived(story)
    for before, after in pairwise(turns):
        if after.assessment.colour < before.assessment.colour:
            by_a_human = isinstance(after.entry.event, StaffDid) and after.entry.event.did == "lower"
            only_unanswered = {reason.rule for reason in before.assessment.reasons} <= {
                "not_all_answered",
                "ASKED",
            }
            assert by_a_human or only_unanswered


@settings(max_examples=100, deadline=None)
@given(stories)
def test_no_open_danger_is_without_a_living_next_step(story: list) -> None:  # type: ignore[type-arg]
    """An untaken or claimed case always waits for something."""
    _, turns = lived(story)
    for turn in turns:
        handoff = turn.intake.handoff
        if handoff and handoff.state in ("offered", "raised", "claimed") and not turn.intake.ended:
            assert turn.wait is not None


@settings(max_examples=150, deadline=None)
@given(stories)
def test_no_bed_in_the_visible_house_stands_for_a_red_in_any_story(story: list) -> None:  # type: ignore[type-arg]
    """After every turn of every story: held, confirmed, under way or arrived there, she is not red and not barred."""
    _, turns = lived(story)
    for turn in turns:
        placement = turn.intake.placement
        if placement and placement.stands and placement.place.kind is Kind.VISIBLE_HOUSE:
            assert turn.assessment.colour < Colour.RED
            assert turn.assessment.visible_house


@settings(max_examples=50, deadline=None)
@given(stories)
def test_the_log_holds_codes_only(story: list) -> None:  # type: ignore[type-arg]
    """Nothing that she or staff typed stands in a log row."""
    _, turns = lived(story)
    for turn in turns:
        for row in turn.log:
            assert row.kind in KINDS
            assert row.indicator in ("", *INDICATORS)
            assert "x" * 10 not in repr(row)
            assert "{person}" not in repr(row)
            assert "06 0" not in repr(row)
