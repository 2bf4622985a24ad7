"""Values of flows.model as bytes and back. A field that a newer model adds is read with its default."""

from __future__ import annotations

from typing import Any

import msgspec

from flows.model import (
    GAP,
    Blocked,
    Carried,
    Entry,
    Event,
    Finding,
    Intake,
    Looked,
    Pressed,
    Reading,
    Said,
    Say,
    StaffDid,
    Waited,
    Word,
)


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What the store keeps of a case beside its conversation: where she is reached, and how it began."""

    address: str  # the chat, in the messenger's own words
    trace: str  # the random name under which the log speaks of this case
    language: str  # as the intake began: what replay() starts from
    started: float
    gap: float = GAP  # seconds of silence after which its chat is the guide again
    duress: bool = False  # it began anew behind one in duress
    channel: str = ""  # where it began, of one that was carried elsewhere since
    crowded: bool = False  # it began among many at once: storage.crowd


class Letter(msgspec.Struct, frozen=True, array_like=True):
    """What wiping needs when the case's own key is gone: where, which messages, and the neutral line."""

    address: str
    ids: tuple[int, ...] = ()
    say: Say | None = None


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """What she did, as the web page shows it: her words, or the button (step, option)."""

    text: str
    step: str
    option: str


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """An element of the record; what was read in it came later than the others."""

    kind: str
    event: msgspec.Raw
    findings: tuple[Finding, ...]
    reading: Reading = Reading()


_EVENTS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Said, Pressed, Waited, Blocked, StaffDid, Looked, Word, Carried)
}
_ENCODER = msgspec.msgpack.Encoder()
_READERS: dict[Any, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(kind) for kind in (Intake, Say, Head, Letter, Heard, *_EVENTS.values())
}
_ENTRY = msgspec.msgpack.Decoder(_Entry)

encode = _ENCODER.encode


def encode_entry(entry: Entry) -> bytes:
    return _ENCODER.encode((type(entry.event).__name__, entry.event, entry.findings, entry.reading))


def decode_entry(data: bytes) -> Entry:
    """Raises msgspec.DecodeError."""
    entry = _ENTRY.decode(data)
    read: Event = _READERS[_EVENTS[entry.kind]].decode(entry.event)
    return Entry(read, entry.findings, entry.reading)


def decode_intake(data: bytes) -> Intake:
    intake: Intake = _READERS[Intake].decode(data)
    return intake


def decode_say(data: bytes) -> Say:
    say: Say = _READERS[Say].decode(data)
    return say


def decode_head(data: bytes) -> Head:
    head: Head = _READERS[Head].decode(data)
    return head


def decode_letter(data: bytes) -> Letter:
    letter: Letter = _READERS[Letter].decode(data)
    return letter


def decode_heard(data: bytes) -> Heard:
    heard: Heard = _READERS[Heard].decode(data)
    return heard
