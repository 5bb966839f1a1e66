"""Discharge diagnoses of the cohort."""

from __future__ import annotations

from pathlib import Path

from synthsize.contracts.canonical import DIAGNOSES
from synthsize.extract.cohort_view import attach_cohort
from synthsize.extract.engine import Engine, open_session
from synthsize.extract.locations import Location
from synthsize.extract.outputs import whole_files
from synthsize.extract.selects import hand_over
from synthsize.extract.source import Source
from synthsize.extract.tables import find_tables


def extract_diagnoses(
    source: Source, path: Location, *, admissions: Path, engine: Engine, output: Path
) -> None:
    """Write the distinct codes of each admission of the cohort, upper case and without dots.

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
        If a table is missing or broken.
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
