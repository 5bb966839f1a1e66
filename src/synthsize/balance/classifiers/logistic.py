"""Logistic regression by scikit-learn's Newton solver, warm-started along the path."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgWarning
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from synthsize.balance.classifiers.base import LinearFit, signs

PROBABILITY_FLOOR = 1e-15
GRADIENT_TOLERANCE = 1e-8  # of the mean loss; the objective is then within about 1e-12 of its minimum


class Logistic:
    """Log-loss in nats, with probabilities clipped to [1e-15, 1 - 1e-15] when the loss is read."""

    def start(
        self,
        X: NDArray[np.float64],
        y: NDArray[np.int8],
        C: float,
        sample_weight: NDArray[np.float64] | None = None,
    ) -> LogisticSolver:
        """Make a solver for prefixes of the rows."""
        return LogisticSolver(X, y, C, sample_weight)

    def loss(self, scores: NDArray[np.float64], y: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return -log P(y) of each score."""
        raw = np.logaddexp(0.0, -signs(y, scores.ndim) * scores)
        return np.clip(raw, -np.log1p(-PROBABILITY_FLOOR), -np.log(PROBABILITY_FLOOR))


class LogisticSolver:
    """One warm-started `LogisticRegression` over the prefixes of one table."""

    def __init__(
        self, X: NDArray[np.float64], y: NDArray[np.int8], C: float, sample_weight: NDArray[np.float64] | None
    ) -> None:
        self._X, self._y, self._weight = X, y, sample_weight
        self._model = LogisticRegression(
            C=C, solver="newton-cholesky", tol=GRADIENT_TOLERANCE, max_iter=200, warm_start=True
        )

    def fit(self, n_rows: int, near: NDArray[np.float64] | None = None) -> LinearFit:
        """Fit on the first `n_rows` rows, from `near` or the last fit's coefficients."""
        if near is not None:
            self._model.coef_, self._model.intercept_ = near[np.newaxis, :-1], near[-1:]
        weight = None if self._weight is None else self._weight[:n_rows]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self._model.fit(self._X[:n_rows], self._y[:n_rows], sample_weight=weight)
        return LinearFit(self._model.coef_[0].copy(), float(self._model.intercept_[0]), _failure(caught))


def _failure(caught: list[warnings.WarningMessage]) -> str | None:
    """Turn a solver's complaint into a line, and pass every other warning on."""
    complaints = []
    for warning in caught:
        if issubclass(warning.category, (ConvergenceWarning, LinAlgWarning)):
            complaints.append(str(warning.message).split("\n")[0].strip())
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return complaints[-1] if complaints else None
