"""A random forest whose probabilities are smoothed, so that none is 0 (scikit-learn's RandomForestClassifier)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from synthsize.balance.learners.estimator import EstimatorLearner

ENTRY = {
    "class": "make_random_forest",
    "label": "Random forest",
    "words": "the mean vote of trees on bootstrap samples, smoothed so that no risk is 0 or 1, refitted at every size",
    "loss": "nats",
    "score": "log_odds",
    "estimates_risk": True,
    "oracle": False,
    "settings": "{n_estimators:tree/trees}, leaves of at least {min_samples_leaf}",
    "order": 40,
    "parameters": {
        "n_estimators": {"description": "Trees.", "type": "integer", "minimum": 1, "default": 100},
        "min_samples_leaf": {
            "description": "Rows of a leaf, synthetic ones included.",
            "type": "integer",
            "minimum": 1,
            "default": 5,
        },
        "max_features": {
            "description": "Share of the features that each split of a tree looks at; null for their square root.",
            "type": ["number", "null"],
            "exclusiveMinimum": 0,
            "maximum": 1,
            "default": None,
        },
        "added_votes": {
            "description": "Votes added to those of the trees for either class; 0 leaves risks of exactly 0.",
            "type": "number",
            "minimum": 0,
            "default": 1.0,
        },
    },
}


class SmoothedForest(RandomForestClassifier):  # type: ignore[misc]
    """A random forest with `added_votes` beside the trees' own for each class.

    A share of votes of exactly 0 claims certainty that so many trees cannot give, and one such row would decide a mean
    log-loss. Additive smoothing bounds the log odds at log(1 + n_estimators / added_votes).

    Parameters
    ----------
    n_estimators, min_samples_leaf, max_features, random_state
        As scikit-learn's `RandomForestClassifier` takes them.
    added_votes : float
        At least 0.
    """

    def __init__(
        self,
        n_estimators: int = 100,
        *,
        min_samples_leaf: int = 5,
        max_features: float | str = "sqrt",
        added_votes: float = 1.0,
        random_state: int | None = None,
    ) -> None:
        super().__init__(
            n_estimators=n_estimators,
            min_samples_leaf=min_samples_leaf,
            max_features=max_features,
            random_state=random_state,
        )
        self.added_votes = added_votes

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return each class's share of the votes, shape (n, classes)."""
        votes = self.n_estimators * super().predict_proba(X) + self.added_votes
        return np.asarray(votes / votes.sum(axis=1, keepdims=True))


def make_random_forest(
    n_estimators: int = 100,
    min_samples_leaf: int = 5,
    max_features: float | None = None,
    added_votes: float = 1.0,
) -> EstimatorLearner:
    """Return the learner that fits a `SmoothedForest` once per synthetic size.

    Parameters
    ----------
    n_estimators, min_samples_leaf, added_votes
        See `SmoothedForest`.
    max_features : float or None
        Share of the features; None for their square root.
    """
    return EstimatorLearner(
        SmoothedForest(
            n_estimators=n_estimators,
            min_samples_leaf=min_samples_leaf,
            max_features="sqrt" if max_features is None else float(max_features),
            added_votes=added_votes,
        ),
        called="random_forest",
    )
