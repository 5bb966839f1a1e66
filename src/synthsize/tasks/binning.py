"""Average each variable within fixed time bins after hospital admission."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from synthsize.contracts.analysis import BINS
from synthsize.contracts.canonical import MEASUREMENTS
from synthsize.contracts.variables import VARIABLES, divides
from synthsize.errors import InputError

_BIN_MEANS = """
SELECT
    m.admission_id,
    m.variable,
    CAST(floor(greatest(m.hours, 0) / w.width) AS INTEGER) AS bin,
    avg(m.value ORDER BY m.hours, m.value) AS value,
    count(*) AS measurements
FROM read_parquet($path) AS m
JOIN widths AS w USING (variable)
GROUP BY ALL
ORDER BY ALL
"""

_UNUSABLE = """
SELECT
    count(*) FILTER (NOT m.hours < $window_hours) AS late,
    count(*) FILTER (w.variable IS NULL) AS unknown,
    count(*) FILTER (NOT coalesce(isfinite(m.value) AND isfinite(m.hours), false)) AS empty
FROM read_parquet($path) AS m
LEFT JOIN widths AS w USING (variable)
"""


def bin_measurements(
    measurements: Path,
    *,
    window_hours: float,
    bin_hours: dict[str, float],
    memory_limit: str = "1GiB",
    temp_directory: Path | None = None,
) -> pd.DataFrame:
    """Mean of the measurements per admission, variable and time bin.

    A measurement at `hours` falls into bin ``floor(hours / width)``: a bin holds its left edge and not its
    right one. Measurements before admission, which exist only if the extraction was set to keep them,
    count into bin 0.

    Parameters
    ----------
    measurements : Path
        Parquet file in `contracts.canonical.MEASUREMENTS`.
    window_hours : float
        Length of the observation window after admission, in hours.
    bin_hours : dict of str to float
        Bin width in hours per variable kind, as in ``{"vital": 6, "lab": 24}``.
    memory_limit : str
        What DuckDB may hold in memory.
    temp_directory : Path, optional
        Where DuckDB spills beyond that limit; by default beside `measurements`, as spills are patient data.

    Returns
    -------
    DataFrame
        In `contracts.analysis.BINS`, one row per admission, variable and non-empty bin.

    Raises
    ------
    InputError
        If the widths do not divide the window, or the file holds rows outside the window, of an unknown
        variable or without a finite value.
    """
    widths = bin_widths(window_hours, bin_hours)
    MEASUREMENTS.check_file(measurements)
    # One thread is what a job has. The last bit of a mean does not hang on it, nor on what was spilled: the query
    # adds values up in a stated order.
    with duckdb.connect(config={"threads": 1, "memory_limit": memory_limit}) as connection:
        connection.execute("SET temp_directory = ?", [str(temp_directory or measurements.parent)])
        connection.execute("CREATE TABLE widths (variable VARCHAR, width DOUBLE)")
        connection.executemany("INSERT INTO widths VALUES (?, ?)", [list(pair) for pair in widths.items()])
        _refuse_unusable_rows(connection, measurements, window_hours)
        bins = connection.execute(_BIN_MEANS, {"path": str(measurements)}).df()
    return bins[list(BINS.columns)]


def bin_widths(window_hours: float, bin_hours: dict[str, float]) -> dict[str, float]:
    """Bin width in hours of every variable.

    Raises
    ------
    InputError
        If a kind of variable has no width, or its width does not divide the window.
    """
    for kind in sorted({variable.kind for variable in VARIABLES}):
        width = bin_hours.get(kind, 0.0)
        if not divides(width, window_hours):
            raise InputError(
                f"cohort.bin_hours.{kind} is {width:g}, which does not divide cohort.window_hours "
                f"{window_hours:g}; choose a width that fits a whole number of times"
            )
    return {variable.name: float(bin_hours[variable.kind]) for variable in VARIABLES}


def _refuse_unusable_rows(connection: duckdb.DuckDBPyConnection, path: Path, window_hours: float) -> None:
    row = connection.execute(_UNUSABLE, {"path": str(path), "window_hours": window_hours}).fetchone()
    late, unknown, empty = row if row is not None else (0, 0, 0)
    for count, what in (
        (empty, "without a finite hour and value"),
        (unknown, "of a variable that is not in synthsize.contracts.variables"),
        (late, f"at or after cohort.window_hours {window_hours:g}"),
    ):
        if count:
            raise InputError(
                f"{path}: {count} rows {what}; delete the file so that the extraction writes it again "
                "with the present configuration"
            )
