"""Discharge diagnoses of the cohort."""

from __future__ import annotations

import logging
from pathlib import Path

import pyarrow.parquet as pq

from synthsize.contracts.canonical import DIAGNOSES
from synthsize.errors import InputError
from synthsize.extract.definition.source import Source
from synthsize.extract.outputs import whole_files
from synthsize.extract.raw.locations import Location
from synthsize.extract.sessions.cohort_view import attach_cohort
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.selects import hand_over
from synthsize.extract.sessions.session import Session, open_session
from synthsize.extract.table_search import find_tables

logger = logging.getLogger("synthsize.extract")


def extract_diagnoses(
    source: Source, path: Location, *, admissions: Path, engine: Engine, output: Path
) -> None:
    """Write the distinct codes of each admission of the cohort, upper case and without dots.

    A log line counts the codes that the source hands over: of the cohort, of other admissions, and of none.

    Parameters
    ----------
    source : Source
    path : Path or Server
        Where the raw extract lies.
    admissions : Path
        Canonical admissions.
    engine : Engine
    output : Path
        Parquet file of the `contracts.canonical.DIAGNOSES` contract.

    Raises
    ------
    InputError
        If a table is missing or broken, or a code is neither of ICD-9 nor of ICD-10.
    """
    tables = find_tables(source, path)
    with (
        whole_files(output) as (new_output,),
        open_session(source, tables, engine, output, reads=[admissions], rule="extract_diagnoses") as session,
    ):
        attach_cohort(session, admissions)
        hand_over(session, "diagnoses")
        session.run_shared("codes.sql")
        session.write("diagnoses", DIAGNOSES, new_output)
        _log_placed(session)
        _check_versions(source, new_output)


def _log_placed(session: Session) -> None:
    """Count where the codes belong: one that matches no admission makes no case, and no other check reports it."""
    counts = session.fetch("FROM placed_codes").iloc[0].astype(int)
    logger.info(
        "%s diagnosis codes handed over: %s of admissions of the cohort, %s of other admissions, %s of no admission",
        *(f"{counts[name]:,}" for name in ("handed_over", "in_cohort", "elsewhere", "without_admission")),
    )


def _check_versions(source: Source, written: Path) -> None:
    """Stop at codes of no revision: the code lists of the tasks are of ICD-9 and ICD-10, and would pass them over."""
    column = pq.read_table(written, columns=["code_version"])["code_version"]
    if not set(column.unique().to_pylist()) <= {9, 10}:
        raise InputError(
            f"{source.to_edit('diagnoses.sql')}: column 'code_version' is neither 9 nor 10 in some rows; select the "
            "ICD revision of each code, and leave out codes of other vocabularies"
        )
