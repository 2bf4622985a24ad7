"""From a red answer to its card in the staff group, while ordinary messages wait for Telegram's pace."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.measure import Bench, Plan, Round
from benchmarks.programs import STAFF, Program, our_bot

WAITING, A_FEW = 10_000, 300
DANGER = "Nu in gevaar"  # the button
AT_ONCE = 250  # people who write in one request to the made-up server
FIRST_WOMAN, FIRST_OTHER = 1001, 100_001
TAKEN_WITHIN = 600.0
SEEN_WITHIN = 30.0
APART = 2.0  # seconds between one red and the next


def measure(plan: Plan) -> Iterator[Round]:
    others = A_FEW if plan.quick else WAITING
    with (
        tempfile.TemporaryDirectory(prefix="drempel-bench-") as folder,
        our_bot(Path(folder), paced=True) as bot,
    ):
        bot.api.do("pace", on=True)
        women = range(FIRST_WOMAN, FIRST_WOMAN + plan.rounds)
        for woman in women:
            _ready(bot, woman)
        plan.say(f"{others} others write")
        _many_write(bot, plan, others)
        for woman in women:
            waiting = _waiting(bot)
            yield Round(_red(bot, woman), more={"waiting": waiting})
            time.sleep(APART)


def _ready(bot: Program, woman: int) -> None:
    """She has begun: the next thing that she sees has the button by which she is in danger."""
    bot.api.say(woman, "hallo")
    bot.api.wait_for(lambda: bot.api.press(woman, "Ik wil praten"), SEEN_WITHIN)
    bot.api.wait_for(lambda: _has_danger(bot, woman), SEEN_WITHIN)


def _has_danger(bot: Program, woman: int) -> bool:
    return any(DANGER in str(message["buttons"]) for message in bot.api.chat(woman))


def _many_write(bot: Program, plan: Plan, others: int) -> None:
    """Until so many wait, beside those that were answered meanwhile."""
    until = time.monotonic() + TAKEN_WITHIN
    written = 0
    while _waiting(bot) < others:
        if time.monotonic() > until:
            raise TimeoutError(f"only {_waiting(bot)} messages wait after {TAKEN_WITHIN:g} s")
        if not bot.api.state()["webhook"]["pending_update_count"]:
            people = range(FIRST_OTHER + written, FIRST_OTHER + written + AT_ONCE)
            bot.api.many(*({"do": "say", "user": number, "text": "hallo"} for number in people))
            written += AT_ONCE
            if written % 2500 == 0:
                plan.say(f"{written} have written")
        time.sleep(0.02)


def _red(bot: Program, woman: int) -> float:
    """Seconds from her press to the card."""
    bot.api.do("forget_calls")
    pressed = time.time()
    bot.api.press(woman, DANGER)
    cards = bot.api.wait_for(lambda: _cards(bot), SEEN_WITHIN)
    return float(cards[0]) - pressed


def _cards(bot: Program) -> list[float]:
    """When cards arrived."""
    sent = bot.api.calls("sendMessage")
    return [
        one["at"] for one in sent if str(one["params"].get("chat_id")) == str(STAFF) and one["status"] == 200
    ]


def _waiting(bot: Program) -> int:
    with closing(sqlite3.connect(f"file:{bot.store}?mode=ro", uri=True)) as store:
        count: int = store.execute("SELECT count(*) FROM outbox WHERE lease = 0").fetchone()[0]
        return count


BENCH = Bench(
    name="red_card_seconds",
    unit="s",
    what=f"from a red answer to the staff card, {WAITING:,} ordinary messages waiting at Telegram's pace",
    measure=measure,
    below=1.0,
)
