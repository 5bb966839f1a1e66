"""What every table of paired differences reports: both intervals, the corrected test, and its adjustment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from synthsize.statistics.intervals import nadeau_bengio_interval, normal_interval
from synthsize.statistics.significance import corrected_t_test, holm


def difference_statistics(
    values: NDArray[np.float64], n_train: ArrayLike, n_test: ArrayLike, alpha: float
) -> dict[str, Any]:
    """Mean difference over the splits, its two intervals and its test.

    Parameters
    ----------
    values : ndarray of shape (J, K)
        One difference per split and quantity.
    n_train, n_test : float or array of shape (J,)
        Rows of each split's training and test sets.
    alpha : float
        1 - level of the intervals.

    Returns
    -------
    dict
        mean_difference, normal_low, normal_high, nadeau_bengio_low, nadeau_bengio_high and nadeau_bengio_p, arrays of
        shape (K,), and level and n_splits. NaN where a split's value is missing; see `intervals` and `significance`.
    """
    normal = normal_interval(values, 1 - alpha)
    corrected = nadeau_bengio_interval(values, n_train, n_test, 1 - alpha)
    return {
        "mean_difference": values.mean(axis=0),
        "normal_low": normal[0],
        "normal_high": normal[1],
        "nadeau_bengio_low": corrected[0],
        "nadeau_bengio_high": corrected[1],
        "level": 1 - alpha,
        "n_splits": len(values),
        "nadeau_bengio_p": corrected_t_test(values, n_train, n_test),
    }


def adjust_families(
    rows: pd.DataFrame, family: pd.Series[str], alpha: float, test: pd.Series[int] | None = None
) -> pd.DataFrame:
    """Add the columns family, family_size, holm_p and significant: Holm's adjustment within each family of tests.

    Parameters
    ----------
    rows : DataFrame
        With column nadeau_bengio_p; NaN marks a planned test that could not be made.
    family : Series of str
        The family of each row.
    alpha : float
        Error rate of each family.
    test : Series of int, optional
        Rows of one family that share a number repeat one test, which counts once, by its largest p-value. By default
        every row is a test of its own.
    """
    keys = pd.MultiIndex.from_arrays([family, np.arange(len(rows)) if test is None else test])
    p = pd.Series(rows["nadeau_bengio_p"].to_numpy(dtype=float), index=keys)
    tests = p.groupby(level=[0, 1], sort=False).max()
    families = tests.groupby(level=0, sort=False)
    adjusted = families.transform(lambda found: holm(found.to_numpy())).reindex(keys).where(p.notna())
    return rows.assign(
        family=family,
        family_size=families.transform("size").reindex(keys).to_numpy(),
        holm_p=adjusted.to_numpy(),
        significant=(adjusted <= alpha).to_numpy(),
    )
