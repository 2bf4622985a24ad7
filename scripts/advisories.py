"""Known holes in what we are built on: asks pip-audit about every locked package, and says what it could not ask.

Code 1 where a hole is known. Where no advisory service answers, that is said as loudly: nothing was checked then.
"""

from __future__ import annotations

import json
import subprocess
import sys

LOCKED = ("requirements/run.txt", "requirements/dev.txt")
ASK = (
    "-m",
    "pip_audit",
    "--disable-pip",
    "--require-hashes",
    "--format",
    "json",
    "--progress-spinner",
    "off",
)


def main() -> int:
    files = [part for file in LOCKED for part in ("-r", file)]
    done = subprocess.run([sys.executable, *ASK, *files], capture_output=True, text=True, check=False)
    try:
        asked = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("NOT CHECKED for known holes: no advisory service could be reached", file=sys.stderr)
        return 0
    holes = [(one["name"], hole) for one in asked for hole in one.get("vulns", ())]
    for name, hole in holes:
        print(f"{name}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no release yet'}")
    skipped = sum("skip_reason" in one for one in asked)
    if skipped:
        print(f"NOT CHECKED for known holes: {skipped} of {len(asked)} packages", file=sys.stderr)
    else:
        print(f"{len(asked)} packages: {len(holes)} known holes")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
