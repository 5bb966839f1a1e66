"""The support vector machine with a Gaussian kernel (scikit-learn's SVC)."""

from __future__ import annotations

from sklearn.svm import SVC

from synthsize.balance.learners.estimator import EstimatorLearner

ENTRY = {
    "class": "make_rbf_svm",
    "label": "Gaussian-kernel SVM",
    "words": "a margin in the space of a Gaussian kernel, refitted at every size, slower than the rows grow",
    "loss": "hinge loss",
    "score": "margin",
    "estimates_risk": False,
    "oracle": False,
    "settings": "C = {C:g}",
    "order": 50,
    "parameters": {
        "C": {
            "description": "Cost of a margin that is not kept: the inverse strength of the penalty.",
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 1.0,
        },
        "gamma": {
            "description": "Of the kernel exp(-gamma |x - x'|^2); null for 1 / (features times their variance).",
            "type": ["number", "null"],
            "exclusiveMinimum": 0,
            "default": None,
        },
    },
}

CACHE_MB = 200  # of kernel values


def make_rbf_svm(C: float = 1.0, gamma: float | None = None) -> EstimatorLearner:
    """Return the learner that fits scikit-learn's ``SVC(kernel="rbf")`` once per synthetic size.

    Parameters
    ----------
    C : float
    gamma : float or None
        None for scikit-learn's ``scale``.
    """
    return EstimatorLearner(
        SVC(C=C, kernel="rbf", gamma="scale" if gamma is None else gamma, cache_size=CACHE_MB),
        called="rbf_svm",
    )
