"""Commands for whoever runs Drempel:  python -m storage <command>."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import StoreTrouble, migrate, open_store


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m storage", description="Looks after the store.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("migrate", help="create the store, or bring it up to date").set_defaults(run=_migrate)
    commands.add_parser("key", help="print a fresh DREMPEL_SECRET_KEY").set_defaults(run=_key)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except StoreTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _migrate(_chosen: argparse.Namespace) -> int:
    settings = Settings.load()
    migrate(settings)
    open_store(settings).close()  # is it ours to read?
    return 0


def _key(_chosen: argparse.Namespace) -> int:
    print(new_secret())
    return 0


if __name__ == "__main__":
    sys.exit(main())
