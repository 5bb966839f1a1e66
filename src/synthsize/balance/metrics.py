"""Metrics of linear scores on real rows: decisions cut at 0, ranking, and estimates of risk at the rows' prevalence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from synthsize.balance.calibration import calibration_intercept, calibration_slope
from synthsize.balance.solvers import get_classifier

DECISIONS = ("balanced_accuracy", "sensitivity", "specificity", "f1", "mcc")
RANKING = ("auroc", "auprc")
ESTIMATES = ("log_loss", "brier", "calibration_intercept", "calibration_slope")

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Decisions:
    """Shares of right decisions, one per column of scores; NaN where a class does not occur.

    Attributes
    ----------
    sensitivity : ndarray
        Share of minority rows with a score above 0.
    specificity : ndarray
        Share of majority rows with a score of 0 or below.
    n_minority, n_majority : int
        Rows of each class.
    """

    sensitivity: Array
    specificity: Array
    n_minority: int
    n_majority: int

    @property
    def balanced_accuracy(self) -> Array:
        """Mean of sensitivity and specificity."""
        return (self.sensitivity + self.specificity) / 2.0

    @property
    def f1(self) -> Array:
        """Harmonic mean of precision and sensitivity; 0 if no row is called minority."""
        hits = self.n_minority * self.sensitivity
        return 2.0 * hits / (hits + self._false_alarms + self.n_minority)

    @property
    def mcc(self) -> Array:
        """Matthews correlation of decisions and classes; 0 if all rows are called alike, as in scikit-learn."""
        called = np.round(
            self.n_minority * self.sensitivity + self._false_alarms
        )  # a count: no rounding error
        spread = called * (self.n_minority + self.n_majority - called)
        pairs = self.n_minority * self.n_majority
        value = (self.sensitivity + self.specificity - 1.0) * np.sqrt(pairs / np.maximum(spread, 1.0))
        return np.asarray(np.where(spread == 0.0, 0.0, value))

    @property
    def _false_alarms(self) -> Array:
        return self.n_majority * (1.0 - self.specificity)


def decide(scores: ArrayLike, y: ArrayLike) -> Decisions:
    """Call every row with a score above 0 (probability above 1/2) a minority row, and count.

    Parameters
    ----------
    scores : array of shape (n,) or (n, columns)
    y : array of shape (n,)
    """
    called, labels = np.asarray(scores) > 0.0, np.asarray(y)
    hits, rejections = called[labels == 1], ~called[labels == 0]
    return Decisions(_share(hits), _share(rejections), len(hits), len(rejections))


def rank(scores: ArrayLike, y: ArrayLike) -> tuple[float, float]:
    """Area under the ROC curve, and average precision (the area under the precision-recall curve, in steps).

    Parameters
    ----------
    scores, y : array of shape (n,)

    Returns
    -------
    auroc, auprc : float
        NaN when a class does not occur or a score is infinite; rows with equal scores share their place.
    """
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(y)
    minority, majority = np.sort(values[labels == 1]), np.sort(values[labels == 0])
    if not len(minority) or not len(majority) or not np.isfinite(values).all():
        return float("nan"), float("nan")
    below = np.searchsorted(majority, minority, side="left")
    not_above = np.searchsorted(majority, minority, side="right")
    hits = len(minority) - np.searchsorted(minority, minority, side="left")
    called = hits + len(majority) - below  # if the cut lies just below the minority row's score
    return float((below + not_above).mean() / 2.0 / len(majority)), float((hits / called).mean())


def evaluate(scores: ArrayLike, y: ArrayLike, *, estimates: bool) -> dict[str, Array]:
    """Every metric of scores on real rows, at the rows' own prevalence.

    Parameters
    ----------
    scores : array of shape (n, columns)
    y : array of shape (n,)
    estimates : bool
        Whether the scores are log odds that claim to estimate risks; a margin and a moved threshold do not.

    Returns
    -------
    dict of str to ndarray of shape (columns,)
        Names of `DECISIONS`, `RANKING` and `ESTIMATES`. `ESTIMATES` (log-loss in nats with probabilities clipped at
        1e-15, Brier score, calibration intercept in log odds, calibration slope) are NaN where scores estimate no
        risk; what a single class leaves undefined is NaN.
    """
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(y, dtype=np.int8)
    decisions = decide(values, labels)
    ranked = np.array([rank(column, labels) for column in values.T]).reshape(-1, len(RANKING))
    found = {name: np.asarray(getattr(decisions, name)) for name in DECISIONS}
    found |= dict(zip(RANKING, ranked.T, strict=True))
    if not estimates:
        return found | {name: np.full(values.shape[1], np.nan) for name in ESTIMATES}
    return found | {
        "log_loss": get_classifier("logistic").loss(values, labels).mean(axis=0),
        "brier": ((expit(values) - labels[:, np.newaxis]) ** 2).mean(axis=0),
        "calibration_intercept": _by_column(calibration_intercept, values, labels),
        "calibration_slope": _by_column(calibration_slope, values, labels),
    }


def _by_column(metric: Callable[[ArrayLike, ArrayLike], float], scores: Array, y: NDArray[np.int8]) -> Array:
    return np.array([metric(np.ascontiguousarray(column), y) for column in scores.T])


def _share(hits: NDArray[np.bool_]) -> Array:
    if len(hits) == 0:
        return np.full(hits.shape[1:], np.nan)
    return np.asarray(hits.mean(axis=0))
