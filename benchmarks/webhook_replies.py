"""Replies through a webhook on loopback, against PTB's own webhook server that only echoes.

Both are programs of their own, each with a Bot API server in a process of its own. 40 people write as soon as they
have their answer. Ours takes each message as a turn on disk, sends the answer and deletes the question that it
takes the place of; the peer sends the words back. `pressing`: the same where they press buttons, through the intake.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Bench, Plan, Round
from benchmarks.programs import echo_bot, our_bot

CHATS = 40
WARM_UP = 1.0
PRESSING = 6_000_001  # the first of those who press; others each round, since a conversation comes to its end


def measure(plan: Plan) -> Iterator[Round]:
    seconds = 1.0 if plan.quick else 2.0
    with (
        tempfile.TemporaryDirectory(prefix="drempel-bench-") as folder,
        our_bot(Path(folder), paced=False) as ours,
        echo_bot(Path(folder)) as peer,
    ):
        for side in (ours, peer):
            side.api.flood(CHATS, WARM_UP)
        for number in range(plan.rounds):
            first = PRESSING + number * CHATS
            mine = ours.api.flood(CHATS, seconds)
            theirs = peer.api.flood(CHATS, seconds)
            pressing = ours.api.flood(CHATS, seconds, press=True, first=first)
            yield Round(
                mine["per_second"],
                theirs["per_second"],
                {
                    "p99_ms": mine["p99_ms"],
                    "peer_p99_ms": theirs["p99_ms"],
                    "pressing": pressing["per_second"],
                    "pressing_p99_ms": pressing["p99_ms"],
                },
            )


BENCH = Bench(
    name="webhook_replies",
    unit="replies/s",
    what=f"replies to {CHATS} chats through a webhook; the peer only echoes",
    measure=measure,
    rounds=7,
    at_least=1.5,
)
