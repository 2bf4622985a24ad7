"""A counter-example as a journey: what to paste into tests/journeys/<name>.json."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from flows.model import Blocked, Carried, Content, Event, Looked, Pressed, Said, StaffDid, Waited, Word
from flows.proof import events


def page(lived: tuple[Event, ...]) -> str:
    """One step a line, as the journeys are written."""
    lines = [f"  {json.dumps(step, ensure_ascii=False)}" for step in _steps(lived)]
    return "[\n" + ",\n".join(lines) + "\n]"


def _steps(lived: tuple[Event, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"says": "/start"}]
    before = lived[0].at if lived else 0.0
    for event in lived:
        if event.at - before > PAUSE:
            found.append({"waits": event.at - before})
        if not isinstance(event, Waited):
            found.append(_step(event))
        before = event.at
    return found


PAUSE = 60.0  # seconds: what is shorter changes nothing


def _step(event: Event) -> dict[str, Any]:
    if isinstance(event, Said):
        if event.content is not Content.TEXT:
            return {"sends": event.content.value}
        return {"told" if events.read(event.text).signs else "says": event.text}
    if isinstance(event, Pressed):
        if not event.step:
            return {"anywhere": event.option}
        return {"old" if event.moment == 0 else "presses": f"{event.step}.{event.option}"}
    if isinstance(event, StaffDid):
        return {"staff": _plain(event)}
    if isinstance(event, Looked):
        return {"looked": event.free}
    if isinstance(event, Word):
        return {"word": event.kind}
    if isinstance(event, Carried):
        return {"carried": event.channel}
    return {"blocks": event.back if isinstance(event, Blocked) else None}


def _plain(deed: StaffDid) -> dict[str, Any]:
    """Only what is said of the deed; values in a form that JSON has."""
    told = {field.name: getattr(deed, field.name) for field in fields(deed) if field.name != "at"}
    return {name: _value(value) for name, value in told.items() if value not in ("", None)}


def _value(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _value(getattr(value, field.name)) for field in fields(value)}
    return value
