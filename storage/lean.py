"""Statements of the hot path: written with SQLAlchemy Core, compiled once a database, run by the driver.

A turn runs seven or so; each costs the driver 2 µs this way, and 15 to 25 µs through the whole of SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Executable, Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect

Values = Mapping[str, Any]


class Lean:
    """One statement, or a function that gives it for a dialect's name.

    Values are given by name; rows come back as plain tuples, as the driver makes them.
    """

    __slots__ = ("_compiled", "_statement")

    def __init__(self, statement: Executable | Callable[[str], Executable]) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None, dict[str, Any]]] = {}

    def run(self, conn: Connection, values: Values) -> Any:
        """The driver's cursor, after running the statement once."""
        sql, names, fixed = self._for(conn.dialect)
        cursor = _driver(conn).cursor()
        cursor.execute(sql, _arranged(names, fixed, values))
        return cursor

    def one(self, conn: Connection, values: Values) -> Any:
        """The first row, or None."""
        return self.run(conn, values).fetchone()

    def all(self, conn: Connection, values: Values) -> list[Any]:
        rows: list[Any] = self.run(conn, values).fetchall()
        return rows

    def count(self, conn: Connection, values: Values) -> int:
        """How many rows it changed."""
        return int(self.run(conn, values).rowcount)

    def many(self, conn: Connection, rows: Iterable[Values]) -> None:
        """Once for each of `rows`."""
        sql, names, fixed = self._for(conn.dialect)
        _driver(conn).cursor().executemany(sql, [_arranged(names, fixed, row) for row in rows])

    def _for(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None, dict[str, Any]]:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return found


def insert_all(table: Table, *left_out: str, returning: str = "") -> Lean:
    """Inserts a row with a value for every column but those left out; `returning` names what comes back."""
    statement = insert(table).values(_every_column(table, left_out))
    return Lean(statement.returning(table.c[returning]) if returning else statement)


def insert_new(table: Table, *left_out: str) -> Lean:
    """As insert_all, but a row that is there already is no error: nothing happens, and `count` is 0."""
    values = _every_column(table, left_out)
    return Lean(
        lambda dialect: (
            postgresql.insert(table).values(values).on_conflict_do_nothing()
            if dialect == "postgresql"
            else sqlite.insert(table).values(values).on_conflict_do_nothing()
        )
    )


def _every_column(table: Table, left_out: tuple[str, ...]) -> dict[str, Any]:
    return {column.name: bindparam(column.name) for column in table.columns if column.name not in left_out}


def _compile(statement: Any, dialect: Dialect) -> tuple[str, tuple[str, ...] | None, dict[str, Any]]:
    compiled = (statement(dialect.name) if callable(statement) else statement).compile(dialect=dialect)
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    names = tuple(compiled.positiontup) if compiled.positional else None
    return str(compiled), names, fixed


def _arranged(names: tuple[str, ...] | None, fixed: Values, values: Values) -> Any:
    given = {**fixed, **values} if fixed else values
    if names is None:
        return given
    return [given[name] for name in names]


def _driver(conn: Connection) -> Any:
    return conn.connection.driver_connection
