"""Which texts somebody who speaks the language from birth has reviewed, and which languages are ready for that."""

from __future__ import annotations

from flows import words
from flows.model import Flow
from flows.tongues import LANGUAGES

# What she reads when it is urgent: danger named, whom to call, who has been told, how to get away.
_EMERGENCY = (
    *(
        "last_resort",
        "help_lines",
        "human",
        "nobody_on_duty",
        "notice",
        "cannot_write",
        "safe",
        "safe_again",
        "left",
    ),
    *("beats", "told", "news", "heard", "line", "person", "understood", "self_took", "when_was_it"),
    *("button.danger_now", "button.leave", "button.human", "button.help_lines"),
)


def is_vital(flow: Flow, key: str) -> bool:
    """Whether a text speaks of danger or of what to do in it: a wrong word there can cost a life."""
    base = key.partition("@")[0]
    step = flow.by_name.get(base.partition(".")[0])
    return bool(step and step.block) or base in _EMERGENCY or base.partition(".")[0] in _EMERGENCY


def open_texts(flow: Flow, language: str) -> list[str]:
    """Texts about danger that nobody has reviewed yet, in the order of the catalogue."""
    unreviewed = words.unreviewed(language)
    return [key for key in words.catalogue(language) if key in unreviewed and is_vital(flow, key)]


def ready(flow: Flow) -> tuple[str, ...]:
    """Languages in which every text about danger has been reviewed."""
    return tuple(language for language in LANGUAGES if not open_texts(flow, language))
