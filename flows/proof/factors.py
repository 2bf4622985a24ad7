"""The product, in parts: what each tells apart, and which events happen in it; docs/proof.md says why it suffices."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from flows import doubts, duress, guide
from flows.handoff import is_open
from flows.ladder import LADDERS
from flows.logbook import DONE
from flows.machine import BESIDE
from flows.model import ENTRIES, Assessment, Event, Finding, Flow, Intake, Pressed, StaffDid, Urgency, When
from flows.onward import ASIDES
from flows.proof import danger, events, unseen, watches
from flows.proof.answers import kept
from flows.proof.explorer import Factor, Step

Events = Iterator[Step]


def _handed(intake: Intake) -> str:
    """Not handed on, open, or closed again; or something else is shown to her (`unseen.hidden` looks into that)."""
    handoff = intake.handoff
    if intake.shown is not None:
        return "shown"
    return "" if handoff is None else "open" if is_open(handoff) else "closed"


def _story(*options: str) -> list[Event]:
    """Answers from her first message on; "!x" is a button that works everywhere, "sanne:x" a deed of staff."""
    steps = ("front", "notice", "safe", "for_whom", "afraid_of", "where_is_he", "where_children", "right_now")
    story: list[Event] = []
    for number, option in enumerate(options):
        at = START + 5.0 * (number + 1)
        if option.startswith("!"):
            story.append(Pressed("", option[1:], at))
        elif ":" in option:
            by, did = option.split(":")
            story.append(StaffDid(did, by, at))
        else:
            step, _, code = option.rpartition(".")
            story.append(Pressed(step or steps[number], code, at))
    return story


TOLD_OF = frozenset(f"answer:{entry}" for entry in ENTRIES)  # what the guide tells moves nobody
START = 1_000_000.0
MINOR = Finding("MINOR", When.RECENT, "who.minor", START, "")
WATCHED = Finding("MON", When.UNKNOWN, "devices.strange", START, "")
ARRIVED = ("talk", "go_on", "yes", "me", "partner", "away", "none")
TAKEN = (f"{events.WORKER}:take", f"{events.WORKER}:spoken_live")


TOGETHER = (
    *("hit.recent", "worse.no", "control.no", "jealous.no", "forced_sex.no", "burned.no", "pregnant_hit.no"),
    "has_gun.yes",
)


def _new(_flow: Flow) -> Iterator[list[Event]]:
    yield []


# --- branches: what she answers, for whom, afraid of whom ---------------------------------------------------------


def _branches_key(flow: Flow, intake: Intake, _found: Assessment) -> Hashable:
    if intake.left:
        return "left"
    return intake.step, kept(flow, intake), _handed(intake), danger.apart(intake)


def _branches(flow: Flow, intake: Intake, at: float) -> Events:
    """Without what leads beside the conversation: doubts are the part `beside`."""
    yield from events.answers(flow, intake, at)
    yield from events.back(flow, intake, at)
    yield from events.texts(at)
    urgent = events.urgent(at)
    if intake.handoff is None:
        yield from events.texts(at, events.SURE)
        yield from urgent
        # What was found before it is handed on keeps her family out of it afterwards.
        minor = intake.but(findings=(*intake.findings, MINOR))
        yield from (step._replace(given=minor) for step in events.answers(flow, intake, at))
        yield from (step._replace(given=minor) for step in events.urgent(at))
    else:  # asking for a human again changes nothing here
        yield from (step for step in urgent if step.label == "danger_now")
    if not danger.apart(intake):
        yield from events.corrections(at, events.APART)
        if "involve" in intake.answers:  # a yes given before
            willing = intake.but(answers={**intake.answers, "involve": "yes"})
            yield from (step._replace(given=willing) for step in events.corrections(at, events.APART))


# --- danger: what was found, at every step ------------------------------------------------------------------------


def _danger_key(_flow: Flow, intake: Intake, found: Assessment) -> Hashable:
    if intake.left:
        return "left"
    return intake.step, _handed(intake), danger.of(intake, found)


def _danger(flow: Flow, intake: Intake, at: float) -> Events:
    """Each answer where it can say something about danger; elsewhere one way on is as good as another."""
    step = flow.by_name[intake.step]
    ways = [way for way in events.answers(flow, intake, at) if way.label not in TOLD_OF]
    yield from ways if any(option.raises for option in step.options) else (ways[0], ways[-1])
    yield from events.urgent(at)
    yield from events.corrections(at, *events.TOGETHER)
    yield from events.texts(at)
    if intake.handoff is None:
        yield events.forced(at)


# --- beside: leaving, coming back, another device, another language, deleting -------------------------------------


def _beside_key(_flow: Flow, intake: Intake, _found: Assessment) -> Hashable:
    aside = intake.step in ASIDES
    resume = bool(intake.resume) if aside else intake.resume
    away = intake.left, intake.ended, intake.forgotten, intake.duress, guide.hides(intake), bool(intake.word)
    return intake.step, _handed(intake), resume, intake.aside, away, len(intake.doubts), bool(intake.undated)


def _beside(flow: Flow, intake: Intake, at: float) -> Events:
    """Where she is beside the conversation and will go back to it, only ways on and out differ by where that is."""
    asked = intake.step in doubts.STEPS
    every = list(events.answers(flow, intake, at))
    yield from (*every[:2], every[-1]) if intake.step == "language" else every
    yield from events.out(at)
    yield from events.urgent(at)
    alone = ("timer:doubt", "timer:gap", *(("timer:silence",) if intake.handoff is None else ()))
    yield from (step for step in events.timers(intake, at) if step.label in alone)
    if intake.step in duress.CHOOSING:
        yield from events.choosing(at)
    if asked:
        yield from events.texts(at, events.DOUBT)
        yield from events.beside(intake, at)
        yield events.carried(at)
    if asked or intake.step == "delete":
        yield events.forced(at)
    if intake.left:
        yield from events.returning(at)
        yield from events.texts(at, events.UNKNOWN, events.SURE, events.DOUBT)
        yield from events.corrections(at, events.RED)
    elif not intake.resume and not intake.aside and not asked:
        yield from events.beside(intake, at)
        yield from events.returning(at)
        yield from events.corrections(at, events.HARMLESS)
        yield from events.unread(at)
        yield from events.texts(at, events.UNDATED, events.DOUBT)
        if intake.handoff is None:
            yield from events.texts(at, events.SURE_NOW, events.FOR_ANOTHER, events.TOLD, events.NOTED)


# --- staff: who takes her case, the ladder, writing with her -------------------------------------------------------


def _ladder_key(_flow: Flow, intake: Intake, found: Assessment) -> Hashable:
    handoff = intake.handoff
    if handoff is None:
        return intake.step, found.colour, found.urgency
    if intake.shown is not None:
        return "shown"
    marks = frozenset(handoff.marks) & {"unanswered", "silent", "contact_lost", "unfinished"}
    where = "away" if intake.left else "done" if intake.step in DONE else "here"
    done = (where, intake.ended)
    return handoff.state, min(handoff.rung, 4), handoff.ladder.every, marks, done


def _ladder(flow: Flow, intake: Intake, at: float) -> Events:
    yield from events.timers(intake, at)
    yield from events.taking(at)
    yield from events.closing(at, "advice", late=True)
    yield from events.urgent(at)
    yield from events.corrections(at, events.RED)
    yield from events.out(at)
    yield from events.returning(at)
    if intake.left:
        yield from events.answers(flow, intake, at)
    if intake.handoff is None or intake.handoff.ladder == LADDERS[Urgency.THIS_WEEK]:
        return
    # The same where somebody else reads on her device, which is more than that: nothing comes by itself.
    watched = intake.but(findings=(*intake.findings, WATCHED))
    alone = (*events.timers(watched, at), *events.taking(at), *events.closing(at, "advice"))
    yield from (step._replace(given=watched) for step in alone)


def _worker_key(_flow: Flow, intake: Intake, found: Assessment) -> Hashable:
    handoff = intake.handoff
    if handoff is None:
        return intake.step
    if intake.shown is not None:
        return "shown"
    marks = frozenset(handoff.marks) & {"wrote", "wrote_long", "contact_lost", "unfinished"}
    where = "away" if intake.left else "beside" if intake.step in BESIDE else "here"
    decided = intake.decision is not None
    return handoff.state, marks, where, intake.talking, found.colour, decided, intake.ended, intake.duress


def _worker(flow: Flow, intake: Intake, at: float) -> Events:
    yield from events.taking(at)
    yield from events.writing(at)
    yield from events.closing(at, "advice", late=True)
    yield from events.lowering(at) if intake.talking else events.deciding(at)
    yield from (step for step in events.timers(intake, at) if step.label in ("timer:unread", "timer:contact"))
    yield from events.texts(at, events.UNKNOWN, events.SURE, events.DOUBT)
    yield from events.urgent(at)
    yield from events.out(at)
    yield from events.returning(at)
    if intake.step in BESIDE:
        yield from events.answers(flow, intake, at)


# --- roof: which place, and what takes it away ---------------------------------------------------------------------


def _roof_key(_flow: Flow, intake: Intake, found: Assessment) -> Hashable:
    handoff, placement = intake.handoff, intake.placement
    if handoff is None:
        return intake.step
    stands = placement is not None and placement.stands
    place = (placement.place.kind if stands else "", placement.state) if placement else None
    case = (handoff.state, handoff.spoken_live, handoff.intake_done, handoff.outcome)
    none = "no_place" in handoff.marks and place is None
    minor = any(finding.indicator == "MINOR" for finding in intake.findings)
    return place, case, found.colour, found.visible_house, minor, intake.decision is not None, none


def _roof(_flow: Flow, intake: Intake, at: float) -> Events:
    yield from (step for step in events.taking(at) if step.label != "staff:in_touch")
    yield from events.placing(intake, at)
    yield from events.lowering(at)
    yield from events.forgetting(at)
    for outcome in ("visible_house", "secure_shelter", "other_shelter", "police"):
        yield from events.closing(at, outcome)
    yield from events.corrections(at, events.RED)
    yield from (step for step in events.timers(intake, at) if step.label in ("timer:hold", "timer:contact"))


def _roof_roots(_flow: Flow) -> Iterator[list[Event]]:
    """Orange, orange whose own life is at risk, under 18, red, red by two signs: each taken."""
    calm = (*ARRIVED, "no", "threat.no", "throat.no", "weapon.no", "fear.no", "leaving.no")
    yield _story(*calm, "own_life.sometimes", "more.worker", "consent.yes", *TAKEN)
    yield _story(*calm, "own_life.now", *TAKEN)
    yield _story(*ARRIVED[:3], "minor", "minor.go_on", "afraid_of.family", "!human", *TAKEN)
    yield _story(*ARRIVED, "danger", *TAKEN)
    yield _story(*ARRIVED, "danger", *TAKEN[:1])
    # Red by two signs together, neither of which is red alone.
    yield _story(*calm, "own_life.no", "more.more", *TOGETHER, *TAKEN)


def _handoff_roots(_flow: Flow) -> Iterator[list[Event]]:
    """Handed on as red, as urgent, for today, for this week; unfinished by silence or by leaving."""
    calm = (*ARRIVED, "no", "threat.no", "throat.no", "weapon.no", "fear.no", "leaving.no", "own_life.no")
    yield _story(*ARRIVED, "danger")
    yield _story(*calm, "more.worker", "consent.yes")
    yield _story(*ARRIVED[:6], "with_them", "!leave")
    yield _story("talk", "!human")


def _is_handed_on(intake: Intake) -> bool:
    return intake.handoff is not None and not intake.ended


def _not_left(intake: Intake) -> bool:
    return not intake.left


def _not_ended(intake: Intake) -> bool:
    return not intake.ended


FACTORS = (
    Factor("branches", _branches_key, _new, _branches, _not_left, watches.ALL, events.read),
    Factor("danger", _danger_key, _new, _danger, _not_left, watches.ALL, events.read),
    Factor("beside", _beside_key, _new, _beside, _not_ended, watches.ALL, events.read),
    Factor("ladder", _ladder_key, _handoff_roots, _ladder, _is_handed_on, watches.WITH_STAFF, events.read),
    Factor(
        "worker",
        _worker_key,
        _handoff_roots,
        _worker,
        _is_handed_on,
        (*watches.WITH_STAFF, *unseen.HERS),
        events.read,
    ),
    Factor("roof", _roof_key, _roof_roots, _roof, _is_handed_on, watches.WITH_STAFF, events.read),
)
