"""Logistic regression, on the path solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synthsize.balance.learners.linear import LinearLearner

ENTRY = {
    "class": "LogisticLearner",
    "label": "Logistic regression",
    "words": "a linear score of the log odds with an L2 penalty, all sizes solved as one path",
    "loss": "nats",
    "score": "log_odds",
    "estimates_risk": True,
    "oracle": True,
    "linear": True,
    "settings": "C = {C:g}",
    "order": 10,
    "parameters": {
        "C": {
            "description": "Inverse strength of the L2 penalty, as in scikit-learn.",
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 1.0,
        },
    },
}


@dataclass(frozen=True)
class LogisticLearner(LinearLearner):
    """L2-penalised logistic regression, as scikit-learn's `LogisticRegression` minimises it."""

    name: ClassVar[str] = "logistic"  # type: ignore[misc]
    score: ClassVar[str] = "log_odds"  # type: ignore[misc]
