"""How long the slowest message takes that a generator of bad cases finds: the longest that Telegram lets through."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from benchmarks.measure import Bench, Plan, Round
from benchmarks.reading_usual import texts
from flows.lexicon import read
from flows.lexicon.files import lexicon
from flows.tongues import LANGUAGES

LONGEST = 4096  # characters; Bot API: the longest text
Maker = Callable[[random.Random], str]


def measure(plan: Plan) -> Iterator[Round]:
    read("")
    for number in range(plan.rounds):
        chance = random.Random(number)
        took = {
            name: min(_once(make(chance)[:LONGEST]) for _ in range(2 if plan.quick else 40)) * 1e6
            for name, make in makers().items()
        }
        yield Round(max(took.values()), more={f"{name}_us": micro for name, micro in took.items()})


def makers() -> dict[str, Maker]:
    """Each kind of message that could be slow, by name."""
    words = {language: _words(language) for language in LANGUAGES}
    every = [word for some in words.values() for word in some]
    not_words = [word for word in lexicon("nl").classes["NOT"] if word[0] != "-"]
    sentences = texts()
    return {
        "sentences": lambda chance: " ".join(chance.choices(sentences, k=80)),
        "danger_words_of_all": lambda chance: " ".join(chance.choices(every, k=900)),
        "danger_words_of_one": lambda chance: " ".join(chance.choices(words["ar"], k=900)),
        "all_negated": lambda chance: " ".join(
            f"{chance.choice(not_words)} {word}" for word in chance.choices(words["nl"], k=500)
        ),
        "unknown_words": lambda chance: " ".join(_letters(chance, chance.randint(6, 9)) for _ in range(600)),
        "slips": lambda chance: " ".join(word[:2] + word[3:] for word in chance.choices(every, k=700)),
        "joined": lambda chance: " ".join("".join(chance.choices(words["nl"], k=5)) for _ in range(120)),
        "one_word": lambda chance: _letters(chance, LONGEST),
        "one_letter": lambda _chance: "a" * LONGEST,
        "marks": lambda chance: "".join(chance.choices("?!.,:;—…' ", k=LONGEST)),
        "emoji": lambda chance: "".join(chance.choices("🔪😂🔥💀❤a", k=LONGEST)),
        "accents": lambda chance: "".join(chance.choices("éöñç\u0301\u0300ışğ ", k=LONGEST)),
    }  # fmt: skip


def _words(language: str) -> list[str]:
    one = lexicon(language)
    return [word.strip("*-").replace("_", " ") for entries in one.classes.values() for word in entries]


def _letters(chance: random.Random, many: int) -> str:
    return "".join(chance.choices("abcdefghijklmnoprstuvwyz", k=many))


def _once(text: str) -> float:
    begun = time.perf_counter()
    read(text)
    return time.perf_counter() - begun


BENCH = Bench(
    name="reading_worst_us",
    unit="µs",
    what=f"reading the slowest of a dozen kinds of {LONGEST:,} characters for danger, on one core",
    measure=measure,
    rounds=3,
    below=1000.0,
)
