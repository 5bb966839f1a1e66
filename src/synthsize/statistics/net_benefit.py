"""Net benefit of each recipe over threshold probabilities: mean and intervals over the splits, and against the raw fit.

Net benefit at a threshold t is TP/n - FP/n t/(1 - t): true positives per patient, less what the false ones cost [1]_.
To treat nobody has net benefit 0 at every threshold, to treat everybody depends on the prevalence alone.

References
----------
.. [1] Vickers and Elkin (2006), Medical Decision Making 26, 565-574.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from synthsize.recipes import PRIOR_SHIFT
from synthsize.statistics.differences import adjust_families, difference_statistics
from synthsize.statistics.intervals import Array
from synthsize.statistics.paired_levels import shortcomings

CURVE = ["task", "classifier", "recipe", "recalibrated"]
TREAT_ALL = "treat_all"
RAW = "raw"
CALIBRATION = ("brier", "calibration_intercept", "calibration_slope")
NAMED = (0.05, 0.1, 0.2, 0.3)  # thresholds of table and tests, where the grid has them

BENEFIT_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "recipe": "raw; prior_shift; weights (of the size that validation chose for weights) or class_weight; chosen (what "
    "validation chose among all recipes) or, without that choice, best_generator (the generator and size with the best "
    "validation mean); treat_all, which fits nothing",
    "recalibrated": "by a logistic regression on out-of-fold scores of the training rows; false: risks as fitted",
    "threshold": "probability from which on a patient is called positive",
    "mean": "net benefit per patient: true positives less false ones at the odds of the threshold, mean over splits",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "difference": "minus the raw fit within the split: as fitted, from recalibrated risks the recalibrated raw fit; "
    "treat_all is set against the raw fit as fitted, recalibrated where its scores are margins",
    "difference_normal_low": "lower end of the normal interval of the difference",
    "difference_normal_high": "its upper end",
    "difference_nadeau_bengio_low": "lower end of the Nadeau-Bengio interval of the difference",
    "difference_nadeau_bengio_high": "its upper end",
    "named": "whether the threshold is one of 0.05, 0.1, 0.2 and 0.3, which were named before any result, or the "
    "middle of the grid where it holds none of them; tests are made there alone",
    "nadeau_bengio_p": "of the corrected resampled t-test of the difference; empty where none is made",
    "family_size": "tests that are adjusted together: all recipes, as fitted and recalibrated, at all named thresholds",
    "holm_p": "nadeau_bengio_p after Holm's adjustment over them",
    "significant": "whether holm_p is at most 1 - level",
    "level": "nominal coverage of all intervals",
    "n_splits": "outer splits",
    "n_train_mean": "rows of a training set, mean over splits",
    "n_test_mean": "rows of a test set, mean over splits",
    "multiplier_mean": "of weights and of the chosen recipe, in units of the class gap, mean over splits; 0 where the "
    "recipe has no size",
    "methods": "what the chosen recipe was, the most frequent first: none (the raw data), prior_shift, class_weight, "
    "weights or a generator",
    "brier": "Brier score of the risks on test rows, mean over splits; one for all thresholds, none for treat_all",
    "calibration_intercept": "calibration intercept of these risks in log odds, mean over splits (0: right on average)",
    "calibration_slope": "their calibration slope, mean over splits (1: neither too extreme nor too timid)",
    "note": "what is missing and why; empty if nothing is",
}


def net_benefit(decisions: pd.DataFrame, *, alpha: float = 0.05) -> pd.DataFrame:
    """Summarise decision curves over the splits.

    Parameters
    ----------
    decisions : DataFrame
        Rows of `contracts.curves.DECISIONS`.
    alpha : float
        1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `BENEFIT_COLUMNS`, where each is described; a row per task, classifier, recipe, with and without
        recalibration, and threshold. A curve that some split lacks has NaN with a note.
    """
    blocks = [
        block for _, rows in decisions.groupby(["task", "classifier"]) for block in _curves(rows, alpha)
    ]
    table = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    table = table.reindex(columns=list(BENEFIT_COLUMNS)).fillna({"note": "", "methods": ""})
    return _adjusted(table, alpha) if len(table) else table


def _adjusted(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Adjust the tests at the named thresholds by Holm within each task and classifier."""
    known = table["recipe"].isin((RAW, TREAT_ALL)) | _is_raw_again(table)
    tested = table["named"].astype(bool) & ~known
    rows = table[tested]
    made = adjust_families(rows, rows["task"] + ", " + rows["classifier"], alpha)
    names = ["nadeau_bengio_p", "family_size", "holm_p"]
    empty = table.assign(**dict.fromkeys(names, np.nan), significant=False)
    empty.loc[tested, names] = made[names].astype(float)
    empty.loc[tested, "significant"] = made["significant"]
    return empty


def _is_raw_again(rows: pd.DataFrame) -> pd.Series[bool]:
    """Mark the shifted prior recalibrated, which is the raw fit recalibrated."""
    return (rows["recipe"] == PRIOR_SHIFT) & rows["recalibrated"].astype(bool)


def _named(grid: Array) -> list[bool]:
    near = [bool(np.isclose(value, NAMED).any()) for value in grid]
    return near if any(near) else [place == len(grid) // 2 for place in range(len(grid))]


def _curves(rows: pd.DataFrame, alpha: float) -> Iterator[pd.DataFrame]:
    """Yield the curves of one task and classifier, the treatment of everybody last."""
    sizes = rows.drop_duplicates("split").set_index("split").sort_index()
    curves = {
        keys: _by_split(part, part["true_positives"], part["false_positives"]).reindex(sizes.index)
        for keys, part in rows.groupby(CURVE)
    }
    everybody = rows.drop_duplicates(["split", "threshold"])
    negatives = everybody["n_test"] - everybody["n_positive"]
    keys = {name: str(rows[name].iloc[0]) for name in ("task", "classifier")}
    raw = {again: curves.get((keys["task"], keys["classifier"], RAW, again)) for again in (False, True)}
    everything = raw[False] if raw[False] is not None else raw[True]
    curves[*keys.values(), TREAT_ALL, False] = _by_split(everybody, everybody["n_positive"], negatives)
    for key, curve in curves.items():
        recipe, recalibrated = key[2:]
        reference = everything if recipe == TREAT_ALL else raw[bool(recalibrated)]
        own = rows[(rows["recipe"] == recipe) & (rows["recalibrated"] == recalibrated)].drop_duplicates(
            "split"
        )
        yield pd.DataFrame(
            {
                **keys,
                "recipe": recipe,
                "recalibrated": recalibrated,
                "threshold": curve.columns,
                "named": _named(curve.columns.to_numpy(dtype=float)),
                **_statistics(curve, reference, sizes, alpha),
                "n_train_mean": sizes["n_train"].mean(),
                "n_test_mean": sizes["n_test"].mean(),
                "multiplier_mean": own["multiplier"].mean(),
                "methods": ", ".join(own["method"][own["method"] != ""].value_counts().index),
                **{name: own[name].mean(skipna=False) for name in CALIBRATION},
                "note": shortcomings(curve.to_numpy(dtype=float)),
            }
        )


def _by_split(rows: pd.DataFrame, true: pd.Series, false: pd.Series) -> pd.DataFrame:
    """Net benefit with splits down and thresholds across."""
    odds = rows["threshold"] / (1.0 - rows["threshold"])
    value = (true - false * odds) / rows["n_test"]
    return rows.assign(value=value).pivot(index="split", columns="threshold", values="value")  # noqa: PD010


def _statistics(
    curve: pd.DataFrame, reference: pd.DataFrame | None, sizes: pd.DataFrame, alpha: float
) -> dict[str, Any]:
    values = curve.to_numpy(dtype=float)
    beside = np.full(values.shape, np.nan) if reference is None else reference.to_numpy(dtype=float)
    level, gain = (
        difference_statistics(found, sizes["n_train"], sizes["n_test"], alpha)
        for found in (values, values - beside)
    )
    ends = [f"{interval}_{end}" for interval in ("normal", "nadeau_bengio") for end in ("low", "high")]
    return {
        "mean": level["mean_difference"],
        **{end: level[end] for end in ends},
        "difference": gain["mean_difference"],
        **{f"difference_{end}": gain[end] for end in ends},
        "nadeau_bengio_p": gain["nadeau_bengio_p"],
        "level": level["level"],
        "n_splits": level["n_splits"],
    }
