"""Criteria for the choice of a size, computed on validation rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.learners.base import Array, Fits, Learner
from synthsize.balance.metrics import decide
from synthsize.balance.risk import balanced_risk
from synthsize.errors import InputError


@dataclass(frozen=True)
class Judged:
    """Fits and the validation rows they are judged on.

    Attributes
    ----------
    learner : Learner
    fits : Fits
    X : ndarray of shape (n, d)
        Real rows, preprocessed as the training rows were.
    y : ndarray of shape (n,)
        1 marks the minority.
    """

    learner: Learner
    fits: Fits
    X: Array
    y: NDArray[np.int8]

    @cached_property
    def scores(self) -> Array:
        """Scores of shape (n, M)."""
        return self.fits.scores(self.X)


class Criterion(ABC):
    """A number per fit, to be minimised or maximised.

    Attributes
    ----------
    name : str
    maximise : bool
    needs_both_classes : bool
        Whether validation rows of one class leave it undefined.
    """

    name: ClassVar[str]
    maximise: ClassVar[bool]
    needs_both_classes: ClassVar[bool]

    @abstractmethod
    def of(self, judged: Judged) -> Array:
        """Return the criterion of each fit, shape (M,)."""


@dataclass(frozen=True)
class BalancedLoss(Criterion):
    """Mean of the two classes' mean losses: log-loss of log odds, hinge loss of a margin."""

    majority_weight: float = 0.5
    name: ClassVar[str] = "balanced_loss"
    maximise: ClassVar[bool] = False
    needs_both_classes: ClassVar[bool] = True

    def of(self, judged: Judged) -> Array:
        """Return the balanced risk of each fit."""
        return balanced_risk(judged.learner, judged.scores, judged.y, self.majority_weight)


@dataclass(frozen=True)
class BalancedAccuracy(Criterion):
    """Mean of sensitivity and specificity of each fit's own decisions."""

    name: ClassVar[str] = "balanced_accuracy"
    maximise: ClassVar[bool] = True
    needs_both_classes: ClassVar[bool] = True

    def of(self, judged: Judged) -> Array:
        """Return the balanced accuracy of each fit."""
        called = judged.fits.calls(judged.X, judged.scores)
        return decide(np.where(called, 1.0, -1.0), judged.y).balanced_accuracy


@dataclass(frozen=True)
class Scorer(Criterion):
    """Any scikit-learn scorer; larger is better.

    Attributes
    ----------
    scorer : callable
    labels : tuple
        Labels of majority and minority in the fitted models.
    """

    scorer: Callable[..., float]
    labels: tuple[Any, Any] = (0, 1)
    name: ClassVar[str] = "scorer"
    maximise: ClassVar[bool] = True
    needs_both_classes: ClassVar[bool] = False

    def of(self, judged: Judged) -> Array:
        """Score each fit's model; equal models are scored once."""
        labels = np.array(self.labels)[judged.y]
        models = judged.fits.models()
        once = {id(model): float(self.scorer(model, judged.X, labels)) for model in models}
        return np.array([once[id(model)] for model in models])


CRITERIA = (BalancedLoss.name, BalancedAccuracy.name)


def named_criterion(name: str, majority_weight: float = 0.5) -> Criterion:
    """Return the criterion called `name`.

    Raises
    ------
    InputError
        If there is none.
    """
    if name == BalancedLoss.name:
        return BalancedLoss(majority_weight)
    if name == BalancedAccuracy.name:
        return BalancedAccuracy()
    raise InputError(f"there is no VTSS criterion {name!r}; choose from {', '.join(CRITERIA)}")
