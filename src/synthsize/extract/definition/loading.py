"""Reading the folder of a source, and rejecting a description that contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from synthsize.errors import InputError
from synthsize.extract.definition.description import read_description
from synthsize.extract.definition.source import (
    SHIPPED,
    STEPS,
    Codes,
    RawTable,
    Release,
    Source,
    shipped_sources,
)

REQUIRED_FILES = ("source.yaml", "admissions.sql", "measurements.sql")
COLUMN_KINDS = ("integer", "number", "timestamp", "date", "text")


def load_source(name: str | Path) -> Source:
    """Read the description of a source.

    Parameters
    ----------
    name : str or Path
        A source of the package (``"mimic3"``) or the path of a folder of one's own.

    Raises
    ------
    InputError
        If there is no such source, or its folder lacks a file or describes a table badly.
    """
    folder = SHIPPED / name if str(name) in shipped_sources() else Path(name)
    if not folder.is_dir():
        raise InputError(
            f"source.name {str(name)!r} is neither a source of the package ({', '.join(shipped_sources())}) nor a "
            "folder; correct source.name"
        )
    missing = [file for file in REQUIRED_FILES if not (folder / file).is_file()]
    if not any(folder.glob("concepts/*.csv")):
        missing.append("concepts/<set>.csv")
    if missing:
        raise InputError(
            f"source folder {folder} lacks {', '.join(missing)}; add it (`synthsize new-source DIR` writes a template)"
        )
    description = read_description(folder / "source.yaml")
    source = Source(
        name=description["name"],
        folder=folder,
        clock=description["clock"],
        tables={key: _raw_table(key, entry, folder) for key, entry in description["tables"].items()},
        releases=tuple(
            Release(key, entry["verdict"], entry["rows"])
            for key, entry in description.get("releases", {}).items()
        ),
        signs_of_other_release=description.get("signs_of_other_release", {}),
        codes=tuple(_codes(key, entry) for key, entry in description.get("codes", {}).items()),
        schemas=tuple(description.get("schemas", ())),
        **{key: description[key] for key in ("observed_hours", "expected_admissions") if key in description},
    )
    _check_tables(source)
    _check_codes(source)
    return source


def _raw_table(name: str, entry: Mapping[str, Any], folder: Path) -> RawTable:
    lists = {key: tuple(entry[key]) for key in ("files", "filled", "may_lack", "read_by") if key in entry}
    values = {column: tuple(map(str, allowed)) for column, allowed in entry.get("values", {}).items()}
    table = RawTable(name=name, **{"files": (name,), **entry, **lists, "values": values})
    for column, kind in table.columns.items():
        if kind not in COLUMN_KINDS:
            raise InputError(
                f"{folder / 'source.yaml'}: column {name}.{column} has type {kind!r}; "
                f"use one of {', '.join(COLUMN_KINDS)}"
            )
    return table


def _codes(name: str, entry: Mapping[str, Any]) -> Codes:
    table, _, column = entry["column"].partition(".")
    lists = {key: tuple(map(str, entry.get(key, ()))) for key in ("any_of", "begins_with")}
    return Codes(name, table, column, **lists, required=entry.get("required", False))


def _named_columns(table: RawTable) -> Iterator[tuple[str, str]]:
    """Each column that a key of the description names, with the key."""
    for key in ("filled", "refers_to", "values", "may_lack"):
        yield from ((key, column) for column in getattr(table, key))
    for key in ("unique", "item", "named_by_file"):
        if getattr(table, key) is not None:
            yield key, getattr(table, key)


def _check_tables(source: Source) -> None:
    """Reject unknown columns, references to no key, and steps that are unknown or would run without a raw table."""
    file = source.folder / "source.yaml"
    steps = list(STEPS)
    for name, table in source.tables.items():
        for key, column in _named_columns(table):
            if column not in table.columns:
                raise InputError(
                    f"{file}: tables.{name}.{key} names {column!r}, which is no column of the table; "
                    f"use one of {', '.join(table.columns)}, or add it to columns"
                )
        unknown = [step for step in table.read_by if step not in STEPS]
        if unknown:
            raise InputError(
                f"{file}: table {name!r} is read_by {unknown[0]!r}; use {', '.join(steps[:-1])} or {steps[-1]}"
            )
        for parent in table.refers_to.values():
            _check_parent(source, name, parent)
    for step in source.steps:
        if all(source.tables[name].optional for name in source.tables_read_by(step)):
            raise InputError(
                f"{file}: no table that must be there is read_by {step!r}; add the step to the tables its SQL reads"
            )


def _check_parent(source: Source, name: str, parent: str) -> None:
    table, dot, column = parent.partition(".")
    known = source.tables.get(table)
    if known is None or (column not in known.columns if dot else known.unique is None):
        kind = "no column" if dot else "no table with a unique column"
        raise InputError(
            f"{source.folder / 'source.yaml'}: table {name!r} refers to {parent!r}, which is {kind}; correct refers_to"
        )


def _check_codes(source: Source) -> None:
    """Reject codes of an unknown column, and those that are given in neither or both of the two ways."""
    file = source.folder / "source.yaml"
    for codes in source.codes:
        table = source.tables.get(codes.table)
        if table is None or codes.column not in table.columns:
            raise InputError(
                f"{file}: codes.{codes.name}.column is {codes.table}.{codes.column}, which is no column of tables; "
                "write table.column"
            )
        if bool(codes.any_of) == bool(codes.begins_with):
            raise InputError(f"{file}: codes.{codes.name} needs any_of or begins_with, and not both")
        if (
            codes.any_of
            and table.columns[codes.column] == "integer"
            and not all(map(_is_integer, codes.any_of))
        ):
            raise InputError(f"{file}: codes.{codes.name}.any_of must hold whole numbers, as the column does")


def _is_integer(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
