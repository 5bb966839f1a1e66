"""How a column of a server's table is read: cast by the server to one of four Arrow types, or left as text.

What a CSV export of the table would hold decides: the same text gives the same value. Numeric columns become the
nearest 64-bit float, char(n) loses its padding, a 32-bit float is read by its shortest decimal, a time with a time zone
is that of UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from synthsize.extract.definition.source import RawTable
from synthsize.extract.raw.tables import DatabaseTable
from synthsize.extract.raw.views import identifier, literal, not_plain, typed

_INTEGERS = ("int2", "int4", "int8")
_TIMES = ("timestamp", "timestamptz")
_NOT_PLAIN = ("bytea", "json", "jsonb", "xml")  # and arrays, whose names begin with _


@dataclass(frozen=True)
class Column:
    """A column as the server returns it, and as DuckDB reads it.

    Attributes
    ----------
    name, written : str
        As declared, and as the server writes it.
    remote : str
        SQL of the server.
    type_ : pyarrow.DataType
        Of the batches.
    local : str
        SQL of DuckDB.
    """

    name: str
    written: str
    remote: str
    type_: pa.DataType
    local: str


def column_of(table: RawTable, name: str, written: str, found: DatabaseTable) -> Column:
    """How to read a column.

    Parameters
    ----------
    table : RawTable
    name, written : str
        As declared, and as the server writes it.
    found : DatabaseTable
        With PostgreSQL's short names of types, such as ``"int4"``.

    Raises
    ------
    InputError
        If the column's type is no plain text or number.
    """
    kind, value, type_ = table.columns[name], identifier(written), found.columns[written]
    if type_ in _NOT_PLAIN or type_.startswith("_"):
        raise not_plain(found, name, f"{type_[1:]}[]" if type_.startswith("_") else type_)
    cast = _cast(kind, value, type_, f"{table.name}.{name}")
    if cast:
        remote, arrow = cast
        local = typed(table, name, identifier(name), has_kind=True)
    elif kind == "text":
        remote, arrow = f"nullif({value}::text, '')", pa.string()
        local = identifier(name)
    else:  # parsed as the text of a CSV file is
        remote, arrow = f"{value}::text", pa.string()
        local = typed(table, name, identifier(name), has_kind=False)
    return Column(name, written, remote, arrow, local)


def items_filter(
    table: RawTable, written: str, type_: str, items: Sequence[int] | Sequence[str]
) -> str | None:
    """Condition of the server for the rows of some items; None where comparing them is left to DuckDB."""
    value = identifier(written)
    if table.columns[str(table.item)] == "integer":
        if type_ not in (*_INTEGERS, "numeric"):
            return None
        array = "numeric[]" if type_ == "numeric" else "int8[]"
        return f"{value} = ANY ({literal('{' + ','.join(map(str, items)) + '}')}::{array})"
    text = value if type_ in ("text", "varchar") else f"{value}::text"
    return f"{text} IN ({', '.join(map(literal, items))})"


def _cast(kind: str, value: str, type_: str, place: str) -> tuple[str, pa.DataType] | None:
    """Return SQL and type of a column that has the declared kind; None for any other."""
    number = f"{value}::int4" if type_ == "bool" else value
    if kind == "integer" and type_ in (*_INTEGERS, "bool"):
        return f"{number}::int8", pa.int64()
    if kind == "number" and type_ in (*_INTEGERS, "bool", "float8", "numeric"):
        return f"{number}::float8", pa.float64()
    if kind == "number" and type_ == "float4":
        return f"{value}::text::float8", pa.float64()
    if (kind in ("timestamp", "date") and type_ in _TIMES) or (kind == "date" and type_ == "date"):
        moment = f"({value} AT TIME ZONE 'UTC')" if type_ == "timestamptz" else f"{value}::timestamp"
        return _finite(moment, place), pa.timestamp("us")
    return None


def _finite(moment: str, place: str) -> str:
    """Time, or an error of the server that names the place: Arrow would turn infinite times into others."""
    marked = f"({literal(f'unparsable|{place}|')} || {moment}::text)::timestamp"
    return f"CASE WHEN isfinite({moment}) THEN {moment} WHEN {moment} IS NOT NULL THEN {marked} END"
