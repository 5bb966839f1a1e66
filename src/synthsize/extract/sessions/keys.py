"""Columns of the small raw tables: keys filled, unique and known to their parents, and values within their meaning."""

from __future__ import annotations

from collections.abc import Iterable

from synthsize.errors import InputError
from synthsize.extract.definition.source import RawTable
from synthsize.extract.raw.faults import bad_value
from synthsize.extract.raw.locate import place_of
from synthsize.extract.raw.views import identifier, literal
from synthsize.extract.sessions.session import Session


def check_keys(session: Session, names: Iterable[str]) -> None:
    """Stop if one of the named tables has an empty key, a repeated one, one that its parent lacks, or a strange value.

    Tables that are absent are passed over.

    Raises
    ------
    InputError
        Naming the file, the column and the number of rows concerned.
    """
    for name in names:
        if name in session.tables:
            table = session.source.tables[name]
            _check_filled(session, table)
            _check_unique(session, table)
            _check_references(session, table)
            _check_values(session, table)


def _check_filled(session: Session, table: RawTable) -> None:
    for column in table.filled:
        empty = session.count(f"SELECT count(*) FROM raw.{table.name} WHERE {identifier(column)} IS NULL")
        if empty:
            files = session.tables[table.name]
            place = place_of(files.parts[0], column, "") if len(files.parts) == 1 else None
            raise InputError(
                f"{files}: column {column} is empty in {empty} row(s)"
                f"{f', first in {place}' if place else ''}; fill it or re-export the table"
            )


def _check_unique(session: Session, table: RawTable) -> None:
    if table.unique is None:
        return
    repeated = session.count(
        f"SELECT count(*) - count(DISTINCT {identifier(table.unique)}) FROM raw.{table.name}"
    )
    if repeated:
        raise InputError(
            f"{session.tables[table.name]}: {repeated} row(s) repeat an earlier {table.unique}; "
            "keep one row of each"
        )


def _check_references(session: Session, table: RawTable) -> None:
    for column, reference in table.refers_to.items():
        parent, _, named = reference.partition(".")
        key = identifier(named or str(session.source.tables[parent].unique))
        orphans = session.count(
            f"SELECT count(*) FROM raw.{table.name} "
            f"WHERE {identifier(column)} NOT IN (SELECT {key} FROM raw.{parent})"
        )
        if orphans:
            raise InputError(
                f"{session.tables[parent]} lacks the {column} of {orphans} row(s) of "
                f"{session.tables[table.name].name}; download or copy both again"
            )


def _check_values(session: Session, table: RawTable) -> None:
    """Stop at a value outside its column's meaning, which the SQL would take for one of those inside."""
    for column, allowed in table.values.items():
        listed = ", ".join(literal(value.lower()) for value in allowed)
        strange = session.fetch(
            f"SELECT trim(CAST({identifier(column)} AS VARCHAR)) AS text FROM raw.{table.name} "
            f"WHERE lower(text) NOT IN ('', {listed})"
        )["text"]
        if len(strange):
            complaint = f"which is not one of {', '.join(allowed)} ({len(strange)} row(s) in all)"
            raise InputError(bad_value(session.tables[table.name], column, strange.iloc[0], complaint))
