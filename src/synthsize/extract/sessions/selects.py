"""The interface of a source: one SELECT per step, with these columns, on which the shared SQL builds."""

from __future__ import annotations

from synthsize.errors import InputError
from synthsize.extract.definition.source import STEPS
from synthsize.extract.definition.text_files import read_utf8
from synthsize.extract.raw.views import identifier
from synthsize.extract.sessions.session import Session
from synthsize.extract.sessions.statements import refuse_undeclared

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_KINDS = {
    "BIGINT": ("whole numbers", _WHOLE),
    "DOUBLE": ("numbers", (*_WHOLE, "FLOAT", "DOUBLE", "DECIMAL")),
    "VARCHAR": ("text", ("VARCHAR",)),
    "BOOLEAN": ("true or false", ("BOOLEAN",)),
}
# Column -> its type; None: anything that can be ordered.
COLUMNS: dict[str, dict[str, str | None]] = {
    "admissions": {
        "patient_id": "BIGINT",
        "admission_id": "BIGINT",
        "started": None,  # orders the admissions of a patient
        "age_years": "BIGINT",  # completed years
        "sex": "VARCHAR",
        "died_in_hospital": "BOOLEAN",
        # The discharge code of a stay that counts as survived although a death is recorded within it; else empty.
        "doubtful_discharge": "VARCHAR",
        "length_of_stay_hours": "DOUBLE",
        "reason": "VARCHAR",  # free text, in which organ-donor accounts are found
        "has_icu_stay": "BOOLEAN",  # where the source holds admissions without one, too
        "stratum": "VARCHAR",
    },
    "diagnoses": {"admission_id": "BIGINT", "code": "VARCHAR", "code_version": "BIGINT"},
    "measurements": {
        "source_table": "VARCHAR",
        "item": "VARCHAR",
        "patient_id": "BIGINT",  # where it is given, it has to be the admission's
        "admission_id": "BIGINT",
        "hours": "DOUBLE",  # since the clock's start
        "value": "DOUBLE",
        "unit": "VARCHAR",  # of the row, where it differs between rows of an item
        "error_flag": "BIGINT",  # 1: marked as wrong; 0 or empty: not
        "superseded": "BOOLEAN",  # another row holds the corrected value
    },
}
OPTIONAL = {
    "admissions": ("doubtful_discharge", "reason", "has_icu_stay"),
    "diagnoses": (),
    "measurements": ("patient_id", "unit", "error_flag", "superseded"),
}


def hand_over(session: Session, step: str) -> None:
    """Make the source's SELECT of a step the relation `handed_over`, with all columns of the step, typed.

    Admissions become a table, so that a row that stops the SQL is found while its file is known; the rows of the other
    steps are read once, later.

    Raises
    ------
    InputError
        If the file is no single SELECT, does not run, reads a table whose `read_by` lacks the step, or its columns are
        not those of the step.
    """
    for file in session.source.sql_files(step)[:-1]:
        session.run_file(file.name)
    name = STEPS[step]
    types = session.run_select(name, "selected", "TABLE" if step == "admissions" else "VIEW")
    file = session.source.folder / name
    refuse_undeclared(session.source, step, file, read_utf8(file))
    columns = COLUMNS[step]
    missing = [column for column in columns if column not in types and column not in OPTIONAL[step]]
    if missing:
        raise InputError(f"{file} selects no column {missing[0]!r}; add it to the SELECT")
    unknown = [column for column in types if column not in columns]
    if unknown:
        raise InputError(
            f"{file} selects the unknown column {unknown[0]!r}; use {', '.join(columns)}, and no others"
        )
    for column, type_ in columns.items():
        _check_type(f"{file}: column {column!r}", types.get(column), type_)
    typed = ", ".join(_typed(column, type_, column in types) for column, type_ in columns.items())
    session.execute(f"CREATE TEMP VIEW handed_over AS SELECT {typed} FROM selected")


def check_ids(session: Session) -> None:
    """Stop if the admissions handed over lack an id, or if two have the same, as when a join repeats rows.

    Raises
    ------
    InputError
        Naming the file and the column.
    """
    file = session.source.folder / STEPS["admissions"]
    rows, patients, admissions, distinct = session.execute(
        "SELECT count(*), count(patient_id), count(admission_id), count(DISTINCT admission_id) FROM handed_over"
    ).fetchall()[0]
    for column, filled in (("patient_id", patients), ("admission_id", admissions)):
        if filled < rows:
            raise InputError(f"{file}: column {column!r} is empty in some rows; select an id for every row")
    if distinct < rows:
        raise InputError(
            f"{file}: column 'admission_id' repeats ({rows:,} rows, {distinct:,} ids); select one row for each "
            "admission (a join to a table with several rows for each repeats them)"
        )


def _check_type(place: str, found: str | None, wanted: str | None) -> None:
    if found is None or wanted is None:
        return
    kind, types = _KINDS[wanted]
    if found.partition("(")[0] not in types:
        raise InputError(f"{place} is of type {found} and must hold {kind}; convert it in the SELECT")


def _typed(column: str, type_: str | None, is_there: bool) -> str:
    value = identifier(column) if is_there else "NULL"
    return f"CAST({value} AS {type_}) AS {identifier(column)}" if type_ else value
