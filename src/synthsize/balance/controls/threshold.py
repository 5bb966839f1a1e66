"""The raw fit, its cut moved to where out-of-fold balanced accuracy is best."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import roc_curve

from synthsize.balance.checks import check_labelled
from synthsize.balance.controls.base import NO_MULTIPLIER, ControlFit, ControlInputs
from synthsize.balance.events import Event
from synthsize.balance.learners.base import Learner
from synthsize.balance.preprocessing import Preprocessor
from synthsize.errors import InputError

ENTRY = {
    "label": "Tuned threshold",
    "short": "tuned threshold",
    "words": "the raw fit with its threshold tuned out of fold, which decides but estimates no risk",
    "estimates_risk": False,
    "order": 70,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Shift the raw fit's scores so that their cut at 0 is the tuned one; decisions alone may be judged.

    Where no cut is of use, the raw fit keeps its own: where the out-of-fold scores separate nothing, and where the raw
    fit gives all rows the same score, whatever the fits of the folds found.
    """
    if inputs.out_of_fold is None:
        raise InputError("control 'threshold' needs out_of_fold scores; make them with out_of_fold_scores")
    raw, cut = inputs.raw_fit(events), tune_threshold(inputs.out_of_fold, inputs.y)
    useless = ""
    if np.ptp(raw.scores(inputs.X)) == 0.0:
        useless = "the raw fit gives all rows the same score"
    elif not np.isfinite(cut):
        useless = "no cut of the out-of-fold scores separates the classes"
    if useless:
        events.append(Event("no_useful_threshold", f"{useless}: the raw fit keeps its own cut"))
        cut = 0.0
    return [ControlFit("threshold", NO_MULTIPLIER, raw, -cut, has_risk=False)]


def out_of_fold_scores(
    learner: Learner,
    X: ArrayLike,
    y: ArrayLike,
    folds: Iterable[tuple[NDArray[np.intp], NDArray[np.intp]]],
    imputation_means: NDArray[np.float64] | None = None,
    events: list[Event] | None = None,
    random_state: int | SeedSequence = 0,
) -> NDArray[np.float64]:
    """Score every row by a raw fit, with its own preprocessing, on the rows of the other folds.

    Parameters
    ----------
    learner : Learner
    X : array of shape (n, d)
        Rows as measured; NaN marks a missing value.
    y : array of shape (n,)
    folds : iterable of (train, validation)
        Row numbers; the validation parts are disjoint and cover all rows.
    imputation_means : ndarray of shape (d,), optional
        Fixed means to impute with.
    events : list of Event, optional
        Receives a "not_converged" event for each fold's fit that missed its tolerance, and a "constant_score" event for
        each that gives all rows the same score.
    random_state : int or SeedSequence
        Of learners that draw.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    InputError
        If the folds leave a row without a score.
    """
    raw, labels = check_labelled(X, y, allow_nan=True)
    scores = np.full(len(labels), np.nan)
    for train, validation in folds:
        preprocessor = Preprocessor(imputation_means).fit(raw[train])
        rows = preprocessor.transform(raw[train])
        fits = learner.fit(rows, labels[train], random_state=random_state, events=events)
        scores[validation] = fits.scores(preprocessor.transform(raw[validation]))[:, 0]
    if np.isnan(scores).any():
        raise InputError("folds must hold every row once for validation, so that each gets a score")
    return scores


def tune_threshold(scores: ArrayLike, y: ArrayLike) -> float:
    """Find the cut with the best balanced accuracy on these rows.

    Rows above the cut are called minority. The cut lies midway between two neighbouring scores; of equally good ones
    the highest. It is infinite where no cut does better than to call all rows majority.

    Parameters
    ----------
    scores, y : array of shape (n,)
    """
    false_positives, true_positives, levels = roc_curve(y, scores, drop_intermediate=False)
    best = int(np.argmax(true_positives - false_positives))
    if best + 1 == len(levels):
        return -np.inf
    return float((levels[best] + levels[best + 1]) / 2.0)
