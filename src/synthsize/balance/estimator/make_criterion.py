"""The `criterion` parameter of VTSSClassifier."""

from __future__ import annotations

from typing import Any

from sklearn.metrics import check_scoring, get_scorer_names

from synthsize.balance.criteria import BalancedAccuracy, BalancedLoss, Criterion, Scorer
from synthsize.balance.learners import EstimatorLearner
from synthsize.errors import InputError


def make_criterion(criterion: Any, majority_weight: float, learner: EstimatorLearner) -> Criterion:
    """Turn the `criterion` parameter of VTSSClassifier into a `Criterion`.

    Raises
    ------
    InputError
        If there is no such criterion, the weight is not between 0 and 1 or would have no effect, or the estimator
        gives nothing to read a loss from.
    """
    estimator = learner.estimator
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
    return Scorer(check_scoring(estimator, scoring=criterion), learner.labels)
