"""Balanced risk, and the lowest balanced risk a classifier could have on a test set (the oracle)."""

from __future__ import annotations

from typing import Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synthsize.balance.checks import check_labelled, check_positive
from synthsize.balance.events import Event
from synthsize.balance.path import report
from synthsize.balance.random_state import Seed, as_seed
from synthsize.balance.solvers import LinearFit, get_classifier
from synthsize.errors import InputError

ORACLE_C = 1e6  # near enough to no penalty, and still a unique minimum on separable data


class HasLoss(Protocol):
    """Anything that says how much a score loses on a row."""

    def loss(self, scores: NDArray[np.float64], y: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return each row's loss."""
        ...


def balanced_risk(
    classifier: str | HasLoss, scores: ArrayLike, y: ArrayLike, majority_weight: float = 0.5
) -> NDArray[np.float64]:
    """Mean loss of each class, weighted: w mean_{y=0} loss + (1 - w) mean_{y=1} loss.

    Parameters
    ----------
    classifier : {"logistic", "svm"} or learner
        Whose loss: log-loss in nats, or hinge.
    scores : array of shape (n,) or (n, columns)
        Linear scores f(x), one column per fit.
    y : array of shape (n,)
    majority_weight : float
        w; 1/2 makes it the balanced risk proper.

    Returns
    -------
    ndarray of shape () or (columns,)
        NaN when a class does not occur.

    Raises
    ------
    InputError
        If there is not one label, 0 or 1, for each row of scores, or `majority_weight` is not between 0 and 1.
    """
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(y)
    if values.ndim == 0 or labels.shape != values.shape[:1] or not np.isin(labels, (0, 1)).all():
        raise InputError(
            f"y must hold one label, 0 or 1, for each of the scores of shape {values.shape}, not shape {labels.shape}"
        )
    _check_weight(majority_weight)
    judge = get_classifier(classifier) if isinstance(classifier, str) else classifier
    loss = judge.loss(values, labels)
    return majority_weight * _mean(loss[labels == 0]) + (1.0 - majority_weight) * _mean(loss[labels == 1])


def _check_weight(majority_weight: float) -> None:
    if not 0.0 < majority_weight < 1.0:
        raise InputError(f"majority_weight must lie strictly between 0 and 1, not {majority_weight!r}")


def _mean(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(rows) == 0:
        return np.full(rows.shape[1:], np.nan)
    return cast("NDArray[np.float64]", np.asarray(rows.mean(axis=0)))


def fit_balanced(
    classifier: str,
    X: ArrayLike,
    y: ArrayLike,
    C: float = ORACLE_C,
    majority_weight: float = 0.5,
    events: list[Event] | None = None,
) -> LinearFit:
    """Minimise the balanced loss on these very rows, next to unpenalised.

    The classes weigh n w / n0 and n (1 - w) / n1 a row; w = 1/2 is scikit-learn's ``class_weight="balanced"``.

    Parameters
    ----------
    classifier : {"logistic", "svm"}
    X : array of shape (n, d)
    y : array of shape (n,)
    C : float
    majority_weight : float
        w, strictly between 0 and 1.
    events : list of Event, optional
        Receives a "not_converged" event.

    Raises
    ------
    InputError
        If a class is missing, `C` is not above 0 and finite, or `majority_weight` not between 0 and 1.
    """
    features, labels = check_labelled(X, y)
    check_positive("C", C)
    _check_weight(majority_weight)
    counts = np.bincount(labels, minlength=2)
    if counts.min() == 0:
        raise InputError("y holds one class only, so there is no balanced fit; both 0 and 1 must occur")
    weight = len(labels) * np.array([majority_weight, 1.0 - majority_weight]) / counts
    fit = get_classifier(classifier).refined().start(features, labels, C, weight[labels]).fit(len(labels))
    if fit.failure:
        report([Event("not_converged", f"balanced {classifier} fit: {fit.failure}")], events)
    return fit


def oracle_risk(
    classifier: str,
    X: ArrayLike,
    y: ArrayLike,
    *,
    variant: str = "weighted",
    majority_weight: float = 0.5,
    random_state: Seed = 0,
    events: list[Event] | None = None,
) -> float:
    """Return the balanced risk on the test rows of the classifier that minimises it on those rows.

    This plug-in lies below the lowest risk in the population, by about p/8 (1/n1 + 1/n0) for log-loss with p
    coefficients; differences between methods on one test set are free of that.

    Parameters
    ----------
    classifier : {"logistic", "svm"}
    X : array of shape (n, d)
        Test rows, standardised as the training rows were.
    y : array of shape (n,)
    variant : {"weighted", "undersampled"}
        All rows with class weights; or the majority first thinned at random to the minority's number, for both the
        fit and its risk.
    majority_weight : float
    random_state : int, SeedSequence, Generator or RandomState
        Which majority rows stay in the undersampled variant.
    events : list of Event, optional
    """
    features, labels = check_labelled(X, y)
    if variant == "undersampled":
        kept = undersample(labels, random_state)
        features, labels = features[kept], labels[kept]
    elif variant != "weighted":
        raise InputError(f"there is no oracle {variant!r}; choose weighted or undersampled")
    fit = fit_balanced(classifier, features, labels, majority_weight=majority_weight, events=events)
    scores = features @ fit.coef + fit.intercept
    return float(balanced_risk(classifier, scores, labels, majority_weight))


def undersample(labels: NDArray[np.int8], random_state: Seed) -> NDArray[np.intp]:
    """Draw as many majority rows as there are minority rows, without replacement.

    Parameters
    ----------
    labels : ndarray of shape (n,)
    random_state : int, SeedSequence, Generator or RandomState

    Returns
    -------
    ndarray of int
        Numbers of the rows kept, increasing; all minority rows are among them.
    """
    minority, majority = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    size = min(len(minority), len(majority))
    stayed = np.random.default_rng(as_seed(random_state)).choice(majority, size=size, replace=False)
    return np.sort(np.concatenate([minority, stayed]))
