"""Words and times of the desk, in the language of whoever reads: the same catalogues as the conversation's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time
from babel.numbers import format_decimal

from flows import making, words
from flows.model import Sign
from flows.tongues import LANGUAGES
from storage.reading import WITHHELD, Seen, Told
from storage.views import Happened

# What the numbers in an indicator's source stand for.
_PARTS = {
    "1.1": "danger_assessment",
    "1.2": "da5",
    "1.3": "lap",
    "1.4": "dash",
    "1.5": "odara",
    "1.9": "colours",
    "1.10": "femicide",
    "1.11": "not_only_partner",
    "2": "first_contact",
    "3.1": "digital_safety",
    "5": "law",
    "7": "signs",
    "8": "unknown",
}
_SOURCE = re.compile(r"(\d+(?:\.\d+)?)(.*)")
_ITEMS = re.compile(r"items? \d+(?: and \d+)?|OR [\d.]+")  # of the rest, only which items and which odds


def _indicator(rule: str) -> str:
    """Of a rule of a lexicon: "nl.KILL.threat" speaks of KILL."""
    return rule.split(".")[1] if rule.count(".") > 1 else rule


@dataclass(frozen=True, slots=True)
class Tongue:
    """One reader's language and clock."""

    language: str
    timezone: str

    def t(self, key: str, **args: object) -> str:
        return words.text(self.language, key, (), **{name: str(value) for name, value in args.items()})

    def known(self, prefix: str, code: str, **args: object) -> str:
        """The text of `prefix.code`, or the code itself: what a newer flow may bring is shown, never hidden."""
        try:
            return self.t(f"{prefix}.{code}", **args)
        except KeyError:
            return code

    def did(self, what: str, which: str) -> str:
        """What an entry of the log of looks says was done: in the words for just that, where there are such."""
        try:
            return self.t(f"desk.access.did.{what}_{which}")
        except KeyError:
            return self.known("desk.access.did", what)

    def number(self, n: int) -> str:
        """A count, with the thousands apart as the reader is used to."""
        return str(format_decimal(n, locale=self.language))

    # --- times --------------------------------------------------------------------------------------------

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, ZoneInfo(self.timezone))

    def clock(self, at: float, now: float) -> str:
        """The time; with the day where it is not today's."""
        local = self._local(at)
        if local.date() == self._local(now).date():
            return format_time(local, "HH:mm", locale=self.language)
        return format_datetime(local, "EEE d MMM HH:mm", locale=self.language)

    def iso(self, at: float) -> str:
        return self._local(at).isoformat(timespec="seconds")

    def lasting(self, seconds: float) -> str:
        """How long: "now", minutes, hours, days. The page's script counts on from it in the same words."""
        minutes = int(max(seconds, 0) // 60)
        if minutes < 60:
            return self.t("desk.minutes", n=minutes)
        if minutes < 48 * 60:
            return self.t("desk.hours", h=minutes // 60, m=f"{minutes % 60:02d}")
        return self.t("desk.days", n=minutes // (24 * 60))

    def weekday(self, day: int) -> str:
        # 5 January 1970 was a Monday.
        return format_datetime(
            datetime(1970, 1, 5 + day, tzinfo=ZoneInfo("UTC")), "EEEE", locale=self.language
        )

    def minute(self, minute: int) -> str:
        return f"{minute // 60:02d}:{minute % 60:02d}"

    # --- what she said --------------------------------------------------------------------------------------

    def person(self, answers: Mapping[str, str]) -> dict[str, str]:
        return making.person(answers)

    def answer(self, told: Told, answers: Mapping[str, str]) -> str:
        """Her own words, or the label of the button she pressed."""
        return self.words(told.text) or self._label(told.step, told.code, answers)

    def words(self, text: str) -> str:
        """What she typed; of what is withheld, only that there is something."""
        return self.t("desk.withheld") if text == WITHHELD else text

    def question(self, step: str) -> str:
        """What a step asks, in a few words."""
        for key in (f"desk.q.{step}", f"{step}.short"):
            try:
                return self.t(key)
            except KeyError:
                continue
        return step

    def quote(self, seen: Seen, answers: Mapping[str, str]) -> str:
        """Her own words for a sign: what she typed, or the button she pressed. Empty for what nobody read."""
        kind, _, rest = seen.source.removesuffix(".late").partition(".")
        if seen.quote or kind in ("unread", "skipped", "when_was_it", "word"):
            return self.words(seen.quote)
        return self._label("" if kind == "button" else kind, rest, answers)

    def shown_by(self, seen: Seen, now: float, *, act: bool) -> str:
        """Where her words stood, when the act was (if the button did not say so), and when she said it."""
        kind, _, rest = seen.source.removesuffix(".late").partition(".")
        where = {
            "button": self.t("desk.by_button"),
            "skipped": self.t("desk.by_skipping", question=self.question(rest)),
            "unread": self.unread(rest),
            "told": self.unread(rest),
            "when_was_it": self.t("desk.by_date"),
            "word": self.t("desk.by_word"),
            "doubt": self.t("desk.by_doubt", sign=self.known("indicator", _indicator(rest))),
        }.get(kind) or (self.t("desk.by_own_words") if kind in LANGUAGES else self.question(kind))
        when = [self.t("desk.when.unknown")] if act and seen.when == "unknown" else []
        return " · ".join([where, *when, self.clock(seen.at, now)])

    def read(self, sign: Sign) -> str:
        """What a rule saw in her words, and why it was held back, if it was."""
        why = self.known("desk.held", sign.held or "note")
        return self.t(f"desk.read.{sign.strength}", sign=self.known("indicator", sign.indicator), why=why)

    def unread(self, what: str) -> str:
        try:
            return self.t(f"desk.content.{what}")
        except KeyError:
            return self.t("desk.typed_at", question=self.question(what))

    def _label(self, step: str, code: str, answers: Mapping[str, str]) -> str:
        try:
            return words.label(self.language, step, code, (), **self.person(answers))
        except KeyError:
            return code

    def told_about(self, key: str) -> str:
        """What a message of the program was about."""
        about = self.known("desk.told", key)
        return about if about != key else self.known("desk.told", key.split(".", maxsplit=1)[0])

    def told(self, key: str, answers: Mapping[str, str]) -> str:
        """What the program has said to her, in the reader's language."""
        try:
            return words.text(self.language, key, (), **self.person(answers), **{"until": "…", "from": "…"})
        except KeyError:
            return key

    def happened(self, one: Happened, names: Mapping[str, str]) -> str:
        """One line of a case's history: who did what."""
        who = names.get(one.who) or self.known("desk.who", one.who)
        code, _, rest = one.code.partition(":")
        if one.kind == "rung":
            return self.t("desk.happened.rung", n=code, whom=self.known("desk.rung", rest))
        if one.kind == "desk":
            return self.known("desk.happened", code, who=who, whom=names.get(rest, "?"))
        if one.kind in ("place", "no_place"):
            return self.known("desk.happened", f"{one.kind}.{one.code}")
        if one.kind == "refused":
            return self.t("desk.happened.refused", who=who)
        told = self.known("desk.happened", one.code, who=who)
        if one.colour is not None:
            told = f"{told}: {self.t('desk.colour.' + one.colour.name.lower())}"
        if one.second:
            told = f"{told} ({self.t('desk.second', name=names.get(one.second, '?'))})"
        return f"{told}: {self.known('outcome', one.text)}" if one.code == "close" else told

    def source(self, source: str) -> str:
        """A published source by its name instead of its number."""
        named = []
        for part in source.split(", "):
            found = _SOURCE.match(part)
            if found and found[1] in _PARTS:
                items = " ".join(_ITEMS.findall(found[2]))
                named.append(f"{self.t('desk.source.' + _PARTS[found[1]])} {items}".strip())
            else:
                named.append(part)
        return ", ".join(named)

    def span(self, starts: float, ends: float) -> str:
        """From one moment to another; the day is said once where it is the same."""
        first, last = self._local(starts), self._local(ends)
        same = first.date() == last.date()
        begin = format_datetime(first, "EEE d MMM HH:mm", locale=self.language)
        return f"{begin} – {format_datetime(last, 'HH:mm' if same else 'EEE HH:mm', locale=self.language)}"
