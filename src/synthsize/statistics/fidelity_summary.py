"""How near synthetic rows are to real ones, over the splits they were measured on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synthsize.contracts.fidelity import MEASURES, TEST_ROWS

FIDELITY_COLUMNS = {
    "task": "as in config.yaml",
    "generator": "of the synthetic rows; test_rows: the real minority rows of the test sets, for scale",
    "n_splits": "outer splits, the run's first",
    "mean_difference": "absolute difference of a feature's mean to the training minority's, in its standard "
    "deviations, averaged over the features",
    "ks_mean": "Kolmogorov-Smirnov distance of a feature's margins (0 to 1), averaged over the features",
    "ks_worst": "the largest of a feature",
    "worst_feature": "the feature that has it, in most splits",
    "correlation_mean": "absolute difference of the correlation of two features, averaged over the pairs",
    "correlation_worst": "the largest of a pair",
    "distance_ratio": "median distance to the nearest training minority row, over that of these rows to the nearest "
    "other",
    "outlying_share": "rows farther from every training minority row than any of these is from its nearest",
    "copies_share": "rows that are copies of a training minority row",
    "repeats_share": "rows that are copies of an earlier one of their own",
    "collapsed_splits": "splits with more than half copies of either kind, or a distance_ratio below 0.1",
    "exploded_splits": "splits with a distance_ratio above 3 or an outlying_share above 0.1",
}


def summarise_fidelity(measured: pd.DataFrame) -> pd.DataFrame:
    """Average over the splits; training sets overlap and splits are few, so no interval is given.

    Parameters
    ----------
    measured : DataFrame
        Rows of `contracts.fidelity.FIDELITY`.

    Returns
    -------
    DataFrame
        Columns `FIDELITY_COLUMNS`, where each is described: a row per task and generator, and one of the real test
        rows of all splits that any generator was measured on.
    """
    rows: list[dict[str, Any]] = []
    for task, of_task in measured.groupby("task", sort=True):
        real = of_task[of_task["rows"] == TEST_ROWS].sort_values("n_margins", ascending=False, kind="stable")
        real = real.drop_duplicates("split")  # the same beside every generator, but for one that has few rows
        synthetic = of_task[of_task["rows"] != TEST_ROWS]
        parts = [(TEST_ROWS, real), *synthetic.groupby("generator", sort=True)]
        rows += [{"task": task, "generator": name, **_means(part)} for name, part in parts]
    return pd.DataFrame(rows, columns=list(FIDELITY_COLUMNS))


def _means(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "n_splits": rows["split"].nunique(),
        **{name: rows[name].mean() for name in MEASURES},
        "worst_feature": rows["worst_feature"].mode().iloc[0],
        "collapsed_splits": int(rows["collapsed"].sum()),
        "exploded_splits": int(rows["exploded"].sum()),
    }
