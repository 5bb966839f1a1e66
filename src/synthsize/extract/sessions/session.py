"""DuckDB as the extraction uses it: bounded memory, spills that are removed, no access beyond the declared files."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import duckdb
import pandas as pd
import pyarrow as pa

from synthsize.contracts.contract import Contract
from synthsize.errors import WITHHELD, InputError
from synthsize.extract.databases.reader import reader_of
from synthsize.extract.definition.named_codes import code_variables
from synthsize.extract.definition.source import Source
from synthsize.extract.definition.text_files import read_utf8
from synthsize.extract.raw.csv_end import check_quotes
from synthsize.extract.raw.faults import Statement, explain, is_of_csv
from synthsize.extract.raw.rows_scanned import rows_of_tables
from synthsize.extract.raw.tables import DatabaseTable, TableFiles
from synthsize.extract.raw.views import create_view, literal, view_sql
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.statements import placed, refuse_types, refuse_writing
from synthsize.scratch import scratch_beside

_DUCKDB_TYPES = {
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
}
SHARED_SQL = Path(__file__).parents[1] / "sql"
INTERRUPTED = "Query interrupted"  # what DuckDB's Python package says of SIGINT, in a plain RuntimeError
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # SQL sees no variable of Python's
}
_Result = TypeVar("_Result")


class Session:
    """An in-memory database with the raw tables of one extract as views `raw.<table>`.

    The SQL of a source is its owner's program; what it may reach is fixed before it runs: the tables, `reads`, the
    scratch folder and, for a source of one's own, its folder. DuckDB installs and loads no extension, and neither
    reads a file elsewhere nor opens a connection. It may write what it may read: `statements` refuses SQL that would.

    Attributes
    ----------
    scratch : Path
        Folder for staging files, removed with the session.
    """

    def __init__(
        self,
        source: Source,
        tables: Mapping[str, TableFiles],
        engine: Engine,
        scratch: Path,
        *,
        reads: Sequence[Path] = (),
        keep_order: bool = True,
        rule: str | None = None,
    ) -> None:
        self.source = source
        self.tables = dict(tables)
        self.engine = engine
        self.scratch = scratch
        self.reads = tuple(reads)
        self.keep_order = keep_order
        self.rule = rule
        self.places: dict[str, TableFiles] = dict(
            tables
        )  # where messages may locate a value that does not parse
        self.connection = duckdb.connect(config=_CLOSED)
        self.database = reader_of(tables, self.connection)
        self._statement: Statement | None = None

    def prepare(self) -> None:
        """Apply the settings, for good, and create the views."""
        self.execute(f"SET memory_limit = {literal(self.engine.memory_limit)}")
        self.execute(f"SET threads = {int(self.engine.threads)}")
        self.execute(f"SET temp_directory = {literal(self.scratch.absolute())}")
        self.execute("SET TimeZone = 'UTC'")  # else times with a zone would depend on the machine's
        self.execute("SET enable_progress_bar = false")
        self.execute(f"SET preserve_insertion_order = {self.keep_order}")
        # Joins are built on their right side, as written: DuckDB takes a packed file of millions of rows for a few
        # dozen, and would hold the events in memory to look up admissions in them.
        self.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        self.execute("PRAGMA enable_profiling = 'no_output'")  # counts the rows of a scan for free
        if self.database:
            self.database.attach(self.scratch)
        self._close()
        self.run_shared("macros.sql")
        self.execute("CREATE SCHEMA raw")
        self.create_views(parallel=True)
        self.set_variables(found_tables=sorted(self.tables), **code_variables(self.source))

    @property
    def files(self) -> list[Path]:
        """Every file of every table."""
        return [part for table in self.tables.values() for part in table.parts]

    def _close(self) -> None:
        """Shut the files, the network and the settings to all SQL that follows."""
        folders = [self.scratch] if self.source.is_shipped else [self.scratch, self.source.folder]
        self.execute(f"SET allowed_paths = {_paths([*self.files, *self.reads])}")
        self.execute(f"SET allowed_directories = {_paths(folders)}")
        self.execute("SET enable_external_access = false")
        self.execute("SET lock_configuration = true")

    def create_views(self, *, parallel: bool) -> None:
        """Point `raw.<table>` at the files; `parallel`: whether several threads read each large one."""
        for name, table in self.source.tables.items():
            found = self.tables.get(name)
            if self.database and isinstance(found, DatabaseTable):
                query = self.database.select(self.source, table, found)
                self.execute(create_view(table, query))
            else:
                self.execute(view_sql(self.source, table, found, parallel=parallel and table.large))

    def set_variables(self, **values: Any) -> None:
        """Set what the SQL files read through `getvariable`."""
        for name, value in values.items():
            self.execute(f"SET VARIABLE {name} = $1", [value])

    def run_file(self, name: str) -> None:
        """Run an SQL file of the source, statement by statement, so that a fault has its line.

        Raises
        ------
        InputError
            If the file is not UTF-8, could write a file (then none of it runs) or does not run, with file, line and
            reason.
        """
        file = self.source.folder / name
        text = read_utf8(file)
        self._statement = Statement(file, text)
        statements = self._explained(lambda: self.connection.extract_statements(text))
        places = placed(file, text, statements)
        refuse_types(statements, places)
        refuse_writing(file, text)
        for statement, self._statement in zip(statements, places, strict=True):
            self.execute(statement)
        self._statement = Statement(file, text)  # its views are read later

    def run_select(self, name: str, relation: str, kind: Literal["TABLE", "VIEW"]) -> dict[str, str]:
        """Make the one SELECT of an SQL file of the source a relation; return the types of its columns by name.

        Raises
        ------
        InputError
            If the file is not UTF-8, holds anything but one SELECT, could write a file, or does not run.
        """
        file = self.source.folder / name
        text = read_utf8(file)
        self._statement = Statement(file, text)
        statements = self._explained(lambda: self.connection.extract_statements(text))
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise InputError(f"{file} must hold one SELECT and nothing else; use WITH for what it builds on")
        refuse_writing(file, text)
        query = statements[0].query.strip().rstrip(";")
        (self._statement,) = placed(file, text, statements)
        self.execute(f"CREATE TEMP {kind} {relation} AS {query}")
        described = self.execute(f"DESCRIBE {relation}").fetchall()
        self._statement = Statement(file, text)  # its rows are read later
        return {column: type_ for column, type_, *_ in described}

    def run_shared(self, name: str) -> None:
        """Run an SQL file of the package on the rows of the source's SELECT."""
        self.execute((SHARED_SQL / name).read_text(encoding="utf-8"))

    def execute(
        self, sql: str | duckdb.Statement, parameters: list[Any] | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Run SQL.

        Raises
        ------
        InputError
            For what the owner of the data or of the source's SQL can correct.
        RuntimeError
            For anything else, without DuckDB's message.
        """
        return self._explained(lambda: self.connection.execute(sql, parameters), str(sql))

    def _explained(self, action: Callable[[], _Result], sql: str = "") -> _Result:
        """Do something in DuckDB; its errors end here, for their messages quote rows."""
        try:
            return action()
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            failure = self._failure(error, sql)
        except RuntimeError as error:
            if str(error) != INTERRUPTED:
                raise
            raise KeyboardInterrupt from None
        raise failure  # outside of `except`: the error of DuckDB's is not chained to it

    def _failure(self, error: duckdb.Error, sql: str) -> Exception:
        if self.database and (fault := self.database.explain(error)):
            return fault
        statement = self._statement
        if (
            statement and statement.first_line is None
        ):  # what the package reads of the SQL's results may be quoted
            statement = replace(statement, text=f"{statement.text}\n{sql}")
        sentence = explain(error, self.places, statement, self._out_of_memory())
        if sentence is None:
            return RuntimeError(f"DuckDB stopped with {type(error).__name__}; {WITHHELD}")
        return InputError(sentence)

    def _out_of_memory(self) -> str:
        needs = f"the extraction needs more than the {self.engine.memory_limit} that DuckDB may use"
        if self.rule is None:
            return f"{needs} for tables that are not marked large; write large: true for the longest in source.yaml"
        return f"{needs} (500 MB less than its job); raise it with --set-resources {self.rule}:mem_mb=8000"

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
        if self.database:
            self.database.begin_scan()
        self._execute_scan(sql)
        profile = self.connection.get_profiling_information()
        held = {name: table for name, table in self.tables.items() if isinstance(table, DatabaseTable)}
        counted = self.database.rows_scanned(held, profile) if self.database else {}
        return rows_of_tables(self.tables, profile) | counted

    def _execute_scan(self, sql: str) -> None:
        """Run a scan again with one reader for each file if a row cannot be taken apart.

        Parallel readers may stumble over line breaks inside quotes; a single one reports what is broken, save for a
        quote that is never closed, after which it would lose the rest of the file.
        """
        try:
            self.connection.execute(sql)
        except duckdb.Error as error:
            failure = None if is_of_csv(str(error)) else self._failure(error, sql)
        else:
            return
        if failure:
            raise failure
        for file in self.files:
            check_quotes(file)
        self.create_views(parallel=False)
        self.execute(sql)

    def count(self, sql: str) -> int:
        """Return the one number that a query gives; 0 if it gives no row."""
        row = self.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def write(self, relation: str, table: Contract, path: Path, order: Sequence[str] = ()) -> None:
        """Write a relation as the Parquet table of a contract: its columns, types and row order.

        `order`: columns whose order is the contract's, by default those that it names.
        """
        columns = ", ".join(
            name if type_ == pa.string() else f"CAST({name} AS {_DUCKDB_TYPES[type_]}) AS {name}"
            for name, type_ in table.columns.items()
        )
        query = f"SELECT {columns} FROM {relation} ORDER BY {', '.join(order or table.sort_by)}"
        written = self.scratch / path.name
        self.execute(f"COPY ({query}) TO {literal(written)} (FORMAT parquet, COMPRESSION zstd)")
        written.replace(path)
        table.check_file(path)


@contextmanager
def open_session(
    source: Source,
    tables: Mapping[str, TableFiles],
    engine: Engine,
    output: Path,
    *,
    reads: Sequence[Path] = (),
    keep_order: bool = True,
    rule: str | None = None,
) -> Iterator[Session]:
    """Open a session whose spills and staging files lie beside `output`, until it closes.

    Parameters
    ----------
    source : Source
    tables : mapping of str to TableFiles
        Where each raw table lies: in files, or in a database.
    engine : Engine
    output : Path
    reads : sequence of Path
        Files that are read besides the tables.
    keep_order : bool
        Whether results without ORDER BY keep the order of the files, which costs memory.
    rule : str or None
        Rule of the workflow whose memory is the engine's.

    Raises
    ------
    InputError
        If the folder for spills cannot be written, or a raw table cannot be read.
    """
    with scratch_beside(output) as scratch:
        session = Session(source, tables, engine, scratch, reads=reads, keep_order=keep_order, rule=rule)
        try:
            session.prepare()
            yield session
        finally:
            session.connection.close()
            if session.database:
                session.database.close()


def _paths(files: Sequence[Path]) -> str:
    """List files in SQL, by the names given to the readers."""
    absolute = [str(file.absolute()) for file in files]
    return f"[{', '.join(literal(path) for name in absolute for path in (name, glob.escape(name)))}]"
