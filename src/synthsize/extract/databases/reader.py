"""How a session reads the raw tables of a database, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import duckdb

from synthsize.errors import InputError
from synthsize.extract.databases.duckdb_file import DuckDBFile
from synthsize.extract.databases.sqlite_file import SQLiteFile
from synthsize.extract.definition.source import RawTable, Source
from synthsize.extract.raw.tables import DatabaseTable, FileTable, ServerTable, TableFiles


class DatabaseReader(Protocol):
    """Gives a session's DuckDB the tables of one database, which it never writes to."""

    def attach(self, scratch: Path) -> None:
        """Open the database, before the session is shut; what is staged of it goes to `scratch`."""

    def select(self, source: Source, table: RawTable, found: DatabaseTable) -> str:
        """SELECT of the declared columns, typed."""

    def select_items(self, table: RawTable, items: Sequence[int] | Sequence[str]) -> str | None:
        """SELECT of a table's rows of some items, as `select` gives them; None if the database cannot filter them."""

    def begin_scan(self) -> None:
        """Get ready to count the rows of a scan."""

    def rows_scanned(self, tables: Mapping[str, DatabaseTable], profile: str) -> dict[str, int]:
        """Rows of each table that the query since `begin_scan` read, of which DuckDB gives the profile."""

    def count_rows(self, table: DatabaseTable, *, quickly: bool) -> tuple[int, str]:
        """Rows of a table, and whether they are ``"exact"`` or, which `quickly` allows, ``"estimated"``."""

    def close(self) -> None:
        """End what is open besides the session."""

    def explain(self, error: duckdb.Error) -> InputError | None:
        """Say what is wrong with the database; None if an error is not about it."""


def reader_of(
    tables: Mapping[str, TableFiles], connection: duckdb.DuckDBPyConnection
) -> DatabaseReader | None:
    """Reader of the database that the tables lie in; None if they lie in files of their own."""
    found = next((table for table in tables.values() if isinstance(table, DatabaseTable)), None)
    if isinstance(found, ServerTable):
        from synthsize.extract.databases.postgres.reader import PostgresReader

        return PostgresReader(connection, found.server)
    if not isinstance(found, FileTable):
        return None
    reader = SQLiteFile if found.kind == "sqlite" else DuckDBFile
    return reader(connection, found.file)
