"""How many rows a query read of each raw table, from DuckDB's profile of it: a count that costs no scan of its own."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow.parquet as pq

from synthsize.extract.raw.tables import TableFiles
from synthsize.extract.raw.views import is_parquet


def rows_of_tables(tables: Mapping[str, TableFiles], profile: str) -> dict[str, int]:
    """Rows that a query read of each of `tables`; those that it did not read are left out.

    Parameters
    ----------
    tables : mapping of str to TableFiles
    profile : str
        JSON of the query's profile.
    """
    read = _rows_scanned(json.loads(profile))
    counts = {name: _rows_read(table, read) for name, table in tables.items()}
    return {name: count for name, count in counts.items() if count is not None}


def _rows_read(table: TableFiles, read: Mapping[str, int]) -> int | None:
    """Rows that a scan read of a table; None if it read none of its files."""
    if not table.parts:  # in a database, whose reader counts
        return None
    # A reader of several files is listed by the first of them, then a comma. Files of several layouts have a reader for
    # each, of which DuckDB leaves out those that cannot match.
    files = [glob.escape(str(part)) for part in table.parts]
    names = [name for name in read if any(name == file or name.startswith(f"{file}, ") for file in files)]
    if not names:
        return None
    # A Parquet reader skips what cannot match; row counts come from the files' footers.
    if is_parquet(table.parts[0]):
        return sum(int(pq.read_metadata(part).num_rows) for part in table.parts)
    return sum(read[name] for name in names)


def _rows_scanned(profile: Mapping[str, Any]) -> dict[str, int]:
    """Rows read of each file, by the name given to the reader, from the tree of operators of a query profile."""
    rows: dict[str, int] = {}
    for operator in operators(profile):
        file = operator.get("extra_info", {}).get("Filename(s)")
        if file:
            rows[file] = rows.get(file, 0) + operator["rows_scanned"]
    return rows


def operators(profile: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every operator of a query profile."""
    pending = list(profile["operator"])
    while pending:
        operator = pending.pop()
        pending.extend(operator.get("children", []))
        yield operator
