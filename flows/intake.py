"""THE intake conversation, declared: what is asked, in which order, and where each answer leads.

The order is that of help lines and shelters (domain.md part 2): can you write, for whom, afraid of whom, where are
they, danger first, then what helps. Words stand in `words/`, meaning in `indicators.py`; here is only routing.
"""

from __future__ import annotations

from dataclasses import replace

from flows.model import ASIDE, ENTRIES, RESUME, Alarm, Condition, Flow, Goto, Option, Raise, Step, When
from flows.rules import all_of, any_of, calm, not_asked, not_found, not_said, said
from flows.tongues import LANGUAGES

VERSION = "2026.4"


def _yes(code: str, *indicators: str, when: When = When.UNKNOWN) -> Option:
    return Option(code, tuple(Raise(indicator, when) for indicator in indicators))


def _plain(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(code) for code in codes)


def _when(indicator: str) -> tuple[Option, ...]:
    """Two ways of yes, so that one tap also says when: an older act rings later (Urgency)."""
    return (
        _yes("recent", indicator, when=When.RECENT),
        _yes("before", indicator, when=When.BEFORE),
    )


NO = Option("no")
UNSURE = _yes("unsure", "UNSURE")
SURE = (NO, UNSURE)

for_myself = all_of(not_said("for_whom", "other"), not_said("who", "other"))
adult = all_of(not_said("for_whom", "minor"), not_said("who", "minor"))
whom_unknown = not_asked("for_whom")
partner = said("afraid_of", "partner")
family = said("afraid_of", "family")
work = said("afraid_of", "work")
other = said("afraid_of", "other", "skip")
like_partner = any_of(partner, other)  # factors published for partners only (domain.md 1.1, 1.3)
more = said("more", "more")
came_back = Condition("came back", lambda intake: bool(intake.resume))
# Handed on before she was asked whether a worker may see it: red, or urgency now. Then only what bringing her needs.
unhurried = any_of(calm, said("consent", "yes"))
# Contact with a partner is "no" until she says yes; in these cases it is never asked (domain.md 1.11, 5).
may_involve = all_of(
    for_myself,
    adult,
    partner,
    not_found("HBV", "FMAR", "TRAF", "MINOR"),
)


def _danger(name: str, block: str, *options: Option, asked_if: Condition | None = None) -> Step:
    return Step(name, (), (*options, *SURE), block=block, asked_if=asked_if)


def _link(steps: list[tuple[Step, Condition | None]], last: str) -> tuple[Step, ...]:
    """Each step leads to the next one whose condition holds, `last` where none does: every edge stays visible."""
    linked = []
    for position, (step, _) in enumerate(steps):
        gotos = []
        for following, only in steps[position + 1 :]:
            gotos.append(Goto(following.name, only))
            if only is None:
                break
        else:
            gotos.append(Goto(last))
        linked.append(replace(step, gotos=step.gotos + tuple(gotos)))
    return tuple(linked)


# For whom she writes may stand in her own words already.
TO_WHOM = (
    Goto("helper", said("for_whom", "other")),
    Goto("minor", said("for_whom", "minor")),
    Goto("for_whom"),
)

# --- before the danger questions -------------------------------------------------------------------------------

ARRIVING = (
    Step(
        "front",
        (Goto("notice"),),
        _plain("talk", *ENTRIES),
        skippable=False,
    ),
    Step("notice", (Goto("safe"),), _plain("go_on"), skippable=False),
    Step(
        "safe",
        (Goto("cannot_write", said("safe", "no")), Goto("devices", said("safe", "unsure")), *TO_WHOM),
        _plain("yes", "unsure", "no"),
        skippable=False,
    ),
    Step(
        "safe_again",
        (Goto("cannot_write", said("safe_again", "no")), Goto(RESUME)),
        _plain("yes", "no"),
        skippable=False,
    ),
    # No more questions here: leave, danger-now and how to come back stand in its words and buttons.
    Step(
        "cannot_write",
        (
            Goto("devices", said("cannot_write", "look")),
            Goto(RESUME, came_back),
            *TO_WHOM,
        ),
        _plain("safe_now", "look"),
        skippable=False,
    ),
    Step(
        "devices",
        (
            Goto("web_chat", said("devices", "strange")),
            Goto(RESUME, came_back),
            *TO_WHOM,
        ),
        (Option("known"), _yes("strange", "MON"), _yes("unsure", "MON")),
    ),
    Step(
        "web_chat",
        (Goto(RESUME, came_back), *TO_WHOM),
        _plain("go_on"),
        skippable=False,
    ),
    Step(
        "for_whom",
        (
            Goto("helper", said("for_whom", "other")),
            Goto("minor", said("for_whom", "minor")),
            Goto("afraid_of"),
        ),
        (Option("me"), Option("other"), _yes("minor", "MINOR")),
    ),
    Step("helper", (Goto("afraid_of"),), _plain("go_on"), skippable=False),
    Step("minor", (Goto("afraid_of"),), _plain("go_on"), skippable=False),
    Step("afraid_of", (Goto("where_is_he"),), _plain("partner", "family", "work", "other")),
    Step(
        "where_is_he",
        (Goto("where_children", adult), Goto("right_now")),
        (_yes("here", "PRESENT"), _yes("near", "PRESENT"), Option("away"), Option("unknown")),
    ),
    Step(
        "where_children",
        (Goto("right_now"),),
        (Option("none"), Option("with_me"), _yes("with_them", "CHILDLEFT"), Option("safe")),
    ),
)

# --- the danger block: at most seven for each, then the rest is offered ---------------------------------------

BRANCH_QUESTIONS = (
    (_danger("leaving", "core", _yes("left", "SEP"), _yes("want", "PLAN"), asked_if=partner), partner),
    (
        _danger(
            "honour",
            "core",
            _yes("threat", "HBV"),
            _yes("marriage", "FMAR"),
            _yes("abroad", "FMAR"),
            asked_if=family,
        ),
        family,
    ),
    (
        _danger(
            "forced",
            "core",
            _yes("work", "TRAF"),
            _yes("papers", "TRAF"),
            _yes("debt", "TRAF"),
            asked_if=work,
        ),
        work,
    ),
    (_danger("follows", "core", *_when("STALK"), asked_if=other), other),
)

CORE: list[tuple[Step, Condition | None]] = [
    (
        Step(
            "right_now",
            (),
            (_yes("danger", "NOW"), _yes("locked", "LOCK"), _yes("doctor", "MED"), *SURE),
            block="core",
        ),
        None,
    ),
    (_danger("threat", "core", *_when("KILL"), _yes("children", "CHILD")), calm),
    (
        _danger(
            "throat",
            "core",
            *_when("STR"),
            Option("fainted", (Raise("STR"), Raise("LOC"))),
        ),
        calm,
    ),
    (_danger("weapon", "core", *_when("WPN"), _yes("gun", "GUN")), calm),
    (_danger("fear", "core", _yes("yes", "FEAR")), calm),
    *((step, all_of(calm, condition)) for step, condition in BRANCH_QUESTIONS),
    (_danger("own_life", "core", _yes("now", "SUIS"), _yes("sometimes", "SUISOME")), calm),
    (Step("self_took", (), (_yes("yes", "MED"), *SURE)), said("own_life", "now")),
    (
        Step("more", (Goto("consent", all_of(calm, not_said("more", "more"))),), _plain("more", "worker")),
        calm,
    ),
]

REST: list[tuple[Step, Condition | None]] = [
    (
        _danger(name, "rest", *options, asked_if=asked_if),
        all_of(calm, more, asked_if) if asked_if else all_of(calm, more),
    )
    for name, options, asked_if in (
        ("hit", _when("PHYS"), None),
        ("worse", (_yes("yes", "ESC"),), None),
        ("control", (_yes("yes", "CTRL"),), None),
        ("jealous", (_yes("yes", "JEAL"),), like_partner),
        ("forced_sex", _when("SEX"), None),
        ("burned", _when("FIRE"), None),
        ("pregnant_hit", _when("PREG"), None),
        ("has_gun", (_yes("yes", "GUN"),), None),
        ("his_suicide", (_yes("yes", "SUIH"),), None),
        ("stepchild", (_yes("yes", "STEP"),), all_of(like_partner, adult)),
        ("no_work", (_yes("yes", "UNEMP"),), like_partner),
        ("drink", (_yes("yes", "SUBST"),), None),
        ("broke_order", (_yes("yes", "BREACH"),), None),
        ("watched", (_yes("yes", "MON"),), None),
        ("pets_hurt", (_yes("yes", "PET"),), None),
        ("left_before", (_yes("left", "SEP"), _yes("want", "PLAN")), any_of(family, work, other)),
        ("followed", _when("STALK"), any_of(partner, family, work)),
        ("shame", (_yes("threat", "HBV"), _yes("marriage", "FMAR")), any_of(partner, work, other)),
        ("must_work", (_yes("yes", "TRAF"),), any_of(partner, family, other)),
    )
]

# --- what helping her needs; after a handoff only what is needed to bring her somewhere ------------------------

NEEDS: list[tuple[Step, Condition | None]] = [
    (
        Step(
            "consent",
            (Goto("only_advice", said("consent", "no", "skip")),),
            _plain("yes", "no"),
        ),
        calm,
    ),
    # Where she is comes first: in danger it is what whoever comes needs most.
    (Step("where", (), (_yes("lost", "LOST"),), text=True), None),
    # Whoever pressed danger-now before this was asked.
    (Step("who", (), (Option("me"), Option("other"), _yes("minor", "MINOR"))), whom_unknown),
    (
        Step("shelter", (), (_yes("tonight", "NOROOF"), Option("later"), Option("advice"))),
        not_said("own_life", "now"),
    ),
    (Step("children", (), _plain("none", "one", "two", "three", "more")), adult),
    (Step("ages", (), text=True), all_of(adult, said("children", "one", "two", "three", "more"))),
    (Step("medical", (), _plain("none", "pregnant", "medicines", "hurt", "other")), None),
    (Step("speak", (), _plain("nl", "en", "interpreter"), text=True), None),
    (Step("access", (), _plain("none", "wheelchair", "deaf", "reading", "other")), None),
    (Step("money", (), _plain("own", "some", "none")), unhurried),
    (Step("pets", (), _plain("none", "small", "big")), None),
    (Step("transport", (), _plain("yes", "no")), None),
    (Step("avoid", (), _plain("none"), text=True), None),
    (Step("around", (), _plain("nobody"), text=True), unhurried),
    (Step("never_tell", (), _plain("nobody"), text=True), None),
    (Step("involve", (), _plain("no", "later", "yes"), asked_if=may_involve), may_involve),
    (
        Step("papers", (), _plain("with_me", "not_with_me", "none")),
        unhurried,
    ),
    (Step("reach_how", (), _plain("chat", "call", "both", "not")), None),
    (
        Step("reach_when", (), _plain("any", "morning", "afternoon", "evening"), text=True),
        not_said("reach_how", "not"),
    ),
    (Step("number", (), _plain("none"), text=True), said("reach_how", "call", "both")),
    (
        Step("other_answers", (), _plain("wrong_number", "library", "hang_up"), text=True),
        said("reach_how", "call", "both"),
    ),
    (Step("cover", (), _plain("library", "sport", "weather"), text=True), not_said("reach_how", "not")),
    (
        Step(
            "read_back",
            (Goto("where", said("read_back", "change")),),
            _plain("right", "change"),
            skippable=False,
        ),
        None,
    ),
]


ENDS = (
    # Here she waits for the worker; whatever she sends is kept for staff.
    Step("next", (Goto("next"),), _plain("news"), skippable=False),
    Step(
        "only_advice",
        (Goto("consent", said("only_advice", "yes")), Goto("goodbye")),
        _plain("yes", "stop"),
        skippable=False,
    ),
    Step("goodbye", (Goto("consent"),), _plain("again"), skippable=False),
    Step("language", (Goto(ASIDE),), _plain(*LANGUAGES), skippable=False),
    Step("delete", (Goto(ASIDE),), _plain("yes", "no"), skippable=False),
    # A word that only she knows brings her back; a second one says that somebody makes her (flows/guide.py).
    Step(
        "return_word",
        (Goto("duress_word", said("return_word", "text")), Goto(ASIDE)),
        _plain("none"),
        skippable=False,
    ),
    Step("duress_word", (Goto(ASIDE),), _plain("none"), skippable=False),
    # A word of hers may mean danger, or an act has no date: asked gently, and back to her place (flows/doubts.py).
    Step("understood", (Goto(ASIDE),), _plain("yes", "no", "rather_not"), skippable=False),
    Step("when_was_it", (Goto(ASIDE),), _plain("recent", "before", "unsure"), skippable=False),
)

CONVERSATION = _link(CORE + REST + NEEDS, last="next")

BEFORE_NEEDS = frozenset(step.name for step in ARRIVING) | frozenset(step.name for step, _ in CORE + REST)

INTAKE = Flow(
    name="intake",
    version=VERSION,
    start="front",
    steps=ARRIVING + CONVERSATION + ENDS,
    alarms=(
        # Before the needs it counts as the answer to the first danger question; later she keeps her place.
        Alarm("danger_now", "right_now", (Raise("NOW"),), moves_from=BEFORE_NEEDS, answer="danger"),
        Alarm("human", raises=(Raise("ASKED"),)),
        Alarm("leave", to="front"),
        Alarm("language", to="language"),
        Alarm("delete", to="delete"),
        Alarm("word", to="return_word"),
        Alarm("help_lines"),
        Alarm("menu"),
        Alarm("again"),
    ),
)
