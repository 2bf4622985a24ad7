"""docs/proof.md: the certificate and the mutation score, for whoever answers for the conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.proof import mutations
from flows.proof.certificate import Certificate
from flows.proof.proving import SAYS
from flows.proof.score import Seen

FILE = Path(__file__).parent.parent.parent / "docs" / "proof.md"
MADE = "<!-- from here on made by `python -m flows mutants --write`; a test says when it is stale -->\n"


def page(certificate: Certificate, seen: Sequence[Seen]) -> str:
    """The page as it stands, with what is made of the proof put in anew."""
    written, _, _ = FILE.read_text(encoding="utf-8").partition(MADE)
    return written + MADE + certified(certificate) + _score(seen)


def certified(certificate: Certificate) -> str:
    parts = [f"| {part.part} | {part.states:,} | {part.edges:,} |" for part in certificate.explored]
    promises = [f"| {name} | {SAYS[name]} |" for name in certificate.promises]
    return CERTIFIED.format(
        version=certificate.version,
        states=certificate.states,
        edges=certificate.edges,
        sets=certificate.sets,
        parts="\n".join(parts),
        promises="\n".join(promises),
    )


CERTIFIED = """
## The certificate of flow {version}

{states:,} states, {edges:,} ways on, {sets:,} sets of signs: every promise holds.

| part | states | ways on |
|---|--:|--:|
{parts}

| promise | |
|---|---|
{promises}
"""


def _score(seen: Sequence[Seen]) -> str:
    missed = [one.mutation for one in seen if not one.by]
    open_ones = set(unexplained(seen))
    kinds = Counter(_kind(one.mutation) for one in seen)
    unseen = Counter(_kind(name) for name in missed)
    by = Counter(_seer(one.by) for one in seen if one.by)
    return SCORED.format(
        seed=mutations.SEED,
        tried=len(seen),
        seen=len(seen) - len(missed),
        unseen=len(missed),
        kinds="\n".join(
            f"| {kind} | {count} | {count - unseen[kind]} |" for kind, count in sorted(kinds.items())
        ),
        by="\n".join(f"| {name} | {count} |" for name, count in by.most_common()),
        explained=len(missed) - len(open_ones),
        open=len(open_ones),
        missed="\n".join(
            f"| {_plain(name)} | {mutations.why_equivalent(name) or 'not explained yet'} |" for name in missed
        ),
    )


SCORED = """
## The mutation score

Seed {seed}: {tried} corruptions, {seen} seen. Of the other {unseen}, {explained} make no difference that matters, each
for the reason that stands below; {open} nobody has explained yet: each is a promise to add, or a reason to write down.

| corruption | tried | seen |
|---|--:|--:|
{kinds}

| seen by | |
|---|--:|
{by}

| not told apart | why |
|---|---|
{missed}
"""


def _kind(mutation: str) -> str:
    return mutation.partition(":")[0]


def _seer(by: str) -> str:
    """A promise, or that the declaration itself is wrong: which mistakes there are, its check names."""
    return by if by in SAYS else "the check of the declaration and its words"


def _plain(text: str) -> str:
    """Fit for a table of a page."""
    return text.replace("|", "/").replace("<", "").replace(">", "")


def unexplained(seen: Sequence[Seen]) -> Iterator[str]:
    yield from (one.mutation for one in seen if not one.by and not mutations.why_equivalent(one.mutation))
