"""What was sent from the page as an event of the conversation, and what its answer shows."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.web.form import Form
from flows.model import Event, Pressed, Said
from flows.tokens import pressed
from storage.kept import Kept
from storage.web import View


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answer shows. `what`: front, talk, left, same (nothing new), last (the last-resort words),
    kept (of her), file (the same, to take along).
    """

    what: str
    view: View | None = None
    secret: str = ""  # of a new cookie
    note: str = ""  # catalogue key of one line on top
    code: str = ""  # a return code: a new one, shown once, or the one that she typed
    kept: Kept | None = None  # what is kept of her
    draft: str = ""  # what she had typed and not sent
    language: str = ""


FRONT, LEFT, SAME = Outcome("front"), Outcome("left"), Outcome("same")


def event_of(form: Form, now: float) -> Event | None:
    """None where nothing was said or pressed."""
    if form.press:
        button = pressed(form.press)
        return Pressed(*button, now, form.moment) if button else None
    return Said(form.text, now) if form.act == "say" and form.text else None


def name_of(event: Event) -> str:
    """The same for the same thing: what one page sends twice counts once."""
    if isinstance(event, Pressed):
        return f"press {event.step} {event.option}"
    return f"say {event.text}" if isinstance(event, Said) else ""
