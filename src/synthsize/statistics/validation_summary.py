"""The curve that VTSS minimises, averaged over the outer splits."""

from __future__ import annotations

import pandas as pd

from synthsize.statistics.intervals import named_intervals
from synthsize.statistics.paired_levels import (
    CELL,
    shortcomings,
    split_by_multiplier,
    with_split_sizes,
)

VALIDATION_COLUMNS = {
    "task": "",
    "classifier": "",
    "generator": "",
    "criterion": "what VTSS optimised",
    "multiplier": "of the class gap",
    "mean": "over splits of the mean over validation folds: nats, hinge loss or balanced accuracy",
    "low": "lower end of the interval",
    "high": "",
    "interval": "normal (over splits: Monte Carlo error given this cohort) or nadeau_bengio (new patients), level 95 %",
    "chosen_median": "median over splits of the multiplier VTSS chose",
    "n_splits": "",
    "n_train_mean": "rows of a training set, mean over splits",
    "n_test_mean": "rows of a test set",
    "note": "what is missing and why; empty if nothing is",
}


def validation_curves(sweep: pd.DataFrame, vtss: pd.DataFrame) -> pd.DataFrame:
    """Average the validation criterion over the splits at each multiplier, once with each interval.

    Nadeau and Bengio's correction widens an interval by the correlation of two splits, for which it takes the share
    of the cohort that each is scored on. Validation scores a split on its training rows, not on its test rows, so the
    two change places: the variance factor is 1/J + n_train/n_test.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.

    Returns
    -------
    DataFrame
        Columns `VALIDATION_COLUMNS`, where each is described; one row per cell, criterion, interval and multiplier.
        Where a split lacks the value, mean and interval are NaN, with a note.

    Raises
    ------
    InputError
        If the tables are of different runs.
    """
    blocks = [
        block
        for keys, rows in with_split_sizes(vtss, sweep).groupby([*CELL, "criterion"], sort=True)
        for block in _curves(dict(zip([*CELL, "criterion"], map(str, keys), strict=True)), rows)
    ]
    found = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=list(VALIDATION_COLUMNS))
    return found[list(VALIDATION_COLUMNS)]


def _curves(keys: dict[str, str], rows: pd.DataFrame) -> list[pd.DataFrame]:
    long = rows[["split", "multipliers", "validation_mean"]].explode(["multipliers", "validation_mean"])
    long = long.rename(columns={"multipliers": "multiplier"}).astype(
        {"multiplier": float, "validation_mean": float}
    )
    levels = split_by_multiplier(long, "validation_mean")
    values = levels.to_numpy(dtype=float)
    scored_on, left_out = rows["n_train"], rows["n_test"]
    return [
        pd.DataFrame(
            {
                **keys,
                "multiplier": levels.columns,
                "mean": values.mean(axis=0),
                "low": low,
                "high": high,
                "interval": interval,
                "chosen_median": rows["multiplier"].median(),
                "n_splits": len(values),
                "n_train_mean": rows["n_train"].mean(),
                "n_test_mean": rows["n_test"].mean(),
                "note": shortcomings(values),
            }
        )
        for interval, (low, high) in named_intervals(
            values, n_train=left_out, n_test=scored_on, metric=keys["criterion"]
        ).items()
    ]
