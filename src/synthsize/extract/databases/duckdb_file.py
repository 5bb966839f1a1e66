"""Raw tables in a DuckDB file, attached read-only before the session is shut."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from synthsize.errors import WITHHELD, InputError
from synthsize.extract.definition.source import RawTable, Source
from synthsize.extract.raw.rows_scanned import operators
from synthsize.extract.raw.tables import Contents, DatabaseTable, Relation
from synthsize.extract.raw.views import (
    columns_expected,
    identifier,
    literal,
    not_plain,
    shortest_decimal,
    supplied,
    typed,
)

_CATALOG = "source_file"
_WHOLE = ("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_NOT_PLAIN = (
    "BLOB",
    "BIT",
    "STRUCT",
    "MAP",
    "UNION",
    "JSON",
    "VARIANT",
    "GEOMETRY",
)  # and lists, which end in ]
_TYPES = {
    "integer": _WHOLE,
    "number": (*_WHOLE, "FLOAT", "DOUBLE", "DECIMAL"),
    "timestamp": _TIMES,
    "date": (*_TIMES, "DATE"),
}


def contents(file: Path) -> Contents:
    """Tables, their columns and types, and views.

    Raises
    ------
    InputError
        If the file cannot be opened.
    """
    with duckdb.connect() as connection:
        _attach(connection, file)
        rows = connection.execute(
            "SELECT schema_name, table_name, column_name, data_type, estimated_size FROM duckdb_columns() "
            "JOIN duckdb_tables() USING (database_name, schema_name, table_name) "
            "WHERE database_name = $1 ORDER BY schema_name, table_name, column_index",
            [_CATALOG],
        ).fetchall()
        views = connection.execute(
            "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = $1 AND NOT internal",
            [_CATALOG],
        ).fetchall()
    tables: dict[Relation, dict[str, str]] = {}
    for schema, table, column, type_, _ in rows:
        tables.setdefault((schema, table), {})[column] = type_
    empty = frozenset((schema, table) for schema, table, *_, size in rows if not size)
    return Contents(tables, empty, frozenset(views))


class DuckDBFile:
    """The reader of a DuckDB file within a session; see `databases.reader.DatabaseReader`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path) -> None:
        self.connection = connection
        self.file = file

    def attach(self, scratch: Path) -> None:  # noqa: ARG002
        """Make the file's tables known to the session, which cannot write to them."""
        _attach(self.connection, self.file)

    def select(self, source: Source, table: RawTable, found: DatabaseTable) -> str:
        """SELECT of the declared columns, typed."""
        expected = columns_expected(source, table, found, list(found.columns))
        names = {written: written.strip().lower() for written in found.columns}
        columns = [
            _column(table, names[written], identifier(written), type_, found)
            for written, type_ in found.columns.items()
            if names[written] in expected
        ]
        absent = [supplied(table, name, kind) for name, kind in table.columns.items() if name not in expected]
        return f"SELECT {', '.join(columns + absent)} FROM {_relation(found)}"

    def select_items(self, table: RawTable, items: Sequence[int] | Sequence[str]) -> None:
        """Leave the filter to DuckDB, whose own file it is."""

    def begin_scan(self) -> None:
        """Nothing to do: the profile of a query names the tables that it read."""

    def rows_scanned(self, tables: Mapping[str, DatabaseTable], profile: str) -> dict[str, int]:
        """Rows of each table that a query read; all of them, although a scan skips what cannot match."""
        read = {operator.get("extra_info", {}).get("Table") for operator in operators(json.loads(profile))}
        names = [name for name, table in tables.items() if f"{_CATALOG}.{table.schema}.{table.table}" in read]
        return {name: _count(self.connection, tables[name]) for name in names}

    def count_rows(self, table: DatabaseTable, *, quickly: bool) -> tuple[int, str]:  # noqa: ARG002
        """Rows of a table, which the file knows."""
        return _count(self.connection, table), "exact"

    def close(self) -> None:
        """Nothing to do: the session closes the file."""

    def explain(self, error: duckdb.Error) -> InputError | None:
        """Say that the file is damaged, if that is what stopped DuckDB."""
        is_damaged = isinstance(
            error, duckdb.IOException | duckdb.SerializationException | duckdb.FatalException
        )
        return _damaged(self.file) if is_damaged and str(self.file) in str(error) else None


def _attach(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    try:
        connection.execute(f"ATTACH {literal(file.absolute())} AS {_CATALOG} (TYPE duckdb, READ_ONLY)")
    except duckdb.Error as error:
        failure = _cannot_open(file, str(error))
    else:
        return
    raise failure


def _cannot_open(file: Path, message: str) -> InputError:
    if "set lock" in message:  # a damaged file's message speaks of a block
        return InputError(f"{file} is open for writing in another program; close that and run again")
    if "Permission denied" in message:
        return InputError(f"{file} cannot be read; check its permissions")
    if "encrypted" in message:
        return InputError(f"{file} is encrypted; copy its tables to a database without a key")
    if "version" in message:
        return InputError(
            f"{file} was written by a version of DuckDB that DuckDB {duckdb.__version__} cannot read; install a newer "
            "duckdb, or export the file's tables to Parquet"
        )
    return _damaged(file)


def _damaged(file: Path) -> InputError:
    return InputError(f"{file} is a damaged DuckDB file ({WITHHELD}); copy or build it again")


def _column(table: RawTable, name: str, value: str, type_: str, found: DatabaseTable) -> str:
    """Write the SQL of a column; empty text is NULL, as in CSV."""
    kind = table.columns[name]
    if type_.endswith("]") or type_.partition("(")[0] in _NOT_PLAIN:
        raise not_plain(found, name, type_)
    if kind == "number" and type_ == "FLOAT":
        value = shortest_decimal(value)
    if kind == "text":
        return typed(table, name, f"nullif(CAST({value} AS VARCHAR), '')", has_kind=True)
    return typed(table, name, value, has_kind=type_.partition("(")[0] in _TYPES[kind])


def _relation(table: DatabaseTable) -> str:
    return ".".join(map(identifier, (_CATALOG, table.schema, table.table)))


def _count(connection: duckdb.DuckDBPyConnection, table: DatabaseTable) -> int:
    row = connection.execute(f"SELECT count(*) FROM {_relation(table)}").fetchone()
    return int(row[0]) if row else 0
