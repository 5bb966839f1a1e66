"""Sensitivity, specificity and calibration of subgroups: means over the splits with both intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.statistics.intervals import named_intervals
from synthsize.statistics.paired_levels import CELL

KEYS = [*CELL, "subject", "dimension", "group"]
# Shares and ratios are of the counts of all splits together: a split with few positives then counts for little.
RATIOS = {
    "sensitivity": ("true_positives", "positives"),
    "specificity": ("true_negatives", "negatives"),
    "observed_to_expected": ("positives", "expected"),
}
MEANS = ("calibration_intercept", "calibration_slope")
LOGARITHMIC = "observed_to_expected"  # a ratio of 2 is as far from 1 as one of 1/2

SUBGROUP_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows",
    "subject": "m=0, m=1, vtss (the multiplier that validation chose by its first criterion), prior_shift (m=0 with "
    "its prior shifted), or chosen (what validation chose among all recipes, the same beside every generator)",
    "dimension": "sex, age or stratum",
    "group": "of the admissions of the task",
    "admissions": "of the group in the whole task",
    "positives": "of these positive",
    "metric": "sensitivity and specificity (risk above 1/2 or score above 0), observed_to_expected (positives over the "
    "sum of the estimated risks), calibration_intercept, calibration_slope",
    "mean": "sensitivity, specificity and observed_to_expected: of the counts of all splits; others: mean over the "
    "splits",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals",
    "n_splits": "outer splits of the cell",
    "note": "what is missing and why; empty if nothing is",
}


def subgroup_table(counts: pd.DataFrame, *, alpha: float = 0.05) -> pd.DataFrame:
    """Summarise the counts of every subgroup over the splits.

    Parameters
    ----------
    counts : DataFrame
        Rows of `contracts.subgroups.SUBGROUPS`.
    alpha : float
        1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `SUBGROUP_COLUMNS`, where each is described. Where a split's value is not defined a mean over splits is
        NaN, with a note; a metric that a classifier lacks has no rows.
    """
    rows = [
        {**dict(zip(KEYS, keys, strict=True)), **_sizes(group), **row}
        for keys, group in counts.assign(negatives=counts["n"] - counts["positives"]).groupby(KEYS, sort=True)
        for row in _metrics(group.sort_values("split"), alpha)
    ]
    return pd.DataFrame(rows, columns=list(SUBGROUP_COLUMNS))


def _sizes(group: pd.DataFrame) -> dict[str, int]:
    first = group.iloc[0]
    return {"admissions": int(first["admissions"]), "positives": int(first["cohort_positives"])}


def _metrics(group: pd.DataFrame, alpha: float) -> list[dict[str, Any]]:
    estimates = group["expected"].notna().any()
    rows = []
    for metric, (top, bottom) in RATIOS.items():
        if bottom != "expected" or estimates:
            values = linearised_ratio(group[top], group[bottom], logarithm=metric == LOGARITHMIC)
            rows.append(_row(metric, values, group, alpha))
    if estimates:
        rows += [_row(metric, group[metric].to_numpy(dtype=float), group, alpha) for metric in MEANS]
    return rows


def linearised_ratio(
    numerators: pd.Series[float], denominators: pd.Series[float], *, logarithm: bool
) -> NDArray[np.float64]:
    """One value per split whose mean is the ratio of the sums (or its logarithm) and whose spread is that ratio's.

    The first-order expansion of a ratio estimator (Cochran, Sampling Techniques, 1977, section 6.3).

    Parameters
    ----------
    numerators, denominators : Series of length J
    logarithm : bool

    Returns
    -------
    ndarray of shape (J,)
        NaN where the denominators sum to 0, or the logarithm of 0 is asked for.
    """
    top, bottom = numerators.to_numpy(dtype=float), denominators.to_numpy(dtype=float)
    if not bottom.sum() > 0 or (logarithm and not top.sum() > 0):
        return np.full(len(top), np.nan)
    ratio = top.sum() / bottom.sum()
    residuals = (top - ratio * bottom) / bottom.mean()
    return np.asarray(np.log(ratio) + residuals / ratio if logarithm else ratio + residuals)


def _row(metric: str, values: NDArray[np.float64], group: pd.DataFrame, alpha: float) -> dict[str, Any]:
    ends = named_intervals(values, group["n_train"], group["n_test"], metric, 1 - alpha)
    found = {"mean": float(values.mean())}
    for interval, (low, high) in ends.items():
        found |= {f"{interval}_low": float(low), f"{interval}_high": float(high)}
    if metric == LOGARITHMIC:
        found = {name: float(np.exp(value)) for name, value in found.items()}
    return {
        "metric": metric,
        **found,
        "level": 1 - alpha,
        "n_splits": len(values),
        "note": _note(metric, values),
    }


def _note(metric: str, values: NDArray[np.float64]) -> str:
    lost = int(np.isnan(values).sum())
    if metric in RATIOS and lost:
        return "nobody to take a share of"
    if lost:
        return (
            f"not defined in {lost} of {len(values)} splits: a class is missing among the group's test rows, "
            f"or separable"
        )
    if len(values) == 1:
        return "one split: no interval"
    return ""
