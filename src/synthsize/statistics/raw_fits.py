"""Fits to the raw data among those of the sweep: at m = 0, unless a strategy thins the majority there."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.strategies import entries
from synthsize.recipes import NONE

SPLIT = ["task", "classifier", "split"]
OF_CELL = [
    "generator",
    "strategy",
    "alpha",
]  # the other columns of a fit to the raw data are the same for all
FIXED = {0.0: "m=0", 1.0: "m=1"}  # subjects that tables set side by side


def is_raw(sweep: pd.DataFrame) -> pd.Series[bool]:
    """Mark the rows of `contracts.results.SWEEP` that are fits to the raw data."""
    raw_at_zero = [name for name, entry in entries().items() if entry.raw_at_zero]
    return (sweep["multiplier"] == 0.0) & sweep["strategy"].isin(raw_at_zero)


def raw_fits(sweep: pd.DataFrame) -> pd.DataFrame:
    """Return one row per task, classifier and split: without synthetic rows all generators are one fit."""
    return sweep[is_raw(sweep)].drop_duplicates(SPLIT)


def fixed_sizes(sweep: pd.DataFrame, controls: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return each cell's rows at m = 1, and the raw data of its splits, with a column ``subject``.

    A cell without a fit to the raw data, because its strategy thins the majority at m = 0 or its grid begins above,
    gets that of another cell or of the control ``none``: its gain is always measured against the raw data.

    Parameters
    ----------
    sweep : DataFrame
        Rows of `contracts.results.SWEEP`.
    controls : DataFrame, optional
        Rows of `contracts.results.CONTROLS` from the same run.
    """
    raw = is_raw(sweep)
    of_cell = [*SPLIT, "generator"]
    cells = sweep.drop_duplicates(of_cell)[[name for name in (*SPLIT, *OF_CELL) if name in sweep]]
    without = ~pd.MultiIndex.from_frame(cells[of_cell]).isin(
        pd.MultiIndex.from_frame(sweep.loc[raw, of_cell])
    )
    borrowed = cells[without].merge(_raw_of_all(sweep, controls), on=SPLIT)
    kept = sweep[raw | (sweep["multiplier"] == 1.0)]
    filled = [frame for frame in (kept, borrowed) if len(frame)]
    found = pd.concat(filled, ignore_index=True).reindex(columns=sweep.columns) if filled else kept
    return found.assign(subject=found["multiplier"].map(FIXED))


def _raw_of_all(sweep: pd.DataFrame, controls: pd.DataFrame | None) -> pd.DataFrame:
    """Return one fit to the raw data of each split, in the columns that are the same for every cell."""
    fits = raw_fits(sweep).drop(columns=OF_CELL, errors="ignore")
    if controls is None:
        return fits
    of_control = controls[controls["control"] == NONE].assign(multiplier=0.0)
    of_control = of_control[[name for name in fits if name in of_control]]
    filled = [frame for frame in (fits, of_control) if len(frame)]
    return pd.concat(filled).drop_duplicates(SPLIT) if filled else fits
