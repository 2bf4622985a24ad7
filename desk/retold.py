"""A log in words, turn by turn. Only codes come in, so only what stands in a catalogue comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time

from desk.tongue import Tongue
from flows.guide import REFUSED
from flows.model import Content
from storage.logs.course import Log, Moment, Row
from storage.reading import Told

# What she did that is no button: kinds of messages, her own words, blocking, going on on the page.
SENT = frozenset(Content) | {"return", "duress", "chosen", *REFUSED, "blocked", "unblocked", "web"}
# Where the words for a row's code stand: what she answered to a doubt, why a rule was held back.
_CODES = {"doubt": "desk.log.doubt", "held": "desk.held"}
YEAR_IS_PLAIN = 180 * 24 * 3600.0  # seconds
UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


@dataclass(frozen=True, slots=True)
class Follow:
    """One thing that came of a turn. `row`: the row of the log it is told from."""

    kind: str
    text: str
    row: Row


@dataclass(frozen=True, slots=True)
class Retold:
    """One turn in words. `who`: she, staff or timer; `gap`: how long after the turn before."""

    moment: Moment
    who: str
    name: str
    clock: str
    gap: str
    asked: str  # the question that stood open
    did: str  # what she answered, staff did, or time brought
    quoted: bool  # `did` is what stood on a button
    to: str  # the step it led to; empty where she stayed
    follows: tuple[Follow, ...]
    said: tuple[tuple[str, str], ...]  # catalogue key and text


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells one log to one reader. `names`: staff id to name."""

    tongue: Tongue
    names: Mapping[str, str]
    answers: Mapping[str, str]

    @classmethod
    def of(cls, tongue: Tongue, names: Mapping[str, str], log: Log) -> Teller:
        """Whom she is afraid of decides how some buttons read."""
        answers = {m.event.step: m.event.code for m in log.moments if m.event.actor == "she"}
        return cls(tongue, names, answers)

    def all(self, log: Log) -> list[Retold]:
        return [self.retold(moment) for moment in log.moments]

    def retold(self, moment: Moment) -> Retold:
        row = moment.event
        who = "staff" if row.staff else row.actor
        did, quoted = self._did(moment, who)
        return Retold(
            moment,
            who,
            self.names.get(row.staff, "?") if row.staff else self.tongue.known("desk.log.who", row.actor),
            clock(self.tongue, row.at),
            span(self.tongue, moment.since),
            self.step(row.step) if who == "she" else "",
            did,
            quoted,
            self.step(row.to) if row.to and row.to != row.step else "",
            tuple(
                Follow(one.kind, self._text(one, row), one) for one in moment.follows if not _same(one, row)
            ),
            tuple((key, self.tongue.told(key, self.answers)) for key in row.said if key != "worker"),
        )

    def step(self, step: str) -> str:
        name = self.tongue.question(step)
        return name[:1].upper() + name[1:]

    def _did(self, moment: Moment, who: str) -> tuple[str, bool]:
        row = moment.event
        if who == "staff":
            refused = any(one.kind == "refused" for one in moment.follows)
            return self._deed(row, "refused" if refused else row.code), False
        if who == "timer":
            # A look for a free place has no code of its own.
            return self.tongue.known("desk.log.timer", row.code or "looked"), False
        if row.code == "again" and not moment.since:
            return self.tongue.t("desk.log.opened"), False
        if row.code in SENT:
            return self.tongue.known("desk.log.sent", row.code), False
        return self._pressed(row), True

    def _deed(self, row: Row, deed: str) -> str:
        return self.tongue.known("desk.happened", deed, who=self.names.get(row.staff, "?"))

    def _pressed(self, row: Row) -> str:
        """What stood on the button: of the open question, of those that work everywhere, or the code of an old one."""
        label = self.tongue.answer(Told(row.step, row.code, ""), self.answers)
        if label == row.code:
            label = self.tongue.answer(Told("", row.code, ""), self.answers)
        return label

    # --- what came of it ----------------------------------------------------------------------------------------

    def _text(self, row: Row, event: Row) -> str:
        t, known = self.tongue.t, self.tongue.known
        if row.kind in ("doubt", "held"):
            sign, code = known("indicator", row.indicator), known(_CODES[row.kind], row.code)
            return t(f"desk.log.{row.kind}", sign=sign, code=code, rule=row.rule)
        if row.kind == "found":
            when = known("desk.log.when", row.code)
            return t("desk.log.found", sign=known("indicator", row.indicator), when=when)
        if row.kind in ("reason", "overruled"):
            return t(f"desk.log.{row.kind}", rule=self.rule(row.rule))
        if row.kind == "route":
            route = known("desk.log.route_to", row.code)
            return t("desk.log.route", route=route, why=self.rule(row.rule))
        if row.kind == "rung":
            number, _, whom = row.code.partition(":")
            return t("desk.happened.rung", n=number, whom=known("desk.rung", whom))
        if row.kind == "place":
            return t(
                "desk.log.place",
                state=known("desk.log.place_is", row.code),
                kind=known("desk.log.house", row.to),
            )
        if row.kind == "refused":
            return t("desk.log.refused", deed=self._deed(event, event.code), code=row.code)
        return self._plain(row)

    def _plain(self, row: Row) -> str:
        if row.kind == "deleted":
            return self.tongue.known("desk.happened", row.code)
        prefix = {"handoff": "desk.log.handoff", "no_place": "desk.log.no_place"}.get(row.kind)
        if prefix:
            return self.tongue.known(prefix, row.code)
        return self.tongue.t(f"desk.log.{row.kind}", code=row.code)

    def rule(self, rule: str) -> str:
        """A rule is a combination of signs, or one sign that counts by itself."""
        named = self.tongue.known("rule", rule, name=self.tongue.t("desk.log.somebody"))
        return named if named != rule else self.tongue.known("indicator", rule)


def _same(row: Row, event: Row) -> bool:
    """A deed of staff is the turn itself, told above."""
    return row.kind == "staff" and bool(event.staff)


def clock(tongue: Tongue, at: float) -> str:
    """To the second: what a log is about often is."""
    local = datetime.fromtimestamp(at, ZoneInfo(tongue.timezone))
    return format_time(local, "HH:mm:ss", locale=tongue.language)


def begun(tongue: Tongue, at: float, now: float) -> str:
    """When a conversation began; with the year where that is not plain."""
    if now - at < YEAR_IS_PLAIN:
        return tongue.clock(at, now)
    local = datetime.fromtimestamp(at, ZoneInfo(tongue.timezone))
    return format_datetime(local, "EEE d MMM y HH:mm", locale=tongue.language)


def span(tongue: Tongue, seconds: float) -> str:
    """How long something took, in the one or two units that say it best."""
    left, told = int(seconds), []
    for unit, length in UNITS:
        if left >= length or (unit == "s" and not told):
            told.append(tongue.t(f"desk.log.span.{unit}", n=left // length))
            left %= length
    return " ".join(told[:2])
