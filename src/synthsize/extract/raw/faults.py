"""DuckDB's errors, as one sentence for the owner of the data or of the SQL.

The one place where a message of DuckDB is read. Such messages quote cells of patients' rows, so no text of theirs
goes on; what does is a line number, the shape of a value (`locate.shape`), the name of a file or a type, and a name
only where it stands in the SQL file already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from synthsize.errors import WITHHELD
from synthsize.extract.raw.locate import MASKED, broken_gzip, broken_parquet, place_of, shape
from synthsize.extract.raw.tables import TableFiles

_UNKNOWN = {
    "column": r'Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"',
    "table": r'Table with name (\S+) does not exist|Referenced table "([^"]+)" not found',
    "function": r"Function with name (\S+) does not exist",
    "type": r"Type with name (\S+) does not exist",
}


@dataclass(frozen=True)
class Statement:
    """A statement of a source's SQL file, or the whole file while what it defined is read later.

    Attributes
    ----------
    file : Path
    text : str
        Text of the whole file: names that occur in it may be quoted.
    first_line, last_line : int
        Lines of the statement; None, None for the whole file.
    """

    file: Path
    text: str
    first_line: int | None = None
    last_line: int | None = None

    def place_of(self, name: str | None) -> str:
        """File and, if the statement is known, the line on which a name first stands or the statement begins."""
        if self.first_line is None or self.last_line is None:
            return str(self.file)
        lines = self.text.splitlines()[self.first_line - 1 : self.last_line]
        named = (n for n, line in enumerate(lines) if name and re.search(rf"\b{re.escape(name)}\b", line))
        return f"{self.file}, line {self.first_line + next(named, 0)}"


def explain(
    error: duckdb.Error, tables: Mapping[str, TableFiles], statement: Statement | None, out_of_memory: str
) -> str | None:
    """One sentence about an error of DuckDB that the user can correct, without any cell of a row.

    Parameters
    ----------
    error : duckdb.Error
    tables : dict of str to TableFiles
        Files of each raw table, and of whatever else `unparsable` may name as a place.
    statement : Statement or None
        The SQL of the source that runs, or whose views are read; None before any ran.
    out_of_memory : str
        The sentence for a job that needs more than its memory.

    Returns
    -------
    str or None
        None if only the package's authors can correct it.
    """
    message = str(error)
    return (
        _of_the_machine(error, message, out_of_memory)
        or _of_a_value(message, tables)
        or _of_a_file(error, message, tables)
        or (_of_the_sql(error, message, statement) if statement else None)
    )


def bad_value(table: TableFiles | str, column: str, text: str, complaint: str) -> str:
    """State where a column holds a bad value and what it looks like."""
    parts = table.parts if isinstance(table, TableFiles) else ()
    if fault := broken_gzip(parts):  # DuckDB does not look at the checksum
        return fault
    places = ((part, place_of(part, column.lower(), text)) for part in parts)
    where = next((f"{part}, {place}" for part, place in places if place), str(table))
    return (
        f"{where}: column {column} holds a value like '{shape(text)}', {complaint}; "
        f"correct it or re-export the table ({MASKED})"
    )


def _of_the_machine(error: duckdb.Error, message: str, out_of_memory: str) -> str | None:
    if "No space left" in message or "max_temp_directory_size" in message:
        return "the disk is full; free space in the output folder or change output.root"
    return out_of_memory if isinstance(error, duckdb.OutOfMemoryException) else None


def _of_a_value(message: str, tables: Mapping[str, TableFiles]) -> str | None:
    """Sentence about a cell that does not parse: stopped by the macros, or by the CSV reader."""
    marked = re.match(r"Invalid Input Error: unparsable\|(\w+)\.([\w-]+)\|([^|]*)\|(.*)", message, re.DOTALL)
    if marked:
        table, column, kind, text = marked.groups()
        return bad_value(tables.get(table, table), column, text, f"which is not {kind}")
    cast = re.search(
        r'^Error when converting column "([\w-]+)"\. Could not convert string "(.*?)" to \'',
        message,
        re.DOTALL | re.M,
    )
    if cast and is_of_csv(message):
        file = _file_of(message, tables)
        table = TableFiles.of_one(file) if file else "a table"
        return bad_value(table, cast[1], cast[2], "which is not a whole number")
    return None


def _of_a_file(error: duckdb.Error, message: str, tables: Mapping[str, TableFiles]) -> str | None:
    if is_of_csv(message):
        return _broken_row(message, tables)
    if isinstance(error, duckdb.IOException) and "GZIP" in message:
        return broken_gzip(_parts(tables))
    if isinstance(error, duckdb.IOException) and "Permission denied" in message:
        return f"{_file_of(message, tables) or 'a table'} cannot be read; check its permissions"
    # The reader of Parquet has no class of error of its own, and does not always name the file.
    if type(error) in (
        duckdb.Error,
        duckdb.IOException,
        duckdb.InvalidInputException,
        duckdb.InternalException,
    ):
        file = broken_parquet(_parts(tables))
        return f"{file} is a damaged Parquet file; download or copy it again" if file else None
    return None


def is_of_csv(message: str) -> bool:
    """Whether a message is the CSV reader's about a row."""
    return re.match(r"(Invalid Input|Conversion) Error: CSV Error on Line", message) is not None


def _broken_row(message: str, tables: Mapping[str, TableFiles]) -> str:
    file = _file_of(message, tables)
    if file and (fault := broken_gzip([file])):  # DuckDB does not look at the checksum
        return fault
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"{file or 'a table'}, line {line[1]}" if line else str(file or "a table")
    count = re.search(r"^Expected Number of Columns: (\d+) Found: (\d+)", message, re.M)
    if count:
        return f"{where}: {count[2]} fields where the header has {count[1]}; correct the row or re-export the table"
    if re.search("^Invalid unicode", message, re.M):
        return f"{where} is not UTF-8; re-export the table in UTF-8"
    if re.search("unterminated quote", message):
        return f"{where}: a double quote is not closed, or stands inside a cell; correct the row or re-export the table"
    if re.search("^Maximum line size", message, re.M):
        return f"{where}: the row is longer than 2 MB (an open quote?); correct it or re-export the table"
    return f"{where} is not valid CSV; correct the row or re-export the table"


def _parts(tables: Mapping[str, TableFiles]) -> list[Path]:
    return [part for table in tables.values() for part in table.parts]


def _file_of(message: str, tables: Mapping[str, TableFiles]) -> Path | None:
    """File that the reader names in the last lines of its message."""
    named = [file for file in _parts(tables) if f"file = {file}\n" in message]
    return named[0] if named else None


def _of_the_sql(error: duckdb.Error, message: str, statement: Statement) -> str:
    for kind, pattern in _UNKNOWN.items():
        found = re.search(pattern, message)
        if found:
            name = _if_written(next(group for group in found.groups() if group), statement)
            shown = f" {name!r}" if name else ""
            return f"{statement.place_of(name)}: unknown {kind}{shown}; correct the SQL or source.yaml"
    if isinstance(error, duckdb.ParserException):
        return _of_the_syntax(message, statement)
    if isinstance(error, duckdb.ConversionException):
        return _of_a_cast(message, statement)
    if isinstance(error, duckdb.PermissionException) or "configuration has been locked" in message:
        return (
            f"{statement.place_of(None)}: SQL may read the declared tables and the files of its own folder; it may "
            "not reach other files or the network, load extensions or change settings; remove that"
        )
    kind_of_error = re.match(r"[A-Z][A-Za-z ]* Error", message)
    return (
        f"{statement.place_of(None)}: DuckDB cannot run this ({kind_of_error[0] if kind_of_error else 'error'}; "
        f"{WITHHELD}); correct the SQL"
    )


def _of_the_syntax(message: str, statement: Statement) -> str:
    line = re.search(r"^LINE (\d+):", message, re.M)
    near = re.search(r'syntax error at or near "([^"]+)"', message)
    name = _if_written(near[1], statement) if near else None
    where = f"{statement.file}, line {line[1]}" if line else statement.place_of(name)
    return f"{where}: syntax error{f' near {name!r}' if name else ''}; correct the SQL"


def _of_a_cast(message: str, statement: Statement) -> str:
    text = re.search(r"Could not convert string (['\"])(.*)\1 to ", message, re.DOTALL)
    type_ = re.search(r"(?:destination type|['\"] to) ([A-Z][A-Z0-9_]*(?:\(\d+,\d+\))?)\b", message)
    column = re.search(r"casting from source column (\w+)", message)
    name = _if_written(column[1], statement) if column else None
    return (
        f"{statement.place_of(name)}: a value{f' of {name}' if name else ''}"
        f"{f''' like '{shape(text[2])}' ''' if text else ' '}cannot be cast"
        f"{f' to {type_[1]}' if type_ else ''}; use TRY_CAST, or correct the row"
    )


def _if_written(name: str, statement: Statement) -> str | None:
    """`name` if the SQL file says it: a name of DuckDB's may come from the data, as the columns of a PIVOT do."""
    bare = name.strip("\"'!").rpartition(".")[2]
    return bare if bare and re.search(rf"\b{re.escape(bare)}\b", statement.text) else None
