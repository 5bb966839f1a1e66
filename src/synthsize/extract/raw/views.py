"""SQL views on the raw files: `raw.<table>` with the declared columns, by name and typed, for every file format.

Columns are found by the name in the file's own header, in any letter case and order. Whole numbers are parsed while
the file is read, because rows are filtered by them; other values are parsed lazily, in the rows that survive the
filter, and a value that cannot be parsed stops the query (`sql/macros.sql`).
"""

from __future__ import annotations

import csv
import glob
import gzip
import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from synthsize.csv_files import other_separator
from synthsize.errors import InputError
from synthsize.extract.definition.source import RawTable, Source
from synthsize.extract.raw.tables import TableFiles

_MACROS = {"integer": "as_integer", "number": "as_number", "timestamp": "as_time", "date": "as_date"}
SQL_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "timestamp": "TIMESTAMP",
    "date": "TIMESTAMP",
    "text": "VARCHAR",
}
GZIP_MAGIC = b"\x1f\x8b"


def is_parquet(file: Path) -> bool:
    """Whether the file's name says Parquet."""
    return file.suffix.lower() == ".parquet"


def is_gzip(file: Path) -> bool:
    """Whether the file's name says gzip."""
    return file.suffix.lower() == ".gz"


def open_bytes(file: Path) -> BinaryIO:
    """Open a CSV file for reading, unpacked if its name says gzip."""
    return gzip.open(file) if is_gzip(file) else file.open("rb")  # type: ignore[return-value]


def literal(text: object) -> str:
    """`text` as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def pattern(*files: Path) -> str:
    """`files` as SQL for DuckDB's readers, which would expand ``*`` and ``[``."""
    names = [literal(glob.escape(str(file))) for file in files]
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def read_header(file: Path) -> list[str]:
    """Column names of a table file, as written.

    Raises
    ------
    InputError
        If the file is empty, is no gzip or Parquet file although its name says so, is no UTF-8 text, or is not
        readable.
    """
    try:
        if is_parquet(file):
            return list(pq.read_schema(file).names)
        header = _first_record(file)
    except csv.Error:
        raise InputError(f"{file} begins with no CSV header (an open quote?); re-export it") from None
    except (pa.ArrowInvalid, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            f"{file} is not a readable {_format_name(file)} file; download or copy it again"
        ) from error
    except EOFError as error:
        raise InputError(f"{file} ends in the middle (truncated gzip); download or copy it again") from error
    except OSError as error:
        raise InputError(
            f"{file} cannot be read; check its permissions ({error.strerror or error})"
        ) from error
    if any("\0" in name or not name.replace("\t", "").isprintable() for name in header):
        raise InputError(f"{file} is not text in UTF-8 (UTF-16?); re-export it in UTF-8")
    if not header:
        raise InputError(f"{file} is empty; download or copy it again")
    return header


def column_positions(source: Source, table: RawTable, file: Path) -> dict[str, int]:
    """Position of every declared column in the file, without those that it may lack and does.

    Raises
    ------
    InputError
        If a column is missing (with a hint when the header is another database's) or named twice.
    """
    return columns_expected(source, table, file, read_header(file))


def columns_expected(
    source: Source, table: RawTable, place: Path | TableFiles, names: Sequence[str]
) -> dict[str, int]:
    """Position of every declared column among the names that a table has; see `column_positions`."""
    header = [name.strip().lower() for name in names]
    dispensable = {table.named_by_file, *table.may_lack}
    expected = [name for name in table.columns if name in header or name not in dispensable]
    missing = [name for name in expected if name not in header]
    if missing:
        raise InputError(_missing_columns(source, place, missing, header))
    twice = [name for name in expected if header.count(name) > 1]
    if twice:
        raise InputError(f"{place} names the column {twice[0]} twice; keep one of them")
    return {name: header.index(name) for name in expected}


def view_sql(source: Source, table: RawTable, files: TableFiles | None, *, parallel: bool) -> str:
    """Return the SQL that creates `raw.<table>`.

    Parameters
    ----------
    source, table : Source, RawTable
    files : TableFiles or None
        None (an optional table that is absent) gives a view without rows.
    parallel : bool
        Whether several threads may read a CSV file; one thread reads line breaks inside quotes without
        guessing.
    """
    if files is None:
        columns = [
            f"CAST(NULL AS {SQL_TYPES[kind]}) AS {identifier(name)}" for name, kind in table.columns.items()
        ]
        query = f"SELECT {', '.join(columns)} WHERE false"
    elif is_parquet(files.parts[0]):
        query = _parquet_query(source, table, files)
    else:
        query = _csv_query(source, table, files, parallel=parallel)
    return create_view(table, query)


def create_view(table: RawTable, query: str) -> str:
    """Make a query the view `raw.<table>`."""
    return f"CREATE OR REPLACE VIEW raw.{identifier(table.name)} AS {query}"


def _csv_query(source: Source, table: RawTable, files: TableFiles, *, parallel: bool) -> str:
    first = files.parts[0]
    positions = column_positions(source, table, first)
    header = read_header(first)
    _check_same_header(files)
    names = [f"unused_{position}" for position in range(len(header))]
    types = ["VARCHAR"] * len(names)
    for column, position in positions.items():
        names[position] = column
        types[position] = "BIGINT" if is_read_as_integer(table, column) else "VARCHAR"
    layout = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in zip(names, types, strict=True))
    compression = "gzip" if is_gzip(first) else "none"
    columns = [
        parsed(table, name, kind, identifier(name)) if name in positions else supplied(table, name, kind)
        for name, kind in table.columns.items()
    ]
    dialect = "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"'"
    return (
        f"SELECT {', '.join(columns)} FROM read_csv({pattern(*files.parts)}, {dialect}, "
        f"compression = '{compression}', parallel = {parallel}, columns = {{{layout}}}{_file_name(table, positions)})"
    )


def _check_same_header(files: TableFiles) -> None:
    """Stop if the parts of a CSV table are not alike: columns are taken by their position in the first."""
    first = files.parts[0]
    expected = [name.strip().lower() for name in read_header(first)]
    for part in files.parts[1:]:
        if [name.strip().lower() for name in read_header(part)] != expected:
            raise InputError(
                f"{part} has other columns than {first.relative_to(files.folder).as_posix()}, which belongs to the "
                "same table; download or export both again"
            )


def _file_name(table: RawTable, positions: dict[str, int]) -> str:
    """Option of a reader that adds each file's name where a column is taken from it."""
    is_needed = table.named_by_file is not None and table.named_by_file not in positions
    return ", filename = 'file_name'" if is_needed else ""


def supplied(table: RawTable, name: str, kind: str) -> str:
    """Write the SQL of a column that the files lack: given by each file's name, or empty."""
    if name != table.named_by_file:
        return f"CAST(NULL AS {SQL_TYPES[kind]}) AS {identifier(name)}"
    value = "parse_filename(file_name, true)"
    if kind == "text":
        return f"{value} AS {identifier(name)}"
    return f"{_MACROS[kind]}({value}, {literal(f'{table.name}.{name}')}) AS {identifier(name)}"


def is_read_as_integer(table: RawTable, column: str) -> bool:
    """Whether the CSV reader parses a column: it is fast, but rounds 0.6 to 1, so it is left to large tables."""
    return table.large and table.columns[column] == "integer"


def parsed(table: RawTable, name: str, kind: str, value: str) -> str:
    """Write the SQL of a column that holds text, save for what the reader has parsed already."""
    if kind == "text" or is_read_as_integer(table, name):
        return value
    return f"{_MACROS[kind]}({value}, {literal(f'{table.name}.{name}')}) AS {identifier(name)}"


def _parquet_query(source: Source, table: RawTable, files: TableFiles) -> str:
    """Read the parts column by column, by name; those that differ in columns or types are read one layout at a time."""
    layouts: dict[tuple[tuple[str, pa.DataType], ...], list[Path]] = {}
    for part in files.parts:
        read_header(part)  # stops at a broken one
        layouts.setdefault(_declared_fields(table, part), []).append(part)
    return " UNION ALL BY NAME ".join(_layout_query(source, table, parts) for parts in layouts.values())


def _layout_query(source: Source, table: RawTable, parts: Sequence[Path]) -> str:
    positions = column_positions(source, table, parts[0])
    columns = []
    for field in pq.read_schema(parts[0]):
        name = field.name.strip().lower()
        if name in table.columns:
            columns.append(_parquet_column(table, name, identifier(field.name), field.type, parts[0]))
    absent = [supplied(table, name, kind) for name, kind in table.columns.items() if name not in positions]
    option = _file_name(table, positions)
    return f"SELECT {', '.join(columns + absent)} FROM read_parquet({pattern(*parts)}{option})"


def _declared_fields(table: RawTable, part: Path) -> tuple[tuple[str, pa.DataType], ...]:
    """Fields of a Parquet file that the source reads, sorted: its reader finds them by name."""
    fields = [(field.name, field.type) for field in pq.read_schema(part)]
    return tuple(
        sorted((field for field in fields if field[0].strip().lower() in table.columns), key=lambda f: f[0])
    )


def _parquet_column(table: RawTable, name: str, value: str, type_: pa.DataType, place: Path) -> str:
    kind = table.columns[name]
    is_whole = pa.types.is_integer(type_) or pa.types.is_boolean(type_)  # true counts as 1
    if pa.types.is_nested(type_):
        raise not_plain(place, name, str(type_))
    if kind == "number" and (pa.types.is_float32(type_) or pa.types.is_float16(type_)):
        value = shortest_decimal(value)
    has_kind = {
        "integer": is_whole,
        "number": is_whole or pa.types.is_floating(type_),
        "timestamp": pa.types.is_timestamp(type_) and type_.tz is None,
        "text": True,
    }
    has_kind["date"] = has_kind["timestamp"]
    return typed(table, name, value, has_kind=has_kind[kind])


def typed(table: RawTable, name: str, value: str, *, has_kind: bool) -> str:
    """Write the SQL of a column that holds typed values: cast if they are of the declared kind, else parsed as text."""
    kind = table.columns[name]
    place = literal(f"{table.name}.{name}")
    if has_kind and SQL_TYPES[kind] == "TIMESTAMP":
        return f"finite_time(CAST({value} AS TIMESTAMP), {place}) AS {identifier(name)}"
    if has_kind:
        return f"CAST({value} AS {SQL_TYPES[kind]}) AS {identifier(name)}"
    return f"{_MACROS[kind]}(CAST({value} AS VARCHAR), {place}) AS {identifier(name)}"


def shortest_decimal(value: str) -> str:
    """Write the SQL of a 32-bit float as the decimal that it was stored for: 23.3, where a cast gives 23.299999237."""
    return f"CAST({value} AS VARCHAR)"


def not_plain(place: object, name: str, type_: str) -> InputError:
    """Say that a column holds what has no one plain text: a list, a structure, bytes."""
    return InputError(
        f"{place}: column {name} is of type {type_}, which holds no plain text or number; convert it to one"
    )


def _first_record(file: Path) -> list[str]:
    with file.open("rb") as raw:
        is_packed = raw.read(2) == GZIP_MAGIC
    if is_packed and not is_gzip(file):
        raise InputError(f"{file} is a gzip file although its name does not say so; add .gz to its name")
    if is_gzip(file) and not is_packed and file.stat().st_size:
        raise gzip.BadGzipFile
    with gzip.open(file) if is_packed else file.open("rb") as binary:
        # Only the header is judged here; the reader of the rows says on which line one is not UTF-8.
        text = io.TextIOWrapper(binary, encoding="utf-8-sig", errors="surrogateescape", newline="")
        return next(csv.reader(text), [])


def _format_name(file: Path) -> str:
    return {".parquet": "Parquet", ".gz": "gzip"}.get(file.suffix.lower(), "CSV")


def _missing_columns(source: Source, file: Path | TableFiles, missing: list[str], header: list[str]) -> str:
    separator = other_separator(header, [name.lower() for name in missing])
    if separator:
        return f"{file} is separated by {separator}, not by commas; re-export it with commas"
    sentence = f"{file} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
    signs = {column: other for column, other in source.signs_of_other_release.items() if column in header}
    if signs:
        column, other = next(iter(signs.items()))
        return (
            f"{sentence} but has {column}: it looks like {other}; "
            f"give source.path the tables of {source.name}, or correct source.name"
        )
    remedy = "source.name" if source.is_shipped else f"its columns in {source.folder / 'source.yaml'}"
    return f"{sentence}; export the table with all its columns, or correct {remedy}"
