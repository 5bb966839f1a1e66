"""Summarise each variable's bins into the features of one admission."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from synthsize.contracts.analysis import FEATURES
from synthsize.contracts.variables import VARIABLES
from synthsize.errors import InputError
from synthsize.tasks.binning import bin_widths

Matrix = npt.NDArray[np.float64]
Summary = Callable[[Matrix, Matrix], Matrix]


def _mean(values: Matrix, _mid_hours: Matrix) -> Matrix:
    return pd.DataFrame(values).mean(axis=1).to_numpy()


def _std(values: Matrix, _mid_hours: Matrix) -> Matrix:
    return pd.DataFrame(values).std(axis=1, ddof=1).to_numpy()


def _last(values: Matrix, _mid_hours: Matrix) -> Matrix:
    return pd.DataFrame(values).ffill(axis=1).iloc[:, -1].to_numpy()


def _trend(values: Matrix, mid_hours: Matrix) -> Matrix:
    """Least-squares slope, in the variable's unit per hour."""
    seen = ~np.isnan(values)
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    hours = np.where(seen, mid_hours, 0.0)
    centred_hours = np.where(seen, hours - hours.sum(axis=1, keepdims=True) / count, 0.0)
    filled = np.where(seen, values, 0.0)
    centred_values = np.where(seen, filled - filled.sum(axis=1, keepdims=True) / count, 0.0)
    slope = np.full(len(values), np.nan)
    enough = seen.sum(axis=1) >= 2
    spread = (centred_hours**2).sum(axis=1)
    slope[enough] = (centred_hours * centred_values).sum(axis=1)[enough] / spread[enough]
    return slope


SUMMARIES: dict[str, Summary] = {"mean": _mean, "std": _std, "last": _last, "trend": _trend}


def summarise_bins(
    bins: pd.DataFrame,
    admissions: pd.DataFrame,
    *,
    summaries: list[str],
    window_hours: float,
    bin_hours: dict[str, float],
    variables: Collection[str] | None = None,
) -> pd.DataFrame:
    """One row of features per admission.

    The summaries are taken over the non-empty bins of a variable: ``mean``; ``std`` (divisor n - 1, missing
    under two bins); ``last``; ``trend``, the least-squares slope per hour over the mid-times of the bins
    (missing under two bins). Missing stays missing: imputation belongs to the fit.

    Parameters
    ----------
    bins : DataFrame
        In `contracts.analysis.BINS`.
    admissions : DataFrame
        In `contracts.canonical.ADMISSIONS`; each of its admissions gets a row, also without any measurement.
    summaries : list of str
        Names from `SUMMARIES`.
    window_hours : float
        Length of the observation window in hours.
    bin_hours : dict of str to float
        Bin width in hours per variable kind.
    variables : collection of str, optional
        Those that the concept set has items of; by default all. The others make no features.

    Returns
    -------
    DataFrame
        In `FEATURES`, with columns ``<variable>_<summary>`` in the order of `contracts.variables.VARIABLES`,
        then of `summaries`.

    Raises
    ------
    InputError
        If a summary is unknown, a bin belongs to no admission or lies beyond the window, or a feature is
        missing for every admission.
    """
    widths = bin_widths(window_hours, bin_hours)
    _check_summaries(summaries)
    _check_admissions(bins, admissions)
    rows = admissions.sort_values("admission_id", ignore_index=True)
    features = rows[list(FEATURES.columns)].copy()
    for variable in [known for known in VARIABLES if variables is None or known.name in variables]:
        width = widths[variable.name]
        mid_hours = (np.arange(round(window_hours / width), dtype=np.float64) + 0.5) * width
        own = bins[bins["variable"] == variable.name]
        values = _bin_matrix(own, rows["admission_id"], mid_hours)
        for summary in summaries:
            features[f"{variable.name}_{summary}"] = SUMMARIES[summary](values, mid_hours)
    _refuse_empty_features(features)
    return features


def _bin_matrix(bins: pd.DataFrame, admission_ids: pd.Series, mid_hours: Matrix) -> Matrix:
    """Bin means of one variable, shape (admissions, bins), NaN where a bin is empty."""
    if not bins["bin"].between(0, len(mid_hours) - 1).all():
        raise InputError(
            "table 'bins' reaches beyond cohort.window_hours; delete it so that it is made again with the "
            "present configuration"
        )
    matrix = np.full((len(admission_ids), len(mid_hours)), np.nan)
    row = pd.Index(admission_ids).get_indexer(pd.Index(bins["admission_id"]))
    matrix[row, bins["bin"].to_numpy()] = bins["value"].to_numpy()
    return matrix


def _check_summaries(summaries: list[str]) -> None:
    known = set(summaries) <= set(SUMMARIES)
    if not known or not summaries or len(set(summaries)) < len(summaries):
        raise InputError(
            f"features.summaries is {summaries!r}; name one or more of {', '.join(SUMMARIES)}, each once"
        )


def _check_admissions(bins: pd.DataFrame, admissions: pd.DataFrame) -> None:
    if admissions["admission_id"].duplicated().any():
        raise InputError("table 'admissions' holds an admission_id more than once; extract it again")
    unknown = ~bins["admission_id"].isin(admissions["admission_id"])
    if unknown.any():
        raise InputError(
            f"table 'bins' holds {unknown.sum()} bins of admissions that table 'admissions' lacks; "
            "extract both again from one source"
        )


def _refuse_empty_features(features: pd.DataFrame) -> None:
    names = [name for name in features.columns if name not in FEATURES.columns]
    empty = [name for name in names if features[name].isna().all()]
    if empty:
        variable = empty[0].rpartition("_")[0]
        raise InputError(
            f"feature {empty[0]!r} has no value in any admission: see in results/extract/audit.csv what became "
            f"of the rows of {variable!r}, check its item ids (config key source.concepts) and whether all tables "
            f"are of one extract; for a database that has none of it, set features.without: [{variable}]"
        )
