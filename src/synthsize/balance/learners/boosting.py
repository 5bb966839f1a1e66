"""Gradient boosting of trees on binned features (scikit-learn's HistGradientBoostingClassifier)."""

from __future__ import annotations

from sklearn.ensemble import HistGradientBoostingClassifier

from synthsize.balance.learners.estimator import EstimatorLearner

ENTRY = {
    "class": "make_boosting",
    "label": "Gradient boosting",
    "words": "boosted regression trees of the log odds on binned features, refitted at every size",
    "loss": "nats",
    "score": "log_odds",
    "estimates_risk": True,
    "oracle": False,
    "settings": "{max_iter:tree/trees}, learning rate {learning_rate:g}",
    "order": 30,
    "parameters": {
        "max_iter": {"description": "Trees.", "type": "integer", "minimum": 1, "default": 100},
        "learning_rate": {
            "description": "Share of each tree that is added.",
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 0.1,
        },
        "max_leaf_nodes": {
            "description": "Leaves of a tree.",
            "type": "integer",
            "minimum": 2,
            "default": 31,
        },
        "min_samples_leaf": {
            "description": "Rows of a leaf, synthetic ones included.",
            "type": "integer",
            "minimum": 1,
            "default": 20,
        },
        "l2_regularization": {
            "description": "Penalty on the leaves' values.",
            "type": "number",
            "minimum": 0,
            "default": 0.0,
        },
    },
}


def make_boosting(
    max_iter: int = 100,
    learning_rate: float = 0.1,
    max_leaf_nodes: int = 31,
    min_samples_leaf: int = 20,
    l2_regularization: float = 0.0,
) -> EstimatorLearner:
    """Return boosted trees without early stopping, which would hold out synthetic rows to stop by.

    Parameters
    ----------
    max_iter, learning_rate, max_leaf_nodes, min_samples_leaf, l2_regularization
        As scikit-learn's `HistGradientBoostingClassifier` takes them.
    """
    return EstimatorLearner(
        HistGradientBoostingClassifier(
            max_iter=max_iter,
            learning_rate=learning_rate,
            max_leaf_nodes=max_leaf_nodes,
            min_samples_leaf=min_samples_leaf,
            l2_regularization=l2_regularization,
            early_stopping=False,
        )
    )
