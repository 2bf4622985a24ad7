"""Every kind of event that can happen to an intake where it stands; what is read in a text comes in later."""

from __future__ import annotations

from collections.abc import Iterator

from flows.model import (
    Blocked,
    Carried,
    Colour,
    Content,
    Flow,
    Intake,
    Looked,
    Pressed,
    Reading,
    Said,
    Sign,
    StaffDid,
    Waited,
    When,
    Word,
)
from flows.placement import Journey, Kind, Place, Regions
from flows.proof.answers import before
from flows.proof.explorer import Step
from flows.waits import pending

SOON, LATER, AWAY = 5.0, 3600.0, 25 * 3600.0
WORKER, COLLEAGUE = "sanne", "mo"
REASON = "reden"
# Old buttons: two reds, one of them of those that keep her family away; two that count together; a "no".
RED, APART = ("throat", "recent"), ("honour", "threat")
TOGETHER = (("control", "yes"), ("has_gun", "yes"))
HARMLESS = ("threat", "no")
WHOLE = Journey("taxi", "sanne", "papieren")


def answers(flow: Flow, intake: Intake, at: float) -> Iterator[Step]:
    """Each answer to the open question, skipping it, and one that it does not have."""
    now, step = at + SOON, flow.by_name[intake.step]
    for option in step.options:
        yield Step(f"answer:{option.code}", Pressed(step.name, option.code, now))
    yield Step("skip", Pressed("", "skip", now))


def back(flow: Flow, intake: Intake, at: float) -> Iterator[Step]:
    """To where she came from; then to every other answered step that she may have come from."""
    event = Pressed("", "back", at + SOON)
    if intake.trail:
        yield Step("back", event)
    for step in before(flow, intake.step):
        if step in intake.answers and step not in intake.trail[-1:]:
            yield Step("back", event, intake.but(trail=(step,)), intake.but(step=step, trail=()))


def urgent(at: float) -> Iterator[Step]:
    """The buttons that must work at every step, and change what is known of her."""
    now = at + SOON
    yield Step("danger_now", Pressed("", "danger_now", now))
    yield Step("human", Pressed("", "human", now))


def out(at: float) -> Iterator[Step]:
    """The others that must work at every step."""
    now = at + SOON
    yield Step("leave", Pressed("", "leave", now))
    yield Step("help_lines", Pressed("", "help_lines", now))


def corrections(at: float, *old: tuple[str, str]) -> Iterator[Step]:
    """Old buttons: what is found in them counts, her place is kept."""
    for step, option in old:
        yield Step("old", Pressed(step, option, at + SOON, 0))


# What is typed, and what the reader below sees in it: "sure STR recent" is that sign, whatever the lexicons hold.
UNKNOWN, TOLD, NOTED = "tekst", "een heel verhaal zonder teken", "note KILL"
SURE, SURE_APART, SURE_NOW = "sure STR recent", "sure HBV", "sure NOW"
UNDATED, DOUBT, FOR_ANOTHER = "sure SEX", "ask KILL", "sure KILL recent other"


def read(text: str) -> Reading:
    """The explorer's own reader: every sign and every strength can be put into a text."""
    strength, _, rest = text.partition(" ")
    if strength not in ("sure", "ask", "note"):
        return Reading(language="nl" if text == TOLD else "")
    code, *more = rest.split()
    when = next((When(one) for one in more if one in WHENS), When.UNKNOWN)
    voice = "other" if "other" in more else "self"
    return Reading((Sign(code, strength, f"nl.{code}.made-up", text, when, voice),), "nl")


WHENS = frozenset(When)


def texts(at: float, *typed: str) -> Iterator[Step]:
    """What she types: an answer where one may be typed; else what it says about danger, if anything."""
    for text in typed or (UNKNOWN,):
        yield Step(f"text:{text.partition(' ')[0]}", Said(text, at + SOON))


def unread(at: float) -> Iterator[Step]:
    yield Step("voice", Said("", at + SOON, Content.VOICE))


def timers(intake: Intake, at: float) -> Iterator[Step]:
    """Each timer at its own moment, in whatever order; and one that nothing waits for."""
    for timer in pending(intake):
        yield Step(f"timer:{timer.what}", Waited(timer.what, max(at, timer.due)))
    yield Step("timer:stale", Waited("contact", at))


def returning(at: float) -> Iterator[Step]:
    """Back after more than a day, under a cover text, with a word of hers, along her link; blocking and unblocking."""
    yield Step("again", Pressed("", "again", at + AWAY))
    yield Step("open", Pressed("", "open", at + SOON))
    yield Step("word:return", Word("return", at + SOON))
    yield forced(at)
    yield carried(at)
    yield Step("blocked", Blocked(at + SOON))
    yield Step("unblocked", Blocked(at + SOON, back=True))


def forced(at: float) -> Step:
    """Her duress word."""
    return Step("word:duress", Word("duress", at + SOON, UNKNOWN))


def carried(at: float) -> Step:
    """Along the one-time link to the page."""
    return Step("carried", Carried("web", at + SOON))


def beside(intake: Intake, at: float) -> Iterator[Step]:
    """A word of her own also where she is on the page."""
    now = at + SOON
    yield Step("language", Pressed("", "language", now))
    yield Step("word", Pressed("", "word", now))
    yield Step("word", Pressed("", "word", now), intake.but(channel="web"))
    yield Step("delete", Pressed("", "delete", now))


def choosing(at: float) -> Iterator[Step]:
    """A word of her own is chosen, or refused."""
    yield Step("chosen", Word("chosen", at + SOON))
    yield Step("refused", Word("brief", at + SOON))


def _deed(did: str, at: float, by: str = WORKER, **more: object) -> Step:
    return Step(f"staff:{did}", StaffDid(did, by, at, **more))  # type: ignore[arg-type]


def taking(at: float) -> Iterator[Step]:
    """Taking, being in touch, giving back."""
    now = at + SOON
    yield _deed("take", now)
    yield _deed("in_touch", now)
    yield _deed("spoken_live", now)
    yield _deed("give_back", now)


def writing(at: float) -> Iterator[Step]:
    now = at + SOON
    yield _deed("take", now, COLLEAGUE)
    yield _deed("write", now, text="dag")
    yield _deed("write", now)
    yield _deed("write", at + LATER, text="dag")
    yield _deed("hand_back", now)
    yield _deed("keep", now, text="dag")
    yield _deed("lift_duress", now, text=REASON, second=COLLEAGUE)
    yield _deed("lift_duress", now, text=REASON, second=WORKER)
    yield _deed("lift_duress", now, second=COLLEAGUE)


def deciding(at: float) -> Iterator[Step]:
    """Raising and lowering, with and without a reason, alone and together, by somebody without a name."""
    now = at + SOON
    for colour in Colour:
        yield _deed("lower", now, colour=colour, text=REASON, second=COLLEAGUE)
        yield _deed("lower", now, colour=colour, text=REASON)
    yield _deed("lower", now, colour=Colour.GREEN, text=REASON, second=WORKER)
    yield _deed("lower", now, colour=Colour.GREEN, second=COLLEAGUE)
    yield _deed("lower", now, by="", colour=Colour.GREEN, text=REASON, second=COLLEAGUE)
    yield _deed("raise", now, colour=Colour.RED, text=REASON)
    yield _deed("raise", now, colour=Colour.ORANGE, text=REASON)
    yield _deed("raise", now, colour=Colour.RED)


def lowering(at: float) -> Iterator[Step]:
    """The decisions that open and close roofs."""
    now = at + SOON
    yield _deed("lower", now, colour=Colour.ORANGE, text=REASON, second=COLLEAGUE)
    yield _deed("lower", now, colour=Colour.GREEN, text=REASON, second=COLLEAGUE)
    yield _deed("raise", now, colour=Colour.RED, text=REASON)


def forgetting(at: float) -> Iterator[Step]:
    """She asks a worker to delete everything: with all that it needs, and with each thing missing."""
    now = at + SOON
    yield _deed("forget", now, text=REASON, second=COLLEAGUE)
    yield _deed("forget", now, text=REASON)
    yield _deed("forget", now, second=COLLEAGUE)


def closing(at: float, outcome: str, *, late: bool = False) -> Iterator[Step]:
    yield _deed("close", at + SOON, text=outcome)
    yield _deed("close", at + SOON, text="so")
    if late:
        yield _deed("close", at + LATER, text=outcome)


def placing(intake: Intake, at: float) -> Iterator[Step]:
    """Everything that is done for her roof. A hotel stands for all that is neither secret nor the visible house."""
    now = at + SOON
    for kind, reason in (
        (Kind.SECURE, ""),
        (Kind.VISIBLE_HOUSE, REASON),
        (Kind.HOTEL, REASON),
        (Kind.HOTEL, ""),
    ):
        yield _deed("hold", now, place=Place("1", kind, 1), text=reason)
    if intake.regions is None:
        yield _deed("regions", now, regions=Regions("a"))
        yield _deed("hold", now)
    yield _deed("intake_done", now)
    if intake.placement is not None:
        for did in ("extend", "confirm", "arrive", "release"):
            yield _deed(did, now)
        yield _deed("release", now, COLLEAGUE)
        yield _deed("set_out", now, journey=WHOLE)
        yield _deed("set_out", now)
    yield Step("looked:none", Looked(0, now))
    yield Step("looked:some", Looked(1, now))
