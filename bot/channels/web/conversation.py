"""What the page shows of a conversation: its messages, and the buttons that may be pressed now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.channels.web import markup
from flows import words
from flows.model import Button, Say
from flows.tokens import token
from flows.tongues import known
from storage.messages import Shown
from storage.web import View

HIDDEN = frozenset({"leave"})  # the page has its own way out, always in sight
MINE = frozenset(
    {"danger_now", "human", "skip", "help_lines"}
)  # buttons of every question, shown when she pressed
FRONT = "front"


@dataclass(frozen=True, slots=True)
class Line:
    """One message on the page. `who`: she, us, worker. `past`: a question that she has answered."""

    id: str
    who: str
    html: Markup
    language: str
    past: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that may be pressed now. `kind`: answer, danger or beside."""

    token: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as the page shows it."""

    lines: tuple[Line, ...]
    choices: tuple[Choice, ...]
    moment: int
    version: int
    language: str
    begins: bool  # the first screen after the front: what the page itself has to say comes here, once

    def of(self, kind: str) -> list[Choice]:
        return [choice for choice in self.choices if choice.kind == kind]


def talk(view: View) -> Talk:
    shown = [
        message if message.say is None else replace(message, say=_here(message.say)) for message in view.shown
    ]
    live = None if view.intake.talking else _live(shown)
    language = known(view.intake.language)
    lines = tuple(_lines(shown, live))
    choices = tuple(_choices(live.say, language)) if live and live.say else tuple(_with_worker(language))
    return Talk(lines, choices, view.intake.seq, view.version, language, view.intake.step == "notice")


def _here(say: Say) -> Say:
    """The same in the words of a page, where the catalogue has them (`notice@web`)."""
    return replace(say, variants=("web", *say.variants))


def front(say: Say, language: str) -> tuple[Markup, tuple[Choice, ...]]:
    """The words and the one button of the harmless front; the places of the guide stand below it, to be read."""
    talks = replace(say, buttons=tuple(row for row in say.buttons if row[0].option == "talk"))
    return markup.html(words.render(language, say)), tuple(_choices(talks, language))


def _live(shown: Sequence[Shown]) -> Shown | None:
    """The last of our messages that has buttons: only they may be pressed."""
    return next((message for message in reversed(shown) if message.say and message.say.buttons), None)


def _choices(say: Say, language: str) -> Iterator[Choice]:
    for row in say.buttons:
        for button in row:
            if button.option not in HIDDEN or button.step:
                yield _choice(button, say, language)


def _choice(button: Button, say: Say, language: str) -> Choice:
    label = words.label(language, button.step, button.option, say.variants, **say.args)
    kind = (
        "answer" if button.step or button.option in ("again", "listen", "help_lines", "human") else "beside"
    )
    return Choice(
        token(button.step, button.option), label, "danger" if button.option == "danger_now" else kind
    )


def _with_worker(language: str) -> Iterator[Choice]:
    """While a worker writes with her, the program is silent but for danger and help."""
    yield Choice(token("", "danger_now"), words.label(language, "", "danger_now"), "danger")
    yield Choice(token("", "help_lines"), words.label(language, "", "help_lines"), "beside")


def _lines(shown: Sequence[Shown], live: Shown | None) -> Iterator[Line]:
    asked: Say | None = None
    for place, message in enumerate(shown):
        if message.mine:
            html = _hers(message, asked)
            if html:
                yield Line(f"m{message.id}", "she", html, message.language)
        elif message.say is not None:
            asked = message.say if message.say.buttons else asked
            yield from _ours(message, message.say, shown[place + 1 :], message is live)


def _hers(message: Shown, asked: Say | None) -> Markup:
    if message.pressed is None:
        return markup.typed(message.text)
    step, option = message.pressed
    if step == FRONT or (not step and option not in MINE):
        return Markup("")
    about = asked if asked is not None and _question(asked) == step else Say(())
    return markup.html(words.label(message.language, step, option, about.variants, **about.args))


def _ours(message: Shown, say: Say, after: Sequence[Shown], live: bool) -> Iterator[Line]:
    who = "worker" if say.text else "us"
    if say.buttons and not live:
        answered = _answered(_question(say), after)
        kept = _past(say, answered=answered)
        if kept is not None:
            html = markup.html(words.render(message.language, kept, message.at))
            yield Line(f"m{message.id}", who, html, message.language, past=answered)
        return
    html = (
        markup.typed(say.text) if say.text else markup.html(words.render(message.language, say, message.at))
    )
    if say.audio:
        html = markup.audio(message.language, say.audio)
    yield Line(f"m{message.id}", who, html, message.language)


def _question(say: Say) -> str:
    return next((button.step for row in say.buttons for button in row if button.step), "")


def _answered(step: str, after: Sequence[Shown]) -> bool:
    """Whether she pressed or wrote something before we asked anything else."""
    for message in after:
        if not message.mine:
            return False
        if message.pressed is None or message.pressed[0] == step or message.pressed == ("", "skip"):
            return bool(step)
    return False


def _past(say: Say, *, answered: bool) -> Say | None:
    """What stays of an earlier message that asked something: its question once answered, its news always.

    The read-back, the menu and the front go altogether.
    """
    step = _question(say)
    gone = {f"{step}.why", "menu", FRONT, "read_back"} | (set() if answered else {step})
    keys = tuple(key for key in say.keys if key not in gone)
    return replace(say, keys=keys, rows=()) if keys else None
