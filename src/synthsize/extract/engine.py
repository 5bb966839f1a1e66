"""DuckDB as the extraction uses it: bounded memory, spills that are removed, errors in the user's words."""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from synthsize.contracts.contract import Contract
from synthsize.errors import InputError
from synthsize.extract.raw_views import is_parquet, literal, view_sql
from synthsize.extract.source import SHIPPED, Source
from synthsize.scratch import scratch_beside

_DUCKDB_TYPES = {
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
}
OUTSIDE_BUFFERS_MB = 500


@dataclass(frozen=True)
class Engine:
    """Resources of one extraction job.

    Attributes
    ----------
    memory_limit : str
        What DuckDB's buffers may hold before they spill to disk, as ``"1GB"``; the process needs some 0.3 GB besides.
    threads : int
        Threads of the job.
    """

    memory_limit: str = "1GB"
    threads: int = 1

    @classmethod
    def for_job(cls, memory_mb: int, threads: int) -> Engine:
        """Engine of a job that may use `memory_mb` megabytes in all.

        DuckDB's limit covers its buffers; the process and the readers of compressed files need the rest.
        """
        buffers = max(memory_mb - OUTSIDE_BUFFERS_MB, memory_mb // 2)
        return cls(memory_limit=f"{buffers}MB", threads=threads)


class Session:
    """An in-memory database with the raw tables of one extract as views `raw.<table>`.

    Attributes
    ----------
    scratch : Path
        Folder for staging files, removed with the session.
    """

    def __init__(self, source: Source, tables: Mapping[str, Path], engine: Engine, scratch: Path) -> None:
        self.source = source
        self.tables = dict(tables)
        self.engine = engine
        self.scratch = scratch
        self.connection = duckdb.connect()

    def prepare(self) -> None:
        """Apply the settings and create the views."""
        self.execute(f"SET memory_limit = {literal(self.engine.memory_limit)}")
        self.execute(f"SET threads = {int(self.engine.threads)}")
        self.execute(f"SET temp_directory = {literal(self.scratch)}")
        self.execute("SET enable_progress_bar = false")
        self.execute((SHIPPED / "parse_macros.sql").read_text(encoding="utf-8"))
        self.execute("CREATE SCHEMA raw")
        self.create_views(parallel=True)
        self.set_variables(found_tables=sorted(self.tables))

    def create_views(self, *, parallel: bool) -> None:
        """Point `raw.<table>` at the files; `parallel`: whether several threads read each large one."""
        for name, table in self.source.tables.items():
            view = view_sql(self.source, table, self.tables.get(name), parallel=parallel and table.large)
            self.execute(view)

    def set_variables(self, **values: Any) -> None:
        """Set what the SQL files read through `getvariable`."""
        for name, value in values.items():
            self.execute(f"SET VARIABLE {name} = $1", [value])

    def run_file(self, name: str) -> None:
        """Run an SQL file of the source."""
        file = self.source.folder / name
        try:
            self.execute(file.read_text(encoding="utf-8"))
        except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
            raise InputError(f"{file} does not run; mend it ({str(error).splitlines()[0]})") from error

    def execute(self, sql: str, parameters: list[Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run SQL; errors that the owner of the data can mend become `InputError`."""
        try:
            return self.connection.execute(sql, parameters)
        except duckdb.Error as error:
            sentence = explain(str(error), self.tables, self.engine)
            if sentence is None:
                raise
            raise InputError(sentence) from error

    def fetch(self, sql: str) -> pd.DataFrame:
        """Return the result of a query as a DataFrame."""
        return self.execute(sql).df()

    def scan(self, sql: str) -> dict[str, int]:
        """Run one statement over raw tables and count, for free, the rows it read of each.

        Returns
        -------
        dict of str to int
            Logical table -> rows scanned.
        """
        self.execute("PRAGMA enable_profiling = 'no_output'")
        self._execute_scan(sql)
        read = _rows_scanned(json.loads(self.connection.get_profiling_information()))
        self.execute("PRAGMA disable_profiling")
        names = {name: glob.escape(str(file)) for name, file in self.tables.items()}
        # A Parquet reader skips what cannot match; its file knows how many rows it holds.
        return {
            name: pq.read_metadata(file).num_rows if is_parquet(file) else read[names[name]]
            for name, file in self.tables.items()
            if names[name] in read
        }

    def _execute_scan(self, sql: str) -> None:
        try:
            self.execute(sql)
        except InputError as error:
            if "CSV" not in str(error.__cause__):
                raise
            # Parallel readers may stumble over line breaks inside quotes; a single one knows what is broken.
            self.create_views(parallel=False)
            self.execute(sql)

    def write(self, relation: str, table: Contract, path: Path) -> None:
        """Write a relation as the Parquet table of a contract: its columns, types and row order."""
        columns = ", ".join(
            f"CAST({name} AS {_DUCKDB_TYPES[type_]}) AS {name}" for name, type_ in table.columns.items()
        )
        order = ", ".join(table.sort_by)
        query = f"SELECT {columns} FROM {relation} ORDER BY {order}"
        self.execute(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")
        table.check_file(path)


@contextmanager
def open_session(
    source: Source, tables: Mapping[str, Path], engine: Engine, output: Path
) -> Iterator[Session]:
    """Open a session whose spills and staging files lie beside `output`, until it closes.

    Raises
    ------
    InputError
        If the folder for spills cannot be written, or a raw table cannot be read.
    """
    with scratch_beside(output) as scratch:
        session = Session(source, tables, engine, scratch)
        try:
            session.prepare()
            yield session
        finally:
            session.connection.close()


def explain(message: str, tables: Mapping[str, Path], engine: Engine) -> str | None:
    """One sentence for a DuckDB error about the data, without any row's content but the offending value; else None."""
    marked = re.search(r"unparsable\|(\w+)\.(\w+)\|([^|]*)\|(.*)", message, re.DOTALL)
    if marked:
        table, column, kind, value = marked.groups()
        return _bad_value(tables.get(table, table), column, value.strip(), kind)
    if "Unexpected end of GZIP" in message:
        return f"{_file_of(message, tables)} ends in the middle (truncated gzip); download or copy it again"
    if "GZIP" in message:
        return f"{_file_of(message, tables)} is not a valid gzip file; download or copy it again"
    if "Out of Memory" in message:
        return f"the extraction needs more than its memory limit of {engine.memory_limit}; raise it"
    if "No space left" in message:
        return "the disk is full; free space in the output folder or change output.root"
    if "CSV Error" in message or "CSV Parser" in message:
        return _csv_error(message, tables)
    return None


def _csv_error(message: str, tables: Mapping[str, Path]) -> str:
    file = _file_of(message, tables)
    value = re.search(
        r'Error when converting column "(\w+)"\. Could not convert string "(.*?)" to', message, re.DOTALL
    )
    if value:
        return _bad_value(file, value[1], value[2], "a whole number")
    line = re.search(r"CSV Error on Line: (\d+)", message)
    reasons = (
        r"Expected Number of Columns: \d+ Found: \d+|unterminated quote|Invalid unicode|Maximum line size"
    )
    reason = re.search(reasons, message)
    where = f"line {line[1]}" if line else "the file"
    return f"{file}: {where} is not valid CSV in UTF-8 ({reason[0] if reason else 'broken row'}); mend or re-export it"


def _bad_value(file: object, column: str, value: str, kind: str) -> str:
    shown = "a value" if column.endswith("_id") else repr(value[:40])  # an identifier has no place in a log
    return f"{file}: column {column.upper()} holds {shown}, which is not {kind}; mend or re-export the table"


def _file_of(message: str, tables: Mapping[str, Path]) -> str:
    named = [str(file) for file in tables.values() if str(file) in message]
    return max(named, key=len, default="an input file")


def _rows_scanned(profile: Mapping[str, Any]) -> dict[str, int]:
    """Rows read of each file, named as the reader was told, from the tree of operators of a query profile."""
    rows: dict[str, int] = {}
    pending = list(profile["operator"])
    while pending:
        operator = pending.pop()
        pending.extend(operator.get("children", []))
        file = operator.get("extra_info", {}).get("Filename(s)")
        if file:
            rows[file] = rows.get(file, 0) + operator["rows_scanned"]
    return rows
