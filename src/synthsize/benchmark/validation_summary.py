"""The curve that VTSS minimises, averaged over the outer splits."""

from __future__ import annotations

import pandas as pd

from synthsize.benchmark.intervals import normal_interval
from synthsize.benchmark.panels import CELL, shortcomings, split_by_multiplier

VALIDATION_COLUMNS = {
    "task": "",
    "classifier": "",
    "generator": "",
    "criterion": "what VTSS optimised",
    "multiplier": "of the class gap",
    "mean": "over splits of the mean over validation folds: nats, hinge loss or balanced accuracy",
    "low": "normal interval over splits: Monte Carlo error given this cohort",
    "high": "",
    "interval": "name of the interval, level 95 %",
    "chosen_median": "median over splits of the multiplier VTSS chose",
    "n_splits": "",
    "note": "what is missing and why; empty if nothing is",
}


def validation_curves(vtss: pd.DataFrame) -> pd.DataFrame:
    """Average the validation criterion over the splits at each multiplier.

    The interval is the normal one alone: the Nadeau-Bengio correction is derived for a test set that the training set
    never touches, whereas every row of a training set is some fold's validation row.

    Parameters
    ----------
    vtss : DataFrame
        Rows of `schemas.VTSS`.

    Returns
    -------
    DataFrame
        Columns `VALIDATION_COLUMNS`, where each is described; one row per cell, criterion and multiplier. Where a split
        lacks the value, mean and interval are NaN, with a note.
    """
    blocks = [
        _curve(dict(zip([*CELL, "criterion"], map(str, keys), strict=True)), rows)
        for keys, rows in vtss.groupby([*CELL, "criterion"], sort=True)
    ]
    found = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=list(VALIDATION_COLUMNS))
    return found[list(VALIDATION_COLUMNS)]


def _curve(keys: dict[str, str], rows: pd.DataFrame) -> pd.DataFrame:
    long = rows[["split", "multipliers", "validation_mean"]].explode(["multipliers", "validation_mean"])
    long = long.rename(columns={"multipliers": "multiplier"}).astype(
        {"multiplier": float, "validation_mean": float}
    )
    levels = split_by_multiplier(long, "validation_mean")
    values = levels.to_numpy(dtype=float)
    low, high = normal_interval(values)
    return pd.DataFrame(
        {
            **keys,
            "multiplier": levels.columns,
            "mean": values.mean(axis=0),
            "low": low,
            "high": high,
            "interval": "normal",
            "chosen_median": rows["multiplier"].median(),
            "n_splits": len(values),
            "note": shortcomings(values),
        }
    )
