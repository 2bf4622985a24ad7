"""Comparing versions of the flow over past logs, in the background: one at a time, in memory, never written down."""

from __future__ import annotations

import re
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from flows.whatif import many
from flows.whatif.difference import Difference
from flows.whatif.versions import NoVersion
from storage.logs import pastlogs
from storage.logs.pastlogs import Reader
from storage.store import Store

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
RUNNING, DONE, STOPPED, BROKEN = "running", "done", "stopped", "broken"


@dataclass
class Trial:
    """One comparison. `held`: what it says of the cases that are open now, as counts; None till that is known."""

    draft: str
    by: str
    began: float
    whole: int
    state: str = RUNNING
    found: Difference = field(default_factory=Difference)
    held: Difference | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        return self.state == RUNNING


class Trials:
    """The drafts that lie ready, and the last comparison; every method may be called by any thread."""

    def __init__(self, folder: str, database_url: str) -> None:
        self._folder = Path(folder) if folder else None
        self._reader = Reader(database_url)
        self._gate = threading.Lock()
        self.last: Trial | None = None

    @property
    def possible(self) -> bool:
        """The operator has named a folder for drafts."""
        return self._folder is not None

    def drafts(self) -> list[str]:
        """Checkouts that lie ready, by the names of their folders."""
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(
            one.name
            for one in self._folder.iterdir()
            if NAME.fullmatch(one.name) and (one / "flows" / "__init__.py").is_file()
        )

    def begin(self, store: Store, draft: str, by: str, now: float) -> bool:
        """Starts comparing all logs; False where one is running, or no such draft lies ready."""
        if self._folder is None or draft not in self.drafts():
            return False
        traces, held = pastlogs.names(store), pastlogs.of_open_cases(store)
        with self._gate:
            if self.last is not None and self.last.running:
                return False
            trial = self.last = Trial(draft, by, now, len(traces))
        work = (trial, self._folder / draft, traces, held)
        threading.Thread(target=self._run, args=work, name="what-if", daemon=True).start()
        return True

    def stop(self) -> None:
        """What was compared so far stays to be seen."""
        if self.last is not None:
            self.last.stop.set()

    def _run(self, trial: Trial, checkout: Path, traces: list[str], held: list[str]) -> None:
        """All logs, and then those of the open cases once more, by themselves."""
        of_all, of_open = many.in_parts(traces), many.in_parts(held)
        now = Difference()
        try:
            # Each process has both versions to itself: this one never loads a draft.
            with closing(many.compare(checkout, [*of_all, *of_open], self._reader)) as found:
                for number, part in enumerate(found):
                    (trial.found if number < len(of_all) else now).merge(part)
                    if trial.stop.is_set():
                        break
            trial.held = now if now.logs == len(held) > 0 else None
            trial.state = STOPPED if trial.stop.is_set() else DONE
        except (NoVersion, OSError, RuntimeError):  # a draft that does not load, or a process that was ended
            trial.state = BROKEN
