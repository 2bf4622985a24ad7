"""Compiles a Flow to one shared `transitions` machine: the only place where a conversation moves.

One machine a flow for all conversations, no queue, no timeouts, no I/O in conditions (transitions #639).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from transitions import Machine

from flows.carrier import after
from flows.model import ASIDE, RESUME, Flow, Goto, Intake, Step

# Steps that stand beside the conversation: she never resumes at one of them.
BESIDE = frozenset(
    {
        "front",
        "safe_again",
        "cannot_write",
        "devices",
        "web_chat",
        "language",
        "delete",
        "return_word",
        "duress_word",
        "understood",
        "when_was_it",
    }
)

# Steps that no answer leads to: after a cover text was opened, where her own words leave a doubt, and the one word that
# she may choose on the page, which has codes to come back with.
ASKED_BY_THE_ENGINE = {
    "away": "safe_again",
    "understood": "understood",
    "when_was_it": "when_was_it",
    "forced": "duress_word",
}


def _remembered(attribute: str, step: str) -> Callable[[Intake], bool]:
    return lambda intake: getattr(intake, attribute) == step


def _came_from(step: str) -> Callable[[Intake], bool]:
    return lambda intake: bool(intake.trail) and intake.trail[-1] == step


def _answers(flow: Flow, step: Step, goto: Goto) -> Iterator[dict[str, object]]:
    """A plain goto is one transition; one to a remembered step is one for each step that can be remembered."""
    conditions = [goto.when.holds] if goto.when else []
    if goto.to not in (RESUME, ASIDE):
        yield {"trigger": "answer", "source": step.name, "dest": goto.to, "conditions": conditions}
        return
    attribute = "resume" if goto.to == RESUME else "aside"
    for target in flow.steps:
        remembered = [*conditions, _remembered(attribute, target.name)]
        yield {"trigger": "answer", "source": step.name, "dest": target.name, "conditions": remembered}
    # Nothing remembered: start where the conversation starts. Total, whatever the record says.
    yield {"trigger": "answer", "source": step.name, "dest": flow.start, "conditions": conditions}


def edges(flow: Flow) -> Iterator[tuple[Step, Goto]]:
    for step in flow.steps:
        for goto in step.gotos:
            yield step, goto


def _transitions(flow: Flow) -> Iterator[dict[str, object]]:
    for step, goto in edges(flow):
        yield from _answers(flow, step, goto)
        if goto.to not in (RESUME, ASIDE):
            yield {
                "trigger": "back",
                "source": goto.to,
                "dest": step.name,
                "conditions": [_came_from(step.name)],
            }
    for step in flow.steps:
        yield {
            "trigger": "back",
            "source": step.name,
            "dest": step.name,
        }  # nothing behind her: she keeps her place
    for alarm in flow.alarms:
        if alarm.to:
            sources = sorted(alarm.moves_from) or "*"
            yield {"trigger": alarm.option, "source": sources, "dest": alarm.to}
    for trigger, asked in ASKED_BY_THE_ENGINE.items():
        if asked in flow.by_name:
            yield {"trigger": trigger, "source": "*", "dest": asked}


@cache
def machine(flow: Flow) -> Machine:
    return Machine(
        model=None,
        states=[step.name for step in flow.steps],
        initial=flow.start,
        transitions=list(_transitions(flow)),
        auto_transitions=False,
        queued=False,
    )


def move(flow: Flow, trigger: str, intake: Intake) -> str:
    """The step that `trigger` leads to from where the intake stands. Never raises for a checked flow."""
    return after(machine(flow), trigger, intake.step, intake)
