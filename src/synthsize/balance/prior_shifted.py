"""A fitted scikit-learn classifier whose probabilities hold at another prior than the one it was trained at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit
from sklearn.base import BaseEstimator, ClassifierMixin


class PriorShiftedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Adds a constant to the log odds of a classifier that is fitted already.

    Parameters
    ----------
    estimator : classifier
        Fitted, with `predict_proba` and two classes.
    shift : float
        Added to the log odds of the minority.
    minority : object
        Its label.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
    n_features_in_ : int
        Where the estimator has it.
    """

    def __init__(self, estimator: Any, shift: float, minority: Any) -> None:
        self.estimator = estimator
        self.shift = shift
        self.minority = minority

    def __sklearn_is_fitted__(self) -> bool:
        """Mark as fitted: there is nothing left to fit."""
        return True

    @property
    def classes_(self) -> NDArray[Any]:
        """Labels, as the estimator sorts them."""
        return np.asarray(self.estimator.classes_)

    @property
    def n_features_in_(self) -> int:
        """Features of the estimator."""
        return int(self.estimator.n_features_in_)

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return shifted log odds of the second class, shape (n,)."""
        with np.errstate(divide="ignore"):  # a probability of 0 has log odds of minus infinity
            log_probability = np.log(self.estimator.predict_proba(X))
        sign = 1.0 if self.classes_[1] == self.minority else -1.0
        return np.asarray(log_probability[:, 1] - log_probability[:, 0] + sign * self.shift)

    def predict_log_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return logarithms of shifted probabilities, shape (n, 2)."""
        odds = self.decision_function(X)
        return np.column_stack([log_expit(-odds), log_expit(odds)])

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return shifted probabilities, shape (n, 2)."""
        odds = self.decision_function(X)
        return np.column_stack([expit(-odds), expit(odds)])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the label with the larger shifted probability, shape (n,)."""
        return np.asarray(self.classes_[(self.decision_function(X) > 0.0).astype(int)])
