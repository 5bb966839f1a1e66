"""A feed-forward network (scikit-learn's MLPClassifier)."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.neural_network import MLPClassifier

from synthsize.balance.learners.estimator import EstimatorLearner

ENTRY = {
    "class": "make_mlp",
    "label": "Neural network",
    "words": "a feed-forward network with an L2 penalty, trained anew at every size",
    "loss": "nats",
    "score": "log_odds",
    "estimates_risk": True,
    "oracle": False,
    "settings": "units of the hidden layers {hidden}, penalty {alpha:g}",
    "order": 60,
    "parameters": {
        "hidden": {
            "description": "Units of each hidden layer.",
            "type": "array",
            "minItems": 1,
            "items": {"type": "integer", "minimum": 1},
            "default": [32],
        },
        "alpha": {
            "description": "Strength of the L2 penalty, which scikit-learn divides by the number of rows.",
            "type": "number",
            "minimum": 0,
            "default": 1.0,
        },
        "max_iter": {
            "description": "Most passes over the rows; a fit that needs more is recorded as not converged.",
            "type": "integer",
            "minimum": 1,
            "default": 200,
        },
        "learning_rate": {
            "description": "Initial step of Adam.",
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 0.001,
        },
    },
}


def make_mlp(
    hidden: Sequence[int] = (32,), alpha: float = 1.0, max_iter: int = 200, learning_rate: float = 0.001
) -> EstimatorLearner:
    """Return a network that is trained until its loss on the training rows stops falling.

    No rows are held out to stop by, because some of them would be synthetic.

    Parameters
    ----------
    hidden : sequence of int
        Units of each layer.
    alpha, max_iter, learning_rate
        As scikit-learn's `MLPClassifier` takes them (`learning_rate` as ``learning_rate_init``).
    """
    return EstimatorLearner(
        MLPClassifier(
            tuple(hidden),
            alpha=alpha,
            max_iter=max_iter,
            learning_rate_init=learning_rate,
            early_stopping=False,
        ),
        called="mlp",
    )
