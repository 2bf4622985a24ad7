"""What the bot holds in memory after 1,000 chats, and after 5,000: nothing is kept of a chat between its messages."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Bench, Plan, Round
from benchmarks.programs import Program, our_bot

FEW, MANY = 1000, 5000
AT_ONCE = 100  # people who write at the same time
MESSAGES = 2  # of each
ANSWERED_WITHIN = 120.0
FIRST_USER = 100_001


def measure(plan: Plan) -> Iterator[Round]:
    few, many = (100, 200) if plan.quick else (FEW, MANY)
    for _ in range(plan.rounds):
        with (
            tempfile.TemporaryDirectory(prefix="drempel-bench-") as folder,
            our_bot(Path(folder), paced=False) as bot,
        ):
            at_start = bot.rss_mb()
            _serve(bot, plan, 0, few)
            after_few = bot.rss_mb()
            _serve(bot, plan, few, many)
            after_many = bot.rss_mb()
        yield Round(
            after_many,
            more={
                "at_start": at_start,
                f"after_{few}_chats": after_few,
                "kb_a_chat": (after_many - after_few) * 1024 / (many - few),
            },
        )


def _serve(bot: Program, plan: Plan, first: int, last: int) -> None:
    """Everyone writes, and is answered, so many at the same time."""
    for start in range(first, last, AT_ONCE):
        people = range(FIRST_USER + start, FIRST_USER + min(start + AT_ONCE, last))
        for _ in range(MESSAGES):
            _all_write(bot, people)
        if start % 1000 == 0:
            plan.say(f"{start} served, {bot.rss_mb():.0f} MB")


def _all_write(bot: Program, people: range) -> None:
    before = bot.api.state()["sent"]
    bot.api.many(*({"do": "say", "user": number, "text": "hallo"} for number in people))
    until = time.monotonic() + ANSWERED_WITHIN
    while bot.api.state()["sent"] < before + len(people):
        if time.monotonic() > until:
            raise TimeoutError(f"not all of {len(people)} people were answered")
        time.sleep(0.01)


BENCH = Bench(
    name="rss_mb",
    unit="MB",
    what=f"resident memory of the bot after {MANY:,} chats",
    measure=measure,
    rounds=1,
    below=150.0,
)
