"""What can be asked of the declared conversation:  python -m flows <command>."""

from __future__ import annotations

import argparse
import importlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from flows import chart, check, texts
from flows.intake import INTAKE
from flows.lexicon import files, published, read, recall
from flows.proof import certificate, mutations, paper, proving, report
from flows.proof import score as scoring
from flows.tongues import LANGUAGES
from flows.whatif import many, past, readings, telling, versions
from flows.whatif.difference import Difference

ROOT = Path(__file__).parent.parent
SENTENCES = ROOT / "tests" / "reading"
FLOOR = SENTENCES / "floor.json"
READING = ROOT / "docs" / "reading.md"
CHART = ROOT / "docs" / "flow.md"
STOPPED = 130  # what a shell gives for Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m flows", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    checking = commands.add_parser("check", help="name every mistake, and prove every promise")
    checking.add_argument("--write", action="store_true", help="keep the certificate with this release")
    checking.add_argument(
        "--once", action="store_true", help="nothing to do where the certificate is for this code"
    )
    checking.add_argument("--processes", type=int, default=2, help="%(default)s")
    checking.set_defaults(run=_check)
    corrupting = commands.add_parser("mutants", help="how many corruptions of what decides the proof sees")
    corrupting.add_argument("--sample", type=int, help="only so many, spread over all kinds")
    corrupting.add_argument("--write", action="store_true", help="publish it: docs/proof.md")
    corrupting.add_argument("--processes", type=int, default=2, help="%(default)s")
    corrupting.set_defaults(run=_mutants)
    commands.add_parser("chart", help="draw the flow into docs/flow.md").set_defaults(run=_chart)
    commands.add_parser(
        "read", help="what is read in each line of standard input, as a line of JSON"
    ).set_defaults(run=_read)
    recall_ = commands.add_parser("recall", help="measure the reading on the labelled sentences")
    recall_.add_argument("--language", choices=LANGUAGES, help="only this one")
    recall_.add_argument("--wrong", action="store_true", help="show what goes wrong in the open sentences")
    recall_.add_argument("--write", action="store_true", help="publish it: docs/reading.md and its floor")
    recall_.set_defaults(run=_recall)
    asking = commands.add_parser("whatif", help="what another version would have made of past conversations")
    asking.add_argument("--against", required=True, help="another checkout (a folder), or a git revision")
    asking.add_argument(
        "--logs", help="past conversations as `python -m storage logs` prints them; - reads them in"
    )
    asking.add_argument(
        "--limit", type=int, help="only so many: traces are random, so the first are a fair sample"
    )
    asking.add_argument("--processes", type=int, default=2, help="%(default)s")
    asking.set_defaults(run=_whatif)
    texts.add(commands)
    chosen = parser.parse_args(arguments)
    return int(chosen.run(chosen))


def _check(chosen: argparse.Namespace) -> int:
    """The declaration first; only where it has no mistakes, the proof."""
    if chosen.once and _is_certified():
        return 0
    found = check.mistakes(INTAKE)
    for mistake in found:
        print(mistake)
    print(f"{INTAKE.name} {INTAKE.version}: {len(INTAKE.steps)} steps, {len(found)} mistakes")
    if found:
        return 1
    proof = proving.prove(workers=chosen.processes)
    print(report.told(proof), end="")
    if proof.breaches:
        return 1
    if chosen.write:
        certificate.FILE.write_text(proof.certificate().to_json(), encoding="utf-8")
    return 0


def _mutants(chosen: argparse.Namespace) -> int:
    """Code 1 where one is not seen and nobody has written down why it need not be."""
    ways = scoring.taken(INTAKE)
    numbers = range(len(mutations.all_of(ways)))
    some = numbers[:: max(len(numbers) // chosen.sample, 1)] if chosen.sample else numbers
    seen = list(
        tqdm(scoring.score(some, ways, chosen.processes), total=len(some), unit="corruption", desc="score")
    )
    missed = list(paper.unexplained(seen))
    for one in missed:
        print(f"not seen: {one}")
    unseen = sum(1 for one in seen if not one.by)
    print(
        f"{len(seen)} corruptions, {len(seen) - unseen} seen, {unseen - len(missed)} explained, {len(missed)} missed"
    )
    if chosen.write and not chosen.sample:
        certified = proving.prove(workers=chosen.processes).certificate()
        paper.FILE.write_text(paper.page(certified, seen), encoding="utf-8")
    return 1 if missed else 0


def _is_certified() -> bool:
    try:
        certificate.of_this_release()
    except certificate.NotCertified:
        return False
    return True


def _chart(_chosen: argparse.Namespace) -> int:
    CHART.parent.mkdir(exist_ok=True)
    CHART.write_text(chart.page(INTAKE), encoding="utf-8")
    print(f"drawn: {CHART.relative_to(Path.cwd()) if CHART.is_relative_to(Path.cwd()) else CHART}")
    return 0


# --- reading ---------------------------------------------------------------------------------------------------


def _read(_chosen: argparse.Namespace) -> int:
    for line in sys.stdin:
        said = line.rstrip("\n")
        found = read(said)
        signs = [
            {"indicator": s.indicator, "strength": s.strength, "rule": s.rule, "quote": s.quote}
            | {"when": s.when.value, "voice": s.voice, "held": s.held}
            for s in found.signs
        ]
        told = {"text": said, "language": found.language, "findings": signs, "voice": found.voice}
        print(json.dumps(told, ensure_ascii=False), flush=True)
    return 0


def _sentences(language: str | None) -> Iterator[recall.Sentence]:
    for part in ("open", "held"):
        for code in (language,) if language else LANGUAGES:
            path = SENTENCES / part / f"{code}.jsonl"
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            yield from recall.sentences(lines, code, part == "held")


def _recall(chosen: argparse.Namespace) -> int:
    every = list(_sentences(chosen.language))
    if chosen.wrong:
        for one in every:
            if not one.held and recall.wrong(one, found := read(one.text)):
                seen = " ".join(f"{s.indicator}:{s.strength}:{s.rule}:{s.held}" for s in found.signs)
                print(f"{one.language} {one.kind} {','.join(one.indicators)}: {one.text}  [{seen}]")
        return 0
    scores = recall.measure(every, read)
    if chosen.write:
        return _publish(scores)
    for (code, part), score in scores.items():
        print(
            f"{code} {part}: raised {score.raised}/{score.danger}, right {score.right}, sure {score.sure}, "
            f"voice {score.voiced}; asked about harmless {score.asked}/{score.harmless}, sure {score.alarmed}"
        )
        missed = {
            code: f"{score.found[code]}/{n}" for code, n in score.by_sign.items() if score.found[code] < n
        }
        print("   ", missed)
    return 0


def _publish(scores: published.Scores) -> int:
    """Writes what was measured, unless something is read less well than what stands there."""
    floor = published.floor(scores)
    before = json.loads(FLOOR.read_text(encoding="utf-8")) if FLOOR.exists() else {}
    if fallen := list(published.fallen(before, floor)):
        print("\n".join(fallen), file=sys.stderr)
        print(
            f"not written; if that is meant, delete {FLOOR.name} and say why in the commit", file=sys.stderr
        )
        return 1
    FLOOR.write_text(json.dumps(floor, indent=1) + "\n", encoding="utf-8")
    lexicons = [files.lexicon(language) for language in LANGUAGES]
    READING.write_text(published.page(scores, lexicons), encoding="utf-8")
    print(f"written: {READING.relative_to(ROOT)}, {FLOOR.relative_to(ROOT)}")
    return 0


# --- what if --------------------------------------------------------------------------------------------------


def _whatif(chosen: argparse.Namespace) -> int:
    """Code 1 where a red would have been missed."""
    try:
        with _checkout(chosen.against) as against, _pasts(chosen) as (parts, fetch, held):
            names = (versions.ours().name, versions.load(against).name)
            found, whole = _compared(many.compare(against, parts, fetch, chosen.processes), parts)
            print(telling.told(found, names), end="")
            if theirs := versions.reader(against):
                print("\n".join(readings.told(_sentences(None), read, theirs)))
            if whole and held:
                now, _ = _compared(many.compare(against, many.in_parts(held), fetch, 1), [])
                print(
                    f"of the {now.logs:,} cases open now: {now.changed:,} differently, {now.missed_reds:,} missed"
                )
    except (versions.NoVersion, past.NotALine, OSError) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    if not whole:
        print("stopped: this is what was compared so far", file=sys.stderr)
        return STOPPED
    return 1 if found.missed_reds else 0


def _compared(found: Generator[Difference, None, None], parts: Sequence[Any]) -> tuple[Difference, bool]:
    """All parts together, and whether it was not stopped before the end."""
    total = Difference()
    size = sum(len(part) for part in parts)
    try:
        with closing(found), tqdm(total=size, unit="log", desc="what if", disable=not size) as bar:
            for one in found:
                total.merge(one)
                bar.update(one.logs)
    except KeyboardInterrupt:
        return total, False
    return total, True


@contextmanager
def _checkout(against: str) -> Iterator[Path]:
    """A folder with the other version: as given, or taken out of git for as long as this lasts."""
    if Path(against).is_dir():
        yield Path(against).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="drempel-whatif-") as folder:
        # `flows` starts no program but here: the command, asked for by hand, takes an older version out of git.
        git = ["git", "-C", str(ROOT), "archive", "--format=tar", "--end-of-options", against, "flows"]
        done = subprocess.run(git, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise versions.NoVersion(f"{against} is neither a folder nor a revision that git knows")
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as packed:
            packed.extractall(folder, filter="data")
        yield Path(folder)


@contextmanager
def _pasts(chosen: argparse.Namespace) -> Iterator[tuple[list[Sequence[Any]], many.Read, list[str]]]:
    """The past conversations in parts, what reads a part, and the traces of the cases that are open now."""
    if chosen.logs:
        lines = sys.stdin.readlines() if chosen.logs == "-" else Path(chosen.logs).read_text().splitlines()
        yield many.in_parts(lines[: chosen.limit]), past.from_lines, []
        return
    # flows knows nothing of the store; this command reads one, so it gets it by name, only here and only now.
    pastlogs, stores = (importlib.import_module(f"storage.{name}") for name in ("logs.pastlogs", "store"))
    settings = importlib.import_module("storage.settings").Settings.load()
    try:
        store = stores.open_store(settings)
    except stores.StoreTrouble as trouble:
        raise versions.NoVersion(str(trouble)) from None
    with closing(store):
        reader: Callable[..., Any] = pastlogs.Reader(settings.database_url)
        yield many.in_parts(pastlogs.names(store, chosen.limit)), reader, pastlogs.of_open_cases(store)


if __name__ == "__main__":
    sys.exit(main())
