"""Colours up and down: which rule counted how often, and which of them staff overrule most. Not by channel."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.figures.asked import Asked, those
from storage.suppress import published, share
from storage.tables import traffic


@dataclass(frozen=True, slots=True)
class Rule:
    """An indicator or a combination: how many conversations it counted in, in how many a human set it aside."""

    rule: str
    counted: int | None
    overruled: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The most overruled first. `raised`, `lowered`: conversations whose colour a human changed."""

    rules: tuple[Rule, ...]
    raised: int | None
    lowered: int | None


def rules(conn: Connection, asked: Asked) -> Rules:
    by = (traffic.c.kind, traffic.c.what)
    wanted = (
        select(*by, func.sum(traffic.c.n))
        .where(*those(asked, traffic), traffic.c.kind.in_(("reason", "overruled", "staff")))
        .group_by(*by)
    )
    n = Counter({(kind, what): int(count) for kind, what, count in conn.execute(wanted)})
    found = [_rule(n, what) for kind, what in n if kind == "reason"]
    return Rules(
        tuple(sorted(found, key=lambda one: (-(one.share or 0), -(one.counted or 0), one.rule))),
        published(n["staff", "raise"]),
        published(n["staff", "lower"]),
    )


def _rule(n: Counter[tuple[str, str]], rule: str) -> Rule:
    counted, overruled = published(n["reason", rule]), published(n["overruled", rule])
    return Rule(rule, counted, overruled, share(overruled, counted))
