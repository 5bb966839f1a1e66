"""What the extract of a source is made of, and how its columns are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

Columns = Mapping[str, np.ndarray | pa.Array]
Small = dict[str, Columns]  # the columns of each small table, by its file

TENTHS = pa.array([f"{tenth / 10:.1f}" for tenth in range(2000)])


@dataclass(frozen=True)
class Shape:
    """What the extract of a source is made of.

    Attributes
    ----------
    large : str
        Logical name of the large table.
    file : str
        Its CSV.gz file, or the folder of its Parquet files.
    rows : callable
        First row, number of rows and generator -> columns of that part of the large table.
    small : callable
        Rows of the large table -> the tables that match it, by their files.
    """

    large: str
    file: str
    rows: Callable[[int, int, np.random.Generator], Columns]
    small: Callable[[int], Small]

    @property
    def is_parquet(self) -> bool:
        """Whether the large table is Parquet."""
        return not self.file.endswith(".csv.gz")


def seconds(moments: np.ndarray) -> pa.Array:
    """Moments that are written as YYYY-MM-DD hh:mm:ss."""
    return pa.array(moments.astype("datetime64[s]"))


def repeated(value: object, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), rows)


def tenths(generator: np.random.Generator, mean: float, spread: float, rows: int) -> np.ndarray:
    """Whole numbers of tenths, none below zero."""
    return np.clip(np.round(generator.normal(10 * mean, 10 * spread, rows)), 0, len(TENTHS) - 1).astype(int)
