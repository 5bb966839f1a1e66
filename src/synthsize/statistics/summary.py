"""Means and intervals over splits: the curves against the multiplier, and what VTSS reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.catalogue.metrics import IDEAL, LOWER_IS_BETTER
from synthsize.catalogue.strategies import entries
from synthsize.contracts import metrics
from synthsize.contracts.results import NAIVE
from synthsize.grid import edge_of
from synthsize.statistics.intervals import named_intervals
from synthsize.statistics.paired_levels import CELL, split_by_multiplier
from synthsize.statistics.raw_fits import fixed_sizes

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
SetSizes = tuple[NDArray[np.int64], NDArray[np.int64]]


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
        sets = _set_sizes(group)
        for metric in METRICS:
            rows += [
                {**named, "metric": metric, **sizes, **stats}
                for stats in _both_intervals(group[metric], sets, metric)
            ]
    frame = pd.DataFrame(rows, columns=CURVE_COLUMNS)
    return frame.sort_values([*CELL, "metric", "interval", "multiplier"], kind="stable", ignore_index=True)


def vtss_summary(
    sweep: pd.DataFrame, vtss: pd.DataFrame, controls: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Average what VTSS reached on the test rows, beside fixed multipliers.

    `best_mean` is read at the best multiplier of the averaged test curve, which no one could have known, and is a
    little too good for being picked there.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.
    controls : DataFrame, optional
        Rows of `contracts.results.CONTROLS`; the control ``none`` stands for raw data that no cell was fitted to.

    Returns
    -------
    DataFrame
        Columns `VTSS_COLUMNS`; one row per cell, criterion, metric and interval. `naive_mean` (m = 1) and `raw_mean`
        (the raw data), and their limits, are NaN when nothing was fitted to those rows or a split lacks its value; the
        best is NaN for a metric that the classifier lacks. `best_at_edge` says whether the best is the first or last
        multiplier of the grid; m = 0 is no edge, nor is a grid's only multiplier, nor the largest that a strategy
        knows.
    """
    rows: list[Row] = []
    sweeps = dict(tuple(sweep.groupby(CELL, sort=True)))
    sized = dict(tuple(fixed_sizes(sweep, controls).groupby(CELL, sort=True)))
    for cell, of_cell in vtss.groupby(CELL, sort=True):
        sets = _set_sizes(sweeps[cell])
        levels = {metric: split_by_multiplier(sweeps[cell], metric) for metric in METRICS}
        fits = sized.get(cell, sweep.iloc[:0])
        at = {metric: split_by_multiplier(fits, metric).reindex(levels[metric].index) for metric in METRICS}
        largest = entries()[str(sweeps[cell]["strategy"].iloc[0])].largest
        fixed = {
            metric: _fixed_multipliers(found, at[metric], metric, largest) for metric, found in levels.items()
        }
        limits = {metric: _fixed_limits(found, sets, metric) for metric, found in at.items()}
        for criterion, group in of_cell.groupby("criterion", sort=True):
            named = dict(zip([*CELL, "criterion"], [*cell, criterion], strict=True))
            chosen = {
                "multiplier_mean": group["multiplier"].mean(),
                "multiplier_median": group["multiplier"].median(),
                "edge_share": (group["edge"] != "none").mean(),
            }
            rows += [
                {
                    **named,
                    "metric": metric,
                    **chosen,
                    **fixed[metric],
                    **limits[metric][stats["interval"]],
                    **stats,
                }
                for metric in METRICS
                for stats in _both_intervals(group[metric], sets, metric)
            ]
    frame = pd.DataFrame(rows, columns=VTSS_COLUMNS)
    return frame.sort_values([*CELL, "criterion", "metric", "interval"], kind="stable", ignore_index=True)


def _realised(rows: pd.DataFrame) -> pd.Series[float]:
    """Synthetic rows that each split added, in units of its class gap; none are added without a gap."""
    return (rows["n_synthetic"] / rows["gap"]).where(rows["gap"] > 0, 0.0)


def _set_sizes(sweep: pd.DataFrame) -> SetSizes:
    """Rows of each split's training and test sets."""
    sizes = sweep.drop_duplicates("split")
    return sizes["n_train"].to_numpy(), sizes["n_test"].to_numpy()


def _both_intervals(values: pd.Series[float], sets: SetSizes, metric: str) -> list[Row]:
    """Mean and each interval of one value per split."""
    sample = values.to_numpy(dtype=float)
    return [
        {
            "mean": sample.mean(),
            "low": low,
            "high": high,
            "interval": name,
            "n_splits": len(sample),
        }
        for name, (low, high) in named_intervals(sample, *sets, metric).items()
    ]


def _fixed_multipliers(levels: pd.DataFrame, fixed: pd.DataFrame, metric: str, largest: float) -> Row:
    """Means of `fixed`, at m = 1 and of the raw data, and at the best m of `levels`.

    Both have a row per split and a column per multiplier; the raw data stand at 0.
    """
    curve, named = levels.mean(skipna=False), fixed.mean(skipna=False)
    best = _merit(curve, metric).dropna()
    multiplier = float(best.index[int(best.argmax())]) if len(best) else np.nan
    return {
        "naive_mean": named.get(NAIVE, np.nan),
        "raw_mean": named.get(0.0, np.nan),
        "best_multiplier": multiplier,
        "best_mean": curve.get(multiplier, np.nan),
        "best_at_edge": edge_of(multiplier, curve.index.tolist(), largest) != "none",
    }


def _fixed_limits(levels: pd.DataFrame, sets: SetSizes, metric: str) -> dict[str, Row]:
    """Limits at m = 1 and at m = 0 by the name of the interval."""
    unknown = pd.Series(np.nan, index=levels.index)
    limits: dict[str, Row] = {}
    for name, multiplier in (("naive", NAIVE), ("raw", 0.0)):
        for stats in _both_intervals(levels.get(multiplier, unknown), sets, metric):
            limits.setdefault(stats["interval"], {}).update(
                {f"{name}_low": stats["low"], f"{name}_high": stats["high"]}
            )
    return limits


def _merit(curve: pd.Series[float], metric: str) -> pd.Series[float]:
    """Turn the metric so that more is better."""
    if metric in IDEAL:
        return -(curve - IDEAL[metric]).abs()
    return -curve if metric in LOWER_IS_BETTER else curve
