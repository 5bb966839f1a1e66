"""Simultaneous bands: where the whole curve over the multipliers lies, not each point by itself.

A curve is read at its lowest point, wherever that is; intervals that are right point by point are too narrow for
that. The band keeps the Nadeau-Bengio standard error and replaces the t quantile by that of the largest |t| over the
grid.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import t
from threadpoolctl import threadpool_limits

from synthsize.statistics.intervals import (
    LEVEL,
    Array,
    nadeau_bengio_factor,
    nadeau_bengio_interval,
    spread,
)
from synthsize.statistics.paired_levels import Panel, panels
from synthsize.statistics.references import Reference, references

DRAWS = 5000

BAND_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows",
    "metric": "excess_risk (balanced_risk without an oracle; nats or hinge loss, lower is better) or balanced_accuracy",
    "reference": "none: the metric itself; else the paired difference to it",
    "multiplier": "of the class gap",
    "mean": "over splits, unit of the metric",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval of this multiplier alone",
    "nadeau_bengio_high": "its upper end",
    "simultaneous_low": "lower end of the max-t band: covers all multipliers at once, Nadeau-Bengio standard error",
    "simultaneous_high": "its upper end",
    "critical_value": "what the standard error is multiplied by in the band",
    "level": "nominal coverage of interval and band",
    "n_splits": "outer splits of the run",
    "n_train_mean": "rows of a training set, mean over splits",
    "n_test_mean": "rows of a test set, mean over splits",
    "note": "what is missing and why; empty if nothing is",
}


def bands(
    sweep: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame | None = None,
    *,
    alpha: float = 0.05,
    seed: int = 0,
) -> pd.DataFrame:
    """Put a simultaneous band around each curve and around its paired difference to each reference.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.
    controls : DataFrame, optional
        Columns task, classifier, control, split, multiplier and the metrics.
    alpha : float
        1 - level.
    seed : int
        Of the bootstrap; all curves share its draws.

    Returns
    -------
    DataFrame
        Columns `BAND_COLUMNS`, where each is described. At a multiplier that is itself the reference the difference
        is 0 and so is the band.

    Raises
    ------
    InputError
        If the tables are of different runs.
    """
    blocks = [
        _band(panel, reference, 1 - alpha, seed)
        for panel in panels(sweep, vtss)
        for reference in _with_none(panel, controls)
    ]
    rows = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=list(BAND_COLUMNS))
    return rows[list(BAND_COLUMNS)]


def max_t_quantile(values: Array, level: float, generator: np.random.Generator, draws: int = DRAWS) -> float:
    """Bootstrap the largest |t| of several means over the same splits and return its quantile.

    Each draw weights the centred splits by independent normal numbers and studentises by one chi variate, so that
    every mean alone has the t distribution on J - 1 degrees of freedom and together they keep the correlations of the
    splits [1]_. Drawing splits with replacement instead breaks down when a metric of steps, such as accuracy, differs
    in few splits: a draw without them has no spread to divide by.

    Parameters
    ----------
    values : ndarray of shape (J, K)
        One value per split and quantity, none missing and each quantity varying over at least two splits.
    level : float
    generator : Generator
    draws : int

    Returns
    -------
    float
        At least the t quantile of one mean.

    References
    ----------
    .. [1] Hothorn, Bretz and Westfall (2008), Biometrical Journal 50, 346-363; Chernozhukov, Chetverikov and Kato
       (2013), Annals of Statistics 41, 2786-2819.
    """
    n_splits = len(values)
    standard = (values - values.mean(axis=0)) / (values.std(axis=0, ddof=1) * np.sqrt(n_splits - 1))
    weights = generator.standard_normal((draws, n_splits))
    chi = np.sqrt(generator.chisquare(n_splits - 1, draws) / (n_splits - 1))
    # Sums in another order differ in the last bit; one thread makes the order fixed.
    with threadpool_limits(limits=1, user_api="blas"):
        largest = np.abs(weights @ standard).max(axis=1) / chi
    return max(float(np.quantile(largest, level)), float(t.ppf(0.5 + level / 2, n_splits - 1)))


def simultaneous_band(
    values: Array,
    n_train: Array,
    n_test: Array,
    generator: np.random.Generator,
    level: float = LEVEL,
) -> tuple[Array, Array, float]:
    """Band of several means that covers all of them at once with the nominal probability.

    Parameters
    ----------
    values : ndarray of shape (J, K)
        One value per split and quantity.
    n_train, n_test : ndarray of shape (J,)
        Rows of each split's sets.
    generator : Generator
        Draws the bootstrap.
    level : float

    Returns
    -------
    low, high : ndarray of shape (K,)
        NaN where a split's value is missing and for one split.
    critical_value : float
        NaN if no quantity varies; quantities that do not vary take no part in it.
    """
    mean, sd = values.mean(axis=0), spread(values)
    varies = sd > 0
    critical = max_t_quantile(values[:, varies], level, generator) if varies.any() else np.nan
    half = np.where(sd == 0, 0.0, critical * nadeau_bengio_factor(len(values), n_train, n_test) * sd)
    return mean - half, mean + half, critical


def _with_none(panel: Panel, controls: pd.DataFrame | None) -> Iterator[Reference]:
    yield Reference("none", panel.levels * 0.0)
    yield from references(panel, controls)


def _band(panel: Panel, reference: Reference, level: float, seed: int) -> pd.DataFrame:
    values = (panel.levels - reference.levels).to_numpy(dtype=float, copy=True)
    values[:, np.isin(panel.multipliers, reference.same_fit)] = 0.0
    low, high = nadeau_bengio_interval(values, panel.n_train, panel.n_test, level)
    band_low, band_high, critical = simultaneous_band(
        values, panel.n_train, panel.n_test, np.random.default_rng(seed), level
    )
    return pd.DataFrame(
        {
            **panel.cell,
            "metric": panel.metric,
            "reference": reference.name,
            "multiplier": panel.multipliers,
            "mean": values.mean(axis=0),
            "nadeau_bengio_low": low,
            "nadeau_bengio_high": high,
            "simultaneous_low": band_low,
            "simultaneous_high": band_high,
            "critical_value": critical,
            "level": level,
            "n_splits": panel.n_splits,
            "n_train_mean": panel.n_train.mean(),
            "n_test_mean": panel.n_test.mean(),
            "note": [
                "the reference itself" if multiplier in reference.same_fit else note
                for multiplier, note in zip(panel.multipliers, reference.notes(values), strict=True)
            ],
        }
    )
