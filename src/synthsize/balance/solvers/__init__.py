"""Linear classifiers. A new one is a new file here and a line in `CLASSIFIERS`."""

from __future__ import annotations

from synthsize.balance.solvers.base import LinearClassifier, LinearFit
from synthsize.balance.solvers.logistic import Logistic
from synthsize.balance.solvers.svm import Svm
from synthsize.errors import InputError

CLASSIFIERS: dict[str, LinearClassifier] = {"logistic": Logistic(), "svm": Svm()}

__all__ = ["CLASSIFIERS", "LinearClassifier", "LinearFit", "get_classifier"]


def get_classifier(name: str) -> LinearClassifier:
    """Return the classifier called `name`.

    Raises
    ------
    InputError
        If there is no such classifier.
    """
    if name not in CLASSIFIERS:
        raise InputError(f"there is no classifier {name!r}; choose one of {', '.join(CLASSIFIERS)}")
    return CLASSIFIERS[name]
