"""A figure as a page shows it: a drawing and the same in a table. Its title and definition stand in the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from desk.drawing import numbers
from desk.drawing.bars import Bar, Pair, bars, pairs
from desk.drawing.heat import heat
from desk.drawing.spreads import Row, spreads
from desk.drawing.weeks import Week, weeks
from desk.tongue import Tongue
from flows.logbook import ENDINGS
from storage.figures import Figures
from storage.figures.endings import Endings
from storage.figures.hours import Hours
from storage.figures.houses import House
from storage.figures.nights import Nights
from storage.figures.rules import Rules
from storage.figures.rungs import Rung
from storage.figures.spread import Spread
from storage.figures.traffic import Drop
from storage.figures.waits import Wait

MOST = 10  # rows of a drawing that would be longer; its table holds them all
URGENCY = ("week", "today", "now")


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """`code` names its title and definition; `facts` are said above the drawing."""

    code: str
    drawing: Markup
    table: Table
    facts: tuple[str, ...] = ()
    wide: bool = False


class Drawn:
    """Everything on the page of figures, in one reader's language."""

    def __init__(self, tongue: Tongue) -> None:
        self.tongue = tongue
        self.t = tongue.t

    def all(self, found: Figures) -> list[Shown]:
        """What matters most first: how long she waits."""
        return [
            self.waits(found.waits),
            self.endings(found.endings),
            self.hours(found.hours),
            self.drops(found.drops),
            self.rungs(found.rungs),
            self.rules(found.rules),
            self.nights(found.nights),
            self.houses(found.houses),
        ]

    def _shown(
        self, code: str, draw: Callable[..., Markup], *given: object, table: Table, facts: Sequence[str] = ()
    ) -> Shown:
        drawing = draw(code, self.t(f"desk.figures.{code}"), self.t(f"desk.figures.{code}.means"), *given)
        return Shown(code, drawing, table, tuple(facts))

    def _head(self, *columns: str) -> tuple[str, ...]:
        return tuple(self.t(f"desk.figures.{column}") for column in columns)

    def n(self, count: int | None) -> str:
        return numbers.count(self.tongue, count)

    def time(self, seconds: float | None) -> str:
        return numbers.lasting(self.tongue, seconds)

    # --- one function a figure ----------------------------------------------------------------------------------

    def waits(self, found: Sequence[Wait]) -> Shown:
        rows = [Row(self._urgency(one), one.took, one.promised) for one in found]
        told = tuple(
            (
                self._urgency(one),
                self.time(one.promised),
                *self._times(one.took),
                numbers.percent(one.kept),
                self.n(one.handed_on),
                self.n(one.untouched),
            )
            for one in found
        )
        head = ("urgency", "promise", "median", "ninety", "worst", "kept", "handed_on", "untouched")
        facts = [
            self.t("desk.figures.waits.kept", urgency=self._urgency(one), share=numbers.percent(one.kept))
            for one in found
            if one.kept is not None
        ]
        return self._shown(
            "waits", spreads, rows, self.tongue, table=Table(self._head(*head), told), facts=facts
        )

    def endings(self, found: Endings) -> Shown:
        names = [self.t(f"desk.figures.ended.{code}") for code in ENDINGS]
        rows = [Week(numbers.day(self.tongue, monday, "d MMM"), parts) for monday, parts in found.weeks]
        told = tuple((numbers.day(self.tongue, monday), *map(self.n, parts)) for monday, parts in found.weeks)
        table = Table(
            (self.t("desk.figures.week"), *names),
            ((self.t("desk.figures.all"), *map(self.n, found.all)), *told),
        )
        facts = [self.t("desk.figures.conversations", n=self.n(found.conversations))]
        return self._shown("endings", weeks, names, rows, self.tongue.language, table=table, facts=facts)

    def hours(self, found: Hours) -> Shown:
        days = [self.tongue.weekday(day) for day in range(7)]
        head = (self.t("desk.figures.hour"), *(day[:2] for day in days))
        told = tuple((f"{hour}", *(self.n(found[day][hour]) for day in range(7))) for hour in range(24))
        return self._shown("hours", heat, [day[:2] for day in days], found, table=Table(head, told))

    def drops(self, found: Sequence[Drop]) -> Shown:
        by = {(one.step, one.language): one for one in found}
        came = Counter[str]()
        for one in found:
            came[one.language] += one.came or 0
        languages = sorted(
            came, key=lambda code: (-came[code], code)
        )  # two are drawn, all stand in the table
        worst = {one.step: 0.0 for one in found}
        for one in found:
            worst[one.step] = max(worst[one.step], one.share or 0.0)
        steps = sorted((step for step in worst if worst[step]), key=lambda step: (-worst[step], step))
        blank = Drop("", "", None, None, None)
        told = tuple(
            (self._step(step), *self._dropped([by.get((step, language), blank) for language in languages]))
            for step in steps
        )
        rows = [
            Pair(
                self._step(step),
                tuple(numbers.percent(by.get((step, language), blank).share) for language in languages[:2]),
                tuple(by.get((step, language), blank).share for language in languages[:2]),
            )
            for step in steps[:MOST]
        ]
        names = [self.tongue.known("desk.speaks", language) for language in languages]
        head = (
            self.t("desk.figures.step"),
            *(f"{name}: {part}" for name in names for part in self._head("came", "gone")),
        )
        return self._shown("drops", pairs, names[:2], rows, table=Table(head, told))

    def _dropped(self, found: Sequence[Drop]) -> tuple[str, ...]:
        return tuple(
            part
            for one in found
            for part in (self.n(one.came), f"{self.n(one.left)} ({numbers.percent(one.share)})")
        )

    def rungs(self, found: Sequence[Rung]) -> Shown:
        """Drawn: whom each rung rings most. Its table holds all of them."""
        most = {rung.number: rung for rung in sorted(found, key=lambda rung: rung.n or 0)}
        rows = [
            Bar(self._rung(most[number]), self.n(most[number].n), most[number].n) for number in sorted(most)
        ]
        told = tuple((self._rung(rung), self.n(rung.n)) for rung in found)
        return self._shown("rungs", bars, rows, table=Table(self._head("rung", "n"), told))

    def rules(self, found: Rules) -> Shown:
        told = tuple(
            (self._rule(one.rule), self.n(one.counted), self.n(one.overruled), numbers.percent(one.share))
            for one in found.rules
        )
        rows = [
            Bar(
                self._rule(one.rule),
                f"{numbers.percent(one.share)} · {self.n(one.overruled)} / {self.n(one.counted)}",
                one.share,
            )
            for one in found.rules[:MOST]
        ]
        facts = [
            self.t("desk.figures.rules.changed", raised=self.n(found.raised), lowered=self.n(found.lowered))
        ]
        head = self._head("rule", "counted", "overruled", "share")
        return self._shown("rules", bars, rows, table=Table(head, told), facts=facts)

    def nights(self, found: Nights) -> Shown:
        names = [numbers.day(self.tongue, monday) for monday, _ in found.blocks]
        rows = [Week(numbers.day(self.tongue, monday, "d MMM"), (n,)) for monday, n in found.blocks]
        told = tuple((name, self.n(n)) for name, (_, n) in zip(names, found.blocks, strict=True))
        facts = [self.t("desk.figures.nights.told", nights=self.n(found.nights), women=self.n(found.women))]
        return self._shown(
            "nights",
            weeks,
            [self.t("desk.figures.women")],
            rows,
            self.tongue.language,
            table=Table(self._head("four_weeks", "women"), told),
            facts=facts,
        )

    def houses(self, found: Sequence[House]) -> Shown:
        kinds = [self.t(f"desk.figures.kind.{house.kind}") for house in found]
        outcomes = sorted({code for house in found for code, _ in house.outcomes})
        counts: list[tuple[str, list[int | None]]] = [
            (self.t("desk.figures.arrived"), [house.arrived for house in found])
        ]
        counts += [
            (self.t(f"desk.figures.broken.{state}"), [dict(house.broken_off).get(state) for house in found])
            for state in ("released", "expired", "withdrawn")
        ]
        counts += [
            (
                self.t("desk.figures.closed_as", outcome=self.tongue.known("outcome", code)),
                [dict(house.outcomes).get(code) for house in found],
            )
            for code in outcomes
        ]
        rows = [Pair(name, tuple(map(self.n, each)), tuple(each)) for name, each in counts]
        told = [(name, *map(self.n, each)) for name, each in counts]
        for what in ("median", "ninety"):
            name = self.t("desk.figures.soon", what=self.t(f"desk.figures.{what}"))
            told.append((name, *(self.time(getattr(house.soon, what)) for house in found)))
        facts = [
            self.t(
                "desk.figures.houses.soon",
                kind=kind,
                median=self.time(house.soon.median),
                ninety=self.time(house.soon.ninety),
            )
            for kind, house in zip(kinds, found, strict=True)
            if house.soon.median is not None
        ]
        table = Table((self.t("desk.figures.what"), *kinds), tuple(told))
        return self._shown("houses", pairs, kinds, rows, table=table, facts=facts)

    # --- words --------------------------------------------------------------------------------------------------

    def _urgency(self, one: Wait) -> str:
        return self.t(f"desk.urgency.{URGENCY[one.urgency]}")

    def _rung(self, rung: Rung) -> str:
        return f"{rung.number}. {self.tongue.known('desk.rung', rung.who)}"

    def _times(self, took: Spread) -> tuple[str, str, str]:
        return self.time(took.median), self.time(took.ninety), self.time(took.worst)

    def _step(self, step: str) -> str:
        name = self.tongue.question(step)
        return name[:1].upper() + name[1:]

    def _rule(self, rule: str) -> str:
        known = self.tongue.known("rule", rule, name="…")
        return known if known != rule else self.tongue.known("indicator", rule)
