"""Tables of the key store: a file of its own beside SQLite's, a schema of its own on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table

from storage.tables import Code, Time

SCHEMA = "keys"  # on PostgreSQL


@dataclass(frozen=True)
class Tables:
    metadata: MetaData
    case_keys: Table
    forgotten: Table
    owner: Table


def tables(dialect: str) -> Tables:
    """The same tables, named as each database needs."""
    metadata = MetaData(schema=SCHEMA if dialect == "postgresql" else None)
    case_keys = Table(
        "case_keys",
        metadata,
        Column("case_id", BigInteger, primary_key=True, autoincrement=False),
        Column("key_id", Code, nullable=False),  # the master key that wraps it
        Column("wrapped", LargeBinary, nullable=False),
        Column("made", Time, nullable=False),
        Index("ix_case_keys_key_id", "key_id"),
    )
    # Whose key was destroyed: a case or a key that comes back with a backup goes again.
    forgotten = Table(
        "forgotten",
        metadata,
        Column("case_id", BigInteger, primary_key=True, autoincrement=False),
        Column("at", Time, nullable=False),
    )
    # Which data these are the keys of: beside others, every key would seem to be of no case.
    owner = Table("owner", metadata, Column("name", Code, primary_key=True))
    return Tables(metadata, case_keys, forgotten, owner)
