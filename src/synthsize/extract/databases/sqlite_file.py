"""Raw tables in an SQLite file, streamed to DuckDB in batches by Python's own sqlite3.

DuckDB's extension for SQLite is a download, which a hospital's firewall stops. Here every scan of a table opens the
file anew, read-only, and hands over a batch at a time; a scan that needs no more rows ends there. Values pass as text
and are parsed like those of a CSV file, save for the whole numbers of large tables, by which rows are filtered.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from synthsize.errors import InputError
from synthsize.extract.databases.stream import RowStream
from synthsize.extract.definition.source import RawTable, Source
from synthsize.extract.raw.faults import bad_value
from synthsize.extract.raw.tables import Contents, DatabaseTable
from synthsize.extract.raw.views import (
    columns_expected,
    identifier,
    is_read_as_integer,
    parsed,
    supplied,
)

BATCH_ROWS = 20_000
FLOAT_DIGITS = 15  # of a whole number that a float holds and SQLite writes without rounding
PATIENCE_SECONDS = 5.0  # with a file that another program has locked
# Generated columns are hidden from table_info; 1: of a virtual table, no data.
_COLUMNS = "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1"
_FIRST = "SELECT 1 FROM {} LIMIT 1"
_WAL, _WAL_AT = b"\x02", 18  # write-ahead logging, as this byte of the file says


def contents(file: Path) -> Contents:
    """Tables, their columns and declared types, and views; all in the schema ``main``.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    try:
        with closing(_open(file)) as connection:
            named = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
            held = {name: _described(connection, name) for kind, name in named if kind == "table"}
            tables = {("main", name): found for name, found in held.items() if found is not None}
            return Contents(
                {key: columns for key, (columns, _) in tables.items()},
                frozenset(key for key, (_, is_empty) in tables.items() if is_empty),
                frozenset(("main", name) for kind, name in named if kind == "view"),
            )
    except sqlite3.Error as error:
        raise _explained(file, error) from None


def _described(connection: sqlite3.Connection, name: str) -> tuple[dict[str, str], bool] | None:
    """Columns of a table and whether it has no rows; None for a virtual one of an extension that is not here."""
    try:
        columns = dict(connection.execute(_COLUMNS, [name]).fetchall())
        return columns, connection.execute(_FIRST.format(identifier(name))).fetchone() is None
    except sqlite3.OperationalError as error:
        if "no such module" in str(error):
            return None
        raise


class SQLiteFile:
    """The reader of an SQLite file within a session; see `databases.reader.DatabaseReader`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path) -> None:
        self.connection = connection
        self.file = file
        self._streams: dict[str, _Stream] = {}

    def attach(self, scratch: Path) -> None:
        """Nothing to do: DuckDB does not open the file."""

    def select(self, source: Source, table: RawTable, found: DatabaseTable) -> str:
        """SELECT of the declared columns, typed."""
        expected = columns_expected(source, table, found, list(found.columns))
        stream = self._streams.setdefault(table.name, _Stream(self.file, table, found, expected))
        relation = f"sqlite_{table.name}"
        self.connection.register(relation, stream)
        columns = [
            _column(table, name) if name in expected else supplied(table, name, kind)
            for name, kind in table.columns.items()
        ]
        return f"SELECT {', '.join(columns)} FROM {identifier(relation)}"

    def select_items(self, table: RawTable, items: Sequence[int] | Sequence[str]) -> None:
        """Leave the filter to DuckDB, which compares values of any stored type."""

    def begin_scan(self) -> None:
        """Count the rows of each table from here on."""
        for stream in self._streams.values():
            stream.rows = None

    def rows_scanned(self, tables: Mapping[str, DatabaseTable], profile: str) -> dict[str, int]:  # noqa: ARG002
        """Rows that were handed over of each table since `begin_scan`."""
        counts = {name: self._streams[name].rows for name in tables}
        return {name: rows for name, rows in counts.items() if rows is not None}

    def count_rows(self, table: DatabaseTable, *, quickly: bool) -> tuple[int, str]:
        """Rows of a table: counted by SQLite, which reads it whole, or estimated by the highest row id."""
        relation = identifier(table.table)
        try:
            with closing(_open(self.file)) as opened:
                estimate = _estimated_rows(opened, relation, self.file) if quickly else None
                if estimate is not None:
                    return estimate, "estimated"
                return int(opened.execute(f"SELECT count(*) FROM {relation}").fetchone()[0]), "exact"
        except sqlite3.Error as error:
            raise _explained(self.file, error) from None

    def close(self) -> None:
        """Nothing to do: every scan closes the file."""

    def explain(self, error: duckdb.Error) -> InputError | None:  # noqa: ARG002
        """Say what stopped a stream, which DuckDB only reports as such."""
        return next((stream.fault for stream in self._streams.values() if stream.fault), None)


class _Stream(RowStream):
    """A table, for which each reading opens the file."""

    def __init__(
        self, file: Path, table: RawTable, found: DatabaseTable, expected: Mapping[str, int]
    ) -> None:
        types = [pa.int64() if is_read_as_integer(table, name) else pa.string() for name in expected]
        super().__init__(pa.schema(list(zip(expected, types, strict=True))))
        self._file = file
        self._found = found
        written = list(found.columns)
        columns = ", ".join(identifier(written[position]) for position in expected.values())
        self._query = f"SELECT {columns} FROM {identifier(found.table)}"

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            with closing(_open(self._file)) as connection:
                cursor = connection.execute(self._query)
                while rows := cursor.fetchmany(BATCH_ROWS):
                    yield self._arrow(rows)
        except sqlite3.Error as error:
            raise _explained(self._file, error, self._found) from None

    def _arrow(self, rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
        columns = [
            (self._whole_numbers if pa.types.is_integer(field.type) else self._texts)(field.name, values)
            for field, values in zip(self.schema, zip(*rows, strict=True), strict=True)
        ]
        return pa.record_batch(columns, schema=self.schema)

    def _whole_numbers(self, column: str, values: Sequence[Any]) -> pa.Array:
        with suppress(pa.ArrowException, OverflowError):
            numbers = pa.array(values, pa.int64())
            ends = [end for end in pc.min_max(numbers).as_py().values() if end is not None]
            if all(abs(end) < 10**FLOAT_DIGITS for end in ends):  # else some may be rounded floats
                return numbers
        return pa.array([self._whole_number(column, value) for value in values], pa.int64())

    def _whole_number(self, column: str, value: Any) -> int | None:
        """Read a whole number that is stored as text or as a float, as where a column has empty cells."""
        text = (self._text(column, value) or "").strip()
        if not text:
            return None
        try:
            is_plain = re.fullmatch(r"[-+]?[0-9]+", text)
            return _within_64_bits(int(text) if is_plain else _whole(float(text)))
        except _RoundedError:
            complaint = f"which is not exact (a float of more than {FLOAT_DIGITS} digits: store the column as integers)"
        except ValueError:
            complaint = "which is not a whole number"
        raise InputError(bad_value(self._found, column, text, complaint))

    def _texts(self, column: str, values: Sequence[Any]) -> pa.Array:
        try:
            return pa.array(values, pa.string())
        except pa.ArrowException:
            return pa.array([self._text(column, value) for value in values], pa.string())

    def _text(self, column: str, value: Any) -> str | None:
        """Value as text, whatever type its cell has; a float as the shortest that is read as the same number."""
        if not isinstance(value, bytes):
            return None if value is None else str(value)
        try:
            return value.decode()
        except UnicodeDecodeError:
            pass
        raise InputError(
            f"{self._found}: column {column} holds bytes (a BLOB) that are no text; convert them to text"
        )


class _RoundedError(ValueError):
    """A whole number has more digits than a float holds."""


def _whole(number: float) -> int:
    if not number.is_integer() or abs(number) >= 2**63:
        raise ValueError
    if abs(number) >= 10**FLOAT_DIGITS:
        raise _RoundedError
    return int(number)


def _within_64_bits(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


def _column(table: RawTable, name: str) -> str:
    """Write the SQL of a column; empty text is NULL, as in CSV."""
    if table.columns[name] == "text":
        return f"nullif({identifier(name)}, '') AS {identifier(name)}"
    return parsed(table, name, table.columns[name], identifier(name))


def _open(file: Path) -> sqlite3.Connection:
    # Each scan has a connection of its own, which DuckDB's threads use one after the other.
    location = f"{file.absolute().as_uri()}?{'immutable=1' if _is_alone(file) else 'mode=ro'}"
    return sqlite3.connect(location, timeout=PATIENCE_SECONDS, uri=True, check_same_thread=False)


def _is_alone(file: Path) -> bool:
    """Whether a file with write-ahead logging is open in no other program.

    SQLite would make the log and its index beside such a file only to read it, which fails in a folder that cannot be
    written, and leave them there.
    """
    with file.open("rb") as raw:
        is_logged = raw.read(_WAL_AT + 1)[_WAL_AT:] == _WAL
    return is_logged and not file.with_name(f"{file.name}-wal").exists()


def _estimated_rows(connection: sqlite3.Connection, relation: str, file: Path) -> int | None:
    """Highest row id; None if there is none, or if it is no number of rows, as where the table's own ids are its."""
    try:
        (highest,) = connection.execute(f"SELECT max(rowid) FROM {relation}").fetchone()
    except sqlite3.OperationalError:  # WITHOUT ROWID
        return None
    return highest if highest and 0 < highest < file.stat().st_size else None


def _explained(file: Path, error: sqlite3.Error, table: DatabaseTable | None = None) -> InputError:
    """One sentence; SQLite's own quotes cells."""
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return InputError(f"{file} is locked by another program that writes to it; close that and run again")
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY", "SQLITE_AUTH")):
        return InputError(f"{file} cannot be opened; check the permissions of the file and its folder")
    if table is not None and "UTF-8" in str(error):
        return InputError(f"{table} holds text that is not UTF-8; build the database from files in UTF-8")
    return InputError(f"{file} is a damaged SQLite database; copy or build it again")
