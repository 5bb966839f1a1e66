"""Vital signs and laboratory values of the cohort, with an account of every row that was looked at."""

from __future__ import annotations

import logging
from pathlib import Path

import pandas as pd

from synthsize.contracts.canonical import MEASUREMENTS
from synthsize.errors import InputError
from synthsize.extract.cohort_view import attach_cohort
from synthsize.extract.concepts import read_concepts
from synthsize.extract.engine import Engine, Session, open_session
from synthsize.extract.outputs import whole_files
from synthsize.extract.raw_views import literal, pattern
from synthsize.extract.source import Source, find_tables

logger = logging.getLogger("synthsize.extract")

AUDIT_KEYS = ["variable", "source_table", "item", "outcome"]
SCANNED = "scanned"
TINY_COHORT = 30  # admissions; fewer may well have no row in a table


def extract_measurements(
    source: Source,
    path: Path,
    *,
    concepts: str,
    admissions: Path,
    window_hours: float,
    pre_admission_hours: float,
    engine: Engine,
    output: Path,
    audit: Path,
) -> None:
    """Write the measurements in the window, and the outcome of every row of every item of the concept set.

    The raw event tables are read once. The rows of the concept items, classified, go to a staging file; the audit and
    the sorted measurements come from there, so that memory does not grow with the raw tables.

    Parameters
    ----------
    source : Source
    path : Path
        Folder of the raw extract.
    concepts : str
        Name of a concept set of the source.
    admissions : Path
        Canonical admissions.
    window_hours : float
        End of the window, exclusive, in hours since hospital admission.
    pre_admission_hours : float
        How long before admission the window begins (0: at admission, inclusive).
    engine : Engine
    output : Path
        Parquet file of the `contracts.canonical.MEASUREMENTS` contract.
    audit : Path
        CSV file with columns variable, source_table, item, outcome, rows. Outcomes are ``kept``,
        ``kept_unit_swapped`` and the reasons for removal; over them, an item's rows sum to the rows the raw table
        holds of it. An item without any row has the outcome ``never_charted``. Rows with outcome ``scanned`` hold
        the size of each raw table.

    Raises
    ------
    InputError
        If a table is missing or broken, a row of a concept item holds a value that cannot be parsed, or no row of a
        table belongs to a cohort of 30 admissions or more.
    """
    tables = find_tables(source, path)
    items = read_concepts(source, concepts)
    with (
        whole_files(output, audit) as (new_output, new_audit),
        # Every order that matters is made below; keeping that of the files costs memory.
        open_session(
            source, tables, engine, output, reads=[admissions], keep_order=False, rule="extract_measurements"
        ) as session,
    ):
        attach_cohort(session, admissions)
        session.connection.register("concepts", items)
        session.places["concepts"] = source.concept_file(concepts)
        session.set_variables(
            window_hours=float(window_hours), pre_admission_hours=float(pre_admission_hours)
        )
        session.run_file("measurements.sql")
        scanned = _stage(session)
        _check_shared_admissions(session)
        _audit(session, items, scanned).to_csv(new_audit, index=False)
        session.write("kept", MEASUREMENTS, new_output)


def _stage(session: Session) -> dict[str, int]:
    """Classify the rows of the concept items in one pass over the raw tables; return the rows scanned of each."""
    staging = session.scratch / "classified.parquet"
    logger.info("scanning the chart and laboratory events")
    scanned = session.scan(f"COPY (FROM classified) TO {literal(staging)} (FORMAT parquet)")
    logger.info("scanned %s", ", ".join(f"{rows:,} rows of {name}" for name, rows in scanned.items()))
    session.execute(f"CREATE TEMP VIEW staged AS SELECT * FROM read_parquet({pattern(staging)})")
    session.execute("CREATE TEMP VIEW kept AS FROM staged WHERE outcome IN ('kept', 'kept_unit_swapped')")
    return scanned


def _check_shared_admissions(session: Session) -> None:
    """Stop if none of a table's rows belongs to the cohort, as when the tables come from different extracts."""
    cohort = int(session.fetch("SELECT count(*) AS n FROM cohort")["n"].item())
    if cohort < TINY_COHORT:
        return
    strange = session.fetch(
        "SELECT source_table, count(*) AS rows FROM staged GROUP BY ALL HAVING count(admission_id) = 0 ORDER BY ALL"
    )
    if len(strange):
        table, rows = strange.iloc[0]
        raise InputError(
            f"{table.upper()} shares no admission with the cohort of {cohort} ({session.tables[table]}: none of the "
            f"{rows} rows of the concept items is one of theirs); give source.path tables of one and the same extract"
        )


def _audit(session: Session, items: pd.DataFrame, scanned: dict[str, int]) -> pd.DataFrame:
    keys = ", ".join(AUDIT_KEYS)
    outcomes = session.fetch(f"SELECT {keys}, count(*) AS rows FROM staged GROUP BY ALL")
    item_keys = AUDIT_KEYS[:3]
    seen = pd.MultiIndex.from_frame(outcomes[item_keys])
    absent = items.loc[~pd.MultiIndex.from_frame(items[item_keys]).isin(seen), item_keys]
    whole = pd.DataFrame(
        {"variable": "", "source_table": scanned.keys(), "item": "", "rows": scanned.values()}
    )
    parts = [outcomes, absent.assign(outcome="never_charted", rows=0), whole.assign(outcome=SCANNED)]
    audit = pd.concat(parts, ignore_index=True)
    return audit[[*AUDIT_KEYS, "rows"]].sort_values(AUDIT_KEYS, ignore_index=True)
