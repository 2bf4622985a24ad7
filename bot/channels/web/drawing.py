"""Draws the page and its frame: the templates, with the words and the messages that belong in them."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot import lastresort
from bot.channels.web import conversation, markup
from bot.channels.web.outcome import Outcome
from flows import engine, words
from flows.intake import INTAKE
from flows.model import Pressed
from flows.tokens import token
from flows.tongues import direction
from storage.kept import Kept
from storage.retention import RULES
from storage.web import View

if TYPE_CHECKING:
    from bot.work import Work

DAYS = {name: str(rule.days) for name, rule in RULES.items()}  # how long what is kept is kept
TRACES = ("leave", "history", "spyware", "private")
# When even the page's own words are broken: what stands on its buttons.
PACKAGED = {"page.title": "·", "page.leave": "🌤", "page.again": "OK"}


class Drawing:
    """Everything that is drawn comes from the catalogues; nothing of one conversation is kept."""

    def __init__(self, work: Work) -> None:
        self._house = work.house
        self._templates = Environment(
            loader=PackageLoader("bot.channels.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, outcome: Outcome, language: str, note: str, nonce: str) -> str:
        """The whole page; where it cannot be drawn, the last-resort words."""
        try:
            return self._page(outcome, language, note, nonce)
        except Exception:  # noqa: BLE001 - whatever is wrong with words or templates, she gets the numbers
            return self._last(language, "", nonce, outcome.draft)

    def frame(self, view: View | None, language: str, asked: str) -> str:
        talk = conversation.talk(view) if view else None
        shown = talk.language if talk else language
        newer = talk is not None and asked != str(talk.moment)
        return self._draw("frame.html", shown, talk=talk, newer=newer)

    def _page(self, outcome: Outcome, language: str, note: str, nonce: str) -> str:
        if outcome.what == "talk" and outcome.view is not None:
            talk = conversation.talk(outcome.view)
            about = {"talk": talk, "code": outcome.code, "draft": outcome.draft, "traces": TRACES}
            return self._draw("talk.html", talk.language, nonce=nonce, note=note, **about)
        if outcome.kept is not None:
            return self._kept(outcome.kept, outcome.code, nonce)
        if outcome.what == "last":
            return self._last(language, note, nonce, outcome.draft)
        return self._front(language, note, nonce)

    def _kept(self, kept: Kept, code: str, nonce: str) -> str:
        return self._draw(
            "kept.html",
            kept.language,
            nonce=nonce,
            note="",
            kept=kept,
            code=code,
            days=DAYS,
            clock=self._clock,
        )

    def file(self, kept: Kept) -> str:
        """The same as plain text, to take along."""
        template = self._templates.get_template("kept.txt")
        return template.render(t=partial(words.text, kept.language), kept=kept, days=DAYS, clock=self._clock)

    def _clock(self, at: float, language: str) -> str:
        zone = ZoneInfo(self._house().timezone)
        return format_datetime(datetime.fromtimestamp(at, zone), "short", locale=language)

    def _front(self, language: str, note: str, nonce: str) -> str:
        now = time.time()
        nobody = engine.begin("web", language, now)
        turn = engine.advance(INTAKE, nobody, Pressed("", "again", now), self._house())
        said, choices = conversation.front(turn.says[-1], language)
        about: dict[str, Any] = {"said": said, "choices": choices, "guide": self._house().entries}
        about["languages"] = [(code, words.label(code, "language", code)) for code in self._house().languages]
        return self._draw("front.html", language, nonce=nonce, note=note, **about)

    def _last(self, language: str, note: str, nonce: str, draft: str) -> str:
        said = markup.html(lastresort.text(language))
        danger = token("", "danger_now")
        return self._draw(
            "last.html", language, nonce=nonce, note=note, said=said, danger=danger, draft=draft
        )

    def _draw(self, template: str, language: str, **about: Any) -> str:
        def t(key: str, **args: str) -> Markup:
            return _inline(language, key, args)

        return self._templates.get_template(template).render(
            t=t, language=language, dir=direction(language), direction=direction, **about
        )


def _inline(language: str, key: str, args: dict[str, str]) -> Markup:
    """A text of one line, for a label or a button."""
    try:
        return markup.line(words.text(language, key, (), **args))
    except Exception:  # noqa: BLE001 - a page with a label missing is better than no page
        return Markup("{}").format(PACKAGED.get(key, ""))
