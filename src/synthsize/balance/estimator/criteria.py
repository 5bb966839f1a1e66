"""What VTSSClassifier reads on a fold's validation rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import check_scoring, get_scorer_names

from synthsize.balance.metrics import decide
from synthsize.balance.risk import balanced_risk
from synthsize.errors import InputError

PROBABILITY_FLOOR = 1e-15


@dataclass(frozen=True)
class LabelledRows:
    """Rows with their labels as the user wrote them and as the library counts them.

    Attributes
    ----------
    X : ndarray of shape (n, d)
    y : ndarray of shape (n,)
        Original labels.
    is_minority : ndarray of int8, shape (n,)
        1 marks the minority.
    minority : object
        The label of the minority class.
    """

    X: NDArray[np.float64]
    y: NDArray[Any]
    is_minority: NDArray[np.int8]
    minority: Any

    def take(self, rows: NDArray[np.intp]) -> LabelledRows:
        """Return some of the rows."""
        return LabelledRows(self.X[rows], self.y[rows], self.is_minority[rows], self.minority)


@dataclass(frozen=True)
class BalancedLoss:
    """Balanced log-loss where the model gives probabilities, else balanced hinge loss of its decision function."""

    majority_weight: float
    maximise: ClassVar[bool] = False
    needs_both_classes: ClassVar[bool] = True

    def of_model(self, model: Any, rows: LabelledRows) -> float:
        """Score a fitted scikit-learn classifier."""
        classifier, scores = _minority_scores(model, rows)
        return float(balanced_risk(classifier, scores, rows.is_minority, self.majority_weight))

    def of_scores(
        self, classifier: str, scores: NDArray[np.float64], is_minority: NDArray[np.int8]
    ) -> NDArray[np.float64]:
        """Score columns of linear scores."""
        return balanced_risk(classifier, scores, is_minority, self.majority_weight)


@dataclass(frozen=True)
class BalancedAccuracy:
    """Mean of sensitivity and specificity of the model's own decisions."""

    maximise: ClassVar[bool] = True
    needs_both_classes: ClassVar[bool] = True

    def of_model(self, model: Any, rows: LabelledRows) -> float:
        """Score a fitted scikit-learn classifier."""
        called = np.where(model.predict(rows.X) == rows.minority, 1.0, -1.0)
        return float(decide(called, rows.is_minority).balanced_accuracy)

    def of_scores(
        self,
        classifier: str,  # noqa: ARG002
        scores: NDArray[np.float64],
        is_minority: NDArray[np.int8],
    ) -> NDArray[np.float64]:
        """Score columns of linear scores."""
        return decide(scores, is_minority).balanced_accuracy


@dataclass(frozen=True)
class Scorer:
    """Any scikit-learn scorer; larger is better."""

    scorer: Callable[..., float]
    maximise: ClassVar[bool] = True
    needs_both_classes: ClassVar[bool] = False

    def of_model(self, model: Any, rows: LabelledRows) -> float:
        """Score a fitted scikit-learn classifier."""
        return float(self.scorer(model, rows.X, rows.y))


Criterion = BalancedLoss | BalancedAccuracy | Scorer


def make_criterion(criterion: Any, majority_weight: float, estimator: Any) -> Criterion:
    """Turn the `criterion` parameter of VTSSClassifier into a `Criterion`.

    Raises
    ------
    InputError
        If there is no such criterion, the weight is not between 0 and 1 or would have no effect, or the estimator
        gives nothing to read a loss from.
    """
    if not 0.0 < majority_weight < 1.0:
        raise InputError(f"majority_weight must lie strictly between 0 and 1, not {majority_weight}")
    if criterion == "balanced_loss":
        if not (hasattr(estimator, "predict_proba") or hasattr(estimator, "decision_function")):
            raise InputError(
                f"balanced_loss needs predict_proba or decision_function, which {type(estimator).__name__} lacks; "
                "use criterion='balanced_accuracy'"
            )
        return BalancedLoss(majority_weight)
    if majority_weight != 0.5:
        raise InputError(
            f"majority_weight={majority_weight} acts on criterion='balanced_loss' only; leave it at 0.5"
        )
    if criterion == "balanced_accuracy":
        return BalancedAccuracy()
    if not callable(criterion) and criterion not in get_scorer_names():
        raise InputError(
            f"there is no criterion {criterion!r}; choose balanced_loss, balanced_accuracy, a scorer or its name"
        )
    return Scorer(check_scoring(estimator, scoring=criterion))


def _minority_scores(model: Any, rows: LabelledRows) -> tuple[str, NDArray[np.float64]]:
    """Return whose loss to take and scores that are positive on the minority's side."""
    position = int(np.flatnonzero(model.classes_ == rows.minority)[0])
    if hasattr(model, "predict_proba"):
        log_probability = np.log(np.clip(model.predict_proba(rows.X), PROBABILITY_FLOOR, 1.0))
        return "logistic", log_probability[:, position] - log_probability[:, 1 - position]
    decision = np.asarray(model.decision_function(rows.X), dtype=np.float64)
    return "svm", decision if position == 1 else -decision
