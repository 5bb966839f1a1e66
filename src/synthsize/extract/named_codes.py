"""Codes that a source names by their meaning, so that its SQL holds none and its tables are known to use them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from synthsize.errors import InputError
from synthsize.extract.raw_views import identifier
from synthsize.extract.source import Codes, Source

if TYPE_CHECKING:
    from synthsize.extract.session import Session

SHOWN = 3  # codes that a message lists


def code_variables(source: Source) -> dict[str, list[int] | list[str] | str]:
    """Variables of the SQL: ``codes_of_<name>`` is the list of codes, or the pattern of how they begin."""
    return {f"codes_of_{codes.name}": _variable(source, codes) for codes in source.codes}


def check_codes(session: Session, names: Iterable[str]) -> None:
    """Stop if a column of one of the named tables holds none of the codes that it must hold some of.

    Raises
    ------
    InputError
        Naming the file, the column and the codes.
    """
    tables = set(names) & set(session.tables)
    for codes in session.source.codes:
        if codes.required and codes.table in tables and not _occurs(session, codes):
            listed = codes.any_of or [f"{beginning}..." for beginning in codes.begins_with]
            shown = ", ".join(listed[:SHOWN]) + (", ..." if len(listed) > SHOWN else "")
            raise InputError(
                f"{session.tables[codes.table]}: column {codes.column} holds none of the codes of "
                f"{codes.name!r} ({shown}); correct source.path, or list this database's codes under "
                f"codes.{codes.name} in {session.source.to_edit('source.yaml')}"
            )


def _variable(source: Source, codes: Codes) -> list[int] | list[str] | str:
    if codes.begins_with:
        return f"^(?:{'|'.join(map(re.escape, codes.begins_with))})"
    is_integer = source.tables[codes.table].columns[codes.column] == "integer"
    return [int(code) for code in codes.any_of] if is_integer else list(codes.any_of)


def _occurs(session: Session, codes: Codes) -> bool:
    column, variable = identifier(codes.column), f"getvariable('codes_of_{codes.name}')"
    found = (
        f"list_contains({variable}, {column})" if codes.any_of else f"regexp_matches({column}, {variable})"
    )
    return session.execute(f"SELECT 1 FROM raw.{codes.table} WHERE {found} LIMIT 1").fetchone() is not None
