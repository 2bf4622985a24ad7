"""The nouns of the conversation, as frozen values. Times are seconds since 1970 (UTC); nothing here does I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from flows.placement import Journey, Place, Placement, Regions
from flows.tongues import LANGUAGES


class Colour(IntEnum):
    """Which roof fits. Only findings raise it; only a named human lowers it (domain.md 1.9)."""

    GREEN = 0
    ORANGE = 1
    RED = 2


class Urgency(IntEnum):
    """Who is woken: a second question beside the colour. An older red keeps its colour and rings as today."""

    THIS_WEEK = 0
    TODAY = 1
    NOW = 2


class When(StrEnum):
    """When an act happened, as far as she said."""

    RECENT = "recent"  # within thirty days
    BEFORE = "before"
    UNKNOWN = "unknown"


class Content(StrEnum):
    """What kind of thing she sent. All but TEXT and EDITED reach us without being read by the program."""

    TEXT = "text"
    EDITED = "edited"
    FORWARDED = "forwarded"
    VOICE = "voice"
    VIDEO = "video"
    PHOTO = "photo"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    FILE = "file"
    COMMAND = "command"
    OTHER = "other"


ENTRIES = ("coffee", "meal", "lessons", "mending", "sport", "library")  # places that the guide knows
GAP = 30 * 60.0  # seconds: without a setting, after so much silence the chat is the guide again


# --- events: all that can happen to an intake -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """She sent something that is not a button. `text` is what could be read of it ("" for a voice message)."""

    text: str
    at: float
    content: Content = Content.TEXT
    late: bool = False  # older than the last message taken: recorded, never moves the step


@dataclass(frozen=True, slots=True)
class Pressed:
    """She pressed a button. `step` is "" for those that stand under every question (leave, danger_now, skip ...)."""

    step: str
    option: str
    at: float
    moment: int = -1  # Intake.seq when the button was shown; -1 where the channel cannot tell
    late: bool = False


@dataclass(frozen=True, slots=True)
class Waited:
    """A timer went off. It counts only if the intake still waits for just that, and it is due."""

    what: str  # a Timer's name
    at: float


@dataclass(frozen=True, slots=True)
class Blocked:
    """She blocked the bot (or, with `back`, let it in again). A signal for staff, never a sign of safety."""

    at: float
    back: bool = False


@dataclass(frozen=True, slots=True)
class StaffDid:
    """What a worker did with the case. `did` is one of flows.handoff.DEEDS."""

    did: str
    by: str  # staff id
    at: float
    text: str = ""  # what the worker writes to her, or the reason, or the outcome code
    colour: Colour | None = None
    second: str = ""  # staff id of the second person, for lowering a red
    place: Place | None = None  # what is held
    journey: Journey | None = None  # how she gets there
    regions: Regions | None = None  # where she may not be


@dataclass(frozen=True, slots=True)
class Looked:
    """The program looked for a place that fits her: how many are free. Recorded when that becomes none, or some."""

    free: int
    at: float


@dataclass(frozen=True, slots=True)
class Word:
    """She typed a word of her own, or chose one: what it meant, never the word. Whoever can compare it says which.

    `kind`: return (typed in guide mode), duress; chosen, or why it was not taken (flows.guide.REFUSED).
    `text`: the duress word itself, only where she was asked to type something: her screen will read it back to her.
    """

    kind: str
    at: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """She followed the one-time link to another channel, and her place goes there with her."""

    channel: str
    at: float


Hers = Said | Pressed | Blocked | Word | Carried  # what comes from her chat
Event = Hers | Waited | StaffDid | Looked


# --- what the conversation is made of --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Raise:
    """What choosing an option says about danger: an indicator's code, and when the act was."""

    indicator: str
    when: When = When.UNKNOWN


@dataclass(frozen=True, slots=True)
class Option:
    """One button of a step. Its label is the catalogue's `step.code`."""

    code: str
    raises: tuple[Raise, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A named, pure question about an intake; the name is what a drawing or a log shows.

    `about`: the answers that it tells apart, as step and code: what the proof keeps of them (docs/proof.md).
    """

    name: str
    holds: Callable[[Intake], bool] = field(compare=False)
    about: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)

    def __call__(self, intake: Intake) -> bool:
        return self.holds(intake)


@dataclass(frozen=True, slots=True)
class Goto:
    """One way on. The first whose condition holds is taken; the last one of a step has none (otherwise)."""

    to: str  # a step's name, RESUME or ASIDE
    when: Condition | None = None


RESUME = "<resume>"  # where she was before she left or was long away
ASIDE = "<aside>"  # where she was before she changed the language or thought of deleting


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One thing that is asked or told.

    `text`: she may type the answer.  `block`: "core" or "rest" for danger questions, "" for all others.
    `asked_if`: for which intakes a danger question counts as one that should have been asked; any other question
    is passed over where it does not hold, and an answer given before does not stand.
    """

    name: str
    gotos: tuple[Goto, ...]
    options: tuple[Option, ...] = ()
    text: bool = False
    block: str = ""
    asked_if: Condition | None = None
    skippable: bool = True

    def option(self, code: str) -> Option | None:
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A button that works at every step: its transition starts from `*`. `to` is "" where she keeps her place."""

    option: str
    to: str = ""
    raises: tuple[Raise, ...] = ()
    moves_from: frozenset[str] = frozenset()  # the steps it moves from; all of them where empty
    answer: str = ""  # counts as this answer to `to`, where it moves


@dataclass(frozen=True, eq=False)
class Flow:
    """A whole conversation, declared. `version` goes into every record and every log row."""

    name: str
    version: str
    start: str
    steps: tuple[Step, ...]
    alarms: tuple[Alarm, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {step.name: step for step in self.steps})
        object.__setattr__(self, "alarm_by_option", {alarm.option: alarm for alarm in self.alarms})

    by_name: dict[str, Step] = field(init=False, repr=False, compare=False)
    alarm_by_option: dict[str, Alarm] = field(init=False, repr=False, compare=False)


# --- what danger is made of ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Indicator:
    """A sign of danger, with the published source for taking it seriously (shared domain facts, by part)."""

    code: str
    colour: Colour
    urgency: Urgency  # when recent or of unknown date
    source: str
    older: Urgency = Urgency.TODAY  # when she says it was more than thirty days ago
    act: bool = False  # something that was done, so that its date matters
    violence: str = ""  # "physical" or "sexual"
    secondary: str = (
        ""  # which of the Lethality Assessment Program's secondary factors it shows (domain.md 1.3)
    )
    screen: str = ""  # which of the five items of the short Danger Assessment it shows (domain.md 1.2)
    bars: bool = False  # keeps her out of the visible house until a person decides, whatever the colour


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign of danger, seen once. Never edited, never removed."""

    indicator: str
    when: When
    source: (
        str  # what showed it: "throat.recent", "button.danger_now", "unread.voice", "nl.STR.squeezes-throat"
    )
    at: float
    version: str  # of the flow that saw it
    quote: str = ""  # her own words; sealed, never logged


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the assessment is what it is: the rule, and the indicators that it used."""

    rule: str
    colour: Colour
    urgency: Urgency
    indicators: tuple[str, ...] = ()
    proposal: bool = False  # our own combination, still to be confirmed by professionals


@dataclass(frozen=True, slots=True)
class Sign:
    """What one rule of a lexicon sees in a text. `strength`: sure counts at once, ask is asked about, note is shown.

    `held`: why it is weaker than its rule says (negated, idiom, meaning, film, joke, everyday, past, question,
    language, slip, sentences, alone).
    """

    indicator: str
    strength: str
    rule: str  # "nl.STR.squeezes-throat"
    quote: str  # her own words; sealed, never logged
    when: When = When.UNKNOWN
    voice: str = "self"  # who is in danger: she who writes, or somebody else ("other")
    held: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read in one text: signs of danger, its language ("" if none is recognised), a plain yes or no."""

    signs: tuple[Sign, ...] = ()
    language: str = ""
    speaks: str = ""  # the same, where it cannot be taken for another one
    answer: str = ""  # yes, no or unsure, where the whole text says just that

    @property
    def voice(self) -> str:
        """Whose danger it is: "other" only if every sign that counts is about somebody else."""
        counts = [sign.voice for sign in self.signs if sign.strength != "note"] or ["self"]
        return "other" if set(counts) == {"other"} else "self"

    @property
    def is_sure(self) -> bool:
        """Whether anything in it counts at once."""
        return any(sign.strength == "sure" for sign in self.signs)


NOTHING_READ = Reading()


class Desk(StrEnum):
    """Who at the shelter has to act."""

    PLACEMENT = "placement"  # secure shelters
    ON_CALL = "on_call"  # her own life or body
    INTAKE = "intake"


@dataclass(frozen=True, slots=True)
class Assessment:
    """Colour, urgency and where the case goes, each with its reasons."""

    colour: Colour
    urgency: Urgency
    reasons: tuple[Reason, ...]
    desks: tuple[Desk, ...]
    visible_house: bool  # may the visible house be considered at all
    unknown: tuple[str, ...]  # danger questions skipped, not understood or never reached

    @property
    def pressing(self) -> bool:
        """Red, or urgency now: handed on in the very turn in which it is seen."""
        return self.colour is Colour.RED or self.urgency is Urgency.NOW


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words of the conversation that a worker keeps at hand in the case, because she asked for it."""

    text: str
    by: str  # staff id
    at: float


@dataclass(frozen=True, slots=True)
class Decision:
    """A named human's word on the colour. Only findings that came after it can raise it again by rule.

    `urgency`: what it was at that moment. Lowering the colour says nothing about who has to be woken.
    """

    colour: Colour
    urgency: Urgency
    by: str
    at: float
    reason: str
    second: str
    findings: int  # how many findings there were when it was taken


# --- the handoff and its ladder --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: `who` (on_call, everyone, supervisors) is rung `after` seconds from opening."""

    after: float
    who: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs as data, copied into each handoff when it opens; after the last one, again every `every` seconds."""

    rungs: tuple[Rung, ...]
    every: float


@dataclass(frozen=True, slots=True)
class Handoff:
    """A case as staff hold it. `state` is one of flows.handoff.STATES."""

    state: str
    opened: float
    ladder: Ladder
    rung: int = 0  # rungs rung so far
    due: float | None = None  # when the next rung rings; None while somebody is in touch
    by: str = ""  # staff id of who took it
    taken: float | None = None
    touched: float | None = None
    spoken_live: bool = False  # until then her identity is unverified, and no place is named to her
    intake_done: bool = False  # a worker has done the intake talk: before that, no visible house
    marks: tuple[
        str, ...
    ] = ()  # unfinished, left, silent, unanswered, contact_lost, asked_delete, asked_human ...
    outcome: str = ""
    route: str = ""  # where it goes, as last logged: flows.routing


@dataclass(frozen=True)
class Intake:
    """Where one woman's conversation stands: what `replay()` makes of her record. Sealed when stored."""

    flow: str  # version of the flow that last moved it
    channel: str
    started: float
    language: str = "nl"
    step: str = "front"
    seq: int = 0  # turns taken: the moment that buttons and timers are tied to
    heard: float = 0.0  # when she last did anything
    answers: dict[str, str] = field(default_factory=dict)  # step -> option code, "skip" or "text"
    texts: dict[str, str] = field(default_factory=dict)  # step -> what she typed as its answer
    asked: tuple[str, ...] = ()  # danger questions shown to her
    findings: tuple[Finding, ...] = ()
    trail: tuple[str, ...] = ()  # the steps behind her, for going back
    resume: str = ""  # where to go on once she says that she can write safely again
    aside: str = ""  # where to go on after changing the language, not deleting, or a clarifying question
    doubts: tuple[Sign, ...] = ()  # what she may have meant; the first is asked about now
    doubted: float = 0.0  # when that was asked
    undated: str = ""  # the indicator whose act's date is to be asked
    in_a_row: int = 0  # clarifying questions since her last ordinary answer
    asked_about: tuple[tuple[int, str], ...] = ()  # (Intake.seq, indicator) of each doubt put to her
    dated: tuple[str, ...] = ()  # indicators whose date was asked
    spoken: bool = False  # she chose her language with a button: what she types in changes it no more
    decision: Decision | None = None
    handoff: Handoff | None = None
    placement: Placement | None = None
    regions: Regions | None = None  # None: no worker has said yet where she may not be
    excerpts: tuple[Excerpt, ...] = ()  # what staff keep at hand, because she asked for it
    talking: bool = False  # a worker is writing with her: the bot is silent
    left: bool = False  # she left, or the gap is over: the chat is harmless until she comes back
    lapsed: bool = False  # it was the gap, not she
    gap: float = GAP  # seconds of silence after which the chat is the guide again
    open: bool = False  # something stands in the chat that goes when the gap is over
    word: str = ""  # which words of her own lead behind the guide: none, "return", or "duress" as well
    duress: bool = False  # her duress word was typed: nothing is sent until two people decide together
    shown: Intake | None = None  # typed in the open conversation: the one that she sees, which never heard it
    forced_at: tuple[str, ...] = ()  # steps that it answers on her screen; here they are skipped
    ended: bool = False  # nothing more will happen; a new message starts anew
    forgotten: bool = False  # she asked to delete and nothing open holds it: the key goes

    def but(self, **fields: Any) -> Intake:
        """A copy with other values (what `dataclasses.replace` does, at a tenth of its cost: several times a turn)."""
        copy = object.__new__(Intake)
        copy.__dict__.update(self.__dict__, **fields)
        return copy


# --- what a turn brings about ----------------------------------------------------------------------------------


class Lane(IntEnum):
    """Order of sending: the lowest goes first."""

    WIPE = 0
    RED = 1  # red and urgent cards and alerts
    RED_REPLY = 2
    REPLY = 3
    CROWD = 4  # replies to who began among many at once, and said nothing of danger


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: a step and an option; step "" for those that work everywhere."""

    step: str
    option: str


@dataclass(frozen=True, slots=True)
class Say:
    """One message to her: catalogue keys, joined by an empty line, filled with `args`. Rendered only when sent.

    `args`: a value that begins with "@" is itself a catalogue key ("@person.partner").
    `text`: a worker's own words, shown instead of keys.  `protect`: no forwarding, no saving.
    `news`: edits the last message in place unless she wrote in the last two minutes.
    """

    keys: tuple[str, ...]
    args: dict[str, str] = field(default_factory=dict)
    buttons: tuple[tuple[Button, ...], ...] = ()
    variants: tuple[str, ...] = ()  # catalogue variants to prefer: helper, minor, honour ...
    protect: bool = True
    news: bool = False
    text: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()  # for the read-back: step, option code, what she typed
    audio: str = ""  # a recording to listen to, by its name, instead of keys


@dataclass(frozen=True, slots=True)
class Ring:
    """Wake somebody: which rung of the ladder, and who (on_call, everyone, supervisors, placement, glass)."""

    rung: int
    who: str


@dataclass(frozen=True, slots=True)
class Timer:
    """The next thing that time alone will bring about: `Waited(what, ...)` comes at `due`.

    It is a pure function of the intake (engine.next_wait), so it can neither be forgotten nor outlive its moment.
    """

    what: str  # gap, rung, contact, unanswered, silence, unread, doubt, hold
    due: float


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One row of the flow log: codes only, never her words."""

    at: float
    kind: str  # one of flows.logbook.KINDS
    step: str = ""
    code: str = ""  # answer code, deed, mark
    to: str = ""
    indicator: str = ""
    rule: str = ""
    colour: int = 0
    urgency: int = 0
    actor: str = "she"  # she, timer, staff:<id>
    said: str = ""  # catalogue keys of what was said
    took: float | None = None  # seconds since she last did anything; only where she does something now


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of the record: what happened and what was found in it. Never edited; sealed when stored."""

    event: Event
    findings: tuple[Finding, ...] = ()
    reading: Reading = NOTHING_READ  # what was read in it, once; replaying never reads again


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event brings about; stored in one transaction before anything is said."""

    intake: Intake
    entry: Entry
    assessment: Assessment
    says: tuple[Say, ...] = ()
    rings: tuple[Ring, ...] = ()
    wait: Timer | None = None
    log: tuple[LogEntry, ...] = ()
    card: bool = False  # the staff card must be drawn (again)
    wipe: bool = False  # all messages on her phone go; what is said (one neutral line, or nothing) stays
    anew: bool = (
        False  # nothing came of it here: the chat begins anew, with an intake of its own, in the same turn
    )
    refused: str = (
        ""  # why a deed of staff changed nothing: taken, not_taken, closed, needs_second, needs_reason ...
    )


@dataclass(frozen=True, slots=True)
class House:
    """What the conversation may know of the house at this moment; brought in by the caller."""

    on_duty: bool = True
    duty_until: float | None = None
    duty_from: float | None = None  # when the next duty begins, if nobody is on now
    timezone: str = "Europe/Amsterdam"
    chat_address: str = ""  # the web chat, offered where Telegram is not safe
    languages: tuple[str, ...] = LANGUAGES  # those that are on: offered to her, and guessed for her
    recordings: frozenset[tuple[str, str]] = frozenset()  # language and name of what can be listened to
    gap: float = GAP  # seconds of silence after which a chat that begins now is the guide again
    entries: tuple[str, ...] = ENTRIES  # of the guide: those that the house keeps
