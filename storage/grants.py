"""The least that the programs need in PostgreSQL, as SQL: the owner of the tables migrates, nobody else changes them.

Whoever gets hold of the programs' own account can then neither change an entry of a log nor take one away, nor make or
alter a table: entries are only added, and their seal is written beside them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import Table

from storage.keys.tables import SCHEMA
from storage.keys.tables import tables as key_tables
from storage.tables import access_log, log, metadata, seals

_ALL = "SELECT, INSERT, UPDATE, DELETE"
_STAMPED = "SELECT, INSERT, UPDATE (seal, leaf, stamp)"
_KEYS = key_tables("postgresql")
_LESS = {
    log.name: _STAMPED,
    # the way from an entry to its case is cut when the case is forgotten
    access_log.name: "SELECT, INSERT, UPDATE (seal, leaf, stamp, intake_id)",
    seals.name: "SELECT, INSERT",
    _KEYS.forgotten.name: "SELECT, INSERT",
}
_QUOTE = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]


def statements(role: str, database: str) -> Iterator[str]:
    """To be run by the owner of the tables, after every migration; running them again changes nothing."""
    to, at = _QUOTE.quote_identifier(role), _QUOTE.quote_identifier(database)
    yield f"REVOKE ALL ON DATABASE {at} FROM PUBLIC"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {at} TO {to}"
    for schema in ("public", SCHEMA):
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}"
        yield f"GRANT USAGE ON SCHEMA {schema} TO {to}"
        yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {to}"
    yield f"GRANT SELECT ON alembic_version TO {to}"
    for table in (*metadata.sorted_tables, *_KEYS.metadata.sorted_tables):
        yield f"GRANT {_LESS.get(table.name, _ALL)} ON {_named(table)} TO {to}"


def _named(table: Table) -> str:
    return _QUOTE.format_table(table)
