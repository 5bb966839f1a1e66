"""Vital signs and laboratory values of the cohort, with an account of every row that was looked at."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from synthsize.contracts.canonical import MEASUREMENTS
from synthsize.contracts.source_tables import AUDIT
from synthsize.errors import InputError
from synthsize.extract.definition.concepts import ROW_UNIT, read_concepts
from synthsize.extract.definition.source import Source
from synthsize.extract.outputs import whole_files
from synthsize.extract.raw.locations import Location
from synthsize.extract.raw.tables import TableFiles
from synthsize.extract.raw.views import literal, pattern
from synthsize.extract.sessions.cohort_view import attach_cohort
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.listed import list_items
from synthsize.extract.sessions.selects import hand_over
from synthsize.extract.sessions.session import Session, open_session
from synthsize.extract.small_counts import rows_in_words
from synthsize.extract.staged_rows import check_staged
from synthsize.extract.table_search import find_tables
from synthsize.extract.unlisted_units import unlisted_units

logger = logging.getLogger("synthsize.extract")

AUDIT_KEYS = ["variable", "source_table", "item", "outcome"]
SCANNED, UNKNOWN_UNIT = "scanned", "unknown_unit"
SHOWN = 5  # items that a log line lists
# The order of MEASUREMENTS, with one number for its first three columns: DuckDB sorts keys of up to 24 bytes several
# times faster than longer ones.
NARROW_ORDER = ("place", "hours", "value")


def extract_measurements(
    source: Source,
    path: Location,
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
    path : Path or Server
        Where the raw extract lies.
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
        holds of it. Where the item's column holds the unit as well, all rows of a listed item in a unit that is not
        listed are ``unknown_unit``. An item without any row has the outcome ``never_charted``, one of a table that the
        extract lacks ``no_table``. Rows with outcome ``scanned`` hold the size of each raw table.

    Raises
    ------
    InputError
        If a table is missing or broken, none of the concept set's tables is there, a row of a concept item holds a
        value that cannot be parsed, no row is of a concept item, or, in a cohort of 30 admissions or more, no row of a
        table is theirs or the hours of all cannot be hours (`staged_rows`).
    """
    with (
        whole_files(output, audit) as (new_output, new_audit),
        staged_rows(
            source,
            path,
            concepts=concepts,
            admissions=admissions,
            window_hours=window_hours,
            pre_admission_hours=pre_admission_hours,
            engine=engine,
            output=output,
        ) as (session, items, scanned),
    ):
        check_staged(session, items, scanned, concepts)
        unlisted = unlisted_units(session, items)
        _warn_of_unlisted(unlisted)
        AUDIT.write(_audit(session, items, scanned, unlisted), new_audit)
        session.write("kept", MEASUREMENTS, new_output, order=NARROW_ORDER)


@contextmanager
def staged_rows(
    source: Source,
    path: Location,
    *,
    concepts: str,
    admissions: Path,
    window_hours: float,
    pre_admission_hours: float,
    engine: Engine,
    output: Path,
) -> Iterator[tuple[Session, pd.DataFrame, dict[str, int]]]:
    """Open a session with the classified rows of the concept items, read in one pass; see `extract_measurements`.

    Yields
    ------
    Session
        With the views `cohort`, `staged` (columns of `classified` in classify.sql) and `kept`, those of them that
        count. Staging files lie beside `output` until the session closes.
    DataFrame
        The concept set.
    dict of str to int
        Rows scanned of each event table.

    Raises
    ------
    InputError
        If a table is missing or broken, or a row cannot be read.
    """
    tables = find_tables(source, path)
    items = read_concepts(source, concepts)
    _check_any_table(items, tables, path, concepts)
    # Every order that matters is made later; keeping that of the files costs memory.
    with open_session(
        source, tables, engine, output, reads=[admissions], keep_order=False, rule="extract_measurements"
    ) as session:
        attach_cohort(session, admissions)
        session.connection.register("concepts", items)
        session.places["concepts"] = TableFiles.of_one(source.concept_file(concepts))
        session.set_variables(
            window_hours=float(window_hours),
            pre_admission_hours=float(pre_admission_hours),
            has_units=bool(items[ROW_UNIT].notna().any()),
        )
        list_items(session, items)
        hand_over(session, "measurements")
        session.run_shared("classify.sql")
        yield session, items, _stage(session, set(items["source_table"]))


def _check_any_table(
    items: pd.DataFrame, tables: Mapping[str, TableFiles], path: Location, concepts: str
) -> None:
    wanted = items["source_table"].unique().tolist()
    if not set(wanted) & set(tables):
        raise InputError(
            f"{path} holds no table that concept set {concepts!r} takes values from; add "
            f"{'one of ' * (len(wanted) > 1)}{', '.join(wanted)}"
        )


def _stage(session: Session, event_tables: Set[str]) -> dict[str, int]:
    """Classify the rows of the concept items in one pass over the raw tables; return the rows scanned of each."""
    staging = session.scratch / "classified.parquet"
    logger.info("scanning %s", ", ".join(sorted(event_tables)))
    read = session.scan(f"COPY (FROM classified) TO {literal(staging)} (FORMAT parquet)")
    scanned = {name: rows for name, rows in read.items() if name in event_tables}
    logger.info("scanned %s", ", ".join(f"{rows:,} rows of {name}" for name, rows in scanned.items()))
    session.execute(f"CREATE TEMP VIEW staged AS SELECT * FROM read_parquet({pattern(staging)})")
    session.execute(
        """
        CREATE TEMP VIEW kept AS
        SELECT * REPLACE (CAST(variable AS variable_name) AS variable, CAST(item AS item_name) AS item)
        FROM staged
        WHERE outcome IN ('kept', 'kept_unit_swapped')
        """
    )
    return scanned


def _warn_of_unlisted(unlisted: pd.DataFrame) -> None:
    for table, own in unlisted.groupby("source_table"):
        rows = own.drop_duplicates("item")
        shown = ", ".join(rows["item"][:SHOWN]) + (", ..." if len(rows) > SHOWN else "")
        logger.warning(
            "%s: %s of items of the concept set are in a unit that it does not list and do not count (%s)",
            table,
            rows_in_words(int(rows["rows"].sum())),
            shown,
        )


def _audit(
    session: Session, items: pd.DataFrame, scanned: dict[str, int], unlisted: pd.DataFrame
) -> pd.DataFrame:
    keys = ", ".join(AUDIT_KEYS)
    outcomes = session.fetch(f"SELECT {keys}, count(*) AS rows FROM staged GROUP BY ALL")
    item_keys = AUDIT_KEYS[:3]
    seen = pd.MultiIndex.from_frame(outcomes[item_keys])
    absent = items.loc[~pd.MultiIndex.from_frame(items[item_keys]).isin(seen), item_keys].drop_duplicates()
    whole = pd.DataFrame(
        {"variable": "", "source_table": scanned.keys(), "item": "", "rows": scanned.values()}
    )
    is_there = absent["source_table"].isin(session.tables)
    absent = absent.assign(outcome=is_there.map({True: "never_charted", False: "no_table"}), rows=0)
    parts = [outcomes, absent, unlisted.assign(outcome=UNKNOWN_UNIT), whole.assign(outcome=SCANNED)]
    audit = pd.concat(parts, ignore_index=True)
    return audit[[*AUDIT_KEYS, "rows"]].sort_values(AUDIT_KEYS, ignore_index=True)
