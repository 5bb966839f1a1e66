"""The memory of jobs that fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthsize.pipeline.own_tables import table_size

LEAST_MB = 2000  # least memory of a job, models of a size independent of the table included
START_UP_MB = 300.0  # of a job before it fits: its imports and its table
COPIES = 3  # of the rows fitted: as they are, standardised, and as the learner takes them
MB_OF_NUMBER = 8e-6


def fitted_columns(features: int, *, missing_indicators: bool) -> int:
    """Return how many columns a fit has at most: ``features.missing_indicators`` may add one for each feature."""
    return features * (1 + missing_indicators)


def rows_megabytes(rows: float, columns: int) -> float:
    """Return the memory of a job that fits so many rows, without its models."""
    return START_UP_MB + COPIES * MB_OF_NUMBER * columns * rows


def job_megabytes(table: str, multipliers: Sequence[float], *, missing_indicators: bool = False) -> int:
    """Return the memory that a job fitting an analysis table requests.

    Synthetic rows are fewer than the real ones times the largest multiplier.

    Parameters
    ----------
    table : str
        While it does not exist the least is requested; Snakemake evaluates this again before the job starts.
    multipliers : sequence of float
    missing_indicators : bool
        Whether the fits have columns that the table has not.
    """
    if not Path(table).exists():
        return LEAST_MB
    rows, features = table_size(table)
    columns = fitted_columns(features, missing_indicators=missing_indicators)
    return max(LEAST_MB, round(rows_megabytes(rows * (1 + max(multipliers)), columns)))
