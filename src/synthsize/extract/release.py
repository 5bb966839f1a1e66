"""Published totals beside those counted in the raw extract, under the publications' definitions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from synthsize.contracts.source_tables import EXPECTED
from synthsize.extract.definition.releases import differing_counts, identify_release, refuse_mixed_releases
from synthsize.extract.definition.source import Release, Source
from synthsize.extract.measurements import SCANNED
from synthsize.extract.outputs import whole_files
from synthsize.extract.raw.locations import Location
from synthsize.extract.raw.tables import TableFiles
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import Session, open_session
from synthsize.extract.table_search import find_tables

COLUMNS = ["check", "expected", "observed", "difference", "relative_difference", "verdict", "provenance"]
NO_RELEASE = "no known release: nothing to compare with"
_LOGGER = logging.getLogger("synthsize.extract")


def compare_release(
    source: Source,
    path: Location,
    *,
    audit: Path,
    engine: Engine,
    output: Path,
    accept_row_counts: bool = False,
) -> None:
    """Write the published totals of the extract's release beside those counted in the raw extract.

    What is counted are the raw tables, under the publications' definitions (`release_checks.sql` of the source): it
    shows whether the extract is the published one, and says nothing of the configured cohort or the analysis tables
    made from it. The release is the one that agrees with the row counts of the small tables. The scan counted the large
    ones, which the preflight may have estimated alone: a count that is not the release's is a warning in the log.

    Parameters
    ----------
    source : Source
    path : Path or Server
        Where the raw extract lies.
    audit : Path
        Written by `extract_measurements`; holds the row counts of the large tables.
    engine : Engine
    output : Path
        CSV file with columns check, expected, observed, difference, relative_difference, verdict, provenance. One row
        that says so if the extract is no known release; row counts alone if the source publishes no totals.
    accept_row_counts : bool
        Go on although tables have the row counts of another known release.

    Raises
    ------
    InputError
        If a table is missing or broken, or has the row count of another release than the small tables.
    """
    tables = find_tables(source, path)
    with (
        whole_files(output) as (new_output,),
        open_session(source, tables, engine, output, rule="compare_release") as session,
    ):
        small = _small_table_rows(session)
        release = identify_release(source, small)
        if release is None:
            comparison = pd.DataFrame({"check": ["release"], "verdict": [NO_RELEASE]}).reindex(
                columns=COLUMNS
            )
        else:
            counts = small | _large_table_rows(audit)
            if not accept_row_counts:
                refuse_mixed_releases(source, release, counts, tables)
            _warn_of_other_counts(release, counts, tables)
            rows = {_rows_check(table): count for table, count in counts.items()}
            counted = _observed(session) if _publishes_totals(source) else {}
            comparison = _compare(_expected(source, release), rows | counted)
        EXPECTED.write(comparison, new_output)


def _warn_of_other_counts(
    release: Release, counts: Mapping[str, int], tables: Mapping[str, TableFiles]
) -> None:
    for table, (found, expected) in differing_counts(release, counts).items():
        _LOGGER.warning(
            "%s holds %s rows and that of %s, which the small tables belong to, %s: truncated or altered?",
            tables[table],
            f"{found:,}",
            release.name,
            f"{expected:,}",
        )


def _publishes_totals(source: Source) -> bool:
    return (source.folder / "published.csv").is_file()


def _rows_check(table: str) -> str:
    return f"rows of {table.upper()}"


def _small_table_rows(session: Session) -> dict[str, int]:
    source = session.source
    read = source.tables_read_by("release")
    small = [name for name in read if name in session.tables and not source.tables[name].large]
    return {name: int(session.fetch(f"SELECT count(*) AS n FROM raw.{name}")["n"].item()) for name in small}


def _large_table_rows(audit: Path) -> dict[str, int]:
    counts = pd.read_csv(audit)
    scanned = counts[counts["outcome"] == SCANNED]
    return dict(zip(scanned["source_table"], scanned["rows"], strict=True))


def _observed(session: Session) -> dict[str, float]:
    session.run_file("release_checks.sql")
    found = session.fetch("SELECT check_name, observed FROM observed")
    return dict(zip(found["check_name"], found["observed"], strict=True))


def _expected(source: Source, release: Release) -> pd.DataFrame:
    """Return row counts and published totals of a release: check, expected, tolerance, provenance."""
    counts = pd.DataFrame({"check": map(_rows_check, release.rows), "expected": release.rows.values()})
    counts = counts.assign(tolerance=0.0, provenance=f"row counts of {release.name}")
    if not _publishes_totals(source):
        return counts
    published = pd.read_csv(source.folder / "published.csv")
    published = published[published["release"] == release.name].drop(columns="release")
    return pd.concat([counts, published], ignore_index=True)


def _compare(expected: pd.DataFrame, observed: Mapping[str, float]) -> pd.DataFrame:
    table = expected.assign(observed=expected["check"].map(observed))
    table["difference"] = table["observed"] - table["expected"]
    table["relative_difference"] = table["difference"] / table["expected"]
    conditions = [
        table["observed"].isna(),
        table["difference"] == 0,
        table["relative_difference"].abs() <= table["tolerance"],
    ]
    table["verdict"] = np.select(conditions, ["not observed", "equal", "within tolerance"], "differs")
    return table[COLUMNS]
