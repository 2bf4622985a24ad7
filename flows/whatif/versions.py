"""A version of this package as `whatif` uses it: ours, or that of another checkout, loaded beside it.

Nothing of another version is run but its declarations and pure functions. Still it is code: load only what somebody
whom you trust has laid ready.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from flows.whatif.rerun import Version

MODULES = ("intake", "engine", "indicators", "making", "machine", "model", "ladder")


class NoVersion(Exception):
    """What lies there is no version of this package that can be compared; the words say why."""


def ours() -> Version:
    return _version({name: importlib.import_module(f"flows.{name}") for name in MODULES})


def load(checkout: Path) -> Version:
    """The version in another checkout. Raises NoVersion.

    For a process of its own or a command: while it loads, `flows` means the other one to the whole process.
    """
    if not (checkout / "flows" / "__init__.py").is_file():
        raise NoVersion(f"there is no package flows in {checkout}")
    with _in_place_of_ours(checkout):
        try:
            modules = {name: importlib.import_module(f"flows.{name}") for name in MODULES}
            return _version(modules)
        except Exception as error:
            raise NoVersion(f"the version in {checkout} cannot be loaded: {error!r}") from error


def reader(checkout: Path) -> Callable[[str], Any] | None:
    """How the version in another checkout reads a text; None for one that has no lexicons. Raises NoVersion."""
    if not (checkout / "flows" / "lexicon").is_dir():
        return None
    with _in_place_of_ours(checkout):
        try:
            read: Callable[[str], Any] = importlib.import_module("flows.lexicon").lexicons().read
        except Exception as error:
            raise NoVersion(f"the lexicons in {checkout} cannot be loaded: {error!r}") from error
    return read


def _version(modules: dict[str, ModuleType]) -> Version:
    flow, model = modules["intake"].INTAKE, modules["model"]
    return Version(
        name=flow.version,
        flow=flow,
        begin=modules["engine"].begin,
        assess=modules["indicators"].assess,
        reasons=modules["indicators"].reasons,
        unknown=modules["making"].unknown,
        finding=model.Finding,
        sign=model.Raise,
        indicators=modules["indicators"].INDICATORS,
        handoff=model.Handoff("offered", 0.0, modules["ladder"].LADDERS[model.Urgency.NOW]),
        beside=modules["machine"].BESIDE,
    )


@contextmanager
def _in_place_of_ours(checkout: Path) -> Iterator[None]:
    """`flows` is the other checkout's while this lasts, and ours again afterwards."""
    own = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "flows"}
    for name in own:
        del sys.modules[name]
    sys.path.insert(0, str(checkout))
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # nothing is left behind in a draft
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
        sys.path.remove(str(checkout))
        for name in [name for name in sys.modules if name.partition(".")[0] == "flows"]:
            del sys.modules[name]
        sys.modules.update(own)
        importlib.invalidate_caches()
