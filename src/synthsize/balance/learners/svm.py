"""The linear support vector machine, on the path solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synthsize.balance.learners.linear import LinearLearner

ENTRY = {
    "class": "LinearSvmLearner",
    "label": "Linear SVM",
    "words": "a linear margin with an L2 penalty, all sizes solved as one path",
    "loss": "hinge loss",
    "score": "margin",
    "estimates_risk": False,
    "oracle": True,
    "linear": True,
    "settings": "C = {C:g}",
    "order": 20,
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
class LinearSvmLearner(LinearLearner):
    """The linear SVM, as scikit-learn's ``SVC(kernel="linear")`` minimises it."""

    name: ClassVar[str] = "svm"  # type: ignore[misc]
    score: ClassVar[str] = "margin"  # type: ignore[misc]
