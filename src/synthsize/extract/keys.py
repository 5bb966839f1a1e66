"""Keys of the small raw tables: filled, unique, and known to the tables they refer to."""

from __future__ import annotations

from collections.abc import Iterable

from synthsize.errors import InputError
from synthsize.extract.engine import Session
from synthsize.extract.source import RawTable


def check_keys(session: Session, names: Iterable[str]) -> None:
    """Stop if one of the named tables has an empty key, a repeated one, or one that its parent table lacks.

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


def _check_filled(session: Session, table: RawTable) -> None:
    for column in table.filled:
        empty = _count(session, f"SELECT count(*) FROM raw.{table.name} WHERE {column} IS NULL")
        if empty:
            raise InputError(
                f"{session.tables[table.name]}: column {column.upper()} is empty in {empty} row(s); re-export the table"
            )


def _check_unique(session: Session, table: RawTable) -> None:
    if table.unique is None:
        return
    repeated = _count(session, f"SELECT count(*) - count(DISTINCT {table.unique}) FROM raw.{table.name}")
    if repeated:
        raise InputError(
            f"{session.tables[table.name]}: {repeated} row(s) repeat an earlier {table.unique.upper()}; "
            "keep one row of each"
        )


def _check_references(session: Session, table: RawTable) -> None:
    for column, parent in table.refers_to.items():
        key = session.source.tables[parent].unique
        orphans = _count(
            session,
            f"SELECT count(*) FROM raw.{table.name} WHERE {column} NOT IN (SELECT {key} FROM raw.{parent})",
        )
        if orphans:
            raise InputError(
                f"{session.tables[parent]} lacks the {column.upper()} of {orphans} row(s) of "
                f"{session.tables[table.name].name}; download or copy both again"
            )


def _count(session: Session, sql: str) -> int:
    row = session.execute(sql).fetchone()
    return int(row[0]) if row else 0
