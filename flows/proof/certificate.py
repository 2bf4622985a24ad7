"""The certificate of a release: what was explored, which promises hold, and for which code and words it is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.intake import INTAKE
from flows.proof import hashes

FILE = Path(__file__).parent.parent.parent / "certificate.json"


class NotCertified(Exception):
    """Why this release may not run as it is, and what to do, in one line fit to be printed."""


@dataclass(frozen=True)
class Explored:
    """How much was looked at in one part."""

    part: str
    states: int
    edges: int


@dataclass(frozen=True)
class Certificate:
    """Given only where every promise holds."""

    flow: str
    version: str
    flow_hash: str
    words_hash: str
    explored: tuple[Explored, ...]
    sets: int  # of signs, held against the promises' table
    promises: tuple[str, ...]

    @property
    def states(self) -> int:
        return sum(part.states for part in self.explored)

    @property
    def edges(self) -> int:
        return sum(part.edges for part in self.explored)

    @property
    def name(self) -> str:
        """What a person reads of it: version, and the beginning of both hashes."""
        return f"{self.version} {self.flow_hash[:8]}.{self.words_hash[:8]}"

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"


def from_json(text: str) -> Certificate:
    """Raises ValueError, KeyError or TypeError for anything else than a certificate."""
    fields = json.loads(text)
    fields["explored"] = tuple(Explored(**part) for part in fields["explored"])
    fields["promises"] = tuple(fields["promises"])
    return Certificate(**fields)


def of_this_release() -> Certificate:
    """The certificate on disk, if it is for the code and the emergency words that would run. Raises NotCertified."""
    try:
        found = from_json(FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotCertified(f"no certificate: {WHAT_TO_DO}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotCertified(f"{FILE.name} cannot be read ({type(error).__name__}): {WHAT_TO_DO}") from None
    if found.version != INTAKE.version or found.flow_hash != hashes.of_flow():
        raise NotCertified(f"the certificate is for other code ({found.name}): {WHAT_TO_DO}")
    if found.words_hash != hashes.of_words():
        raise NotCertified(f"the certificate is for other emergency texts ({found.name}): {WHAT_TO_DO}")
    return found


WHAT_TO_DO = "run  python -m flows check --write"
