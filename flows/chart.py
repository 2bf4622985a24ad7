"""The conversation drawn from its declaration, as Mermaid in a page of its own: docs/flow.md."""

from __future__ import annotations

from collections.abc import Iterator

from flows.model import ASIDE, RESUME, Flow, Goto, Step

HEAD = """# The conversation, drawn

Made from the declaration in `flows/intake.py` by `make chart`; a test says when it is stale.
Flow `{name}`, version `{version}`, {steps} steps. An arrow without words is the way on when no other fits.

Works at every step, and is not drawn: {alarms}; also skip and back.
"""
TITLES = {
    "arriving": "Arriving",
    "danger": "Danger: at most seven questions, then the rest is offered",
    "needs": "Needs, contact, and what happens next",
}
REMEMBERED = {RESUME: "where she was before she left", ASIDE: "where she was"}


def page(flow: Flow) -> str:
    """The whole of docs/flow.md."""
    alarms = ", ".join(f"`{alarm.option}`" for alarm in flow.alarms)
    head = HEAD.format(name=flow.name, version=flow.version, steps=len(flow.steps), alarms=alarms)
    drawn = [f"\n## {TITLES[part]}\n\n{_chart(steps)}\n" for part, steps in parts(flow)]
    return head + "".join(drawn) + "\n" + _table(flow)


def parts(flow: Flow) -> Iterator[tuple[str, list[Step]]]:
    """The conversation in three parts: a code for each, and its steps."""
    names = [step.name for step in flow.steps]
    danger, needs = names.index("right_now"), names.index("consent")
    yield "arriving", list(flow.steps[:danger])
    yield "danger", list(flow.steps[danger:needs])
    yield "needs", list(flow.steps[needs:])


def _chart(steps: list[Step]) -> str:
    lines = ["```mermaid", "flowchart TD"]
    for step in steps:
        lines.append(f"  {step.name}{_shape(step)}")
        lines += [f"  {step.name} -->{_words(goto)} {_target(goto)}" for goto in step.gotos]
    return "\n".join([*lines, "```"])


def _shape(step: Step) -> str:
    if step.block:
        return f"{{{{{step.name}}}}}"
    return f"[/{step.name}/]" if step.text else f"[{step.name}]"


def _words(goto: Goto) -> str:
    return f'|"{goto.when.name}"|' if goto.when else ""


def _target(goto: Goto) -> str:
    return f"resume(({REMEMBERED[goto.to]}))" if goto.to in REMEMBERED else goto.to


def _table(flow: Flow) -> str:
    """What each answer says about danger: the part that professionals review."""
    lines = ["## What each answer raises\n", "| step | answer | sign of danger | when |", "|---|---|---|---|"]
    for step in flow.steps:
        for option in step.options:
            lines += [
                f"| {step.name} | {option.code} | {sign.indicator} | {sign.when} |" for sign in option.raises
            ]
    return "\n".join(lines) + "\n"
