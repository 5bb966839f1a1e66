"""Database files that hold the raw tables: which kind a file is, and which tables and columns it holds.

Read at every start of the workflow: what opens a file is imported only when there is one.
"""

from __future__ import annotations

from pathlib import Path

from synthsize.errors import InputError
from synthsize.extract.raw.tables import Contents, Kind

_SQLITE_MAGIC = b"SQLite format 3\0"
_DUCKDB_MAGIC, _DUCKDB_OFFSET = b"DUCK", 8
_UNFINISHED = (".wal", "-wal", "-journal")  # what a program that writes keeps beside the file


def kind_of(file: Path) -> Kind:
    """Kind of a database file, by its first bytes.

    Raises
    ------
    InputError
        If the file cannot be read, is no database, or has changes beside it that are not in it yet.
    """
    try:
        with file.open("rb") as raw:
            head = raw.read(len(_SQLITE_MAGIC))
    except OSError as error:
        raise InputError(
            f"source.path {file} cannot be read; check its permissions ({error.strerror})"
        ) from error
    if head != _SQLITE_MAGIC and head[_DUCKDB_OFFSET:][: len(_DUCKDB_MAGIC)] != _DUCKDB_MAGIC:
        raise InputError(
            f"source.path {file} is neither a folder nor a DuckDB or SQLite database; point it at the folder that "
            "holds the extract's tables, or at a database file"
        )
    _refuse_unfinished(file)
    return "sqlite" if head == _SQLITE_MAGIC else "duckdb"


def contents_of(file: Path) -> Contents:
    """Tables and views of a database file.

    Raises
    ------
    InputError
        If the file is no database or cannot be opened.
    """
    if kind_of(file) == "sqlite":
        from synthsize.extract.databases import sqlite_file

        return sqlite_file.contents(file)
    from synthsize.extract.databases import duckdb_file

    return duckdb_file.contents(file)


def _refuse_unfinished(file: Path) -> None:
    """Stop at changes that lie beside the file: its size and time would not change with them."""
    for ending in _UNFINISHED:
        beside = file.with_name(file.name + ending)
        if beside.exists() and beside.stat().st_size:
            raise InputError(
                f"{file} has changes that are not written to it yet ({beside.name} lies beside it); close the program "
                "that has it open, or open and close it once with its own program"
            )
