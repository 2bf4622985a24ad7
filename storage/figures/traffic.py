"""What passed through each step of the conversation, by week and language, and where conversations stopped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Column, func, or_, select
from sqlalchemy.engine import Connection

from storage.figures.asked import Asked, those
from storage.figures.endings import ended
from storage.logs.counting import CAME, TOOK
from storage.store import Store
from storage.suppress import published, quantile, share
from storage.tables import traces, traffic

LEFT = ("left", "left_suddenly", "silent")
START = "front"  # where every conversation begins, without coming there from anywhere
Way = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StepTraffic:
    """One step. None: fewer than five. `median`: seconds that she took there, the upper bound of its bucket."""

    passed: int | None = None
    left: int | None = None
    median: float | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """The whole conversation: each step by its name, and how many went from one to another."""

    steps: Mapping[str, StepTraffic] = field(default_factory=dict)
    ways: Mapping[Way, int] = field(default_factory=dict)
    conversations: int | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """One step in one language: how many came there, how many of them stopped, and that as a share."""

    step: str
    language: str
    came: int | None
    left: int | None
    share: float | None


def traffic_of(store: Store, asked: Asked, now: float) -> Traffic:
    """For the drawn conversation. Traffic is not counted by channel."""
    asked = replace(asked, channel="")
    with store.read() as conn:
        came, ways, took = _passed(conn, asked)
        left = _stopped(conn, asked, now)
        begun = _begun(conn, asked).total()
    came[START] = begun
    names = sorted({*came, *(step for step, _ in left)})
    gone = _by_step(left)
    steps = {
        name: StepTraffic(published(came[name]), published(gone[name]), quantile(took[name], 0.5))
        for name in names
    }
    known = {way: n for way, count in ways.items() if (n := published(count)) is not None}
    return Traffic(steps, known, published(begun))


def _passed(
    conn: Connection, asked: Asked
) -> tuple[Counter[str], Counter[Way], defaultdict[str, Counter[int]]]:
    """Who came where, who went where, and how long they took."""
    step, what, bucket = traffic.c.step, traffic.c.what, traffic.c.bucket
    came = Counter(dict(_summed(conn, asked, CAME, step)))
    ways = Counter({(source, to): n for source, to, n in _summed(conn, asked, "moved", step, what)})
    took: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for name, _, at, n in _summed(conn, asked, TOOK, step, what, bucket):
        took[name][at] = n
    return came, ways, took


def _summed(conn: Connection, asked: Asked, kind: str, *by: Column[Any]) -> Iterator[Any]:
    """Conversations of one kind of traffic, added up; `by` in the order of its key, so that nothing is sorted."""
    wanted = select(*by, func.sum(traffic.c.n)).where(*those(asked, traffic), traffic.c.kind == kind)
    for *key, n in conn.execute(wanted.group_by(*by)):
        yield (*key, int(n))


def _stopped(conn: Connection, asked: Asked, now: float) -> Counter[Way]:
    """How many stopped at a step, by language."""
    by = (traces.c.step, traces.c.language)
    stopped = or_(*(ended(code, now) for code in LEFT))
    wanted = select(*by, func.count()).where(*those(asked), stopped).group_by(*by)
    return Counter({(step, language): n for step, language, n in conn.execute(wanted)})


def _by_step(left: Counter[Way]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (step, _), n in left.items():
        found[step] += n
    return found


def drops(conn: Connection, asked: Asked, now: float) -> tuple[Drop, ...]:
    """Where she stopped, by step and language, of how many who came there. Not by channel."""
    asked = replace(asked, channel="")
    left = _stopped(conn, asked, now)
    came = _came(conn, asked)
    found = []
    for step, language in sorted({*came, *left}):
        n, gone = published(came[step, language]), published(left[step, language])
        found.append(Drop(step, language, n, gone, share(gone, n)))
    return tuple(found)


def _came(conn: Connection, asked: Asked) -> Counter[Way]:
    summed = _summed(conn, asked, CAME, traffic.c.step, traffic.c.language)
    came = Counter({(step, language): n for step, language, n in summed})
    for language, n in _begun(conn, asked).items():
        came[START, language] = n
    return came


def _begun(conn: Connection, asked: Asked) -> Counter[str]:
    """How many began, by language: in the order of the index, so that nothing has to be sorted."""
    by = (traces.c.week, traces.c.language)
    wanted = select(*by, func.count()).where(*those(asked, rows=False)).group_by(*by)
    found: Counter[str] = Counter()
    for _, language, n in conn.execute(wanted):
        found[language] += n
    return found
