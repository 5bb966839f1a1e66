"""Predictions by the classifier inside VTSSClassifier, each offered only where that offers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

Method = TypeVar("Method", bound=Callable[..., Any])


def offered_with(method: str) -> Callable[[Method], Method]:
    """Offer a method only where the fitted classifier, or before `fit` the one to be fitted, does."""

    def wrapped_has(self: Any) -> bool:
        wrapped = self.estimator_ if hasattr(self, "estimator_") else self._base_estimator()
        getattr(wrapped, method)  # its AttributeError says what is missing
        return True

    return cast("Callable[[Method], Method]", available_if(wrapped_has))


class Delegates:
    """Asks `estimator_` about new rows, at the scale of `scaler_`."""

    estimator_: Any
    scaler_: Any

    def _prepare(self, X: ArrayLike) -> NDArray[np.float64]:
        """Check new rows and bring them to the scale that `estimator_` was fitted at."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, order="C", reset=False)
        return np.asarray(features if self.scaler_ is None else self.scaler_.transform(features))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict labels, shape (n,)."""
        features = self._prepare(X)
        return np.asarray(self.estimator_.predict(features))

    @offered_with("predict_proba")
    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Predict class probabilities, shape (n, 2), which hold at the class balance of the augmented rows."""
        features = self._prepare(X)
        return np.asarray(self.estimator_.predict_proba(features))

    @offered_with("predict_log_proba")
    def predict_log_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Predict logarithms of class probabilities, shape (n, 2)."""
        features = self._prepare(X)
        return np.asarray(self.estimator_.predict_log_proba(features))

    @offered_with("decision_function")
    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return scores, shape (n,), positive where `predict` says the second class."""
        features = self._prepare(X)
        return np.asarray(self.estimator_.decision_function(features))
