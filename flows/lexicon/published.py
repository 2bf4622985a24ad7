"""What was measured, as docs/reading.md publishes it, and the floor below which no change may bring it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from flows.indicators import INDICATORS
from flows.lexicon.files import STRENGTHS, Lexicon
from flows.lexicon.recall import Score

Scores = Mapping[tuple[str, str], Score]
PARTS = ("held explicit", "held", "held in haste", "open", "open in haste")
_INTRODUCTION = """# How well danger is read in her own words

Every text she sends, at every step and in every language, is read with nine lexicons: rules written by people,
no learned model (how they work: [a rule of the lexicon](how-to/a-rule-of-the-lexicon.md)). This page is what
`python -m flows recall --write` measured on the labelled sentences of
[`tests/reading`](../tests/reading/README.md); `make test` fails where a change reads less, or disturbs more,
than stands here.

- **open**: sentences that may be looked at while rules are written. **held**: sentences that whoever writes
  rules has not seen; they are the ones that say something about the next woman.
- **explicit**: without the seven in forty that only hint at danger ("he takes off his watch, and then I know").
- **in haste**: each sentence again as it is typed in haste, changed by program: no accents or capitals, a slip
  in its longest words, letters held down, a forgotten space.
- **raised**: counted at once (sure) or asked about (ask), with the labelled sign or one of the same colour.
  **right**: with the labelled sign itself. **voice**: of the raised ones, how often it was understood whose
  danger it is.
- **disturbed**: everyday sentences that would be asked about; **alarmed**: that would count as sure danger.

The sentences are made up, and no native speaker has reviewed them or the lexicons yet; Tigrinya needs it most.
A sentence that is not raised is not lost: staff see it, and every text in no language that we know counts as
unread.
"""


def page(scores: Scores, lexicons: Iterable[Lexicon]) -> str:
    every = list(lexicons)
    parts = [_INTRODUCTION, "## By language\n", *_by_language(scores), "\n## By sign, held sentences\n"]
    parts += [*_by_sign(scores, [one.language for one in every]), "\n## The lexicons\n", *_sizes(every)]
    return "\n".join(parts) + "\n"


def floor(scores: Scores) -> dict[str, dict[str, int]]:
    """The numbers below (or, of what disturbs, above) which a test fails."""
    return {
        f"{language} {part}": {
            "danger": score.danger,
            "raised": score.raised,
            "right": score.right,
            "harmless": score.harmless,
            "disturbed": score.asked,
            "alarmed": score.alarmed,
        }
        for (language, part), score in scores.items()
    }


def fallen(before: Mapping[str, Mapping[str, int]], now: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Where `now` reads less or disturbs more than `before`, as a share of its sentences; one line each."""
    for name, old in before.items():
        new = now.get(name)
        if new is None:
            yield f"{name}: is not measured any more"
            continue
        for what, of, better in (
            ("raised", "danger", 1),
            ("right", "danger", 1),
            ("disturbed", "harmless", -1),
            ("alarmed", "harmless", -1),
        ):
            if better * (new[what] * old[of] - old[what] * new[of]) < 0:
                yield f"{name}: {what} {new[what]} of {new[of]}, was {old[what]} of {old[of]}"


def _by_language(scores: Scores) -> Iterator[str]:
    yield "| | sentences | raised | right | voice | everyday | disturbed | alarmed |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for part in PARTS:
        total = Score()
        for (language, of), score in scores.items():
            if of == part:
                yield _row(f"{language} {part}", score)
                total.merge(score)
        yield _row(f"**all {part}**", total)


def _row(name: str, score: Score) -> str:
    return (
        f"| {name} | {score.danger} | {_share(score.raised, score.danger)} | {_share(score.right, score.danger)} "
        f"| {_share(score.voiced, score.raised)} | {score.harmless} | {_share(score.asked, score.harmless)} "
        f"| {_share(score.alarmed, score.harmless)} |"
    )


def _share(part: int, of: int) -> str:
    return f"{100 * part / of:.1f} %" if of else "–"


def _by_sign(scores: Scores, languages: list[str]) -> Iterator[str]:
    yield "Raised of labelled, first sign of each sentence.\n"
    yield f"| sign | colour | {' | '.join(languages)} | all |"
    yield f"|---|---|{'--:|' * (len(languages) + 1)}"
    held = {language: score for (language, part), score in scores.items() if part == "held"}
    total, found = Counter[str](), Counter[str]()
    for score in held.values():
        total.update(score.by_sign)
        found.update(score.found)
    for code in sorted(total, key=lambda code: (-INDICATORS[code].colour, code)):
        cells = [f"{held[one].found[code]}/{held[one].by_sign[code]}" for one in languages if one in held]
        colour = INDICATORS[code].colour.name.lower()
        yield f"| {code} | {colour} | {' | '.join(cells)} | {_share(found[code], total[code])} |"


def _sizes(lexicons: list[Lexicon]) -> Iterator[str]:
    yield "| language | rules | patterns | classes of words | words |"
    yield "|---|--:|--:|--:|--:|"
    for one in lexicons:
        patterns = sum(len(getattr(rule, strength)) for rule in one.rules for strength in STRENGTHS)
        words = len({word for entries in one.classes.values() for word in entries})
        yield f"| {one.language} | {len(one.rules)} | {patterns} | {len(one.classes)} | {words} |"
