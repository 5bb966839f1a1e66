"""Fits to the raw data among those of the sweep: at m = 0, unless a strategy thins the majority there."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.strategies import entries

FIXED = {0.0: "m=0", 1.0: "m=1"}  # subjects that tables set side by side


def is_raw(sweep: pd.DataFrame) -> pd.Series[bool]:
    """Mark the rows of `contracts.results.SWEEP` that are fits to the raw data."""
    raw_at_zero = [name for name, entry in entries().items() if entry.raw_at_zero]
    return (sweep["multiplier"] == 0.0) & sweep["strategy"].isin(raw_at_zero)


def raw_fits(sweep: pd.DataFrame) -> pd.DataFrame:
    """Return one row per task, classifier and split: without synthetic rows all generators are one fit."""
    return sweep[is_raw(sweep)].drop_duplicates(["task", "classifier", "split"])


def fixed_sizes(sweep: pd.DataFrame) -> pd.DataFrame:
    """Return each cell's rows at m = 1, and the raw data of its splits, with a column ``subject``.

    A generator whose strategy thins the majority at m = 0 gets the raw fit of another: what it gains is told against
    the raw data everywhere.
    """
    keys = ["task", "classifier", "split"]
    thinned = (sweep["multiplier"] == 0.0) & ~is_raw(sweep)
    own = ["generator", "strategy", "alpha"]
    of_others = raw_fits(sweep).drop(columns=own, errors="ignore")
    cells = sweep.loc[thinned, [*keys, *(name for name in own if name in sweep)]]
    borrowed = cells.merge(of_others, on=keys)[list(sweep.columns)]
    kept = sweep[sweep["multiplier"].isin(FIXED) & ~thinned]
    found = pd.concat([kept, borrowed], ignore_index=True) if len(borrowed) else kept
    return found.assign(subject=found["multiplier"].map(FIXED))
