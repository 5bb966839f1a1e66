"""Means and intervals over splits: the curves against the multiplier, and what VTSS made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from synthsize.catalogue.metrics import IDEAL, LOWER_IS_BETTER
from synthsize.contracts import metrics
from synthsize.contracts.results import NAIVE
from synthsize.grid import edge_of
from synthsize.statistics.intervals import named_intervals
from synthsize.statistics.paired_levels import CELL, split_by_multiplier

METRICS = ("excess_risk", "balanced_risk", *metrics.METRICS)

CURVE_COLUMNS = [
    *CELL,
    "metric",
    "multiplier",
    "mean",
    "low",
    "high",
    "interval",
    "n_splits",
    "n_train_mean",
    "n_test_mean",
    "n_synthetic_mean",
    "n_requested_mean",
    "realised_multiplier",
]
VTSS_COLUMNS = [
    *CELL,
    "criterion",
    "metric",
    "mean",
    "low",
    "high",
    "interval",
    "n_splits",
    "multiplier_mean",
    "multiplier_median",
    "edge_share",
    "naive_mean",
    "naive_low",
    "naive_high",
    "raw_mean",
    "raw_low",
    "raw_high",
    "best_multiplier",
    "best_mean",
    "best_at_edge",
]

Row = dict[str, Any]


def curves(sweep: pd.DataFrame) -> pd.DataFrame:
    """Average each metric over splits at each multiplier, once with each interval.

    Parameters
    ----------
    sweep : DataFrame
        Rows of `contracts.results.SWEEP`.

    Returns
    -------
    DataFrame
        Columns `CURVE_COLUMNS`; one row per cell, metric, multiplier and interval. Numbers of rows are means over the
        splits; so is `realised_multiplier`, the synthetic rows really added in units of the class gap (0 without one).
    """
    rows: list[Row] = []
    for keys, group in sweep.groupby([*CELL, "multiplier"], sort=True):
        named = dict(zip([*CELL, "multiplier"], keys, strict=True))
        sizes = {
            "n_train_mean": group["n_train"].mean(),
            "n_test_mean": group["n_test"].mean(),
            "n_synthetic_mean": group["n_synthetic"].mean(),
            "n_requested_mean": group["n_requested"].mean(),
            "realised_multiplier": _realised(group).mean(),
        }
        for metric in METRICS:
            rows += [
                {**named, "metric": metric, **sizes, **stats}
                for stats in _both_intervals(group[metric], group, metric)
            ]
    frame = pd.DataFrame(rows, columns=CURVE_COLUMNS)
    return frame.sort_values([*CELL, "metric", "interval", "multiplier"], kind="stable", ignore_index=True)


def vtss_summary(sweep: pd.DataFrame, vtss: pd.DataFrame) -> pd.DataFrame:
    """Average what VTSS reached on the test rows, beside fixed multipliers.

    `best_mean` is read at the best multiplier of the averaged test curve, which no one could have known, and is a
    little too good for being picked there.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.

    Returns
    -------
    DataFrame
        Columns `VTSS_COLUMNS`; one row per cell, criterion, metric and interval. `naive_mean` (m = 1) and `raw_mean`
        (m = 0), and their limits, are NaN when the grid lacks that multiplier or a split its value; the best is NaN for
        a metric that the classifier lacks. `best_at_edge` says whether the best is the first or last multiplier of the
        grid; m = 0 is no edge, nor is a grid's only multiplier.
    """
    rows: list[Row] = []
    sweeps = dict(tuple(sweep.groupby(CELL, sort=True)))
    for keys, group in vtss.groupby([*CELL, "criterion"], sort=True):
        named = dict(zip([*CELL, "criterion"], keys, strict=True))
        cell_sweep = sweeps[tuple(keys[:-1])]
        chosen = {
            "multiplier_mean": group["multiplier"].mean(),
            "multiplier_median": group["multiplier"].median(),
            "edge_share": (group["edge"] != "none").mean(),
        }
        for metric in METRICS:
            fixed = _fixed_multipliers(cell_sweep, metric)
            limits = _fixed_limits(cell_sweep, metric)
            rows += [
                {**named, "metric": metric, **chosen, **fixed, **limits[stats["interval"]], **stats}
                for stats in _both_intervals(group[metric], cell_sweep, metric)
            ]
    frame = pd.DataFrame(rows, columns=VTSS_COLUMNS)
    return frame.sort_values([*CELL, "criterion", "metric", "interval"], kind="stable", ignore_index=True)


def _realised(rows: pd.DataFrame) -> pd.Series[float]:
    """Synthetic rows that each split added, in units of its class gap; none are added without a gap."""
    return (rows["n_synthetic"] / rows["gap"]).where(rows["gap"] > 0, 0.0)


def _both_intervals(values: pd.Series[float], sweep: pd.DataFrame, metric: str) -> list[Row]:
    """Mean and each interval of one value per split; sizes of the sets come from the sweep rows of those splits."""
    sizes = sweep.drop_duplicates("split")
    return [
        {
            "mean": values.mean(skipna=False),
            "low": low,
            "high": high,
            "interval": name,
            "n_splits": len(values),
        }
        for name, (low, high) in named_intervals(values, sizes["n_train"], sizes["n_test"], metric).items()
    ]


def _fixed_multipliers(sweep: pd.DataFrame, metric: str) -> Row:
    curve = split_by_multiplier(sweep, metric).mean(skipna=False)
    best = _merit(curve, metric).dropna()
    multiplier = float(best.index[int(best.argmax())]) if len(best) else np.nan
    return {
        "naive_mean": curve.get(NAIVE, np.nan),
        "raw_mean": curve.get(0.0, np.nan),
        "best_multiplier": multiplier,
        "best_mean": curve.get(multiplier, np.nan),
        "best_at_edge": edge_of(multiplier, curve.index.tolist()) != "none",
    }


def _fixed_limits(sweep: pd.DataFrame, metric: str) -> dict[str, Row]:
    """Limits at m = 1 and at m = 0 by the name of the interval."""
    values = split_by_multiplier(sweep, metric)
    unknown = pd.Series(np.nan, index=values.index)
    limits: dict[str, Row] = {}
    for name, multiplier in (("naive", NAIVE), ("raw", 0.0)):
        for stats in _both_intervals(values.get(multiplier, unknown), sweep, metric):
            limits.setdefault(stats["interval"], {}).update(
                {f"{name}_low": stats["low"], f"{name}_high": stats["high"]}
            )
    return limits


def _merit(curve: pd.Series[float], metric: str) -> pd.Series[float]:
    """Turn the metric so that more is better."""
    if metric in IDEAL:
        return -(curve - IDEAL[metric]).abs()
    return -curve if metric in LOWER_IS_BETTER else curve
