"""What may not go out: names, addresses and regions of shelters, or a recognisable part of them.

Parts are kept as keyed hashes, so that nothing here has to know an address. A text is read without case, accents,
spaces and marks: "voor beeld-straat 12" is seen as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from flows.placement import Kind
from storage.store import Store
from storage.tables import guarded, shelters

LEAST = 4  # letters and digits: below that a part is no sign of anything
ANYWHERE = 8  # from so many on, a part is recognised inside other words too
# Words that many houses and streets share: alone they are no sign of any of them.
COMMON = frozenset(
    {
        *(
            "de",
            "het",
            "een",
            "the",
            "a",
            "van",
            "der",
            "den",
            "huis",
            "house",
            "opvang",
            "vrouwenopvang",
            "blijf",
        ),
        *("stichting", "centrum", "locatie", "shelter", "hotel", "villa", "kamer", "verdieping", "postbus"),
        *("straat", "laan", "weg", "plein", "kade", "gracht", "pad", "dijk", "hof", "singel"),
        *("nederland", "netherlands"),
    }
)
_POSTCODE = re.compile(r"\b(\d{4}\s?[A-Za-z]{2})\b")
_STREET = re.compile(r"^([^\d,]+?)\s+(\d+\s?[A-Za-z]?\b)")


@dataclass(frozen=True, slots=True)
class Part:
    """One recognisable part. `what`: name, address, town or region. `words`: only where it stands as whole words."""

    what: str
    squeezed: str
    words: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """What was recognised, as it was typed."""

    what: str
    typed: str
    kind: Kind


class HeldBack(Exception):
    """A text that may not go out. `hit` says what stands in it, in the writer's own words."""

    def __init__(self, hit: Hit) -> None:
        super().__init__(hit.what)  # the words themselves stand in no log
        self.hit = hit


# --- what is recognisable in a name and an address ---------------------------------------------------------------


def parts(name: str, address: str, region: str) -> list[Part]:
    """Every part by which a house could be recognised."""
    found = [*_name(name), *_address(address), _part("region", region, words=True)]
    long_enough = [part for part in found if len(part.squeezed) >= LEAST and part.squeezed not in COMMON]
    return list({(part.what, part.squeezed): part for part in long_enough}.values())


def _name(name: str) -> Iterator[Part]:
    yield _part("name", name, words=len(squeeze(name)) < ANYWHERE)
    core = " ".join(word for word in name.split() if squeeze(word) not in COMMON)
    yield _part("name", core, words=len(squeeze(core)) < ANYWHERE)


def _address(address: str) -> Iterator[Part]:
    for line in re.split(r"[\n,;]+", address):
        postcode = _POSTCODE.search(line)
        if postcode:
            yield _part("address", postcode[1], words=True)
        rest = line.replace(postcode[0], " ") if postcode else line
        street = _STREET.match(rest.strip())
        if street:
            yield _part("address", street[1] + street[2], words=False)
            yield _part("address", street[1], words=len(squeeze(street[1])) < ANYWHERE)
        elif not any(sign.isdigit() for sign in rest):
            yield _part("town", rest, words=True)


def _part(what: str, text: str, *, words: bool) -> Part:
    return Part(what, squeeze(text), words)


def squeeze(text: str) -> str:
    """Letters and digits alone, without accents and case."""
    return "".join(sign for sign, _ in _signs(text))


def _signs(text: str) -> Iterator[tuple[str, int]]:
    """Each letter and digit that counts, and where it stands in the text."""
    for position, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKD", sign.casefold()):
            if plain.isalnum():
                yield plain, position


# --- keeping them -------------------------------------------------------------------------------------------------


def keep(store: Store, conn: Connection, shelter_id: int, found: Iterable[Part], anew: Iterable[str]) -> None:
    """Replaces what is known of one shelter, of these sorts (`Part.what`)."""
    conn.execute(delete(guarded).where(guarded.c.shelter_id == shelter_id, guarded.c.what.in_(list(anew))))
    rows = [
        {
            "shelter_id": shelter_id,
            "what": part.what,
            "hash": _hash(store, part.squeezed),
            "length": len(part.squeezed),
            "words": part.words,
        }
        for part in found
    ]
    if rows:
        conn.execute(insert(guarded), rows)


def _hash(store: Store, squeezed: str) -> str:
    return store.keys.find("guard", squeezed)


# --- reading a text -----------------------------------------------------------------------------------------------


def hits(store: Store, conn: Connection, text: str) -> list[Hit]:
    """Everything in a text by which a shelter could be recognised, as it stands there, the longest first."""
    known = _known(conn)
    if not known:
        return []
    signs = list(_signs(text))
    plain = "".join(sign for sign, _ in signs)
    found = []
    for length, hashes in known.items():
        for start in range(len(plain) - length + 1):
            for what, kind, words in hashes.get(_hash(store, plain[start : start + length]), ()):
                first, last = signs[start][1], signs[start + length - 1][1]
                if not words or _whole(text, first, last):
                    found.append((first, -length, Hit(what, text[first : last + 1], kind)))
    return [hit for _, _, hit in sorted(found, key=itemgetter(0, 1))]


def _whole(text: str, first: int, last: int) -> bool:
    """Whether whole words stand there, and no piece of a longer one."""
    before, after = text[first - 1 : first] if first else "", text[last + 1 : last + 2]
    return not before.isalnum() and not after.isalnum()


def _known(conn: Connection) -> dict[int, dict[str, list[tuple[str, Kind, bool]]]]:
    """By length, by hash: what it is a part of."""
    wanted = select(guarded.c.length, guarded.c.hash, guarded.c.what, shelters.c.kind, guarded.c.words).join(
        shelters, shelters.c.id == guarded.c.shelter_id
    )
    found: dict[int, dict[str, list[tuple[str, Kind, bool]]]] = {}
    for length, hashed, what, kind, words in conn.execute(wanted):
        found.setdefault(length, {}).setdefault(hashed, []).append((what, Kind(kind), bool(words)))
    return found


# --- who may read what --------------------------------------------------------------------------------------------


def for_her(
    store: Store,
    conn: Connection,
    text: str,
    *,
    spoken_live: bool,
    may_house: bool,
    her_own: Iterable[str] = (),
) -> Hit | None:
    """What a worker may not write to her, if it stands in this text.

    Before somebody has spoken with her: no house, no address, no region. After that the visible house may be named
    to whom it is open, and a region; a house that is not public never is. A place that she named herself is no secret.
    """
    said = " ".join(her_own)
    for hit in hits(store, conn, text):
        if hit.what in ("region", "town") and squeeze(hit.typed) in squeeze(said):
            continue
        public = hit.kind is Kind.VISIBLE_HOUSE and may_house
        if not spoken_live or not (public or hit.what == "region"):
            return hit
    return None


def for_staff(store: Store, text: str) -> bool:
    """Whether a text may stand in the staff group or an alert: no house, whatever its kind, is named there."""
    with store.read() as conn:
        return not any(hit.what in ("name", "address") for hit in hits(store, conn, text))
