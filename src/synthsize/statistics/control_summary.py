"""Means and both intervals over the splits of what the controls reached."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synthsize.contracts import metrics
from synthsize.statistics.intervals import named_intervals

KEYS = ["task", "classifier", "control", "multiplier"]
METRICS = ("excess_risk", "balanced_risk", *metrics.METRICS)
COLUMNS = [*KEYS, "metric", "mean", "low", "high", "interval", "n_splits"]


def summarise_controls(controls: pd.DataFrame) -> pd.DataFrame:
    """Average each metric of each control over the splits, once with each interval.

    Parameters
    ----------
    controls : DataFrame
        Rows of `contracts.results.CONTROLS`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. `multiplier` is NaN for a control without sizes; the risks of `threshold` are NaN.
    """
    rows: list[dict[str, Any]] = []
    for keys, group in controls.groupby(KEYS, sort=True, dropna=False):
        named = dict(zip(KEYS, keys, strict=True))
        for metric in METRICS:
            values = group[metric].to_numpy()
            bounds = named_intervals(values, group["n_train"], group["n_test"], metric)
            rows += [
                {
                    **named,
                    "metric": metric,
                    "mean": values.mean(),
                    "low": float(low),
                    "high": float(high),
                    "interval": interval,
                    "n_splits": len(values),
                }
                for interval, (low, high) in bounds.items()
            ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    order = ["task", "classifier", "control", "metric", "interval", "multiplier"]
    return frame.sort_values(order, kind="stable", ignore_index=True)
