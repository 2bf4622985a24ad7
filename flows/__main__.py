"""`python -m flows check` names every mistake; `python -m flows chart` draws the flow into docs/flow.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flows import chart, check
from flows.intake import INTAKE

CHART = Path(__file__).parent.parent / "docs" / "flow.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m flows", description=__doc__)
    parser.add_argument("command", choices=("check", "chart"))
    return {"check": _check, "chart": _chart}[parser.parse_args().command]()


def _check() -> int:
    found = check.mistakes(INTAKE)
    for mistake in found:
        print(mistake)
    print(f"{INTAKE.name} {INTAKE.version}: {len(INTAKE.steps)} steps, {len(found)} mistakes")
    return 1 if found else 0


def _chart() -> int:
    CHART.parent.mkdir(exist_ok=True)
    CHART.write_text(chart.page(INTAKE), encoding="utf-8")
    print(f"drawn: {CHART.relative_to(Path.cwd()) if CHART.is_relative_to(Path.cwd()) else CHART}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
