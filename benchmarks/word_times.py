"""How well the time that a text to the guide takes tells what is known of its chat: 0.5 is not at all, 1 always.

Three kinds of chats take turns: one that nobody knows, one with a conversation behind it, one with a word of her own
that was not typed. The best that a classifier with one threshold can do is the area under the curve of two kinds.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import combinations, product
from pathlib import Path

from benchmarks.measure import Bench, Plan, Round
from benchmarks.stores import made_store
from flows.model import House, Pressed, Said
from storage import book, hearing, turns, watchwords
from storage.store import Store
from storage.turns import Arrival
from storage.watchwords import Chosen

KINDS = ("new", "known", "with a word")
EACH, A_FEW = 400, 30
START = 1_790_000_000.0
WAY = ("talk", "go_on", "yes", "me", "partner", "away", "none", "no", "recent")


def measure(plan: Plan) -> Iterator[Round]:
    with tempfile.TemporaryDirectory() as folder, closing(made_store(Path(folder))) as store:
        for kind in KINDS[1:]:
            _lives(store, kind)
        for number in range(plan.rounds):
            took = _times(store, A_FEW if plan.quick else EACH, random.Random(number))
            areas = [_area(took[one], took[other]) for one, other in combinations(KINDS, 2)]
            one_text = sorted(took["new"])[len(took["new"]) // 2]
            yield Round(max(areas), more={"text_ms": one_text * 1000})


def _lives(store: Store, chat: str) -> None:
    """A conversation up to danger, left; with a word of hers where the chat is of that kind."""
    at = START
    for option in (*WAY, "leave"):
        at += 5
        current = turns.current(store, "telegram", "1", chat)
        step = "front"
        if current is not None:
            with store.read() as conn:
                step = book.peek(store, conn, current).intake.step
        event = Pressed("" if option == "leave" else step, option, at)
        turns.take_turn(store, Arrival("telegram", "1", chat, event, f"{chat}{at}"), House())
    if chat == KINDS[2]:
        hashed = book.chat_hash(store, "telegram", "1", chat)
        digest = watchwords.hashed(store, hashed, "zonnebloem", watchwords.slow)
        with store.write() as conn:
            case = book.by_chat(store, conn, hashed)
            if case is None:
                raise LookupError(chat)
            watchwords.keep(conn, case, Chosen("return_word", digest, (digest,)))


def _times(store: Store, each: int, rng: random.Random) -> dict[str, list[float]]:
    """Seconds that each text took, in an order by chance so that a busy moment of the machine meets all alike."""
    order = list(KINDS) * each
    rng.shuffle(order)
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for kind in order:
        arrival = Arrival("telegram", "1", kind, Said("is er vandaag koffie", START + 100), "")
        begun = time.perf_counter()
        hearing.heard(store, arrival)
        took[kind].append(time.perf_counter() - begun)
    return took


def _area(one: Sequence[float], other: Sequence[float]) -> float:
    """The chance that a text of one kind takes longer than one of the other, whichever is likelier."""
    longer = sum((a > b) + (a == b) / 2 for a, b in product(one, other)) / (len(one) * len(other))
    return max(longer, 1 - longer)


BENCH = Bench(
    name="word_times",
    unit="area",
    what="how well the time of a text to the guide tells a new chat, a known one and one with a word apart",
    measure=measure,
    rounds=3,
    below=0.7,
)
