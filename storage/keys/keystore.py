"""One key a case. A key is safe before its case is, and is destroyed once its case has been emptied.

Two files cannot be committed together, so whatever is written here is committed at once and the order carries the
promise: a key without a case is harmless and is swept away, a case without a key is loud. See docs/decisions/0015.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateSchema

from storage.keys.tables import SCHEMA, tables
from storage.lean import Lean, insert_new
from storage.sealed import KEY_BYTES, Key, Masters

KEPT = 4096  # keys that a process holds open, the newest
AT_ONCE = 500


class KeyLost(Exception):
    """A case stands without its key, and nobody has forgotten it: never passed over."""


class KeyStore:
    """`engine`: that of the second file; on PostgreSQL the one of the data, where the keys are a schema."""

    def __init__(self, engine: Engine, masters: Masters) -> None:
        self.engine = engine
        self.masters = masters
        self.tables = tables(engine.dialect.name)
        self._open: OrderedDict[int, Key] = OrderedDict()
        self._lock = threading.Lock()
        keys, gone = self.tables.case_keys, self.tables.forgotten
        self._find = Lean(select(keys.c.key_id, keys.c.wrapped).where(keys.c.case_id == bindparam("case_id")))
        self._keep = insert_new(keys)
        self._destroy = Lean(delete(keys).where(keys.c.case_id == bindparam("case_id")))
        self._forget = insert_new(gone)

    def create(self) -> None:
        with self.engine.begin() as conn:
            if self.engine.dialect.name == "postgresql":
                conn.execute(CreateSchema(SCHEMA, if_not_exists=True))
            self.tables.metadata.create_all(conn)

    # --- one case -------------------------------------------------------------------------------------------

    def make(self, case_id: int) -> Key:
        """A key for a new case, safe before the case is."""
        raw = secrets.token_bytes(KEY_BYTES)
        self.put(case_id, self.masters.current, self.masters.wrap(raw, place(case_id)))
        return self._opened(case_id, Key(raw))

    def put(self, case_id: int, key_id: str, wrapped: bytes) -> None:
        """A key as it is wrapped; one that is there already stays."""
        with self.engine.begin() as conn:
            self._keep.run(
                conn, {"case_id": case_id, "key_id": key_id, "wrapped": wrapped, "made": time.time()}
            )

    def key(self, case_id: int) -> Key:
        """Raises KeyLost, SealBroken."""
        known = self._open.get(case_id)
        if known is not None:
            return known
        with self.engine.connect() as conn:
            row = self._find.one(conn, {"case_id": case_id})
        if row is None:
            raise KeyLost(str(case_id))
        raw = self.masters.unwrap(row[0], bytes(row[1]), place(case_id))
        return self._opened(case_id, Key(raw))

    def destroy(self, case_ids: Iterable[int], at: float) -> None:
        """Nothing that was sealed with these keys can ever be read again; may be repeated."""
        for case_id in case_ids:
            with self.engine.begin() as conn:
                self._forget.run(conn, {"case_id": case_id, "at": at})
                self._destroy.run(conn, {"case_id": case_id})
            with self._lock:
                self._open.pop(case_id, None)

    def _opened(self, case_id: int, key: Key) -> Key:
        with self._lock:
            self._open[case_id] = key
            while len(self._open) > KEPT:
                self._open.popitem(last=False)
        return key

    def drop(self, case_ids: Iterable[int]) -> None:
        """Keys of cases that were never written go; nobody was forgotten."""
        for case_id in case_ids:
            with self.engine.begin() as conn:
                self._destroy.run(conn, {"case_id": case_id})

    # --- all of them ----------------------------------------------------------------------------------------

    def held(self, made_before: float) -> set[int]:
        """Cases of which there is a key."""
        keys = self.tables.case_keys
        with self.engine.connect() as conn:
            return set(conn.scalars(select(keys.c.case_id).where(keys.c.made < made_before)))

    def forgotten(self) -> dict[int, float]:
        """Cases whose key was destroyed, and when."""
        gone = self.tables.forgotten
        with self.engine.connect() as conn:
            return {int(row.case_id): float(row.at) for row in conn.execute(select(gone))}

    def owner(self) -> str:
        """Of which data these are the keys; empty where nobody has said yet."""
        with self.engine.connect() as conn:
            return conn.scalar(select(self.tables.owner.c.name)) or ""

    def belong_to(self, name: str) -> None:
        """From now on they are the keys of these data."""
        with self.engine.begin() as conn:
            conn.execute(delete(self.tables.owner))
            conn.execute(self.tables.owner.insert().values(name=name))

    def out_of_reach(self) -> list[str]:
        """The master keys that wrap keys of cases and are none of ours."""
        keys = self.tables.case_keys
        with self.engine.connect() as conn:
            found = conn.scalars(select(keys.c.key_id).distinct()).all()
        return [key_id for key_id in found if not self.masters.has(key_id)]

    def wrapped_by_others(self) -> int:
        """How many keys another master key than the current one wraps."""
        keys = self.tables.case_keys
        counted = select(func.count()).where(keys.c.key_id != self.masters.current)
        with self.engine.connect() as conn:
            return int(conn.scalar(counted) or 0)

    def rotate(self) -> Iterator[int]:
        """Wraps every key by the current master key, some at a time; yields how many. Programs may go on meanwhile.

        Raises SealBroken where a key is wrapped by a master key that is not among ours.
        """
        keys = self.tables.case_keys
        old = select(keys).where(keys.c.key_id != self.masters.current).limit(AT_ONCE)
        while True:
            with self.engine.connect() as conn:
                rows = conn.execute(old).all()
            if not rows:
                return
            with self.engine.begin() as conn:
                for row in rows:
                    raw = self.masters.unwrap(row.key_id, bytes(row.wrapped), place(row.case_id))
                    values = {
                        "key_id": self.masters.current,
                        "wrapped": self.masters.wrap(raw, place(row.case_id)),
                    }
                    same = (keys.c.case_id == row.case_id, keys.c.key_id == row.key_id)
                    conn.execute(update(keys).where(*same).values(values))
            yield len(rows)


def place(case_id: int) -> str:
    """What a wrapped key is bound to."""
    return f"case:{case_id}"
