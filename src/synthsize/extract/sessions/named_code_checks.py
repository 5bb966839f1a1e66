"""Whether the raw tables hold the codes that their source names."""

from __future__ import annotations

from collections.abc import Iterable

from synthsize.errors import InputError
from synthsize.extract.definition.source import Codes
from synthsize.extract.raw.views import identifier
from synthsize.extract.sessions.session import Session

SHOWN = 3  # codes that a message lists


def check_named_codes(session: Session, names: Iterable[str]) -> None:
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


def _occurs(session: Session, codes: Codes) -> bool:
    column, variable = identifier(codes.column), f"getvariable('codes_of_{codes.name}')"
    found = (
        f"list_contains({variable}, {column})" if codes.any_of else f"regexp_matches({column}, {variable})"
    )
    return session.execute(f"SELECT 1 FROM raw.{codes.table} WHERE {found} LIMIT 1").fetchone() is not None
